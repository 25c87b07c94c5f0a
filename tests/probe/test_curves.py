"""Curves across points: the numbers of functions that are known, gaps, and windows that show the point."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from difflint.probe.backends import numpy as backend
from difflint.probe.curves import Drawing
from difflint.probe.evaluation import Evaluate
from difflint.probe.kinds import PointKind
from difflint.probe.points import Point
from difflint.probe.protocol import Report, Seen, decode_report, encode
from difflint.probe.search import analyse
from difflint.source import Position, Span
from difflint.verdict import Curve, Side, Witness

ROOTS = (__file__,)
HERE = (Span(__file__, Position(7, 1), Position(7, 9)),)
FAR = (np.array([-1e3]), np.array([1e3]))


def evaluator(function: Callable[[Any], Any]) -> Evaluate:
    return backend.evaluator(function, ROOTS)


def drawn(evaluate: Evaluate, point: Point, limits: tuple[Any, Any] = FAR, scale: float = 1.0) -> Curve:
    found = Drawing(evaluate, limits, scale, ((7, 7),), math.inf)(point).curve
    assert found is not None
    return found


def curve(
    function: Callable[[Any], Any], kind: PointKind, at: float = 0.0, limits: tuple[Any, Any] = FAR, scale: float = 1.0
) -> Curve:
    """The curve of a function of one variable across a point."""
    return drawn(evaluator(function), Point(kind, HERE, np.array([at]), np.array([1.0])), limits, scale)


def test_a_curve_is_the_function() -> None:
    found = curve(lambda x: abs(x[0]) + x[0] ** 2, PointKind.KINK)
    h = np.array(found.offsets)

    assert len(found.offsets) == len(found.values) == len(found.slopes) == 61
    assert list(found.offsets) == sorted(found.offsets)
    np.testing.assert_allclose(h, -h[::-1])
    np.testing.assert_allclose(found.values, np.abs(h) + h**2, rtol=1e-7, atol=1e-12)
    beside = h != 0
    np.testing.assert_allclose(np.array(found.slopes)[beside], (np.sign(h) + 2 * h)[beside], rtol=1e-7)


def test_a_curve_goes_along_the_direction() -> None:
    direction = np.array([0.6, -0.8])
    point = Point(PointKind.KINK, HERE, np.array([1.0, 2.0]), direction)
    found = drawn(evaluator(lambda x: x[0] * x[1]), point, (np.full(2, -9.0), np.full(2, 9.0)))
    h = np.array(found.offsets)

    np.testing.assert_allclose(found.values, (1 + 0.6 * h) * (2 - 0.8 * h), rtol=1e-7)
    np.testing.assert_allclose(found.slopes, 0.6 * (2 - 0.8 * h) - 0.8 * (1 + 0.6 * h), rtol=1e-6)


def test_outside_of_a_domain_there_is_a_gap() -> None:
    def root(x: Any) -> Any:
        if x[0] < 0:
            raise ValueError("math domain error")
        return np.sqrt(x[0])

    for found in (
        curve(root, PointKind.INFINITE_SLOPE),  # it raises
        curve(lambda x: np.sqrt(x[0]), PointKind.INFINITE_SLOPE),  # it is NaN
        curve(lambda x: np.sqrt(np.abs(x[0])), PointKind.INFINITE_SLOPE, limits=(np.array([0.0]), np.array([9.0]))),
    ):
        assert all(math.isnan(value) == (offset < 0) for offset, value in zip(found.offsets, found.values))
        assert all(math.isfinite(slope) for offset, slope in zip(found.offsets, found.slopes) if offset > 0)


def test_a_pole_is_infinite_in_the_point() -> None:
    found = curve(lambda x: 1.0 / x[0], PointKind.POLE)

    assert math.isinf(found.values[30])
    assert found.values[29] < -1e3 and found.values[31] > 1e3


@pytest.mark.parametrize("size", [1.0, 0.3, 0.05])
def test_the_window_is_so_small_that_a_kink_shows(size: float) -> None:
    found = curve(lambda x: x[0] ** 2 + size * abs(x[0]), PointKind.KINK)
    jump = found.slopes[31] - found.slopes[29]

    assert jump == pytest.approx(2 * size, rel=0.01)
    assert jump > 0.2 * (max(found.slopes) - min(found.slopes))


def test_a_window_is_as_wide_as_the_scale_allows() -> None:
    assert curve(lambda x: abs(x[0]), PointKind.KINK).offsets[-1] == 0.5
    assert curve(lambda x: abs(x[0]), PointKind.KINK, scale=8.0).offsets[-1] == 4.0
    assert curve(lambda x: np.floor(x[0]), PointKind.ZERO_GRADIENT).offsets[-1] == 1.0


def test_other_kinds_other_lines_and_late_points_have_no_curve() -> None:
    point = Point(PointKind.KINK, HERE, np.array([0.0]), np.array([1.0]))
    draw = Drawing(evaluator(lambda x: abs(x[0])), FAR, 1.0, ((1, 5), (7, 8)), math.inf)

    assert draw(point).curve is not None
    assert draw(replace(point, kind=PointKind.MASKED)).curve is None
    assert draw(replace(point, spans=())).curve is None
    assert replace(draw, lines=((1, 6), (8, 9)))(point).curve is None
    assert replace(draw, until=time.monotonic() - 1.0)(point).curve is None


def test_a_dead_input_is_shown_along_itself() -> None:
    box = np.full(2, -2.0), np.full(2, 2.0)
    evaluate = evaluator(lambda x: np.floor(x[0]) + x[1] ** 2)
    points = [item for item in analyse(evaluate, box).points if item.kind is PointKind.ZERO_GRADIENT]

    assert points and points[0].direction is not None
    np.testing.assert_array_equal(points[0].direction, [1.0, 0.0])


def test_the_slope_in_the_point_is_along_the_same_line() -> None:
    box = np.full(3, -2.0), np.full(3, 2.0)
    evaluate = evaluator(lambda x: np.abs(x[0]) + 100.0 * x[1] * x[2])
    (point,) = (item for item in analyse(evaluate, box).points if item.kind is PointKind.KINK)

    assert point.slope is not None and abs(point.slope) <= 1.0


def test_a_curve_survives_the_way_to_the_parent() -> None:
    drawn = Curve((-1.0, 0.0, 1.0), (math.inf, 0.1, 2.0), (1.0, -math.inf, 3.0))
    witness = Witness("f", "pole", (("x", "1.0"),), Side(1.0, None), curve=drawn)
    report = Report("f", points=(Seen("pole", (), witness),))

    assert decode_report(json.loads(encode(report))) == report
