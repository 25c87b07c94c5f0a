"""What the structure of an operand says about the ends of its interval: who put them there, what reaches them."""

from __future__ import annotations

from difflint.analysis.graph import Form, Source, Value
from difflint.analysis.shapes import MOVES, is_gram, is_leaf, is_mask, role, stripped, unscaled
from difflint.catalogue.model import Monotone, Operator, Role
from difflint.domain.interval import Interval
from difflint.domain.smoothness import Smoothness
from difflint.facts import Cause

_ARITHMETIC = (Role.ADD, Role.SUBTRACT, Role.MULTIPLY, Role.DIVIDE, Role.BILINEAR)
_SCALAR = frozenset(_ARITHMETIC) - {Role.BILINEAR}
_COSINES = (Role.BILINEAR, Role.SUM, Role.DIVIDE)
_SIZES = MOVES | {Role.DETACH}
_PARTS = {
    Role.ADD,
    Role.SUBTRACT,
    Role.MULTIPLY,
    Role.DIVIDE,
    Role.NEGATE,
    Role.ABSOLUTE,
    Role.SQUARE,
    Role.POWER,
    Role.SUM,
    Role.HULL,
    Role.MAXIMUM,
    Role.MINIMUM,
    Role.CLAMP,
    Role.INDEX,
}
TINY = 1e-3
"""The largest number that counts as an epsilon."""
_LOOKED = 24
_THROUGH_ENTRIES = MOVES | {Role.DETACH, Role.INDEX}
_THROUGH = MOVES | {Role.DETACH, Role.INDEX, Role.SUM, Role.HULL}


def cause(operand: Value) -> Cause:
    """Why the operand has its end: a clamp or rectifier, an epsilon that is none, or nothing in particular."""
    below = stripped(operand, MOVES)
    operator = below.operator
    if operator is None:
        return Cause.PLAIN
    if operator.role in (Role.CLAMP, Role.MAXIMUM, Role.MINIMUM):
        return Cause.CLAMP
    flat = operator.smoothness is Smoothness.LIPSCHITZ and operator.monotone is not Monotone.NONE
    if operator.role is Role.FUNCTION and flat:
        return Cause.CLAMP
    if operator.role is Role.ADD and any(_is_lost(part) for _, part in below.operands):
        return Cause.EPSILON
    return Cause.PLAIN


def is_guarded(operand: Value) -> bool:
    """Whether a value that is not known, an epsilon by all signs, keeps the operand from its end."""
    below = stripped(operand, MOVES)
    if role(below) is Role.MULTIPLY:
        return all(part.range.positive or is_guarded(part) for _, part in below.operands)
    if role(below) is Role.DIVIDE:
        return below.operands[0][1].range.positive or is_guarded(below.operands[0][1])
    if role(below) not in (Role.CLAMP, Role.MAXIMUM, Role.ADD):
        return False
    return any(
        not part.depends and not part.range.is_point and part.range.hi > 0
        for name, part in below.operands
        if name != "max"
    )


def has_zero_end(value: Value) -> bool:
    """Whether zero is a closed end of a value that depends on a source and that nothing guards."""
    interval = value.range
    closed = (interval.lo == 0.0 and not interval.lo_open) or (interval.hi == 0.0 and not interval.hi_open)
    return bool(value.depends) and closed and not interval.is_point and not is_guarded(value)


def rooted(value: Value) -> Value | None:
    """What a root is taken of; of what may have either sign, the root ends at zero because there is none below."""
    below = stripped(value, _THROUGH_ENTRIES)
    power = below.operand("y") if role(below) is Role.POWER else None
    fraction = power is not None and power.range.is_point and power.range.lo % 1.0 != 0.0
    if not fraction and (role(below) is not Role.FUNCTION or below.family != "root"):
        return None
    return below.operands[0][1]


def saturates(value: Value) -> bool:
    """Whether a value is a constant away from a function that rounds to its ends, such as tanh or exp."""
    below = stripped(value)
    shifted = False
    while role(below) in (Role.ADD, Role.SUBTRACT, Role.NEGATE, Role.SQUARE, Role.POWER, Role.MULTIPLY):
        shifted = shifted or role(below) in (Role.ADD, Role.SUBTRACT)
        varying = {stripped(part).number: part for _, part in below.operands if not part.range.is_point}
        if len(varying) != 1:
            return False
        below = stripped(next(iter(varying.values())))
    return shifted and role(below) is Role.FUNCTION and (below.range.lo_rounds or below.range.hi_rounds)


