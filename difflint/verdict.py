"""What the probe says about a finding, with the witness that anyone can replay."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Outcome(Enum):
    """The answer to one finding. Only `PROVEN_ABSENT` refutes it, only `CONFIRMED` makes it surer."""

    CONFIRMED = "confirmed"
    NOT_REPRODUCED = "not reproduced"
    """The expression ran, nothing was found; the finding stays as it was."""
    PROVEN_ABSENT = "proven absent"
    NOT_EXECUTED = "not executed"
    """The function ran, but never reached the line."""
    NOT_CALLABLE = "not callable"
    """The function could not be run; the detail says why and what would help."""


@dataclass(frozen=True, slots=True)
class Side:
    """Value and slope in a point or just beside it."""

    value: float
    slope: float | None


@dataclass(frozen=True, slots=True)
class Curve:
    """Value and slope on a straight line through a point, to be drawn.

    `offsets` are distances from the point along the line, ascending, 0 among them; where the function
    is not defined its value and slope are NaN.
    """

    offsets: tuple[float, ...]
    values: tuple[float, ...]
    slopes: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Witness:
    """An input that shows the finding.

    `kind` says what is seen, `inputs` are names and values as text, `left` and `right` are one-sided
    limits along `direction`, `replay` are three lines that repeat it in an interpreter; `curve` goes
    along the same direction.
    """

    function: str
    kind: str
    inputs: tuple[tuple[str, str], ...]
    at: Side | None = None
    left: Side | None = None
    right: Side | None = None
    detail: str = ""
    replay: tuple[str, ...] = ()
    curve: Curve | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The probe's answer to one finding; `detail` is a phrase that can stand behind the outcome."""

    outcome: Outcome
    detail: str = ""
    witness: Witness | None = None
