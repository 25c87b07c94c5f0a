"""Derivatives taken in the code: their functions run with sources, their results are sinks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from difflint.analysis.activation import Sink
from difflint.analysis.apply import Binding, literal
from difflint.analysis.arguments import assumed_arguments
from difflint.analysis.graph import Form, Grade, Graph, Site, Source, Value
from difflint.analysis.objects import (
    Bound,
    Container,
    Derivative,
    FunctionObject,
    Instance,
    Object,
    Partial,
    Primitive,
    flatten,
)
from difflint.analysis.stated import Entry, entries, joined
from difflint.catalogue.model import Operator, Spelling
from difflint.domain.interval import Interval

if TYPE_CHECKING:
    from difflint.analysis.activation import Activation
    from difflint.analysis.interpreter import Interpreter


_VALUES = 200
_SURE = {Grade.PARAMETER, Grade.DIFFERENTIATED}


def differentiate(
    interpreter: Interpreter,
    activation: Activation,
    callee: Object,
    operator: Operator,
    given: Mapping[str, Object],
    site: Site,
    framework: str = "",
    argnums: object = 0,
    parts: tuple[Entry, ...] = (),
) -> None:
    """Run a function whose derivative is taken, with its arguments as sources, as a sink.

    `parts` are the range and the start of every number that it is differentiated by, where they are stated.
    """
    prefix: tuple[Object, ...] = ()
    keywords: tuple[tuple[str, Object], ...] = ()
    order = operator.order or 1
    while isinstance(callee, (Partial, Derivative)):
        if isinstance(callee, Partial):
            prefix, keywords = callee.positional + prefix, callee.keywords + keywords
        else:
            order += callee.order
        callee = callee.callee
    if isinstance(callee, Bound):
        prefix, callee = (callee.receiver, *prefix), callee.function
    if not isinstance(callee, FunctionObject):
        return
    positions = _positions(given.get("argnums"), argnums)
    key = (id(callee), order, tuple(sorted(positions)), parts)
    if key in interpreter.differentiated:
        return
    interpreter.differentiated[key] = callee
    interpreter.functions_differentiated.add(callee.key)
    shifted = frozenset(position + len(prefix) for position in positions)
    bound = assumed_arguments(interpreter, activation, callee, Grade.DIFFERENTIATED, framework, shifted)
    names = [parameter.name for parameter in callee.node.parameters]
    bound.update(zip(names, prefix))
    bound.update({name: item for name, item in keywords if name in names})
    varied = [name for place, name in enumerate(names) if place in shifted]
    if parts and len(varied) == 1:
        bound[varied[0]] = _stated(interpreter, bound[varied[0]], parts)
    _differentiable(interpreter, bound, site)
    outer, interpreter.differentiating = interpreter.differentiating, True
    result = interpreter.run(activation, callee, bound, site)
    interpreter.differentiating = outer
    if literal(given.get("has_aux")) and isinstance(result, Container) and result.elements:
        result = result.elements[0]
    value = interpreter.value(activation, result, site)
    minimised, forward = operator.relation == "min", operator.relation == "forward"
    moment = len(interpreter.graph.values)
    numeric = interpreter.catalogue.is_host(framework)
    sink = Sink(value, order, True, site, minimised=minimised, forward=forward, moment=moment, numeric=numeric)
    interpreter.sinks.append(sink)


def _stated(interpreter: Interpreter, vector: Object, parts: tuple[Entry, ...]) -> Object:
    """The one vector that is varied, with what is stated of its numbers."""
    if not isinstance(vector, Value) or not isinstance(vector.constant, Source):
        return vector
    interval, start = joined(parts)
    source = interpreter.graph.state(replace(vector.constant, start=start, entries=parts))
    return interpreter.graph.replace(vector, replace(vector, range=interval, constant=source))


def _differentiable(interpreter: Interpreter, bound: dict[str, Object], site: Site) -> None:
    """Objects among the arguments bring their own weights; nothing to do for arrays."""
    for item in bound.values():
        if isinstance(item, Instance):
            interpreter.weights_of(item, site)


def _positions(item: Object | None, default: object) -> frozenset[int]:
    if isinstance(item, Container):
        return frozenset(
            part.constant for part in item.elements if isinstance(part, Value) and isinstance(part.constant, int)
        )
    content = literal(item) if item is not None else default
    return frozenset({content if isinstance(content, int) else 0})


def apply_derivative(
    interpreter: Interpreter,
    activation: Activation,
    operator: Operator,
    spelling: Spelling,
    binding: Binding,
    site: Site,
) -> Object:
    """A transformation that returns a differentiating function."""
    callee = binding.arguments.get("function")
    if callee is None:
        return Primitive(spelling)
    given = {**binding.given, **{k: v for k, v in binding.arguments.items() if k == "argnums"}}
    differentiate(interpreter, activation, callee, operator, given, site, spelling.framework)
    return Derivative(callee, operator.order or 1)


def apply_objective(
    interpreter: Interpreter,
    activation: Activation,
    operator: Operator,
    spelling: Spelling,
    binding: Binding,
    site: Site,
) -> Object:
    """A call that differentiates a function at once."""
    callee = binding.arguments.get("function")
    interpreter.handed |= {item.key for item in _functions(binding.given.values(), callee)}
    argnums = spelling.defaults.get("argnums", 0)
    bounds = binding.given.get("bounds") if any(name == "bounds" for name, _ in spelling.parameters) else None
    parts = entries(binding.arguments.get("x"), bounds)
    for function in callee.elements if isinstance(callee, Container) else (callee,):
        if function is not None:
            given, framework = binding.given, spelling.framework
            differentiate(interpreter, activation, function, operator, given, site, framework, argnums, parts)
    for rule, equal in constraints(binding.given.get("constraints")):
        mark = len(interpreter.sinks)
        differentiate(interpreter, activation, rule, replace(operator, relation=""), {}, site, spelling.framework)
        if equal and len(interpreter.sinks) > mark:
            last = interpreter.sinks[-1]
            interpreter.sinks[-1] = replace(last, relation=last.value)
    return interpreter.unknown_value(activation, site, ())


def _functions(items: Iterable[Object], without: Object | None) -> Iterator[FunctionObject]:
    """The functions of the tree among arguments and in their containers, one argument left out."""
    for item in items:
        if isinstance(item, Container) and item is not without:
            yield from _functions(item.elements, without)
        elif isinstance(item, FunctionObject) and item is not without:
            yield item


def constraints(item: Object | None) -> Iterator[tuple[Object, bool]]:
    """The functions in an optimiser's constraints, and whether they have to vanish."""
    entries = item.elements if isinstance(item, Container) and item.keys is None else [item]
    for entry in entries:
        rule = entry.get("fun") if isinstance(entry, Container) and entry.keys is not None else None
        if rule is not None and isinstance(entry, Container):
            yield rule, literal(entry.get("type")) == "eq"


