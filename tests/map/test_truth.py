"""The listed points of functions of one number, against one-sided slopes of the functions themselves."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from mapped import HEADS, only

FUNCTIONS = [
    "np.abs(x - 1)",
    "np.maximum(x, 0) + np.minimum(x, 2)",
    "np.clip(x, -1, 1) * 3",
    "np.exp(-np.abs(x))",
    "np.abs(x) * x",
    "np.abs(x)**2 + np.abs(x - 0.5)",
    "np.maximum(x, 0)**2",
    "np.where(x > 0.25, x, 0.25)",
    "np.where(x > 0.25, 2 * x, 0.25)",
    "np.sqrt(x**2 + 0.1) + np.tanh(x)",
    "np.log1p(np.exp(x)) + 1 / (1 + x**2)",
    "np.sign(x - 0.5) + x",
    "np.heaviside(x + 1, 0.5) * x",
    "np.cbrt(x)",
    "np.maximum(np.abs(x), 0.5)",
    "np.abs(np.exp(x) + 1)",
]
STEP = 1e-5


def slopes(f: Callable[[float], float], x: float) -> tuple[float, float]:
    """One-sided slopes beside a point, or infinities where the value jumps."""
    with np.errstate(all="ignore"):
        below = float(f(x - STEP) - f(x - 2 * STEP)) / STEP
        above = float(f(x + 2 * STEP) - f(x + STEP)) / STEP
        jump = abs(float(f(x + STEP) - f(x - STEP)))
    return (-math.inf, math.inf) if jump > 1e-3 * (1 + abs(float(f(x)))) and jump > 100 * STEP else (below, above)


@pytest.mark.parametrize("expression", FUNCTIONS)
def test_listed_points_are_those_where_the_slope_changes(expression: str) -> None:
    names: dict[str, Any] = {}
    exec(HEADS["numpy"] + f"f = lambda x: {expression}", names)
    listed = {
        point.condition: point.shape.value for point in only("numpy", f"def f(x):\n    return {expression}\n").points
    }
    seen = set()
    for place in np.arange(-3, 3.01, 0.25):
        below, above = slopes(names["f"], float(place))
        if not abs(above - below) < 1e-2:
            seen.add(float(place))
    stated = {
        place
        for place in np.arange(-3, 3.01, 0.25).tolist()
        for condition, shape in listed.items()
        if shape != "curvature" and eval(condition, {**names, "x": place, "abs": abs})
    }

    assert stated == seen
