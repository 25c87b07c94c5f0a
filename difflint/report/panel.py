"""What a picture of a curve shows, whatever it is drawn with: limits, strokes, gaps and labels."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from difflint.verdict import Curve

Place = tuple[float, float]
"""A place in the unit square; up is up."""
_SAME = 1e-9
"""A range below this share of its values is rounding."""
_FAR = 1e6
"""Heights beyond are as good as this one."""
_OFF = 0.02
"""A label may be off by this share of the range."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One quantity along a curve, in the unit square.

    `low` and `high` are the values at its lower and upper edge; equal ones stand in the middle. `dot` is
    what the function returns in the point itself, None where that is not finite or not in the picture.
    `gaps` are the places along the horizontal axis where the quantity is not finite.
    """

    name: str
    low: float
    high: float
    strokes: tuple[tuple[Place, ...], ...]
    dot: Place | None
    gaps: tuple[float, ...]

    @property
    def labels(self) -> tuple[tuple[float, str], ...]:
        """Numbers beside the vertical axis, with their heights; none where nothing is finite."""
        if math.isnan(self.low):
            return ()
        if self.low == self.high:
            return ((0.5, f"{self.low:.4g}"),)
        span = self.high - self.low
        return (0.0, _short(self.low, _OFF * span)), (1.0, _short(self.high, _OFF * span))


def _short(number: float, error: float) -> str:
    """The shortest text of a number that is off by no more than an error."""
    for digits in range(2, 17):
        rounded = float(f"{number:.{digits}g}")
        if abs(rounded - number) <= error:
            return f"{rounded:.{max(digits, 6)}g}"
    return repr(number)


def panels(curve: Curve) -> tuple[Panel, Panel]:
    """The two pictures of a curve: its value and its slope."""
    return _panel("value", curve.offsets, curve.values), _panel("slope", curve.offsets, curve.slopes)


def ends(curve: Curve) -> tuple[str, str, str]:
    """Labels of the horizontal axis: its ends, and the point between them."""
    return f"{curve.offsets[0]:.3g}", "h=0", f"{curve.offsets[-1]:.3g}"


def _panel(name: str, offsets: Sequence[float], numbers: Sequence[float]) -> Panel:
    low, high = _limits(numbers)

    def height(number: float) -> float:
        share = 0.5 if low == high else (number / 2 - low / 2) / (high / 2 - low / 2)  # halves: no overflow
        return min(max(share, -_FAR), _FAR)

    def across(offset: float) -> float:
        return (offset - offsets[0]) / (offsets[-1] - offsets[0])

    places = {offset: (across(offset), height(number)) for offset, number in zip(offsets, numbers)}
    drawn = [offset for offset, number in zip(offsets, numbers) if math.isfinite(number)]
    dot = places[0.0] if 0.0 in drawn and 0.0 <= places[0.0][1] <= 1.0 else None
    whole = [
        [places[offset] for offset in offsets[first:last]]
        for first, last in _runs([math.isfinite(number) and offset != 0 for offset, number in zip(offsets, numbers)])
    ]
    strokes = tuple(tuple(part) for stroke in whole for part in _cut(stroke))
    return Panel(name, low, high, strokes, dot, tuple(across(offset) for offset in offsets if offset not in drawn))


def _limits(numbers: Sequence[float]) -> tuple[float, float]:
    """What the picture shows of numbers; of a pole or a steep slope not all, for the rest would be flat."""
    found = sorted(filter(math.isfinite, numbers))
    if not found:
        return math.nan, math.nan
    tenth = len(found) // 10
    inner = found[tenth], found[-1 - tenth]
    span = inner[1] - inner[0]
    low, high = found[0], found[-1]
    if span > 0:
        low, high = max(low, inner[0] - span), min(high, inner[1] + span)
    if high / 2 - low / 2 <= _SAME * max(abs(low), abs(high)):
        low = high = found[len(found) // 2]
    return low, high


def _runs(kept: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Where runs of true words begin and end."""
    edges = [k for k, (one, two) in enumerate(pairwise([False, *kept, False])) if one != two]
    return zip(edges[::2], edges[1::2])


def _cut(stroke: Sequence[Place]) -> Iterator[list[Place]]:
    """The parts of a stroke between the lower and the upper edge."""
    part: list[Place] = list(stroke[:1]) if 0.0 <= stroke[0][1] <= 1.0 else []
    for one, two in pairwise(stroke):
        inside = _inside(one, two)
        if inside is None:
            continue
        if not part or part[-1] != inside[0]:
            if part:
                yield part
            part = [inside[0]]
        part.append(inside[1])
    if part:
        yield part


def _inside(one: Place, two: Place) -> tuple[Place, Place] | None:
    """The part of a straight line between the lower and the upper edge."""
    (left, below), (right, above) = one, two
    if max(below, above) < 0.0 or min(below, above) > 1.0:
        return None

    def at(height: float) -> Place:
        return left + (right - left) * (height - below) / (above - below), height

    ends = [place if 0.0 <= place[1] <= 1.0 else at(min(max(place[1], 0.0), 1.0)) for place in (one, two)]
    return ends[0], ends[1]
