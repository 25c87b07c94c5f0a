"""SARIF 2.1.0, the format of code scanning services."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePath
from urllib.parse import quote

from difflint import __version__
from difflint.catalogue.model import Check
from difflint.diagnostic import Diagnostic, Severity
from difflint.facts import Certainty
from difflint.report.verdict import as_object, sentence
from difflint.source import Lines, Span
from difflint.verdict import Verdict

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_RANKS = {Certainty.CONFIRMED: 100, Certainty.MUST: 90, Certainty.LIKELY: 60, Certainty.POSSIBLE: 30}


def render(
    diagnostics: Sequence[Diagnostic],
    checks: Mapping[str, Check],
    lines: Mapping[str, Lines],
    errors: Sequence[str] = (),
) -> str:
    """The report as one run, with the rules it names; `errors` are lines about input that could not be used.

    Columns count code points. Paths below the working directory are relative to `%SRCROOT%`.
    """
    codes = sorted({item.code for item in diagnostics})
    seen: Counter[str] = Counter()
    run: dict[str, object] = {
        "tool": {
            "driver": {
                "name": "difflint",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(checks[code]) for code in codes],
            }
        },
        "invocations": [
            {
                "executionSuccessful": not errors,
                "toolExecutionNotifications": [{"level": "error", "message": {"text": line}} for line in errors],
            }
        ],
        "columnKind": "unicodeCodePoints",
        "results": [_result(item, codes.index(item.code), lines.get(item.span.path), seen) for item in diagnostics],
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"


def _rule(check: Check) -> dict[str, object]:
    return {
        "id": check.code,
        "name": check.name,
        "shortDescription": {"text": check.summary},
        "help": {"text": f"{check.summary} `difflint rule {check.code}` explains it.", "markdown": check.documentation},
        "properties": {"severity": {profile.value: word.value for profile, word in check.severity.items()}},
    }


def _result(item: Diagnostic, index: int, lines: Lines | None, seen: Counter[str]) -> dict[str, object]:
    steps = [_step(step.span, step.text) for step in item.trace]
    probed = sentence(item.verdict) if item.verdict is not None else ""
    result: dict[str, object] = {
        "ruleId": item.code,
        "ruleIndex": index,
        "level": _LEVELS[item.severity],
        "rank": _RANKS.get(item.certainty, 0),
        "message": {"text": "\n".join(filter(None, (item.message, probed, item.suggestion)))},
        "locations": [{"physicalLocation": _place(item.span)}],
        "partialFingerprints": {"difflint/v1": _fingerprint(item, lines, seen)},
        "properties": {"certainty": item.certainty.value, "profile": item.profile.value, **_probe(item.verdict)},
    }
    if steps:
        here = _step(item.span, item.message)
        result["codeFlows"] = [{"threadFlows": [{"locations": [*steps, here]}]}]
    return result


def _probe(verdict: Verdict | None) -> dict[str, object]:
    """The verdict with its witness; a curve is a picture, for which this format has no place."""
    if verdict is None:
        return {}
    witness = verdict.witness and replace(verdict.witness, curve=None)
    return {"probe": as_object(replace(verdict, witness=witness))}


def _step(span: Span, text: str) -> dict[str, object]:
    return {"location": {"physicalLocation": _place(span), "message": {"text": text}}}


def _place(span: Span) -> dict[str, object]:
    return {
        "artifactLocation": _artifact(span.path),
        "region": {
            "startLine": span.start.line,
            "startColumn": span.start.column,
            "endLine": span.end.line,
            "endColumn": span.end.column,
        },
    }


def _artifact(path: str) -> dict[str, str]:
    if PurePath(path).is_absolute():
        return {"uri": Path(path).as_uri()}
    return {"uri": quote(path, errors="surrogateescape"), "uriBaseId": "%SRCROOT%"}


def _fingerprint(item: Diagnostic, lines: Lines | None, seen: Counter[str]) -> str:
    """What stays when lines move: the rule, the file, the text of the line, and which of equal ones it is."""
    start = item.span.start
    text = lines.line(start.line).strip() if lines is not None and start.line <= len(lines) else ""
    key = "\0".join((item.code, item.span.path, text))
    seen[key] += 1
    return hashlib.sha256(f"{key}\0{seen[key]}".encode("utf-8", "backslashreplace")).hexdigest()[:32]
