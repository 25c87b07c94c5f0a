"""Intervals, their members, and the numbers they touch, for property tests.

Ends and members are small dyadic numbers, so that sums and products of members are exact and a
member that a result misses is a mistake of the interval, not of rounding.
"""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter

from difflint.domain.interval import Interval


def _pretty(interval: Interval, printer: RepresentationPrinter, cycle: bool) -> None:
    printer.text(str(interval))


# without this, Hypothesis prints the constants of the class in every interval, and theirs in each of them: megabytes
Interval._repr_pretty_ = _pretty  # type: ignore[attr-defined]

INF = float("inf")

dyadic = st.integers(-64, 64).map(lambda number: number / 8.0)
ends = dyadic | st.sampled_from([0.0, 1.0, -1.0])


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    """Any interval that is not empty."""
    lo, hi = sorted((draw(ends), draw(ends)))
    if draw(st.integers(0, 4)) == 0:
        lo = -INF
    if draw(st.integers(0, 4)) == 0:
        hi = INF
    flags = [draw(st.booleans()) for _ in range(4)]
    nonzero, integer = draw(st.integers(0, 3)) == 0, draw(st.integers(0, 3)) == 0
    made = Interval.make(lo, hi, *flags, nonzero, integer)
    return Interval.point(draw(ends)) if made.is_empty else made


@st.composite
def members(draw: st.DrawFn, interval: Interval) -> Fraction:
    """A member of `interval`, with a preference for what lies next to its ends."""
    lo = Fraction(interval.lo) if interval.lo > -INF else min(Fraction(-1000), Fraction(min(interval.hi, 0.0)) - 1000)
    hi = Fraction(interval.hi) if interval.hi < INF else max(Fraction(1000), lo + 1000)
    weight = Fraction(draw(st.sampled_from([0, 1, 2, 512, 1022, 1023, 1024]) | st.integers(0, 1024)), 1024)
    number = lo + weight * (hi - lo)
    if interval.integer:
        number = Fraction(round(number))
    candidates = [number, number + 1, number - 1] if interval.integer else [number]
    found = [candidate for candidate in candidates if interval.contains(candidate)]
    return found[0] if found else inner(interval)


def inner(interval: Interval) -> Fraction:
    """Some member well inside."""
    lo = Fraction(interval.lo) if interval.lo > -INF else Fraction(min(interval.hi, 0.0)) - 2
    hi = Fraction(interval.hi) if interval.hi < INF else Fraction(max(interval.lo, 0.0)) + 2
    if interval.integer:
        return next(Fraction(n) for n in range(round(lo), round(hi) + 1) if interval.contains(n))
    middle = (lo + hi) / 2
    return middle if interval.contains(middle) else (middle + hi) / 2


@st.composite
def with_member(draw: st.DrawFn) -> tuple[Interval, Fraction]:
    """An interval and one of its members."""
    interval = draw(intervals())
    return interval, draw(members(interval))


@st.composite
def with_larger(draw: st.DrawFn) -> tuple[Interval, Interval]:
    """Two intervals, the first below the second."""
    interval = draw(intervals())
    return interval, interval.join(draw(intervals()))
