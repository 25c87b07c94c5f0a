"""Quotients of two values that vanish together: sin(x)/x, x/tan(x), (a - b)/log(a/b).

The keys of `zeros` name sets on which a value is zero: ("zero", n) where the value numbered n is,
("equal", m, n) where two values are equal.
"""

from __future__ import annotations

from difflint.analysis.graph import Value
from difflint.analysis.shapes import role, stripped
from difflint.catalogue.expression import function
from difflint.catalogue.model import Role

_DEPTH = 6


def is_removable(value: Value) -> bool:
    """Whether a quotient's numerator vanishes where its denominator does."""
    x, y = value.operand("x"), value.operand("y")
    if role(value) is not Role.DIVIDE or x is None or y is None or not y.depends:
        return False
    return not zeros(x).isdisjoint(zeros(y))


def zeros(value: Value, depth: int = 0) -> set[tuple[object, ...]]:
    """Keys of sets on which `value` is zero for certain, whatever else it depends on."""
    value = stripped(value)
    if not value.range.contains(0.0):
        return set()
    found: set[tuple[object, ...]] = {("zero", value.number)}
    kind = role(value)
    if depth > _DEPTH or not value.operands:
        return found
    first = value.operands[0][1]
    if kind in (Role.NEGATE, Role.SQUARE, Role.ABSOLUTE, Role.DIVIDE) or (kind is Role.POWER and _is_positive(value)):
        found |= zeros(first, depth + 1)
    elif kind is Role.MULTIPLY:
        for _, operand in value.operands:
            found |= zeros(operand, depth + 1)
    elif kind is Role.FUNCTION and len(value.operands) == 1:
        if _at(value, 0.0) == 0.0:
            found |= zeros(first, depth + 1)
        elif _at(value, 1.0) == 0.0:
            found |= _ones(first)
    elif kind is Role.SUBTRACT:
        found |= _differences(value, depth)
    return found


def _is_positive(value: Value) -> bool:
    exponent = value.operand("y")
    return exponent is not None and exponent.range.positive


def _differences(value: Value, depth: int) -> set[tuple[object, ...]]:
    """Where f(x) - f(0) vanishes, and where f(a) - f(b) does."""
    x, y = (stripped(operand) for _, operand in value.operands)
    for one, other in ((x, y), (y, x)):
        if other.range.is_point:
            return zeros(one.operands[0][1], depth + 1) if _at(one, 0.0) == other.range.lo else set()
    found = {_equal(x, y)}
    if x.operator is not None and x.operator is y.operator and len(x.operands) == len(y.operands) == 1:
        found |= _equals(x.operands[0][1], y.operands[0][1])
    return found


def _ones(value: Value) -> set[tuple[object, ...]]:
    """Where a quotient is one."""
    value = stripped(value)
    if role(value) is not Role.DIVIDE:
        return set()
    return _equals(value.operands[0][1], value.operands[1][1])


def _equals(x: Value, y: Value) -> set[tuple[object, ...]]:
    return {_equal(stripped(x), stripped(y))}


def _equal(x: Value, y: Value) -> tuple[object, ...]:
    return ("equal", *sorted((x.number, y.number)))


def _at(value: Value, point: float) -> float | None:
    """What a function of one argument is at a point."""
    operator = value.operator
    if operator is None or operator.role is not Role.FUNCTION or not operator.value or len(value.operands) != 1:
        return None
    try:
        return float(function(operator.value)(point))
    except (ArithmeticError, ValueError):
        return None
