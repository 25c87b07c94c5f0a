"""Calls: of user functions (run in place), classes, layers, operators and the unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from difflint import ir
from difflint.analysis import builtin, higher
from difflint.analysis.apply import compute
from difflint.analysis.arguments import setting_of
from difflint.analysis.attribute import is_of_another
from difflint.analysis.captured import captured
from difflint.analysis.differentiate import call_derivative
from difflint.analysis.graph import Form, Frame, Grade, Site, Value
from difflint.analysis.handed import note_arguments, note_ranges
from difflint.analysis.models import new_model
from difflint.analysis.objects import (
    Bound,
    ClassObject,
    Container,
    Derivative,
    External,
    FunctionObject,
    Instance,
    Layer,
    Method,
    Object,
    Partial,
    Primitive,
    Scope,
    flatten,
)
from difflint.analysis.passed import says_data
from difflint.analysis.profile import note_call
from difflint.catalogue.model import ClassKind, Role

if TYPE_CHECKING:
    from difflint.analysis.activation import Activation
    from difflint.analysis.interpreter import Interpreter


def call(
    interpreter: Interpreter,
    activation: Activation,
    callee: Object,
    positional: tuple[Object, ...],
    keywords: Mapping[str, Object],
    site: Site,
) -> Object:
    """The result of a call."""
    if isinstance(callee, External):
        return _external(interpreter, activation, callee, positional, keywords, site)
    if isinstance(callee, Primitive):
        if callee.receiver is not None:
            if is_of_another(interpreter, callee, positional):
                return unknown_call(interpreter, activation, callee.receiver, positional, keywords, site, "")
            positional = (callee.receiver, *positional)
        note_call(interpreter, activation, callee.spelling.name, positional, keywords, site)
        return higher.operate_or_transform(interpreter, activation, callee.spelling, positional, keywords, site)
    if isinstance(callee, Bound):
        return run_function(interpreter, activation, callee.function, (callee.receiver, *positional), keywords, site)
    if isinstance(callee, FunctionObject):
        return run_function(interpreter, activation, callee, positional, keywords, site)
    if isinstance(callee, Partial):
        merged = {**dict(callee.keywords), **keywords}
        return call(interpreter, activation, callee.callee, (*callee.positional, *positional), merged, site)
    if isinstance(callee, ClassObject):
        return instantiate(interpreter, activation, callee, positional, keywords, site)
    if isinstance(callee, Instance):
        return _call_instance(interpreter, activation, callee, positional, keywords, site)
    if isinstance(callee, Layer):
        return call_layer(interpreter, activation, callee, positional, keywords, site)
    if isinstance(callee, Derivative):
        return call_derivative(interpreter, activation, callee, positional, keywords, site)
    if isinstance(callee, Method):
        return builtin.method(interpreter, activation, callee, positional, keywords, site)
    return unknown_call(interpreter, activation, callee, positional, keywords, site, "")


def unknown_call(
    interpreter: Interpreter,
    activation: Activation,
    callee: Object | None,
    positional: tuple[Object, ...],
    keywords: Mapping[str, Object],
    site: Site,
    name: str,
) -> Value:
    """A call of which only its arguments are known; a callable argument brings its own weights."""
    parts = [interpreter.adopt(part) for item in (*positional, *keywords.values()) for part in flatten(item)]
    extra = 0
    if isinstance(callee, Value):
        if _may_be_model(callee, parts) and not (callee.mode == "data" and interpreter.constructing):
            given = callee.mode == "data"
            extra = interpreter.weights_of(callee, callee.site, Grade.ASSUMED if given else Grade.PARAMETER).bit
            interpreter.graph.hidden |= extra if given else 0
        parts.append(callee)
    elif interpreter.options.unknown:
        interpreter.unknown.append((site, name))
    value = interpreter.unknown_value(activation, site, tuple(parts), extra=extra)
    if isinstance(callee, Value):
        interpreter.graph.given[value.order] = len(positional) + len(keywords)
    return value


def _may_be_model(callee: Value, arguments: list[Value]) -> bool:
    """Whether a callable of unknown origin may hold weights: configuration alone is no model's input."""
    if callee.form not in (Form.SOURCE, Form.SETTING, Form.UNKNOWN):
        return False
    return not arguments or any(
        part.form is not Form.CONSTANT and (part.form is not Form.SETTING or part.mode) for part in arguments
    )


