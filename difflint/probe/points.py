"""What the search finds: points where a function is not smooth, or its gradient is not its derivative."""

from __future__ import annotations

from dataclasses import dataclass, field

from difflint.probe.events import Array, EventKind
from difflint.probe.kinds import PointKind
from difflint.source import Span
from difflint.verdict import Curve


@dataclass(frozen=True, slots=True)
class Point:
    """A witness: the input, what is seen there and on both sides of it along `direction`.

    `spans` are the expressions responsible. Sides are None where they leave the box or raise;
    values and slopes are those of one output, `output`.
    """

    kind: PointKind
    spans: tuple[Span, ...]
    x: Array
    direction: Array | None = None
    output: int = 0
    value: float | None = None
    slope: float | None = None
    left: tuple[float, float] | None = None
    right: tuple[float, float] | None = None
    detail: str = ""
    curve: Curve | None = None


@dataclass(frozen=True, slots=True)
class Reached:
    """An expression that was executed: the kinds of its events, and the nearest it came to its surface."""

    span: Span
    kinds: frozenset[EventKind]
    margin: float | None


@dataclass(slots=True)
class Analysis:
    """The points of one function in a box, the expressions reached, and what went wrong."""

    points: list[Point] = field(default_factory=list)
    reached: list[Reached] = field(default_factory=list)
    evaluations: int = 0
    error: str = ""
