"""Finding witnesses: Newton's method on the margins, then one-sided limits at the point found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from difflint.probe.evaluation import MANY, Evaluate, Evaluation, directions
from difflint.probe.events import Array, EventKind, Margin
from difflint.probe.gradients import gradient_points, masked_point
from difflint.probe.gradients import spans as responsible
from difflint.probe.kinds import PointKind
from difflint.probe.limits import judge
from difflint.probe.points import Analysis, Point, Reached
from difflint.source import Span

_STARTS = 6
_WALKING = 0.8
"""The share of the budget for walks to surfaces."""
_FAILURES = 4
"""After so many starts in a row that reach no surface there is probably none."""
_ITERATIONS = 30
_DOUBLE = 0.25
"""A step that leaves a quarter of the margin walks towards a double zero, as of a sum of squares: go twice as far."""
_SURFACES = frozenset((EventKind.KINK, EventKind.JUMP, EventKind.DOMAIN, EventKind.BRANCH, EventKind.SELECT))
_EXPECTED = {EventKind.JUMP: PointKind.JUMP, EventKind.KINK: PointKind.KINK}
Box = tuple[Array, Array]
Place = tuple[EventKind, str, Span | None]


@dataclass(frozen=True, slots=True)
class Start:
    """Where Newton's method begins: an evaluation and one margin of an event in it."""

    at: Evaluation
    margin: Margin
    special: bool