def _external(
    interpreter: Interpreter,
    activation: Activation,
    callee: External,
    positional: tuple[Object, ...],
    keywords: Mapping[str, Object],
    site: Site,
) -> Object:
    note_call(interpreter, activation, callee.name, positional, keywords, site)
    spelling = interpreter.catalogue.spellings.get(callee.name)
    if spelling is not None:
        return higher.operate_or_transform(interpreter, activation, spelling, positional, keywords, site)
    known = interpreter.catalogue.classes.get(callee.name)
    if known is not None and known.kind is ClassKind.MODEL:
        return new_model(activation, known, site)
    special = builtin.FUNCTIONS.get(callee.name)
    if special is not None:
        return special(interpreter, activation, positional, keywords, site)
    if callee.name in interpreter.options.sinks:
        for item in positional[:1]:
            interpreter.sink(activation, item, 1, True, site)
    result = unknown_call(interpreter, activation, None, positional, keywords, site, callee.name)
    if callee.name in interpreter.options.sources:
        return interpreter.make_source(Grade.DIFFERENTIATED, callee.name.rpartition(".")[2], site)
    return result


def run_function(
    interpreter: Interpreter,
    activation: Activation,
    function: FunctionObject,
    positional: tuple[Object, ...],
    keywords: Mapping[str, Object],
    site: Site,
) -> Object:
    """Run a user function on its arguments, in the caller's graph."""
    if function.boundary:
        return unknown_call(interpreter, activation, None, positional, keywords, site, function.node.name)
    bound = bind_parameters(interpreter, activation, function, positional, keywords, site)
    if activation.function is not None:
        note_ranges(interpreter, activation, activation.function.key, function, bound, site)
    if not _may_enter(interpreter, activation, function):
        found = _from_afar(interpreter, activation, function, bound, site)
        if found is None:
            seen = (*positional, *captured(interpreter, function))
            found = unknown_call(interpreter, activation, None, seen, keywords, site, function.node.name)
        return found
    graph = interpreter.graph
    given = {name: [part for part in flatten(item, 16) if graph.owns(part)] for name, item in bound.items()}
    values = [value for parts in given.values() for value in parts]
    key = function.key
    alive = any(part.alive for part in values)
    if alive:
        interpreter.entered.add(key)
    elif activation.function is not None and (
        not activation.recording or any(says_data(graph, value) for value in values)
    ):
        interpreter.idle.setdefault(key, set()).add(activation.function.key)
    if activation.function is not None:
        note_arguments(interpreter, activation, activation.function.key, function, given)
    spared = None if alive else _spare(interpreter, activation, function, bound, site)
    result = interpreter.run(activation, function, bound, site) if spared is None else spared
    if interpreter.watch is not None and interpreter.watch.function.key == key:
        interpreter.watch.calls.append((activation, bound, result))
    return result


def _spare(
    interpreter: Interpreter,
    activation: Activation,
    function: FunctionObject,
    bound: Mapping[str, Object],
    site: Site,
) -> Object | None:
    """The result of a plain function of data from afar, where running it may leave no work for later calls."""
    if function.owner is not None or not interpreter.strained:
        return None
    return _from_afar(interpreter, activation, function, bound, site)


def _from_afar(
    interpreter: Interpreter,
    activation: Activation,
    function: FunctionObject,
    bound: Mapping[str, Object],
    site: Site,
) -> Object | None:
    """What is known of the result of a call that is not run in place, unless it is a recursion."""
    from difflint.analysis.returned import call_summary

    if interpreter.exhausted or function.node.start in _running(activation.frame, function.scope.module.node.path):
        return None
    return call_summary(interpreter, activation, function, bound, site)


def _may_enter(interpreter: Interpreter, activation: Activation, function: FunctionObject) -> bool:
    frame = activation.frame
    limits = interpreter.limits
    if frame is not None and frame.depth >= (limits.depth if interpreter.graph.sources else limits.idle_depth):
        return False
    if interpreter.exhausted:
        return False
    return function.node.start not in _running(frame, function.scope.module.node.path)


def _running(frame: Frame | None, path: str) -> set[int]:
    starts: set[int] = set()
    while frame is not None:
        if frame.path == path:
            starts.add(frame.function)
        frame = frame.caller
    return starts


