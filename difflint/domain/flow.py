"""What reverse mode returns along a path, composed from the sink towards the source."""

from __future__ import annotations

from enum import Enum


class Flow(Enum):
    """The cotangent of one operation, or of a path of operations."""

    EXACT = "exact"
    SURROGATE = "surrogate"
    """Finite, and not the derivative of the value."""
    ZERO = "zero"
    """Multiplied by zero: what is infinite below becomes NaN."""
    MASKED = "masked"
    """Selected away: whatever is below is dropped, NaN included."""
    UNBOUNDED = "unbounded"
    NAN = "nan"
    CUT = "cut"
    """No path at all."""


FlowSet = frozenset[Flow]
_ABSORBING = (Flow.CUT, Flow.MASKED, Flow.NAN)


def after(outer: Flow, inner: Flow) -> Flow:
    """The flow of a path whose part next to the sink is `outer`.

    `CUT`, `MASKED` and `NAN` stay whatever comes below; zero times infinity is NaN.
    """
    if outer in _ABSORBING or inner is Flow.EXACT:
        return outer
    if outer in (Flow.EXACT, Flow.SURROGATE):
        return inner if outer is Flow.EXACT or inner is not Flow.EXACT else outer
    if inner in (Flow.CUT, Flow.NAN, Flow.MASKED):
        return inner
    if outer is Flow.ZERO:
        return Flow.NAN if inner is Flow.UNBOUNDED else Flow.ZERO
    return Flow.NAN if inner is Flow.ZERO else Flow.UNBOUNDED


def compose(outer: FlowSet, inner: FlowSet) -> FlowSet:
    """Every composition of a flow of `outer` with one of `inner`."""
    return frozenset(after(a, b) for a in outer for b in inner)


def join(a: FlowSet, b: FlowSet) -> FlowSet:
    """Alternatives: branches, arms of a select."""
    return a | b
