"""Value and slope across a point, for people to look at."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from difflint.probe.evaluation import Evaluate, Evaluation
from difflint.probe.events import Array
from difflint.probe.kinds import PointKind
from difflint.probe.points import Point
from difflint.verdict import Curve

_LOCAL = frozenset((PointKind.KINK, PointKind.JUMP, PointKind.POLE, PointKind.INFINITE_SLOPE))
"""Kinds of one point, seen best from near."""
_WIDE = frozenset((PointKind.ZERO_GRADIENT, PointKind.WRONG_GRADIENT))
"""Kinds of a stretch, seen best from afar."""
_WIDTHS = (0.5, 0.125, 0.03, 0.008, 0.002, 5e-4)
_SIDE = 29
_NEAR = 1e-3
"""The sample next to the point, in half widths: what stands there is drawn as the one-sided limit."""
_COARSE = np.array([-1.0, -0.6, -0.2, -_NEAR, _NEAR, 0.2, 0.6, 1.0])
_VISIBLE = 0.2
"""A kink or a jump must make up this share of what the window shows of slopes or values."""
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Drawing:
    """Gives points of one function their curves: those that tell something, and on lines that are asked for.

    `scale` is the unit of distances, `lines` are the first and last of each stretch. Nothing is drawn
    after the time `until`: a picture must not cost the report.
    """

    evaluate: Evaluate
    limits: tuple[Array, Array]
    scale: float
    lines: tuple[tuple[int, int], ...]
    until: float

    def __call__(self, point: Point) -> Point:
        """The point, with a curve if it gets one."""
        if point.direction is None or not self._wanted(point):
            return point
        line = _Line(self.evaluate, point, point.direction, self.limits)
        return replace(point, curve=line.curve(line.width(self.scale)))

    def _wanted(self, point: Point) -> bool:
        rows = [span.start.line for span in point.spans]
        asked = any(first <= row <= last for row in rows for first, last in self.lines)
        return asked and point.kind in _LOCAL | _WIDE and self.scale > 0 and time.monotonic() < self.until


class _Line:
    """The straight line through a point along its direction."""

    def __init__(self, evaluate: Evaluate, point: Point, direction: Array, limits: tuple[Array, Array]) -> None:
        self._evaluate = evaluate
        self._point = point
        self._direction = direction
        self._limits = limits

    def width(self, scale: float) -> float:
        """Half of the widest window that shows what happens at the point; `scale` is the unit of distances."""
        if self._point.kind in _WIDE:
            return scale
        if self._point.kind not in (PointKind.KINK, PointKind.JUMP):
            return scale * _WIDTHS[0]
        return scale * next((width for width in _WIDTHS if self._is_visible(scale * width)), _WIDTHS[-1])

    def curve(self, width: float) -> Curve:
        """Samples from `-width` to `width`."""
        right = [_NEAR, *(k / _SIDE for k in range(1, _SIDE + 1))]
        offsets = [width * share for share in (*(-share for share in reversed(right)), 0.0, *right)]
        samples = [self._numbers(self._at(offset)) for offset in offsets]
        values, slopes = zip(*samples)
        return Curve(*(tuple(map(_short, numbers)) for numbers in (offsets, values, slopes)))

    def _at(self, offset: float) -> Evaluation | None:
        x = self._point.x + offset * self._direction
        if (x < self._limits[0]).any() or (x > self._limits[1]).any():
            return None
        return self._evaluate(x, self._direction[None, :])

    def _numbers(self, item: Evaluation | None) -> tuple[float, float]:
        output = self._point.output
        if item is None or item.error or output >= len(item.value):
            return float("nan"), float("nan")
        return float(item.value[output]), float(item.tangents[0, output])

    def _is_visible(self, width: float) -> bool:
        """Whether a kink or a jump is more than a detail of what lies around it."""
        numbers = np.array([self._numbers(self._at(offset)) for offset in width * _COARSE])
        shown = numbers[:, int(self._point.kind is PointKind.KINK)]
        before, after = shown[len(shown) // 2 - 1 :][:2]
        return bool(abs(after - before) >= _VISIBLE * np.ptp(shown))


def _short(number: float) -> float:
    return float(f"{number:.{_DIGITS}g}")
