"""Machine-readable output, version 1. Its shape only grows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from difflint.diagnostic import Diagnostic
from difflint.facts import Fact, Step
from difflint.probe.run import Answers
from difflint.report.verdict import NOTHING, as_object, functions_object
from difflint.source import Position, Span

VERSION = 1


def render(
    diagnostics: Sequence[Diagnostic], files: int, unknown: Sequence[Fact] = (), answers: Answers = NOTHING
) -> str:
    """The report as JSON: lines and columns 1-based, ends exclusive, paths as given.

    It is pure ASCII, so that any terminal and any file name can be written.
    """
    severities = Counter(item.severity.value for item in diagnostics)
    document: dict[str, object] = {
        "version": VERSION,
        "diagnostics": [_diagnostic(item) for item in diagnostics],
        "summary": {
            "files": files,
            "diagnostics": len(diagnostics),
            "by_severity": {name: severities[name] for name in ("error", "warning", "info")},
            "by_code": dict(sorted(Counter(item.code for item in diagnostics).items())),
        },
    }
    if unknown:
        document["unknown"] = [
            {"path": fact.span.path, "range": _range(fact.span), "call": fact.call} for fact in unknown
        ]
    if answers.probed:
        document["functions"] = functions_object(answers.probed)
        document["proven"] = [
            {"path": fact.span.path, "range": _range(fact.span), "call": fact.call, "probe": as_object(fact.verdict)}
            for fact in answers.proven
            if fact.verdict is not None
        ]
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"


def _diagnostic(item: Diagnostic) -> dict[str, object]:
    return {
        "code": item.code,
        "name": item.name,
        "severity": item.severity.value,
        "certainty": item.certainty.value,
        "profile": item.profile.value,
        "path": item.span.path,
        "range": _range(item.span),
        "message": item.message,
        "suggestion": item.suggestion,
        "trace": [_step(step) for step in item.trace],
        "url": item.url,
        **({"probe": as_object(item.verdict)} if item.verdict is not None else {}),
    }


def _range(span: Span) -> dict[str, object]:
    return {"start": _position(span.start), "end": _position(span.end)}


def _position(position: Position) -> dict[str, int]:
    return {"line": position.line, "column": position.column}


def _step(step: Step) -> dict[str, object]:
    return {"path": step.span.path, "range": _range(step.span), "text": step.text}
