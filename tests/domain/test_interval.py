"""Intervals by example: texts, normal form, questions, and the lattice."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from interval_strategies import INF, intervals

from difflint.domain.interval import Interval

parse = Interval.parse
EXP, SIGMOID, SOFTMAX = parse("(~0, inf)"), parse("(~0, ~1)"), parse("(~0, 1]")


# --- texts ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "[0, inf)",
        "(-inf, 1]",
        "(-inf, inf)",
        "{0}",
        "{-2.5}",
        "{1e-06}",
        "(~0, inf)",
        "(~0, ~1)",
        "(~0, 1]",
        "(~-1, ~1)",
        "[0, 5] integer",
        "(-inf, inf) nonzero",
        "[-3, 3] nonzero integer",
        "(0, 0.1)",
        "[0.30000000000000004, 1000000]",
    ],
)
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


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0, 1", "is no interval"),
        ("[0 1]", "is no interval"),
        ("", "is no interval"),
        ("[0, 1] whole", "is no interval"),
        ("[0, one]", "'one'"),
        ("[nan, 1]", "'nan'"),
        ("{nan}", "'nan'"),
        ("[2, 1]", "is empty"),
        ("(1, 1)", "is empty"),
        ("{inf}", "is empty"),
        ("[inf, inf)", "is empty"),
        ("(0, 1) integer", "is empty"),
        ("[0, 0] nonzero", "is empty"),
    ],
)
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


@pytest.mark.parametrize(
    ("text", "positive", "negative", "nonnegative", "bounded"),
    [
        ("(0, inf)", True, False, True, False),
        ("[0, 1]", False, False, True, True),
        ("(-2, 0)", False, True, False, True),
        ("(-inf, 0]", False, False, False, False),
        ("[1e-06, 2]", True, False, True, True),
        ("{0}", False, False, True, True),
        ("(-inf, inf) nonzero", False, False, False, False),
    ],
)
def test_signs(text: str, positive: bool, negative: bool, nonnegative: bool, bounded: bool) -> None:
    found = parse(text)

    assert (positive, negative, nonnegative, bounded) == (
        found.positive,
        found.negative,
        found.nonnegative,
        found.bounded,
    )


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


@pytest.mark.parametrize(
    ("text", "refined"),
    [
        ("(~0, 1]", "(0, 1]"),
        ("[0, 1]", "(0, 1]"),
        ("[-1, 1]", "[-1, 1] nonzero"),
    ],
)
def test_excluding_zero_excludes_underflow_too(text: str, refined: str) -> None:
    assert parse(text).excluding_zero() == parse(refined)


def test_refinements_by_comparison() -> None:
    assert Interval.TOP.above(0, True) == Interval.POSITIVE
    assert Interval.TOP.above(0, False) == Interval.NONNEGATIVE
    assert SOFTMAX.below(0.5, False) == parse("(~0, 0.5]")
    assert Interval.UNIT.below(-1, False).is_empty
    assert Interval.TOP.below(INF, True) == Interval.TOP
    assert Interval.TOP.above(INF, True).is_empty and Interval.TOP.below(-INF, True).is_empty


@pytest.mark.parametrize(
    ("old", "new", "widened"),
    [
        ("[0, 1]", "[0, 2]", "[0, inf)"),
        ("[2, 3]", "[1, 3]", "(~0, 3]"),
        ("(~0, 3]", "[0, 3]", "[0, 3]"),
        ("[0, 3]", "[-1, 3]", "(-inf, 3]"),
        ("[-3, -2]", "[-3, -1]", "[-3, ~0)"),
        ("[1, 2] integer", "[1, 3]", "[1, inf)"),
        ("[1, 2] integer", "[1, 3] integer", "[1, inf) integer"),
        ("[5, 6] integer", "[4, 6] integer", "[1, 6] integer"),
        ("[0, 1]", "[0, 1]", "[0, 1]"),
        ("(0, 1]", "[0, 1]", "[0, 1]"),
    ],
)
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
