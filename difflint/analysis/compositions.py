"""Observations about how operations are put together: precision, surrogates, missing rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from difflint.analysis import precision
from difflint.analysis.backward import Arrival
from difflint.analysis.graph import Form, Value
from difflint.analysis.observation import Observation
from difflint.analysis.shapes import role, stripped
from difflint.analysis.surrogate import surrogate_family
from difflint.analysis.unstable import infinite_draws
from difflint.catalogue.model import Role
from difflint.facts import Certainty, Effect, Kind

if TYPE_CHECKING:
    from difflint.analysis.activation import Sink
    from difflint.analysis.interpreter import Interpreter


def compositions(interpreter: Interpreter, arrival: Arrival, sink: Sink) -> Iterator[Observation]:
    """What the operations around one live operation make of it."""
    value = arrival.value
    if value.form is Form.LOOP and value.mode == "forward-only":
        if sink.known and sink.objective and not sink.forward:
            yield _observation(Kind.NO_DERIVATIVE, "loop", Effect.ERROR, value, sink)
        return
    if value.form is Form.JOIN and value.mode == "exception" and all(item.alive for _, item in value.operands):
        yield _observation(Kind.BRANCH, "exception", Effect.WRONG, value, sink)
    framework = interpreter.catalogue.frameworks.get(value.framework)
    digits = framework.digits if framework is not None else 53
    for family, detail in (
        ("cancellation", precision.cancellation(value)),
        ("saturation", precision.saturated(value, interpreter.ranges, digits)),
        ("sharpness", precision.narrow(value)),
    ):
        if detail:
            yield _observation(Kind.UNSTABLE, family, Effect.ZERO, value, sink, detail=detail)
    mask = precision.fully_masked(value)
    if mask is not None:
        observed = _observation(Kind.UNSTABLE, "masked", Effect.NAN, value, sink, operand=mask)
        yield observed if _is_expected(arrival) else replace(observed, certainty=Certainty.POSSIBLE)
    for pole in infinite_draws(value):
        observed = _observation(Kind.UNBOUNDED, pole.family, Effect.INFINITE, pole, sink)
        below = pole.operands[0][1]
        yield replace(observed, bits=value.alive, interval=str(below.range), point="0")
    family = surrogate_family(value)
    if family:
        yield _observation(Kind.SURROGATE, family, Effect.WRONG, value, sink)
    convention = framework.conventions.get(value.operator.id) if framework is not None and value.operator else None
    if convention is not None and convention.highest and sink.order > convention.highest:
        yield _observation(Kind.NO_DERIVATIVE, "higher", Effect.ERROR, value, sink)


def _is_expected(arrival: Arrival) -> bool:
    """Whether the code repairs NaN later on, or replaces rows whose mask is empty: it has met them."""
    conditions = [mask.condition for mask in arrival.context]
    return any(condition is None or role(stripped(condition)) in (Role.ANY, Role.ALL) for condition in conditions)


def _observation(
    kind: Kind, family: str, effect: Effect, value: Value, sink: Sink, operand: Value | None = None, detail: str = ""
) -> Observation:
    return Observation(
        kind,
        Certainty.LIKELY,
        value.site,
        family,
        effect,
        value=value,
        operand=operand or (value.operands[0][1] if value.operands else None),
        bits=value.alive,
        frame=value.frame,
        sink=sink.site,
        detail=detail,
    )
