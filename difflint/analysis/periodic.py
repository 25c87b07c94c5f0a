"""Functions that repeat themselves: what only they read may jump by a period, and what is made of them turns.

Whether a function repeats is asked of its values, so that nothing is known of it but its row.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from difflint.analysis.graph import Value
from difflint.analysis.ranges import Ranges
from difflint.analysis.shapes import MOVES, role, stripped
from difflint.catalogue.expression import function
from difflint.catalogue.model import Role
from difflint.domain.interval import Interval
from difflint.domain.predicate import Path

_ZERO = Interval.point(0.0)
_SAMPLES = (-2.0, -0.6, 0.3, 1.1, 2.9)
_BESIDE = (1 / 7, 1 / 97, -1 / 97, -1 / 7)
"""Points beside an end of the period, as parts of it: a function that repeats there neither jumps nor bends."""
_USES = 24
"""Uses looked at for one wrapped value; beyond them it counts as one that jumps."""
_CLOSE = 1e-5
"""The error of a period that was rounded to single precision, some periods away."""
_DEPTH = 12
_SHIFTS = MOVES | {Role.ADD, Role.SUBTRACT, Role.NEGATE, Role.INDEX, Role.CONCATENATE}
_INSIDE = frozenset({Role.ADD, Role.SUBTRACT, Role.NEGATE, Role.SQUARE, Role.POWER, Role.MULTIPLY, Role.ABSOLUTE})


def is_unseen(ranges: Ranges, remainder: Value, consumers: Mapping[int, Sequence[Value]], result: Value) -> bool:
    """Whether everything that a remainder gets to on its way to a result repeats itself where the remainder jumps.

    `consumers` are the operations, by the orders of their operands, that a gradient passes.
    """
    modulus = remainder.operand("y")
    if role(remainder) is not Role.MODULO or modulus is None or not modulus.range.is_point:
        return False
    shifted = _only_shifts(remainder, modulus.range.lo, consumers)
    return shifted or _is_undone(ranges, remainder, modulus.range.lo, consumers, result)


def _only_shifts(remainder: Value, modulus: float, consumers: Mapping[int, Sequence[Value]]) -> bool:
    """Whether a remainder is only shifted, be it by what is not known, and scaled before what repeats: an angle."""
    pending, seen = [(remainder, modulus)], 0
    while pending:
        value, period = pending.pop()
        users = consumers.get(value.order, ())
        seen += 1
        if not users or seen > _DEPTH:
            return False
        for user in users:
            scale = _scale(value, user)
            if scale is not None:
                pending.append((user, period * scale))
            elif not _repeats(user, period):
                return False
    return True


def _is_undone(
    ranges: Ranges, remainder: Value, modulus: float, consumers: Mapping[int, Sequence[Value]], result: Value
) -> bool:
    """Whether functions of a remainder alone, each as a whole, are the same a period apart."""
    pending, seen = [remainder], 0
    while pending:
        item = pending.pop()
        users = consumers.get(item.order, ())
        seen += len(users)
        if item is result or not users or seen > _USES:
            return False
        for user in users:
            same = _goes_on(ranges, user, remainder, modulus)
            if same is None:
                return False
            if not same:
                pending.append(user)
    return True


def _goes_on(ranges: Ranges, user: Value, remainder: Value, modulus: float) -> bool | None:
    """Whether a function of a remainder goes on past each end as at the other one; None if others have a part in it."""
    same = True
    for part in _BESIDE:
        here = _at(ranges, user, remainder, part * modulus)
        for there in (_at(ranges, user, remainder, (part + turn) * modulus) for turn in (-1, 1)):
            if here is None or there is None:
                return None
            same = same and math.isclose(here, there, rel_tol=_CLOSE, abs_tol=_CLOSE)
    return same


def _at(ranges: Ranges, user: Value, remainder: Value, point: float) -> float | None:
    found = ranges.given(user, {remainder.number: Interval.point(point)})
    return found.lo if found.is_point else None


def _scale(value: Value, user: Value) -> float | None:
    """What a use of a value scales its jumps by; None if it is no shift and no scaling."""
    if role(user) in _SHIFTS:
        return 1.0
    if role(user) not in (Role.MULTIPLY, Role.DIVIDE) or user.operands[0][1].order == user.operands[1][1].order:
        return None
    other = user.operands[1 if user.operands[0][1].order == value.order else 0][1].range
    if not other.is_point or other.lo == 0.0 or (role(user) is Role.DIVIDE and user.operand("y") is value):
        return None
    return 1 / other.lo if role(user) is Role.DIVIDE else other.lo


def _repeats(value: Value, period: float) -> bool:
    """Whether a function has the same values a period away."""
    operator = value.operator
    if operator is None or not operator.period or not operator.value:
        return False
    formula = function(operator.value)
    return all(math.isclose(formula(at), formula(at + period), abs_tol=_CLOSE) for at in _SAMPLES)


def vanishes_at_turns(ranges: Ranges, operand: Value, path: Path) -> bool:
    """Whether a value is zero for single angles only, none of which is zero: 1 - sin(x)**2, cos(x)**2."""
    below = stripped(operand)
    for _ in range(_DEPTH):
        if role(below) not in _INSIDE:
            break
        varying = {stripped(part).number: part for _, part in below.operands if not part.range.is_point}
        if len(varying) != 1:
            return False
        below = stripped(next(iter(varying.values())))
    if below.operator is None or not below.operator.period or not below.operands:
        return False
    angle = below.operands[0][1]
    free = math.isinf(ranges.under(angle, path).lo) or math.isinf(ranges.under(angle, path).hi)
    return free and not ranges.under(operand, path.assume(angle.number, _ZERO)).contains(0.0)
