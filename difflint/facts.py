"""Facts: the one vocabulary between the producers (analysis, probe) and the consumers (rules).

A fact says what happens at one operation; it does not say how bad that is. Rules are data that
select facts by `kind`, `family` and `cause`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from difflint.source import Span
from difflint.verdict import Verdict


class Kind(Enum):
    """What happens. The set is closed: a rule that needs another kind needs it added here."""

    PARSE_ERROR = "parse-error"
    UNUSED = "unused-suppression"
    ZERO_GRADIENT = "zero-gradient"
    """The value depends on a source, its derivative is zero wherever it exists."""
    JUMP = "jump"
    """The value jumps where the derivative that is returned does not show it."""
    KINK = "kink"
    """The slope jumps at a point the operand attains."""
    CURVATURE = "curvature"
    """The slope is continuous, the second derivative jumps at a point the operand attains."""
    RATIO = "ratio"
    """An equation that fixes a quotient whose denominator can vanish."""
    UNBOUNDED = "unbounded"
    """An infinite or NaN derivative (or value) at a point the operand attains."""
    SELECT_LEAK = "select-leak"
    """The same behind a `where`: the unselected arm turns a zero cotangent into NaN."""
    PRODUCT_LEAK = "product-leak"
    """The same behind a multiplication by a mask."""
    REPAIR_LEAK = "repair-leak"
    """The same behind a repair of the value, such as nan_to_num."""
    OVERFLOW = "overflow"
    """The exponential of an operand without an upper bound."""
    UNSTABLE = "unstable"
    """A composition that rounding makes infinite, with a stable library form."""
    SURROGATE = "surrogate"
    """The gradient returned is meant to differ from the derivative of the value."""
    DROPPED = "dropped"
    """A derivative written by hand returns nothing for an input that the value depends on."""
    NO_DERIVATIVE = "no-derivative"
    """An operation that cannot be differentiated in the mode or to the order that is asked for."""
    CUT = "cut"
    """A computation is taken out of the graph."""
    IN_PLACE = "in-place"
    """A write to a value that the backward pass needs, or to the caller's array."""
    BRANCH = "branch"
    """A Python branch on a value that depends on a source."""
    LOOP = "loop"
    """A loop whose trip count depends on a source."""
    BRANCH_ONLY = "branch-only"
    """A result that depends on a source through conditions only."""
    TRACED_BRANCH = "traced-branch"
    """A Python branch on an abstract value that has no truth value while it is traced."""
    UNKNOWN_CALL = "unknown-call"
    """A call that the catalogue does not know."""
    DOCUMENTATION = "documentation"
    """A docstring that says something else about where a function is not differentiable."""
    PROFILE = "profile"
    """A call that says what the optimiser needs: `detail` names the profile."""


class Certainty(Enum):
    """How sure a fact is; only the probe confirms, only a proof refutes."""

    CONFIRMED = "confirmed"
    MUST = "must"
    LIKELY = "likely"
    POSSIBLE = "possible"
    REFUTED = "refuted"


class Effect(Enum):
    """What reverse mode returns."""

    ZERO = "zero"
    INFINITE = "infinite"
    NAN = "nan"
    CUT = "cut"
    WRONG = "wrong"
    ERROR = "error"
    NONE = "none"


class Cause(Enum):
    """Why the bad point is attained, where that decides which advice helps."""

    PLAIN = "plain"
    CLAMP = "clamp"
    """An end put there by a clamp, a maximum or a rectifier."""
    EPSILON = "epsilon"
    """An epsilon that is zero, underflows, is absorbed or stands outside the operation."""
    REMOVABLE = "removable"
    """Numerator and denominator vanish together."""
    JUMP = "jump"
    """Two arms that provably disagree at the boundary."""
    FLAT = "flat"
    """Two arms of which one has no gradient of what decides between them, or neither and nothing else has."""
    MODEL = "model"
    """Part of an optimisation model, where the solver's own constructs are an alternative."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the path from a source to a sink."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One observation at one operation.

    `family` groups operators that need the same advice and is a word of the operator tables;
    `operand` is source text; `range` and `point` are intervals as text; `operator` is the id of the
    operator's table, `call` how the code spells it; `verdict` is the probe's answer.
    """

    kind: Kind
    certainty: Certainty
    span: Span
    family: str
    effect: Effect
    cause: Cause = Cause.PLAIN
    operator: str = ""
    call: str = ""
    framework: str = ""
    operand: str = ""
    range: str = ""
    point: str = ""
    detail: str = ""
    sources: tuple[str, ...] = ()
    trace: tuple[Step, ...] = ()
    verdict: Verdict | None = None
