"""Comparisons of intervals against comparisons of their members."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from difflint.analysis.decide import related
from difflint.domain.interval import Interval

RELATIONS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
    "eq": operator.eq,
    "ne": operator.ne,
}
NUMBERS = st.integers(-6, 6).map(lambda number: number / 2)


@st.composite
def with_member(draw: st.DrawFn) -> tuple[Interval, Fraction]:
    """An interval with small ends and its middle, or an end that is a member."""
    lo, hi = sorted((draw(NUMBERS), draw(NUMBERS)))
    interval = Interval.make(lo, hi, lo < hi and draw(st.booleans()), lo < hi and draw(st.booleans()))
    found = [number for number in (lo, hi, (lo + hi) / 2) if interval.contains(number)]
    return interval, Fraction(draw(st.sampled_from(found)))


@pytest.mark.parametrize("relation", RELATIONS)
@settings(deadline=None, max_examples=200)
@given(with_member(), with_member())
def test_a_decision_holds_for_members(
    relation: str, first: tuple[Interval, Fraction], second: tuple[Interval, Fraction]
) -> None:
    decided = related(relation, first[0], second[0])

    assert decided is None or decided is RELATIONS[relation](first[1], second[1])


@pytest.mark.parametrize("relation", RELATIONS)
def test_points_are_decided(relation: str) -> None:
    for x, y in ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0)):
        assert related(relation, Interval.point(x), Interval.point(y)) is RELATIONS[relation](Fraction(x), Fraction(y))


def test_nothing_is_decided_of_no_number() -> None:
    assert related("lt", Interval.EMPTY, Interval.POSITIVE) is None
    assert related("close", Interval.UNIT, Interval.UNIT) is None
