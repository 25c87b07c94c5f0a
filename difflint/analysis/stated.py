"""What a call of an optimiser states of what it varies: where the numbers start, and between which bounds they stay."""

from __future__ import annotations

from functools import reduce

from difflint.analysis.apply import literal
from difflint.analysis.graph import Value
from difflint.analysis.objects import Container, Object
from difflint.analysis.shapes import role
from difflint.catalogue.model import Role
from difflint.domain.interval import Interval

Entry = tuple[Interval, Interval]
"""The range and the start of one number."""
_MADE = (Role.CONVERT, Role.REBUILD, Role.CONCATENATE)


def entries(start: Object | None, limits: Object | None) -> tuple[Entry, ...]:
    """The entries of an optimised vector, as far as a start and pairs of bounds are written down."""
    starts = [_point(item) for item in _parts(start)]
    bounds = [_bound(item) for item in _parts(limits)]
    if starts and bounds and len(starts) != len(bounds):
        return ()
    count = max(len(starts), len(bounds))
    ranges = bounds or [Interval.TOP] * count
    return tuple((kept, begun.meet(kept)) for kept, begun in zip(ranges, starts or ranges))


def joined(parts: tuple[Entry, ...]) -> Entry:
    """The range and the start of a vector of such entries."""
    if not parts:
        return Interval.TOP, Interval.TOP
    return reduce(Interval.join, (kept for kept, _ in parts)), reduce(Interval.join, (start for _, start in parts))


def _parts(item: Object | None) -> list[Object]:
    """The elements of a list, or of an array that is made of one."""
    if isinstance(item, Container):
        return [] if item.open or item.keys is not None else item.elements
    while isinstance(item, Value) and role(item) in _MADE:
        if len(item.operands) != 1 or role(item) is Role.CONCATENATE:
            return [operand for _, operand in item.operands]
        item = item.operands[0][1]
    return []


def _point(item: Object) -> Interval:
    return item.range if isinstance(item, Value) else Interval.TOP


def _bound(item: Object) -> Interval:
    """The interval between the two ends of a bound, `None` for an end that is open."""
    ends = [literal(part) for part in _parts(item)]
    if len(ends) != 2:
        return Interval.TOP
    low, high = (float(end) if isinstance(end, (int, float)) else None for end in ends)
    interval = Interval.TOP if low is None else Interval.TOP.above(low, False)
    return interval if high is None else interval.below(high, False)
