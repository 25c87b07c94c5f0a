"""Rule files as the tests read them: their Python blocks by section, and the marks at line ends."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from difflint.catalogue.load import rules_root

FILES = sorted((rules_root() / "checks").glob("*.md"))
_SECTION = re.compile(r"^## (.+?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
_MARK = re.compile(r"#\s*(error|imprecise|missed):\s*([A-Z]+\d+(?:\s*,\s*[A-Z]+\d+)*)\s*$")


@dataclass(frozen=True)
class Block:
    """One example: its section, its text, and the marks by 1-based line."""

    section: str
    text: str
    marks: dict[int, tuple[str, frozenset[str]]]


def blocks(path: Path) -> list[Block]:
    """The examples of a rule file, in order."""
    return [
        Block(section, text, _marks(text))
        for section, body in _SECTION.findall(path.read_text(encoding="utf-8"))
        for text in _BLOCK.findall(body)
    ]


def _marks(text: str) -> dict[int, tuple[str, frozenset[str]]]:
    found = {}
    for number, line in enumerate(text.splitlines(), 1):
        match = _MARK.search(line)
        if match:
            found[number] = match.group(1), frozenset(re.split(r"\s*,\s*", match.group(2)))
    return found


def rule_file(code: str) -> Path:
    """The file of a rule."""
    return next(path for path in FILES if path.stem.startswith(code))


def run(text: str) -> dict[str, Any]:
    """The names that a block defines."""
    names: dict[str, Any] = {"__name__": "example"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(text, "<example>", "exec"), names)
    return names


@cache
def named(code: str, section: str, framework: str, name: str) -> Any:
    """An object of a block of one framework in one section of a rule file."""
    for block in blocks(rule_file(code)):
        if block.section == section and re.search(rf"^(import|from) {framework}\b", block.text, re.MULTILINE):
            names = run(block.text)
            if name in names:
                return names[name]
    raise LookupError(f"{code}: no {name} for {framework} under {section!r}")
