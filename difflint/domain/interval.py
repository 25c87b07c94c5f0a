"""Intervals with open and closed ends: where a value can lie.

An end is closed if the number itself is attained, open if it is not, and *rounding* if it is open
over the reals but floating point reaches it by underflow or saturation (`exp` at 0). NaN is not
tracked: an interval speaks of the values that are numbers, and infinity is none. Arithmetic takes
its operands to be independent; ends are computed in double precision.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from difflint.domain.ends import (
    End,
    inner,
    integral,
    inverse,
    mapped,
    number_text,
    outer,
    product_of,
    quotient,
    raised,
    read_number,
    single,
    sum_of,
    whole,
)

_INF = math.inf
_MAX = sys.float_info.max
_TEXT = re.compile(
    r"^\s*([\[(])\s*(~?)\s*([^,\s]+)\s*,\s*(~?)\s*([^\])\s]+)\s*([\])])((?:\s+(?:integer|nonzero))*)\s*$"
)
_POINT = re.compile(r"^\s*\{\s*([^}\s]+)\s*\}(?:\s+integer)?\s*$")


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
        cls,
        lo: float,
        hi: float,
        lo_open: bool = False,
        hi_open: bool = False,
        lo_rounds: bool = False,
        hi_rounds: bool = False,
        nonzero: bool = False,
        integer: bool = False,
    ) -> Interval:
        """The normalised interval with these ends; TOP if an end is NaN."""
        if lo != lo or hi != hi:
            return cls.TOP
        if lo == -_INF:
            lo_open, lo_rounds = True, False
        if hi == _INF:
            hi_open, hi_rounds = True, False
        if integer:
            lo, lo_open, lo_rounds = integral(lo, lo_open, 1)
            hi, hi_open, hi_rounds = integral(hi, hi_open, -1)
        if nonzero:
            if lo == 0.0:
                lo, lo_open, lo_rounds = (1.0, False, False) if integer else (0.0, True, False)
            if hi == 0.0:
                hi, hi_open, hi_rounds = (-1.0, False, False) if integer else (0.0, True, False)
            nonzero = lo < 0.0 < hi
        if lo >= hi:
            if lo > hi or lo_open or hi_open:
                return cls.EMPTY
            return cls(lo + 0.0, hi + 0.0, integer=float(lo).is_integer())
        return cls(lo + 0.0, hi + 0.0, lo_open, hi_open, lo_open and lo_rounds, hi_open and hi_rounds, nonzero, integer)

    @classmethod
    def _between(cls, low: End, high: End, nonzero: bool = False, integer: bool = False) -> Interval:
        """The interval with computed ends; `nonzero` concerns a zero inside, not one at an end."""
        lo, hi = low[0], high[0]
        if lo == hi and math.isinf(lo):  # both ends overflowed: every member is huge
            return _HUGE if lo > 0.0 else _HUGE.negate()
        return cls.make(lo, hi, low[1], high[1], low[2], high[2], nonzero and lo < 0.0 < hi, integer)

    @classmethod
    def point(cls, number: float) -> Interval:
        """The set of one number; empty for an infinity, TOP for NaN."""
        return _POINTS.get(number) or cls.make(number, number)

    @classmethod
    def parse(cls, text: str) -> Interval:
        """Read `[0, inf)`, `(~0, 1]`, `{2}`, with `integer` and `nonzero` behind.

        Raises ValueError with what is expected.
        """
        point = _POINT.match(text)
        match = _TEXT.match(text)
        if point:
            made = cls.point(read_number(point.group(1), text))
        elif match:
            left, lo_mark, lo, hi_mark, hi, right, flags = match.groups()
            made = cls.make(
                read_number(lo, text),
                read_number(hi, text),
                left == "(",
                right == ")",
                lo_mark == "~",
                hi_mark == "~",
                "nonzero" in flags,
                "integer" in flags,
            )
        else:
            raise ValueError(f"{text!r} is no interval such as '[0, inf)', '(~0, 1]' or '{{2}}'")
        if made.is_empty:
            raise ValueError(f"{text!r} is empty")
        return made

    def __str__(self) -> str:
        """The text `parse` reads back, or "empty"."""
        if self.is_empty:
            return "empty"
        if self.lo == self.hi:
            return f"{{{number_text(self.lo)}}}"
        text = (
            f"{'(' if self.lo_open else '['}{'~' if self.lo_rounds else ''}{number_text(self.lo)}, "
            f"{'~' if self.hi_rounds else ''}{number_text(self.hi)}{')' if self.hi_open else ']'}"
        )
        return text + (" nonzero" if self.nonzero else "") + (" integer" if self.integer else "")

    def __repr__(self) -> str:
        return f"<{self}>"

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

    @property
    def low(self) -> End:
        """The lower end."""
        return self.lo, self.lo_open, self.lo_rounds

    @property
    def high(self) -> End:
        """The upper end."""
        return self.hi, self.hi_open, self.hi_rounds

    def contains(self, number: float) -> bool:
        """Whether `number` is a member."""
        if not self.lo <= number <= self.hi or (self.nonzero and number == 0.0):
            return False
        if (number == self.lo and self.lo_open) or (number == self.hi and self.hi_open):
            return False
        return not self.integer or float(number).is_integer()

    def touches(self, number: float) -> bool:
        """Whether `number` is a member or an end that rounding reaches."""
        return self.contains(number) or (number == self.lo and self.lo_rounds) or (number == self.hi and self.hi_rounds)

    def leq(self, other: Interval) -> bool:
        """Whether `other` contains every member and touches every number that this one touches."""
        return self.is_empty or self.join(other) == other

    # --- lattice ---------------------------------------------------------------------------

    def join(self, other: Interval) -> Interval:
        """The smallest interval around both."""
        if self is other or other.is_empty:
            return self
        if self.is_empty:
            return other
        low, high = outer(self.low, other.low, 1), outer(self.high, other.high, -1)
        nonzero = not self.touches(0.0) and not other.touches(0.0)
        return Interval._between(low, high, nonzero, self.integer and other.integer)

    def meet(self, other: Interval) -> Interval:
        """The members of both."""
        if self is other or other.is_top or self.is_empty:
            return self
        if self.is_top or other.is_empty:
            return other
        lo, lo_open, lo_rounds = inner(self.low, other.low, 1)
        hi, hi_open, hi_rounds = inner(self.high, other.high, -1)
        return Interval.make(
            lo, hi, lo_open, hi_open, lo_rounds, hi_rounds, self.nonzero or other.nonzero, self.integer or other.integer
        )

    def widen(self, other: Interval) -> Interval:
        """An upper bound of both that a chain reaches in few steps.

        Ends that grow jump to 0, then to infinity; what shrinks towards 0 without crossing it
        gets there by underflow. The caller passes `old.widen(old.join(new))`.
        """
        joined = self.join(other)
        if self.is_empty or joined == self:
            return joined
        low, high = joined.low, joined.high
        if joined.lo < self.lo and joined.lo != 0.0:
            low = (0.0, True, True) if joined.lo > 0.0 else (-_INF, True, False)
        if joined.hi > self.hi and joined.hi != 0.0:
            high = (0.0, True, True) if joined.hi < 0.0 else (_INF, True, False)
        return Interval._between(low, high, joined.nonzero, joined.integer)

    def excluding_zero(self) -> Interval:
        """The members that are not zero."""
        return self.meet(_NONZERO)

    def below(self, number: float, strict: bool) -> Interval:
        """The members below `number`, itself included unless `strict`."""
        return self.meet(Interval.make(-_INF, number, True, strict))

    def above(self, number: float, strict: bool) -> Interval:
        """The members above `number`, itself included unless `strict`."""
        return self.meet(Interval.make(number, _INF, strict, True))

    def as_integer(self) -> Interval:
        """The integers among the members."""
        return self.meet(_INTEGERS)

    def truncated(self) -> Interval:
        """What the members become when their fraction is dropped."""
        return self if self.is_empty else Interval.make(whole(self.lo), whole(self.hi), integer=True)

    def rounded(self, digits: int) -> Interval:
        """Finite ends as floating point with 24 or 53 significand bits has them.

        An end that underflows becomes zero; gradual underflow is that of IEEE 754.
        """
        if digits >= 53 or self.is_empty:
            return self
        lo, hi = single(self.lo), single(self.hi)
        if lo == self.lo and hi == self.hi:
            return self
        return Interval._between(
            self.low if lo == self.lo else (lo, False, False),
            self.high if hi == self.hi else (hi, False, False),
            self.nonzero,
            self.integer,
        )

    # --- arithmetic ------------------------------------------------------------------------

    def negate(self) -> Interval:
        """-x."""
        if self.is_empty:
            return self
        return Interval(
            -self.hi + 0.0,
            -self.lo + 0.0,
            self.hi_open,
            self.lo_open,
            self.hi_rounds,
            self.lo_rounds,
            self.nonzero,
            self.integer,
        )

    def add(self, other: Interval) -> Interval:
        """x + y."""
        if self.is_empty or other.lo == 0.0 == other.hi:
            return self
        if other.is_empty or self.lo == 0.0 == self.hi:
            return other
        return Interval._between(
            sum_of(self.low, other.low), sum_of(self.high, other.high), integer=self.integer and other.integer
        )

    def subtract(self, other: Interval) -> Interval:
        """x - y."""
        return self.add(other.negate())

    def multiply(self, other: Interval) -> Interval:
        """x * y."""
        if self.is_empty or other.is_empty:
            return Interval.EMPTY
        corners = [product_of(a, b) for a in (self.low, self.high) for b in (other.low, other.high)]
        nonzero = not self.touches(0.0) and not other.touches(0.0)
        return _hull(corners, nonzero, self.integer and other.integer)

    def reciprocal(self) -> Interval:
        """1 / x; a pole inside leaves nothing but that the result is not zero."""
        if self.is_empty:
            return self
        if self.lo < 0.0 < self.hi or self.lo == self.hi == 0.0:
            return _NONZERO
        pole = _INF if self.nonnegative else -_INF
        return Interval._between(inverse(self.high, pole), inverse(self.low, pole))

    def divide(self, other: Interval) -> Interval:
        """x / y."""
        if self.is_empty or other.is_empty:
            return Interval.EMPTY
        if other.lo < 0.0 < other.hi or other.lo == other.hi == 0.0:
            return self.multiply(_NONZERO)
        pole = _INF if other.nonnegative else -_INF
        corners = [quotient(a, b, pole) for a in (self.low, self.high) for b in (other.low, other.high)]
        return _hull(corners, not self.touches(0.0), False)

    def absolute(self) -> Interval:
        """|x|."""
        if self.is_empty or self.lo >= 0.0:
            return self
        if self.hi <= 0.0:
            return self.negate()
        far = outer((-self.lo, self.lo_open, self.lo_rounds), self.high, -1)
        return Interval._between((0.0, self.nonzero, False), far, integer=self.integer)

    def square(self) -> Interval:
        """x * x of one value with itself."""
        size = self.absolute()
        if size.is_empty:
            return size
        return Interval._between(product_of(size.low, size.low), product_of(size.high, size.high), integer=size.integer)

    def power(self, exponent: Interval) -> Interval:
        """x ** y; only the members of x count for which the power is a number."""
        if self.is_empty or exponent.is_empty:
            return Interval.EMPTY
        if exponent.is_point:
            return self._power(exponent.lo)
        if self.positive:
            return _UNDERFLOWS
        return Interval.NONNEGATIVE if self.nonnegative else Interval.TOP

    def _power(self, exponent: float) -> Interval:
        if exponent == 0.0:
            return _ONE
        if exponent < 0.0:
            return self._power(-exponent).reciprocal()
        whole = exponent.is_integer()
        base = self if whole else self.meet(Interval.NONNEGATIVE)
        if base.is_empty:
            return Interval.NONNEGATIVE
        if whole and exponent % 2.0 == 0.0:
            base = base.absolute()
        return Interval._between(
            raised(base.low, exponent), raised(base.high, exponent), base.nonzero, whole and base.integer
        )

    def maximum(self, other: Interval) -> Interval:
        """max(x, y)."""
        if self.is_empty or other.is_empty:
            return Interval.EMPTY
        nonzero = not self.touches(0.0) and not other.touches(0.0)
        return Interval._between(
            inner(self.low, other.low, 1), outer(self.high, other.high, -1), nonzero, self.integer and other.integer
        )

    def minimum(self, other: Interval) -> Interval:
        """min(x, y)."""
        return self.negate().maximum(other.negate()).negate()

    def clamp(self, low: Interval, high: Interval) -> Interval:
        """min(max(x, low), high), with BOTTOM_END and TOP_END for bounds that are missing."""
        raised = self if low is Interval.BOTTOM_END else self.maximum(low)
        return raised if high is Interval.TOP_END else raised.minimum(high)

    def total(self) -> Interval:
        """A sum of one or more members."""
        if self.is_empty:
            return self
        return Interval.make(
            self.lo if self.lo >= 0.0 else -_INF,
            self.hi if self.hi <= 0.0 else _INF,
            self.lo_open,
            self.hi_open,
            self.lo_rounds,
            self.hi_rounds,
            integer=self.integer,
        )

    def product_of_many(self) -> Interval:
        """A product of one or more members."""
        if self.is_empty:
            return self
        if self.lo < 0.0:
            within = self.lo >= -1.0 and self.hi <= 1.0
            return _SIGNED_UNIT if within else Interval.TOP
        low = self.low if self.lo >= 1.0 or (self.lo == 0.0 and not self.lo_open) else (0.0, True, True)
        return Interval._between(low, self.high if self.hi <= 1.0 else (_INF, True, False), integer=self.integer)

    def image(self, function: Callable[[float], float], increasing: bool) -> Interval:
        """The image under a monotone function; an end where it raises is infinite."""
        if self.is_empty:
            return self
        first = mapped(function, self.low, self.hi, -_INF if increasing else _INF)
        last = mapped(function, self.high, self.lo, _INF if increasing else -_INF)
        return Interval._between(first, last) if increasing else Interval._between(last, first)


# --- ends ----------------------------------------------------------------------------------


def _hull(corners: list[End], nonzero: bool, integer: bool) -> Interval:
    low = high = corners[0]
    for corner in corners[1:]:
        low, high = outer(low, corner, 1), outer(high, corner, -1)
    return Interval._between(low, high, nonzero, integer)


# beyond the knots of the usual activations (relu6), before exp and tanh saturate in double precision

Interval.TOP = Interval(-_INF, _INF, True, True)
Interval.EMPTY = Interval(_INF, -_INF, True, True)
Interval.POSITIVE = Interval(0.0, _INF, True, True)
Interval.NONNEGATIVE = Interval(0.0, _INF, False, True)
Interval.UNIT = Interval(0.0, 1.0)
Interval.BOOLEAN = Interval(0.0, 1.0, integer=True)
Interval.BOTTOM_END = Interval(-_INF, -_INF)
Interval.TOP_END = Interval(_INF, _INF)
_COMMON = (0.5, *map(float, range(-8, 65)))
_POINTS = {number: Interval(number, number, integer=number.is_integer()) for number in _COMMON}
_ONE = _POINTS[1.0]
_NONZERO = Interval(-_INF, _INF, True, True, nonzero=True)
_INTEGERS = Interval(-_INF, _INF, True, True, integer=True)
_UNDERFLOWS = Interval(0.0, _INF, True, True, lo_rounds=True)
_SIGNED_UNIT = Interval(-1.0, 1.0)
_HUGE = Interval(_MAX, _INF, True, True)
