"""Which of two values is the larger: what the same increasing steps make of x + 1 and of x."""

from __future__ import annotations

from difflint.analysis.graph import Value
from difflint.analysis.shapes import role, stripped
from difflint.catalogue.model import Monotone, Role
from difflint.domain.smoothness import Smoothness

_DEPTH = 6


def is_above(x: Value, y: Value, depth: int = 0) -> bool:
    """Whether every element of `x` is above that of `y`, but for rounding."""
    x, y = stripped(x), stripped(y)
    if x.operator is None or y.operator is None or depth > _DEPTH:
        return False
    (one, raised), (other, level) = _shifted(x), _shifted(y)
    if one.number == other.number:
        return raised > level
    if x.operator is not y.operator:
        return False
    if role(x) is Role.FUNCTION and len(x.operands) == len(y.operands) == 1:
        inner, outer = x.operands[0][1], y.operands[0][1]
        if x.operator.smoothness is not Smoothness.SMOOTH or x.operator.monotone is Monotone.NONE:
            return False
        increasing = x.operator.monotone is Monotone.INCREASING
        return is_above(inner, outer, depth + 1) if increasing else is_above(outer, inner, depth + 1)
    return _is_scaled_above(x, y, depth)


def _shifted(value: Value) -> tuple[Value, float]:
    """What a value is a constant away from, and the constant."""
    x, y = value.operand("x"), value.operand("y")
    if x is not None and y is not None and role(value) in (Role.ADD, Role.SUBTRACT):
        if y.range.is_point:
            return stripped(x), y.range.lo if role(value) is Role.ADD else -y.range.lo
        if x.range.is_point and role(value) is Role.ADD:
            return stripped(y), x.range.lo
    return value, 0.0


def _is_scaled_above(x: Value, y: Value, depth: int) -> bool:
    """Two values with a positive factor or divisor in common."""
    if role(x) not in (Role.MULTIPLY, Role.DIVIDE) or len(x.operands) != 2 or len(y.operands) != 2:
        return False
    divides = role(x) is Role.DIVIDE
    for (name, factor), (_, rest) in (x.operands, x.operands[::-1]):
        for (key, same), (_, left) in (y.operands, y.operands[::-1]):
            shared = factor.number == same.number and factor.range.positive and (not divides or name == key == "y")
            if shared and is_above(rest, left, depth + 1):
                return True
    return False
