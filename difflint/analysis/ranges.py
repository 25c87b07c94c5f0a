"""Intervals of values: the transfer functions of the roles, and re-evaluation under predicates.

A value's own `range` was computed where the value was made. `Ranges.under` computes it again under
more predicates, through the whole expression: under `squared > 0`, `squared.clamp(min=0).sqrt()` is
positive although no predicate mentions it.
"""

from __future__ import annotations

from collections.abc import Callable

from difflint.analysis.condition import assume
from difflint.analysis.graph import Form, Graph, Term, Value
from difflint.analysis.order import is_above
from difflint.analysis.peaks import has_peak
from difflint.analysis.relations import is_part, is_spread, is_square, marks_zeros, mixtures, rest_of_correction
from difflint.analysis.shapes import TRUTH, is_at_most, stripped
from difflint.analysis.shapes import role as role_of
from difflint.catalogue.expression import function
from difflint.catalogue.model import Monotone, Operator, Role
from difflint.domain import pieces
from difflint.domain.interval import Interval
from difflint.domain.predicate import Path, fingerprint

Get = Callable[[Value], Interval]
_ATOMS = 40
"""Atoms of a path beyond which conditions add none: nested selections stay linear."""
_WORK = 400
"""Values evaluated again for one question; beyond it they keep the interval they were made with."""
_TRUE = Interval.point(1)
_FALSE = Interval.point(0)
_AT_LEAST_ONE = Interval.make(1.0, float("inf"))
_ABOVE_ZERO = Interval.make(0.0, float("inf"), True, True, lo_rounds=True)
_NOT_ABOVE_ZERO = Interval.make(float("-inf"), 0.0)