class Search:
    """One function in one box; counts its evaluations and stops at the budget."""

    def __init__(self, evaluate: Evaluate, box: Box, limits: Box, seed: int, samples: int, budget: int) -> None:
        self.low, self.high = box
        self.limits = limits
        self.rng = np.random.default_rng(seed)
        self.directions = directions(len(self.low), self.rng)
        self.analysis = Analysis()
        self._evaluate = evaluate
        self._samples = samples
        self._budget = budget

    def evaluate(self, x: Array, along: Array) -> Evaluation:
        """One counted evaluation."""
        self.analysis.evaluations += 1
        return self._evaluate(x, along)

    def full(self, x: Array) -> Evaluation:
        """An evaluation with all directions."""
        return self.evaluate(x, self.directions)

    def inside(self, x: Array) -> bool:
        """Whether a point lies within the limits."""
        return bool((x >= self.limits[0]).all() and (x <= self.limits[1]).all())

    @property
    def scale(self) -> float:
        """A quarter of the box, the unit of distances."""
        return float(np.max(self.high - self.low, initial=1.0)) / 4.0

    @property
    def exhausted(self) -> bool:
        """Whether the budget is spent, but for what looks at gradients in the end."""
        return self.analysis.evaluations >= _WALKING * self._budget

    def run(self) -> Analysis:
        """Sample, walk to every surface, judge; then look at gradients and values of the samples."""
        generic = [self.full(self.rng.uniform(self.low, self.high)) for _ in range(self._samples)]
        special = [self.full(x) for x in self._special()]
        if all(item.error for item in generic):
            self.analysis.error = generic[0].error
        places = _places(generic, special)
        self.analysis.reached = _reached([*generic, *special])
        typical = _typical_slope(generic)
        for found in _in_turns([self._walk(place, starts, typical) for place, starts in places.items()]):
            self.analysis.points += found
        self.analysis.points += gradient_points(self, generic, special, self.analysis.points)
        self.analysis.points = _merged(self.analysis.points)
        return self.analysis

    def _special(self) -> Iterator[Array]:
        """Points where programs are tested least: zero, ones, corners, equal and single zero coordinates."""
        size = len(self.low)
        wanted = [np.full(size, value) for value in (0.0, 1.0, -1.0, 0.5, 2.0)]
        wanted += [
            self.low,
            self.high,
            np.full(size, float(self.rng.uniform(*sorted((self.low.max(), self.high.min()))))),
        ]
        for k in range(min(size, MANY)):
            x = self.rng.uniform(self.low, self.high)
            x[k] = 0.0
            wanted.append(x)
        return (x for x in wanted if self.inside(x))

    def _walk(self, place: Place, starts: list[Start], typical: float) -> Iterator[list[Point]]:
        """Try starts until the function is seen not to be smooth on this surface; one turn a start.

        A step that shows as something else than a jump at one place may meet another surface there;
        the search goes on, and likewise for kinks.
        """
        tried: list[Array] = []
        mild: list[Point] = []
        failures = 0
        for start in starts:
            if self.exhausted or len(tried) >= _STARTS or failures >= _FAILURES:
                break
            found = self._newton(place, start)
            if found is None or any(np.allclose(found[0].x, x, atol=1e-9) for x in tried):
                failures += 1
            else:
                tried.append(found[0].x)
                failures = 0
                points, done = self._judge(place, *found, typical)
                if done:
                    yield points
                    return
                mild += points
            yield []
        yield mild[:1]

    def _judge(self, place: Place, at: Evaluation, normal: Array, typical: float) -> tuple[list[Point], bool]:
        """The points at a place, and whether they are what its kind makes one expect."""
        spans = (place[2],) if place[2] else ()
        point = judge(self.evaluate, at, normal, self.limits, self.scale, spans, typical)
        if point is not None:
            return [point], point.kind is _EXPECTED.get(place[0], point.kind)
        if _is_masked(at) or (at.error == "" and np.isnan(at.value).any()):
            return list(self._at_the_point(at)), False
        return [], False

    def _at_the_point(self, at: Evaluation) -> Iterator[Point]:
        """Smooth around, but not in the point itself."""
        spans = responsible(at, EventKind.NONFINITE)
        if _is_masked(at):
            yield masked_point(at)
        elif spans:
            yield Point(PointKind.NAN, spans, at.x, output=int(np.argmax(np.isnan(at.value))), value=float("nan"))

    def _newton(self, place: Place, start: Start) -> tuple[Evaluation, Array] | None:
        """A point where the margin of a place is zero, and the normal of the surface there."""
        at, margin, stretch = start.at, start.margin, 1.0
        for _ in range(_ITERATIONS):
            gradient = self._gradient(margin)
            square = float(gradient @ gradient)
            if not square or not np.isfinite(square):
                break
            normal = gradient / np.sqrt(square)
            if margin.value == 0.0:
                return at, normal
            step = -stretch * margin.value / square * gradient
            moved = self._damped(place, at, margin, step)
            if moved is None:
                break
            stretch = 2.0 if abs(abs(moved[1].value) / abs(margin.value) - _DOUBLE) < 0.05 else 1.0
            at, margin = moved
        if not np.isfinite(margin.value) or (margin.value and margin.distance > 1e-6):
            return None
        gradient = self._gradient(margin)
        size = float(np.linalg.norm(gradient))
        normal = gradient / size if size and np.isfinite(size) else self.directions[0]
        return self._snap(place, at, margin), normal

    def _damped(self, place: Place, at: Evaluation, margin: Margin, step: Array) -> tuple[Evaluation, Margin] | None:
        for factor in (1.0, 0.5, 0.1):
            x = np.clip(at.x + factor * step, *self.limits)
            if (x == at.x).all() or self.exhausted:
                return None
            item = self.full(x)
            found = _nearest_margin(item, place)
            if found is not None and abs(found.value) < abs(margin.value):
                return item, found
        return None

    def _gradient(self, margin: Margin) -> Array:
        """The gradient of a margin; for many inputs its projection onto the directions."""
        basis = self.directions[1:]
        return basis.T @ margin.tangent[1:]

    def _snap(self, place: Place, at: Evaluation, margin: Margin) -> Evaluation:
        """The neighbour with short coordinates where the margin is exactly zero, if there is one."""
        if margin.value == 0.0:
            return at
        tried: list[Array] = []
        for digits in range(9):
            x = np.round(at.x, digits)
            near = float(np.max(np.abs(x - at.x))) < 1e-6
            if not near or not self.inside(x) or any((x == other).all() for other in tried):
                continue
            tried.append(x)
            item = self.full(x)
            found = _nearest_margin(item, place)
            if found is None or found.value == 0.0:
                return item
        return at


