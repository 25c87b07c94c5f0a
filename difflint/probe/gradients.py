"""Samples looked at as a black box: is the gradient the derivative, is it zero, is the value a number?"""

from __future__ import annotations

from itertools import pairwise
from typing import Protocol

import numpy as np

from difflint.probe.evaluation import MANY, Backward, Evaluation
from difflint.probe.events import Array, EventKind
from difflint.probe.kinds import PointKind
from difflint.probe.points import Point
from difflint.source import Span

_DIFFERENCE = 1e-5
_MISMATCH = 1e-3
_COMPARED = 6
_HALVINGS = 30


class Sampled(Protocol):
    """What is needed of a search."""

    low: Array
    high: Array
    rng: np.random.Generator
    directions: Array

    def full(self, x: Array) -> Evaluation:
        """An evaluation with all directions."""

    def evaluate(self, x: Array, along: Array) -> Evaluation:
        """An evaluation along some directions."""


def gradient_points(
    search: Sampled, generic: list[Evaluation], special: list[Evaluation], found: list[Point]
) -> list[Point]:
    """Points that no surface shows: NaN regions, errors, masked derivatives, dead and wrong gradients."""
    points = [*_refused(generic), *_undefined(generic), *_masked([*generic, *special]), *_backwards(generic)]
    usable = [item for item in generic if item.finite and np.isfinite(item.tangents).all() and not _fails(item)]
    if usable:
        points += _isolated(special)
        points += _infinite(special, {span for point in found for span in point.spans})
        points += _dead(search, usable)
        points += _wrong(search, usable)
    return points


def spans(at: Evaluation, *kinds: EventKind) -> tuple[Span, ...]:
    """The expressions of an evaluation's events of some kinds, in order."""
    return tuple(dict.fromkeys(event.span for event in at.events if event.kind in kinds and event.span is not None))


def _refused(generic: list[Evaluation]) -> list[Point]:
    """Expressions that the framework does not trace or differentiate: calls work, gradients raise."""
    return [
        Point(PointKind.REFUSED, (event.span,), item.x, value=float(item.value.flat[0]), detail=event.operator)
        for item in generic[:1]
        for event in item.events
        if event.kind is EventKind.REFUSED and event.span is not None and item.value.size
    ]


def _undefined(generic: list[Evaluation]) -> list[Point]:
    """Values that are NaN, and operations that raise, on a part of the box that samples hit."""
    points: list[Point] = []
    for item in generic:
        bad = spans(item, EventKind.NONFINITE)
        if item.error:
            if bad:
                points.append(Point(PointKind.RAISES, bad[-1:], item.x, detail=item.error))
        elif np.isnan(item.value).any():
            output = int(np.argmax(np.isnan(item.value)))
            points.append(Point(PointKind.NAN, bad[:1], item.x, None, output, float("nan"), detail="a region"))
    return points


def _isolated(special: list[Evaluation]) -> list[Point]:
    """Single points where the value is NaN: zero divided by zero."""
    return [
        Point(
            PointKind.NAN,
            spans(item, EventKind.NONFINITE)[:1],
            item.x,
            None,
            int(np.argmax(np.isnan(item.value))),
            float("nan"),
        )
        for item in special
        if not item.error and np.isnan(item.value).any() and spans(item, EventKind.NONFINITE)
    ]


def _infinite(special: list[Evaluation], known: set[Span]) -> list[Point]:
    """Single points where the value is infinite or an operation raises, where no walk found anything."""
    points: list[Point] = []
    for item in special:
        responsible = spans(item, EventKind.NONFINITE)
        if not responsible or known & set(responsible):
            continue
        if item.error:
            points.append(Point(PointKind.RAISES, responsible[-1:], item.x, detail=item.error))
        elif np.isinf(item.value).any():
            output = int(np.argmax(np.isinf(item.value)))
            points.append(Point(PointKind.POLE, responsible[:1], item.x, None, output, float(item.value[output])))
    return points


def _masked(items: list[Evaluation]) -> list[Point]:
    """Selections that hide a derivative that is not finite behind a finite value."""
    return [
        masked_point(item)
        for item in items
        if any(event.kind is EventKind.MASKED for event in item.events) and not item.error
    ]


def masked_point(at: Evaluation, origin: Span | None = None) -> Point:
    """A finite value with a derivative that reverse mode multiplies by zero, which makes it NaN."""
    responsible = spans(at, EventKind.NONFINITE, EventKind.MASKED)
    responsible = responsible if origin is None or origin in responsible else (*responsible, origin)
    value = float(at.value.flat[0]) if at.value.size else None
    return Point(PointKind.MASKED, responsible, at.x, None, 0, value, float("nan"), detail="the slope in reverse mode")


def _fails(item: Evaluation) -> bool:
    """Whether reverse mode raised or gave no numbers."""
    back = item.backward
    return back is not None and (bool(back.error) or not np.isfinite(back.along).all())


def _backwards(generic: list[Evaluation]) -> list[Point]:
    """What only reverse mode shows: it raises, it gives NaN for finite values, or it disagrees with forward mode."""
    points: list[Point] = []
    seen = [(item, item.backward) for item in generic if item.finite and item.backward is not None]
    for item, back in seen:
        if back.error:
            points.append(Point(PointKind.RAISES, spans(item, EventKind.OVERWRITTEN), item.x, detail=back.error))
        elif back.origin is not None:
            points.append(masked_point(item, back.origin))
    wrong = [(item, back) for item, back in seen if _disagree(item, back)]
    for item, back in wrong[:1] if len(wrong) * 2 >= len(seen) else []:
        points.append(
            Point(
                PointKind.WRONG_GRADIENT, spans(item, EventKind.CUT), item.x, None, 0, float(item.value[0]),
                float(back.along[0]), detail=f"in reverse mode, {back.expected:.6g} forward",
            )
        )  # fmt: skip
    return points