class Ranges:
    """Evaluates intervals on one graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._memo: dict[tuple[int, int], Interval] = {}
        self._paths: list[Path] = []
        self._depth = self._work = 0
        self._assumed: dict[tuple[int, int, bool], Path] = {}

    def assume(self, path: Path, condition: Value, truth: bool) -> Path:
        """`path` where `condition` holds or fails; the same path object for the same question."""
        key = (id(path), condition.order, truth)
        found = self._assumed.get(key)
        if found is None:
            self._paths.append(path)
            found = path
            if len(path.atoms) < _ATOMS:
                found = self._assumed[key] = assume(self.graph, path, condition, truth)
        return found

    def under(self, value: Value, path: Path) -> Interval:
        """The interval of `value` where `path` holds (besides what held where it was made)."""
        if not path.mask & value.mentions or path is value.path:
            return value.range
        key = (value.order, id(path))
        found = self._memo.get(key)
        if found is None:
            if self._depth == 0:
                self._work = 0
            self._work += 1
            if self._work > _WORK:
                return value.range
            self._memo[key] = value.range
            self._paths.append(path)
            self._depth += 1
            found = self._memo[key] = self._again(value, path)
            self._depth -= 1
        return found

    def _again(self, value: Value, path: Path) -> Interval:
        atom = path.about(value.number)
        if value.form is Form.SETTING and atom is not None:
            met = value.range.meet(atom)
            return atom if met.is_empty else met
        result = value.range
        if value.form is Form.OPERATION or value.form is Form.JOIN:
            computed = self.compute(value, path)
            result = computed.meet(value.range) if not computed.is_empty else computed
            if result.is_empty and not computed.is_empty:
                result = computed
        return result if atom is None else result.meet(atom)

    def of_term(self, term: Term, path: Path) -> Interval:
        """The interval of an operation that is being made."""
        self._work, self._depth = 0, 1
        result = self.compute(term, path)
        self._depth = 0
        return result

    def given(self, value: Value, known: dict[int, Interval]) -> Interval:
        """The interval of `value` if those with the numbers in `known` lie there, wherever they lie in the code.

        What is found on the way is added to `known`.
        """
        found = known.get(value.number)
        rule = _RULES.get(value.operator.role) if value.operator is not None else None
        if found is not None or rule is None or value.operator is None:
            return value.range if found is None else found
        if not any(value.mentions & fingerprint(number) for number in known):
            return value.range
        found = known[value.number] = rule(value, value.operator, lambda operand: self.given(operand, known))
        return found

    def compute(self, value: Value | Term, path: Path) -> Interval:
        """The interval of an operation or join from its operands under `path`."""
        if value.form is Form.JOIN:
            return self._choice(value, path, "x", "y")
        operator = value.operator
        if operator is None:
            return Interval.TOP
        role = operator.role
        if role is Role.SELECT:
            return self._choice(value, path, "x", "y")
        if role is Role.FILL:
            return self._choice(value, path, "value", "x")
        if role is Role.INDEX:
            return self._element(value, path)
        if role in TRUTH:
            return Interval.BOOLEAN
        rule = _RULES.get(role)
        if rule is None:
            return operator.range
        return rule(value, operator, lambda operand: self.under(operand, path))

    def _element(self, value: Value | Term, path: Path) -> Interval:
        """An element, chosen by position or by a mask that holds for it."""
        x, index = value.operand("x"), value.operand("index")
        if x is None:
            return Interval.TOP
        if index is not None and role_of(index) in TRUTH:
            return self.under(x, self.assume(path, index, True))
        added = _gathered(x, index)
        return self.under(x, path) if added is None else self.under(added, path).total()

    def _choice(self, value: Value | Term, path: Path, then: str, otherwise: str) -> Interval:
        condition, x, y = value.operand("condition"), value.operand(then), value.operand(otherwise)
        if x is None or y is None:
            return Interval.TOP
        if condition is None:
            return self.under(x, path).join(self.under(y, path))
        known = self.under(condition, path)
        if known == _TRUE:
            return self.under(x, path)
        if known == _FALSE:
            return self.under(y, path)
        return self.under(x, self.assume(path, condition, True)).join(
            self.under(y, self.assume(path, condition, False))
        )


def _gathered(x: Value, index: Value | None) -> Value | None:
    """What was added to the entries of zeros that are picked again: each of them got some."""
    x = stripped(x)
    start, used = x.operand("x"), x.operand("index")
    if role_of(x) is not Role.ACCUMULATE or index is None or used is None:
        return None
    if start is not None and start.range != _FALSE:
        return None
    return x.operand("value") if stripped(used).number == stripped(index).number else None


def _of(value: Value | Term, name: str, get: Get) -> Interval:
    operand = value.operand(name)
    return Interval.TOP if operand is None else get(operand)


def _binary(method: Callable[[Interval, Interval], Interval]) -> Rule:
    def rule(value: Value | Term, operator: Operator, get: Get) -> Interval:
        return method(_of(value, "x", get), _of(value, "y", get))

    return rule


def _unary(method: Callable[[Interval], Interval]) -> Rule:
    def rule(value: Value | Term, operator: Operator, get: Get) -> Interval:
        return method(_of(value, "x", get))

    return rule


def _subtract(value: Value | Term, operator: Operator, get: Get) -> Interval:
    x, y = value.operand("x"), value.operand("y")
    if x is None or y is None:
        return Interval.TOP
    if x.number == y.number:
        return _FALSE
    result = get(x).subtract(get(y))
    if is_at_most(x, y):
        return result.meet(_NOT_ABOVE_ZERO)
    if is_at_most(y, x) or is_spread(x, y):
        return result.meet(Interval.NONNEGATIVE)
    if result.contains(0.0) and is_above(x, y):
        return result.meet(_ABOVE_ZERO)
    return result


def _add(value: Value | Term, operator: Operator, get: Get) -> Interval:
    x, y = value.operand("x"), value.operand("y")
    if x is None or y is None:
        return Interval.TOP
    result = get(x).add(get(y))
    for one, other, weight in mixtures(x, y):
        if get(weight).leq(Interval.UNIT):
            result = result.meet(pieces.between(get(one), get(other)))
    return result.excluding_zero() if marks_zeros(y, x) or marks_zeros(x, y) else result


def _multiply(value: Value | Term, operator: Operator, get: Get) -> Interval:
    if is_square(value):
        return _of(value, "x", get).square()
    return _of(value, "x", get).multiply(_of(value, "y", get))


def _divide(value: Value | Term, operator: Operator, get: Get) -> Interval:
    x, y = value.operand("x"), value.operand("y")
    if x is None or y is None:
        return Interval.TOP
    part = get(x)
    if part.nonnegative and is_part(x, y):
        return Interval.make(0.0, 1.0, part.positive, lo_rounds=part.positive)
    unbiased = rest_of_correction(x, y)
    quotient = part.divide(get(y))
    if unbiased is not None and all(get(factor).nonnegative for factor in unbiased):
        return quotient.meet(Interval.NONNEGATIVE)
    return quotient


def _power(value: Value | Term, operator: Operator, get: Get) -> Interval:
    return pieces.power(_of(value, "x", get), _of(value, "y", get))


def _clamp(value: Value | Term, operator: Operator, get: Get) -> Interval:
    low, high = value.operand("min"), value.operand("max")
    return _of(value, "x", get).clamp(
        Interval.BOTTOM_END if low is None or (low.constant is None and low.form is Form.CONSTANT) else get(low),
        Interval.TOP_END if high is None or (high.constant is None and high.form is Form.CONSTANT) else get(high),
    )


def _sum(value: Value | Term, operator: Operator, get: Get) -> Interval:
    x = value.operand("x")
    if x is None:
        return Interval.TOP
    part = get(x)
    return part.total().meet(_AT_LEAST_ONE) if part.nonnegative and has_peak(x) else part.total()


def _bilinear(value: Value | Term, operator: Operator, get: Get) -> Interval:
    operands = [operand for name, operand in value.operands if operator.flow_of(name)]
    if len(operands) == 2 and operands[0].number == operands[1].number:
        return Interval.NONNEGATIVE
    if len(operands) == 2 and all(get(operand).positive for operand in operands):
        return get(operands[0]).multiply(get(operands[1])).total()
    signs = {_sign(get(operand)) for operand in operands}
    if not signs or 0 in signs or (len(operands) > 2 and signs != {1}):
        return operator.range
    return Interval.NONNEGATIVE if len(signs) == 1 else _NOT_ABOVE_ZERO


def _sign(interval: Interval) -> int:
    """The sign of every member that is not zero; 0 if there are both."""
    return 1 if interval.nonnegative else -1 if interval.hi <= 0.0 else 0


def _function(value: Value | Term, operator: Operator, get: Get) -> Interval:
    if operator.relation == "size" and value.operands and get(value.operands[0][1]) == Interval.point(0.0):
        return Interval.point(0.0)
    unknown = operator.monotone is Monotone.NONE and not operator.turns
    if unknown or not operator.value or len(operator.arguments) != 1:
        return operator.range
    operand = get(value.operands[0][1]) if value.operands else Interval.TOP
    if operator.turns:
        return pieces.image(operand, function(operator.value), operator.turns, operator.period).meet(operator.range)
    if operand.is_top and operator.value_domain.is_top:
        return operator.range
    inside = operand.meet(operator.value_domain)
    if inside.is_empty:
        return operator.range
    increasing = operator.monotone is Monotone.INCREASING
    if inside is not operand:
        inside = Interval.make(
            inside.lo, inside.hi, inside.lo_open or operand.lo < inside.lo, inside.hi_open or operand.hi > inside.hi
        )
    image = inside.image(function(operator.value), increasing).meet(operator.range)
    return operator.range if image.is_empty else image  # rounding made the image a point outside


def _keep(value: Value | Term, operator: Operator, get: Get) -> Interval:
    return _of(value, "x", get)


def _hull(value: Value | Term, operator: Operator, get: Get) -> Interval:
    x = _of(value, "x", get)
    for name in ("y", "value"):
        if value.operand(name) is not None:
            x = x.join(_of(value, name, get))
    return pieces.between(x, x)


def _union(value: Value | Term, operator: Operator, get: Get) -> Interval:
    joined: Interval | None = None
    for _, operand in value.operands:
        interval = get(operand)
        joined = interval if joined is None else joined.join(interval)
    return Interval.TOP if joined is None else joined


def _write(value: Value | Term, operator: Operator, get: Get) -> Interval:
    return _of(value, "x", get).join(_of(value, "value", get))


def _accumulate(value: Value | Term, operator: Operator, get: Get) -> Interval:
    added = _of(value, "value", get).total().join(_FALSE)
    return added if value.operand("x") is None else _of(value, "x", get).add(added)


def _cast(value: Value | Term, operator: Operator, get: Get) -> Interval:
    x = _of(value, "x", get)
    if operator.integer or value.mode == "integer":
        return x if x.integer else operator.range.meet(x.truncated())
    return x


def _factory(value: Value | Term, operator: Operator, get: Get) -> Interval:
    filled = value.operand("value")
    return operator.range if filled is None else get(filled)


def _absolute(value: Value | Term, operator: Operator, get: Get) -> Interval:
    return _of(value, "x", get).absolute()


Rule = Callable[[Value | Term, Operator, Get], Interval]
_RULES: dict[Role, Rule] = {
    Role.ADD: _add,
    Role.SUBTRACT: _subtract,
    Role.MULTIPLY: _multiply,
    Role.DIVIDE: _divide,
    Role.POWER: _power,
    Role.NEGATE: _unary(Interval.negate),
    Role.ABSOLUTE: _absolute,
    Role.SQUARE: _unary(Interval.square),
    Role.MAXIMUM: _binary(Interval.maximum),
    Role.MINIMUM: _binary(Interval.minimum),
    Role.CLAMP: _clamp,
    Role.FUNCTION: _function,
    Role.HULL: _hull,
    Role.SUM: _sum,
    Role.PRODUCT: _unary(Interval.product_of_many),
    Role.BILINEAR: _bilinear,
    Role.SHAPE: _keep,
    Role.VIEW: _keep,
    Role.DETACH: _keep,
    Role.EXTRACT: _keep,
    Role.CONVERT: _keep,
    Role.REBUILD: _keep,
    Role.MARK: _keep,
    Role.REPAIR: _keep,
    Role.CONCATENATE: _union,
    Role.WRITE: _write,
    Role.ACCUMULATE: _accumulate,
    Role.CAST: _cast,
    Role.FACTORY: _factory,
}
