"""Points without a slope: kinks, jumps that other paths hide, and limited smoothness.

Gradient descent passes over them, so no default profile reports them; a solver that needs second
derivatives, a sampler or a residual with derivatives of the model stops there. A kink counts only
where the operand attains it, under the conditions and masks between the operation and the sink.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import isclose
from typing import TYPE_CHECKING

from difflint.analysis.backward import Arrival, mask_in
from difflint.analysis.condition import boundary
from difflint.analysis.graph import Form, Grade, Value
from difflint.analysis.observation import Observation
from difflint.analysis.shapes import (
    MOVES,
    TRUTH,
    UNCOUNTED,
    decided_by,
    exponent,
    is_choice,
    is_point_test,
    is_shifted,
    role,
    stripped,
    summands,
    unmodified,
    unscaled,
)
from difflint.catalogue.model import Role
from difflint.domain.interval import Interval
from difflint.domain.predicate import Path
from difflint.domain.smoothness import Smoothness
from difflint.facts import Cause, Certainty, Effect, Kind

if TYPE_CHECKING:
    from difflint.analysis.activation import Sink
    from difflint.analysis.interpreter import Interpreter

_PASSES = MOVES | {Role.INDEX, Role.SHAPE}
_LOSES = frozenset({Role.DETACH, Role.CONVERT, Role.REBUILD, Role.PARAMETER, Role.QUERY, Role.STATIC})
_DATA = ("integer-cast", "comparison", "binning")
_CUSPS = ("absolute", "norm", "deviation")
_CLOSE = 1e-6
"""Arms that differ by less, relatively, differ by the rounding of constants."""
_STRETCH = 4
"""Moves between an operation and the square that takes its kink away."""


class Kinks:
    """The non-smooth points between the sources and one sink."""

    def __init__(self, interpreter: Interpreter, sink: Sink, found: Sequence[Arrival]) -> None:
        self._interpreter = interpreter
        self._sink = sink
        self.users: dict[int, list[Value]] = {}
        self._shifts: set[int] = set()
        self._summands = frozenset(part.order for part in summands(sink.value)) if sink.minimised else frozenset()
        for value in {arrival.value.order: arrival.value for arrival in found}.values():
            for _, operand in value.operands:
                self.users.setdefault(operand.order, []).append(value)
            argument = exponent(value) if value.family == "exponential" else None
            shift = stripped(argument).operand("y") if argument is not None and is_shifted(argument) else None
            if shift is not None:
                self._shifts.add(stripped(shift).number)

    def at(self, arrival: Arrival) -> Iterator[Observation]:
        """What is not smooth at one operation."""
        value, operator = arrival.value, arrival.value.operator
        yield from self._steps(value)
        if is_choice(value):
            yield from self._choice(value, self.path(arrival))
            return
        bend = self.bend(value, self.path(arrival))
        if bend is not None and operator is not None:
            kind, operand, interval, point = bend
            yield self._observation(kind, value, value, operator.family, operand, str(interval), point)

    def bend(self, value: Value, path: Path) -> tuple[Kind, Value, Interval, str] | None:
        """How smooth one operation is where `path` holds: operand, interval and the first point it attains."""
        operator = value.operator
        if operator is None or operator.smoothness.order > 1 or operator.smoothness is Smoothness.CONTINUOUS:
            return None
        if operator.family in ("modulo", "angle", "") or self.is_shift(value):
            return None
        reached = self._reached(value, path)
        kind = self._kind(value, operator.smoothness) if reached is not None else None
        return (kind, *reached) if reached is not None and kind is not None else None

    def is_shift(self, value: Value) -> bool:
        """Whether a value is the maximum that exponentials are shifted by: it has no influence on their sum."""
        return stripped(value).number in self._shifts

    def is_entropy(self, value: Value) -> bool:
        """Whether a logarithm is multiplied by its own argument, as in p*log(p)."""
        if value.family != "log" or not value.operands:
            return False
        argument = stripped(value.operands[0][1])
        products = [item for item in self.users.get(value.order, ()) if role(item) is Role.MULTIPLY]
        return any(stripped(part).number == argument.number for item in products for _, part in item.operands)

    def below(self, value: Value) -> Iterator[Observation]:
        """The steps that make a whole sink constant for a solver."""
        if not value.alive and self._interpreter.catalogue.is_symbolic(value.framework):
            for step in _first_steps(value):
                if step.operand("condition") is not None:
                    yield from self._choice(step, step.path)
                elif _live(step):
                    yield self._observation(
                        Kind.JUMP, step, value, step.family or "step", step.operands[0][1], bits=_live(step)
                    )

    def path(self, arrival: Arrival) -> Path:
        """What holds at an operation, and behind the masks between it and the sink."""
        path = arrival.value.path
        for mask in arrival.context:
            if mask.condition is not None:
                path = self._interpreter.ranges.assume(path, mask.condition, mask.truth)
        return path

    def _kind(self, value: Value, smoothness: Smoothness) -> Kind | None:
        """What remains of a kink after the powers that are taken of it; None for nothing."""
        if smoothness is Smoothness.C1:
            return Kind.CURVATURE
        if smoothness is Smoothness.ANY:
            return Kind.JUMP
        powers = [self._power(value, consumer, 0) for consumer in self.users.get(value.order, ())]
        least = min(powers, default=1.0)
        if least <= 1.0:
            return Kind.KINK
        if value.family in _CUSPS and all(power % 2 == 0 for power in powers):
            return None
        vanishes = value.family in (*_CUSPS, "rectifier") or value.range.lo == 0.0
        if not vanishes:
            return Kind.KINK
        return Kind.CURVATURE if least < 3.0 else None

    def _power(self, value: Value, consumer: Value, depth: int) -> float:
        """The power a consumer takes of a value, through moves; 1 for anything else."""
        kind = role(consumer)
        if kind is Role.SQUARE:
            return 2.0
        if kind is Role.POWER:
            exponent_ = consumer.operand("y")
            return exponent_.range.lo if exponent_ is not None and exponent_.range.is_point else 1.0
        if kind is Role.MULTIPLY:
            x, y = consumer.operand("x"), consumer.operand("y")
            return self._product(value, x, y) if x is not None and y is not None else 1.0
        if kind in _PASSES and depth < _STRETCH:
            later = self.users.get(consumer.order, ())
            return min((self._power(consumer, item, depth + 1) for item in later), default=1.0)
        return 1.0

    def _product(self, value: Value, x: Value, y: Value) -> float:
        """As `_power`, for a product: of a value with itself 2, of |x| with x something odd."""
        inner = {operand.number for _, operand in value.operands[:1]}
        first, second = unscaled(x).number, unscaled(y).number
        if first == second == value.number:
            return 2.0
        return 1.5 if value.number in (first, second) and inner & {first, second} else 1.0

    def _reached(self, value: Value, path: Path) -> tuple[Value, Interval, str] | None:
        """The operand, its interval and the point where the operation is not smooth, if attained."""
        if not value.operands or all(operand.integral for _, operand in value.operands):
            return None
        x, kind = value.operands[0][1], role(value)
        interval = self._interpreter.ranges.under(x, path)
        operator = value.operator
        assert operator is not None
        if kind in (Role.MAXIMUM, Role.MINIMUM):
            other = value.operand("y")
            return self._tie(x, other, path) if other is not None else None
        if kind is Role.CLAMP:
            return self._bound(value, x, interval, path)
        if kind is Role.HULL and operator.relation and role(stripped(x)) is Role.CONCATENATE:
            parts = stripped(x).operands
            if len(parts) == 2:
                return self._tie(parts[0][1], parts[1][1], path)
        if operator.kinks:
            point = next((point for point in operator.kinks if crosses(interval, point)), None)
            return (x, interval, f"{point:g}") if point is not None else None
        if operator.family in _CUSPS and not self._interpreter.ranges.under(value, path).contains(0.0):
            return None
        return x, interval, "0" if operator.family in _CUSPS else "a tie" if operator.relation else "its breakpoints"

    def _tie(self, x: Value, y: Value, path: Path) -> tuple[Value, Interval, str] | None:
        graph, ranges = self._interpreter.graph, self._interpreter.ranges
        if x.number == y.number or (x.integral and y.integral):
            return None
        gap = ranges.under(x, path).subtract(ranges.under(y, path))
        known = path.about(graph.difference(x, y))
        gap = gap if known is None else gap.meet(known)
        if not crosses(gap, 0.0):
            return None
        varying, other = (x, y) if x.alive else (y, x)
        point = f"{other.range.lo:g}" if other.range.is_point else "a tie"
        return varying, ranges.under(varying, path), point

    def _bound(self, value: Value, x: Value, interval: Interval, path: Path) -> tuple[Value, Interval, str] | None:
        for name in ("min", "max"):
            bound = value.operand(name)
            if bound is None or (bound.form is Form.CONSTANT and bound.constant is None):
                continue
            end = self._interpreter.ranges.under(bound, path)
            if crosses(interval.subtract(end), 0.0):
                return x, interval, f"{end.lo:g}" if end.is_point else f"its {name}imum"
        return None

    def _choice(self, value: Value, path: Path) -> Iterator[Observation]:
        """A framework's selection by a live value: a jump or a kink at the boundary."""
        index = value.operand("index")
        if index is not None and value.form is Form.JOIN:
            chosen = _live(index) & self._interpreter.graph.arrays
            if chosen:
                yield self._observation(Kind.JUMP, value, value, "switch", index, bits=chosen)
            return
        condition = value.operand("condition")
        x, y = value.operand("x"), value.operand("y") or value.operand("value")
        if condition is None or x is None or y is None or is_point_test(condition):
            return
        decided = decided_by(condition) & self._interpreter.graph.arrays
        if not decided or self._interpreter.ranges.under(condition, path).is_point:
            return
        meets = self.meets(condition, x, y, path)
        if meets is None and self.is_guard(value, condition):
            return
        kind = Kind.KINK if meets else Kind.JUMP
        details = {True: "the arms meet with a kink", False: "the arms jump at the boundary", None: ""}
        detail = f"; {details[meets]}" if details[meets] else ""
        yield self._observation(kind, value, value, "select", condition, detail=detail, bits=decided)

    def meets(self, condition: Value, x: Value, y: Value, path: Path) -> bool | None:
        """Whether two arms agree at the boundary of a condition, if that can be told."""
        edge = boundary(self._interpreter.graph, path, condition)
        if edge is None:
            return None
        compared = {operand.number for _, operand in stripped(condition).operands}
        if {x.number, y.number} <= compared:
            return True
        # in an arm the condition holds up to the boundary, whichever side the boundary itself is on
        first, second = (
            self._interpreter.ranges.under(arm, edge.assume(condition.number, Interval.point(float(holds))))
            for arm, holds in ((x, True), (y, False))
        )
        first, second = (_closed(arm.range) if end.is_empty else end for arm, end in ((x, first), (y, second)))
        if not first.meet(second).is_empty:
            return True if first.is_point and second.is_point else None
        ends = ((first.lo, second.hi), (first.hi, second.lo))
        near = any(isclose(one, other, rel_tol=_CLOSE, abs_tol=1e-12) for one, other in ends)
        return (True if first.is_point and second.is_point else None) if near else False

    def is_flattened(self, value: Value) -> bool:
        """Whether everything that uses a value bounds it away from zero, so that nothing shows where it is zero."""
        pending, seen = [value], 0
        while pending:
            item = pending.pop()
            later = self.users.get(item.order, [])
            seen += 1
            if not later or seen > 24:
                return False
            for user in later:
                if role(user) in _PASSES:
                    pending.append(user)
                elif role(user) not in (Role.CLAMP, Role.MAXIMUM) or not _bounds(user, item):
                    return False
        return True

    def is_guard(self, value: Value, condition: Value) -> bool:
        """Whether all uses of a selection lie behind another one by the same condition."""
        pending, seen = [value], 0
        while pending:
            later = self.users.get(pending.pop().order, [])
            seen += 1
            if not later or seen > 24:
                return False
            for item in later:
                test = item.operand("condition")
                if test is None or stripped(test).number != stripped(condition).number:
                    pending.append(item)
        return True

    def _steps(self, value: Value) -> Iterator[Observation]:
        """Steps below this operation whose jump the gradient of another path hides."""
        for name, operand in value.operands:
            if name in UNCOUNTED or operand.alive or not (operand.depends or operand.steered):
                continue
            for step in _first_steps(operand):
                if step.operand("condition") is not None:
                    yield from self._choice(step, step.path)
                    continue
                lost = decided_by(step) if role(step) in TRUTH else _live(step)
                if not lost & self._interpreter.graph.arrays:
                    continue
                kink = role(value) is Role.MULTIPLY and self._vanishes(value, name, operand)
                family = "comparison" if role(step) in TRUTH else step.family or "step"
                family = "integer-cast" if step.mode == "integer" else family
                below = step.operands[0][1]
                sure = self._interpreter.graph.grades(lost) & {Grade.PARAMETER, Grade.DIFFERENTIATED}
                if family in _DATA and unmodified(below) and not sure:
                    continue  # casting or comparing an argument as it came says that it is data
                if kink:
                    yield self._observation(Kind.KINK, value, value, "select", below, bits=lost)
                else:
                    yield self._observation(Kind.JUMP, step, value, family, below, bits=lost)

    def _vanishes(self, product: Value, name: str, factor: Value) -> bool:
        """Whether the other factor of a mask is zero where the mask switches."""
        other = product.operand("y" if name == "x" else "x")
        mask = mask_in(factor)
        edge = boundary(self._interpreter.graph, product.path, mask) if mask is not None else None
        return other is not None and edge is not None and self._interpreter.ranges.under(other, edge) == _ZERO

    def _observation(
        self,
        kind: Kind,
        value: Value,
        user: Value,
        family: str,
        operand: Value,
        interval: str = "",
        point: str = "",
        detail: str = "",
        bits: int = 0,
    ) -> Observation:
        interpreter = self._interpreter
        model = user.order in self._summands if kind is Kind.KINK and family != "select" else False
        if kind is Kind.JUMP or family == "select":
            model = interpreter.catalogue.is_symbolic(user.framework)
        return Observation(
            kind,
            Certainty.LIKELY,
            value.site,
            family,
            Effect.WRONG if kind is Kind.JUMP else Effect.NONE,
            Cause.MODEL if model else Cause.PLAIN,
            value,
            operand,
            interval,
            point,
            bits or value.alive,
            value.frame,
            self._sink.site,
            detail,
        )


