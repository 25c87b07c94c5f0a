"""Intervals as a lattice, and arithmetic against members: what is computed contains what happens."""

from __future__ import annotations

import ctypes
import math
import operator
from collections.abc import Callable
from fractions import Fraction
from functools import reduce

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from interval_strategies import dyadic, intervals, members, with_larger, with_member

from difflint.domain.interval import Interval
from difflint.domain.lattice import Meeting, Widening

law = settings(deadline=None, max_examples=150)

Binary = Callable[[Interval, Interval], Interval]
Unary = Callable[[Interval], Interval]
Member = tuple[Interval, Fraction]

BINARY: list[tuple[Binary, Callable[[Fraction, Fraction], Fraction]]] = [
    (Interval.add, operator.add),
    (Interval.subtract, operator.sub),
    (Interval.multiply, operator.mul),
    (Interval.maximum, max),
    (Interval.minimum, min),
]
UNARY: list[tuple[Unary, Callable[[Fraction], Fraction | int]]] = [
    (Interval.negate, operator.neg),
    (Interval.absolute, abs),
    (Interval.square, lambda x: x * x),
    (Interval.truncated, math.trunc),
    (lambda x: x.power(Interval.point(2)), lambda x: x**2),
    (lambda x: x.power(Interval.point(3)), lambda x: x**3),
    (lambda x: x.power(Interval.point(0)), lambda x: Fraction(1)),
]
MONOTONE: list[tuple[Callable[[float], float], bool]] = [
    (lambda x: x * x * x, True),
    (lambda x: 1 - x / 2, False),
    (lambda x: max(x, 0), True),
    (lambda x: min(max(x, -1), 1), True),
    (lambda x: min(max(x, 0), 6), True),
    (lambda x: -max(x, 0), False),
    (math.floor, True),
    (math.ceil, True),
    (lambda x: 5, True),
]


@st.composite
def reached(draw: st.DrawFn) -> Member:
    """An interval and a member or an end that rounding reaches."""
    interval = draw(intervals())
    rounding = [end for end, rounds in ((interval.lo, interval.lo_rounds), (interval.hi, interval.hi_rounds)) if rounds]
    if rounding and draw(st.booleans()):
        return interval, Fraction(draw(st.sampled_from(rounding)))
    return interval, draw(members(interval))


# --- the lattice ---------------------------------------------------------------------------


def test_has_the_operations_of_the_protocols() -> None:
    meeting: Meeting = Interval.UNIT
    widening: Widening = Interval.UNIT

    assert meeting.leq(Interval.TOP) and widening.leq(Interval.TOP)


@law
@given(intervals(), intervals(), intervals())
def test_join_and_meet_are_associative(a: Interval, b: Interval, c: Interval) -> None:
    assert a.join(b).join(c) == a.join(b.join(c))
    assert a.meet(b).meet(c) == a.meet(b.meet(c))


@law
@given(intervals(), intervals())
def test_join_and_meet_are_commutative_and_absorb(a: Interval, b: Interval) -> None:
    assert a.join(b) == b.join(a)
    assert a.meet(b) == b.meet(a)
    assert a.join(a.meet(b)) == a == a.meet(a.join(b))


@law
@given(intervals(), intervals())
def test_join_is_above_and_meet_below(a: Interval, b: Interval) -> None:
    assert a.leq(a.join(b))
    assert a.meet(b).leq(a)
    assert a.leq(b) == (a.meet(b) == a)


@law
@given(with_larger(), intervals())
def test_order_is_transitive_and_antisymmetric(pair: tuple[Interval, Interval], other: Interval) -> None:
    small, large = pair
    assert small.leq(large) and large.leq(large.join(other)) and small.leq(large.join(other))
    assert small == large or not large.leq(small)


@law
@given(intervals())
def test_top_and_empty_are_the_extremes(a: Interval) -> None:
    assert a.join(a) == a == a.meet(a)
    assert a.join(Interval.EMPTY) == a == a.meet(Interval.TOP) == Interval.EMPTY.join(a)
    assert a.meet(Interval.EMPTY).is_empty and Interval.EMPTY.meet(a).is_empty
    assert a.join(Interval.TOP) == Interval.TOP == Interval.TOP.join(a)
    assert Interval.EMPTY.leq(a) and a.leq(Interval.TOP)


@law
@given(reached(), intervals())
def test_order_is_inclusion(drawn: Member, other: Interval) -> None:
    interval, number = drawn
    if interval.leq(other):
        assert other.touches(number)
        assert other.contains(number) or not interval.contains(number)


@law
@given(reached(), intervals())
def test_join_keeps_all_and_meet_what_both_have(drawn: Member, other: Interval) -> None:
    interval, number = drawn
    met = interval.meet(other)
    assert interval.join(other).touches(number)
    assert not interval.contains(number) or interval.join(other).contains(number)
    assert met.contains(number) == (interval.contains(number) and other.contains(number))
    assert not met.touches(number) or other.touches(number)


