"""Ends of intervals: reading, comparing, adding, multiplying and mapping them."""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable

End = tuple[float, bool, bool]
"""The number, whether the end is open, whether it rounds."""

CLOSED_ZERO: End = (0.0, False, False)
MINUS_INFINITY: End = (-math.inf, True, False)
INFINITY: End = (math.inf, True, False)

# beyond the knots of the usual activations (relu6), before exp and tanh saturate in double precision
_FAR = 6.0
_NEAR = 2.0**-20
_SINGLE = frozenset((-math.inf, -1.0, 0.0, 1.0, math.inf))
"""The usual ends, which need no rounding."""
_TEXT = re.compile(
    r"^\s*([\[(])\s*(~?)\s*([^,\s]+)\s*,\s*(~?)\s*([^\])\s]+)\s*([\])])((?:\s+(?:integer|nonzero))*)\s*$"
)
_POINT = re.compile(r"^\s*\{\s*([^}\s]+)\s*\}(?:\s+integer)?\s*$")


def read(text: str) -> tuple[End, End, str]:
    """Both ends and the words behind, or ValueError with what is expected."""
    point, match = _POINT.match(text), _TEXT.match(text)
    if point:
        end = (read_number(point.group(1), text), False, False)
        return end, end, ""
    if not match:
        raise ValueError(f"{text!r} is no interval such as '[0, inf)', '(~0, 1]' or '{{2}}'")
    left, lo_mark, lo, hi_mark, hi, right, words = match.groups()
    return (
        (read_number(lo, text), left == "(", lo_mark == "~"),
        (read_number(hi, text), right == ")", hi_mark == "~"),
        words,
    )


def written(low: End, high: End) -> str:
    """The text of the numbers between two ends."""
    if low[0] == high[0]:
        return f"{{{number_text(low[0])}}}"
    left, right = "(" if low[1] else "[", ")" if high[1] else "]"
    lo_mark, hi_mark = "~" if low[2] else "", "~" if high[2] else ""
    return f"{left}{lo_mark}{number_text(low[0])}, {hi_mark}{number_text(high[0])}{right}"


def read_number(text: str, whole: str) -> float:
    """A number of an interval's text, or ValueError."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if number != number:
        raise ValueError(f"{text!r} in {whole!r} is no number, 'inf' or '-inf'")
    return number


def number_text(number: float) -> str:
    """A number as text, without a trailing ".0"."""
    return repr(number).removesuffix(".0")


def integral(end: float, is_open: bool, inward: int) -> End:
    """The nearest integer end further in."""
    if math.isinf(end):
        return end, True, False
    near = math.ceil(end) if inward > 0 else math.floor(end)
    return float(near + inward) if is_open and near == end else float(near), False, False


def whole(number: float) -> float:
    """The integer part."""
    return number if math.isinf(number) else float(math.trunc(number))


def single(number: float) -> float:
    """The nearest single-precision number."""
    if number in _SINGLE:
        return number
    try:
        return float(struct.unpack("f", struct.pack("f", number))[0])
    except OverflowError:
        return math.copysign(math.inf, number)


def outer(a: End, b: End, way: int) -> End:
    """The end further out; `way` is 1 for lower ends."""
    if a[0] == b[0]:
        return a[0], a[1] and b[1], a[2] or b[2]
    return a if (a[0] < b[0]) == (way > 0) else b


def inner(a: End, b: End, way: int) -> End:
    """The end further in; `way` is 1 for lower ends."""
    if a[0] == b[0]:
        return a[0], a[1] or b[1], reached(a) and reached(b)
    return a if (a[0] > b[0]) == (way > 0) else b


def reached(end: End) -> bool:
    """Whether floating point reaches an end."""
    return end[2] or not end[1]


def sum_of(a: End, b: End) -> End:
    """The sum of two ends."""
    return a[0] + b[0], a[1] or b[1], reached(a) and reached(b)


def product_of(a: End, b: End) -> End:
    """A zero decides over whatever it is multiplied with: other corners reach the infinite products."""
    if (a[0] == 0.0 and not a[1]) or (b[0] == 0.0 and not b[1]):
        return CLOSED_ZERO
    if a[0] == 0.0 or b[0] == 0.0:
        return 0.0, True, (a[0] == 0.0 and a[2]) or (b[0] == 0.0 and b[2])
    return scaled(a[0] * b[0], a, b)


def quotient(a: End, b: End, pole: float) -> End:
    """See the name."""
    if a[0] == 0.0 or b[0] == 0.0 or math.isinf(b[0]):
        return product_of(a, inverse(b, pole))
    return scaled(a[0] / b[0], a, b)


def scaled(value: float, a: End, b: End) -> End:
    """See the name."""
    if value == 0.0:  # underflow
        return CLOSED_ZERO
    return value, a[1] or b[1], reached(a) and reached(b)


def inverse(end: End, pole: float) -> End:
    """1 / end; `pole` is the infinity on the side from which zero is approached."""
    if end[0] == 0.0:
        return pole, True, False
    if math.isinf(end[0]):
        return 0.0, True, True
    return 1.0 / end[0], end[1], end[2]


def raised(end: End, exponent: float) -> End:
    """end ** exponent with the sign of the end, for a positive exponent."""
    try:
        size = abs(end[0]) ** exponent
    except OverflowError:
        size = math.inf
    if size == 0.0 and end[0] != 0.0:  # underflow
        return CLOSED_ZERO
    return math.copysign(size, end[0]), end[1], end[2]


def hull(corners: list[End]) -> tuple[End, End]:
    """The ends of the smallest interval around all corners."""
    low = high = corners[0]
    for corner in corners[1:]:
        low, high = outer(low, corner, 1), outer(high, corner, -1)
    return low, high


def mapped(function: Callable[[float], float], end: End, across: float, limit: float) -> End:
    """The image of an end; `across` is the other end, `limit` the infinity on this side."""
    at, is_open, rounds = end
    value = value_at(function, at, limit)
    if not is_open or math.isinf(value):
        return value, is_open, rounds
    if value_at(function, inside(at, across), limit) == value:  # flat here, as relu is below 0
        return value, False, False
    return value, True, rounds or math.isinf(at)


def inside(at: float, across: float) -> float:
    """A number next to the end `at`, on the side of `across`."""
    if math.isinf(at):
        return max(_FAR, across) if at > 0.0 else min(-_FAR, across)
    step = min(_NEAR * max(1.0, abs(at)), abs(across - at) / 2.0)
    return at + math.copysign(step, across - at)


def value_at(function: Callable[[float], float], at: float, limit: float) -> float:
    """The value of a function, or `limit` where it raises or is no number."""
    try:
        result = function(at)
        return limit if isinstance(result, complex) or result != result else float(result)
    except (OverflowError, ValueError, ZeroDivisionError):
        return limit
