"""Questions about the structure of expressions: what a value is, below casts and reshapes."""

from __future__ import annotations

from difflint.analysis.graph import Form, Value
from difflint.catalogue.model import Role
from difflint.domain.interval import Interval

_ZERO = Interval.point(0.0)
GETITEM = "operator.getitem"
MOVES = frozenset({Role.SHAPE, Role.VIEW, Role.CAST, Role.MARK})
TRUTH = frozenset({Role.COMPARE, Role.LOGIC, Role.TEST, Role.ANY, Role.ALL})
_REDUCED = (Role.ADD, Role.SUBTRACT, Role.MULTIPLY, Role.DIVIDE, Role.NEGATE, Role.ABSOLUTE, Role.CONVERT)
NUMBER = "number"
"""The framework of Python's own numbers."""
UNCOUNTED = frozenset({"condition", "index", "axis", "dtype"})
"""Arguments that decide which values a result has, without being among them."""
NEAR = 1e-6
"""The largest bound that a size is compared with to ask whether it is zero."""
_TRANSPARENT = MOVES | {Role.DETACH}
_PICKS = _TRANSPARENT | {Role.INDEX, Role.CONCATENATE, Role.WRITE}


def role(value: Value) -> Role | None:
    """The role of an operation."""
    return value.operator.role if value.operator is not None else None


def stripped(value: Value, through: frozenset[Role] = _TRANSPARENT) -> Value:
    """The value below operations that only move or mark elements."""
    while value.operands and role(value) in through:
        value = value.operands[0][1]
    return value


def is_extremum_of(candidate: Value, value: Value, which: str) -> bool:
    """Whether `candidate` is the maximum (or `which="min"`) of the elements of `value`.

    Indexing, scattering and padding of the extremum are followed: a segment's maximum that is
    gathered back is a maximum of what it is subtracted from. An unknown function of the elements may
    be their extremum.
    """
    return _is_extremum_of(candidate, _elements_of(value), which, False)


def _is_extremum_of(candidate: Value, wanted: set[int], which: str, beyond: bool) -> bool:
    """As `is_extremum_of` the elements `wanted`, or with `beyond` nowhere on this side of it."""
    seen = 0
    pending = [candidate]
    while pending and seen < 24:
        seen += 1
        item = stripped(pending.pop(), _TRANSPARENT)
        operator = item.operator
        if item.form is Form.UNKNOWN or (operator is not None and operator.relation == which):
            if any(not wanted.isdisjoint(_parts_of(operand)) for _, operand in item.operands):
                return True
        arms = [operand for name, operand in item.operands if name != "condition"]
        if item.form is Form.JOIN and all(_is_extremum_of(arm, wanted, which, beyond) for arm in arms):
            return True
        if operator is None:
            continue
        if operator.role in _PICKS or operator.role in (Role.SELECT, Role.FILL, Role.REPAIR):
            pending += [operand for _, operand in item.operands]
        elif beyond and operator.role is (Role.MAXIMUM if which == "max" else Role.MINIMUM):
            pending += arms
        elif beyond and _is_clamped(item, which):
            pending.append(item.operands[0][1])
    return False


def is_at_most(x: Value, y: Value) -> bool:
    """Whether no element of `x` is above that of `y`: one is an extremum of the other, or limited by it."""
    if _is_extremum_of(x, _elements_of(y), "min", True) or _is_extremum_of(y, _elements_of(x), "max", True):
        return True
    return _is_limited(x, y, "min") or _is_limited(y, x, "max")


def _is_clamped(value: Value, which: str) -> bool:
    """Whether `value` is clamped on one side alone, the upper one for `which="min"`."""
    missing = value.operand("min" if which == "min" else "max")
    one_sided = missing is None or (missing.form is Form.CONSTANT and missing.constant is None)
    return role(value) is Role.CLAMP and one_sided


def _is_limited(value: Value, inner: Value, which: str) -> bool:
    """Whether `value` is the minimum (or `which="max"`) of `inner` and something else, as a clamp or a selection."""
    below, inner = stripped(value), stripped(inner)
    if role(below) is Role.CLAMP:
        return _is_clamped(below, which) and stripped(below.operands[0][1]).number == inner.number
    condition, x, y = below.operand("condition"), below.operand("x"), below.operand("y")
    if role(below) is not Role.SELECT or condition is None or x is None or y is None:
        return False
    relation = condition.operator.relation if condition.operator is not None else ""
    compared = [stripped(operand) for _, operand in condition.operands]
    arms = [stripped(x), stripped(y)]
    if (relation in ("gt", "ge")) == (which == "min"):
        arms.reverse()
    equal = len(compared) == 2 and all(map(_is_equal, compared, arms))
    return relation in ("lt", "le", "gt", "ge") and equal and inner.number in (arms[0].number, arms[1].number)