def _is_lost(value: Value) -> bool:
    """Whether a literal or setting was meant as an epsilon and is none: zero after rounding."""
    tiny = value.range.is_point and 0 < abs(value.range.lo) <= TINY
    vanished = value.form is Form.OPERATION and not value.depends and value.range == Interval.point(0.0)
    return tiny or vanished


def is_indefinite(value: Value) -> bool:
    """Whether a value is computed by operations that give it either sign."""
    value = stripped(value, _THROUGH)
    kind = role(value)
    if value.range.nonnegative:
        return False
    if kind is Role.CONCATENATE:
        return any(is_indefinite(part) for _, part in value.operands)
    if kind in (Role.ADD, Role.SUBTRACT):
        varying = [part for _, part in value.operands if part.depends]
        return not _is_looked_up(varying) and any(is_indefinite(part) or is_leaf(part) for part in varying)
    if kind is Role.BILINEAR:
        return not _is_quadratic(value)
    if kind in (Role.MULTIPLY, Role.DIVIDE):
        live = [stripped(part, _THROUGH) for _, part in value.operands if part.alive]
        unknown = any(part.form is Form.UNKNOWN for part in live)  # probabilities, for all that is known
        return not unknown and any(is_indefinite(part) or is_leaf(part) for part in live)
    return False


def _is_looked_up(parts: list[Value]) -> bool:
    """Whether one of two is an element at a position that the other one decides: a search knows which is larger."""
    return len(parts) == 2 and any(
        bool(place.depends & other.depends) for one, other in (parts, parts[::-1]) for place in _places(one)
    )


def _places(value: Value) -> list[Value]:
    """The positions at which a value is taken from an array; a mask is none."""
    found: list[Value] = []
    while value.operands and role(value) in _SIZES | {Role.INDEX}:
        index = value.operand("index")
        found += [index] if index is not None and not is_mask(index) else []
        value = value.operands[0][1]
    return found


def _is_quadratic(value: Value) -> bool:
    """Whether a product begins and ends with the same vector: x @ A @ x has the sign of the data A."""
    ends = []
    for side in (0, -1):
        part = value
        while role(part) is Role.BILINEAR and len(part.operands) == 2:
            part = stripped(part.operands[side][1], MOVES)
        ends.append(part.number)
    return ends[0] == ends[1] != value.number


def is_signed_by_data(value: Value) -> bool:
    """Whether a product has a positive live factor: only what nobody differentiates can change its sign."""
    below = stripped(value, _THROUGH)
    live = [part for _, part in below.operands if part.alive]
    if role(below) not in (Role.BILINEAR, Role.MULTIPLY) or not live:
        return False
    return all(part.range.positive for part in live)


def unsigned_exponents(value: Value) -> set[int]:
    """The exponents in a value that come from elsewhere and may have either sign, by number."""
    found: set[int] = set()
    pending, seen = [value], 0
    while pending and seen < _LOOKED:
        item = pending.pop()
        seen += 1
        exponent = item.operand("y") if role(item) is Role.POWER else None
        if exponent is not None and exponent.range.lo < 0.0 < exponent.range.hi:
            if is_leaf(exponent) or stripped(exponent, _SIZES | {Role.INDEX}).form is Form.UNKNOWN:
                found.add(exponent.number)
        pending += [operand for name, operand in item.operands if name != "condition"]
    return found


def starts_elsewhere(operand: Value) -> bool:
    """Whether an operand is an argument with a number for a default, which is not zero."""
    source = stripped(operand, _SIZES).constant
    return isinstance(source, Source) and source.start.is_point and not source.start.contains(0.0)


def chances(value: Value) -> set[tuple[int, bool]]:
    """The arguments a value is one of, or one minus one of (then False), by number."""
    below = stripped(value)
    if is_leaf(below):
        return {(below.number, True)}
    if role(below) is Role.SELECT:
        return {part for name, arm in below.operands if name != "condition" for part in chances(arm)}
    x, y = below.operand("x"), below.operand("y")
    if role(below) is Role.SUBTRACT and x is not None and y is not None and x.range == Interval.point(1.0):
        return {(number, not kept) for number, kept in chances(y)}
    return set()


def is_computed(value: Value) -> bool:
    """Whether arithmetic made the value: an argument, or what an unknown call returns, has its own range."""
    return role(stripped(value, _THROUGH | {Role.CONCATENATE})) in _ARITHMETIC


def is_difference(operator: Operator, operand: Value) -> bool:
    """The root or logarithm of a difference of two varying sizes."""
    below = stripped(operand)
    if operator.family not in ("root", "log") or role(below) is not Role.SUBTRACT:
        return False
    parts = [part for _, part in below.operands]
    return all(part.depends and part.range.nonnegative and not is_leaf(part) for part in parts)


