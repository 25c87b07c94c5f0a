"""Intervals with open and closed ends: where a value can lie.

An end is closed if the number itself is attained, open if it is not, and *rounding* if it is open
over the reals but floating point reaches it by underflow or saturation (`exp` at 0). NaN is not
tracked: an interval speaks of the values that are numbers, and infinity is none. Arithmetic takes
its operands to be independent; ends are computed in double precision.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import ClassVar

from difflint.domain import ends
from difflint.domain.ends import End
from difflint.record import record

_INF = math.inf


@record
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
            lo, lo_open, lo_rounds = ends.integral(lo, lo_open, 1)
            hi, hi_open, hi_rounds = ends.integral(hi, hi_open, -1)
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
    def _of(cls, low: End, high: End, nonzero: bool, integer: bool) -> Interval:
        return cls.make(low[0], high[0], low[1], high[1], low[2], high[2], nonzero, integer)

    @classmethod
    def _between(cls, low: End, high: End, nonzero: bool = False, integer: bool = False) -> Interval:
        """The interval with computed ends; `nonzero` concerns a zero inside, not one at an end."""
        if low[0] == high[0] and math.isinf(low[0]):  # both ends overflowed: every member is huge
            return _HUGE if low[0] > 0.0 else _HUGE.negate()
        return cls._of(low, high, nonzero and low[0] < 0.0 < high[0], integer)

    @classmethod
    def point(cls, number: float) -> Interval:
        """The set of one number; empty for an infinity, TOP for NaN."""
        return _POINTS.get(number) or cls.make(number, number)

    @classmethod
    def parse(cls, text: str) -> Interval:
        """Read `[0, inf)`, `(~0, 1]`, `{2}`, with `integer` and `nonzero` behind.

        Raises ValueError with what is expected.
        """
        low, high, words = ends.read(text)
        made = cls._of(low, high, "nonzero" in words, "integer" in words)
        if made.is_empty:
            raise ValueError(f"{text!r} is empty")
        return made

    def __str__(self) -> str:
        """The text `parse` reads back, or "empty"."""
        if self.is_empty:
            return "empty"
        words = (" nonzero" if self.nonzero else "") + (" integer" if self.integer and self.lo != self.hi else "")
        return ends.written(self.low, self.high) + words

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
        if self is other or self is Interval.TOP or other.is_empty:
            return self
        if other is Interval.TOP or self.is_empty:
            return other
        low, high = ends.outer(self.low, other.low, 1), ends.outer(self.high, other.high, -1)
        nonzero = not self.touches(0.0) and not other.touches(0.0)
        return Interval._between(low, high, nonzero, self.integer and other.integer)

    def meet(self, other: Interval) -> Interval:
        """The members of both."""
        if self is other or other.is_top or self.is_empty:
            return self
        if self.is_top or other.is_empty:
            return other
        low, high = ends.inner(self.low, other.low, 1), ends.inner(self.high, other.high, -1)
        return Interval._of(low, high, self.nonzero or other.nonzero, self.integer or other.integer)

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
            low = (0.0, True, True) if joined.lo > 0.0 else ends.MINUS_INFINITY
        if joined.hi > self.hi and joined.hi != 0.0:
            high = (0.0, True, True) if joined.hi < 0.0 else ends.INFINITY
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
        return self if self.is_empty else Interval.make(ends.whole(self.lo), ends.whole(self.hi), integer=True)

    def rounded(self, digits: int) -> Interval:
        """Finite ends as floating point with 24 or 53 significand bits has them.

        An end that underflows becomes zero; gradual underflow is that of IEEE 754.
        """
        if digits >= 53 or self.is_empty:
            return self
        lo, hi = ends.single(self.lo), ends.single(self.hi)
        low = self.low if lo == self.lo else (lo, False, False)
        high = self.high if hi == self.hi else (hi, False, False)
        return Interval._between(low, high, self.nonzero, self.integer)

    # --- arithmetic ------------------------------------------------------------------------

    def negate(self) -> Interval:
        """-x."""
        if self.is_empty:
            return self
        lo, hi = -self.hi + 0.0, -self.lo + 0.0
        return Interval(lo, hi, self.hi_open, self.lo_open, self.hi_rounds, self.lo_rounds, self.nonzero, self.integer)

    def add(self, other: Interval) -> Interval:
        """x + y."""
        if self.is_empty or other.lo == 0.0 == other.hi:
            return self
        if other.is_empty or self.lo == 0.0 == self.hi:
            return other
        low, high = ends.sum_of(self.low, other.low), ends.sum_of(self.high, other.high)
        return Interval._between(low, high, integer=self.integer and other.integer)

    def subtract(self, other: Interval) -> Interval:
        """x - y."""
        return self.add(other.negate())

    def multiply(self, other: Interval) -> Interval:
        """x * y."""
        if self.is_empty or other.is_empty:
            return Interval.EMPTY
        corners = [ends.product_of(a, b) for a in (self.low, self.high) for b in (other.low, other.high)]
        nonzero = not self.touches(0.0) and not other.touches(0.0)
        return Interval._between(*ends.hull(corners), nonzero, self.integer and other.integer)

    def reciprocal(self) -> Interval:
        """1 / x; a pole inside leaves nothing but that the result is not zero."""
        if self.is_empty:
            return self
        if self.lo < 0.0 < self.hi or self.lo == self.hi == 0.0:
            return _NONZERO
        pole = _INF if self.nonnegative else -_INF
        return Interval._between(ends.inverse(self.high, pole), ends.inverse(self.low, pole))

    def divide(self, other: Interval) -> Interval:
        """x / y."""
        if self.is_empty or other.is_empty:
            return Interval.EMPTY
        if other.lo < 0.0 < other.hi or other.lo == other.hi == 0.0:
            return self.multiply(_NONZERO)
        pole = _INF if other.nonnegative else -_INF
        corners = [ends.quotient(a, b, pole) for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval._between(*ends.hull(corners), not self.touches(0.0))

    def absolute(self) -> Interval:
        """|x|."""
        if self.is_empty or self.lo >= 0.0:
            return self
        if self.hi <= 0.0:
            return self.negate()
        far = ends.outer((-self.lo, self.lo_open, self.lo_rounds), self.high, -1)
        return Interval._between((0.0, self.nonzero, False), far, integer=self.integer)

    def square(self) -> Interval:
        """x * x of one value with itself."""
        size = self.absolute()
        if size.is_empty:
            return size
        low, high = ends.product_of(size.low, size.low), ends.product_of(size.high, size.high)
        return Interval._between(low, high, integer=size.integer)

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
        low, high = ends.raised(base.low, exponent), ends.raised(base.high, exponent)
        return Interval._between(low, high, base.nonzero, whole and base.integer)

    def maximum(self, other: Interval) -> Interval:
        """max(x, y)."""
        if self.is_empty or other.is_empty:
            return Interval.EMPTY
        low, high = ends.inner(self.low, other.low, 1), ends.outer(self.high, other.high, -1)
        nonzero = not self.touches(0.0) and not other.touches(0.0)
        return Interval._between(low, high, nonzero, self.integer and other.integer)

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
        low = self.low if self.lo >= 0.0 else ends.MINUS_INFINITY
        return Interval._between(low, self.high if self.hi <= 0.0 else ends.INFINITY, integer=self.integer)

    def product_of_many(self) -> Interval:
        """A product of one or more members."""
        if self.is_empty:
            return self
        if self.lo < 0.0:
            return _SIGNED_UNIT if self.lo >= -1.0 and self.hi <= 1.0 else Interval.TOP
        low = self.low if self.lo >= 1.0 or (self.lo == 0.0 and not self.lo_open) else (0.0, True, True)
        return Interval._between(low, self.high if self.hi <= 1.0 else ends.INFINITY, integer=self.integer)

    def image(self, function: Callable[[float], float], increasing: bool) -> Interval:
        """The image under a monotone function; an end where it raises is infinite."""
        if self.is_empty:
            return self
        first = ends.mapped(function, self.low, self.hi, -_INF if increasing else _INF)
        last = ends.mapped(function, self.high, self.lo, _INF if increasing else -_INF)
        return Interval._between(first, last) if increasing else Interval._between(last, first)


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
_HUGE = Interval(math.nextafter(_INF, 0.0), _INF, True, True)
