"""Quotients of two values that vanish together: sin(x)/x, x/tan(x), (a - b)/log(a/b).

A key names a set on which a value is zero: ("zero", n) where the value numbered n is, ("equal", m, n)
where two values are equal. A common factor alone is none of this: one of the two must bend.
"""

from __future__ import annotations

from difflint.analysis.graph import Value
from difflint.analysis.shapes import is_pick, role, stripped
from difflint.catalogue.expression import function
from difflint.catalogue.model import Role

_DEPTH = 6
Zeros = dict[tuple[object, ...], bool]
"""Keys, and whether a function that is not linear lies between the key's value and the one asked for."""


def is_removable(value: Value) -> bool:
    """Whether a quotient's numerator vanishes where its denominator does."""
    x, y = value.operand("x"), value.operand("y")
    if role(value) is not Role.DIVIDE or x is None or y is None or not y.depends:
        return False
    above, below = _zeros(x), _zeros(y)
    common = [bent or below[key] for key, bent in above.items() if key in below]
    return bool(common) and all(common)


def _bare(value: Value) -> Value:
    """A value below casts and reshapes, which are about all of its elements."""
    while not is_pick(value) and (inner := value.operands[:1]) and stripped(value) is not value:
        value = inner[0][1]
    return value


def _zeros(value: Value, depth: int = 0) -> Zeros:
    """Sets on which `value` is zero for certain, whatever else it depends on."""
    value = _bare(value)
    if depth > _DEPTH or not value.range.contains(0.0):
        return {}
    found: Zeros = {("zero", value.number): False}
    kind = role(value)
    if kind in (Role.NEGATE, Role.SQUARE, Role.ABSOLUTE, Role.DIVIDE) or (kind is Role.POWER and _is_positive(value)):
        found |= _zeros(value.operands[0][1], depth + 1)
    elif kind is Role.MULTIPLY:
        for _, operand in value.operands:
            found |= _zeros(operand, depth + 1)
    elif kind is Role.FUNCTION and len(value.operands) == 1:
        if at(value, 0.0) == 0.0:
            found |= dict.fromkeys(_zeros(value.operands[0][1], depth + 1), True)
        elif at(value, 1.0) == 0.0:
            found |= _ones(value.operands[0][1])
    elif kind is Role.SUBTRACT:
        found |= _differences(value, depth)
    return found


def _is_positive(value: Value) -> bool:
    exponent = value.operand("y")
    return exponent is not None and exponent.range.positive


def _differences(value: Value, depth: int) -> Zeros:
    """Where f(x) - f(0) vanishes, and where f(a) - f(b) does."""
    x, y = (_bare(operand) for _, operand in value.operands)
    for one, other in ((x, y), (y, x)):
        if other.range.is_point:
            at_zero = at(one, 0.0) == other.range.lo
            return dict.fromkeys(_zeros(one.operands[0][1], depth + 1), True) if at_zero else {}
    found: Zeros = {_equal(x, y): False}
    if x.operator is not None and x.operator is y.operator and len(x.operands) == len(y.operands) == 1:
        found[_equal(_bare(x.operands[0][1]), _bare(y.operands[0][1]))] = True
    return found


def _ones(value: Value) -> Zeros:
    """Where a quotient is one."""
    value = _bare(value)
    if role(value) is not Role.DIVIDE:
        return {}
    return {_equal(_bare(value.operands[0][1]), _bare(value.operands[1][1])): True}


def _equal(x: Value, y: Value) -> tuple[object, ...]:
    return ("equal", *sorted((x.number, y.number)))


def at(value: Value, point: float) -> float | None:
    """What a function of one argument is at a point."""
    operator = value.operator
    if operator is None or operator.role is not Role.FUNCTION or not operator.value or len(value.operands) != 1:
        return None
    try:
        return float(function(operator.value)(point))
    except (ArithmeticError, ValueError):
        return None
