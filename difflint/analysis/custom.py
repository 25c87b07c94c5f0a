"""Derivatives written by hand: inputs for which the backward pass returns nothing.

The forward pass runs on assumed arrays to learn which inputs its result depends on smoothly; the
backward pass runs on data to learn which of its results are `None` whatever happens.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING

from difflint import ir
from difflint.analysis.graph import Form, Grade, Site, Value
from difflint.analysis.objects import ClassObject, Container, FunctionObject, ModuleObject, Object
from difflint.analysis.observation import Observation
from difflint.catalogue.model import ClassKind
from difflint.facts import Certainty, Effect, Kind

if TYPE_CHECKING:
    from difflint.analysis.interpreter import Interpreter


def dropped(interpreter: Interpreter, module: ModuleObject) -> Iterator[Observation]:
    """Inputs of custom derivatives of a module that lose their gradient in the backward pass."""
    scope = module.scope
    for item in list(scope.names.values()) if scope is not None else []:
        if isinstance(item, ClassObject) and item.scope.module is module and item.is_a(ClassKind.BOUNDARY):
            forward, backward = item.names.get("forward"), item.names.get("backward")
            if isinstance(forward, FunctionObject) and isinstance(backward, FunctionObject):
                yield from _dropped(interpreter, forward, backward)


def _dropped(interpreter: Interpreter, forward: FunctionObject, backward: FunctionObject) -> Iterator[Observation]:
    parameters = forward.node.parameters[_bound(forward) :]
    if any(parameter.kind is not ir.ParameterKind.POSITIONAL for parameter in parameters) or _refuses(forward):
        return
    interpreter.reset()
    interpreter.home = forward.scope.module.frameworks
    given = {parameters[0].name: interpreter.setting(_site(forward, parameters[0]))} if parameters else {}
    sources: dict[str, Value] = {}
    for parameter in parameters[1:]:
        if parameter.default is None:
            sources[parameter.name] = interpreter.make_source(Grade.ASSUMED, parameter.name, _site(forward, parameter))
        else:
            given[parameter.name] = interpreter.setting(_site(forward, parameter))
    activation = interpreter.activation(forward.scope, None, None)
    result = interpreter.run(activation, forward, {**given, **sources}, _site(forward, forward.node))
    live = interpreter.value(activation, result, _site(forward, forward.node)).alive & interpreter.graph.arrays
    returned = _returned(interpreter, backward)
    if len(returned) != len(parameters) - 1:
        return
    for parameter, item in zip(parameters[1:], returned):
        source = sources.get(parameter.name)
        nothing = isinstance(item, Value) and item.form is Form.CONSTANT and item.constant is None
        if nothing and source is not None and source.alive & live:
            yield Observation(
                Kind.DROPPED,
                Certainty.LIKELY,
                source.site,
                "region",
                Effect.CUT,
                value=source,
                operand=source,
                bits=source.alive,
            )


def _bound(method: FunctionObject) -> int:
    """How many parameters come before the context: the class, for a class method."""
    names = [item.name for item in method.node.decorators if isinstance(item, ir.Name)]
    return int("classmethod" in names)


def _refuses(forward: FunctionObject) -> bool:
    """Whether a forward pass raises if its context asks for a gradient that it does not have."""
    parameters = forward.node.parameters[_bound(forward) :]
    return bool(parameters) and any(
        isinstance(statement, ir.If)
        and any(isinstance(inner, ir.Raise) for inner in statement.body)
        and _mentions(statement.test, parameters[0].name)
        for statement in forward.node.body
    )


def _mentions(part: object, name: str) -> bool:
    """Whether a part of an expression reads a name."""
    if isinstance(part, ir.Name):
        return part.name == name
    if isinstance(part, tuple):
        return any(_mentions(item, name) for item in part)
    return isinstance(part, (ir.Node, ir.Argument)) and any(
        _mentions(getattr(part, item.name), name) for item in fields(part)
    )


def _returned(interpreter: Interpreter, backward: FunctionObject) -> list[Object]:
    """What a backward pass returns, input by input; an entry that is None once and not always is not."""
    activation = interpreter.activation(backward.scope, None, None)
    bound: dict[str, Object] = {}
    for parameter in backward.node.parameters:
        value = interpreter.setting(_site(backward, parameter))
        variadic = parameter.kind is ir.ParameterKind.VARIADIC
        bound[parameter.name] = Container([value], open=True) if variadic else value
    result = interpreter.run(activation, backward, bound, _site(backward, backward.node))
    if isinstance(result, Container):
        return [] if result.open else list(result.elements)
    return [result]


def _site(function: FunctionObject, node: ir.Node | ir.Parameter) -> Site:
    return Site(function.scope.module.node.path, node.start, node.end)
