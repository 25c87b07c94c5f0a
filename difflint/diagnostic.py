"""What a user reads: a fact, judged by a rule under a profile."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from difflint.facts import Certainty, Step
from difflint.source import Span
from difflint.verdict import Verdict


class Severity(Enum):
    """How much a diagnostic matters to the optimiser in use; `OFF` is never reported."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    OFF = "off"

    @property
    def rank(self) -> int:
        """0 for `OFF` up to 3 for `ERROR`."""
        return ("off", "info", "warning", "error").index(self.value)


class Profile(Enum):
    """What the optimiser needs of the code."""

    SGD = "sgd"
    SECOND_ORDER = "second-order"
    SAMPLING = "sampling"
    PINN = "pinn"
    STRICT = "strict"


AUTO = "auto"
"""The word of settings that asks for the profile that the code implies."""


def profile_of(word: str) -> Profile | None:
    """The profile a setting names; None for `AUTO`."""
    return None if word == AUTO else Profile(word)


class Applicability(Enum):
    """Whether a replacement keeps every value that was finite (`SAFE`) or changes values."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `message` and `suggestion` are complete sentences without markup.

    `profile` is the one its severity comes from.
    """

    code: str
    name: str
    severity: Severity
    certainty: Certainty
    span: Span
    message: str
    suggestion: str
    trace: tuple[Step, ...] = ()
    url: str = ""
    profile: Profile = Profile.SGD
    verdict: Verdict | None = None
