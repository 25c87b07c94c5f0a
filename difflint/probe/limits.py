"""One-sided limits of value and slope, read as trends: what does the function do at this point?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from difflint.probe.evaluation import Evaluate, Evaluation
from difflint.probe.events import Array
from difflint.probe.kinds import PointKind
from difflint.probe.points import Point
from difflint.source import Span

STEPS = (1e-3, 1e-4, 1e-5, 1e-6, 1e-7)
"""Distances from the point, large to small; a trend compares those a factor of 100 apart."""
_POLE = 8.0
"""A pole grows by at least this factor per 100 times closer: 1/sqrt(h) grows by 10, a logarithm does not."""
_STEEP = 3.0
_LOGARITHMIC = 0.5
"""A slope that keeps growing by about the same amount is infinite too: the amounts of a smooth one shrink by 100."""
_JUMP = 8.0
"""A jump exceeds what the slope explains over the same distance by this factor."""
_KINK = 1e-3
"""A kink changes the slope by at least this share of it."""


_ROUNDING = 1e-12
"""Relative changes of a value below this are taken to be rounding."""


@dataclass(frozen=True, slots=True)
class Side:
    """Values and slopes along one side, (steps, outputs); the slope is along the common direction."""

    values: Array
    slopes: Array


def judge(
    evaluate: Evaluate,
    at: Evaluation,
    direction: Array,
    limits: tuple[Array, Array],
    scale: float,
    spans: tuple[Span, ...],
    typical: float,
) -> Point | None:
    """The point at `at.x`, None if the function is smooth there.

    `scale` is the unit of distances, `typical` a slope seen elsewhere.
    """
    left = _side(evaluate, at.x, -direction, direction, limits, scale)
    right = _side(evaluate, at.x, direction, direction, limits, scale)
    kind, output = _classify(left, right, scale, typical)
    if kind is None:
        return None
    here = evaluate(at.x, direction[None, :])
    return Point(
        kind,
        spans,
        at.x,
        direction,
        output,
        _number(here.value, output),
        _number(here.tangents[0], output) if len(here.tangents) else None,
        None if left is None else (float(left.values[-1, output]), float(left.slopes[-1, output])),
        None if right is None else (float(right.values[-1, output]), float(right.slopes[-1, output])),
    )


def _number(values: Array, output: int) -> float | None:
    return float(values[output]) if output < len(values) else None


def _side(
    evaluate: Evaluate, x: Array, way: Array, direction: Array, limits: tuple[Array, Array], scale: float
) -> Side | None:
    """The evaluations on one side, None where the box ends, the function raises or is not a number."""
    found: list[Evaluation] = []
    for step in STEPS:
        moved = x + step * scale * way
        if (moved < limits[0]).any() or (moved > limits[1]).any():
            return None
        item = evaluate(moved, direction[None, :])
        if item.error or not len(item.value) or (found and len(item.value) != len(found[0].value)):
            return None
        found.append(item)
    values = np.stack([item.value for item in found])
    if np.isnan(values[-1]).all():
        return None
    return Side(values, np.stack([item.tangents[0] for item in found]))


def _classify(left: Side | None, right: Side | None, scale: float, typical: float) -> tuple[PointKind | None, int]:
    """The worst kind of any output, and the output that shows it."""
    sides: Sequence[Side] = [side for side in (left, right) if side is not None]
    with np.errstate(all="ignore"):
        for kind, test in ((PointKind.POLE, _pole), (PointKind.INFINITE_SLOPE, _steep)):
            for side in sides:
                shown = test(side) & _above_rounding(side, scale)
                if shown.any():
                    return kind, int(np.argmax(shown))
        if left is None or right is None or left.values.shape != right.values.shape:
            return None, 0
        for kind, shown in (
            (PointKind.JUMP, _jump(left, right, scale)),
            (PointKind.KINK, _kink(left, right, typical)),
        ):
            if shown.any():
                return kind, int(np.argmax(shown))
    return None, 0


def _above_rounding(side: Side, scale: float) -> Array:
    """Whether a slope changes the value by more than rounding does over the smallest distance."""
    change = np.abs(side.slopes[4]) * STEPS[4] * scale
    shown: Array = ~(change < _ROUNDING * np.abs(side.values[4]))
    return shown


def _pole(side: Side) -> Array:
    size = np.abs(side.values)
    shown: Array = (size[4] > _POLE * size[2]) & (size[2] > _POLE / 2 * size[0]) | np.isinf(side.values[4])
    return shown


def _steep(side: Side) -> Array:
    size = np.abs(side.slopes)
    growth, before = size[4] - size[2], size[2] - size[0]
    rising = (growth > 0) & (before > 0)
    factor = (size[4] > _STEEP * size[2]) & (size[2] > _STEEP / 2 * size[0])
    shown: Array = rising & (factor | (growth > _LOGARITHMIC * before) & (before > 1e-3 * size[2]))
    return shown


def _jump(left: Side, right: Side, scale: float) -> Array:
    gap = np.abs(right.values - left.values)
    slope = np.maximum(np.abs(left.slopes[4]), np.abs(right.slopes[4]))
    rounding = _ROUNDING * (np.abs(left.values[4]) + np.abs(right.values[4]))
    shown: Array = (gap[4] > _JUMP * 2 * STEPS[4] * scale * slope + rounding) & (gap[4] > 0.5 * gap[2])
    return shown


def _kink(left: Side, right: Side, typical: float) -> Array:
    change = np.abs(right.slopes - left.slopes)
    slope = np.maximum(np.abs(left.slopes[4]), np.abs(right.slopes[4]))
    shown: Array = (change[4] > _KINK * slope + 1e-9 * typical) & (change[4] > 0.5 * change[2])
    return shown
