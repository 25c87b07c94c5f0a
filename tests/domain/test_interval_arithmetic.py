"""Interval arithmetic by example: the sums, products, guards and images that model code writes."""

from __future__ import annotations

import math

import pytest
from interval_strategies import INF

from difflint.domain.interval import Interval

parse = Interval.parse
EXP, SIGMOID, SOFTMAX, TANH = parse("(~0, inf)"), parse("(~0, ~1)"), parse("(~0, 1]"), parse("(~-1, ~1)")
SINGLE_EPS = Interval.point(1e-6)


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
    assert SIGMOID.clamp(Interval.point(1e-7), Interval.TOP_END) == parse("[1e-07, ~1)")
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


@pytest.mark.parametrize(
    ("text", "image"),
    [
        ("(-inf, 5]", "[0, 5]"),
        ("(-1, 2)", "[0, 2)"),
        ("(-inf, -2)", "{0}"),
        ("(0, 2]", "(0, 2]"),
        ("(~0, 2]", "(~0, 2]"),
    ],
)
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


@pytest.mark.parametrize(
    ("end", "single"),
    [
        (1e-46, 0.0),
        (1e-200, 0.0),
        (-1e-60, 0.0),
        (1e-45, 2.0**-149),
        (1 - 1e-9, 1.0),
        (0.5, 0.5),
        (2.0**24 + 1, 2.0**24),
    ],
)
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
