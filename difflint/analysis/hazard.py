"""Where an operand's interval leaves the derivative's domain, and how sure that is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from difflint.analysis.condition import is_enclosed
from difflint.analysis.denominators import is_never_zero, is_power_of_input
from difflint.analysis.evidence import (
    cause,
    chances,
    has_zero_end,
    is_computed,
    is_cosine,
    is_difference,
    is_distance,
    is_guarded,
    is_indefinite,
    is_magnitude,
    is_signed_by_data,
    is_sine,
    rooted,
    saturates,
    unsigned_exponents,
)
from difflint.analysis.graph import Form, Grade, Graph, Value
from difflint.analysis.isolated import is_isolated
from difflint.analysis.periodic import vanishes_at_turns
from difflint.analysis.ranges import Ranges
from difflint.analysis.relations import mixtures
from difflint.analysis.removable import is_removable
from difflint.analysis.shapes import MOVES, factors, is_gram, is_leaf, role, stripped
from difflint.analysis.vanish import can_vanish
from difflint.catalogue.model import Operator, Role
from difflint.domain.interval import Interval
from difflint.domain.predicate import Path
from difflint.facts import Cause, Certainty

_ARGUMENT = MOVES | {Role.INDEX, Role.DETACH}
_NONZERO = Interval.TOP.excluding_zero()
_UNIT = Interval(0.0, 1.0)
_SPACING = 2.0**-23
"""The distance of single-precision numbers, relative to their size."""


class Escape(Enum):
    """How an interval leaves a domain, the surest first."""

    END = "end"
    """A closed end of the interval is an excluded end of the domain."""
    REGION = "region"
    """A piece of positive length lies outside."""
    ISOLATED = "isolated"
    """An excluded point lies inside of a two-sided interval."""
    ROUNDING = "rounding"
    """Only rounding reaches the excluded end, or passes it."""


@dataclass(frozen=True, slots=True)
class Hazard:
    """A derivative that is infinite or NaN at a point the operand may attain."""

    operand: Value
    interval: Interval
    point: str
    escape: Escape
    certainty: Certainty
    cause: Cause


def escape(interval: Interval, domain: Interval) -> tuple[Escape, str] | None:
    """How `interval` leaves `domain`, and at which point, as text."""
    if interval.is_empty:
        return None
    found: list[tuple[Escape, str]] = []
    low, high = f"{domain.lo:g}", f"{domain.hi:g}"
    if interval.lo < domain.lo:
        found.append((_beyond(interval, domain.lo - interval.lo), f"below {low}"))
    elif interval.lo == domain.lo and domain.lo_open and domain.lo > float("-inf"):
        if not interval.lo_open:
            found.append((Escape.END, low))
        elif interval.lo_rounds:
            found.append((Escape.ROUNDING, low))
    if interval.hi > domain.hi:
        found.append((_beyond(interval, interval.hi - domain.hi), f"above {high}"))
    elif interval.hi == domain.hi and domain.hi_open and domain.hi < float("inf"):
        if not interval.hi_open:
            found.append((Escape.END, high))
        elif interval.hi_rounds:
            found.append((Escape.ROUNDING, high))
    if domain.nonzero and interval.contains(0.0):
        closed = interval.lo == 0.0 or interval.hi == 0.0
        found.append((Escape.END if closed else Escape.ISOLATED, "0"))
    order = list(Escape)
    return min(found, key=lambda entry: order.index(entry[0])) if found else None


def _beyond(interval: Interval, width: float) -> Escape:
    """How a piece of some width lies outside: one too narrow for the precision is there by rounding."""
    size = max(abs(interval.lo), abs(interval.hi))
    return Escape.ROUNDING if math.isfinite(size) and width <= _SPACING * size else Escape.REGION


def _is_kernel(operand: Value) -> bool:
    """Whether a matrix is computed entry by entry, rather than an argument, possibly scaled."""
    below = stripped(operand)
    divided = role(below) is Role.DIVIDE and bool(below.operands[1][1].depends) and not is_leaf(below.operands[1][1])
    return divided or any(role(part) in (Role.FUNCTION, Role.POWER) and part.depends for part in factors(below))


def is_finite(value: Value, hazard: Hazard) -> bool:
    """Whether the value is finite where its derivative is not."""
    operator = value.operator
    if operator is None:
        return False
    if operator.role is Role.POWER:
        power = value.operand("y")
        return power is not None and power.range.positive
    return operator.role is Role.FUNCTION and escape(hazard.interval, operator.value_domain) is None


class Judge:
    """Judges single operations of one graph."""

    def __init__(self, graph: Graph, ranges: Ranges) -> None:
        self.graph = graph
        self.ranges = ranges
        self._logged: set[tuple[int, bool]] | None = None

    def judge(self, value: Value, path: Path, order: int) -> Hazard | None:
        """The hazard of one operation where `path` holds, for derivatives up to `order`."""
        operator = value.operator
        if operator is None:
            return None
        if operator.role is Role.DIVIDE:
            return self._operand(value, value.operand("y"), _NONZERO, path)
        if operator.role is Role.POWER:
            return self._power(value, path, order)
        if operator.family in ("matrix-inverse", "decomposition"):
            return self._matrix(value, operator)
        if operator.family == "angle":
            return self._angle(value, path)
        if operator.family == "normalisation":
            return self._normalisation(value, path)
        if operator.family == "exponential":
            return self._overflow(value, path)
        domain = operator.derivative_domain
        if domain.is_top:
            return None
        if operator.operand == "result":
            return self._interval(value, value, domain, path)
        name = operator.operand or operator.arguments[0]
        return self._operand(value, value.operand(name), domain, path)

    def _operand(self, value: Value, operand: Value | None, domain: Interval, path: Path) -> Hazard | None:
        if operand is None:
            return None
        return self._interval(value, operand, domain, path)

    def _interval(self, value: Value, operand: Value, domain: Interval, path: Path) -> Hazard | None:
        interval, operator = self.ranges.under(operand, path), value.operator
        if operator is not None and operator.family == "log" and self._is_probability(operand):
            interval = interval.meet(_UNIT)
        found = escape(interval, domain)
        if found is None:
            return None
        how, point = found
        vanishes = point == "0" and how in (Escape.END, Escape.ISOLATED)
        if vanishes and not can_vanish(self.ranges, operand, path):
            return None
        base = rooted(operand) if how is Escape.END else None
        if base is not None and not self.ranges.under(base, path).nonnegative:
            certainty, cause = self._certainty(value, base, interval, Escape.ISOLATED)
        else:
            certainty, cause = self._certainty(value, operand, interval, how)
        if vanishes and certainty is Certainty.LIKELY and not can_vanish(self.ranges, operand, path, trusting=True):
            certainty = Certainty.POSSIBLE
        if certainty is Certainty.LIKELY and self._is_in_doubt(operand, domain, path, how):
            certainty = Certainty.POSSIBLE
        return Hazard(operand, interval, point, how, certainty, cause)

    def _is_in_doubt(self, operand: Value, domain: Interval, path: Path, how: Escape) -> bool:
        """Whether the code does not say that the point is attained: others choose ends or signs, or it is one angle."""
        if is_enclosed(self.graph, path, operand):
            return True
        if how is Escape.REGION and (exponents := unsigned_exponents(operand)):
            for number in exponents:
                path = path.assume(number, Interval.NONNEGATIVE)
            left = escape(self.ranges.under(operand, path), domain)
            return left is None or left[0] is not Escape.REGION
        turns = how is Escape.END and vanishes_at_turns(self.ranges, operand, path)
        return turns or (how is Escape.END and self._is_admitted(operand, path))

    def _is_admitted(self, operand: Value, path: Path) -> bool:
        """Whether only a check, which refuses what lies below, makes zero the end of an argument."""
        below = stripped(operand, _ARGUMENT)
        while role(below) is Role.FUNCTION and len(below.operands) == 1:
            below = stripped(below.operands[0][1], _ARGUMENT)
        if below.form is not Form.SOURCE or self.graph.is_trained(below):
            return False
        return below.range.lo < 0.0 and self.ranges.under(below, path).lo == 0.0

    def _power(self, value: Value, path: Path, order: int) -> Hazard | None:
        base, exponent = value.operand("x"), value.operand("y")
        if base is None or exponent is None or (not base.alive and not exponent.alive):
            return None
        power = self.ranges.under(exponent, path)
        if power.is_point:
            number = power.lo
            if number == int(number):
                return self._operand(value, base, _NONZERO, path) if number < 0 else None
            smooth = number > order
            return self._operand(value, base, Interval.NONNEGATIVE if smooth else Interval.POSITIVE, path)
        if power.integer or not base.alive:
            return None
        if math.isfinite(power.hi - power.lo) and math.floor(power.lo) == math.ceil(power.hi) - 1:
            return self._operand(value, base, Interval.NONNEGATIVE if power.lo > order else Interval.POSITIVE, path)
        hazard = self._operand(value, base, Interval.POSITIVE, path)
        fitted = self.graph.is_trained(exponent) or (
            exponent.alive and hazard is not None and hazard.escape is not Escape.END
        )
        if hazard is not None and not fitted:
            return Hazard(
                hazard.operand, hazard.interval, hazard.point, hazard.escape, Certainty.POSSIBLE, hazard.cause
            )
        return hazard

    def _angle(self, value: Value, path: Path) -> Hazard | None:
        """Both arguments reach zero: surely so where both have it as a closed end."""
        x, y = value.operand("x"), value.operand("y")
        if x is None or y is None:
            return None
        first, second = self.ranges.under(x, path), self.ranges.under(y, path)
        if not first.contains(0.0) or not second.contains(0.0):
            return None
        ends = all(interval.lo == 0.0 or interval.hi == 0.0 for interval in (first, second))
        return Hazard(
            x,
            first,
            "the origin",
            Escape.END if ends else Escape.ISOLATED,
            Certainty.LIKELY if ends else Certainty.POSSIBLE,
            Cause.PLAIN,
        )

    def _normalisation(self, value: Value, path: Path) -> Hazard | None:
        """A library normalisation is safe unless its epsilon is zero."""
        eps = value.operand("eps")
        if eps is None or not self.ranges.under(eps, path).contains(0.0) or not eps.range.is_point:
            return None
        operand = value.operands[0][1]
        return Hazard(operand, self.ranges.under(operand, path), "0", Escape.END, Certainty.LIKELY, Cause.PLAIN)

    def _matrix(self, value: Value, operator: Operator) -> Hazard | None:
        """Singular for certain: a matrix times itself, or a kernel of points, which may coincide, without a ridge."""
        operand = value.operands[0][1] if value.operands else None
        if operand is None:
            return None
        below = role(stripped(operand))
        product = below is Role.BILINEAR and value.family == "decomposition"
        kernel = operator.relation == "definite" and _is_kernel(operand)
        gram = is_gram(operand) or product or kernel
        return Hazard(
            operand,
            Interval.TOP,
            "a singular matrix",
            Escape.END if gram else Escape.ISOLATED,
            Certainty.LIKELY if gram else Certainty.POSSIBLE,
            Cause.PLAIN,
        )

    def _overflow(self, value: Value, path: Path) -> Hazard | None:
        operand = value.operands[0][1] if value.operands else None
        if operand is None:
            return None
        interval = self.ranges.under(operand, path)
        if interval.is_empty or interval.hi < float("inf"):
            return None
        sure = role(stripped(operand)) is Role.BILINEAR and self.graph.is_trained(operand)
        return Hazard(
            operand,
            interval,
            "a large operand",
            Escape.REGION,
            Certainty.LIKELY if sure else Certainty.POSSIBLE,
            Cause.PLAIN,
        )

    def _is_finite_at_zero(self, value: Value) -> bool:
        """Whether a function has a value where its operand is zero, as a root has and a logarithm has not."""
        operator = value.operator
        if operator is None or operator.role is Role.DIVIDE:
            return False
        return operator.role is not Role.FUNCTION or operator.value_domain.contains(0.0)

    def _is_probability(self, operand: Value) -> bool:
        """Whether the code takes the logarithms of both p and 1 - p: arguments of a cross-entropy reach 0 and 1."""
        if self._logged is None:
            logs = [value.operands[0][1] for value in self.graph.values if value.family == "log" and value.operands]
            self._logged = {part for log in logs for part in chances(log)}
        return any({(number, True), (number, False)} <= self._logged for number, _ in chances(operand))

    def _attains(self, operator: Operator, operand: Value) -> bool:
        """Whether a factor of the operand, or of its distance from a constant, has the excluded point as an end.

        1 + |u - v|**2/c is 1 for equal u and v whatever c is: `acosh` has no finite slope there.
        """
        below, shift = stripped(operand), 0.0
        if role(below) is Role.BILINEAR:
            return operator.role is not Role.DIVIDE and any(has_zero_end(part) for _, part in below.operands)
        if role(below) is Role.ADD:
            constants = [part.range.lo for _, part in below.operands if part.range.is_point]
            varying = [part for _, part in below.operands if not part.range.is_point]
            if len(constants) != 1 or len(varying) != 1:
                return False
            below, shift = stripped(varying[0]), constants[0]
        if role(below) not in (Role.MULTIPLY, Role.DIVIDE):
            return False
        domain = _NONZERO if operator.role is Role.DIVIDE else operator.derivative_domain
        return not domain.contains(shift) and any(
            has_zero_end(part) and not (is_power_of_input(self.graph, part) or is_isolated(part))
            for part in factors(below)
        )

    def _leaves(self, operator: Operator, operand: Value, known: bool) -> bool:
        """Whether an operand is computed so that it leaves the domain on a set of positive measure."""
        if is_cosine(operator, operand):
            return True
        if is_signed_by_data(operand) or self._is_mixed_by_data(operand):
            return False
        return (
            (self.graph.is_trained(operand) and is_indefinite(operand))
            or (known and operator.role is Role.POWER and is_computed(operand))
            or (known and is_difference(operator, operand))
            or is_distance(operator, operand)
            or is_sine(operator, operand)
        )

    def _is_mixed_by_data(self, operand: Value) -> bool:
        """Whether an operand mixes probabilities with weights nobody knows or trains, or is what that lacks of 1."""
        below = stripped(operand)
        x, y = below.operand("x"), below.operand("y")
        if role(below) is Role.SUBTRACT and x is not None and y is not None and x.range == Interval.point(1.0):
            below = stripped(y)
            x, y = below.operand("x"), below.operand("y")
        if role(below) is not Role.ADD or x is None or y is None:
            return False
        return any(
            one.range.leq(_UNIT)
            and other.range.leq(_UNIT)
            and weight.range.is_top
            and not self.graph.is_trained(weight)
            for one, other, weight in mixtures(x, y)
        )

    def _certainty(self, value: Value, operand: Value, interval: Interval, how: Escape) -> tuple[Certainty, Cause]:
        operator = value.operator
        if how in (Escape.END, Escape.ISOLATED) and is_removable(value):
            return Certainty.LIKELY, Cause.REMOVABLE
        if how is Escape.END and is_magnitude(operand) and not self._is_finite_at_zero(value):
            how = Escape.ISOLATED  # the sign of a pole is taken away, not the pole
        if how is Escape.END:
            divides = operator is not None and operator.family == "division"
            spread = operator is not None and operator.family == "deviation"
            harmless = (
                not (operand.depends or (interval.is_point and not divides))
                or is_guarded(operand)
                or is_isolated(operand)
                or (divides and is_never_zero(self.graph, operand))
                or (value.family == "norm" and stripped(value.operands[0][1], _ARGUMENT).form is Form.UNKNOWN)
                or (spread and is_leaf(value.operands[0][1]) and self.graph.grades(value.alive) == {Grade.ASSUMED})
            )
            return Certainty.POSSIBLE if harmless else Certainty.LIKELY, cause(operand)
        if how is Escape.ROUNDING:
            family = operator.family if operator is not None else ""
            lost = saturates(operand) or (operator is not None and is_difference(operator, operand))
            reached = family == "inverse-trig" or (family in ("log", "power") and lost)
            return Certainty.LIKELY if reached else Certainty.POSSIBLE, Cause.PLAIN
        if is_leaf(operand) and self.graph.is_trained(operand):
            passed = how is Escape.REGION or self.graph.may_start_at_zero(operand)
            return Certainty.LIKELY if passed else Certainty.POSSIBLE, Cause.PLAIN
        known = bool(self.graph.grades(operand.alive) - {Grade.ASSUMED})
        if operator is not None and (
            (known and self._attains(operator, operand))
            or (how is Escape.REGION and self._leaves(operator, operand, known))
        ):
            return Certainty.LIKELY, Cause.PLAIN
        return Certainty.POSSIBLE, Cause.PLAIN
