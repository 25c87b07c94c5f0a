"""Numbers over a box: the range of a value, the ranges of its derivatives, and its value at the centre.

Every operation also applies the mean value theorem: a value lies in its value at the centre plus
slopes times distances. Where a jump may lie between, the slope is unbounded and this says nothing;
after a branch the centre need not be on the path, so nothing is said either.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sized
from functools import lru_cache
from typing import Any

from difflint.catalogue.expression import compile_formula
from difflint.catalogue.model import Operator
from difflint.domain.interval import Interval
from difflint.domain.smoothness import Smoothness
from difflint.probe.boxes.bounds import FUNCTIONS, TOP, Bounds, bounds
from difflint.probe.boxes.paths import Infeasible, Open, current_path
from difflint.probe.dual.elementwise import row_of
from difflint.probe.events import EventKind

_ZERO = Bounds(0.0, 0.0)
_SLACK = 1e-14
"""What rounding in the user's own arithmetic may add to a value that the mean value theorem bounds."""
_STEEPEST = 1e6
_KINDS = {Smoothness.LIPSCHITZ: EventKind.KINK, Smoothness.ANY: EventKind.JUMP}
Offsets = tuple[Bounds, ...]


class Ranged:
    """A number of which only ranges are known. `offsets` are the distances of the box from its centre."""

    __slots__ = ("centre", "offsets", "range", "slopes")

    def __init__(self, range: Bounds, slopes: tuple[Bounds, ...], centre: Bounds, offsets: Offsets) -> None:
        self.range = range
        self.slopes = slopes
        self.centre = centre
        self.offsets = offsets

    @classmethod
    def constant(cls, number: Any) -> Ranged:
        """A number that depends on no input."""
        if type(number) is Ranged:
            return number
        if not isinstance(number, (int, float)) and not hasattr(number, "__float__"):
            raise Open(f"{type(number).__name__} among the numbers")
        point = bounds(number)
        return cls(point, (), point, ())

    @classmethod
    def result(cls, range: Bounds, parts: list[tuple[Bounds, Ranged]], centre: Bounds) -> Ranged:
        """A value made of others: its slopes by the chain rule, its range by the mean value theorem too."""
        live = [(slope, item) for slope, item in parts if item.slopes]
        offsets = live[0][1].offsets if live else ()
        slopes = tuple(sum((slope * item.slopes[k] for slope, item in live), _ZERO) for k, _ in enumerate(offsets))
        path = current_path()
        if slopes and (path is None or not path.forked) and all(slope.bounded for slope in slopes):
            moved = sum((slope * offset for slope, offset in zip(slopes, offsets)), centre)
            slack = _SLACK * max(abs(range.lo), abs(range.hi)) if range.bounded else 0.0
            inside = range.meet(moved + Bounds(-slack, slack))
            range = inside if inside.lo <= inside.hi else range
        return cls(range, slopes, centre, offsets)

    # --- operators of the language ---------------------------------------------------------

    def __add__(self, other: Any) -> Any:
        return self._apply("add", other)

    def __radd__(self, other: Any) -> Any:
        return self._apply("add", other, True)

    def __sub__(self, other: Any) -> Any:
        if other is self:
            return Ranged.constant(0.0)
        return self._apply("subtract", other)

    def __rsub__(self, other: Any) -> Any:
        return self._apply("subtract", other, True)

    def __mul__(self, other: Any) -> Any:
        return apply_row(row_named("square"), (self,)) if other is self else self._apply("multiply", other)

    def __rmul__(self, other: Any) -> Any:
        return self._apply("multiply", other, True)

    def __truediv__(self, other: Any) -> Any:
        return self._apply("divide", other)

    def __rtruediv__(self, other: Any) -> Any:
        return self._apply("divide", other, True)

    def __pow__(self, other: Any) -> Any:
        return self._apply("power", other)

    def __rpow__(self, other: Any) -> Any:
        return self._apply("power", other, True)

    def __mod__(self, other: Any) -> Any:
        return self._apply("remainder", other)

    def __floordiv__(self, other: Any) -> Any:
        return self._apply("floor_divide", other)

    def __neg__(self) -> Any:
        return apply_row(row_named("negative"), (self,))

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return apply_row(row_named("absolute"), (self,))

    def _apply(self, name: str, other: Any, swapped: bool = False) -> Any:
        if isinstance(other, Sized):  # an array: it applies the operator to every element
            return NotImplemented
        number = Ranged.constant(other)
        return apply_row(row_named(name), (number, self) if swapped else (self, number))

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """The functions of the array library call methods of the same name."""
        row = None if name.startswith("_") else row_of(name)
        if row is None or not row.value:
            raise AttributeError(name)
        return lambda *others: apply_row(row, (self, *map(Ranged.constant, others)))

    @property
    def real(self) -> Ranged:
        """The number itself."""
        return self

    def conjugate(self) -> Ranged:
        """The number itself."""
        return self

    # --- decisions -------------------------------------------------------------------------

    def __lt__(self, other: Any) -> Any:
        return self._compare(other, lambda low, high: low < high, True)

    def __le__(self, other: Any) -> Any:
        return self._compare(other, lambda low, high: low <= high, False)

    def __gt__(self, other: Any) -> Any:
        return Ranged.constant(other) < self

    def __ge__(self, other: Any) -> Any:
        return Ranged.constant(other) <= self

    def __eq__(self, other: object) -> Any:
        right = Ranged.constant(other)
        path = _path()
        if self.range.lo == self.range.hi == right.range.lo == right.range.hi:
            return True
        apart = self.range.lo > right.range.hi or self.range.hi < right.range.lo
        path.mark(EventKind.BRANCH, not apart, _reach(self, right))
        if apart or not path.decide():
            return False
        self.range = right.range = self.range.meet(right.range)
        return True

    def __ne__(self, other: object) -> Any:
        return not self == other

    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        return bool(self != 0)

    def _compare(self, other: Any, holds: Callable[[float, float], bool], strict: bool) -> Any:
        """Whether self < other; undecided, both are tried, and both sides learn from the decision."""
        if isinstance(other, Sized):  # an array: it applies the operator to every element
            return NotImplemented
        right = Ranged.constant(other)
        path = _path()
        surely = holds(self.range.hi, right.range.lo)
        never = not holds(self.range.lo, right.range.hi)
        path.mark(EventKind.BRANCH, not surely and not never, _reach(self, right))
        if surely or never:
            return surely
        if path.decide():
            _order(self, right, strict)
            return True
        _order(right, self, not strict)
        return False

    # --- ways out --------------------------------------------------------------------------

    def __float__(self) -> float:
        raise Open("a number is converted to float")

    def __int__(self) -> int:
        raise Open("a number is converted to int")

    __index__ = __int__

    def __round__(self, digits: int | None = None) -> Any:
        raise Open("a number is rounded to a Python integer")

    def __format__(self, form: str) -> str:
        return str(self.range)

    def __repr__(self) -> str:
        return str(self.range)


