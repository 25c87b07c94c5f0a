"""Points where a function is not smooth: the vocabulary of the map, of its reports and of docstrings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from difflint.facts import Step
from difflint.source import Span

HEADING = "Not differentiable"
"""The heading of the section that a docstring may have about its function's points."""
SMOOTH_HEADING = "Differentiability"
"""The same for a function without points."""


class Shape(Enum):
    """What a function does at a point, the worst first."""

    JUMP = "jump"
    """The value jumps."""
    POLE = "pole"
    """The value is infinite, or 0/0."""
    EDGE = "domain edge"
    """The value does not exist beyond the point."""
    SLOPE = "infinite slope"
    """The value is finite, its derivative is not."""
    MISMATCH = "gradient mismatch"
    """The derivative that is returned is not that of the value."""
    CUT = "cut"
    """The value depends on its arguments here, no derivative is followed."""
    ZERO = "zero gradient"
    """The value moves in steps too many to name; its derivative is zero."""
    LOOP = "loop"
    """The number of rounds of a loop changes."""
    BRANCH = "branch"
    """Another branch is taken; whether value and slope of the two agree there is not known."""
    KINK = "kink"
    """The slope jumps."""
    CURVATURE = "curvature"
    """The slope is continuous, the second derivative is not."""


@dataclass(frozen=True, slots=True)
class Point:
    """One point, or a set of points that one condition describes.

    `condition` is text in terms of arguments, or of the source where those would be too long.
    `reported` is the derivative that the framework returns there, empty if the tables do not say or
    nothing is differentiated. `via` are the calls that lead to the operation, the outermost first.
    """

    condition: str
    shape: Shape
    span: Span
    expression: str
    operator: str = ""
    framework: str = ""
    reported: str = ""
    note: str = ""
    via: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Docstring:
    """The text of a docstring, and where its literal stands."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Mapped:
    """The points of one function; `arguments` are the arrays and numbers that the result depends on.

    `unknown` are the calls whose results it depends on and that nothing is known about. `whole` is
    False for a function too large to be followed to its end.
    """

    name: str
    span: Span
    arguments: tuple[str, ...]
    points: tuple[Point, ...]
    unknown: tuple[Step, ...] = ()
    whole: bool = True
    docstring: Docstring | None = None

    @property
    def smooth(self) -> bool:
        """Whether it is smooth for certain."""
        return bool(self.arguments) and not self.points and not self.unknown and self.whole
