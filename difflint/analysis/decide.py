"""What a condition comes to where a path holds: true, false, or undecided."""

from __future__ import annotations

from difflint.analysis.condition import THROUGH, as_bound
from difflint.analysis.graph import Form, Value
from difflint.analysis.ranges import Ranges
from difflint.analysis.shapes import is_pick, role
from difflint.catalogue.model import Role
from difflint.domain.interval import Interval
from difflint.domain.predicate import Path

_DEPTH = 8
_ZERO = Interval.point(0.0)


def decide(ranges: Ranges, condition: Value, path: Path, depth: int = 0) -> bool | None:
    """The truth value of `condition`, entry by entry; None where the intervals do not say it."""
    kind, operator = role(condition), condition.operator
    if condition.range == _ZERO:
        return False
    if condition.form is Form.JOIN and depth <= _DEPTH:
        arms = {decide(ranges, arm, path, depth + 1) for name, arm in condition.operands if name != "condition"}
        return arms.pop() if len(arms) == 1 else None
    if operator is None or not condition.operands or depth > _DEPTH:
        return None
    x, y = condition.operands[0][1], condition.operand("y")
    if kind is Role.COMPARE and y is not None:
        return related(operator.relation, _compared(ranges, x, y, path), _compared(ranges, y, x, path))
    if kind in (Role.ANY, Role.ALL) or (kind in THROUGH and not is_pick(condition)):
        return decide(ranges, x, path, depth + 1)
    if kind is Role.LOGIC and operator.relation == "not":
        found = decide(ranges, x, path, depth + 1)
        return None if found is None else not found
    conjunction = kind is Role.MULTIPLY or operator.relation == "and"
    if y is None or not (conjunction or operator.relation == "or"):
        return None
    both = {decide(ranges, x, path, depth + 1), decide(ranges, y, path, depth + 1)}
    if (not conjunction) in both:
        return not conjunction
    return None if None in both else conjunction


def _compared(ranges: Ranges, value: Value, other: Value, path: Path) -> Interval:
    """The interval of one side of a comparison."""
    return as_bound(ranges.under(value, path), other.range)


def related(relation: str, x: Interval, y: Interval) -> bool | None:
    """Whether every member of `x`, or none, stands in `relation` to every member of `y`."""
    if x.is_empty or y.is_empty:
        return None
    if relation in ("gt", "ge"):
        return related("lt" if relation == "gt" else "le", y, x)
    if relation == "lt":
        return True if _apart(x, y, True) else False if _apart(y, x, False) else None
    if relation == "le":
        return True if _apart(x, y, False) else False if _apart(y, x, True) else None
    equal = x.is_point and x == y
    if relation == "ne":
        return False if equal else True if x.meet(y).is_empty else None
    if relation == "eq":
        return True if equal else False if x.meet(y).is_empty else None
    return True if relation in ("close", "alike") and equal else None


def _apart(x: Interval, y: Interval, strict: bool) -> bool:
    """Whether `x` lies below `y`; touching ends count unless `strict`."""
    return x.hi < y.lo or (x.hi == y.lo and (not strict or x.hi_open or y.lo_open))
