"""Magnitude rays: inputs scaled up until something overflows or saturates."""

from __future__ import annotations

import numpy as np

from difflint.probe.evaluation import Evaluate, Evaluation, directions
from difflint.probe.events import Array, EventKind
from difflint.probe.gradients import spans
from difflint.probe.kinds import PointKind
from difflint.probe.points import Point
from difflint.source import Span

_FACTORS = (10.0, 50.0, 100.0, 500.0, 1e3, 1e4)
_RAYS = 4
_SAMPLES = 6


def overflow_points(evaluate: Evaluate, low: Array, high: Array, seed: int) -> list[Point]:
    """Expressions that become infinite or NaN, in value or derivative, when the inputs grow."""
    rng = np.random.default_rng(seed)
    along = directions(len(low), rng)
    found: dict[object, Point] = {}
    for sample in (sign * rng.uniform(low, high) for _ in range(_RAYS) for sign in (1.0, -1.0)):
        start = evaluate(sample, along)
        if start.error or spans(start, EventKind.NONFINITE):
            continue
        for factor in _FACTORS:
            item = evaluate(factor * sample, along)
            for span in spans(item, EventKind.NONFINITE):
                found.setdefault(span, _point(item, span, along))
    return list(found.values())


def narrow_points(native: Evaluate, wide: Evaluate, low: Array, high: Array, seed: int) -> list[Point]:
    """Expressions that become infinite or NaN only in the precision that the code runs in."""
    rng = np.random.default_rng(seed)
    along = directions(len(low), rng)
    samples = [rng.uniform(low, high) for _ in range(_SAMPLES)]
    if low.max() < high.min():
        # equal inputs: differences that are zero but for rounding
        samples += [np.full(len(low), value) for value in (*rng.uniform(low.max(), high.min(), _SAMPLES), 0.0, 1.0)]
    found: dict[Span, Point] = {}
    for x in samples:
        item = native(x, along)
        bad = [] if item.error else [span for span in spans(item, EventKind.NONFINITE) if span not in found]
        known = spans(wide(x, along), EventKind.NONFINITE) if bad else ()
        for span in bad:
            if span not in known:
                value = float(item.value.flat[0]) if item.value.size else None
                kind = PointKind.NAN if np.isnan(item.value).any() else PointKind.OVERFLOW
                found[span] = Point(kind, (span,), x, along[0], 0, value, detail="in single precision")
    return list(found.values())


def _point(at: Evaluation, span: Span, along: Array) -> Point:
    value = float(at.value.flat[0]) if at.value.size else None
    slope = float(at.tangents[0].flat[0]) if at.value.size else None
    return Point(PointKind.OVERFLOW, (span,), at.x, along[0], 0, value, slope, detail=at.error)
