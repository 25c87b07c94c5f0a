"""Checking a text whose lines are marked with what must be reported there."""

from __future__ import annotations

import re
from pathlib import Path

from difflint.check import Request, check
from difflint.config import Config
from difflint.diagnose import Selection
from difflint.diagnostic import Severity

Lines = dict[int, set[str]]


def reported(text: str, folder: Path) -> tuple[Lines, Lines]:
    """The codes above `info` by line, and those the marks `# error:` ask for."""
    file = folder / "case.py"
    file.write_text(text, encoding="utf-8")
    result = check(Request((file,), Config(root=folder), Selection(), cwd=folder))
    found: Lines = {}
    for item in result.diagnostics:
        if item.severity is not Severity.INFO:
            found.setdefault(item.span.start.line, set()).add(item.code)
    wanted = {
        number: set(re.findall(r"DIF\d+", line.partition("# error:")[2]))
        for number, line in enumerate(text.splitlines(), 1)
        if "# error:" in line
    }
    return found, wanted
