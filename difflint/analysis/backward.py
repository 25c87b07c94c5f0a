"""The walk from a sink towards the sources: where a cotangent arrives, and through which masks.

A context is the masks between an operation and the sink: conditions of `where` arms, factors that
are truth values, repairs. An operation is judged where its context's conditions hold. If it is
safe there but not without them, the mask hides the value and not the gradient: 0 times infinity.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING

from difflint.analysis.condition import defined, edge, is_enclosed
from difflint.analysis.evidence import cores, starts_elsewhere, subjects
from difflint.analysis.graph import Form, Value
from difflint.analysis.hazard import Escape, Hazard, Judge
from difflint.analysis.shapes import role, stripped
from difflint.catalogue.model import Role
from difflint.domain.flow import Flow
from difflint.domain.predicate import Path
from difflint.facts import Kind

if TYPE_CHECKING:
    from difflint.analysis.activation import Sink
    from difflint.analysis.interpreter import Interpreter

_LIVE = (Flow.EXACT, Flow.SURROGATE, Flow.MASKED)


@dataclass(frozen=True, slots=True)
class Mask:
    """One mask: `condition` holds where the cotangent passes; None for a repair.

    `other` is what a selection takes elsewhere, `infinite` a value that is replaced where it is
    infinite, and left as it is where it is NaN.
    """

    condition: Value | None
    truth: bool
    kind: Kind
    other: Value | None = None
    infinite: Value | None = None


Context = tuple[Mask, ...]


@dataclass(frozen=True, slots=True)
class Arrival:
    """An operation a cotangent arrives at, and the context it arrives through."""

    value: Value
    context: Context


@dataclass(frozen=True, slots=True)
class Finding:
    """A hazard at an operation; `kind` says whether a mask pretends to hide it.

    `tested`: the mask asks about the operand or what it is computed from, rather than about something else,
    or repairs the result of an operand of which something is known.
    """

    value: Value
    hazard: Hazard
    kind: Kind
    tested: bool = True


def arrivals(interpreter: Interpreter, sink: Sink) -> list[Arrival]:
    """Every live operation below a sink, once per context up to a limit.

    Through what is steered alone the walk looks for branches; no cotangent arrives at what lives below it.
    """
    graph = interpreter.graph
    limit = interpreter.limits.contexts
    seen: dict[int, list[Context]] = {}
    found: list[Arrival] = []
    pending: deque[tuple[Value, Context]] = deque([(sink.value, ())])
    while pending:
        value, context = pending.popleft()
        if not (value.alive or value.steered):
            continue
        known = seen.setdefault(value.order, [])
        if context in known or len(known) >= limit:
            continue
        known.append(context)
        found.append(Arrival(value, context))
        if value.form is Form.LOOP and value.mode == "forward-only" and not sink.forward:
            continue  # reverse mode does not run through: it raises, and nothing arrives below
        for name, operand in graph.inputs(value):
            if _reaches(operand) and _passes(value, name) and (value.alive or not operand.alive):
                pending.append((operand, _below(value, name, context)))
    return found


def _reaches(value: Value) -> bool:
    """Whether a cotangent arrives, or would but for a branch that chooses between constants."""
    return bool(value.alive) or (bool(value.steered) and value.form in (Form.JOIN, Form.LOOP, Form.OPERATION))


def _passes(value: Value, name: str) -> bool:
    if name in ("condition", "index", "axis", "dtype"):
        return False
    return value.operator is None or value.operator.flow_of(name) in _LIVE


def _below(value: Value, name: str, context: Context) -> Context:
    """The context of an operand."""
    kind = role(value)
    mask: Mask | None = None
    if kind in (Role.SELECT, Role.FILL):
        condition = value.operand("condition")
        if condition is not None:
            chosen = (name == "x") == (kind is Role.SELECT)
            arm = value.operand(name)
            asked = _asked(condition, stripped(arm).number) if arm is not None else frozenset()
            other = next((item for key, item in value.operands if key not in (name, "condition")), None)
            infinite = arm if asked == {"infinite"} else None
            mask = Mask(None if asked else condition, chosen, Kind.SELECT_LEAK, other, infinite)
    elif kind is Role.MULTIPLY:
        other = value.operand("y" if name == "x" else "x")
        factor = mask_in(other) if other is not None else None
        if factor is not None:
            mask = Mask(factor, True, Kind.PRODUCT_LEAK)
    elif kind is Role.REPAIR:
        mask = Mask(None, True, Kind.REPAIR_LEAK)
    if mask is None or mask in context:
        return context
    return (*context, mask)


def _asked(condition: Value, number: int) -> frozenset[str]:
    """What a condition asks of the value with a number: whether it is NaN, infinite or finite, to repair it."""
    below = stripped(condition)
    if role(below) is Role.LOGIC:
        return frozenset().union(*(_asked(operand, number) for _, operand in below.operands))
    if role(below) is not Role.TEST or below.operator is None:
        return frozenset()
    return frozenset(below.operator.relation for _, operand in below.operands if stripped(operand).number == number)


def _is_repaired(value: Value, hazard: Hazard, mask: Mask) -> bool:
    """Whether a repair is meant for a hazard: outside of its domain a function is NaN, no infinity to replace."""
    if mask.infinite is None or hazard.escape is not Escape.REGION:
        return True
    return value.family == "exponential" and value.number in cores(mask.infinite)


def _is_nan(value: Value) -> bool:
    """Whether a value is no number: where a selection takes it, the other arm does no further harm."""
    below = stripped(value)
    below = below.operand("value") or below
    return isinstance(below.constant, float) and isnan(below.constant)


def mask_in(value: Value, depth: int = 0) -> Value | None:
    """The truth value in a factor, possibly cast to a number or one factor of several."""
    below = stripped(value)
    kind = role(below)
    if kind in (Role.COMPARE, Role.LOGIC, Role.TEST) and not below.alive:
        return below
    if kind is Role.MULTIPLY and depth < 4:
        for _, operand in below.operands:
            found = mask_in(operand, depth + 1)
            if found is not None:
                return found
    return None


def judge(interpreter: Interpreter, judge_: Judge, arrival: Arrival, order: int) -> Finding | None:
    """The finding at one arrival, if any."""
    value, context = arrival.value, arrival.context
    hazard = judge_.judge(value, value.path, order)
    if hazard is None:
        return None
    path: Path = value.path
    kind = Kind.UNBOUNDED
    for mask in context:
        if mask.condition is None:
            kind = mask.kind if _is_repaired(value, hazard, mask) else kind
            continue
        outside = interpreter.ranges.assume(path, mask.condition, not mask.truth)
        left_out = edge(interpreter.graph, path, mask.condition, mask.truth)
        if mask.other is not None:  # what is no number there has no gradient to lose
            outside = defined(interpreter.graph, outside, mask.other)
        path = interpreter.ranges.assume(path, mask.condition, mask.truth)
        left = judge_.judge(value, path, order)
        if mask.other is not None and _is_nan(mask.other):
            if left is None:
                return None
            hazard = left
        elif left is None or (hazard.escape is Escape.REGION and left.escape is Escape.END):
            if judge_.judge(value, outside, order) is None:
                return None
            tested = not cores(hazard.operand).isdisjoint(subjects(mask.condition))
            return Finding(value, hazard, mask.kind, tested)
        met = judge_.judge(value, left_out, order) if left_out is not None else None
        if met is not None and met.escape is Escape.END and met.interval.is_point:
            return Finding(value, met, mask.kind)
    return Finding(value, hazard, kind, _is_meant(interpreter, value, hazard.operand))


def _is_meant(interpreter: Interpreter, value: Value, operand: Value) -> bool:
    """Whether a repair says that the point is attained: of what others choose, it may be for show."""
    if stripped(operand).form is Form.UNKNOWN or starts_elsewhere(operand):
        return False
    return not is_enclosed(interpreter.graph, value.path, operand)
