"""Operators of the language: folded, decided, or applied as operators of the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from difflint import ir
from difflint.analysis.apply import compute
from difflint.analysis.graph import Form, Value
from difflint.analysis.objects import Container, External, Object
from difflint.analysis.typed import type_test
from difflint.domain.interval import Interval

if TYPE_CHECKING:
    from difflint.analysis.activation import Activation
    from difflint.analysis.interpreter import Interpreter


def operate(
    interpreter: Interpreter,
    activation: Activation,
    operator: str,
    operands: tuple[Object, ...],
    node: ir.Node,
) -> Object:
    """Apply an operator of the language."""
    site = activation.site(node)
    decided = _static_operation(operator, operands)
    if decided is not None:
        return interpreter.constant(decided, site)
    if operator == "mul" and any(isinstance(item, Container) for item in operands):
        repeated = next(item for item in operands if isinstance(item, Container))
        return Container(list(repeated.elements), open=True)
    if operator == "add" and all(isinstance(item, Container) for item in operands):
        x, y = operands
        assert isinstance(x, Container) and isinstance(y, Container)
        return Container([*x.elements, *y.elements], open=x.open or y.open)
    test = type_test(interpreter, activation, operator, operands, site)
    if test is not None:
        return test
    if operator in _ASKING and not all(isinstance(item, Value) for item in operands):
        return interpreter.setting(site, Interval.BOOLEAN)  # what a container holds need not be put together
    spelling = interpreter.catalogue.spellings.get(f"operator.{operator}")
    row = interpreter.operator(spelling.operator) if spelling is not None else None
    values = tuple(interpreter.value(activation, item, site) for item in operands)
    folded = _fold(operator, values)
    if folded is not None:
        return interpreter.constant(folded, site)
    if operator == "is_not" and _may_lack(values) and (given := interpreter.operator("array-test")) is not None:
        return compute(interpreter, activation, given, None, {"x": values[0]}, site, extra=interpreter.graph.fresh())
    if operator in _ASKING or _compares_text(operator, values):
        return interpreter.setting(site, Interval.BOOLEAN)
    if row is None or spelling is None:
        return interpreter.unknown_value(activation, site, values)
    return compute(interpreter, activation, row, spelling, dict(zip(row.arguments, values)), site)


_ASKING = ("is_", "is_not", "contains", "not_contains")
_FOLD: dict[str, Callable[[Any, Any], Any]] = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "truediv": lambda x, y: x / y,
    "floordiv": lambda x, y: x // y,
    "mod": lambda x, y: x % y,
    "pow": lambda x, y: x**y if abs(y) < 64 and abs(x) < 1e6 else None,
    "lt": lambda x, y: x < y,
    "le": lambda x, y: x <= y,
    "gt": lambda x, y: x > y,
    "ge": lambda x, y: x >= y,
    "eq": lambda x, y: x == y,
    "ne": lambda x, y: x != y,
}


def _fold(operator: str, values: tuple[Value, ...]) -> object:
    """Arithmetic of literals; settings are not literals, their defaults decide no branch."""
    if not all(value.form is Form.CONSTANT for value in values):
        return None
    contents = [value.constant for value in values]
    numbers = all(isinstance(content, (int, float)) for content in contents)
    if operator in ("eq", "ne") and not numbers and len(contents) == 2:
        return (contents[0] == contents[1]) == (operator == "eq")
    if operator in ("contains", "not_contains") and all(isinstance(content, str) for content in contents):
        return (contents[0] in contents[1]) == (operator == "contains")  # type: ignore[operator]
    if not numbers:
        return None
    try:
        if operator == "neg":
            return -contents[0]  # type: ignore[operator]
        if operator == "not_":
            return not contents[0]
        rule = _FOLD.get(operator)
        result = rule(*contents) if rule is not None else None
    except (ArithmeticError, TypeError, ValueError):
        return None
    return result if isinstance(result, (bool, int, float)) else None


def _may_lack(values: tuple[Value, ...]) -> bool:
    """Whether an argument that may be left out is compared with None, which is no array."""
    x, y = values
    return x.form is Form.SOURCE and x.mode == "optional" and y.form is Form.CONSTANT and y.constant is None


def _compares_text(operator: str, values: tuple[Value, ...]) -> bool:
    """Whether a value is compared with a text or None: a mode, not a number."""
    return (
        operator in ("eq", "ne")
        and not all(v.form is Form.CONSTANT for v in values)
        and any(v.form is Form.CONSTANT and (v.constant is None or isinstance(v.constant, str)) for v in values)
    )


def _static_operation(operator: str, operands: tuple[Object, ...]) -> bool | None:
    """Identity with None, where it is decided by what kind of object an operand is."""
    if operator not in ("is_", "is_not") or len(operands) != 2:
        return None
    x, y = operands
    if not (isinstance(y, Value) and y.form is Form.CONSTANT and y.constant is None):
        return None
    if isinstance(x, Value):
        if x.form is Form.CONSTANT:
            return (x.constant is None) == (operator == "is_")
        if x.mode == "optional" or x.form in (Form.SETTING, Form.UNKNOWN):
            return None
    elif isinstance(x, External):
        return None
    return operator == "is_not"