def bind_parameters(
    interpreter: Interpreter,
    activation: Activation,
    function: FunctionObject,
    positional: tuple[Object, ...],
    keywords: Mapping[str, Object],
    site: Site,
) -> dict[str, Object]:
    """Parameters of a user function bound to a call's arguments and to defaults."""
    bound: dict[str, Object] = {}
    remaining = list(positional)
    left = dict(keywords)
    defining = interpreter.activation(Scope(function.scope.module, function.scope, {}), None, activation)
    for parameter in function.node.parameters:
        if parameter.kind is ir.ParameterKind.VARIADIC:
            bound[parameter.name] = Container(remaining)
            remaining = []
        elif parameter.kind is ir.ParameterKind.KEYWORD_VARIADIC:
            bound[parameter.name] = Container(list(left.values()), list(left))
            left = {}
        elif parameter.kind is not ir.ParameterKind.KEYWORD and remaining:
            bound[parameter.name] = remaining.pop(0)
        elif parameter.name in left:
            bound[parameter.name] = left.pop(parameter.name)
        elif parameter.default is not None:
            default = interpreter.evaluate(defining, parameter.default)
            none = (
                isinstance(default, Value) and default.form is Form.CONSTANT and not isinstance(default.constant, str)
            )
            bound[parameter.name] = (
                default if none or not isinstance(default, Value) else setting_of(interpreter, site, default)
            )
        else:
            bound[parameter.name] = interpreter.unknown_value(activation, site, ())
    return bound


def instantiate(
    interpreter: Interpreter,
    activation: Activation,
    cls: ClassObject,
    positional: tuple[Object, ...],
    keywords: Mapping[str, Object],
    site: Site,
) -> Object:
    """A new instance: `__init__` runs on the arguments, or a record's fields take them."""
    if cls.is_a(ClassKind.BOUNDARY):
        return unknown_call(interpreter, activation, None, positional, keywords, site, cls.node.name)
    instance = Instance(cls, {})
    initialiser = cls.member("__init__")
    if isinstance(initialiser, FunctionObject):
        run_function(interpreter, activation, initialiser, (instance, *positional), keywords, site)
        return instance
    defining = interpreter.activation(cls.scope, None, activation)
    values = list(positional)
    for name, (_, default) in cls.fields.items():
        if values:
            instance.attributes[name] = values.pop(0)
        elif name in keywords:
            instance.attributes[name] = keywords[name]
        elif default is not None:
            instance.attributes[name] = interpreter.evaluate(defining, default)
    post = cls.member("__post_init__")
    if isinstance(post, FunctionObject):
        run_function(interpreter, activation, post, (instance,), {}, site)
    return instance


def _call_instance(
    interpreter: Interpreter,
    activation: Activation,
    instance: Instance,
    positional: tuple[Object, ...],
    keywords: Mapping[str, Object],
    site: Site,
) -> Object:
    names = [kind.call for kind in instance.cls.kinds if kind.call]
    for name in (*names, "__call__"):
        method = instance.cls.member(name)
        if isinstance(method, FunctionObject):
            return run_function(interpreter, activation, method, (instance, *positional), keywords, site)
    extra = interpreter.weights_of(instance, site)
    value = unknown_call(interpreter, activation, None, positional, keywords, site, instance.cls.node.name)
    return interpreter.unknown_value(activation, site, (value,), extra=extra.bit if activation.recording else 0)


def call_layer(
    interpreter: Interpreter,
    activation: Activation,
    layer: Layer,
    positional: tuple[Object, ...],
    keywords: Mapping[str, Object],
    site: Site,
) -> Object:
    """A call of a framework's layer; a container passes its input through its parts."""
    if layer.parts:
        item: Object = positional[0] if positional else Container([])
        for part in layer.parts:
            item = call(interpreter, activation, part, (item,), {}, site)
        return item
    operator = layer.operator
    source = 0
    if layer.source is not None:
        source = interpreter.adopt_source(layer.source).bit
    if operator.role is Role.CONTAINER or not operator.arguments:
        return (
            unknown_call(interpreter, activation, None, positional, keywords, site, operator.id)
            if not source
            else (
                interpreter.unknown_value(
                    activation,
                    site,
                    tuple(interpreter.adopt(part) for item in positional for part in flatten(item)),
                    extra=source,
                )
            )
        )
    arguments: dict[str, Object] = dict(zip(operator.arguments, positional))
    arguments.update({name: item for name, item in layer.settings if name in operator.arguments})
    if operator.outputs:
        results: list[Object] = []
        for identifier in operator.outputs:
            output = interpreter.operator(identifier)
            if output is not None:
                results.append(
                    compute(
                        interpreter, activation, output, layer.spelling, arguments, site, extra=id(layer), source=source
                    )
                )
        return Container(results, names=operator.fields)
    return compute(interpreter, activation, operator, layer.spelling, arguments, site, extra=id(layer), source=source)
