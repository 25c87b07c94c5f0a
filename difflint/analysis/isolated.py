"""Zeros that are single points: of the size or the square of what is computed with either sign.

|x| and x**2 have zero as an end of their interval, yet are zero where x is, and nowhere else. Where x comes of
data, or is a difference of two things alike, that happens: points coincide, entries are empty, a transform of
silence is silent. Where x is a determinant or the solution of a system, it happens by accident only.
"""

from __future__ import annotations

from difflint.analysis.graph import Form, Value
from difflint.analysis.relations import is_square
from difflint.analysis.shapes import MOVES, factors, is_pick, role, stripped
from difflint.catalogue.model import Role

_DEPTH = 8
_SPREADING = (Role.ADD, Role.SUBTRACT, Role.MULTIPLY, Role.DIVIDE, Role.FUNCTION, Role.CONCATENATE)
_THROUGH = MOVES | {Role.DETACH, Role.INDEX, Role.NEGATE, Role.REPAIR}


def is_isolated(value: Value, depth: int = 0) -> bool:
    """Whether a value is zero only where something of either sign passes zero by accident."""
    below = stripped(value, _THROUGH)
    kind, x = role(below), below.operand("x")
    if _is_two_sided(below) or depth > _DEPTH or x is None:
        return _is_two_sided(below) and _is_accidental(below, depth)
    if kind in (Role.SQUARE, Role.POWER) or (kind is Role.MULTIPLY and is_square(below)):
        return _is_unknown(x) or is_isolated(x, depth + 1)
    if kind is Role.ABSOLUTE or below.family == "root":
        return is_isolated(x, depth + 1)
    if kind in (Role.MULTIPLY, Role.DIVIDE):
        parts = [part for part in factors(below) if part.range.contains(0.0)]
        return bool(parts) and all(is_isolated(part, depth + 1) for part in parts)
    return False


def _is_unknown(value: Value) -> bool:
    """Whether a value is what a call that is not known returns; its size may be that of a complex transform."""
    below = stripped(value, _THROUGH)
    return below.form is Form.UNKNOWN and bool(below.depends)


def _is_two_sided(value: Value) -> bool:
    return value.range.lo < 0.0 < value.range.hi


def _is_accidental(value: Value, depth: int) -> bool:
    """Whether a value of either sign is computed so that nothing makes it zero in particular."""
    below = stripped(value, _THROUGH)
    kind, x, y = role(below), below.operand("x"), below.operand("y")
    if depth > _DEPTH or below.form is not Form.OPERATION or x is None:
        return False
    if below.family == "matrix-inverse":
        return True
    if kind is Role.FUNCTION and len(below.operands) == 1 and not (below.operator and below.operator.value):
        return _is_accidental(x, depth + 1)  # such as the diagonal of a matrix
    if kind in (Role.MULTIPLY, Role.DIVIDE):
        parts = [part for part in factors(below) if part.range.contains(0.0)]
        return bool(parts) and all(_is_accidental(part, depth + 1) for part in parts)
    if y is None:
        return False
    if kind is Role.ADD:
        return any(_is_constant(one) and _is_free(other, depth) for one, other in ((x, y), (y, x)))
    return kind is Role.SUBTRACT and (_is_determinant(x, y) or _are_neighbours(x, y))


def _is_constant(value: Value) -> bool:
    return value.range.is_point and not value.range.contains(0.0)


def _is_free(value: Value, depth: int) -> bool:
    """Whether a product has a factor that comes by any number by accident, as a scalar product does."""
    return any(
        role(part) in (Role.BILINEAR, Role.SUM) or _is_unknown(part) or _is_accidental(part, depth + 1)
        for part in factors(value)
    )


def _is_determinant(x: Value, y: Value) -> bool:
    """Whether `x - y` takes a product from another one, or from a square, with which it shares no factor."""
    live = [_live(item, 0) for item in (x, y)]
    products = [len(numbers) > 1 for numbers in live]
    squares = [role(stripped(item, _THROUGH)) in (Role.SQUARE, Role.POWER) for item in (x, y)]
    made = all(product or square for product, square in zip(products, squares))
    return made and any(products) and live[0].isdisjoint(live[1])


def _live(value: Value, depth: int) -> set[int]:
    """The numbers of the factors of a product that depend on a source; other entries of one array are others."""
    if not value.depends:
        return set()
    below = stripped(value, MOVES - {Role.VIEW})
    if role(below) is not Role.MULTIPLY or depth > _DEPTH:
        return {below.number}
    return {number for _, part in below.operands for number in _live(part, depth + 1)}


def _are_neighbours(x: Value, y: Value) -> bool:
    """Whether two values are slices of one running sum: apart by what was added."""
    one, other = (stripped(item, MOVES | {Role.DETACH, Role.INDEX}) for item in (x, y))
    return one.number == other.number and is_pick(x) and is_pick(y) and _is_sum(one, 0)


def _is_sum(value: Value, depth: int) -> bool:
    """Whether a value is a sum, scaled, shifted, padded or with entries overwritten."""
    below = stripped(value, _THROUGH | {Role.WRITE})
    kind = role(below)
    parts = [part for name, part in below.operands if part.depends and name != "condition"]
    if kind is Role.SUM or depth > _DEPTH:
        return kind is Role.SUM
    spread = below.form is Form.JOIN or (kind in _SPREADING and len(parts) == 1)
    return spread and bool(parts) and all(_is_sum(part, depth + 1) for part in parts)
