"""Intervals with open and closed ends: where a value can lie.

An end is closed if the number itself is attained, open if it is not, and *rounding* if it is open
over the reals but floating point reaches it by underflow or saturation (`exp` at 0). NaN is not
tracked: an interval speaks of the values that are numbers.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

_INF = math.inf
_TEXT = re.compile(
    r"^\s*([\[(])\s*(~?)\s*([^,\s]+)\s*,\s*(~?)\s*([^\])\s]+)\s*([\])])((?:\s+(?:integer|nonzero))*)\s*$")
_POINT = re.compile(r"^\s*\{\s*([^}\s]+)\s*\}((?:\s+integer)?)\s*$")
_LADDER = (0.0,)


@dataclass(frozen=True, slots=True)
class Interval:
    """The numbers between `lo` and `hi`; infinite ends are open.

    `nonzero` excludes a zero inside; `integer` says that every member is an integer. Build with
    `make`, which normalises: equal sets are equal objects.
    """

    lo: float
    hi: float
    lo_open: bool = False
    hi_open: bool = False
    lo_rounds: bool = False
    hi_rounds: bool = False
    nonzero: bool = False
    integer: bool = False

    TOP: ClassVar[Interval]
    EMPTY: ClassVar[Interval]
    POSITIVE: ClassVar[Interval]
    NONNEGATIVE: ClassVar[Interval]
    UNIT: ClassVar[Interval]
    BOOLEAN: ClassVar[Interval]
    BOTTOM_END: ClassVar[Interval]
    TOP_END: ClassVar[Interval]

    @classmethod
    def make(
        cls, lo: float, hi: float, lo_open: bool = False, hi_open: bool = False,
        lo_rounds: bool = False, hi_rounds: bool = False, nonzero: bool = False,
        integer: bool = False,
    ) -> Interval:
        """The normalised interval with these ends."""
        if lo != lo or hi != hi:
            return cls.TOP
        if lo == -_INF:
            lo_open, lo_rounds = True, False
        if hi == _INF:
            hi_open, hi_rounds = True, False
        if integer:
            lo, lo_open, lo_rounds = _integral(lo, lo_open, 1)
            hi, hi_open, hi_rounds = _integral(hi, hi_open, -1)
        if nonzero:
            if lo == 0.0 and not lo_open:
                lo, lo_open = (1.0, False) if integer else (0.0, True)
            if hi == 0.0 and not hi_open:
                hi, hi_open = (-1.0, False) if integer else (0.0, True)
            nonzero = lo < 0.0 < hi
        if lo > hi or (lo == hi and (lo_open or hi_open)):
            return cls.EMPTY
        return cls(lo + 0.0, hi + 0.0, lo_open, hi_open, lo_open and lo_rounds,
                   hi_open and hi_rounds, nonzero, integer)

    @classmethod
    def point(cls, number: float) -> Interval:
        """The set of one finite number."""
        return cls.make(number, number, integer=float(number).is_integer())

    @classmethod
    def parse(cls, text: str) -> Interval:
        """Read `[0, inf)`, `(~0, 1]`, `{2}`, with `integer` and `nonzero` behind.

        Raises ValueError with what is expected.
        """
        point = _POINT.match(text)
        if point:
            return cls.point(_number(point.group(1), text))
        match = _TEXT.match(text)
        if not match:
            raise ValueError(f"{text!r} is no interval such as '[0, inf)', '(~0, 1]' or '{{2}}'")
        left, lo_mark, lo, hi_mark, hi, right, flags = match.groups()
        made = cls.make(
            _number(lo, text), _number(hi, text), left == "(", right == ")", lo_mark == "~",
            hi_mark == "~", "nonzero" in flags, "integer" in flags)
        if made.is_empty:
            raise ValueError(f"{text!r} is empty")
        return made

    def __str__(self) -> str:
        if self.is_empty:
            return "empty"
        if self.lo == self.hi:
            return f"{{{self.lo:g}}}"
        text = (
            f"{'(' if self.lo_open else '['}{'~' if self.lo_rounds else ''}{self.lo:g}, "
            f"{'~' if self.hi_rounds else ''}{self.hi:g}{')' if self.hi_open else ']'}")
        return text + (" nonzero" if self.nonzero else "") + (" integer" if self.integer else "")

    # --- questions -------------------------------------------------------------------------

    @property
    def is_empty(self) -> bool:
        """Whether there is no member."""
        return self.lo > self.hi

    @property
    def is_point(self) -> bool:
        """Whether there is exactly one member."""
        return self.lo == self.hi

    @property
    def is_top(self) -> bool:
        """Whether nothing is known."""
        return self.lo == -_INF and self.hi == _INF and not self.nonzero and not self.integer

    @property
    def positive(self) -> bool:
        """Whether every member is above zero."""
        return self.lo > 0.0 or (self.lo == 0.0 and self.lo_open)

    @property
    def negative(self) -> bool:
        """Whether every member is below zero."""
        return self.hi < 0.0 or (self.hi == 0.0 and self.hi_open)

    @property
    def nonnegative(self) -> bool:
        """Whether no member is below zero."""
        return self.lo >= 0.0

    @property
    def bounded(self) -> bool:
        """Whether both ends are finite."""
        return self.lo > -_INF and self.hi < _INF

    def contains(self, number: float) -> bool:
        """Whether `number` is a member."""
        if number < self.lo or number > self.hi or (self.nonzero and number == 0.0):
            return False
        if (number == self.lo and self.lo_open) or (number == self.hi and self.hi_open):
            return False
        return not self.integer or float(number).is_integer()

    def touches(self, number: float) -> bool:
        """Whether `number` is a member or an end that rounding reaches."""
        return self.contains(number) or (number == self.lo and self.lo_rounds) or (
            number == self.hi and self.hi_rounds)

    def leq(self, other: Interval) -> bool:
        """Whether every member is one of `other`."""
        return self.is_empty or self.join(other) == other

    # --- lattice ---------------------------------------------------------------------------

    def join(self, other: Interval) -> Interval:
        """The smallest interval around both."""
        if self is other or other.is_empty:
            return self
        if self.is_empty:
            return other
        lo, lo_open, lo_rounds = _outer(
            self.lo, self.lo_open, self.lo_rounds, other.lo, other.lo_open, other.lo_rounds, 1)
        hi, hi_open, hi_rounds = _outer(
            self.hi, self.hi_open, self.hi_rounds, other.hi, other.hi_open, other.hi_rounds, -1)
        nonzero = lo < 0.0 < hi and not self.contains(0.0) and not other.contains(0.0)
        return Interval.make(lo, hi, lo_open, hi_open, lo_rounds, hi_rounds, nonzero,
                             self.integer and other.integer)

    def meet(self, other: Interval) -> Interval:
        """The members of both."""
        if self is other or other.is_top:
            return self
        if self.is_empty or other.is_empty:
            return Interval.EMPTY
        lo, lo_open, lo_rounds = _inner(
            self.lo, self.lo_open, self.lo_rounds, other.lo, other.lo_open, other.lo_rounds, 1)
        hi, hi_open, hi_rounds = _inner(
            self.hi, self.hi_open, self.hi_rounds, other.hi, other.hi_open, other.hi_rounds, -1)
        excludes = self._excludes_zero() or other._excludes_zero()
        return Interval.make(lo, hi, lo_open, hi_open, lo_rounds, hi_rounds,
                             excludes and lo <= 0.0 <= hi, self.integer or other.integer)

    def _excludes_zero(self) -> bool:
        return not self.contains(0.0)

    def widen(self, other: Interval) -> Interval:
        """An upper bound of both that a chain reaches in few steps: ends that grow jump to 0, then
        to infinity. The caller passes `old.widen(old.join(new))`.
        """
        if self.is_empty or other.is_empty:
            return self.join(other)
        joined = self.join(other)
        lo, lo_open, lo_rounds = joined.lo, joined.lo_open, joined.lo_rounds
        hi, hi_open, hi_rounds = joined.hi, joined.hi_open, joined.hi_rounds
        if lo < self.lo:
            lo, lo_open, lo_rounds = (0.0, False, False) if lo >= 0.0 else (-_INF, True, False)
        if hi > self.hi:
            hi, hi_open, hi_rounds = (0.0, False, False) if hi <= 0.0 else (_INF, True, False)
        return Interval.make(lo, hi, lo_open, hi_open, lo_rounds, hi_rounds, joined.nonzero,
                             joined.integer)

    def excluding_zero(self) -> Interval:
        """The members that are not zero."""
        return Interval.make(self.lo, self.hi, self.lo_open, self.hi_open, self.lo_rounds,
                             self.hi_rounds, self.lo <= 0.0 <= self.hi, self.integer)

    def below(self, number: float, strict: bool) -> Interval:
        """The members below `number`."""
        return self.meet(Interval.make(-_INF, number, True, strict))

    def above(self, number: float, strict: bool) -> Interval:
        """The members above `number`."""
        return self.meet(Interval.make(number, _INF, strict, True))

    def as_integer(self) -> Interval:
        """The integers among the members."""
        return Interval.make(self.lo, self.hi, self.lo_open, self.hi_open, nonzero=self.nonzero, integer=True)

    def truncated(self) -> Interval:
        """What the members become when their fraction is dropped."""
        if self.is_empty:
            return self
        if not self.bounded:
            lo = math.trunc(self.lo) if self.lo > -_INF else self.lo
            hi = math.trunc(self.hi) if self.hi < _INF else self.hi
            return Interval.make(lo, hi, integer=True)
        return Interval.make(math.trunc(self.lo), math.trunc(self.hi), integer=True)

    # --- arithmetic ------------------------------------------------------------------------

    def negate(self) -> Interval:
        """-x."""
        if self.is_empty:
            return self
        return Interval(-self.hi + 0.0, -self.lo + 0.0, self.hi_open, self.lo_open, self.hi_rounds,
                        self.lo_rounds, self.nonzero, self.integer)

    def add(self, other: Interval) -> Interval:
        """x + y."""
        if self.is_empty or other.is_empty:
            return Interval.EMPTY
        if self.lo == -_INF == other.lo and self.hi == _INF == other.hi:
            return Interval.TOP if not (self.integer and other.integer) else _INTEGERS
        lo, hi = self.lo + other.lo, self.hi + other.hi
        return Interval.make(
            -_INF if lo != lo else lo, _INF if hi != hi else hi, self.lo_open or other.lo_open,
            self.hi_open or other.hi_open,
            _both_reach(self.lo_open, self.lo_rounds, other.lo_open, other.lo_rounds),
            _both_reach(self.hi_open, self.hi_rounds, other.hi_open, other.hi_rounds),
            integer=self.integer and other.integer)

    def subtract(self, other: Interval) -> Interval:
        """x - y."""
        return self.add(other.negate())

    def multiply(self, other: Interval) -> Interval:
        """x * y of independent factors."""
        if self.is_empty or other.is_empty:
            return Interval.EMPTY
        nonzero = not self.contains(0.0) and not other.contains(0.0)
        corners = [
            _corner(a, b)
            for a in ((self.lo, self.lo_open, self.lo_rounds), (self.hi, self.hi_open, self.hi_rounds))
            for b in ((other.lo, other.lo_open, other.lo_rounds), (other.hi, other.hi_open, other.hi_rounds))
        ]
        lo, lo_open, lo_rounds = _extreme(corners, 1)
        hi, hi_open, hi_rounds = _extreme(corners, -1)
        if not nonzero:
            if lo == 0.0:
                lo_open = lo_open and not (self.contains(0.0) or other.contains(0.0))
            if hi == 0.0:
                hi_open = hi_open and not (self.contains(0.0) or other.contains(0.0))
        return Interval.make(lo, hi, lo_open, hi_open, lo_rounds, hi_rounds,
                             nonzero and lo < 0.0 < hi, self.integer and other.integer)

    def reciprocal(self) -> Interval:
        """1 / x; both signs around a pole give TOP."""
        if self.is_empty:
            return self
        if self.lo < 0.0 < self.hi or self.lo == self.hi == 0.0:
            return Interval.TOP.excluding_zero()
        lo = 0.0 if self.hi == _INF else (-_INF if self.hi == 0.0 else 1.0 / self.hi)
        hi = 0.0 if self.lo == -_INF else (_INF if self.lo == 0.0 else 1.0 / self.lo)
        return Interval.make(lo, hi, self.hi_open, self.lo_open,
                             self.hi_rounds or self.hi == _INF, self.lo_rounds or self.lo == -_INF)

    def divide(self, other: Interval) -> Interval:
        """x / y of independent operands."""
        return self.multiply(other.reciprocal())

    def absolute(self) -> Interval:
        """|x|."""
        if self.is_empty or self.lo >= 0.0:
            return self
        if self.hi <= 0.0:
            return self.negate()
        far = -self.lo if -self.lo >= self.hi else self.hi
        is_open = self.lo_open if -self.lo > self.hi else self.hi_open
        if -self.lo == self.hi:
            is_open = self.lo_open and self.hi_open
        return Interval.make(0.0, far, self.nonzero, is_open, integer=self.integer)

    def square(self) -> Interval:
        """x * x of one value with itself."""
        size = self.absolute()
        return size if size.is_empty else Interval.make(
            size.lo * size.lo, _times(size.hi, size.hi), size.lo_open, size.hi_open,
            size.lo_rounds, size.hi_rounds, integer=size.integer)

    def power(self, exponent: Interval) -> Interval:
        """x ** y."""
        if self.is_empty or exponent.is_empty:
            return Interval.EMPTY
        if exponent.is_point:
            return self._power(exponent.lo)
        if self.positive:
            return Interval.make(0.0, _INF, True, True, True)
        return Interval.NONNEGATIVE if self.nonnegative else Interval.TOP

    def _power(self, exponent: float) -> Interval:
        if exponent == 0.0:
            return Interval.point(1.0)
        if exponent < 0.0:
            return self._power(-exponent).reciprocal()
        if exponent == int(exponent):
            if exponent % 2 == 0:
                return self.absolute()._image(lambda x: x**exponent)
            return self._image(lambda x: x**exponent)
        inside = self.meet(Interval.NONNEGATIVE)
        return Interval.NONNEGATIVE if inside.is_empty else inside._image(lambda x: x**exponent)

    def _image(self, function: Callable[[float], float]) -> Interval:
        made = self.image(function, True)
        return made if not self.integer else Interval.make(made.lo, made.hi, made.lo_open, made.hi_open)

    def maximum(self, other: Interval) -> Interval:
        """max(x, y)."""
        if self.is_empty or other.is_empty:
            return Interval.EMPTY
        lo, lo_open, lo_rounds = _inner(
            self.lo, self.lo_open, self.lo_rounds, other.lo, other.lo_open, other.lo_rounds, 1)
        hi, hi_open, hi_rounds = _outer(
            self.hi, self.hi_open, self.hi_rounds, other.hi, other.hi_open, other.hi_rounds, -1)
        nonzero = not self.contains(0.0) and not other.contains(0.0) and lo < 0.0 < hi
        return Interval.make(lo, hi, lo_open, hi_open, lo_rounds, hi_rounds, nonzero,
                             self.integer and other.integer)

    def minimum(self, other: Interval) -> Interval:
        """min(x, y)."""
        return self.negate().maximum(other.negate()).negate()

    def clamp(self, low: Interval, high: Interval) -> Interval:
        """min(max(x, low), high)."""
        return self.maximum(low).minimum(high)

    def total(self) -> Interval:
        """A sum of one or more members."""
        if self.is_empty:
            return self
        return Interval.make(
            self.lo if self.lo >= 0.0 else -_INF, self.hi if self.hi <= 0.0 else _INF,
            self.lo_open, self.hi_open, self.lo_rounds, self.hi_rounds, integer=self.integer)

    def product_of_many(self) -> Interval:
        """A product of one or more members."""
        if self.is_empty:
            return self
        if self.lo < 0.0:
            within = self.lo >= -1.0 and self.hi <= 1.0
            return Interval.make(-1.0, 1.0) if within else Interval.TOP
        lo = self.lo if self.lo >= 1.0 else 0.0
        is_open = self.lo_open or 0.0 < self.lo < 1.0
        hi = self.hi if self.hi <= 1.0 else _INF
        return Interval.make(lo, hi, is_open, self.hi_open, is_open and lo == 0.0, self.hi_rounds)

    def image(self, function: Callable[[float], float], increasing: bool) -> Interval:
        """The image under a monotone function; an end where it raises is infinite."""
        if self.is_empty:
            return self
        lo, hi = _value(function, self.lo, increasing, True), _value(function, self.hi, increasing, False)
        if increasing:
            return Interval.make(lo, hi, self.lo_open, self.hi_open,
                                 self.lo_rounds or self.lo == -_INF, self.hi_rounds or self.hi == _INF)
        return Interval.make(hi, lo, self.hi_open, self.lo_open,
                             self.hi_rounds or self.hi == _INF, self.lo_rounds or self.lo == -_INF)

    def rounded(self, digits: int) -> Interval:
        """Finite ends as floating point with 24 or 53 significand bits has them.

        A positive end that underflows becomes zero; gradual underflow is that of IEEE 754.
        """
        if digits >= 53 or self.is_empty or self.is_top:
            return self
        lo, hi = _single(self.lo), _single(self.hi)
        if lo == self.lo and hi == self.hi:
            return self
        return Interval.make(
            lo, hi, self.lo_open and lo == self.lo, self.hi_open and hi == self.hi, self.lo_rounds,
            self.hi_rounds, self.nonzero, self.integer and lo == self.lo and hi == self.hi)


def _number(text: str, whole: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{text!r} in {whole!r} is no number, 'inf' or '-inf'") from None


def _integral(end: float, is_open: bool, inward: int) -> tuple[float, bool, bool]:
    if math.isinf(end):
        return end, True, False
    near = math.ceil(end) if inward > 0 else math.floor(end)
    return float(near + inward) if is_open and near == end else float(near), False, False


def _outer(a: float, a_open: bool, a_rounds: bool, b: float, b_open: bool, b_rounds: bool,
           way: int) -> tuple[float, bool, bool]:
    """The end further out; `way` is 1 for lower ends."""
    if a == b:
        return a, a_open and b_open, a_rounds or b_rounds
    return (a, a_open, a_rounds) if (a < b) == (way > 0) else (b, b_open, b_rounds)


def _inner(a: float, a_open: bool, a_rounds: bool, b: float, b_open: bool, b_rounds: bool,
           way: int) -> tuple[float, bool, bool]:
    """The end further in; `way` is 1 for lower ends."""
    if a == b:
        return a, a_open or b_open, (a_rounds or not a_open) and (b_rounds or not b_open)
    return (a, a_open, a_rounds) if (a > b) == (way > 0) else (b, b_open, b_rounds)


def _both_reach(a_open: bool, a_rounds: bool, b_open: bool, b_rounds: bool) -> bool:
    return (a_rounds or not a_open) and (b_rounds or not b_open)


def _times(a: float, b: float) -> float:
    return 0.0 if a == 0.0 or b == 0.0 else a * b


def _corner(a: tuple[float, bool, bool], b: tuple[float, bool, bool]) -> tuple[float, bool, bool]:
    """A product of two ends: a closed zero stays closed whatever it is multiplied with."""
    closed_zero = (a[0] == 0.0 and not a[1]) or (b[0] == 0.0 and not b[1])
    if closed_zero:
        return 0.0, False, False
    rounds = _both_reach(a[1], a[2], b[1], b[2])
    if a[0] == 0.0 or b[0] == 0.0:
        rounds = (a[0] == 0.0 and a[2]) or (b[0] == 0.0 and b[2]) or rounds
    return _times(a[0], b[0]), a[1] or b[1], rounds


def _extreme(corners: list[tuple[float, bool, bool]], way: int) -> tuple[float, bool, bool]:
    found = corners[0]
    for corner in corners[1:]:
        found = _outer(*found, *corner, way)
    return found


def _value(function: Callable[[float], float], at: float, increasing: bool, low: bool) -> float:
    infinite = -_INF if increasing == low else _INF
    try:
        result = function(at)
    except OverflowError:
        return infinite if math.isinf(at) else _INF
    except (ValueError, ZeroDivisionError):
        return infinite
    return infinite if isinstance(result, complex) or result != result else float(result)


def _single(number: float) -> float:
    if math.isinf(number):
        return number
    try:
        return float(struct.unpack("f", struct.pack("f", number))[0])
    except OverflowError:
        return math.copysign(_INF, number)


Interval.TOP = Interval(-_INF, _INF, True, True)
Interval.EMPTY = Interval(_INF, -_INF, True, True)
Interval.POSITIVE = Interval(0.0, _INF, True, True)
Interval.NONNEGATIVE = Interval(0.0, _INF, False, True)
Interval.UNIT = Interval(0.0, 1.0)
Interval.BOOLEAN = Interval(0.0, 1.0, integer=True)
Interval.BOTTOM_END = Interval(-_INF, -_INF)
Interval.TOP_END = Interval(_INF, _INF)
_INTEGERS = Interval(-_INF, _INF, True, True, integer=True)
