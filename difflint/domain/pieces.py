"""Images under functions that are monotone between turning points, such as a cosine; what lies between numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from difflint.domain.interval import Interval

_PERIODS = 2
"""Turning points inside an interval beyond which every value of a periodic function is taken."""


def image(interval: Interval, function: Callable[[float], float], turns: Sequence[float], period: float) -> Interval:
    """The image of an interval under a function that is monotone between `turns`, repeated after each `period`.

    TOP where a periodic function takes all its values.
    """
    if interval.is_empty:
        return interval
    if period and interval.hi - interval.lo >= _PERIODS * period:
        return Interval.TOP
    inside = [point for turn in turns for point in _inside(interval, turn, period)]
    cuts = [interval.lo, *sorted(inside), interval.hi]
    joined = Interval.EMPTY
    for low, high in pairwise(cuts):
        piece = interval.meet(Interval.make(low, high))
        rises = _value(function, low) <= _value(function, high)
        joined = joined.join(piece.image(function, rises))
    return joined


def power(base: Interval, exponent: Interval) -> Interval:
    """x ** y; what lies between zero and one stays there, and reaches one by rounding alone."""
    powers = base.power(exponent)
    if exponent.is_point or not exponent.nonnegative or not base.leq(Interval.UNIT):
        return powers
    inside = exponent.positive and not base.contains(1.0)
    return powers.meet(Interval.make(0.0, 1.0, hi_open=inside, hi_rounds=inside))


def between(x: Interval, y: Interval) -> Interval:
    """What lies between a member of `x` and one of `y`: mixtures are no integers and pass zero."""
    joined = x.join(y)
    if joined.is_empty or not (joined.integer or joined.nonzero):
        return joined
    return Interval.make(joined.lo, joined.hi, joined.lo_open, joined.hi_open)


def _inside(interval: Interval, turn: float, period: float) -> list[float]:
    """The turning points between the ends: one, or those that a period apart repeat it."""
    if not period:
        return [turn] if interval.lo < turn < interval.hi else []
    first = math.ceil((interval.lo - turn) / period)
    points = [turn + (first + step) * period for step in range(_PERIODS + 1)]
    return [point for point in points if interval.lo < point < interval.hi]


def _value(function: Callable[[float], float], at: float) -> float:
    try:
        return function(at)
    except (OverflowError, ValueError):
        return math.inf
