"""Remainders whose jump nothing shows: a cosine of an angle is the same a turn further."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isclose

from difflint.analysis.graph import Value
from difflint.analysis.removable import at
from difflint.analysis.shapes import MOVES, role
from difflint.catalogue.model import Role

_SAMPLES = (-1.3, 0.4, 2.1)
"""Places where a function that repeats itself is compared with itself."""
_USERS = 24


def is_undone(value: Value, consumers: Mapping[int, Sequence[Value]]) -> bool:
    """Whether all that uses a remainder repeats itself after the step by which the remainder jumps."""
    divisor = value.operand("y")
    if role(value) is not Role.MODULO or divisor is None or not divisor.range.is_point:
        return False
    pending, seen = [(value, divisor.range.lo)], 0
    while pending:
        item, step = pending.pop()
        users = consumers.get(item.order, ())
        seen += 1
        if not users or seen > _USERS:
            return False
        for user in users:
            if _repeats(user, step):
                continue
            further = _step_of(user, item, step)
            if further is None:
                return False
            pending.append((user, further))
    return True


def _repeats(user: Value, step: float) -> bool:
    """Whether a function is the same a step further, as far as samples tell."""
    pairs = [(at(user, point), at(user, point + step)) for point in _SAMPLES]
    return all(
        one is not None and other is not None and isclose(one, other, rel_tol=1e-5, abs_tol=1e-5)
        for one, other in pairs
    )


def _step_of(user: Value, value: Value, step: float) -> float | None:
    """By how much a use of a value jumps where that jumps by a step; None if nobody knows."""
    kind = role(user)
    if kind in MOVES or kind in (Role.ADD, Role.SUBTRACT, Role.NEGATE):
        return step if [operand.order for _, operand in user.operands].count(value.order) == 1 else None
    others = [operand for _, operand in user.operands if operand.order != value.order]
    if kind is Role.MULTIPLY and len(others) == 1 and others[0].range.is_point:
        return step * others[0].range.lo
    return None
