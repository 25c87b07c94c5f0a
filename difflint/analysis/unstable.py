"""Compositions that overflow or vanish although the function they compute does not.

Reported at the exponential: log(1 + exp(x)), log(sum(exp(x))), log(sum(w*exp(-x**2))),
exp(x) / sum(exp(x)), 1 / (1 + exp(x)). Reported at the logarithm: log of a softmax or a sigmoid.
"""

from __future__ import annotations

from difflint.analysis.graph import Value
from difflint.analysis.hazard import Escape, escape
from difflint.analysis.ranges import Ranges
from difflint.analysis.shapes import MOVES, exponent, is_shifted, role, stripped
from difflint.catalogue.model import Monotone, Role
from difflint.domain.interval import Interval

_PICKS = MOVES | {Role.INDEX, Role.HULL}


def overflowing(value: Value, ranges: Ranges) -> list[Value]:
    """The exponentials below a logarithm or quotient that overflow before it is taken."""
    if value.family == "log":
        operand = value.operands[0][1] if value.operands else None
        return (
            []
            if operand is None
            else [
                part
                for part in _exponentials(operand, value.operator is not None and value.operator.value_domain.lo < 0)
                if _overflows(part, ranges)
            ]
        )
    if role(value) is Role.DIVIDE:
        x, y = value.operand("x"), value.operand("y")
        if x is None or y is None:
            return []
        numerator = stripped(x)
        total = stripped(y)
        if role(total) is Role.SUM and stripped(total.operands[0][1]).number == numerator.number:
            return [part for part in _factors(numerator) if exponent(part) is not None and _overflows(part, ranges)]
        parts = [part for part in _exponentials(y, False) if _overflows(part, ranges)]
        same = [part for part in parts if part.number == numerator.number]
        return same or ([] if numerator.depends or not _adds_one(y) else parts)
    return []


def _factors(value: Value, depth: int = 0) -> list[Value]:
    """The factors of a product, numerators of quotients included."""
    below = stripped(value)
    kind = role(below)
    if depth > 8 or kind not in (Role.MULTIPLY, Role.DIVIDE):
        return [below]
    operands = below.operands if kind is Role.MULTIPLY else below.operands[:1]
    return [part for _, operand in operands for part in _factors(operand, depth + 1)]


def vanishing(value: Value, ranges: Ranges) -> list[Value]:
    """The exponentials in the terms of a mixture below a logarithm: all of them may round to zero."""
    if value.family != "log" or not value.operands or value.operator is None:
        return []
    operand = value.operands[0][1]
    found = escape(ranges.under(operand, value.path), value.operator.derivative_domain)
    if found is None or found[0] is not Escape.ROUNDING:
        return []
    below = stripped(operand)
    inner = stripped(below.operands[0][1]) if role(below) in (Role.SUM, Role.HULL) and below.operands else below
    return [part for part in _factors(inner) if part is not inner and _vanishes(part, ranges)]


def _vanishes(value: Value, ranges: Ranges) -> bool:
    argument = exponent(value)
    if argument is None or not value.alive or is_shifted(argument):
        return False
    return ranges.under(argument, value.path).lo == float("-inf")


def _adds_one(value: Value) -> bool:
    """Whether a denominator is an exponential plus a constant of the size of one."""
    below = stripped(value)
    return role(below) is Role.ADD and any(
        part.range.is_point and abs(part.range.lo) >= 0.1 for _, part in below.operands
    )


def _exponentials(value: Value, shifted_log: bool) -> list[Value]:
    """Exponentials that a sum adds up: sum(exp(x)), 1 + exp(x), exp(x) + exp(y)."""
    below = stripped(value)
    kind = role(below)
    if exponent(below) is not None:
        even = below.operator is not None and below.operator.monotone is Monotone.NONE  # cosh
        return [below] if shifted_log or even else []
    if kind in (Role.SUM, Role.HULL) and below.operands:
        inner = stripped(below.operands[0][1])
        return [inner] if exponent(inner) is not None else []
    if kind is Role.ADD:
        found: list[Value] = []
        for _, operand in below.operands:
            part = stripped(operand)
            if exponent(part) is not None:
                found.append(part)
            elif not part.range.is_point:
                found += _exponentials(part, False)
        return found
    return []


def _overflows(value: Value, ranges: Ranges) -> bool:
    argument = exponent(value)
    if argument is None or not value.alive or is_shifted(argument):
        return False
    return ranges.under(argument, value.path).hi == float("inf")


def underflowing(value: Value, ranges: Ranges) -> Value | None:
    """The probability below a logarithm that rounding makes zero."""
    if value.family != "log" or not value.operands or value.operator is None:
        return None
    operand = value.operands[0][1]
    interval: Interval = ranges.under(operand, value.path)
    found = escape(interval, value.operator.derivative_domain)
    if found is None or found[0] is not Escape.ROUNDING:
        return None
    return _probability(operand)


def _probability(value: Value) -> Value | None:
    below = stripped(value, _PICKS)
    if below.family == "probability":
        return below
    if role(below) in (Role.SUBTRACT, Role.NEGATE, Role.ADD, Role.SELECT, Role.FILL):
        for name, operand in below.operands:
            if name != "condition" and not operand.range.is_point:
                return _probability(operand)
    return None
