"""What a function makes of its arguments, for calls that are too deep to be run in place."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from difflint.analysis.graph import Form, Grade, Graph, Site, Value
from difflint.analysis.objects import Container, FunctionObject, Instance, Layer, Object, flatten
from difflint.analysis.project import Root, enter, function_root
from difflint.domain.interval import Interval
from difflint.record import record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from difflint.analysis.activation import Activation
    from difflint.analysis.interpreter import Interpreter


@record
class Returned:
    """A result: the parameters no derivative passes through to it, and whether it holds integers.

    `trained`: it is made of weights that no argument tells of.
    """

    dead: frozenset[str]
    integer: bool
    trained: bool = False


Summary = Returned | tuple[Returned, ...]


def call_summary(
    interpreter: Interpreter,
    activation: Activation,
    function: FunctionObject,
    bound: Mapping[str, Object],
    site: Site,
) -> Object | None:
    """The result of a call as the function's own run has it; None if that says nothing."""
    if function.owner is not None and function.node.name == "__init__":  # it returns nothing, whatever it does
        return interpreter.constant(None, site)
    summary = _summary(interpreter, function)
    if summary is None:
        return None
    if isinstance(summary, Returned):
        return _result(interpreter, activation, function, summary, bound, site)
    return Container([_result(interpreter, activation, function, part, bound, site) for part in summary])


def _result(
    interpreter: Interpreter,
    activation: Activation,
    function: FunctionObject,
    returned: Returned,
    bound: Mapping[str, Object],
    site: Site,
) -> Value:
    live: list[Value] = []
    depends = 0
    for name, item in bound.items():
        parts = [interpreter.adopt(part) for part in flatten(item)]
        live += parts if name not in returned.dead else ()
        for part in parts:
            depends |= part.depends
    interval = Interval.TOP.as_integer() if returned.integer else Interval.TOP
    extra = 0
    if returned.trained:
        extra = interpreter.weights_of(function, site).bit
        for item in bound.values():
            extra |= _layers(interpreter, item)
    return interpreter.unknown_value(activation, site, tuple(live), extra=extra, depends=depends, interval=interval)


def _layers(interpreter: Interpreter, item: Object) -> int:
    """The weights of an instance's layers: a method that is not run may compute with any of them."""
    parts = item.attributes.values() if isinstance(item, Instance) else ()
    bits = 0
    for part in parts:
        if isinstance(part, Layer) and part.source is not None:
            bits |= interpreter.adopt_source(part.source).bit
    return bits


def _summary(interpreter: Interpreter, function: FunctionObject) -> Summary | None:
    key = function.key
    if key not in interpreter.returned:
        interpreter.returned[key] = None  # what a recursion finds
        interpreter.returned[key] = _run(interpreter, function)
    return interpreter.returned[key]


def _run(interpreter: Interpreter, function: FunctionObject) -> Summary | None:
    """Run a function on assumed arguments, on a graph of its own."""
    root = function_root(interpreter, function)
    if root is None or root.grade is None or not _is_summarised(function):
        return None
    beside = copy(interpreter)
    beside.reset()
    if function.owner is not None and not function.static:
        receiver = Instance(function.owner, dict(beside.prototype(None, function.owner)))
        root = Root(function, receiver, Grade.ASSUMED, "")
    return _of_run(beside, function, enter(beside, root))


def note_run(interpreter: Interpreter, root: Root, result: Object) -> None:
    """Keep what a root's own run says of its result: nobody has to run it for that again."""
    if root.grade is Grade.ASSUMED and root.key not in interpreter.returned and _is_summarised(root.function):
        interpreter.returned[root.key] = _of_run(interpreter, root.function, result)


def _is_summarised(function: FunctionObject) -> bool:
    return function.scope.parent is None and not function.node.generator


def _of_run(interpreter: Interpreter, function: FunctionObject, result: Object) -> Summary | None:
    """The kind of what a run on assumed arguments has returned."""
    if interpreter.exhausted:
        return None
    path = function.scope.module.node.path
    sources = {item.name: Site(path, item.start, item.end) for item in function.node.parameters}
    if isinstance(result, Container) and result.keys is None and not result.open:
        parts = [[*map(interpreter.adopt, flatten(part))] for part in result.elements]
        return tuple(_of(interpreter.graph, part, sources) for part in parts)
    return _of(interpreter.graph, [interpreter.adopt(part) for part in flatten(result)], sources)


def _of(graph: Graph, values: list[Value], parameters: Mapping[str, Site]) -> Returned:
    """The kind of a result; parameters that arrive as settings here may be alive elsewhere."""
    alive = 0
    for value in values:
        alive |= value.alive
    live = graph.named(graph.closed(alive))
    if any(source.grade is not Grade.ASSUMED for source in live):
        return Returned(frozenset(), False, any(source.grade is Grade.PARAMETER for source in live))
    made = {source.site for source in graph.sources}
    reached = {source.site for source in live}
    dead = frozenset(name for name, site in parameters.items() if site in made and site not in reached)
    integer = bool(values) and all(
        value.integral and value.depends and value.form is not Form.SOURCE for value in values
    )
    return Returned(dead, integer)