def _disagree(item: Evaluation, back: Backward) -> bool:
    if back.error or not (np.isfinite(back.along[0]) and np.isfinite(back.expected)):
        return False
    size = abs(back.expected) + abs(back.along[0]) + 1e-3 * float(np.abs(item.tangents).max(initial=0.0))
    return bool(abs(back.expected - back.along[0]) > _MISMATCH * size + 1e-12)


def _dead(search: Sampled, usable: list[Evaluation]) -> list[Point]:
    """Inputs or outputs whose derivative is zero in every sample although the value depends on the input."""
    stepping = (EventKind.JUMP, EventKind.CUT, EventKind.BRANCH, EventKind.SELECT)
    responsible = spans(usable[0], *stepping)
    size = min(len(item.value) for item in usable)
    if not size or any(len(item.value) != size for item in usable):
        return []
    slopes = np.stack([np.abs(item.tangents) for item in usable])
    values = np.stack([item.value for item in usable])
    for output in range(size):
        if not slopes[:, :, output].any() and _differ(values[:, output]):
            return [_dead_point(responsible, usable, output, np.ones(len(search.low)))]
    if len(search.low) > MANY:
        return []
    for k in range(len(search.low)):
        if not any(item.depends(1 + k) for item in usable) and _depends(search, usable[0], k):
            return [_dead_point(responsible, usable, 0, np.eye(len(search.low))[k], f"input {k}")]
    return []


def _dead_point(
    responsible: tuple[Span, ...], usable: list[Evaluation], output: int, along: Array, detail: str = ""
) -> Point:
    item = usable[0]
    value = float(item.value[output])
    return Point(PointKind.ZERO_GRADIENT, responsible, item.x, along, output, value, 0.0, detail=detail)


def _differ(values: Array) -> bool:
    return bool(np.ptp(values) > 1e-12 * (1.0 + np.abs(values).max()))


def _depends(search: Sampled, at: Evaluation, k: int) -> bool:
    """Whether the value changes along coordinate `k` through the box without a slope anywhere.

    Between two values that differ the change is cornered: a slope in a narrow window is no dead gradient.
    """
    along = np.eye(len(at.x))[[k]]

    def moved(share: float) -> Evaluation:
        x = at.x.copy()
        x[k] = search.low[k] + share * (search.high[k] - search.low[k])
        return search.evaluate(x, along)

    shares = np.linspace(0.02, 0.98, 9)
    items = [moved(share) for share in shares]
    if any(item.tangents.any() for item in items):
        return False
    for (low, first), (high, second) in pairwise(zip(shares, items)):
        if not _changed(first, second):
            continue
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            item = moved(middle)
            if item.tangents.any():
                return False
            low, high = (low, middle) if _changed(first, item) else (middle, high)
            first = first if high == middle else item
        return True
    return False


def _changed(first: Evaluation, second: Evaluation) -> bool:
    comparable = first.finite and second.finite and first.value.shape == second.value.shape
    return comparable and bool((np.abs(first.value - second.value) > 1e-12 * (1.0 + np.abs(first.value))).any())


def _wrong(search: Sampled, usable: list[Evaluation]) -> list[Point]:
    """Samples where the derivative is not the limit of difference quotients on the same smooth piece."""
    wrong: list[Point] = []
    compared = 0
    for item in usable[:_COMPARED]:
        quotients = [_quotient(search, item, factor) for factor in (1.0, 0.1)]
        if any(quotient is None for quotient in quotients):
            continue
        compared += 1
        coarse, fine = (np.asarray(quotient) for quotient in quotients)
        claimed = item.tangents[0]
        error = np.abs(fine - claimed)
        worst = int(np.argmax(error))
        noise = 1e-9 * (1.0 + np.abs(item.value[worst])) / _DIFFERENCE
        steady = abs(coarse[worst] - fine[worst]) < 0.1 * error[worst]
        if steady and error[worst] > _MISMATCH * (abs(claimed[worst]) + abs(fine[worst])) + noise:
            where = spans(item, EventKind.CUT)
            wrong.append(
                Point(
                    PointKind.WRONG_GRADIENT, where, item.x, search.directions[0], worst, float(item.value[worst]),
                    float(claimed[worst]), None, None, f"difference quotient {fine[worst]:.6g}",
                )
            )  # fmt: skip
    return wrong[:1] if len(wrong) * 2 >= compared else []


def _quotient(search: Sampled, at: Evaluation, factor: float) -> Array | None:
    """A central difference along the first direction, None where it leaves the smooth piece or the box."""
    step = _DIFFERENCE * factor * float(np.max(search.high - search.low)) / 4
    along = search.directions[:1]
    ahead, behind = (search.evaluate(at.x + sign * step * along[0], along) for sign in (1.0, -1.0))
    if not (ahead.finite and behind.finite and ahead.signature == behind.signature):
        return None
    if ahead.value.shape != at.value.shape or behind.value.shape != at.value.shape:
        return None
    quotient: Array = (ahead.value - behind.value) / (2 * step)
    return quotient
