"""Workflow commands: what GitHub Actions turns into annotations on the lines of a change."""

from __future__ import annotations

from collections.abc import Sequence

from difflint.diagnostic import Diagnostic, Severity

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def render(diagnostics: Sequence[Diagnostic]) -> str:
    """One command a finding; paths as reported, relative to the working directory."""
    return "".join(map(_command, diagnostics))


def _command(item: Diagnostic) -> str:
    start, end = item.span.start, item.span.end
    properties: dict[str, object] = {"title": f"{item.code} {item.name}", "file": item.span.path, "line": start.line}
    if start.line == end.line:  # columns of a range over several lines are refused
        properties |= {"col": start.column, "endLine": end.line, "endColumn": end.column}
    else:
        properties |= {"endLine": end.line}
    listed = ",".join(f"{name}={str(value).translate(_PROPERTY)}" for name, value in properties.items())
    text = f"{item.message}\n{item.suggestion}".rstrip()
    return f"::{_COMMANDS[item.severity]} {listed}::{text.translate(_DATA)}\n"