@law
@given(intervals(), st.lists(intervals(), max_size=40))
def test_widening_is_above_and_ends(start: Interval, following: list[Interval]) -> None:
    state, changes = start, 0
    for new in following:
        widened = state.widen(state.join(new))
        assert state.leq(widened) and new.leq(widened)
        changes += widened != state
        state = widened
    assert changes <= 12


@law
@given(intervals())
def test_normalising_is_idempotent(a: Interval) -> None:
    fields = (a.lo, a.hi, a.lo_open, a.hi_open, a.lo_rounds, a.hi_rounds, a.nonzero, a.integer)

    assert Interval.make(*fields) == a


# --- arithmetic ----------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(len(BINARY)))
@law
@given(drawn=with_member(), other=with_member())
def test_binary_results_contain_results_of_members(number: int, drawn: Member, other: Member) -> None:
    abstract, concrete = BINARY[number]

    assert abstract(drawn[0], other[0]).contains(concrete(drawn[1], other[1]))


@pytest.mark.parametrize("number", range(len(BINARY)))
@law
@given(drawn=reached(), other=reached())
def test_binary_results_touch_results_of_touched_numbers(number: int, drawn: Member, other: Member) -> None:
    abstract, concrete = BINARY[number]

    assert abstract(drawn[0], other[0]).touches(concrete(drawn[1], other[1]))


@law
@given(drawn=with_member(), other=with_member())
def test_quotients_contain_quotients_of_members(drawn: Member, other: Member) -> None:
    assume(other[1] != 0)
    result = drawn[0].divide(other[0])
    number = float(drawn[1] / other[1])

    # the quotient itself is rounded here, so an open end may be met exactly
    assert result.contains(number) or number in (result.lo, result.hi)
    assert result.contains(number) or not Fraction(number) == drawn[1] / other[1]


@law
@given(reached(), reached())
def test_quotients_touch_zero_and_one(drawn: Member, other: Member) -> None:
    assume(other[1] != 0)
    if drawn[1] == 0:
        assert drawn[0].divide(other[0]).touches(0)
    if drawn[1] == other[1]:
        assert drawn[0].divide(other[0]).touches(1)


@law
@given(st.integers(-99, 99), st.integers(1, 99))
def test_quotients_of_points_are_rounded_once(a: int, b: int) -> None:
    assert Interval.point(a).divide(Interval.point(b)) == Interval.point(a / b)


@law
@given(intervals(), intervals(), members(Interval.TOP))
def test_a_divisor_of_one_sign_keeps_signs(a: Interval, b: Interval, number: Fraction) -> None:
    positive = a.meet(Interval.NONNEGATIVE).divide(b.meet(Interval.NONNEGATIVE).excluding_zero())
    negative = a.meet(Interval.NONNEGATIVE).divide(b.meet(Interval.POSITIVE).negate())

    assert number >= 0 or not positive.contains(number)
    assert number <= 0 or not negative.contains(number)


@law
@given(with_member())
def test_reciprocals_contain_reciprocals_of_members(drawn: Member) -> None:
    assume(drawn[1] != 0)
    result, number = drawn[0].reciprocal(), float(1 / drawn[1])

    assert result.contains(number) or number in (result.lo, result.hi)
    assert result == Interval.point(1).divide(drawn[0])


@pytest.mark.parametrize("number", range(len(UNARY)))
@law
@given(drawn=reached())
def test_unary_results_contain_results_of_members(number: int, drawn: Member) -> None:
    abstract, concrete = UNARY[number]
    result, image = abstract(drawn[0]), concrete(drawn[1])

    assert result.touches(image)
    assert result.contains(image) or not drawn[0].contains(drawn[1])


@law
@given(drawn=with_member(), exponent=st.sampled_from([-3.0, -2.0, -1.0, -0.5, 0.5, 1.5, 2.5, 4.0, 5.0]))
def test_powers_contain_powers_of_members(drawn: Member, exponent: float) -> None:
    assume(drawn[1] > 0 or (drawn[1] < 0 and exponent.is_integer()) or (drawn[1] == 0 and exponent > 0))
    exact = float(drawn[1]) ** exponent
    result = drawn[0].power(Interval.point(exponent))

    near = 1e-12 * max(1.0, abs(exact))
    assert result.contains(exact) or result.lo - near <= exact <= result.hi + near


@law
@given(with_member(), intervals(), dyadic)
def test_unknown_exponents_keep_signs(drawn: Member, exponents: Interval, exponent: float) -> None:
    base, number = drawn[0].absolute(), float(abs(drawn[1]))
    assume(number > 0)
    unknown = exponents.join(Interval.point(exponent)).join(Interval.point(exponent + 1))

    assert base.power(unknown).contains(number**exponent)


