"""Intervals by example: ends, texts, questions, and the sums and products that model code writes."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from interval_strategies import INF, intervals

from difflint.domain.interval import Interval

parse = Interval.parse
EXP, SIGMOID, SOFTMAX, TANH = parse("(~0, inf)"), parse("(~0, ~1)"), parse("(~0, 1]"), parse("(~-1, ~1)")
SINGLE_EPS = Interval.point(1e-6)


# --- texts ---------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [
    "[0, inf)", "(-inf, 1]", "(-inf, inf)", "{0}", "{-2.5}", "{1e-06}", "(~0, inf)", "(~0, ~1)", "(~0, 1]", "(~-1, ~1)",
    "[0, 5] integer", "(-inf, inf) nonzero", "[-3, 3] nonzero integer", "(0, 0.1)", "[0.30000000000000004, 1000000]",
])
def test_texts_are_read_and_written(text: str) -> None:
    assert str(parse(text)) == text


@given(intervals(), st.floats(allow_nan=False, allow_infinity=False))
@settings(deadline=None)
def test_written_intervals_are_read_back(interval: Interval, end: float) -> None:
    assert parse(str(interval)) == interval
    assert parse(str(Interval.point(end))) == Interval.point(end)
    assert parse(str(Interval.TOP.above(end, True))) == Interval.TOP.above(end, True)


def test_texts_may_be_spaced_and_normalise() -> None:
    assert parse("  [ 0 ,inf )  ") == Interval.NONNEGATIVE
    assert parse("[-inf, 0]") == parse("(-inf, 0]")
    assert parse("(0, 5) integer") == parse("[1, 4] integer")
    assert parse("{ 2 } integer") == Interval.point(2)
    assert parse("[0, 1] integer nonzero") == Interval.point(1)


@pytest.mark.parametrize(("text", "words"), [
    ("0, 1", "is no interval"), ("[0 1]", "is no interval"), ("", "is no interval"), ("[0, 1] whole", "is no interval"),
    ("[0, one]", "'one'"), ("[nan, 1]", "'nan'"), ("{nan}", "'nan'"),
    ("[2, 1]", "is empty"), ("(1, 1)", "is empty"), ("{inf}", "is empty"), ("[inf, inf)", "is empty"),
    ("(0, 1) integer", "is empty"), ("[0, 0] nonzero", "is empty"),
])
def test_other_texts_say_what_is_wrong(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse(text)


def test_empty_has_a_text_but_is_not_read() -> None:
    assert str(Interval.EMPTY) == "empty"
    with pytest.raises(ValueError, match="is no interval"):
        parse("empty")


# --- normal form ---------------------------------------------------------------------------


def test_equal_sets_are_equal_objects() -> None:
    assert Interval.make(-1, 1, True, True, integer=True) == Interval.point(0)
    assert Interval.make(2.0, 2.0) == Interval.point(2) == Interval.make(1.5, 2.5, integer=True)
    assert Interval.make(0, 1, nonzero=True) == parse("(0, 1]")
    assert Interval.make(-1, 1, nonzero=True, integer=True).contains(0) is False
    assert Interval.make(0, 9, nonzero=True, integer=True) == parse("[1, 9] integer")
    assert Interval.make(1, 2, nonzero=True) == parse("[1, 2]")
    assert Interval.make(0, 1, lo_rounds=True) == Interval.UNIT
    assert Interval.make(-0.0, 0.0) == Interval.point(0.0)
    assert math.copysign(1.0, Interval.make(-0.0, 1.0).lo) == 1.0
    assert hash(Interval.make(0, 1)) == hash(Interval.UNIT)


def test_infinite_ends_are_open() -> None:
    assert Interval.make(-INF, INF) == Interval.TOP
    assert Interval.make(0, INF) == Interval.NONNEGATIVE
    assert Interval.make(0, INF, hi_rounds=True) == Interval.NONNEGATIVE
    assert not Interval.TOP.contains(INF) and not Interval.TOP.contains(-INF)


def test_what_is_no_number_says_nothing_or_is_no_member() -> None:
    assert Interval.make(math.nan, 1) == Interval.TOP == Interval.point(math.nan)
    assert Interval.point(INF).is_empty and Interval.point(-INF).is_empty
    assert not Interval.UNIT.contains(math.nan) and not Interval.TOP.contains(math.nan)
    assert not Interval.UNIT.touches(math.nan)


def test_a_point_of_a_whole_number_is_an_integer() -> None:
    assert Interval.point(3).integer and Interval.point(100).integer
    assert not Interval.point(0.5).integer
    assert Interval.point(True) == Interval.point(1)
    assert Interval.point(0).join(Interval.point(1)) == Interval.BOOLEAN


# --- questions -----------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "positive", "negative", "nonnegative", "bounded"), [
    ("(0, inf)", True, False, True, False), ("[0, 1]", False, False, True, True), ("(-2, 0)", False, True, False, True),
    ("(-inf, 0]", False, False, False, False), ("[1e-06, 2]", True, False, True, True),
    ("{0}", False, False, True, True), ("(-inf, inf) nonzero", False, False, False, False),
])
def test_signs(text: str, positive: bool, negative: bool, nonnegative: bool, bounded: bool) -> None:
    found = parse(text)

    assert (positive, negative, nonnegative, bounded) == (
        found.positive, found.negative, found.nonnegative, found.bounded)


def test_points_top_and_empty() -> None:
    assert Interval.point(2).is_point and not Interval.UNIT.is_point and not Interval.EMPTY.is_point
    assert Interval.EMPTY.is_empty and not Interval.point(0).is_empty
    assert Interval.TOP.is_top and not Interval.TOP.excluding_zero().is_top and not Interval.TOP.as_integer().is_top


def test_a_rounding_end_is_touched_but_no_member() -> None:
    assert not SIGMOID.contains(0) and not SIGMOID.contains(1)
    assert SIGMOID.touches(0) and SIGMOID.touches(1) and SIGMOID.touches(0.5)
    assert not Interval.POSITIVE.touches(0)
    assert Interval.POSITIVE.leq(EXP) and EXP.leq(Interval.NONNEGATIVE)
    assert not EXP.leq(Interval.POSITIVE) and not Interval.NONNEGATIVE.leq(EXP)


def test_excluded_numbers_are_no_members() -> None:
    assert not parse("[-1, 1] nonzero").contains(0)
    assert not parse("[0, 5] integer").contains(0.5)
    assert parse("[0, 5] integer").contains(5)


# --- lattice -------------------------------------------------------------------------------


def test_joins() -> None:
    assert parse("[0, 1)").join(parse("(1, 2]")) == parse("[0, 2]")
    assert parse("[-1, 0)").join(parse("(0, 1]")) == parse("[-1, 1] nonzero")
    assert EXP.join(Interval.POSITIVE) == EXP
    # an end that rounding reaches is not forgotten when it comes to lie inside
    assert SOFTMAX.join(parse("[-1, 0)")) == parse("[-1, 1]")


def test_meets() -> None:
    assert EXP.meet(Interval.POSITIVE) == Interval.POSITIVE
    assert parse("[0, 1]").meet(parse("(1, 2]")).is_empty
    assert parse("[0, 1]").meet(parse("[1, 2]")) == Interval.point(1)
    assert parse("(0.5, 3)").meet(parse("(-inf, inf) integer")) == parse("[1, 2] integer")


@pytest.mark.parametrize(("text", "refined"), [
    ("(~0, 1]", "(0, 1]"), ("[0, 1]", "(0, 1]"), ("[-1, 1]", "[-1, 1] nonzero"),
])
def test_excluding_zero_excludes_underflow_too(text: str, refined: str) -> None:
    assert parse(text).excluding_zero() == parse(refined)


def test_refinements_by_comparison() -> None:
    assert Interval.TOP.above(0, True) == Interval.POSITIVE
    assert Interval.TOP.above(0, False) == Interval.NONNEGATIVE
    assert SOFTMAX.below(0.5, False) == parse("(~0, 0.5]")
    assert Interval.UNIT.below(-1, False).is_empty
    assert Interval.TOP.below(INF, True) == Interval.TOP
    assert Interval.TOP.above(INF, True).is_empty and Interval.TOP.below(-INF, True).is_empty


@pytest.mark.parametrize(("old", "new", "widened"), [
    ("[0, 1]", "[0, 2]", "[0, inf)"), ("[2, 3]", "[1, 3]", "(~0, 3]"), ("(~0, 3]", "[0, 3]", "[0, 3]"),
    ("[0, 3]", "[-1, 3]", "(-inf, 3]"), ("[-3, -2]", "[-3, -1]", "[-3, ~0)"), ("[1, 2] integer", "[1, 3]", "[1, inf)"),
    ("[1, 2] integer", "[1, 3] integer", "[1, inf) integer"), ("[5, 6] integer", "[4, 6] integer", "[1, 6] integer"),
    ("[0, 1]", "[0, 1]", "[0, 1]"), ("(0, 1]", "[0, 1]", "[0, 1]"),
])
def test_widening_goes_to_zero_and_then_to_infinity(old: str, new: str, widened: str) -> None:
    start = parse(old)

    assert start.widen(start.join(parse(new))) == parse(widened)


def test_widening_starts_with_the_first_value() -> None:
    assert Interval.EMPTY.widen(Interval.UNIT) == Interval.UNIT
    assert Interval.UNIT.widen(Interval.EMPTY) == Interval.UNIT


def test_a_step_that_is_halved_forever_stays_positive() -> None:
    state = Interval.point(1)
    for _ in range(5):
        state = state.widen(state.join(state.multiply(Interval.point(0.5))))

    assert state == parse("(~0, 1]")


# --- arithmetic ----------------------------------------------------------------------------


def test_sums() -> None:
    assert Interval.NONNEGATIVE.add(SINGLE_EPS) == parse("[1e-06, inf)")
    assert EXP.add(Interval.point(0.05)) == parse("(~0.05, inf)")
    assert Interval.NONNEGATIVE.add(Interval.POSITIVE) == Interval.POSITIVE
    assert Interval.NONNEGATIVE.add(EXP) == EXP
    assert EXP.add(Interval.point(1)) == parse("(~1, inf)")
    assert Interval.TOP.square().add(Interval.TOP.square()) == Interval.NONNEGATIVE
    assert Interval.TOP.square().add(Interval.point(1)) == parse("[1, inf)")
    assert Interval.TOP.add(Interval.NONNEGATIVE) == Interval.TOP
    assert parse("[-1, 1] nonzero").add(Interval.point(0)) == parse("[-1, 1] nonzero")
    assert parse("[-1, 1] nonzero").add(Interval.point(1)) == parse("[0, 2]")


def test_differences() -> None:
    assert Interval.point(1).subtract(SIGMOID) == SIGMOID
    assert Interval.point(1).subtract(SOFTMAX) == parse("[0, ~1)")
    assert Interval.point(1).subtract(Interval.UNIT) == Interval.UNIT
    assert Interval.point(1).subtract(TANH.square()) == SOFTMAX


def test_products() -> None:
    assert EXP.multiply(EXP) == EXP
    assert Interval.NONNEGATIVE.multiply(Interval.TOP) == Interval.TOP
    assert Interval.point(0).multiply(Interval.TOP) == Interval.point(0)
    assert Interval.UNIT.multiply(Interval.POSITIVE) == Interval.NONNEGATIVE
    assert Interval.POSITIVE.multiply(parse("(-inf, 0)")) == parse("(-inf, 0)")
    assert Interval.TOP.excluding_zero().multiply(Interval.POSITIVE) == Interval.TOP.excluding_zero()
    assert SOFTMAX.multiply(Interval.TOP.excluding_zero()) == Interval.TOP
    assert Interval.TOP.multiply(Interval.TOP) == Interval.TOP
    assert Interval.BOOLEAN.multiply(EXP) == Interval.NONNEGATIVE


def test_quotients() -> None:
    assert Interval.point(1).divide(EXP.add(Interval.point(1))) == SIGMOID
    assert Interval.NONNEGATIVE.divide(Interval.NONNEGATIVE) == Interval.NONNEGATIVE
    assert Interval.NONNEGATIVE.divide(parse("(-inf, 0]")) == parse("(-inf, 0]")
    assert Interval.point(1).divide(Interval.TOP) == Interval.TOP.excluding_zero()
    assert Interval.TOP.divide(Interval.TOP) == Interval.TOP
    assert Interval.UNIT.divide(parse("[2, 4]")) == parse("[0, 0.5]")
    assert Interval.make(0, 49).divide(Interval.point(49)) == Interval.UNIT
    assert parse("[2, 4] integer").divide(Interval.point(4)) == parse("[0.5, 1]")


def test_reciprocals() -> None:
    assert EXP.reciprocal() == EXP
    assert parse("[1e-06, inf)").reciprocal() == Interval.make(0, 1e6, True, False, True)
    assert parse("(-inf, -2]").reciprocal() == parse("[-0.5, ~0)")
    assert Interval.point(0).reciprocal() == Interval.TOP.reciprocal() == Interval.TOP.excluding_zero()


def test_sizes_and_squares() -> None:
    assert Interval.TOP.absolute() == Interval.TOP.square() == Interval.NONNEGATIVE
    assert TANH.absolute() == TANH.square() == parse("[0, ~1)")
    assert Interval.TOP.excluding_zero().square() == Interval.POSITIVE
    assert parse("[-3, 2)").absolute() == parse("[0, 3]")
    assert parse("(-3, 3]").absolute() == parse("[0, 3]")
    assert parse("(-3, 3) integer").square() == parse("[0, 4] integer")


def test_powers() -> None:
    two, half = Interval.point(2), Interval.point(0.5)

    assert Interval.TOP.power(two) == Interval.NONNEGATIVE
    assert Interval.TOP.power(Interval.point(3)) == Interval.TOP
    assert parse("[-2, 1] nonzero").power(Interval.point(3)) == parse("[-8, 1] nonzero")
    assert Interval.TOP.power(Interval.point(0)) == Interval.point(1)
    assert parse("[4, inf)").power(half) == parse("[2, inf)")
    assert parse("[4, inf)").power(Interval.point(-0.5)) == parse("(~0, 0.5]")
    assert parse("[-4, 4]").power(half) == parse("[0, 2]")
    assert parse("[-4, -1]").power(half) == Interval.NONNEGATIVE
    assert EXP.power(Interval.TOP) == EXP
    assert Interval.NONNEGATIVE.power(Interval.TOP) == Interval.NONNEGATIVE
    assert Interval.TOP.power(Interval.TOP) == Interval.TOP
    assert parse("[0, 3] integer").power(two) == parse("[0, 9] integer")
    assert parse("[1, 2] integer").power(Interval.point(-1)) == parse("[0.5, 1]")


def test_guards() -> None:
    assert Interval.TOP.maximum(SINGLE_EPS) == parse("[1e-06, inf)")
    assert Interval.TOP.clamp(Interval.point(0), Interval.TOP_END) == Interval.NONNEGATIVE
    assert Interval.TOP.clamp(Interval.point(-1), Interval.point(1)) == parse("[-1, 1]")
    assert Interval.TOP.clamp(Interval.BOTTOM_END, Interval.point(1)) == parse("(-inf, 1]")
    assert parse("[0, 9] integer").clamp(Interval.point(1), Interval.TOP_END) == parse("[1, 9] integer")
    assert SIGMOID.clamp(Interval.point(1e-7), Interval.BOTTOM_END.negate()) == parse("[1e-07, ~1)")
    assert Interval.UNIT.maximum(Interval.POSITIVE) == Interval.POSITIVE
    assert Interval.UNIT.minimum(Interval.point(0)) == Interval.point(0)


def test_totals() -> None:
    assert Interval.UNIT.total() == Interval.NONNEGATIVE
    assert EXP.total() == EXP
    assert SOFTMAX.total() == EXP
    assert parse("[1, 2]").total() == parse("[1, inf)")
    assert parse("(-2, 0)").total() == parse("(-inf, 0)")
    assert parse("[-1, 1]").total() == Interval.TOP
    assert Interval.point(0).total() == Interval.point(0)
    assert Interval.BOOLEAN.total() == parse("[0, inf) integer")


def test_products_of_many() -> None:
    assert SIGMOID.product_of_many() == SIGMOID
    assert parse("[0.5, 0.9]").product_of_many() == parse("(~0, 0.9]")
    assert Interval.UNIT.product_of_many() == Interval.UNIT
    assert parse("(~1, 2]").product_of_many() == parse("(~1, inf)")
    assert parse("[-1, 1]").product_of_many() == parse("[-1, 1]")
    assert parse("[-2, 1]").product_of_many() == Interval.TOP
    assert Interval.POSITIVE.product_of_many() == EXP


def test_images_of_smooth_functions() -> None:
    assert Interval.TOP.image(math.exp, True) == EXP
    assert Interval.TOP.image(math.tanh, True) == TANH
    assert Interval.POSITIVE.image(math.sqrt, True) == Interval.POSITIVE
    assert EXP.image(math.sqrt, True) == EXP
    assert EXP.image(math.log, True) == Interval.TOP
    assert parse("[1, inf)").image(math.log, True) == Interval.NONNEGATIVE
    assert Interval.NONNEGATIVE.image(lambda x: math.exp(-x), False) == SOFTMAX
    assert Interval.EMPTY.image(math.exp, True).is_empty


@pytest.mark.parametrize(("text", "image"), [
    ("(-inf, 5]", "[0, 5]"), ("(-1, 2)", "[0, 2)"), ("(-inf, -2)", "{0}"), ("(0, 2]", "(0, 2]"), ("(~0, 2]", "(~0, 2]"),
])
def test_images_of_a_function_with_a_flat_part(text: str, image: str) -> None:
    assert parse(text).image(lambda x: max(x, 0.0), True) == parse(image)


def test_an_end_that_overflows_is_infinite_on_its_own_side() -> None:
    assert Interval.make(0, 1e4).image(math.exp, True) == parse("[1, inf)")
    assert Interval.make(-1e200, 1).power(Interval.point(3)) == parse("(-inf, 1]")
    assert Interval.make(-1e200, 1).multiply(Interval.point(1e200)) == Interval.make(-INF, 1e200)


def test_numbers_beyond_the_largest_are_huge_rather_than_none() -> None:
    huge = Interval.point(1e308)

    for found in (huge.add(huge), huge.multiply(huge), huge.square(), Interval.point(5e-324).reciprocal()):
        assert not found.is_empty and found.positive and found.hi == INF
    assert huge.negate().add(huge.negate()).negative
    assert Interval.point(1e39).rounded(24).positive


def test_ends_that_underflow_become_zero() -> None:
    tiny = Interval.make(1e-200, 1, True)

    assert tiny.square() == Interval.UNIT == tiny.multiply(tiny) == tiny.power(Interval.point(2))
    assert Interval.make(1e-200, 1).divide(Interval.point(1e200)) == Interval.make(0, 1e-200)


@pytest.mark.parametrize(("end", "single"), [
    (1e-46, 0.0), (1e-200, 0.0), (-1e-60, 0.0), (1e-45, 2.0**-149), (1 - 1e-9, 1.0), (0.5, 0.5), (2.0**24 + 1, 2.0**24),
])
def test_ends_in_single_precision(end: float, single: float) -> None:
    assert Interval.point(end).rounded(24) == Interval.point(single)
    assert Interval.point(end).rounded(53) == Interval.point(end)


def test_rounding_keeps_ends_that_it_does_not_move() -> None:
    assert EXP.rounded(24) == EXP and Interval.TOP.rounded(24) == Interval.TOP and Interval.EMPTY.rounded(24).is_empty
    assert Interval.make(1e-60, INF, True).rounded(24) == Interval.NONNEGATIVE
    assert Interval.make(1e-8, 1 - 1e-9).rounded(24).hi == 1.0


def test_whole_parts() -> None:
    assert parse("[-1.5, 2.7]").truncated() == parse("[-1, 2] integer")
    assert SIGMOID.truncated() == Interval.BOOLEAN
    assert parse("[0.5, inf)").truncated() == parse("[0, inf) integer")
    assert Interval.EMPTY.truncated().is_empty
    assert parse("[-1.5, 2.7]").as_integer() == parse("[-1, 2] integer")
