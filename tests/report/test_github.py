"""Workflow commands: levels, places, and characters that end a command or a property."""

from __future__ import annotations

import re

import pytest

from difflint.diagnostic import Diagnostic, Severity
from difflint.facts import Certainty
from difflint.report.github import render
from difflint.source import Position, Span


def finding(
    severity: Severity = Severity.WARNING, path: str = "a.py", message: str = "m", lines: int = 1
) -> Diagnostic:
    span = Span(path, Position(5, 12), Position(4 + lines, 37))
    return Diagnostic("DIF301", "sqrt-at-zero", severity, Certainty.LIKELY, span, message, "Add eps.")


def parsed(text: str) -> tuple[str, dict[str, str], str]:
    """A command as the runner reads it."""

    def unescaped(escaped: str) -> str:
        for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
            escaped = escaped.replace(code, character)
        return escaped

    match = re.fullmatch(r"::(\w+) (.*?)::(.*)\n", text)
    assert match is not None
    command, listed, data = match.groups()
    properties = dict(item.split("=", 1) for item in listed.split(","))
    return command, {key: unescaped(value) for key, value in properties.items()}, unescaped(data)


@pytest.mark.parametrize(
    ("severity", "command"), [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "notice")]
)
def test_levels_and_places(severity: Severity, command: str) -> None:
    assert render([finding(severity)]) == (
        f"::{command} title=DIF301 sqrt-at-zero,file=a.py,line=5,col=12,endLine=5,endColumn=37::m%0AAdd eps.\n"
    )


def test_no_columns_over_several_lines() -> None:
    _, properties, _ = parsed(render([finding(lines=3)]))

    assert properties == {"title": "DIF301 sqrt-at-zero", "file": "a.py", "line": "5", "endLine": "7"}


def test_nothing_ends_a_command_or_a_property_early() -> None:
    path, message = "C:\\a,b::c\n%2C.py", "50 % of\r\nx::error::y, %0A"
    text = render([finding(path=path, message=message)])
    _, properties, data = parsed(text)

    assert text.count("\n") == 1
    assert properties["file"] == path
    assert data == f"{message}\nAdd eps."


def test_nothing_found_is_nothing_written() -> None:
    assert render([]) == ""
