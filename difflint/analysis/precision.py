"""Compositions that are right on paper: cancelled digits, saturated functions, narrow smoothing."""

from __future__ import annotations

from difflint.analysis.graph import Form, Value
from difflint.analysis.ranges import Ranges
from difflint.analysis.shapes import MOVES, TRUTH, exponent, role, stripped
from difflint.catalogue.model import Role
from difflint.domain.interval import Interval

_ONE = Interval.point(1.0)
_NARROW = 1e-6
_STEEP = 1e3
_EXTENT = {24: 104.0, 53: 746.0}
"""Arguments beyond which a sigmoid and its derivative are zero, by the bits of a significand."""


def cancellation(value: Value) -> str:
    """The library form of a difference that loses its digits, the empty text for anything else."""
    x, y = value.operand("x"), value.operand("y")
    if role(value) in (Role.ADD, Role.SUBTRACT) and x is not None and y is not None:
        if role(value) is Role.SUBTRACT and all(_is(part, "sqrt") and part.depends for part in (x, y)):
            return "(a - b) / (sqrt(a) + sqrt(b))"
        for one, other in ((x, y), (y, x)):
            below = stripped(one)
            opposite = other.range == (_ONE if role(value) is Role.SUBTRACT else Interval.point(-1.0))
            if opposite and below.depends and _is(below, "cos"):
                return "2*sin(x/2)**2"
            if opposite and below.depends and _is(below, "exp"):
                return "expm1"
    if _is(value, "log") and value.operands:
        total = stripped(value.operands[0][1])
        parts = [part for _, part in total.operands]
        if role(total) is Role.ADD and len(parts) == 2 and any(part.range == _ONE for part in parts):
            rest = [stripped(part) for part in parts if part.range != _ONE]
            if len(rest) == 1 and rest[0].depends and exponent(rest[0]) is None and rest[0].range.contains(0.0):
                return "log1p"
    return ""


def _is(value: Value, identifier: str) -> bool:
    below = stripped(value)
    return below.operator is not None and below.operator.id == identifier


def saturated(value: Value, ranges: Ranges, digits: int) -> str:
    """Why a sigmoid or softmax has next to no gradient, the empty text if it has one."""
    if value.family != "probability" or not value.operands:
        return ""
    operand = value.operands[0][1]
    if stripped(operand, MOVES).family == "probability" and operand.alive:
        return "its argument is a probability already"
    interval = ranges.under(operand, value.path)
    alone = value.operator is not None and value.operator.value != ""
    if alone and (interval.lo >= _EXTENT[digits] or interval.hi <= -_EXTENT[digits]) and not interval.is_empty:
        return f"its argument lies in {interval}, where the derivative rounds to zero"
    return ""


def narrow(value: Value) -> str:
    """The width of a smoothing that is too narrow for a solver, as text."""
    if value.family == "root" and value.operands:
        total = stripped(value.operands[0][1])
        parts = [part for _, part in total.operands]
        if role(total) is Role.ADD and len(parts) == 2:
            constants = [part.range.lo for part in parts if part.range.is_point]
            others = [part for part in parts if not part.range.is_point]
            if constants and 0.0 < constants[0] < _NARROW and others and others[0].range.lo == 0.0:
                return f"{constants[0] ** 0.5:.1g}"
    if value.family == "probability" and value.operands:
        scale = _scale(value.operands[0][1])
        if abs(scale) >= _STEEP:
            return f"{1.0 / abs(scale):.1g}"
    return ""


def _scale(value: Value) -> float:
    """The constant factor of a value."""
    below = stripped(value)
    x, y = below.operand("x"), below.operand("y")
    if role(below) in (Role.MULTIPLY, Role.DIVIDE) and x is not None and y is not None:
        factor = y if y.range.is_point else x if role(below) is Role.MULTIPLY else None
        if factor is not None and factor.range.is_point and factor.range.lo:
            rest = x if factor is y else y
            number = factor.range.lo if role(below) is Role.MULTIPLY else 1.0 / factor.range.lo
            return number * _scale(rest)
    return 1.0


def fully_masked(value: Value) -> Value | None:
    """The mask that may set every entry below a softmax or log-sum-exp to minus infinity."""
    if value.operator is None or value.operator.id not in _NORMALISING or not value.operands:
        return None
    below = stripped(value.operands[0][1], MOVES)
    if role(below) not in (Role.FILL, Role.SELECT):
        return None
    filled = [below.operand("value")] if role(below) is Role.FILL else [below.operand("x"), below.operand("y")]
    mask = below.operand("condition")
    if mask is None or not any(part is not None and is_minus_infinity(part) for part in filled):
        return None
    return mask if _comes_from_data(mask) else None


_NORMALISING = ("softmax", "log-softmax", "logsumexp")


def is_minus_infinity(value: Value, negative: bool = True) -> bool:
    """Whether a value is a literal minus infinity, however it is written."""
    below = stripped(value)
    if below.form in (Form.CONSTANT, Form.SETTING):
        text = str(below.constant).strip().lower()
        return text in (("-inf", "-infinity") if negative else ("inf", "infinity", "+inf"))
    if role(below) is Role.NEGATE:
        return is_minus_infinity(below.operands[0][1], not negative)
    if role(below) in (Role.EXTRACT, Role.FACTORY, Role.REBUILD) and below.operands:
        return is_minus_infinity(below.operands[-1][1], negative)
    return False


def _comes_from_data(mask: Value, depth: int = 0) -> bool:
    """Whether a mask is computed from what a function is given, and from nothing that keeps an entry."""
    below = stripped(mask)
    if below.form in (Form.SOURCE, Form.SETTING, Form.UNKNOWN):
        return below.form is Form.SOURCE or below.mode == "data"
    if depth > 8 or below.form is not Form.OPERATION:
        return False
    if role(below) not in TRUTH | {Role.SHAPE, Role.VIEW, Role.CAST, Role.INDEX}:
        return False
    if any(role(stripped(operand)) is Role.FACTORY for _, operand in below.operands):
        return False  # positions compared with a length or with one another: the first one is kept
    return any(_comes_from_data(operand, depth + 1) for _, operand in below.operands)
