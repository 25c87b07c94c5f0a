"""How the operands of sums, differences and quotients hang together, where their intervals alone forget it."""

from __future__ import annotations

from collections.abc import Iterator

from difflint.analysis.graph import Term, Value
from difflint.analysis.shapes import factors, role, stripped
from difflint.catalogue.model import Role
from difflint.domain.interval import Interval

_ZERO = Interval.point(0.0)
_ONE = Interval.point(1.0)


def mixtures(x: Value, y: Value) -> Iterator[tuple[Value, Value, Value]]:
    """The p, q and w of sums `w * p + (1 - w) * q`, which lie between p and q for w in [0, 1]."""
    for first, second in ((x, y), (y, x)):
        for weight, mixed in _splits(first):
            for rest, other in _splits(second):
                if _is_complement(rest, weight):
                    yield mixed, other, weight


def _splits(product: Value) -> list[tuple[Value, Value]]:
    """Each factor of a product of two, and the other one."""
    below = stripped(product)
    x, y = below.operand("x"), below.operand("y")
    if role(below) is not Role.MULTIPLY or x is None or y is None:
        return []
    return [(x, y), (y, x)]


def _is_complement(value: Value, weight: Value) -> bool:
    """Whether `value` is `1 - weight`."""
    below = stripped(value)
    x, y = below.operand("x"), below.operand("y")
    if role(below) is not Role.SUBTRACT or x is None or y is None:
        return False
    return x.range == _ONE and stripped(y).number == stripped(weight).number


def is_part(x: Value, y: Value) -> bool:
    """Whether `y` is the sum of the elements of `x`."""
    total = stripped(y)
    summed = total.operand("x") if role(total) is Role.SUM else None
    return summed is not None and stripped(summed).number == stripped(x).number


def rest_of_correction(x: Value, y: Value) -> list[Value] | None:
    """The other factors of `x`, if `x / y` is something times n / (n - 1) for a count n.

    Where n / (n - 1) is a number it is not below zero: 0 for none, no number for one.
    """
    below = stripped(y)
    count, one = below.operand("x"), below.operand("y")
    if role(below) is not Role.SUBTRACT or count is None or one is None or one.range != _ONE:
        return None
    if not (count.range.integer and count.range.nonnegative):
        return None
    parts = factors(x)
    rest = [part for part in parts if part.number != stripped(count).number]
    return rest if len(rest) == len(parts) - 1 else None


def is_square(product: Value | Term) -> bool:
    """Whether both operands of a product are one value."""
    x, y = product.operand("x"), product.operand("y")
    return x is not None and y is not None and x.number == y.number


def is_spread(x: Value, y: Value) -> bool:
    """Whether `x - y` is mean(d**2) - c*mean(d)**2 with c in [0, 1]: Jensen's inequality, zero for constant d."""
    mean, power = stripped(x), stripped(y)
    if role(power) is Role.MULTIPLY:
        rest = [operand for _, operand in power.operands if not operand.range.leq(Interval.UNIT)]
        power = stripped(rest[0]) if len(rest) == 1 else power
    squared, inner = _root(mean.operand("x")) if _is_mean(mean) else None, _root(power)
    if squared is None or inner is None or not _is_mean(inner):
        return False
    return squared.number == stripped(inner.operands[0][1]).number


def _is_mean(value: Value) -> bool:
    return role(value) is Role.HULL and len(value.operands) == 1 and not (value.operator and value.operator.relation)


def _root(value: Value | None) -> Value | None:
    """The value that `value` is the square of."""
    below = stripped(value) if value is not None else None
    if below is None or not below.operands:
        return None
    exponent = below.operand("y")
    power = role(below) is Role.POWER and exponent is not None and exponent.constant in (2, 2.0)
    product = role(below) is Role.MULTIPLY and is_square(below)
    return stripped(below.operands[0][1]) if power or product or role(below) is Role.SQUARE else None


def marks_zeros(mask: Value, value: Value) -> bool:
    """Whether a mask, possibly scaled, is positive exactly where a non-negative `value` is zero."""
    mask = stripped(mask)
    if role(mask) is Role.MULTIPLY:
        scales = [operand for _, operand in mask.operands if operand.range.is_point and operand.range.positive]
        rest = [operand for _, operand in mask.operands if operand not in scales]
        mask = stripped(rest[0]) if len(rest) == 1 else mask
    negated = role(mask) is Role.LOGIC and mask.operator is not None and mask.operator.relation == "not"
    mask = stripped(mask.operands[0][1]) if negated else mask
    if role(mask) is not Role.COMPARE or mask.operator is None or not value.range.nonnegative:
        return False
    x, y = mask.operand("x"), mask.operand("y")
    if x is None or y is None or mask.operator.relation not in (("ne", "gt") if negated else ("eq", "le")):
        return False
    return stripped(x).number == stripped(value).number and y.range == _ZERO
