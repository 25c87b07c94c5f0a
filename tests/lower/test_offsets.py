"""Offsets by the cursor agree with the library's own positions, on every construct and any layout."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider

from difflint.lower.offsets import offsets
from difflint.source import Lines

CONSTRUCTS = Path(__file__).with_name("constructs.txt").read_text(encoding="utf-8")
TEXTS = dict(block.split("\n", 1) for block in CONSTRUCTS.removeprefix("=== ").split("\n=== ")) | {
    "empty": "",
    "form feeds": "\f\nx = 1\n\f\ndef f():\n    y = 2\n\f    \n    z = a\f+ b\n",
    "no final newline": "x = (1,\n 2)",
    "no final newline in a block": "if x:\n    y  # z",
}
PLACED = (
    *(cst.BaseExpression, cst.BaseSlice, cst.BaseSmallStatement, cst.MatchPattern),
    *(cst.Arg, cst.Element, cst.If, cst.Try, cst.TryStar, cst.For, cst.While, cst.With),
)
"""Nodes whose place is needed; of some others the library counts decorators or blanks differently."""


def positions(text: str) -> dict[cst.CSTNode, tuple[tuple[int, int], ...]]:
    """What the library says, with 1-based columns."""
    wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
    return {
        node: ((place.start.line, place.start.column + 1), (place.end.line, place.end.column + 1))
        for node, place in wrapper.resolve(PositionProvider).items()
    }


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("name", TEXTS)
def test_offsets_agree_with_the_library(name: str, newline: str) -> None:
    text = TEXTS[name].replace("\n", newline)
    expected = positions(text)
    (module,) = (node for node in expected if isinstance(node, cst.Module))
    starts, ends = offsets(module, text)
    lines = Lines("m.py", text)

    for node, place in expected.items():
        if isinstance(node, PLACED):
            found = (lines.position(starts[id(node)]), lines.position(ends[id(node)]))
            assert tuple((position.line, position.column) for position in found) == place, node


def test_the_constructs_are_all_there_are() -> None:
    seen = {type(node).__name__ for text in TEXTS.values() for node in positions(text)}
    known = {
        name
        for name, kind in vars(cst).items()
        if isinstance(kind, type) and issubclass(kind, cst.CSTNode) and not name.startswith("Base")
    }
    newer = {name for name in known if name.startswith(("Lazy", "Templated", "StarredDictComp"))}

    assert known - seen - newer == {"MatchPattern", "MatchSequence", "CSTNode"}


@pytest.mark.skipif(not hasattr(cst, "LazyImport"), reason="this LibCST knows no lazy imports")
def test_newer_constructs() -> None:
    text = "lazy import a\nlazy from . import b\n{**c for c in d}\nt'{e!r:>3} f'\n"
    _, ends = offsets(cst.parse_module(text), text)

    assert max(ends.values()) == len(text) - 1


def test_another_text_is_refused() -> None:
    with pytest.raises(ValueError, match="expected '\\+' at offset 6"):
        offsets(cst.parse_module("x = a + b\n"), "x = a - b\n")