def is_magnitude(operand: Value) -> bool:
    """Whether an operand is the size of what arithmetic gives either sign, and not of a difference of two values.

    An argument has zeros of its own, and so has the size of complex numbers.
    """
    below = unscaled(stripped(operand))
    if role(below) is not Role.ABSOLUTE:
        return False
    inner = unscaled(stripped(below.operands[0][1]))
    compared = role(inner) is Role.SUBTRACT and all(part.depends for _, part in inner.operands)
    return role(inner) in _SCALAR and inner.range.lo < 0.0 < inner.range.hi and not compared


def is_distance(operator: Operator, operand: Value) -> bool:
    """The root of |x|**2 + |y|**2 - 2 x·y: zero where the points coincide, and rounding makes it negative."""
    if operator.family != "root" and operator.role is not Role.POWER:
        return False
    added, taken = _signed(operand)
    products = [part for part in taken if _is_twice_a_product(part)]
    sizes = [part for part in added if part.range.nonnegative or _is_diagonal(part)]
    return len(taken) == len(products) == 1 and len(sizes) == len(added) > 0


def _is_diagonal(value: Value) -> bool:
    """Whether a value is taken from a product of a matrix with itself: squares, on its diagonal."""
    return len(value.operands) == 1 and is_gram(value.operands[0][1])


def _signed(value: Value) -> tuple[list[Value], list[Value]]:
    """The summands of a value, added and taken away."""
    added: list[Value] = []
    taken: list[Value] = []
    pending = [(value, True)]
    while pending and len(added) + len(taken) < 8:
        item, positive = pending.pop()
        below = stripped(item, MOVES)
        x, y = below.operand("x"), below.operand("y")
        if role(below) in (Role.ADD, Role.SUBTRACT) and x is not None and y is not None:
            pending += [(x, positive), (y, positive == (role(below) is Role.ADD))]
        else:
            (added if positive else taken).append(below)
    return added, taken


def _is_twice_a_product(value: Value) -> bool:
    """Whether a value is a scalar product times two: x @ y, or the sum of x * y, with the two anywhere."""
    pending, twice, product = [value], False, False
    while pending:
        below = stripped(pending.pop(), MOVES)
        twice = twice or below.range == Interval.point(2.0)
        product = product or role(below) is Role.BILINEAR
        if role(below) in (Role.MULTIPLY, Role.BILINEAR):
            pending += [part for _, part in below.operands]
        elif role(below) is Role.SUM:
            product = product or role(stripped(below.operands[0][1], MOVES)) is Role.MULTIPLY
    return twice and product


def is_cosine(operator: Operator, operand: Value) -> bool:
    """An inverse trigonometric function of a computed cosine: rounding alone passes one."""
    if operator.family != "inverse-trig":
        return False
    return role(stripped(operand)) in _COSINES


def is_sine(operator: Operator, operand: Value) -> bool:
    """The root of one minus the square of a computed cosine: rounding alone makes it negative."""
    below = stripped(operand)
    x, y = below.operand("x"), below.operand("y")
    if operator.family != "root" or role(below) is not Role.SUBTRACT or x is None or y is None:
        return False
    square = stripped(y)
    squares = role(square) in (Role.SQUARE, Role.POWER, Role.MULTIPLY) and square.range.nonnegative
    if not squares or not x.range.is_point:
        return False
    return role(stripped(square.operands[0][1], _THROUGH)) in (Role.BILINEAR, Role.SUM)


def subjects(condition: Value, depth: int = 0) -> set[int]:
    """The numbers of what a condition asks about."""
    below = stripped(condition, MOVES | {Role.ANY, Role.ALL, Role.DETACH})
    if role(below) not in (Role.LOGIC, Role.COMPARE, Role.TEST, Role.MULTIPLY) or depth > 6:
        return {below.number}
    found = {below.number}
    for _, operand in below.operands:
        logical = role(below) in (Role.LOGIC, Role.MULTIPLY)
        found |= subjects(operand, depth + 1) if logical else cores(operand)
    return found


def cores(value: Value) -> set[int]:
    """The numbers of a value, of what it is a size or a shift of, and of the terms of a sum."""
    found: set[int] = set()
    pending, seen = [value], 0
    while pending and seen < _LOOKED:
        below = stripped(pending.pop(), _SIZES)
        seen += 1
        if below.range.is_point:
            continue
        found.add(below.number)
        if role(below) in _PARTS or (role(below) is Role.FUNCTION and len(below.operands) == 1):
            pending += [operand for _, operand in below.operands]
    return found
