"""From one run's graph to facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from difflint.analysis.backward import Arrival, Finding, arrivals, judge
from difflint.analysis.branches import control
from difflint.analysis.compositions import compositions
from difflint.analysis.graph import Grade, Site, Value
from difflint.analysis.hazard import Escape, Hazard, Judge, is_finite
from difflint.analysis.kinks import Kinks
from difflint.analysis.loss import Loss
from difflint.analysis.lost import losses
from difflint.analysis.models import ratios
from difflint.analysis.observation import Observation
from difflint.analysis.overwritten import overwritten, overwritten_arguments
from difflint.analysis.periodic import is_unseen
from difflint.analysis.shapes import MOVES, TRUTH, is_step, role, stripped, unmodified
from difflint.analysis.unstable import overflowing, underflowing
from difflint.catalogue.model import Convention, Operator, Role
from difflint.facts import Cause, Certainty, Effect, Kind

if TYPE_CHECKING:
    from difflint.analysis.activation import Sink
    from difflint.analysis.interpreter import Interpreter

_TAKEN = MOVES | {Role.EXTRACT, Role.INDEX, Role.SUM}


@dataclass(slots=True)
class Report:
    """The observations of one run, and every operation a cotangent arrived at in a callee."""

    observations: list[Observation]
    called: set[tuple[Site, str]]
    visited: set[tuple[Site, str]]
    functions: set[tuple[str, int]]


def observe(interpreter: Interpreter, sinks: list[Sink]) -> Report:
    """Everything that goes wrong between the sources and these sinks."""
    report = Report([], set(), set(), set())
    if not sinks:
        return report
    judge_ = Judge(interpreter.graph, interpreter.ranges)
    alive = 0
    kinked: list[Observation] = []
    for sink in sinks:
        alive |= sink.value.alive
    alive = interpreter.graph.closed(alive)
    for sink in sinks:
        found = arrivals(interpreter, sink)
        kinks = Kinks(interpreter, sink, found)
        kinked += kinks.below(sink.value)
        for arrival in found:
            value = arrival.value
            if not (value.alive | value.steered) & interpreter.graph.trained:
                continue
            operator = value.operator
            if operator is not None and value.alive & interpreter.graph.trained:
                report.visited.add((value.site, operator.id))
                if value.frame is not None and value.frame.caller is not None:
                    report.called.add((value.site, operator.id))
                    report.functions.add((value.frame.path, value.frame.function))
                report.observations.extend(_at(interpreter, judge_, arrival, sink, kinks))
            kinked += kinks.at(arrival)
            report.observations.extend(control(interpreter, value, alive, sink, kinks))
            report.observations.extend(compositions(interpreter, arrival, sink))
    for loss in losses(interpreter, sinks, alive):
        effect = Effect.ZERO if loss.kind is Kind.ZERO_GRADIENT else Effect.CUT
        report.observations.append(
            Observation(
                loss.kind,
                loss.certainty,
                loss.value.site,
                _loss_family(loss),
                effect,
                Cause.MODEL if interpreter.catalogue.is_symbolic(loss.value.framework) else Cause.PLAIN,
                value=loss.value,
                operand=loss.value.operands[0][1] if loss.value.operands else None,
                bits=loss.bits,
                frame=loss.value.frame,
                sink=sinks[0].site,
            )
        )
    fixed = list(ratios(interpreter, sinks))
    places = {item.site for item in fixed}
    report.observations = fixed + [item for item in report.observations if item.site not in places]
    report.observations.extend(_unreported(kinked, report.observations))
    report.observations.extend(_steering(interpreter, sinks))
    report.observations.extend(overwritten_arguments(interpreter, sinks))
    return report


def _unreported(kinked: list[Observation], others: list[Observation]) -> Iterator[Observation]:
    """Kinks and jumps at operations that have no worse fault."""
    sure = (Certainty.MUST, Certainty.LIKELY)
    faults = (Kind.UNBOUNDED, Kind.ZERO_GRADIENT, Kind.TRACED_BRANCH)
    worse = {item.site for item in others if item.kind in faults and item.certainty in sure}
    yield from (item for item in kinked if item.site not in worse)


def _loss_family(loss: Loss) -> str:
    value = loss.value
    operator = value.operator
    kind = role(value)
    if loss.indexing and value.family in ("rounding", "argmax", "step"):
        return "index"
    if value.mode == "integer":
        return "integer-cast"
    if kind in TRUTH or is_step(value):
        return "comparison"
    if operator is None or not value.recording:
        return "region"
    if kind in (Role.DETACH, Role.EXTRACT, Role.CONVERT, Role.REBUILD, Role.PARAMETER, Role.FACTORY):
        return operator.family
    if value.lost and not operator.integer and kind is not Role.OPAQUE:
        return "foreign"
    return operator.family or "step"


def _at(interpreter: Interpreter, judge_: Judge, arrival: Arrival, sink: Sink, kinks: Kinks) -> Iterator[Observation]:
    value = arrival.value
    operator = value.operator
    assert operator is not None
    finding = judge(interpreter, judge_, arrival, sink.order)
    if underflowing(value, interpreter.ranges):
        yield Observation(
            Kind.UNSTABLE,
            Certainty.LIKELY,
            value.site,
            "probability",
            Effect.INFINITE,
            value=value,
            operand=value.operands[0][1],
            interval=str(value.operands[0][1].range),
            point="0",
            bits=value.alive,
            frame=value.frame,
            sink=sink.site,
        )
    elif finding is not None and not (
        _conventional(interpreter, value, finding.hazard, sink.order) or _is_leak_of_host(interpreter, finding)
    ):
        if finding.hazard.escape is not Escape.ROUNDING or finding.hazard.certainty is Certainty.LIKELY:
            observed = _hazard(finding, operator, sink)
            if operator.family == "norm" and interpreter.catalogue.is_symbolic(value.framework):
                observed = replace(observed, cause=Cause.MODEL)
            entropy = observed.kind is Kind.UNBOUNDED and kinks.is_entropy(value)
            yield replace(observed, family="entropy") if entropy else observed
    for part in overflowing(value, interpreter.ranges):
        yield Observation(
            Kind.UNSTABLE,
            Certainty.LIKELY,
            part.site,
            "exponential",
            Effect.NAN,
            value=part,
            operand=part.operands[0][1],
            interval=str(part.operands[0][1].range),
            bits=part.alive,
            frame=part.frame,
            sink=sink.site,
        )
    shown = operator.family == "modulo" and not is_unseen(interpreter.ranges, value, kinks.consumers, sink.value)
    if shown and not unmodified(value.operands[0][1]):
        yield Observation(
            Kind.JUMP,
            Certainty.LIKELY,
            value.site,
            "modulo",
            Effect.WRONG,
            value=value,
            operand=value.operands[0][1],
            bits=value.alive,
            frame=value.frame,
            sink=sink.site,
        )
    yield from overwritten(interpreter, value, operator, sink)


def _convention(interpreter: Interpreter, value: Value) -> Convention | None:
    framework = interpreter.catalogue.frameworks.get(value.framework)
    if framework is None or value.operator is None:
        return None
    return framework.conventions.get(value.operator.id)


def _conventional(interpreter: Interpreter, value: Value, hazard: Hazard, order: int) -> bool:
    """Whether the framework reports a finite derivative at the exceptional set, or drops it below."""
    convention = _convention(interpreter, value)
    if convention is not None and convention.finite_order >= order:
        return True
    alone = sum(bool(operand.alive) for _, operand in value.operands) == 1
    return hazard.escape is Escape.END and alone and is_finite(value, hazard) and _drops(interpreter, hazard.operand)


def _is_leak_of_host(interpreter: Interpreter, finding: Finding) -> bool:
    """Whether a masked hazard is of a framework without a reverse mode: what is not selected does no harm there."""
    return finding.kind is not Kind.UNBOUNDED and interpreter.catalogue.is_host(finding.value.framework)


def _drops(interpreter: Interpreter, operand: Value) -> bool:
    """Whether the backward pass of what makes the end selects zero there: `sqrt(relu(x))`."""
    below = stripped(operand, MOVES | {Role.SUM, Role.SQUARE})
    convention = _convention(interpreter, below)
    return convention is not None and convention.selects and set(convention.derivative.values()) == {0.0}


def _hazard(finding: Finding, operator: Operator, sink: Sink) -> Observation:
    kind, value, hazard = finding.kind, finding.value, finding.hazard
    certainty, cause = hazard.certainty, hazard.cause
    if operator.family == "exponential" and kind is Kind.UNBOUNDED:
        kind = Kind.OVERFLOW
    elif kind is not Kind.UNBOUNDED and finding.tested and operator.family != "angle":
        # a mask tests one argument of an angle, whose hazard needs both
        certainty = Certainty.LIKELY
    effect = Effect.INFINITE if hazard.escape is Escape.END else Effect.NAN
    return Observation(
        kind,
        certainty,
        value.site,
        operator.family or operator.id,
        effect,
        cause,
        value,
        hazard.operand,
        str(hazard.interval),
        hazard.point,
        value.alive,
        value.frame,
        sink.site,
    )


def _steering(interpreter: Interpreter, sinks: list[Sink]) -> Iterator[Observation]:
    """An objective that sees what it is differentiated by in conditions only."""
    for sink in sinks:
        value = sink.value
        if not sink.known or value.alive or value.depends or not value.steered:
            continue
        sure = {Grade.PARAMETER, Grade.DIFFERENTIATED}
        if interpreter.graph.grades(value.steered) & sure:
            yield Observation(
                Kind.BRANCH_ONLY,
                Certainty.MUST,
                value.site,
                "branch",
                Effect.CUT,
                value=value,
                bits=value.steered,
                frame=value.frame,
                sink=sink.site,
            )
