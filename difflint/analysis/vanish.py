"""Whether a value can be zero at all: refutation by cases.

An interval forgets how the parts of a value hang together. Here the value is assumed to be zero;
then so are the parts that a zero needs: both of a sum of sizes, one arm of a selection, every entry
below a norm. A case in which a part has no zero, or in which the condition of a selection, asked
again under what was assumed, chooses the other arm, is none. A value without a case is never zero.

A goal is `whole` below a reduction: all entries that are reduced vanish together, so a part that is
put beside others, or written over some of them, must vanish as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from difflint.analysis.condition import THROUGH
from difflint.analysis.decide import decide
from difflint.analysis.evidence import TINY
from difflint.analysis.graph import Form, Graph, Value
from difflint.analysis.ranges import Ranges
from difflint.analysis.relations import is_part
from difflint.analysis.removable import at
from difflint.analysis.shapes import MOVES, TRUTH, UNCOUNTED, is_pick, role, stripped
from difflint.catalogue.model import Monotone, Role
from difflint.domain.interval import Interval
from difflint.domain.predicate import Path

_ZERO = Interval.point(0.0)
_ONE = Interval.point(1.0)
_CASES = 48
"""Goals looked at for one question; beyond them the value counts as one that can vanish."""
_SAME = THROUGH | {Role.NEGATE, Role.ABSOLUTE, Role.SQUARE, Role.REBUILD}
_SUMMED = frozenset({Role.SUM, Role.HULL})


@dataclass(frozen=True, slots=True)
class Goal:
    """A value that is to be zero: one entry of it, or all that are reduced together."""

    value: Value
    whole: bool


@dataclass(frozen=True, slots=True)
class Case:
    """What must be zero still, and which conditions must hold or fail.

    `path` is what is known with these conditions, `zeros` without them: there they are asked. `wholes` says
    of the numbers in question whether they are zero all over, or in one entry. `divisors` must not be zero:
    what is divided by its own length is no number where it is zero.
    """

    goals: tuple[Goal, ...]
    tests: tuple[tuple[Value, bool], ...]
    path: Path
    zeros: Path
    wholes: Mapping[int, bool]
    divisors: tuple[Value, ...] = ()


Needs = tuple[tuple[Goal, ...], tuple[tuple[Value, bool], ...]]
"""One way to make a goal zero: further goals and tests. Without any the goal is reached."""
_REACHED: Needs = ((), ())


def can_vanish(ranges: Ranges, value: Value, path: Path, trusting: bool = False) -> bool:
    """Whether zero is left to `value` where `path` holds.

    `trusting`: no setting that nobody knows is zero, and where a mask that no source has a part in puts
    something else than zero in an operand's place, it does so wherever the operand is zero. What an epsilon
    is added to is not minus the epsilon.
    """
    if path.is_contradiction:
        return True
    pending = [Case((Goal(value, False),), (), path, path, {})]
    for _ in range(_CASES):
        if not pending:
            return False
        case = pending.pop()
        if not case.goals:
            if _is_possible(ranges, case):
                return True
            continue
        pending += _expanded(ranges, case, trusting)
    return True


def _is_possible(ranges: Ranges, case: Case) -> bool:
    """Whether no test of a case comes out otherwise, and nothing is divided by zero."""
    return not (
        any(_is_refuted(ranges, case, condition, truth) for condition, truth in (*case.tests, *_known(ranges, case)))
        or any(_is_zero(ranges, case, divisor) for divisor in case.divisors)
    )


def _known(ranges: Ranges, case: Case) -> Iterator[tuple[Value, bool]]:
    """What holds of several values together where the question is asked: not both are zero."""
    for number, interval in case.path.atoms.items():
        if (condition := ranges.graph.alternatives.get(number)) is not None and interval.is_point:
            yield condition, interval != _ZERO


def _is_zero(ranges: Ranges, case: Case, divisor: Value) -> bool:
    return ranges.under(divisor, case.zeros) == _ZERO and not _reduces_entries(divisor, case.wholes)


def _is_refuted(ranges: Ranges, case: Case, condition: Value, truth: bool) -> bool:
    """Whether a test comes out otherwise; one entry that is zero does not tell what many are reduced to."""
    return decide(ranges, condition, case.zeros) is (not truth) and not _reduces_entries(condition, case.wholes)


def _reduces_entries(condition: Value, wholes: Mapping[int, bool]) -> bool:
    """Whether a condition asks what is reduced from a value of which one entry is zero."""
    pending, seen = [(condition, False)], {(condition.order, False)}
    while pending and len(seen) < _CASES:
        value, reduced = pending.pop()
        whole = wholes.get(value.number)
        if whole is not None:
            if reduced and not whole:
                return True
            continue
        operator = value.operator
        joins = operator is not None and operator.relation in ("size", "alike")
        reduced = reduced or joins or role(value) in _SUMMED or role(value) is Role.BILINEAR
        for _, operand in value.operands:
            if (operand.order, reduced) not in seen:
                seen.add((operand.order, reduced))
                pending.append((operand, reduced))
    return False


def _expanded(ranges: Ranges, case: Case, trusting: bool) -> Iterator[Case]:
    goal, *rest = case.goals
    if trusting and _is_trusted(ranges, goal.value, case.path):
        return
    if goal.value.form is Form.LOOP and case.path.about(goal.value.number) == _ZERO:
        return  # a round that changes nothing is no way to zero of its own
    if not ranges.under(goal.value, case.path).contains(0.0):
        return
    wholes = {**case.wholes, goal.value.number: goal.whole or case.wholes.get(goal.value.number, False)}
    divisor = goal.value.operand("y") if role(goal.value) is Role.DIVIDE else None
    divisors = case.divisors if divisor is None else (*case.divisors, divisor)
    path, zeros = (known.assume(goal.value.number, _ZERO) for known in (case.path, case.zeros))
    for goals, tests in _needs(ranges, goal, path):
        below = path
        for condition, truth in tests:
            below = ranges.assume(below, condition, truth)
        if not below.is_contradiction:
            yield Case((*goals, *rest), (*case.tests, *tests), below, zeros, wholes, divisors)


def _is_trusted(ranges: Ranges, value: Value, path: Path) -> bool:
    """Whether nothing but a chance that nobody counts with makes a value zero."""
    return _is_chosen(ranges.graph, value) or _is_replaced(ranges, value, path) or _is_moved(value)


def _is_moved(value: Value) -> bool:
    """Whether a value of either sign is moved by an epsilon: zero is none of what it is likely to be."""
    if role(value) not in (Role.ADD, Role.SUBTRACT) or not value.range.lo < 0.0 < value.range.hi:
        return False
    return sum(part.range.is_point and 0.0 < abs(part.range.lo) <= TINY for _, part in value.operands) == 1


def _is_chosen(graph: Graph, value: Value) -> bool:
    """Whether a value is computed of settings that nobody knows: no data, no position in a loop.

    An entry of settings is one of them, whatever says at which position.
    """
    if value.range.is_point:
        return False
    pending, seen = [value], {value.order}
    while pending and len(seen) < _CASES:
        item = pending.pop()
        if item.alive or item.order in graph.rounds or item.form is Form.UNKNOWN:
            return False
        if item.form is Form.SETTING and item.mode != "data":
            continue
        uncounted = UNCOUNTED if role(item) is Role.INDEX else ("axis", "dtype")
        parts = [part for name, part in item.operands if name not in uncounted and not part.range.is_point]
        if not parts:
            return False
        fresh = [part for part in parts if part.order not in seen]
        seen.update(part.order for part in fresh)
        pending += fresh
    return not pending


def _needs(ranges: Ranges, goal: Goal, path: Path) -> list[Needs]:
    """The ways in which a value becomes zero."""
    value, kind = goal.value, role(goal.value)
    if goal.whole and (_is_unit(value) or _is_rest_of_unit(value) or _is_log_of_share(value)):
        return []
    if kind in TRUTH:
        return [((), ((value, False),))]
    if value.form is Form.LOOP:
        return [((Goal(part, goal.whole),), ()) for _, part in ranges.graph.inputs(value)]
    if value.form is Form.JOIN or kind in (Role.SELECT, Role.FILL):
        return _selected(goal)
    if kind is None or not value.operands:
        return [_REACHED]
    x, y = value.operand("x"), value.operand("y")
    if x is not None and kind is Role.INDEX:
        index = value.operand("index")
        masked = index is not None and role(index) in TRUTH
        return [((Goal(x, goal.whole),), ((index, True),))] if index is not None and masked else [_REACHED]
    if _counts_groups(stripped(value, MOVES | {Role.INDEX})):
        return []
    if kind is Role.CONCATENATE or kind is Role.WRITE:
        return _together(ranges.graph, goal)
    if kind is Role.MULTIPLY or kind is Role.PRODUCT:
        return _product(ranges, goal, path)
    if kind in (Role.ADD, Role.MAXIMUM) and x is not None and y is not None:
        return _sum(ranges, goal, x, y, path)
    if kind is Role.BILINEAR and len({operand.number for _, operand in value.operands}) == 1:
        return [((Goal(value.operands[0][1], True),), ())]
    below = _below(ranges, goal, path)
    return [_REACHED] if below is None else [((below,), ())]


def _below(ranges: Ranges, goal: Goal, path: Path) -> Goal | None:
    """The one operand that vanishes with a value, for operators that have one."""
    value, kind, operator = goal.value, role(goal.value), goal.value.operator
    operand = value.operands[0][1]
    if operator is None or (kind in THROUGH and is_pick(value)):
        return None
    if kind in _SAME or kind is Role.DIVIDE:
        return Goal(operand, goal.whole)
    if kind is Role.FUNCTION and operator.relation == "size":
        return Goal(operand, True)
    if kind is Role.FUNCTION:
        strict = operator.monotone is not Monotone.NONE and not operator.kinks
        inner = operand if at(value, 0.0) == 0.0 else _above_one(operand) if at(value, 1.0) == 0.0 else None
        return Goal(inner, goal.whole) if strict and inner is not None else None
    if kind is Role.POWER:
        exponent = value.operand("y")
        return Goal(operand, goal.whole) if exponent is not None and exponent.range.positive else None
    sized = ranges.under(operand, path).nonnegative
    if kind is Role.CLAMP:
        return Goal(operand, goal.whole) if sized else None
    if kind in _SUMMED and len(value.operands) == 1 and sized:
        return Goal(operand, operator.relation != "min") if operator.family != "order" else None
    return None


def _above_one(value: Value) -> Value | None:
    """What is added to one to make a value."""
    parts = [part for _, part in value.operands] if role(value) is Role.ADD else []
    rest = [part for part in parts if part.range != _ONE]
    return rest[0] if len(parts) == 2 and len(rest) == 1 else None


def _counts_groups(value: Value) -> bool:
    """Whether something positive is added for every element of groups of which none is empty."""
    index, added = value.operand("index"), value.operand("value")
    if role(value) is not Role.ACCUMULATE or index is None or added is None or not added.range.positive:
        return False
    operator = stripped(index).operator
    return operator is not None and operator.relation == "grouping"


def _selected(goal: Goal) -> list[Needs]:
    """One arm of a selection, where its condition chooses that arm."""
    value = goal.value
    condition = value.operand("condition")
    then, otherwise = ("value", "x") if role(value) is Role.FILL else ("x", "y")
    arms = [(value.operand(then), True), (value.operand(otherwise), False)]
    return [
        ((Goal(arm, goal.whole),), ((condition, truth),) if condition is not None else ())
        for arm, truth in arms
        if arm is not None
    ]


def _is_replaced(ranges: Ranges, value: Value, path: Path) -> bool:
    """Whether a mask from elsewhere selects between the value and something that is never zero."""
    condition = value.operand("condition")
    if condition is None or condition.depends or role(value) not in (Role.SELECT, Role.FILL):
        return False
    return any(not ranges.under(arm, path).contains(0.0) for name, arm in value.operands if name != "condition")


def _together(graph: Graph, goal: Goal) -> list[Needs]:
    """What is put beside or over something else: all of it below a reduction, otherwise either."""
    parts = [Goal(part, goal.whole) for name, part in goal.value.operands if name not in ("index", "axis")]
    written = role(goal.value) is Role.WRITE
    if written and (goal.whole or _is_filled(graph, goal.value)):
        parts = parts[1:]
    return [(tuple(parts), ())] if goal.whole else [((part,), ()) for part in parts]


def _is_filled(graph: Graph, write: Value) -> bool:
    """Whether a loop writes every entry: at a position of its own, from no source, in each round."""
    head, index = write.operand("x"), write.operand("index")
    following = graph.back_edges.get(head.order) if head is not None else None
    if head is None or index is None or following is None or index.depends:
        return False
    return following.number == write.number and _moves(graph, index)


def _moves(graph: Graph, index: Value, depth: int = 0) -> bool:
    """Whether an index is another one in each round of a loop."""
    if index.order in graph.rounds or index.form is Form.LOOP:
        return True
    return depth < 6 and any(_moves(graph, part, depth + 1) for _, part in index.operands)


def _product(ranges: Ranges, goal: Goal, path: Path) -> list[Needs]:
    parts = {part.number: part for _, part in goal.value.operands}
    factors = [part for part in parts.values() if ranges.under(part, path).contains(0.0)]
    return [((Goal(part, goal.whole and len(factors) == 1),), ()) for part in factors]


def _sum(ranges: Ranges, goal: Goal, x: Value, y: Value, path: Path) -> list[Needs]:
    """Both of two sizes; and a vector has an entry where a constant mask lets a positive term through."""
    one, other = ranges.under(x, path), ranges.under(y, path)
    if (one.nonnegative and other.nonnegative) or (one.hi <= 0.0 and other.hi <= 0.0):
        varying = [part for part in (x, y) if not part.range.is_point]  # a constant was lost by rounding
        return [(tuple(Goal(part, goal.whole) for part in varying), ())]
    return [] if goal.whole and (_is_masked_positive(x) or _is_masked_positive(y)) else [_REACHED]


def _is_masked_positive(value: Value) -> bool:
    """Whether a value is a positive one times a factor that no source has a part in."""
    parts = [part for _, part in value.operands] if role(value) is Role.MULTIPLY else []
    live = [part for part in parts if part.depends]
    return len(parts) == 2 and len(live) == 1 and live[0].range.positive


def _is_unit(value: Value) -> bool:
    """Whether a value is taken from orthonormal vectors: of a column not every entry is zero."""
    below = stripped(value, MOVES | {Role.INDEX, Role.DETACH})
    return below.operator is not None and below.operator.relation == "unitary"


def _is_rest_of_unit(value: Value) -> bool:
    """Whether a value marks what an identity matrix does not: other entries of each of several rows."""
    below = stripped(value)
    parts = [operand for _, operand in below.operands if not operand.range.is_point]
    taken = role(below) is Role.SUBTRACT and below.operands[0][1].range == Interval.point(1.0)
    negated = role(below) is Role.LOGIC and len(below.operands) == 1
    return (taken or negated) and len(parts) == 1 and role(stripped(parts[0])) is Role.FACTORY and _is_unit(parts[0])


def _is_log_of_share(value: Value) -> bool:
    """Whether a value is the logarithm of parts of their own sum: of several parts not every one is all of it."""
    below = stripped(value)
    share = stripped(below.operands[0][1]) if below.family == "log" and below.operands else None
    if share is None or role(share) is not Role.DIVIDE:
        return False
    x, y = share.operand("x"), share.operand("y")
    return x is not None and y is not None and is_part(x, y)
