"""Conditions as predicates: what a truth value says about the values it was computed from."""

from __future__ import annotations

from difflint.analysis.graph import Form, Graph, Value
from difflint.analysis.removable import at
from difflint.analysis.shapes import is_pick, role, stripped
from difflint.catalogue.model import Monotone, Role
from difflint.domain.interval import Interval
from difflint.domain.predicate import Path

_TRUE = Interval.point(1)
_FALSE = Interval.point(0)
_NEGATED = {"lt": "ge", "le": "gt", "gt": "le", "ge": "lt", "eq": "ne", "ne": "eq", "close": "ne"}
_MIRRORED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le", "eq": "eq", "ne": "ne"}
_ENDS = ("lt", "le", "gt", "ge")
_DEPTH = 12
_ENCLOSED = 200
"""Values looked at for the ends of what they are made of."""
THROUGH = frozenset({Role.SHAPE, Role.VIEW, Role.CAST, Role.DETACH, Role.MARK, Role.EXTRACT, Role.CONVERT})


def assume(graph: Graph, path: Path, condition: Value, truth: bool, depth: int = 0) -> Path:
    """`path` with what holds where `condition` is true (or false), element by element."""
    if depth > _DEPTH:
        return path
    path = path.assume(condition.number, _TRUE if truth else _FALSE)
    kind = role(condition)
    operator = condition.operator
    if kind is None or operator is None:
        return path
    x, y = condition.operand("x"), condition.operand("y")
    if kind is Role.COMPARE and x is not None and y is not None:
        relation = operator.relation if truth else _NEGATED.get(operator.relation, "")
        if relation not in _MIRRORED:
            return path
        return _compare(graph, path, relation, x, y)
    if kind is Role.LOGIC and x is not None:
        if y is not None and (operator.relation == "and") != truth:
            graph.alternatives[condition.number] = condition
        return _logic(graph, path, operator.relation, x, y, truth, depth)
    if x is None:
        return path
    if kind is Role.MULTIPLY and y is not None and x.integral and y.integral and truth:
        return assume(graph, assume(graph, path, x, True, depth + 1), y, True, depth + 1)
    if (kind is Role.ANY and not truth) or (kind is Role.ALL and truth) or kind in THROUGH:
        return path if is_pick(condition) else assume(graph, path, x, truth, depth + 1)
    if kind in (Role.ANY, Role.ALL, Role.TEST):
        return path
    return _nonzero(graph, path, condition, truth)


def boundary(graph: Graph, path: Path, condition: Value) -> Path | None:
    """`path` where the two sides of a comparison are equal; None for any other condition."""
    below = stripped(condition)
    x, y = below.operand("x"), below.operand("y")
    if role(below) is not Role.COMPARE or x is None or y is None:
        return None
    return _compare(graph, path, "eq", x, y)


def edge(graph: Graph, path: Path, condition: Value, truth: bool) -> Path | None:
    """The boundary of a comparison, where it belongs to the other side: `x > 0` and `x != 0` leave out zero."""
    operator = stripped(condition).operator
    relation = operator.relation if operator is not None else ""
    strict = (relation if truth else _NEGATED.get(relation)) in ("lt", "gt", "ne")
    return boundary(graph, path, condition) if strict else None


def _nonzero(graph: Graph, path: Path, value: Value, truth: bool) -> Path:
    return _compare_bound(graph, path, "ne" if truth else "eq", value, _FALSE)


def _logic(graph: Graph, path: Path, relation: str, x: Value, y: Value | None, truth: bool, depth: int) -> Path:
    if relation == "not":
        return assume(graph, path, x, not truth, depth + 1)
    if y is not None and (relation == "and") == truth and relation in ("and", "or"):
        return assume(graph, assume(graph, path, x, truth, depth + 1), y, truth, depth + 1)
    return path


def _compare(graph: Graph, path: Path, relation: str, x: Value, y: Value) -> Path:
    if not relation:
        return path
    bound_y = path.about(y.number) or y.range
    bound_x = path.about(x.number) or x.range
    bound_x, bound_y = _limit(x, y, bound_x), _limit(y, x, bound_y)
    path = _compare_bound(graph, path, relation, x, bound_y)
    path = _compare_bound(graph, path, _MIRRORED[relation], y, bound_x)
    if not bound_y.is_point and not bound_x.is_point:
        for first, second, way in ((x, y, relation), (y, x, _MIRRORED[relation])):
            path = path.assume(graph.difference(first, second), _side(way, _FALSE))
            if first.depends and not second.depends and way in _ENDS:
                path = path.assume(_end(graph, first, way), _TRUE)
    return path


def _end(graph: Graph, value: Value, relation: str) -> int:
    """The number of the fact that something unknown, of which no source has a part, bounds a value on one side."""
    return graph.number(("end", value.number, relation in ("lt", "le")))


def is_enclosed(graph: Graph, path: Path, value: Value) -> bool:
    """Whether everything alive in a value is made of what lies between ends that somebody else chooses."""
    pending, seen, enclosed = [value], {value.order}, False
    while pending:
        item = pending.pop()
        if all(path.about(_end(graph, item, relation)) is not None for relation in ("lt", "gt")):
            enclosed = True
            continue
        below = [operand for _, operand in graph.inputs(item) if operand.alive]
        if (item.alive and not below) or len(seen) > _ENCLOSED:
            return False
        pending += [operand for operand in below if operand.order not in seen]
        seen |= {operand.order for operand in below}
    return enclosed


