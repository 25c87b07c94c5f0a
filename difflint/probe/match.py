"""Findings of the analysis and reports of the probe: which answers which."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from difflint.facts import Certainty, Fact, Kind
from difflint.probe.kinds import PointKind
from difflint.probe.protocol import Proof, Report, Seen
from difflint.source import Span
from difflint.verdict import Outcome, Verdict

_SINGULAR = frozenset(
    (PointKind.POLE, PointKind.INFINITE_SLOPE, PointKind.NAN, PointKind.RAISES, PointKind.MASKED, PointKind.OVERFLOW)
)
_LEAK = frozenset((PointKind.MASKED, PointKind.NAN))
_ANSWERS: Mapping[Kind, frozenset[PointKind]] = {
    Kind.ZERO_GRADIENT: frozenset((PointKind.JUMP, PointKind.ZERO_GRADIENT, PointKind.WRONG_GRADIENT)),
    Kind.BRANCH_ONLY: frozenset((PointKind.JUMP, PointKind.ZERO_GRADIENT)),
    Kind.JUMP: frozenset((PointKind.JUMP,)),
    Kind.UNBOUNDED: _SINGULAR,
    Kind.SELECT_LEAK: _LEAK,
    Kind.PRODUCT_LEAK: _LEAK,
    Kind.REPAIR_LEAK: _LEAK,
    Kind.OVERFLOW: frozenset((PointKind.OVERFLOW, PointKind.NAN)),
    Kind.UNSTABLE: frozenset((PointKind.OVERFLOW, PointKind.NAN, PointKind.MASKED)),
    Kind.CUT: frozenset((PointKind.WRONG_GRADIENT, PointKind.ZERO_GRADIENT)),
    Kind.BRANCH: frozenset((PointKind.JUMP, PointKind.KINK)),
    Kind.LOOP: frozenset((PointKind.JUMP, PointKind.KINK)),
}
"""Which points confirm which kind of finding; kinds that are not listed cannot be probed."""
_TELLING = (
    PointKind.POLE,
    PointKind.INFINITE_SLOPE,
    PointKind.JUMP,
    PointKind.KINK,
    PointKind.MASKED,
    PointKind.NAN,
    PointKind.RAISES,
    PointKind.ZERO_GRADIENT,
    PointKind.WRONG_GRADIENT,
    PointKind.OVERFLOW,
)
"""Of several points that confirm a finding, the witness with two sides comes first."""
_SURFACES: Mapping[Kind, frozenset[str]] = {
    **{
        kind: frozenset(("domain", "nonfinite"))
        for kind in (Kind.UNBOUNDED, Kind.SELECT_LEAK, Kind.PRODUCT_LEAK, Kind.REPAIR_LEAK)
    },
    Kind.OVERFLOW: frozenset(("nonfinite",)),
    Kind.JUMP: frozenset(("jump",)),
    Kind.BRANCH: frozenset(("branch",)),
    Kind.LOOP: frozenset(("branch",)),
}
"""Which kinds of surfaces must be absent to refute a kind of finding."""
_CERTAINTIES = {Outcome.CONFIRMED: Certainty.CONFIRMED, Outcome.PROVEN_ABSENT: Certainty.REFUTED}
_SURENESS = (
    Outcome.CONFIRMED,
    Outcome.PROVEN_ABSENT,
    Outcome.NOT_REPRODUCED,
    Outcome.NOT_EXECUTED,
    Outcome.NOT_CALLABLE,
)


def can_answer(fact: Fact) -> bool:
    """Whether running the code can say anything about a fact."""
    return fact.kind in _ANSWERS


def answered(fact: Fact, path: str, reports: Sequence[Report]) -> Fact:
    """The fact with the best verdict of the reports on the functions around it; `path` is its file's real path."""
    verdicts = [_verdict(fact, replace(fact.span, path=path), report) for report in reports]
    verdict = min(verdicts, key=lambda item: _SURENESS.index(item.outcome))
    certainty = _CERTAINTIES.get(verdict.outcome, fact.certainty)
    return replace(fact, certainty=certainty, verdict=verdict)


def _verdict(fact: Fact, span: Span, report: Report) -> Verdict:
    if report.problem:
        return Verdict(Outcome.NOT_CALLABLE, f"{report.name}: {report.problem}")
    seen = _confirming(fact, span, report.points)
    if seen is not None:
        return Verdict(Outcome.CONFIRMED, seen.kind, seen.witness)
    proven = _refuting(fact, span, report.proof)
    if proven:
        return Verdict(Outcome.PROVEN_ABSENT, proven)
    margins = [margin for place, margin in report.margins if _within(place, span)]
    executed = report.lines.union(*(lines for _, lines in report.others))
    if not margins and executed.isdisjoint(range(span.start.line, span.end.line + 1)):
        return Verdict(Outcome.NOT_EXECUTED, _unreached(span, report))
    nearest = min((margin for margin in margins if margin is not None), default=None)
    near = "" if nearest is None else f", nearest {nearest:.2g}"
    if span.start.line not in report.lines:
        near += "".join(f", with {text}" for text, lines in report.others if span.start.line in lines)
    return Verdict(Outcome.NOT_REPRODUCED, f"{report.evaluations} evaluations of {report.name}{near}")


def _unreached(span: Span, report: Report) -> str:
    obstacle = next((f"; {text}" for line, text in report.obstacles if line == span.start.line), "")
    return f"{report.name} ran without reaching the line, with {report.inputs}{obstacle}"


def _confirming(fact: Fact, span: Span, points: Iterable[Seen]) -> Seen | None:
    """The point at the finding's expression; one that fits exactly comes before one inside of it."""
    found = [
        ((not any(place == span for place in seen.spans), _TELLING.index(PointKind(seen.kind))), seen)
        for seen in points
        if _fits(fact, seen) and any(_within(place, span) for place in seen.spans)
    ]
    return min(found, key=lambda item: item[0])[1] if found else None


def _refuting(fact: Fact, span: Span, proof: Proof | None) -> str:
    """The certificate that a finding cannot happen, empty if there is none."""
    kinds = _SURFACES.get(fact.kind, frozenset())
    if proof is None or proof.open:
        return ""
    absent, present = (
        [kind for place, kind in part if kind in kinds and _within(place, span)]
        for part in (proof.absent, proof.present)
    )
    if present or not absent:
        return ""
    plural = "box" if proof.boxes == 1 else "boxes"
    return f"for {proof.box} ({proof.boxes} {plural}, rounded outwards)"


def _fits(fact: Fact, seen: Seen) -> bool:
    kind = PointKind(seen.kind)
    if kind is PointKind.KINK and fact.kind is Kind.UNBOUNDED:
        slope = seen.witness.at.slope if seen.witness.at else None
        return slope is not None and not math.isfinite(slope)
    return kind in _ANSWERS.get(fact.kind, frozenset())


def _within(place: Span, span: Span) -> bool:
    """Whether an expression lies inside of a finding's; a finding may also be the operand of the expression."""
    if place.path != span.path:
        return False
    if span.start <= place.start and place.end <= span.end:
        return True
    return place.start <= span.start and span.end <= place.end and place.start.line == span.start.line