def _in_turns(walks: list[Iterator[list[Point]]]) -> Iterator[list[Point]]:
    """One step of every walk in turn, so that none uses up the budget of the others."""
    while walks:
        for walk in list(walks):
            found = next(walk, None)
            if found is None:
                walks.remove(walk)
            else:
                yield found


def _nearest_margin(at: Evaluation, place: Place) -> Margin | None:
    for event in at.events:
        if (event.kind, event.operator, event.span) == place and event.margins:
            return event.margins[0]
    return None


def _places(generic: list[Evaluation], special: list[Evaluation]) -> dict[Place, list[Start]]:
    """Starts by place, nearest first; special points last, for both sides of a surface may vanish there."""
    found: dict[Place, list[Start]] = {}
    for items, is_special in ((generic, False), (special, True)):
        for item in items:
            for event in item.events:
                if event.kind in _SURFACES:
                    starts = found.setdefault((event.kind, event.operator, event.span), [])
                    starts += [Start(item, margin, is_special) for margin in event.margins]
    for place, starts in found.items():
        found[place] = _spread(sorted(starts, key=lambda start: (start.special, start.margin.distance)))
    return found


def _spread(starts: list[Start]) -> list[Start]:
    """The nearest start of every evaluation first, then their second nearest, and so on."""
    rank: dict[int, int] = {}
    keyed: list[tuple[bool, int, int, Start]] = []
    for position, start in enumerate(starts):
        turn = rank.get(id(start.at), 0)
        rank[id(start.at)] = turn + 1
        keyed.append((start.special, turn // 2, position, start))
    return [item[-1] for item in sorted(keyed, key=lambda item: item[:3])]


def _reached(items: list[Evaluation]) -> list[Reached]:
    kinds: dict[Span, set[EventKind]] = {}
    margins: dict[Span, float] = {}
    for item in items:
        for event in item.events:
            if event.span is None:
                continue
            kinds.setdefault(event.span, set()).add(event.kind)
            for margin in event.margins[:1]:
                margins[event.span] = min(abs(margin.value), margins.get(event.span, np.inf))
    return [Reached(span, frozenset(found), margins.get(span)) for span, found in kinds.items()]


def _typical_slope(items: list[Evaluation]) -> float:
    slopes = [float(np.abs(item.tangents[0]).max()) for item in items if item.finite and item.tangents.size]
    finite = [slope for slope in slopes if np.isfinite(slope)]
    return float(np.median(finite)) if finite else 1.0


def _is_masked(at: Evaluation) -> bool:
    return any(event.kind is EventKind.MASKED for event in at.events)


def _merged(points: list[Point]) -> list[Point]:
    """One point per kind and set of expressions; an isolated NaN only where nothing worse was seen."""
    found: dict[tuple[PointKind, tuple[Span, ...]], Point] = {}
    for point in points:
        key = (point.kind, point.spans)
        if key not in found or (point.detail and not found[key].detail):
            found[key] = point
    worse = {span for point in found.values() if point.kind is not PointKind.NAN for span in point.spans}
    return [
        point
        for point in found.values()
        if point.kind is not PointKind.NAN or point.detail or not worse & set(point.spans)
    ]


def analyse(
    evaluate: Evaluate, box: Box, limits: Box | None = None, seed: int = 0, samples: int = 24, budget: int = 600
) -> Analysis:
    """The points where the function is not smooth or its gradient fails.

    Samples lie in the box; the search stays within the limits, by default the box.
    """
    return Search(evaluate, box, limits or box, seed, samples, budget).run()
