"""Every Python block of every rule file is checked; marks at line ends say what must be reported."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rule_text import FILES, Block, blocks

from difflint.catalogue.load import load
from difflint.catalogue.vocabulary import HEADINGS
from difflint.check import Request, check
from difflint.config import Config
from difflint.diagnose import Selection
from difflint.diagnostic import Profile, Severity


def profile_of(path: Path) -> Profile:
    """The first profile that switches a rule on: its examples are checked under it."""
    check = load().checks[path.stem.split("-")[0]]
    return next(profile for profile in Profile if check.severity[profile] is not Severity.OFF)


def reported(folder: Path, text: str, profile: Profile) -> dict[int, set[tuple[str, Severity]]]:
    """The codes reported for a text, by line."""
    file = folder / "example.py"
    file.write_text(text, encoding="utf-8")
    result = check(Request((file,), Config(root=folder), Selection(profile=profile), cwd=folder))
    assert result.errors == []
    found: dict[int, set[tuple[str, Severity]]] = {}
    for item in result.diagnostics:
        found.setdefault(item.span.start.line, set()).add((item.code, item.severity))
    return found


def disagreements(block: Block, folder: Path, profile: Profile) -> list[str]:
    """Lines whose report differs from their mark; information counts only where it is marked."""
    found = reported(folder, block.text, profile)
    wrong = []
    for number, line in enumerate(block.text.splitlines(), 1):
        kind, marked = block.marks.get(number, ("error", frozenset()))
        wanted = frozenset() if kind == "missed" else marked
        codes = {code for code, severity in found.get(number, set()) if severity is not Severity.INFO or code in marked}
        if codes != wanted:
            wrong.append(f"{sorted(codes)} instead of {sorted(wanted)} for line {number}: {line.strip()}")
    return wrong


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_examples(path: Path, tmp_path: Path) -> None:
    profile = profile_of(path)
    wrong = {block.text: found for block in blocks(path) if (found := disagreements(block, tmp_path, profile))}

    assert list(wrong.values()) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_documented(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    code = path.stem.split("-")[0]
    examples = [block for block in blocks(path) if block.section == "Example"]

    assert tuple(re.findall(r"^## (.+)$", text, re.MULTILINE)) == HEADINGS
    assert any(code in codes for block in examples for kind, codes in block.marks.values() if kind == "error")
    assert re.search(r"^- https?://", text.rpartition("## Sources")[2], re.MULTILINE)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_replacements_are_clean(path: Path) -> None:
    assert all(not block.marks for block in blocks(path) if block.section == "Use instead")


def test_known_errors_are_counted() -> None:
    counts = {"error": 0, "imprecise": 0, "missed": 0}
    for path in FILES:
        for block in blocks(path):
            for kind, _ in block.marks.values():
                counts[kind] += 1
    print(f"\nmarks in the rule files: {counts}")

    assert counts["error"] > 10 * (counts["imprecise"] + counts["missed"])


def test_every_rule_of_the_folder_is_loaded() -> None:
    assert len(load().checks) == len(FILES)
