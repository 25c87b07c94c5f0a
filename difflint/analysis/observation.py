"""What the analysis notes at one operation, before its text is looked up."""

from __future__ import annotations

from dataclasses import dataclass

from difflint.analysis.graph import Frame, Site, Value
from difflint.facts import Cause, Certainty, Effect, Kind


@dataclass(frozen=True, slots=True)
class Observation:
    """A fact before its text is looked up: `site` is where to point, `frame` how it is reached."""

    kind: Kind
    certainty: Certainty
    site: Site
    family: str
    effect: Effect
    cause: Cause = Cause.PLAIN
    value: Value | None = None
    operand: Value | None = None
    interval: str = ""
    point: str = ""
    bits: int = 0
    frame: Frame | None = None
    sink: Site | None = None
    detail: str = ""