def _path() -> Any:
    path = current_path()
    if path is None:
        raise Open("a comparison outside of a run")
    return path


def _reach(*operands: Ranged) -> list[float]:
    """How far every input of the box can move some numbers, to first order."""
    found: list[float] = []
    for item in operands:
        for k, (slope, offset) in enumerate(zip(item.slopes, item.offsets)):
            steepest = min(max(abs(slope.lo), abs(slope.hi)), _STEEPEST)
            found += [0.0] * (k + 1 - len(found))
            found[k] += steepest * (offset.hi - offset.lo)
    return found


def _order(low: Ranged, high: Ranged, strict: bool) -> None:
    """Both sides of `low < high` learn from it."""
    top = math.nextafter(high.range.hi, -math.inf) if strict else high.range.hi
    bottom = math.nextafter(low.range.lo, math.inf) if strict else low.range.lo
    low.range = low.range.meet(Bounds(-math.inf, top))
    high.range = high.range.meet(Bounds(bottom, math.inf))
    if low.range.lo > low.range.hi or high.range.lo > high.range.hi:
        raise Infeasible


@lru_cache(maxsize=256)
def row_named(name: str) -> Operator:
    """The operator that a function name spells."""
    row = row_of(name)
    if row is None:
        raise Open(f"nothing is known about {name}")
    return row


