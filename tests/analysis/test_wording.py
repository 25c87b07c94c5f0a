"""Finding an operation's text again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from difflint import ir
from difflint.analysis.graph import Site
from difflint.analysis.wording import _find
from difflint.check import Request, check
from difflint.config import Config
from difflint.diagnose import Selection
from difflint.lower import lower_file

SIZES = """
import torch


def size(x):
    work = x.double()
    result = work.square().sum().sqrt()
    if work.dtype != x.dtype:
        result = result.to(x.dtype)
    return result


def spread(x):
    return x.square().sum()
"""
FRAMES = """
import torch
from sizes import size, spread


def unit(x):
    return x / size(x)


def scaled(x):
    extent = spread(x)
    return x / extent
"""


class Long(tuple[ir.Statement, ...]):
    """A block too long to be looked through for each of many findings."""

    def __iter__(self) -> Iterator[ir.Statement]:
        raise AssertionError("looked through")


def test_a_long_block_is_not_looked_through() -> None:
    text = "a = b\n" * 50 + "def f(x):\n    y = x\n    return y / x\n" + "a = b\n" * 50
    module = lower_file("m.py", "m", text.encode(), False).module
    assert module is not None
    start = text.index("y / x")

    found = _find(Long(module.body), Site("m.py", start, start + len("y / x")))

    assert isinstance(found, ir.Operation)
    assert _find(Long(module.body), Site("m.py", 0, 1)) is None


def test_an_operand_of_another_file_is_told_as_the_operation_spells_it(tmp_path: Path) -> None:
    (tmp_path / "sizes.py").write_text(SIZES, encoding="utf-8")
    file = tmp_path / "frames.py"
    file.write_text(FRAMES, encoding="utf-8")

    result = check(Request((tmp_path,), Config(root=tmp_path), Selection(), cwd=tmp_path))

    messages = [item.message for item in result.diagnostics if item.span.path.endswith("frames.py")]
    assert [re.findall(r"`(.*?)`", message) for message in messages] == [["size(x)"], ["extent = x.square().sum()"]]