def _is_equal(x: Value, y: Value) -> bool:
    return x.number == y.number or (x.range.is_point and x.range == y.range)


def _parts_of(value: Value) -> set[int]:
    """The numbers of the values that are whole in `value`: itself, and what it puts together."""
    value = stripped(value)
    if role(value) is not Role.CONCATENATE:
        return {value.number}
    return {value.number, *(stripped(operand).number for _, operand in value.operands)}


def _elements_of(value: Value) -> set[int]:
    """The numbers of the values whose elements `value` consists of: picked, masked, selected."""
    found: set[int] = set()
    pending = [value]
    while pending and len(found) < 16:
        item = stripped(pending.pop())
        found.add(item.number)
        if role(item) in _PICKS or role(item) in (Role.SELECT, Role.FILL):
            pending += [operand for name, operand in item.operands if name not in ("condition", "index")]
    return found


def exponent(value: Value) -> Value | None:
    """The argument of an exponential, if `value` is one below moves."""
    value = stripped(value)
    if value.operator is not None and value.operator.family == "exponential" and value.operands:
        return value.operands[0][1]
    return None


def is_shifted(value: Value) -> bool:
    """Whether `value` is x minus its own maximum (or its own minimum minus x)."""
    value = stripped(value)
    if role(value) is Role.NEGATE:
        inner = stripped(value.operands[0][1])
        x, y = inner.operand("x"), inner.operand("y")
        return role(inner) is Role.SUBTRACT and bool(x and y) and is_extremum_of(y, x, "min")  # type: ignore[arg-type]
    x, y = value.operand("x"), value.operand("y")
    if role(value) is not Role.SUBTRACT or x is None or y is None:
        return False
    return is_extremum_of(y, x, "max") or is_extremum_of(x, y, "min")


def is_choice(value: Value) -> bool:
    """Whether an operation of a framework selects by a condition."""
    return role(value) in (Role.SELECT, Role.FILL) or (value.form is Form.JOIN and value.mode == "framework")


def unscaled(value: Value) -> Value:
    """A value without its sign and its constant factors."""
    while role(value) in (Role.NEGATE, Role.MULTIPLY, Role.DIVIDE):
        varying = [part for _, part in value.operands if not part.range.is_point]
        if len(varying) != 1:
            break
        value = varying[0]
    return value


def is_step(value: Value) -> bool:
    """Whether `value` selects between constants by what a source decides."""
    condition = value.operand("condition")
    if role(value) not in (Role.SELECT, Role.FILL) or condition is None or not condition.depends:
        return False
    return not any(operand.depends | operand.steered for name, operand in value.operands if name != "condition")


def is_reduced(value: Value, depth: int = 0) -> bool:
    """Whether a value is what reductions or extractions leave, or is computed of such: an objective, not an array."""
    if value.framework == NUMBER or value.range.is_point or role(value) in (Role.SUM, Role.HULL):
        return True
    if depth > 8 or not (value.form in (Form.JOIN, Form.LOOP) or (role(value) in _REDUCED)):
        return False
    return all(is_reduced(operand, depth + 1) for name, operand in value.operands if name != "condition")


def is_integer_typed(value: Value, depth: int = 0) -> bool:
    """Whether a result is an array of integers: nobody differentiates it."""
    below = stripped(value, frozenset({Role.SHAPE, Role.VIEW}))
    if below.mode == "integer" or (below.operator is not None and below.operator.integer):
        return True
    kind = role(below)
    if kind is Role.SUM and below.operands:
        return role(below.operands[0][1]) in TRUTH or is_integer_typed(below.operands[0][1], depth + 1)
    if (below.form is Form.JOIN or kind is Role.CONCATENATE) and depth < 8:
        parts = [operand for name, operand in below.operands if name != "condition"]
        return bool(parts) and all(is_integer_typed(part, depth + 1) for part in parts)
    return False