@law
@given(with_member(), with_member(), with_member())
def test_clamps_contain_clamped_members(x: Member, low: Member, high: Member) -> None:
    assert x[0].clamp(low[0], high[0]).contains(min(max(x[1], low[1]), high[1]))
    assert x[0].clamp(low[0], Interval.TOP_END).contains(max(x[1], low[1]))
    assert x[0].clamp(Interval.BOTTOM_END, high[0]).contains(min(x[1], high[1]))
    assert x[0].clamp(Interval.BOTTOM_END, Interval.TOP_END) == x[0]


@law
@given(intervals(), st.data())
def test_totals_and_products_contain_those_of_members(interval: Interval, data: st.DataObject) -> None:
    drawn = data.draw(st.lists(members(interval), min_size=1, max_size=5))

    assert interval.total().contains(sum(drawn))
    assert interval.product_of_many().contains(reduce(operator.mul, drawn))


@pytest.mark.parametrize("number", range(len(MONOTONE)))
@law
@given(drawn=reached())
def test_images_contain_images_of_members(number: int, drawn: Member) -> None:
    function, increasing = MONOTONE[number]
    result = drawn[0].image(function, increasing)

    assert result.touches(function(drawn[1]))  # type: ignore[arg-type]
    assert result.contains(function(drawn[1])) or not drawn[0].contains(drawn[1])  # type: ignore[arg-type]


@law
@given(reached(), dyadic, st.booleans())
def test_refinements_keep_exactly_one_side(drawn: Member, bound: float, strict: bool) -> None:
    interval, number = drawn
    inside = interval.contains(number)
    under = number < bound or (number == bound and not strict)
    over = number > bound or (number == bound and not strict)

    assert interval.below(bound, strict).contains(number) == (inside and under)
    assert interval.above(bound, strict).contains(number) == (inside and over)
    assert interval.excluding_zero().contains(number) == (inside and number != 0)
    assert not interval.excluding_zero().touches(0)
    assert interval.as_integer().contains(number) == (inside and number.denominator == 1)


@law
@given(st.tuples(*[st.floats(-1e39, 1e39) | st.floats(-1e-44, 1e-44)] * 3))
def test_rounding_to_single_precision_keeps_rounded_members(numbers: tuple[float, float, float]) -> None:
    lo, member, hi = sorted(numbers)
    result = Interval.make(lo, hi).rounded(24)
    single = ctypes.c_float(member).value

    assert result.contains(single) if math.isfinite(single) else not result.bounded
    assert Interval.make(lo, hi).rounded(53) == Interval.make(lo, hi)


@pytest.mark.parametrize(
    "operation", [Interval.add, Interval.subtract, Interval.multiply, Interval.maximum, Interval.minimum]
)
@law
@given(first=with_larger(), second=with_larger())
def test_binary_operations_are_monotone(
    operation: Binary, first: tuple[Interval, Interval], second: tuple[Interval, Interval]
) -> None:
    assert operation(first[0], second[0]).leq(operation(first[1], second[1]))


@law
@given(with_larger(), with_larger(), st.booleans())
def test_division_by_one_bounded_sign_is_monotone(
    first: tuple[Interval, Interval], second: tuple[Interval, Interval], negative: bool
) -> None:
    small, large = (interval.absolute().below(64, False) for interval in second)
    assume(small != Interval.point(0))  # nothing can be divided by it; what is said then is a choice
    if negative:
        small, large = small.negate(), large.negate()

    assert first[0].divide(small).leq(first[1].divide(large))


@pytest.mark.parametrize(
    "operation",
    [
        Interval.negate,
        Interval.absolute,
        Interval.square,
        Interval.truncated,
        Interval.total,
        Interval.product_of_many,
        Interval.excluding_zero,
    ],
)
@law
@given(pair=with_larger())
def test_unary_operations_are_monotone(operation: Unary, pair: tuple[Interval, Interval]) -> None:
    assert operation(pair[0]).leq(operation(pair[1]))


@pytest.mark.parametrize(
    "operation",
    [
        Interval.add,
        Interval.subtract,
        Interval.multiply,
        Interval.divide,
        Interval.maximum,
        Interval.minimum,
        Interval.power,
    ],
)
@law
@given(interval=intervals())
def test_nothing_comes_of_nothing(operation: Binary, interval: Interval) -> None:
    assert operation(interval, Interval.EMPTY).is_empty
    assert operation(Interval.EMPTY, interval).is_empty


@law
@given(intervals(), intervals())
def test_sums_and_products_commute(a: Interval, b: Interval) -> None:
    assert a.add(b) == b.add(a)
    assert a.multiply(b) == b.multiply(a)
    assert a.maximum(b) == b.maximum(a)
    assert a.negate().negate() == a