@lru_cache(maxsize=512)
def _formula(text: str, arguments: tuple[str, ...]) -> Callable[..., Any]:
    return compile_formula(text, arguments, FUNCTIONS)


def apply_row(row: Operator, operands: tuple[Ranged, ...]) -> Ranged:
    """An operator of the tables on numbers over a box; its surfaces are marked on the path."""
    if not row.value or not row.derivative or len(operands) != len(row.arguments):
        raise Open(f"nothing is known about {row.id}")
    ranges = tuple(item.range for item in operands)
    value = _clipped(bounds(_formula(row.value, row.arguments)(*ranges)), row)
    safe = _mark(row, operands, ranges, value)
    slopes: list[tuple[Bounds, Ranged]] = []
    for name, item in zip(row.arguments, operands):
        known = safe and name in row.derivative and item.slopes
        slopes.append((bounds(_formula(row.derivative[name], row.arguments)(*ranges)) if known else TOP, item))
    centre = _clipped(bounds(_formula(row.value, row.arguments)(*(item.centre for item in operands))), row)
    return Ranged.result(value, slopes, centre)


def _clipped(value: Bounds, row: Operator) -> Bounds:
    inside = value.meet(Bounds(row.range.lo, row.range.hi))
    return inside if inside.lo <= inside.hi else value


def _mark(row: Operator, operands: tuple[Ranged, ...], ranges: tuple[Bounds, ...], value: Bounds) -> bool:
    """Mark what may happen at this operation; whether its slope is that of its formula everywhere."""
    path = current_path()
    subject = value if row.operand == "result" else ranges[row.arguments.index(row.operand or row.arguments[0])]
    inside = all(_covers(domain, subject) for domain in (row.value_domain, row.derivative_domain))
    kind = _KINDS.get(row.smoothness, EventKind.DOMAIN)
    crossed = any(subject.has(point) for point in row.kinks)
    if row.exceptional:
        crossed = bounds(_formula(row.exceptional, row.arguments)(*ranges)).has(0.0)
    if path is not None:
        reach = _reach(*operands)
        path.mark(EventKind.DOMAIN, not inside or (crossed and kind is EventKind.DOMAIN), reach)
        if kind is not EventKind.DOMAIN:
            path.mark(kind, crossed, reach)
        path.mark(EventKind.NONFINITE, not value.bounded and all(item.bounded for item in ranges), reach)
    return inside and not (crossed and kind is not EventKind.KINK)


def _covers(domain: Interval, found: Bounds) -> bool:
    """Whether everything found lies in a domain."""
    if domain.is_top:
        return True
    if domain.nonzero and found.has(0.0):
        return False
    low = found.lo > domain.lo or (found.lo == domain.lo and not domain.lo_open)
    high = found.hi < domain.hi or (found.hi == domain.hi and not domain.hi_open)
    return low and high


def box(low: list[float], high: list[float]) -> list[Ranged]:
    """The inputs: one number per coordinate of a box."""
    centres = [a + (b - a) / 2 for a, b in zip(low, high)]
    offsets = tuple(Bounds(a, b) - middle for a, b, middle in zip(low, high, centres))
    unit = Bounds(1.0, 1.0)
    return [
        Ranged(Bounds(a, b), tuple(unit if k == j else _ZERO for j in range(len(low))), bounds(middle), offsets)
        for k, (a, b, middle) in enumerate(zip(low, high, centres))
    ]
