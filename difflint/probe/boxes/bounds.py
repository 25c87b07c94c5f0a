"""Closed intervals of floats that are rounded outwards: every real result lies inside.

Sums are exact to the last bit, products, quotients and roots round by one unit in the last place,
other functions by four, which is what mathematical libraries promise.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

_INF = math.inf
_ULPS = 4


def _down(x: float, ulps: int = 1) -> float:
    for _ in range(ulps):
        x = math.nextafter(x, -_INF)
    return x


def _up(x: float, ulps: int = 1) -> float:
    for _ in range(ulps):
        x = math.nextafter(x, _INF)
    return x


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """All reals between `lo` and `hi`; an end that is not a number counts as unbounded."""

    lo: float
    hi: float

    @classmethod
    def make(cls, lo: float, hi: float) -> Bounds:
        """The interval between two ends, NaN meaning that nothing is known."""
        return cls(-_INF if lo != lo else lo, _INF if hi != hi else hi)

    @property
    def bounded(self) -> bool:
        """Whether both ends are finite."""
        return math.isfinite(self.lo) and math.isfinite(self.hi)

    def has(self, number: float) -> bool:
        """Whether a number may be attained."""
        return self.lo <= number <= self.hi

    def meet(self, other: Bounds) -> Bounds:
        """What lies in both; the lower end may exceed the upper one."""
        return Bounds(max(self.lo, other.lo), min(self.hi, other.hi))

    def hull(self, other: Bounds) -> Bounds:
        """What lies in either."""
        return Bounds(min(self.lo, other.lo), max(self.hi, other.hi))

    def __add__(self, other: Any) -> Bounds:
        right = bounds(other)
        return Bounds.make(_sum(self.lo, right.lo, _down), _sum(self.hi, right.hi, _up))

    __radd__ = __add__

    def __neg__(self) -> Bounds:
        return Bounds(-self.hi, -self.lo)

    def __pos__(self) -> Bounds:
        return self

    def __sub__(self, other: Any) -> Bounds:
        return self + -bounds(other)

    def __rsub__(self, other: Any) -> Bounds:
        return bounds(other) + -self

    def __mul__(self, other: Any) -> Bounds:
        if other is self:
            size = abs(self)
            return Bounds(_product(size.lo, size.lo, _down), _product(size.hi, size.hi, _up))
        right = bounds(other)
        pairs = [(a, b) for a in (self.lo, self.hi) for b in (right.lo, right.hi)]
        return Bounds(min(_product(a, b, _down) for a, b in pairs), max(_product(a, b, _up) for a, b in pairs))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Bounds:
        return self * bounds(other).reciprocal()

    def __rtruediv__(self, other: Any) -> Bounds:
        return bounds(other) / self

    def reciprocal(self) -> Bounds:
        """One divided by everything inside but zero."""
        if self.lo < 0.0 < self.hi or self.lo == self.hi == 0.0:
            return TOP
        if self.lo == 0.0:
            return Bounds(_down(1.0 / self.hi), _INF)
        if self.hi == 0.0:
            return Bounds(-_INF, _up(1.0 / self.lo))
        return Bounds(_down(1.0 / self.hi), _up(1.0 / self.lo))

    def __abs__(self) -> Bounds:
        if self.lo >= 0.0:
            return self
        return -self if self.hi <= 0.0 else Bounds(0.0, max(-self.lo, self.hi))

    def __pow__(self, other: Any) -> Bounds:
        exponent = bounds(other)
        if exponent.lo == exponent.hi and exponent.lo.is_integer() and abs(exponent.lo) <= 64:
            return self._whole_power(int(exponent.lo))
        base = self.meet(Bounds(0.0, _INF))
        return FUNCTIONS["exp"](exponent * FUNCTIONS["log"](base)) if base.lo <= base.hi else TOP

    def __rpow__(self, other: Any) -> Bounds:
        return bounds(other) ** self

    def _whole_power(self, exponent: int) -> Bounds:
        if exponent < 0:
            return self._whole_power(-exponent).reciprocal()
        if exponent == 0:
            return Bounds(1.0, 1.0)
        base = self if exponent % 2 else abs(self)
        result = base
        for _ in range(exponent - 1):
            result = Bounds(_least(result.lo, base.lo), _most(result.hi, base.hi))
        return result

    def __lt__(self, other: Any) -> Bounds:
        right = bounds(other)
        return _truth(self.hi < right.lo, self.lo >= right.hi)

    def __le__(self, other: Any) -> Bounds:
        right = bounds(other)
        return _truth(self.hi <= right.lo, self.lo > right.hi)

    def __gt__(self, other: Any) -> Bounds:
        return bounds(other) < self

    def __ge__(self, other: Any) -> Bounds:
        return bounds(other) <= self

    def __eq__(self, other: object) -> Any:
        right = bounds(other)
        return _truth(self.lo == self.hi == right.lo == right.hi, self.lo > right.hi or self.hi < right.lo)

    def __str__(self) -> str:
        return f"[{self.lo:.6g}, {self.hi:.6g}]"


TOP = Bounds(-_INF, _INF)


def bounds(number: Any) -> Bounds:
    """A number as an interval."""
    return number if isinstance(number, Bounds) else Bounds(float(number), float(number))


def _least(power: float, base: float) -> float:
    """The lower end of one more factor: odd powers of a negative base keep its sign."""
    return _product(abs(power), abs(base), _up if base < 0 else _down) * (-1.0 if base < 0 else 1.0)


def _most(power: float, base: float) -> float:
    return _product(abs(power), abs(base), _down if base < 0 else _up) * (-1.0 if base < 0 else 1.0)


def _truth(surely: bool, never: bool) -> Bounds:
    return Bounds(float(surely), float(not never))


def _sum(a: float, b: float, outwards: Callable[[float], float]) -> float:
    total = a + b
    if not math.isfinite(total):
        return total if total == total else outwards(0.0) * _INF
    rest = total - a
    error = (a - (total - rest)) + (b - rest)
    exact = error == 0.0 or (error > 0.0) is (outwards is _down)
    return total if exact else outwards(total)


def _product(a: float, b: float, outwards: Callable[[float], float]) -> float:
    if a == 0.0 or b == 0.0:
        return 0.0
    product = a * b
    moved = outwards(product)
    return max(moved, 0.0) if (a > 0.0) is (b > 0.0) else min(moved, 0.0)


def monotone(function: Callable[[float], float], x: Bounds, low: float, high: float, increasing: bool = True) -> Bounds:
    """The image of a monotone function, of what of `x` lies between `low` and `high`."""
    inside = x.meet(Bounds(low, high))
    if inside.lo > inside.hi:
        return TOP
    first, last = _at(function, inside.lo, increasing), _at(function, inside.hi, not increasing)
    return (
        Bounds.make(_down(first, _ULPS), _up(last, _ULPS))
        if increasing
        else Bounds.make(_down(last, _ULPS), _up(first, _ULPS))
    )


def _at(function: Callable[[float], float], end: float, lowest: bool) -> float:
    """The value at an end; where it overflows or does not exist, as far as it can go."""
    try:
        return function(end)
    except (OverflowError, ValueError, ZeroDivisionError):
        return -_INF if lowest else _INF


def _periodic(function: Callable[[float], float], x: Bounds, top: float) -> Bounds:
    """Sine or cosine: 1 at `top` + 2πk, -1 half a period later."""
    if not x.bounded or x.hi - x.lo >= 6.28 or max(abs(x.lo), abs(x.hi)) > 1e6:
        return Bounds(-1.0, 1.0)
    ends = (function(x.lo), function(x.hi))
    slack = 1e-9
    rises = math.floor((x.hi - top + slack) / (2 * math.pi)) >= math.ceil((x.lo - top - slack) / (2 * math.pi))
    half = top + math.pi
    falls = math.floor((x.hi - half + slack) / (2 * math.pi)) >= math.ceil((x.lo - half - slack) / (2 * math.pi))
    low = -1.0 if falls else max(_down(min(ends), _ULPS), -1.0)
    return Bounds(low, 1.0 if rises else min(_up(max(ends), _ULPS), 1.0))


def _tangent(x: Bounds) -> Bounds:
    cosine = FUNCTIONS["cos"](x)
    return TOP if cosine.has(0.0) else bounds(FUNCTIONS["sin"](x) / cosine)


def _step(function: Callable[[float], float]) -> Callable[[Any], Bounds]:
    def image(x: Any) -> Bounds:
        found = bounds(x)
        return Bounds(*(function(end) if math.isfinite(end) else end for end in (found.lo, found.hi)))

    return image


def _where(condition: Any, x: Any, y: Any) -> Bounds:
    chosen = bounds(condition)
    if chosen.lo >= 1.0:
        return bounds(x)
    return bounds(y) if chosen.hi <= 0.0 else bounds(x).hull(bounds(y))


def _cosh(x: Bounds) -> Bounds:
    return monotone(math.cosh, abs(x), 0.0, _INF).meet(Bounds(1.0, _INF))


def _hypot(x: Any, y: Any) -> Bounds:
    first, second = abs(bounds(x)), abs(bounds(y))
    return Bounds(max(_down(math.hypot(first.lo, second.lo), _ULPS), 0.0), _up(math.hypot(first.hi, second.hi), _ULPS))


def _arctangent(y: Any, x: Any) -> Bounds:
    top, side = bounds(y), bounds(x)
    if side.lo > 0.0:
        return bounds(FUNCTIONS["atan"](top / side))
    return Bounds(-_up(math.pi), _up(math.pi))


def _sigmoid(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x)) if x >= 0 else math.exp(x) / (1.0 + math.exp(x))


_MONOTONE: Mapping[str, tuple[Callable[[float], float], float, float]] = {
    "exp": (math.exp, -_INF, _INF),
    "expm1": (math.expm1, -_INF, _INF),
    "log": (math.log, 0.0, _INF),
    "log1p": (math.log1p, -1.0, _INF),
    "sqrt": (math.sqrt, 0.0, _INF),
    "cbrt": (math.cbrt, -_INF, _INF),
    "tanh": (math.tanh, -_INF, _INF),
    "sinh": (math.sinh, -_INF, _INF),
    "atan": (math.atan, -_INF, _INF),
    "asin": (math.asin, -1.0, 1.0),
    "asinh": (math.asinh, -_INF, _INF),
    "acosh": (math.acosh, 1.0, _INF),
    "atanh": (math.atanh, -1.0, 1.0),
    "erf": (math.erf, -_INF, _INF),
    "sigmoid": (_sigmoid, -_INF, _INF),
}
FUNCTIONS: dict[str, Any] = {
    **{name: (lambda x, row=row: monotone(row[0], bounds(x), row[1], row[2])) for name, row in _MONOTONE.items()},
    "acos": lambda x: monotone(math.acos, bounds(x), -1.0, 1.0, False),
    "erfc": lambda x: monotone(math.erfc, bounds(x), -_INF, _INF, False),
    "sin": lambda x: _periodic(math.sin, bounds(x), math.pi / 2),
    "cos": lambda x: _periodic(math.cos, bounds(x), 0.0),
    "tan": lambda x: _tangent(bounds(x)),
    "cosh": lambda x: _cosh(bounds(x)),
    "abs": lambda x: abs(bounds(x)),
    "sign": _step(lambda x: math.copysign(1.0, x) if x else 0.0),
    "floor": _step(math.floor),
    "ceil": _step(math.ceil),
    "round": _step(round),
    "trunc": _step(math.trunc),
    "where": _where,
    "min": lambda x, y: Bounds(min(bounds(x).lo, bounds(y).lo), min(bounds(x).hi, bounds(y).hi)),
    "max": lambda x, y: Bounds(max(bounds(x).lo, bounds(y).lo), max(bounds(x).hi, bounds(y).hi)),
    "hypot": _hypot,
    "atan2": _arctangent,
    "lgamma": lambda x: TOP,
    "pi": Bounds(math.pi, _up(math.pi)),
    "e": Bounds(math.e, _up(math.e)),
    "inf": Bounds(_INF, _INF),
}
"""The functions of the formula language on intervals."""
