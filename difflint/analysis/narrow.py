"""What tests of classes say: in the arm where a value is a Python number or a host's array, it is data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from difflint import ir
from difflint.analysis.graph import TRAINED, Form, Value
from difflint.analysis.objects import ClassObject, Container, External, Object
from difflint.analysis.shapes import role
from difflint.catalogue.model import ClassKind, Framework, Role

if TYPE_CHECKING:
    from difflint.analysis.activation import Activation
    from difflint.analysis.interpreter import Interpreter

_TEST = "builtins.isinstance"
_INTEGERS = ("builtins.int", "builtins.bool")
_NUMBERS = (*_INTEGERS, "builtins.float", "builtins.complex", "builtins.str", "numbers.Number", "numbers.Integral")
_NO_ARRAYS = (Role.STATIC, Role.QUERY, Role.EXTRACT, Role.CONVERT, Role.OPAQUE)
"""Roles whose results may be anything; what has methods of its own, such as a distribution, is no array either."""

Narrowed = dict[str, tuple[Object, Object]]
"""Names with what they were bound to and what they are bound to in an arm."""


def narrow(interpreter: Interpreter, activation: Activation, test: ir.Expression, holds: bool) -> Narrowed:
    """Bind the names that are data where a test holds (or fails) to data."""
    found: Narrowed = {}
    for name, classes in _instances(test, holds):
        before = activation.scope.names.get(name.name)
        if not isinstance(before, Value) or not (sources := _sources(interpreter, before)):
            continue
        if interpreter.graph.grades(sources) & TRAINED:
            continue
        types = _names(interpreter.evaluate(activation, classes))
        if types and all(_is_data(interpreter, item) for item in types):
            integer = all(item in _INTEGERS for item in types)
            interval = before.range.as_integer() if integer else before.range
            after = interpreter.setting(before.site, interval, mode="data")
            found[name.name] = before, after
            activation.scope.names[name.name] = after
    return found


def _sources(interpreter: Interpreter, value: Value) -> int:
    """What a value takes its gradient from, or took: of an array of a framework that differentiates."""
    framework = interpreter.catalogue.frameworks.get(value.framework)
    return value.alive or (value.depends if framework is not None and framework.differentiable else 0)


def widened(arms: Sequence[dict[str, Object]], narrowed: Sequence[Narrowed]) -> list[dict[str, Object]]:
    """The names after two arms: what neither of them bound again is what it was before both.

    Where one binds a name again, the other one leaves what its own condition says of it.
    """
    first, second = arms
    ours, theirs = narrowed
    return [_widened(first, ours, second, theirs), _widened(second, theirs, first, ours)]


def _widened(
    names: dict[str, Object], narrowed: Narrowed, others: dict[str, Object], elsewhere: Narrowed
) -> dict[str, Object]:
    kept = {
        name: before
        for name, (before, after) in narrowed.items()
        if names.get(name) is after and any(others.get(name) is item for item in (before, *elsewhere.get(name, ())))
    }
    return {**names, **kept} if kept else names


def _instances(test: ir.Expression, holds: bool) -> list[tuple[ir.Name, ir.Expression]]:
    """The names, and the classes they are instances of, where a test holds (or fails)."""
    if isinstance(test, ir.Operation) and test.operator == "not_":
        return _instances(test.operands[0], not holds)
    if (isinstance(test, ir.AllOf) and holds) or (isinstance(test, ir.AnyOf) and not holds):
        return [item for part in test.values for item in _instances(part, holds)]
    if not (holds and isinstance(test, ir.Call) and isinstance(test.function, ir.Name)):
        return []
    if test.function.name != _TEST.rpartition(".")[2] or len(test.arguments) != 2:
        return []
    subject = test.arguments[0].value
    return [(subject, test.arguments[1].value)] if isinstance(subject, ir.Name) else []


def answer(interpreter: Interpreter, item: Object, classes: Object) -> bool | None:
    """Whether an object is an instance of classes, where its framework says so; None if it does not."""
    made = _made_by(interpreter, item) if isinstance(item, Value) else None
    if made is None:
        return None
    asked = classes.elements if isinstance(classes, Container) else [classes]
    if any(isinstance(part, External) and part.name == made.array for part in asked):
        return True
    return False if asked and all(map(_is_no_array, asked)) else None


def asks_for_arrays(interpreter: Interpreter, classes: Object) -> bool:
    """Whether every array that gradients are recorded for is an instance of one of some classes."""
    asked = classes.elements if isinstance(classes, Container) else [classes]
    names = {part.name for part in asked if isinstance(part, External)}
    return any(known.differentiable and known.array in names for known in interpreter.catalogue.frameworks.values())


def _is_no_array(item: Object) -> bool:
    """Whether no array is an instance of a class: of numbers, or of the tree's own that is none."""
    if isinstance(item, ClassObject):
        return not item.is_a(ClassKind.ARRAY)
    return isinstance(item, External) and item.name in _NUMBERS


def _made_by(interpreter: Interpreter, value: Value) -> Framework | None:
    """The framework one of whose functions, or a method of what such returned, made an array."""
    while value.spelling is not None and value.operands and value.form is Form.OPERATION:
        framework = interpreter.catalogue.frameworks.get(value.spelling.framework)
        if role(value) in _NO_ARRAYS or (value.operator is not None and value.operator.methods):
            return None
        if framework is None or not (
            framework.differentiable and framework.array and value.framework == framework.name
        ):
            return None
        if not value.spelling.name.startswith(f"{framework.array}."):
            return framework
        value = value.operands[0][1]
    return None


def _names(item: Object) -> list[str]:
    """The dotted names of the classes of a test; empty if one of them is not known by its name."""
    parts = item.elements if isinstance(item, Container) else [item]
    names = [part.name for part in parts if isinstance(part, External)]
    return names if len(names) == len(parts) else []


def _is_data(interpreter: Interpreter, name: str) -> bool:
    """Whether instances of a class are numbers of the language, or arrays of a host framework."""
    if name in _NUMBERS:
        return True
    known = interpreter.catalogue.classes.get(name)
    if known is None or known.kind is not ClassKind.ARRAY:
        return False
    return interpreter.catalogue.is_host(known.framework)