def apply_site(
    interpreter: Interpreter,
    activation: Activation,
    operator: Operator,
    spelling: Spelling,
    binding: Binding,
    site: Site,
) -> Object:
    """A random variable of a model: inference differentiates its density; unobserved, it is a source."""
    density, observed = binding.arguments.get("x"), binding.arguments.get("y")
    if density is not None and activation.recording:
        value = interpreter.value(activation, density, site)
        interpreter.sink(activation, value, 1, bool(interpreter.graph.grades(value.depends) & _SURE), site)
    if observed is not None and not (isinstance(observed, Value) and observed.form is Form.CONSTANT):
        return observed
    name = literal(binding.given.get("name"))
    label = name if isinstance(name, str) else "variable"
    support = density.range if isinstance(density, Value) else Interval.TOP
    return interpreter.make_source(Grade.DIFFERENTIATED, label, site, support, framework=spelling.framework)


def apply_backward(
    interpreter: Interpreter,
    activation: Activation,
    operator: Operator,
    spelling: Spelling,
    binding: Binding,
    site: Site,
) -> Object:
    """A call that differentiates a value at once."""
    item = binding.arguments.get("x")
    if item is None:
        return interpreter.unknown_value(activation, site, ())
    order = max(operator.order or 1, 2 if interpreter.tapes else 1)
    if order > 1 and isinstance(item, Value):
        known = interpreter.second_order.setdefault(activation.module.node.path, set())
        known |= _called_for(interpreter.graph, interpreter.adopt(item))
    interpreter.sink(activation, item, order, True, site, at_once=True)
    interpreter.graph.called_back |= interpreter.sinks[-1].value.alive & interpreter.graph.hidden
    if order == 1:
        return Container([interpreter.setting(site)], open=True)
    parts = tuple(interpreter.adopt(part) for part in flatten(item))
    return Container([interpreter.unknown_value(activation, site, parts)], open=True)


def _called_for(graph: Graph, value: Value) -> set[int | None]:
    """How many arguments the unknown calls get that a value is computed by."""
    found: set[int | None] = set()
    pending, seen = [value], set[int]()
    while pending and len(seen) < _VALUES:
        item = pending.pop()
        if item.order in seen or not item.alive:
            continue
        seen.add(item.order)
        if item.form is Form.UNKNOWN:
            found.add(graph.given.get(item.order))
        pending += [operand for _, operand in graph.inputs(item)]
    return {None} if pending else found


def call_derivative(
    interpreter: Interpreter,
    activation: Activation,
    callee: Derivative,
    positional: tuple[Object, ...],
    keywords: Mapping[str, Object],
    site: Site,
) -> Object:
    """The derivative at a point: unknown numbers, that depend on it where derivatives of them may be taken."""
    if not interpreter.differentiating:
        return interpreter.setting(site)
    parts = tuple(interpreter.adopt(part) for item in (*positional, *keywords.values()) for part in flatten(item))
    return interpreter.unknown_value(activation, site, parts)


def trace(interpreter: Interpreter, operator: Operator, function: Object) -> None:
    """Note a function that an operator traces, and the one below what differentiates it."""
    while isinstance(function, (Derivative, Partial)):
        function = function.callee
    if operator.relation == "traced" and isinstance(function, FunctionObject):
        interpreter.traced.add(function.key)