def is_gram(value: Value) -> bool:
    """Whether `value` is a product of a matrix with itself, possibly scaled: singular if flat."""
    value = stripped(value)
    kind = role(value)
    if kind in (Role.MULTIPLY, Role.DIVIDE):
        x, y = value.operand("x"), value.operand("y")
        if x is not None and y is not None:
            return (is_gram(x) and not is_gram(y)) or (kind is Role.MULTIPLY and is_gram(y))
    if kind is Role.ADD:
        x, y = (operand for _, operand in value.operands)
        return (is_gram(x) and y.range == _ZERO) or (is_gram(y) and x.range == _ZERO)
    if kind is not Role.BILINEAR:
        return False
    numbers = [stripped(operand).number for _, operand in value.operands]
    return len(numbers) == 2 and numbers[0] == numbers[1]


def is_leaf(value: Value) -> bool:
    """Whether `value` is a source itself, possibly moved, picked from a container or scaled."""
    value = stripped(value, _TRANSPARENT | {Role.INDEX})
    return value.form is Form.SOURCE and value.mode != "weight"


def is_pick(value: Value) -> bool:
    """Whether `value` is some elements of its operand: what holds for them says nothing of the others."""
    return role(value) is Role.INDEX or (value.spelling is not None and value.spelling.name == GETITEM)


def is_mask(value: Value) -> bool:
    """Whether `value` is computed as a truth value: a number 0 or 1 is a position."""
    if value.form is Form.JOIN:
        return all(is_mask(arm) for name, arm in value.operands if name != "condition")
    return value.form is Form.OPERATION and value.range.leq(Interval.BOOLEAN)


def unmodified(value: Value) -> bool:
    """Whether `value` is an argument as it came: moved, cast, picked from (be it the largest) or put together."""
    pending, seen = [value], 0
    while pending:
        item = stripped(pending.pop(), _PICKS - {Role.CONCATENATE, Role.WRITE})
        while _is_extremum(item):
            item = stripped(item.operands[0][1], _PICKS - {Role.CONCATENATE, Role.WRITE})
        seen += 1
        if (role(item) in (Role.CONCATENATE, Role.WRITE) or item.form is Form.JOIN) and seen < 16:
            pending += [operand for name, operand in item.operands if operand.depends and name not in UNCOUNTED]
        elif item.form is not Form.SOURCE and item.depends and not _counts(item):
            return False
    return True


def _is_extremum(value: Value) -> bool:
    """Whether a value is the largest or the smallest of the entries of its one operand."""
    return role(value) is Role.HULL and len(value.operands) == 1 and value.family == "extremum"


def _counts(value: Value) -> bool:
    """Whether a value is an integer by its type."""
    return value.mode == "integer" or (value.operator is not None and value.operator.integer)


def decided_by(condition: Value, near: float = NEAR, depth: int = 0) -> int:
    """The sources whose live values a condition compares; counts and masks decide nothing here.

    What is compared with a size is one. `near`: as for `is_point_test`.
    """
    operator = condition.operator
    if operator is None or depth > 8 or is_point_test(condition, near) or operator.role in (Role.ANY, Role.TEST):
        return 0
    if operator.role is Role.COMPARE and any(role(stripped(part)) is Role.QUERY for _, part in condition.operands):
        return 0
    bits = 0
    for _, operand in condition.operands:
        if operand.operator is not None and operand.operator.role in (Role.ANY, Role.ALL):
            continue
        if operand.operator is not None and operand.operator.role in TRUTH:
            bits |= decided_by(operand, near, depth + 1)
        elif operand.operator is not None and operand.operator.role in MOVES | {Role.EXTRACT}:
            bits |= operand.alive | (operand.lost if operand.operator.role is Role.EXTRACT else 0)
            bits |= decided_by(operand, near, depth + 1) if operand.integral else 0
        else:
            bits |= _numbers_in(operand)
    return bits


def _numbers_in(operand: Value) -> int:
    """The live sources of a number that a condition asks about.

    `x and y` is `y` where `x` is true: `x` itself is asked whether it is zero, which is decided on a set
    without volume.
    """
    condition = operand.operand("condition")
    if operand.form is not Form.JOIN or condition is None:
        return operand.alive
    bits = 0
    for name, arm in operand.operands:
        if name != "condition" and arm.number != condition.number:
            bits |= arm.alive
    return bits


