"""Compositions that overflow or vanish although the function they compute does not.

Reported at the exponential: log(1 + exp(x)), log(sum(exp(x))), log(sum(w*exp(-x**2))),
exp(x) / sum(exp(x)), 1 / (1 + exp(x)). Reported at the logarithm: log of a softmax or a sigmoid, and
of a uniform draw in the noise that is added to something.
"""

from __future__ import annotations

from difflint.analysis.condition import defined
from difflint.analysis.graph import Value
from difflint.analysis.hazard import Escape, escape
from difflint.analysis.ranges import Ranges
from difflint.analysis.shapes import MOVES, UNCOUNTED, exponent, factors, is_shifted, role, stripped
from difflint.catalogue.model import Monotone, Role
from difflint.domain.predicate import Path

_MIXING = (Role.SUBTRACT, Role.NEGATE, Role.ADD, Role.MULTIPLY, Role.DIVIDE, Role.SUM, Role.SELECT, Role.FILL)
_LINEAR = frozenset({Role.ADD, Role.SUBTRACT, Role.NEGATE, Role.MULTIPLY, Role.DIVIDE})
_COMBINING = (Role.ADD, Role.SUBTRACT, Role.MULTIPLY, Role.DIVIDE)
_NOISE = 12
"""How many operations noise is made of."""
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
        if _totals(y, numerator):
            return [part for part in factors(numerator) if exponent(part) is not None and _overflows(part, ranges)]
        parts = [part for part in _exponentials(y, False) if _overflows(part, ranges)]
        same = [part for part in parts if part.number == numerator.number]
        return same or (parts if numerator.range.is_point and _adds_one(y) else [])
    return []


def _totals(value: Value, part: Value) -> bool:
    """Whether `value` is the sum of the elements of `part`, over groups or all, give or take an epsilon."""
    below = stripped(value, _PICKS)
    if role(below) is Role.ADD:
        varying = [operand for _, operand in below.operands if not operand.range.is_point]
        below = stripped(varying[0], _PICKS) if len(varying) == 1 else below
    if role(below) not in (Role.SUM, Role.ACCUMULATE) or not below.operands:
        return False
    return any(stripped(operand).number == part.number for name, operand in below.operands if name in ("x", "value"))


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
    if kind in (Role.ADD, Role.SUBTRACT):
        found: list[Value] = []
        for _, operand in below.operands[: 1 if kind is Role.SUBTRACT else 2]:
            part = stripped(operand)
            if exponent(part) is not None:
                found.append(part)
            elif not part.range.is_point:
                nested = _exponentials(part, False)
                if not nested:
                    return []  # a rate with a positive part, nobody's logsumexp
                found += nested
        return found
    return []


def _overflows(value: Value, ranges: Ranges) -> bool:
    argument = exponent(value)
    if argument is None or not value.alive or is_shifted(argument):
        return False
    return not _is_slow(argument, True, ranges, value.path)


def _is_slow(value: Value, upwards: bool, ranges: Ranges, path: Path, depth: int = 0) -> bool:
    """Whether a value, where it is a number, is bounded on one side or grows there as logarithms do.

    Then its exponential is a power of something, which leaves the numbers for extreme arguments only.
    """
    below = stripped(value, _PICKS)
    path = defined(ranges.graph, path, below)
    interval = ranges.under(below, path)
    if below.family == "log" or (interval.hi if upwards else -interval.lo) < float("inf"):
        return True
    kind = role(below)
    extremum = below.operator is not None and below.operator.relation == "max"
    if depth > 6 or not (extremum or kind in _LINEAR):
        return False
    x, y = below.operand("x"), below.operand("y")
    if kind in (Role.MULTIPLY, Role.DIVIDE) and x is not None and y is not None:
        factor, rest = (y, x) if y.range.is_point or kind is Role.DIVIDE else (x, y)
        side = upwards is (factor.range.lo > 0.0)
        return factor.range.is_point and _is_slow(rest, side, ranges, path, depth + 1)
    sides = {"x": upwards is not (kind is Role.NEGATE), "y": upwards is not (kind is Role.SUBTRACT)}
    return all(_is_slow(part, sides.get(name, upwards), ranges, path, depth + 1) for name, part in below.operands)


def underflowing(value: Value, ranges: Ranges) -> bool:
    """Whether a logarithm's operand is a probability or a density that rounding makes zero."""
    if value.family != "log" or not value.operands or value.operator is None:
        return False
    operand = value.operands[0][1]
    found = escape(ranges.under(operand, value.path), value.operator.derivative_domain)
    if found is None or found[0] is not Escape.ROUNDING:
        return False
    return _is_probability(operand) or _vanishes(operand, ranges)


def _is_probability(value: Value, depth: int = 0) -> bool:
    below = stripped(value, _PICKS)
    if below.family == "probability":
        return True
    if role(below) not in _MIXING or depth > 6 or below.range.lo > 0.0:
        return False
    operands = below.operands[:1] if role(below) is Role.DIVIDE else below.operands
    parts = [operand for name, operand in operands if name not in UNCOUNTED and not operand.range.is_point]
    if role(below) is Role.DIVIDE and parts and parts[0].range.lo > 0.0:
        return False  # a sum with a floor, shared out
    if role(below) is Role.SUBTRACT and len(parts) > 1:
        return False  # the logarithm of a difference of two has no fused form
    found = [_is_probability(part, depth + 1) for part in parts]
    return bool(found) and (all(found) if role(below) is Role.ADD else any(found))


def _vanishes(value: Value, ranges: Ranges) -> bool:
    """Whether the terms of a sum have exponentials as factors that all may round to zero."""
    below = stripped(value)
    inner = stripped(below.operands[0][1]) if role(below) in (Role.SUM, Role.HULL) and below.operands else below
    return any(part is not inner and part.alive and _is_tail(part, ranges) for part in factors(inner))


def _is_tail(value: Value, ranges: Ranges) -> bool:
    argument = exponent(value)
    return argument is not None and not is_shifted(argument) and ranges.under(argument, value.path).lo == float("-inf")


def infinite_draws(value: Value) -> list[Value]:
    """The logarithms of uniform draws, 0 among them, in what is added to or multiplied with a live value."""
    if role(value) not in _COMBINING or not value.alive:
        return []
    found: list[Value] = []
    pending = [operand for _, operand in value.operands if not operand.alive]
    for _ in range(_NOISE):
        if not pending:
            break
        item = stripped(pending.pop())
        if item.family == "log" and item.operands and _is_draw_from_zero(item.operands[0][1]):
            found.append(item)
        elif item.family == "log" or role(item) in (Role.NEGATE, *_COMBINING):
            pending += [operand for _, operand in item.operands]
    return found


def _is_draw_from_zero(value: Value) -> bool:
    below = stripped(value)
    return role(below) is Role.RANDOM and value.range.lo == below.range.lo == 0.0 and not value.range.lo_open
