"""Every Python block of every rule file is checked; marks at line ends say what must be reported."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from difflint.catalogue.load import load, rules_root
from difflint.catalogue.vocabulary import HEADINGS
from difflint.check import Request, check
from difflint.config import Config
from difflint.diagnose import Selection
from difflint.diagnostic import Severity

FILES = sorted((rules_root() / "checks").glob("*.md"))
_BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
_MARK = re.compile(r"#\s*(error|imprecise|missed):\s*([A-Z]+\d+(?:\s*,\s*[A-Z]+\d+)*)\s*$")


@dataclass(frozen=True)
class Block:
    """One example: its text, and the marks by line."""

    text: str
    marks: dict[int, tuple[str, frozenset[str]]]


def blocks(path: Path) -> list[Block]:
    """The examples of a rule file."""
    found = []
    for text in _BLOCK.findall(path.read_text(encoding="utf-8")):
        marks = {}
        for number, line in enumerate(text.splitlines(), 1):
            match = _MARK.search(line)
            if match:
                marks[number] = match.group(1), frozenset(re.split(r"\s*,\s*", match.group(2)))
        found.append(Block(text, marks))
    return found


def reported(folder: Path, text: str) -> dict[int, set[tuple[str, Severity]]]:
    """The codes reported for a text, by line."""
    file = folder / "example.py"
    file.write_text(text, encoding="utf-8")
    result = check(Request((file,), Config(root=folder), Selection(), cwd=folder))
    assert result.errors == []
    found: dict[int, set[tuple[str, Severity]]] = {}
    for item in result.diagnostics:
        found.setdefault(item.span.start.line, set()).add((item.code, item.severity))
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_examples(path: Path, tmp_path: Path) -> None:
    wrong = []
    for index, block in enumerate(blocks(path)):
        found = reported(tmp_path, block.text)
        for number, line in enumerate(block.text.splitlines(), 1):
            kind, wanted = block.marks.get(number, ("error", frozenset()))
            codes = {
                code for code, severity in found.get(number, set()) if severity is not Severity.INFO or code in wanted
            }
            if codes != (set() if kind == "missed" else wanted):
                wrong.append(f"block {index + 1} line {number}: {sorted(codes)} for {line.strip()!r}")
    assert wrong == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_documented(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    code = path.stem.split("-")[0]

    assert tuple(re.findall(r"^## (.+)$", text, re.MULTILINE)) == HEADINGS
    assert any(code in codes for block in blocks(path) for kind, codes in block.marks.values() if kind == "error")


def test_known_errors_are_counted() -> None:
    counts = {"error": 0, "imprecise": 0, "missed": 0}
    for path in FILES:
        for block in blocks(path):
            for kind, _ in block.marks.values():
                counts[kind] += 1
    print(f"\nmarks in the rule files: {counts}")

    assert counts["error"] > counts["imprecise"] + counts["missed"]


def test_every_rule_of_the_folder_is_loaded() -> None:
    assert len(load().checks) == len(FILES)
