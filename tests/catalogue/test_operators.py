"""Every row with a formula: derivative, range, monotonicity and class against numbers."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from difflint.catalogue.expression import compile_formula
from difflint.catalogue.load import load
from difflint.catalogue.model import Monotone, Operator
from difflint.domain.interval import Interval
from difflint.domain.smoothness import Smoothness

ROWS = [row for row in load().operators.values() if row.value and len(row.arguments) == 1]
OF_TWO = [row for row in load().operators.values() if row.value and len(row.arguments) == 2]


def members(interval: Interval) -> list[float]:
    """Numbers inside of an interval, away from its ends and from integers."""
    low, high = max(interval.lo, -6.0), min(interval.hi, 6.0)
    points = [low + (high - low) * (0.03 + 0.94 * k / 28) + 1e-3 * math.sqrt(2) for k in range(29)]
    return [point for point in points if interval.contains(point) and abs(point) > 1e-2]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_derivative(row: Operator) -> None:
    value = compile_formula(row.value, row.arguments)
    slope = compile_formula(row.derivative[row.arguments[0]], row.arguments)
    for x in members(row.derivative_domain):
        if row.smoothness in (Smoothness.LIPSCHITZ, Smoothness.ANY) and abs(x - round(x * 2) / 2) < 1e-2:
            continue
        h = 1e-5 * max(1.0, abs(x))
        assert slope(x) == pytest.approx((value(x + h) - value(x - h)) / (2 * h), rel=1e-4, abs=1e-6), x


@pytest.mark.parametrize("row", OF_TWO, ids=lambda row: row.id)
def test_derivatives_of_two_arguments(row: Operator) -> None:
    value = compile_formula(row.value, row.arguments)
    for name in row.derivative:
        slope = compile_formula(row.derivative[name], row.arguments)
        for x, y in ((0.12, 0.77), (0.41, 0.3), (1.7, 0.64), (2.6, 3.1)):
            h = 1e-6
            up, down = (value(x + h, y), value(x - h, y)) if name == "x" else (value(x, y + h), value(x, y - h))
            assert row.range.touches(value(x, y))
            assert slope(x, y) == pytest.approx((up - down) / (2 * h), rel=1e-4, abs=1e-6), (name, x, y)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_range_and_monotonicity(row: Operator) -> None:
    value = compile_formula(row.value, row.arguments)
    points = members(row.value_domain)
    images = [value(x) for x in points]

    assert points
    assert all(row.range.touches(y) for y in images)
    if row.monotone is Monotone.INCREASING:
        assert images == sorted(images)
    if row.monotone is Monotone.DECREASING:
        assert images == sorted(images, reverse=True)


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.family and not row.derivative_domain.is_top], ids=lambda row: row.id
)
def test_the_derivative_grows_at_the_excluded_ends(row: Operator) -> None:
    slope = compile_formula(row.derivative[row.arguments[0]], row.arguments)
    domain = row.derivative_domain
    ends = [(domain.lo, 1.0), (domain.hi, -1.0)] + ([(0.0, 1.0)] if domain.nonzero else [])
    for end, way in ends:
        if math.isfinite(end):
            near, nearer = abs(slope(end + way * 1e-4)), abs(slope(end + way * 1e-8))
            assert nearer > 2 * near


@pytest.mark.parametrize("row", [row for row in ROWS if row.smoothness is Smoothness.ANY], ids=lambda row: row.id)
def test_jumps_jump(row: Operator) -> None:
    value = compile_formula(row.value, row.arguments)
    steps = [abs(value(k / 2 + 1e-9) - value(k / 2 - 1e-9)) for k in range(-6, 7)]

    assert max(steps) > 0.5


def test_every_spelling_has_an_operator() -> None:
    catalogue = load()

    for spelling in catalogue.spellings.values():
        assert spelling.operator in catalogue.operators
        for variant in spelling.variants:
            assert variant.operator in catalogue.operators


@pytest.mark.parametrize("row", [row for row in ROWS if row.kinks], ids=lambda row: row.id)
def test_kinks_are_where_the_row_says(row: Operator) -> None:
    value = compile_formula(row.value, row.arguments)
    order = 1 if row.smoothness is Smoothness.C1 else 0
    for point in row.kinks:
        h = 1e-3
        slopes = [(value(point + k * h) - value(point + (k - 1) * h)) / h for k in (-1, 0, 1, 2)]
        bends = [(slopes[1] - slopes[0]) / h, (slopes[3] - slopes[2]) / h]
        jump = abs(bends[1] - bends[0]) if order else abs(slopes[2] - slopes[1])
        assert jump > 0.1, point


@pytest.mark.parametrize("row", [row for row in ROWS if row.turns], ids=lambda row: row.id)
def test_functions_turn_where_the_row_says_and_nowhere_else(row: Operator) -> None:
    slope = compile_formula(row.derivative[row.arguments[0]], row.arguments)
    turns = sorted(turn + step * row.period for turn in row.turns for step in (range(-3, 4) if row.period else (0,)))
    for turn in turns:
        assert slope(turn - 0.1) * slope(turn + 0.1) < 0.0, turn
    for low, high in pairwise(turns):
        signs = {slope(low + (high - low) * (0.01 + 0.98 * k / 40)) > 0.0 for k in range(41)}
        assert len(signs) == 1, (low, high)
