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
_CLOSE = 1e-5
"""The error of a period that was rounded to single precision, some periods away."""
_DEPTH = 12
_SHIFTS = MOVES | {Role.ADD, Role.SUBTRACT, Role.NEGATE, Role.INDEX, Role.CONCATENATE}
_INSIDE = frozenset({Role.ADD, Role.SUBTRACT, Role.NEGATE, Role.SQUARE, Role.POWER, Role.MULTIPLY, Role.ABSOLUTE})


def is_unseen(remainder: Value, consumers: Mapping[int, Sequence[Value]]) -> bool:
    """Whether all that reads a remainder repeats itself where the remainder jumps: an angle, in sine and cosine."""
    modulus = remainder.operand("y")
    if modulus is None or not modulus.range.is_point:
        return False
    pending, seen = [(remainder, modulus.range.lo)], 0
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
