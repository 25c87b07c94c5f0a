"""The kinds of points, apart from the numbers: those who only read reports need no array library."""

from __future__ import annotations

from enum import Enum


class PointKind(Enum):
    """How a function misbehaves at a point. The set is closed."""

    KINK = "kink"
    JUMP = "jump"
    INFINITE_SLOPE = "infinite slope"
    POLE = "pole"
    NAN = "nan"
    """The value is NaN for inputs inside of the box."""
    RAISES = "raises"
    """The operation raises for inputs inside of the box."""
    MASKED = "masked"
    """The value is finite, but a selection hides an infinite or NaN derivative: reverse mode returns NaN."""
    ZERO_GRADIENT = "zero gradient"
    """The value depends on the input, the derivative is zero wherever it exists."""
    WRONG_GRADIENT = "wrong gradient"
    """The value depends on the input in a way that the derivative does not show: it was cut."""
    OVERFLOW = "overflow"
    """Large inputs make an infinite or NaN value or derivative."""
    REFUSED = "refused"
    """The framework raises here once it traces or differentiates the function."""