_ZERO = Interval.point(0.0)


def crosses(interval: Interval, point: float) -> bool:
    """Whether an interval holds numbers on both sides of a point, and the point."""
    return interval.lo < point < interval.hi and not (point == 0.0 and interval.nonzero)


def _closed(interval: Interval) -> Interval:
    """An interval with its ends: what a branch computes approaches them at its boundary."""
    return Interval.make(interval.lo, interval.hi)


def _bounds(user: Value, value: Value) -> bool:
    """Whether a clamp or maximum keeps a value above a positive bound."""
    others = [operand for name, operand in user.operands if name != "max" and operand is not value]
    return bool(others) and all(operand.range.positive for operand in others)


def _live(step: Value) -> int:
    bits = 0
    for name, operand in step.operands:
        if name not in UNCOUNTED:
            bits |= operand.alive
    return bits


def _first_steps(value: Value) -> Iterable[Value]:
    """The operations below a dead value that make steps of live ones."""
    pending, seen = [value], set[int]()
    while pending and len(seen) < 32:
        item = pending.pop()
        if item.order in seen or not item.recording or role(item) in _LOSES or not (item.depends or item.steered):
            continue
        seen.add(item.order)
        condition = item.operand("condition")
        if condition is not None and decided_by(condition):
            if item.form is not Form.JOIN or item.mode == "framework":  # branches of Python are reported as such
                yield item
            continue
        if _live(item):
            stepped = item.mode == "integer" or (
                item.operator is not None and item.operator.smoothness is Smoothness.ANY and item.family != "sample"
            )
            if (stepped and not is_point_test(item)) or (item.family == "integer-cast"):
                yield item
            continue
        pending += [operand for name, operand in item.operands if name not in UNCOUNTED]
