"""The probe's answers: lines for people, objects for machines."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from difflint.diagnostic import Diagnostic
from difflint.facts import Fact
from difflint.probe.protocol import Proof
from difflint.probe.run import Answers, Probed
from difflint.probe.stated import elided
from difflint.source import Span
from difflint.verdict import Outcome, Side, Verdict, Witness

NOTHING = Answers()
_SHOWN = 300
"""How much of an input is shown."""
_PASTED = 4000
"""How long a line to paste may be."""


def lines(verdict: Verdict) -> list[str]:
    """A verdict and its witness, indented; lines of the replay must not be wrapped."""
    detail = f": {verdict.detail}" if verdict.detail else ""
    return [f"{verdict.outcome.value}{detail}", *(_witness(verdict.witness) if verdict.witness else ())]


def function_lines(answers: Answers) -> list[str]:
    """Every function that was probed and every point that was found in it."""
    found: list[str] = []
    for item in answers.probed:
        report = item.report
        if report.problem:
            found.append(f"{item.path}::{report.name} not callable: {report.problem}")
            continue
        found.append(f"{item.path}::{report.name} called with {report.inputs}; {report.evaluations} evaluations")
        found += [f"  probe refused: {note}" for note in report.notes]
        for seen in report.points:
            place = f"{seen.spans[0].start.line}:{seen.spans[0].start.column}" if seen.spans else "?"
            found.append(f"  {place} {seen.kind}")
            found += [f"  {line}" for line in _witness(seen.witness)]
        if not report.points:
            found.append("  no point found where it is not smooth")
        if report.proof is not None:
            found.append(f"  {_proof(report.proof)}")
    return found


def proven_line(fact: Fact) -> str:
    """A finding that cannot happen, and where not."""
    return f"{fact.call or fact.operand} {lines(fact.verdict)[0]}" if fact.verdict else ""


def _proof(proof: Proof) -> str:
    if proof.open:
        return f"nothing proven for {proof.box}: {proof.open}"
    absent, present = (len({span for span, _ in part}) for part in (proof.absent, proof.present))
    left = f"; open at {present} more" if present else ""
    return f"proven smooth or finite at {absent} expressions for {proof.box} ({proof.boxes} boxes){left}"


def summary(diagnostics: Sequence[Diagnostic], answers: Answers) -> str:
    """One sentence: how many functions could be called, what became of the findings."""
    probed = answers.probed
    asked = [item for item in probed if item.finding] or probed
    called = sum(not item.report.problem for item in asked)
    share = (
        f" of {len(asked)} with a finding ({called / len(asked):.0%})" if any(item.finding for item in probed) else ""
    )
    counts = Counter(item.verdict.outcome.value for item in diagnostics if item.verdict is not None)
    counts[Outcome.PROVEN_ABSENT.value] += len(answers.proven)
    outcomes = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()) if count)
    plural = "" if len(probed) == 1 else "s"
    return f"Probed {len(probed)} function{plural}, {called}{share} called; findings: {outcomes or 'none'}."


def _witness(witness: Witness) -> list[str]:
    found = [f"  {name} = {elided(value, _SHOWN)}" for name, value in witness.inputs]
    sides = (("before", witness.left), ("at", witness.at), ("after", witness.right))
    found += [f"  {name:<6} value {_number(side.value)}{_slope(side)}" for name, side in sides if side is not None]
    if witness.detail:
        found.append(f"  {witness.detail}")
    found += [f"  >>> {elided(line, _PASTED)}" for line in witness.replay]
    whole = all(len(line) <= _PASTED for line in witness.replay)
    return found if whole else [*found, "  (elided; --format json has the whole replay)"]


def _slope(side: Side) -> str:
    return "" if side.slope is None else f", slope {_number(side.slope)}"


def _number(value: float) -> str:
    return f"{value:.6g}"


def as_object(verdict: Verdict) -> dict[str, object]:
    """A verdict for JSON; numbers that are not finite are texts."""
    found: dict[str, object] = {"outcome": verdict.outcome.value, "detail": verdict.detail}
    if verdict.witness is not None:
        found["witness"] = witness_object(verdict.witness)
    return found


def witness_object(witness: Witness) -> dict[str, object]:
    """A witness for JSON."""
    return {
        "function": witness.function,
        "kind": witness.kind,
        "inputs": dict(witness.inputs),
        "at": _side_object(witness.at),
        "left": _side_object(witness.left),
        "right": _side_object(witness.right),
        "detail": witness.detail,
        "replay": list(witness.replay),
    }


def functions_object(probed: Iterable[Probed]) -> list[dict[str, object]]:
    """Every probed function for JSON."""
    return [
        {
            "path": item.path,
            "function": item.report.name,
            "called": not item.report.problem,
            "problem": item.report.problem,
            "inputs": item.report.inputs,
            "evaluations": item.report.evaluations,
            "refused": list(item.report.notes),
            "points": [
                {
                    "kind": seen.kind,
                    "places": [_place(span) for span in seen.spans],
                    "witness": witness_object(seen.witness),
                }
                for seen in item.report.points
            ],
        }
        for item in probed
    ]


def _place(span: Span) -> dict[str, object]:
    return {
        "start": {"line": span.start.line, "column": span.start.column},
        "end": {"line": span.end.line, "column": span.end.column},
    }


def _side_object(side: Side | None) -> dict[str, object] | None:
    if side is None:
        return None
    return {"value": _plain(side.value), "slope": None if side.slope is None else _plain(side.slope)}


def _plain(value: float) -> float | str:
    return value if math.isfinite(value) else str(value)
