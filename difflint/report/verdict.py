"""The probe's answers: lines for people, objects for machines."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from difflint.diagnostic import Diagnostic
from difflint.facts import Fact
from difflint.probe.protocol import Proof, Report, Seen
from difflint.probe.run import Answers, Probed
from difflint.probe.stated import elided
from difflint.source import Span
from difflint.verdict import Curve, Outcome, Side, Verdict, Witness

NOTHING = Answers()
_SHOWN = 200
"""How many characters of an input are shown."""
_PASTED = 4000
"""How long a line to paste may be."""


def lines(verdict: Verdict) -> list[str]:
    """A verdict and its witness, indented; lines of the replay must not be wrapped."""
    detail = f": {verdict.detail}" if verdict.detail else ""
    return [f"{verdict.outcome.value}{detail}", *(_witness(verdict.witness) if verdict.witness else ())]


def place_of(path: str, span: Span | None) -> str:
    """Path, line and column, as far as they are known."""
    place = "?" if span is None else f"{span.start.line}:{span.start.column}"
    return f"{path}:{place}" if path else place


def sentence(verdict: Verdict) -> str:
    """A verdict and its witness in one line."""
    witness = verdict.witness
    if witness is None:
        return f"Probe: {lines(verdict)[0]}."
    found = elided(", ".join(f"{name} = {value}" for name, value in witness.inputs), _SHOWN)
    values = "; ".join(f"{name} value {number(side.value)}{_slope(side)}" for name, side in _sides(witness))
    return f"Probe: {lines(verdict)[0]} with {found}" + (f": {values}." if values else ".")


def call_lines(item: Probed) -> list[str]:
    """How a function was called, or why it could not be."""
    report = item.report
    if report.problem:
        return [f"{item.path}::{report.name} not callable: {report.problem}"]
    called = f"{item.path}::{report.name} called with {report.inputs}; {report.evaluations} evaluations"
    return [called, *(f"  probe refused: {note}" for note in report.notes)]


def point_lines(seen: Seen) -> list[str]:
    """A point where a function is not smooth."""
    place = place_of("", seen.spans[0] if seen.spans else None)
    return [f"  {place} {seen.kind}", *(f"  {line}" for line in _witness(seen.witness))]


def smooth_lines(report: Report) -> list[str]:
    """Where nothing was found, and where nothing can be."""
    found = [] if report.points or report.problem else ["  no point found where it is not smooth"]
    return found if report.proof is None else [*found, f"  {_proof(report.proof)}"]


def proven_line(fact: Fact) -> str:
    """A finding that cannot happen, and where not."""
    return f"{fact.call or fact.operand} {lines(fact.verdict)[0]}" if fact.verdict else ""


def _proof(proof: Proof) -> str:
    if proof.open:
        return f"nothing proven for {proof.box}: {proof.open}"
    absent, present = (len({span for span, _ in part}) for part in (proof.absent, proof.present))
    left = f"; open at {present} more" if present else ""
    return f"proven smooth or finite at {absent} expressions for {proof.box} ({proof.boxes} boxes){left}"


def counted(diagnostics: Sequence[Diagnostic], files: int) -> str:
    """One sentence: how many findings of which severity."""
    checked = f"{files} file{'' if files == 1 else 's'} checked"
    if not diagnostics:
        return f"No findings, {checked}."
    counts = Counter(item.severity.value for item in diagnostics)
    parts = [
        f"{counts[name]} {name}{'s' if counts[name] != 1 and name != 'info' else ''}"
        for name in ("error", "warning", "info")
        if counts[name]
    ]
    return f"Found {', '.join(parts)}; {checked}."


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
    found += [f"  {name:<6} value {number(side.value)}{_slope(side)}" for name, side in _sides(witness)]
    if witness.detail:
        found.append(f"  {witness.detail}")
    found += [f"  >>> {elided(line, _PASTED)}" for line in witness.replay]
    whole = all(len(line) <= _PASTED for line in witness.replay)
    return found if whole else [*found, "  (elided; --format json has the whole replay)"]


def _sides(witness: Witness) -> list[tuple[str, Side]]:
    sides = (("before", witness.left), ("at", witness.at), ("after", witness.right))
    return [(name, side) for name, side in sides if side is not None]


def _slope(side: Side) -> str:
    return "" if side.slope is None else f", slope {number(side.slope)}"


def number(value: float) -> str:
    """A number for people."""
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
        "curve": _curve_object(witness.curve),
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


def _curve_object(curve: Curve | None) -> dict[str, object] | None:
    if curve is None:
        return None
    return {
        "offsets": list(curve.offsets),
        "values": list(map(_plain, curve.values)),
        "slopes": list(map(_plain, curve.slopes)),
    }


def _plain(value: float) -> float | str:
    return value if math.isfinite(value) else str(value)
