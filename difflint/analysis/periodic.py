"""Wrapped values that only enter functions of the same period: past each end these go on as at the other one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isclose

from difflint.analysis.graph import Value
from difflint.analysis.ranges import Ranges
from difflint.analysis.shapes import role
from difflint.catalogue.model import Role
from difflint.domain.interval import Interval

_BESIDE = (1 / 7, 1 / 97, -1 / 97, -1 / 7)
"""Points beside an end of the period, as parts of it: a function that repeats there neither jumps nor bends."""
_CLOSE = 1e-6
_USES = 24
"""Uses looked at for one wrapped value; beyond them it counts as one that jumps."""


def is_undone(ranges: Ranges, wrapped: Value, users: Mapping[int, Sequence[Value]], result: Value) -> bool:
    """Whether everything that a wrapped value gets to on its way to a result repeats with its period.

    `users` are the operations, by the orders of their operands, that a gradient passes.
    """
    period = wrapped.operand("y")
    if role(wrapped) is not Role.MODULO or period is None or not period.range.is_point:
        return False
    pending, seen = [wrapped], 0
    while pending:
        item = pending.pop()
        later = users.get(item.order, ())
        seen += len(later)
        if item is result or not later or seen > _USES:
            return False
        for user in later:
            repeats = _repeats(ranges, user, wrapped, period.range.lo)
            if repeats is None:
                return False
            if not repeats:
                pending.append(user)
    return True


def _repeats(ranges: Ranges, user: Value, wrapped: Value, period: float) -> bool | None:
    """Whether a function of a wrapped value is the same a period apart; None if it depends on others as well."""
    same = True
    for part in _BESIDE:
        here = _at(ranges, user, wrapped, part * period)
        for there in (_at(ranges, user, wrapped, (part + turn) * period) for turn in (-1, 1)):
            if here is None or there is None:
                return None
            same = same and isclose(here, there, rel_tol=_CLOSE, abs_tol=_CLOSE)
    return same


def _at(ranges: Ranges, user: Value, wrapped: Value, point: float) -> float | None:
    found = ranges.given(user, {wrapped.number: Interval.point(point)})
    return found.lo if found.is_point else None