def as_bound(interval: Interval, other: Interval) -> Interval:
    """One side of a comparison: a bound that nobody knows, of a size, is positive."""
    bounds = other.nonnegative and not other.is_point and interval.lo < 0.0 < interval.hi
    return interval.meet(Interval.POSITIVE) if bounds else interval


def _limit(value: Value, other: Value, interval: Interval) -> Interval:
    """The interval of one side of a comparison: a setting that a size of the data is compared with is its bound."""
    return as_bound(interval, other.range) if value.form is Form.SETTING and other.depends else interval


def _side(relation: str, bound: Interval) -> Interval:
    """The numbers that stand in `relation` to some number in `bound`."""
    if bound.is_top:
        return Interval.TOP
    if relation == "lt":
        return Interval.TOP.below(bound.hi, True)
    if relation == "le":
        return Interval.TOP.below(bound.hi, bound.hi_open)
    if relation == "gt":
        return Interval.TOP.above(bound.lo, True)
    if relation == "ge":
        return Interval.TOP.above(bound.lo, bound.lo_open)
    if relation == "eq":
        return bound
    if bound == _FALSE:
        return Interval.TOP.excluding_zero()
    return Interval.TOP


def _compare_bound(graph: Graph, path: Path, relation: str, x: Value, bound: Interval) -> Path:
    side = _side(relation, bound) if x.form is not Form.CONSTANT else Interval.TOP
    return path if side.is_top else _push(graph, path, x, side, 0)


def _push(graph: Graph, path: Path, value: Value, interval: Interval, depth: int) -> Path:
    """`value` lies in `interval`, hence so do the values it is computed from by known maps."""
    if value.form is Form.CONSTANT or depth > _DEPTH:
        return path
    if interval.nonzero and value.range.nonnegative:
        interval = interval.meet(Interval.POSITIVE)
    path = path.assume(value.number, interval)
    kind = role(value)
    if kind is None or not value.operands:
        return path
    x, y = value.operand("x"), value.operand("y")
    following: tuple[Value, Interval] | None = None
    if x is not None and kind in THROUGH and not is_pick(value):
        following = (x, interval)
    elif x is not None and kind is Role.NEGATE:
        following = (x, interval.negate())
    elif x is not None and kind is Role.ABSOLUTE:
        following = (x, _preimage_of_even(interval))
    elif x is not None and kind in (Role.SQUARE, Role.FUNCTION, Role.POWER, Role.SUM):
        if kind is not Role.SUM and _vanishes_with_operand(value) and not interval.contains(0.0):
            following = (value.operands[0][1], Interval.TOP.excluding_zero())
        elif kind is Role.FUNCTION:
            following = (value.operands[0][1], _side_of_zero(value, interval))
    elif x is not None and y is not None and kind is Role.MULTIPLY:
        if not interval.contains(0.0):
            path = _push(graph, path, y, Interval.TOP.excluding_zero(), depth + 1)
            following = (x, Interval.TOP.excluding_zero())
    elif x is not None and y is not None and kind in (Role.ADD, Role.SUBTRACT):
        moved = interval.subtract(y.range) if kind is Role.ADD else interval.add(y.range)
        if y.range.is_point:
            following = (x, moved)
        elif x.range.is_point:
            back = interval.subtract(x.range) if kind is Role.ADD else x.range.subtract(interval)
            following = (y, back)
    if following is None or following[1].is_top:
        return path
    return _push(graph, path, following[0], following[1], depth + 1)


def _preimage_of_even(interval: Interval) -> Interval:
    if not interval.contains(0.0) and (interval.lo >= 0 or interval.nonzero):
        return Interval.TOP.excluding_zero()
    if interval.hi < float("inf"):
        return Interval.make(-interval.hi, interval.hi, interval.hi_open, interval.hi_open)
    return Interval.TOP


def _side_of_zero(value: Value, image: Interval) -> Interval:
    """Where the operand of a monotone function lies whose values are all above or below that at zero."""
    operator, middle = value.operator, at(value, 0.0)
    if operator is None or operator.monotone is Monotone.NONE or operator.kinks or middle is None:
        return Interval.TOP
    if image.is_empty or image.lo < middle < image.hi:
        return Interval.TOP
    above = (image.lo >= middle) == (operator.monotone is Monotone.INCREASING)
    strict = not image.contains(middle)
    return Interval.TOP.above(0.0, strict) if above else Interval.TOP.below(0.0, strict)


def _vanishes_with_operand(value: Value) -> bool:
    """Whether a zero operand makes a zero result, so that a non-zero result excludes it."""
    kind, operator = role(value), value.operator
    if kind is Role.SQUARE:
        return True
    if kind is Role.POWER:
        power = value.operand("y")
        return power is not None and power.range.positive
    return operator is not None and operator.family in ("root",) and operator.range.lo == 0.0


def defined(graph: Graph, path: Path, value: Value, depth: int = 0) -> Path:
    """`path` where `value` is a number: the operands of its functions lie in their domains."""
    operator = value.operator
    if operator is None or depth > _DEPTH or is_pick(value):
        return path
    if operator.role is Role.FUNCTION and value.operands and not operator.value_domain.is_top:
        path = _push(graph, path, value.operands[0][1], operator.value_domain, 0)
    for name, operand in value.operands:
        if name != "condition" and operand.depends:
            path = defined(graph, path, operand, depth + 1)
    return path
