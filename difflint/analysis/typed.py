"""Tests of types: what `x.dtype == torch.int32` and `"int" in str(x.dtype)` ask about `x`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from difflint.analysis.apply import compute
from difflint.analysis.graph import Form, Site, Value
from difflint.analysis.numeric import is_integer_type
from difflint.analysis.objects import Container, External, Object

if TYPE_CHECKING:
    from difflint.analysis.activation import Activation
    from difflint.analysis.interpreter import Interpreter

_FRACTIONAL_TEXT = "float"
"""What every name of a type of fractions has in it."""
_NEGATED = {"ne": "eq", "not_contains": "contains"}
_PARTS = 32


def type_test(
    interpreter: Interpreter, activation: Activation, operator: str, operands: tuple[Object, ...], site: Site
) -> Value | None:
    """The test whether an array is one of integers, or of fractions, that a comparison is; None if it is no such."""
    relation = _NEGATED.get(operator, operator)
    if relation not in ("eq", "contains") or len(operands) != 2:
        return None
    kind, subject = _asked(relation, *operands)
    array = typed(subject) if kind else None
    row, negation = interpreter.operator(kind), interpreter.catalogue.spellings.get("operator.not_")
    if array is None or row is None:
        return None
    asked = (*_names(operands[0]), *_names(operands[1]))
    test = compute(interpreter, activation, row, None, {"x": array}, site, extra=asked)
    opposite = interpreter.operator(negation.operator) if negation is not None else None
    if relation == operator or opposite is None:
        return test
    return compute(interpreter, activation, opposite, negation, {"x": test}, site)


def _asked(relation: str, x: Object, y: Object) -> tuple[str, Object]:
    """The operator of a test, and what it is asked of: a type, or its name."""
    if relation == "contains" and _names(x) == (_FRACTIONAL_TEXT,):
        return "fractional-type", y
    for names, subject in ((_names(x), y), (_names(y), x)):
        if names and all(map(is_integer_type, names)):
            return "integral-type", subject
    return "", y


def _names(item: Object) -> tuple[str, ...]:
    """The names of the types that an object is, or holds; empty if it may be anything else."""
    if isinstance(item, External):
        return (item.name,)
    if isinstance(item, Value):
        return (item.constant,) if item.form is Form.CONSTANT and isinstance(item.constant, str) else ()
    parts = [_names(part) for part in item.elements] if isinstance(item, Container) and not item.open else []
    return tuple(name for part in parts for name in part) if all(parts) else ()


def typed(item: Object) -> Value | None:
    """The array whose type an object is, or is the name of, whatever it is chosen by."""
    if not isinstance(item, Value) or item.depends:
        return None
    found: dict[int, Value] = {}
    pending, seen = [item], 0
    while pending and seen < _PARTS:
        value = pending.pop()
        seen += 1
        if value.operator is not None and value.operator.relation == "type":
            found.update({array.number: array for _, array in value.operands})
        else:
            pending += [operand for name, operand in value.operands if name != "condition"]
    return next(iter(found.values())) if len(found) == 1 and not pending else None
