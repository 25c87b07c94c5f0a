"""Rows with a one in them: exp(x - max(x)), exp(-(x - min(x)) / width), and selections between such.

Where x is the extremum that is taken from it, the difference is zero whatever it is scaled by, and the
exponential is one. What is reduced is reduced along the axes of the extremum.
"""

from __future__ import annotations

from difflint.analysis.graph import Form, Value
from difflint.analysis.removable import at
from difflint.analysis.shapes import is_extremum_of, role, stripped
from difflint.catalogue.model import Role
from difflint.domain.interval import Interval

_DEPTH = 8
_ZERO = Interval.point(0.0)
_NOWHERE: frozenset[int] = frozenset()
_CHOICES = {"x", "y", "value"}


def has_peak(value: Value) -> bool:
    """Whether some entry of every row of a value is one."""
    return bool(_ones(value, 0))


def _ones(value: Value, depth: int) -> frozenset[int]:
    """The differences from an extremum, by number, at whose zeros `value` is one."""
    below = stripped(value)
    kind = role(below)
    if depth > _DEPTH or not below.operands:
        return _NOWHERE
    if kind is Role.FUNCTION and len(below.operands) == 1:
        return _zeros(below.operands[0][1], depth + 1) if at(below, 0.0) == 1.0 else _NOWHERE
    if kind is Role.COMPARE and below.operator is not None and below.operator.relation == "eq":
        y = below.operand("y")
        return _zeros(below.operands[0][1], depth + 1) if y is not None and y.range == _ZERO else _NOWHERE
    if below.form is Form.JOIN or kind in (Role.SELECT, Role.FILL):
        return frozenset.intersection(*(_ones(arm, depth + 1) for name, arm in below.operands if name in _CHOICES))
    return _NOWHERE


def _zeros(value: Value, depth: int) -> frozenset[int]:
    """The differences from an extremum, by number, at whose zeros `value` is zero."""
    below = stripped(value)
    kind = role(below)
    x, y = below.operand("x"), below.operand("y")
    if depth > _DEPTH or x is None:
        return _NOWHERE
    if kind is Role.SUBTRACT and y is not None:
        apart = any(is_extremum_of(one, other, which) for one, other in ((x, y), (y, x)) for which in ("max", "min"))
        return frozenset((below.number,)) if apart else _NOWHERE
    if kind in (Role.NEGATE, Role.SQUARE, Role.ABSOLUTE, Role.DIVIDE):
        return _zeros(x, depth + 1)
    if kind is Role.POWER:
        return _zeros(x, depth + 1) if y is not None and y.range.positive else _NOWHERE
    if kind is Role.MULTIPLY and y is not None:
        return _zeros(x, depth + 1) | _zeros(y, depth + 1)
    if below.form is Form.JOIN and y is not None:
        return _zeros(x, depth + 1) & _zeros(y, depth + 1)
    return _NOWHERE
