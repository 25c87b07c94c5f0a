"""What reverse mode returns along a path, composed from the sink towards the source.

Each flow is a map on cotangents, which are finite, zero, infinite, NaN or absent. A path composes
these maps, and the seven flows are closed under that: `after` is exact, hence associative.
"""

from __future__ import annotations

from enum import Enum


class Flow(Enum):
    """What one operation, or a path of operations, does to the cotangent that arrives from the sink."""

    EXACT = "exact"
    """Multiplies by the derivative."""
    SURROGATE = "surrogate"
    """Multiplies by something finite that is not the derivative of the value."""
    ZERO = "zero"
    """Multiplies by zero: an infinite cotangent becomes NaN."""
    MASKED = "masked"
    """Selects zero: whatever arrives is dropped, infinity and NaN included."""
    UNBOUNDED = "unbounded"
    """Multiplies by infinity: a zero cotangent, masked or not, becomes NaN."""
    NAN = "nan"
    """Multiplies by NaN."""
    CUT = "cut"
    """No cotangent passes at all."""


FlowSet = frozenset[Flow]
"""The flows a path may have; alternatives, not summands."""

_FORGETS = (Flow.MASKED, Flow.NAN, Flow.CUT)


def after(outer: Flow, inner: Flow) -> Flow:
    """The flow of a path that runs from the sink through `outer` and then through `inner`.

    `EXACT` is the identity and `CUT` absorbs. The order matters: the square root of a clamped value
    is unbounded, then masked, and returns zero; a masked square root is masked, then unbounded, and
    returns NaN.
    """
    if outer is Flow.CUT or inner is Flow.EXACT:
        return outer
    if inner in _FORGETS or outer in (Flow.EXACT, Flow.SURROGATE):
        return inner
    if inner is Flow.SURROGATE or outer is Flow.NAN:
        return outer
    if outer is Flow.UNBOUNDED:
        return Flow.UNBOUNDED if inner is Flow.UNBOUNDED else Flow.NAN
    return Flow.NAN if inner is Flow.UNBOUNDED else outer


def compose(outer: FlowSet, inner: FlowSet) -> FlowSet:
    """Every composition of a flow of `outer` with one of `inner`; distributes over `join`."""
    return frozenset(after(above, below) for above in outer for below in inner)


def join(a: FlowSet, b: FlowSet) -> FlowSet:
    """Alternatives: branches, arms of a select."""
    return a | b
