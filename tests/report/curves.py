"""Curves of known functions, and a finding that one of them confirms."""

from __future__ import annotations

import math
from collections.abc import Callable

from difflint.diagnostic import Diagnostic, Severity
from difflint.facts import Certainty, Step
from difflint.source import Position, Span
from difflint.verdict import Curve, Outcome, Side, Verdict, Witness

OFFSETS = tuple(k / 60 for k in range(-30, 31))


def curve(value: Callable[[float], float], slope: Callable[[float], float]) -> Curve:
    return Curve(OFFSETS, tuple(map(value, OFFSETS)), tuple(map(slope, OFFSETS)))


KINK = curve(abs, lambda h: math.copysign(1.0, h))
JUMP = curve(lambda h: float(h >= 0), lambda h: 0.0)
POLE = curve(lambda h: 1 / h if h else math.inf, lambda h: -1 / h**2 if h else -math.inf)
ROOT = curve(lambda h: math.sqrt(h) if h >= 0 else math.nan, lambda h: 0.5 / math.sqrt(h) if h > 0 else math.nan)
NOWHERE = curve(lambda h: math.nan, lambda h: math.nan)


def confirmed(message: str = "the operand can be 0", path: str = "a.py", drawn: Curve | None = KINK) -> Diagnostic:
    """A finding at line 2 of a file, with a witness."""
    span = Span(path, Position(2, 5), Position(2, 12))
    witness = Witness(
        "f", "kink", (("x", "'<b>&\"'"),), Side(0.0, 1.0), Side(0.0, -1.0), Side(0.0, 1.0), "", ("f(x)",), drawn
    )
    steps = (Step(span, "`x` is differentiated"), Step(span, "called here: `f(x)`"))
    return Diagnostic(
        "DIF301", "sqrt-at-zero", Severity.WARNING, Certainty.CONFIRMED, span, message, "Add `eps`.", steps,
        verdict=Verdict(Outcome.CONFIRMED, "kink", witness),
    )  # fmt: skip
