"""Where one operation is not smooth: conditions as text, and the words of the conventions for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from difflint.analysis.graph import Form, Value
from difflint.analysis.hazard import Escape, Hazard
from difflint.analysis.kinks import crosses
from difflint.analysis.phrase import Phrases
from difflint.analysis.ranges import Ranges
from difflint.analysis.shapes import MOVES, TRUTH, role, stripped
from difflint.catalogue.model import Operator, Role
from difflint.domain.interval import Interval
from difflint.domain.predicate import Path

_ENTRIES = {"max": "largest entries", "min": "smallest entries"}
_LENGTHS = ("norm", "deviation")


@dataclass(frozen=True, slots=True)
class Locus:
    """A condition, and the keys under which a convention may state the derivative there."""

    condition: str
    keys: tuple[str, ...] = ()


EVERYWHERE = Locus("everywhere")


class Loci:
    """Describes the exceptional sets of the operations of one graph."""

    def __init__(self, phrases: Phrases, ranges: Ranges) -> None:
        self._phrases = phrases
        self._ranges = ranges

    def bends(self, value: Value, path: Path) -> Iterator[Locus]:
        """Every point where the slope of an operation changes, of those its operands attain."""
        operator, kind = value.operator, role(value)
        assert operator is not None
        x, y = value.operands[0][1], value.operand("y")
        if kind in (Role.MAXIMUM, Role.MINIMUM) and y is not None:
            yield Locus(self._phrases.equation(x, y, value), ("x == y",))
        elif kind is Role.CLAMP:
            yield from self._ends(value, x, path)
        elif operator.kinks:
            yield from self._listed(value, operator, x, path)
        elif operator.family in _LENGTHS:
            yield Locus(self._phrases.equation(value, 0.0, value), ("x == 0", "x == y", "constant"))
        else:
            yield self._entries(value, operator)

    def _listed(self, value: Value, operator: Operator, x: Value, path: Path) -> Iterator[Locus]:
        """The points of the row; a number in the call moves all of them but zero, and changes the slopes."""
        configured = self._phrases.is_configured(value)
        if configured and operator.kinks != (0.0,):
            yield Locus(f"{self._phrases.of(x, value)} at a breakpoint of {operator.id}")
            return
        interval = self._ranges.under(x, path)
        for point in operator.kinks:
            if crosses(interval, point):
                keys = () if configured else (f"x == {point:g}",)
                yield Locus(self._phrases.equation(x, point, value), keys)

    def _ends(self, value: Value, x: Value, path: Path) -> Iterator[Locus]:
        interval = self._ranges.under(x, path)
        for name in ("min", "max"):
            bound = value.operand(name)
            if bound is None or (bound.form is Form.CONSTANT and bound.constant is None):
                continue
            if crosses(interval.subtract(self._ranges.under(bound, path)), 0.0):
                yield Locus(self._phrases.equation(x, bound, value), (f"x == {name}",))

    def _entries(self, value: Value, operator: Operator) -> Locus:
        x, y = value.operands[0][1], value.operand("y")
        if operator.family == "absolute":
            pair = y is not None and len(value.operands) >= 2
            condition = self._phrases.equation(x, y if pair and y is not None else 0.0, value)
            return Locus(condition, ("x == y", "x == 0"))
        text = self._phrases.of(x, value)
        if operator.family == "order" and operator.role is Role.FUNCTION and y is None:
            return Locus(f"{text} has equal eigenvalues or singular values", ("equal", "x == 0"))
        if operator.role is Role.HULL or operator.relation in _ENTRIES:
            return Locus(f"{_ENTRIES.get(operator.relation, 'entries')} of {text} are equal", ("tie", "equal", "pick"))
        return Locus(f"{text} at a breakpoint of {operator.id}", ("x == 0", "x == y"))

    def steps(self, value: Value) -> Locus | None:
        """Where a step function or a wrapped value jumps, if it is one point or a row of them."""
        operator = value.operator
        assert operator is not None
        if role(value) in TRUTH:
            return Locus(self._phrases.boundary(value))
        if operator.exceptional:
            condition = self._phrases.formula(operator.exceptional, value)
            if condition:
                return Locus(condition, ("x == 0",))
        text = self._phrases.of(value.operands[0][1], value)
        if value.mode == "integer" or operator.family in ("rounding", "integer-cast"):
            return Locus(f"{text} at an integer" if operator.id != "round-decimals" else f"{text} halfway")
        if operator.family == "modulo":
            return Locus(f"{text} at a multiple of the period")
        return None

    def singular(self, value: Value, hazard: Hazard) -> Locus:
        """Where the derivative of an operation, or its value, does not exist."""
        operator = value.operator
        assert operator is not None
        operand = hazard.operand
        if not operand.depends:
            return EVERYWHERE
        if operator.family == "angle":
            return self._angle(value)
        if operator.family == "matrix-inverse":
            word = "is not positive definite" if operator.relation == "definite" else "is singular"
            return Locus(f"{self._phrases.of(operand, value)} {word}")
        if operator.family == "decomposition":
            return Locus(f"{self._phrases.of(operand, value)} has equal eigenvalues or singular values", ("equal",))
        if operator.family in _LENGTHS:
            return next(self.bends(value, value.path))
        if operator.role is Role.POWER and hazard.escape is Escape.REGION:
            sign = "<" if value.operands[1][1].range.lo > 1.0 else "<="
            return Locus(f"{self._phrases.of(operand, value)} {sign} 0")
        if operator.role in (Role.POWER, Role.DIVIDE) or operator.derivative_domain.is_top:
            return Locus(self._phrases.equation(operand, 0.0, value), ("x == 0",))
        return Locus(self._outside(value, operand, hazard.interval, operator.derivative_domain), ("x == 0",))

    def _angle(self, value: Value) -> Locus:
        first, second = value.operand("y"), value.operand("x")
        if first is None or second is None:
            return Locus(self._phrases.equation(value.operands[0][1], 0.0, value))
        y, x = self._phrases.of(first, value), self._phrases.of(second, value)
        return Locus(f"{x} == {y} == 0", ("x == y == 0",))

    def _outside(self, value: Value, operand: Value, interval: Interval, domain: Interval) -> str:
        """The part of an operand's interval that lies outside of an open or half-open domain."""
        below = stripped(operand, MOVES)
        if role(below) is Role.NEGATE:
            return self._outside(below, below.operands[0][1], interval.negate(), domain.negate())
        parts: list[str] = []
        text = self._phrases.of(operand, value)
        if interval.lo < domain.lo:
            parts.append(f"{text} {'<=' if domain.lo_open else '<'} {domain.lo:g}")
        elif interval.lo == domain.lo and domain.lo_open and not interval.lo_open:
            parts.append(self._phrases.equation(operand, domain.lo, value))
        if interval.hi > domain.hi:
            parts.append(f"{text} {'>=' if domain.hi_open else '>'} {domain.hi:g}")
        elif interval.hi == domain.hi and domain.hi_open and not interval.hi_open:
            parts.append(self._phrases.equation(operand, domain.hi, value))
        if domain.nonzero and interval.contains(0.0):
            parts.append(self._phrases.equation(operand, 0.0, value))
        return " or ".join(parts) or self._phrases.equation(operand, 0.0, value)


def is_negligible(hazard: Hazard, value: Value) -> bool:
    """Whether only rounding, overflow or a setting that is not known makes the hazard, and no argument."""
    if hazard.escape is Escape.ROUNDING or value.family in ("exponential", "normalisation"):
        return True
    return not hazard.operand.depends and not hazard.interval.is_point