def is_point_test(condition: Value, near: float = NEAR) -> bool:
    """Whether a condition compares for equality or asks for NaN: it is decided on a set without volume.

    So does a comparison of a size with next to nothing, a bound of at most `near`.
    """
    operator = condition.operator
    if operator is None:
        return False
    if operator.role is Role.LOGIC:  # `not size` asks whether a number is zero
        deciding = [operand for _, operand in condition.operands if operand.depends]
        return all(is_point_test(operand, near) or role(operand) not in TRUTH for operand in deciding)
    if operator.role is Role.TEST:
        return True
    if operator.role in (Role.ANY, Role.ALL) or operator.role in MOVES:
        return bool(condition.operands) and is_point_test(condition.operands[0][1], near)
    if operator.role is not Role.COMPARE:
        return False
    return operator.relation in ("eq", "ne", "close", "alike") or _guards_zero(condition, near)


def _guards_zero(condition: Value, near: float) -> bool:
    """Whether a non-negative value is compared with next to nothing."""
    x, y = condition.operand("x"), condition.operand("y")
    for size, bound in ((x, y), (y, x)):
        if size is not None and bound is not None and size.range.lo == 0.0 and not bound.depends:
            if bound.range.is_point and 0.0 <= bound.range.lo <= near:
                return True
    return False


def terms(value: Value) -> list[Value]:
    """The summands of a value, through sums, differences, means and constant factors."""
    found: list[Value] = []
    pending = [value]
    while pending and len(found) < 64:
        item = stripped(pending.pop(), MOVES)
        kind = role(item)
        if kind in (Role.ADD, Role.SUBTRACT):
            pending += [operand for _, operand in item.operands]
        elif kind in (Role.SUM, Role.HULL, Role.NEGATE) and item.operands and item.operator:
            if item.operator.relation:
                found.append(item)
            else:
                pending.append(item.operands[0][1])
        elif kind in (Role.MULTIPLY, Role.DIVIDE):
            varying = [operand for _, operand in item.operands if operand.depends]
            pending.append(varying[0]) if len(varying) == 1 else found.append(item)
        else:
            found.append(item)
    return found


def factors(value: Value, depth: int = 0) -> list[Value]:
    """The factors of a product, numerators of quotients included."""
    below = stripped(value)
    kind = role(below)
    if depth > 8 or kind not in (Role.MULTIPLY, Role.DIVIDE):
        return [below]
    operands = below.operands if kind is Role.MULTIPLY else below.operands[:1]
    return [part for _, operand in operands for part in factors(operand, depth + 1)]


def summands(value: Value) -> list[Value]:
    """What a value adds up with positive weights, through sums, means and constant factors."""
    found: list[Value] = []
    pending = [(value, True)]
    while pending and len(found) < 64:
        item, positive = pending.pop()
        item = stripped(item, MOVES)
        kind = role(item)
        x, y = item.operand("x"), item.operand("y")
        if kind in (Role.ADD, Role.SUBTRACT) and x is not None and y is not None:
            pending += [(x, positive), (y, positive if kind is Role.ADD else not positive)]
        elif kind is Role.NEGATE and x is not None:
            pending.append((x, not positive))
        elif kind in (Role.SUM, Role.HULL, Role.CONCATENATE) and not (item.operator and item.operator.relation):
            pending += [(operand, positive) for name, operand in item.operands if name not in UNCOUNTED]
        elif kind in (Role.MULTIPLY, Role.DIVIDE) and x is not None and y is not None and not (x.alive and y.alive):
            factor, rest = (x, y) if y.alive and kind is Role.MULTIPLY else (y, x)
            if factor.range.nonnegative:
                pending.append((rest, positive))
            elif factor.range.hi <= 0.0:
                pending.append((rest, not positive))
        elif positive:
            found.append(item)
    return found


def makes_numbers(value: Value, copies: bool = False) -> bool:
    """Whether a cast has numbers as its result: a type that nobody knows may be one of integers.

    With `copies` the type of something else counts as one of numbers.
    """
    target = value.operand("dtype")
    stated = target is None or isinstance(target.constant, str) or (copies and target.form is Form.OPERATION)
    return (
        role(value) is Role.CAST
        and stated
        and not value.mode
        and not (value.operator is not None and value.operator.integer)
    )
