"""Definitions: functions and classes as objects, and what their decorators make of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from difflint import ir
from difflint.analysis.differentiate import differentiate, trace
from difflint.analysis.evaluate import evaluate
from difflint.analysis.models import differentiate_rule
from difflint.analysis.objects import (
    ClassObject,
    Derivative,
    External,
    FunctionObject,
    Object,
    Partial,
    Primitive,
    Scope,
)
from difflint.catalogue.model import ClassKind, FrameworkClass, Operator, Role

if TYPE_CHECKING:
    from difflint.analysis.activation import Activation
    from difflint.analysis.interpreter import Interpreter

_STATIC = ("builtins.staticmethod",)
_RECORDS = ("dataclasses.dataclass", "typing.NamedTuple", "attrs.define", "attr.s")


def operator_of(interpreter: Interpreter, item: Object) -> Operator | None:
    """The operator a callable stands for, if it is one of the catalogue's."""
    spelling = None
    if isinstance(item, External):
        spelling = interpreter.catalogue.spellings.get(item.name)
    elif isinstance(item, Primitive):
        spelling = item.spelling
    elif isinstance(item, Partial):
        return operator_of(interpreter, item.callee)
    return interpreter.operator(spelling.operator) if spelling is not None else None


def define_function(interpreter: Interpreter, activation: Activation, node: ir.Function) -> bool:
    """Bind a function; differentiating decorators differentiate it at once."""
    made = FunctionObject(node, activation.scope, recording=activation.recording)
    result: Object = made
    for decorator in reversed(node.decorators):
        result = _decorate(interpreter, activation, decorator, result)
    activation.scope.names[node.name] = result
    if activation.function is not None and isinstance(result, FunctionObject):
        interpreter.defined.append(result)
    return True


def _decorate(interpreter: Interpreter, activation: Activation, node: ir.Expression, item: Object) -> Object:
    called = node.function if isinstance(node, ir.Call) else node
    decorator = evaluate(interpreter, activation, called)
    if isinstance(node, ir.Call) and isinstance(decorator, External) and node.arguments:
        inner = evaluate(interpreter, activation, node.arguments[0].value)
        if operator_of(interpreter, inner) is not None:
            decorator = inner
    operator = operator_of(interpreter, decorator)
    name = decorator.name if isinstance(decorator, External) else ""
    if not isinstance(item, FunctionObject):
        return item
    if name in _STATIC:
        return replace(item, static=True)
    if operator is None:
        return item
    if operator.role is Role.NO_GRADIENT:
        return replace(item, recording=False)
    if operator.role is Role.BOUNDARY:
        return replace(item, boundary=True)
    if operator.role is Role.WRAP:
        trace(interpreter, operator, item)
        return item
    if operator.role is Role.MODEL:
        differentiate_rule(interpreter, activation, item, operator, activation.site(node))
        return item
    if operator.role is Role.DIFFERENTIATE:
        differentiate(interpreter, activation, item, operator, {}, activation.site(node))
        return Derivative(item, operator.order or 1)
    return item


def define_class(interpreter: Interpreter, activation: Activation, node: ir.Class) -> bool:
    """Bind a class; its body runs in a scope of its own that methods do not see."""
    scope = activation.scope
    bases = tuple(
        evaluate(interpreter, activation, argument.value) for argument in node.bases if argument.keyword is None
    )
    cls = ClassObject(node, Scope(scope.module, scope, {}), bases)
    own = interpreter.catalogue.classes.get(interpreter.catalogue.canonical(f"{scope.module.node.name}.{node.name}"))
    cls.kinds = _kinds(interpreter, bases) if own is None else (*_kinds(interpreter, bases), own)
    names = [base.name for base in bases if isinstance(base, External)]
    for decorator in node.decorators:
        called = decorator.function if isinstance(decorator, ir.Call) else decorator
        item = evaluate(interpreter, activation, called)
        if isinstance(item, External):
            names.append(item.name)
            known = interpreter.catalogue.classes.get(item.name)
            if known is not None:
                cls.kinds = (*cls.kinds, known)
    cls.record = any(name in _RECORDS for name in names) or cls.is_a(ClassKind.RECORD)
    for base in bases:
        if isinstance(base, ClassObject):
            cls.record = cls.record or base.record
            cls.fields.update(base.fields)
    activation.scope = cls.scope
    before, activation.function = activation.function, None
    for statement in node.body:
        if isinstance(statement, ir.Assign) and statement.annotation is not None:
            if isinstance(statement.targets[0], ir.Name):
                cls.fields[statement.targets[0].name] = (statement.annotation, statement.value)
        interpreter.execute(activation, (statement,))
    activation.scope, activation.function = scope, before
    for name, item in cls.scope.names.items():
        cls.names[name] = replace(item, owner=cls, scope=scope) if isinstance(item, FunctionObject) else item
    scope.names[node.name] = cls
    return True


def _kinds(interpreter: Interpreter, bases: tuple[Object, ...]) -> tuple[FrameworkClass, ...]:
    found: list[FrameworkClass] = []
    for base in bases:
        if isinstance(base, ClassObject):
            found += base.kinds
        elif isinstance(base, External):
            known = interpreter.catalogue.classes.get(base.name)
            if known is not None:
                found.append(known)
        elif isinstance(base, Primitive):
            known = interpreter.catalogue.classes.get(base.spelling.name)
            if known is not None:
                found.append(known)
    return tuple(found)
