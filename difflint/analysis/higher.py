"""Operators on functions: transformations, derivatives, control flow of a framework, regions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from difflint.analysis.apply import Binding, apply, bind, resolve
from difflint.analysis.counts import note_bound
from difflint.analysis.differentiate import apply_backward, apply_derivative, apply_objective, apply_site, trace
from difflint.analysis.graph import Form, Grade, Site, Value
from difflint.analysis.joins import join
from difflint.analysis.models import apply_model, interval_of
from difflint.analysis.objects import (
    Container,
    External,
    FunctionObject,
    Layer,
    Object,
    Partial,
    Primitive,
    Region,
    flatten,
)
from difflint.analysis.shapes import role
from difflint.catalogue.model import Operator, Role, Spelling
from difflint.domain.interval import Interval

if TYPE_CHECKING:
    from difflint.analysis.activation import Activation
    from difflint.analysis.interpreter import Interpreter

Handler = Callable[..., Object]


def operate_or_transform(
    interpreter: Interpreter,
    activation: Activation,
    spelling: Spelling,
    positional: tuple[Object, ...],
    keywords: Mapping[str, Object],
    site: Site,
) -> Object:
    """Call a spelling: as an operator on values, or on functions where its role says so."""
    operator = interpreter.operator(spelling.operator)
    if operator is None or (operator.role not in _HANDLERS and not spelling.variants):
        return apply(interpreter, activation, spelling, positional, keywords, site)
    binding = bind(spelling, positional, keywords)
    chosen = resolve(interpreter, spelling, binding) or operator
    handler = _HANDLERS.get(chosen.role)
    if handler is None:
        return apply(interpreter, activation, spelling, positional, keywords, site)
    return handler(interpreter, activation, chosen, spelling, binding, site)


def _call(
    interpreter: Interpreter, activation: Activation, callee: Object | None, positional: tuple[Object, ...], site: Site
) -> Object:
    from difflint.analysis.call import call

    if callee is None:
        return interpreter.unknown_value(activation, site, ())
    return call(interpreter, activation, callee, positional, {}, site)


def _wrap(
    interpreter: Interpreter,
    activation: Activation,
    operator: Operator,
    spelling: Spelling,
    binding: Binding,
    site: Site,
) -> Object:
    """jit, vmap, checkpoint, partial: the function itself, perhaps with arguments."""
    inner = binding.arguments.get("function")
    if inner is None:
        return Primitive(spelling)
    extra = {name: item for name, item in binding.given.items() if name not in dict(spelling.parameters)}
    if operator.relation == "partial" and (binding.rest or extra):
        return Partial(inner, binding.rest, tuple(extra.items()))
    trace(interpreter, operator, inner)
    return inner


def _map(
    interpreter: Interpreter,
    activation: Activation,
    operator: Operator,
    spelling: Spelling,
    binding: Binding,
    site: Site,
) -> Object:
    operands = tuple(item for name, item in binding.arguments.items() if name != "function")
    return _call(interpreter, activation, binding.arguments.get("function"), operands + binding.rest, site)


def _branch(
    interpreter: Interpreter,
    activation: Activation,
    operator: Operator,
    spelling: Spelling,
    binding: Binding,
    site: Site,
) -> Object:
    """A framework's conditional runs only the arm that is taken."""
    branches = binding.arguments.get("branches")
    if isinstance(branches, Container) and branches.elements:
        return _switch(interpreter, activation, branches, binding, site)
    condition = binding.arguments.get("condition")
    operand = binding.arguments.get("operand")
    operands = binding.rest if operand is None else (operand, *binding.rest)
    before = activation.path
    arms: list[Object] = []
    for name, holds in (("true", True), ("false", False)):
        arm = binding.arguments.get(name)
        if arm is None:
            continue
        if isinstance(condition, Value):
            activation.path = interpreter.ranges.assume(before, condition, holds)
        arms.append(_call(interpreter, activation, arm, operands, site))
        activation.path = before
    if len(arms) == 2:
        test = condition if isinstance(condition, Value) else None
        return join(interpreter, activation, test, arms[0], arms[1], site, python=False)
    parts = tuple(interpreter.adopt(part) for item in binding.given.values() for part in flatten(item))
    return arms[0] if arms else interpreter.unknown_value(activation, site, parts)


def _switch(
    interpreter: Interpreter, activation: Activation, branches: Container, binding: Binding, site: Site
) -> Object:
    """One of several branches by an index; the result remembers the index it was chosen by."""
    results = [_call(interpreter, activation, arm, binding.rest, site) for arm in branches.elements[:8]]
    joined = results[0]
    for result in results[1:]:
        joined = join(interpreter, activation, None, joined, result, site, python=False)
    index = binding.arguments.get("index")
    if isinstance(joined, Value) and joined.form is Form.JOIN and isinstance(index, Value):
        chosen = (("index", index), *joined.operands)
        steered = joined.steered | index.depends | index.steered
        return interpreter.graph.replace(joined, replace(joined, operands=chosen, steered=steered))
    return joined


def _carry(
    interpreter: Interpreter,
    activation: Activation,
    item: Object,
    grown: dict[int, Value],
    heads: list[Value],
    site: Site,
    mode: str,
) -> Object:
    """The structure of a loop's state with a loop head in the place of every value."""
    if isinstance(item, Container):
        return Container(
            [_carry(interpreter, activation, element, grown, heads, site, mode) for element in item.elements],
            item.keys,
            item.open,
            item.names,
        )
    if not isinstance(item, Value):
        return item
    value = interpreter.adopt(item)
    later = grown.get(len(heads))
    interval = value.range if later is None else value.range.widen(value.range.join(later.range))
    head = interpreter.graph.add(
        Form.LOOP,
        (("initial", value),),
        site,
        frame=activation.frame,
        path=activation.path,
        mode=mode,
        range=interval,
        alive=value.alive | (later.alive if later else 0),
        depends=value.depends | (later.depends if later else 0),
        framework=value.framework,
    )
    heads.append(head)
    return head


def _iterate(
    interpreter: Interpreter,
    activation: Activation,
    operator: Operator,
    spelling: Spelling,
    binding: Binding,
    site: Site,
) -> Object:
    """A loop in the framework: its body runs on loop heads until they are stable."""
    initial = binding.arguments.get("init")
    body = binding.arguments.get("body")
    if body is None or initial is None:
        parts = tuple(interpreter.adopt(part) for item in binding.given.values() for part in flatten(item))
        return interpreter.unknown_value(activation, site, parts)
    sequence = binding.arguments.get("sequence")
    index = "lower" in operator.arguments
    pairs = "sequence" in operator.arguments
    ends = [binding.arguments.get(name) for name in ("lower", "upper")]
    for end in ends:
        if isinstance(end, Value):
            note_bound(interpreter, end)
    dynamic = any(isinstance(end, Value) and end.form is Form.OPERATION and _is_traced(end) for end in ends)
    mode = "forward-only" if operator.relation == "forward" or dynamic else ""
    grown: dict[int, Value] = {}
    result: Object = initial
    state: Object = initial
    for _ in range(3):
        heads: list[Value] = []
        mark = len(interpreter.sinks)
        state = _carry(interpreter, activation, initial, grown, heads, site, mode)
        arguments: tuple[Object, ...] = (state,)
        if index:
            arguments = (interpreter.setting(site, Interval.TOP.as_integer()), state)
        elif pairs:
            arguments = (state, _element(interpreter, activation, sequence, site))
        result = _call(interpreter, activation, body, arguments, site)
        following = flatten(
            result.elements[0] if pairs and isinstance(result, Container) and result.elements else result
        )
        stable = True
        for position, (head, later) in enumerate(zip(heads, following)):
            wider = head.range.widen(head.range.join(later.range))
            if wider != head.range or (later.alive | head.alive) != head.alive:
                stable = False
            grown[position] = later
        if stable:
            break
        del interpreter.sinks[mark:]
    for head, later in zip(heads, following):
        if later is not head:
            interpreter.graph.close_loop(head, later)
    if pairs and isinstance(result, Container) and len(result.elements) == 2:
        return Container([state, result.elements[1]])
    return state


def _is_traced(value: Value) -> bool:
    """Whether a number is computed from arrays rather than from shapes."""
    quiet = (Role.QUERY, Role.STATIC)
    return bool(value.depends) or any(
        operand.form is Form.OPERATION and role(operand) not in quiet and _is_traced(operand)
        for _, operand in value.operands
    )


def _element(interpreter: Interpreter, activation: Activation, sequence: Object | None, site: Site) -> Object:
    from difflint.analysis.apply import compute

    if isinstance(sequence, Container):
        return Container(
            [_element(interpreter, activation, part, site) for part in sequence.elements],
            sequence.keys,
            sequence.open,
            sequence.names,
        )
    row = interpreter.operator("view")
    if isinstance(sequence, Value) and row is not None:
        return compute(interpreter, activation, row, None, {"x": sequence}, site, extra="each")
    return interpreter.setting(site)


def _boundary(
    interpreter: Interpreter,
    activation: Activation,
    operator: Operator,
    spelling: Spelling,
    binding: Binding,
    site: Site,
) -> Object:
    inner = binding.arguments.get("function")
    if isinstance(inner, FunctionObject):
        return replace(inner, boundary=True)
    parts = tuple(
        interpreter.adopt(part) for item in (*binding.given.values(), *binding.rest) for part in flatten(item)
    )
    return interpreter.unknown_value(activation, site, parts)


def _layer(
    interpreter: Interpreter,
    activation: Activation,
    operator: Operator,
    spelling: Spelling,
    binding: Binding,
    site: Site,
) -> Object:
    called = interpreter.operator(operator.calls)
    if called is None:
        return interpreter.setting(site)
    source = None
    if operator.trained:
        source = interpreter.graph.source(Grade.PARAMETER, spelling.name.rpartition(".")[2], site)
    settings = tuple((name, item) for name, item in binding.arguments.items() if isinstance(item, Value))
    return Layer(called, spelling, source, settings)


def _container(
    interpreter: Interpreter,
    activation: Activation,
    operator: Operator,
    spelling: Spelling,
    binding: Binding,
    site: Site,
) -> Object:
    parts: list[Object] = []
    for item in (*binding.given.values(), *binding.rest):
        parts += item.elements if isinstance(item, Container) else [item]
    callables = tuple(part for part in parts if not isinstance(part, (Value, External)))
    return Layer(operator, spelling, None, (), callables)


def _parameter(
    interpreter: Interpreter,
    activation: Activation,
    operator: Operator,
    spelling: Spelling,
    binding: Binding,
    site: Site,
) -> Object:
    item = binding.arguments.get("x")
    value = interpreter.value(activation, item, site) if item is not None else None
    live = value is not None and value.alive and activation.recording and not isinstance(item, Layer)
    if value is not None and live:
        return apply(interpreter, activation, spelling, (value,), {}, site)
    stated = interpreter.catalogue.is_symbolic(spelling.framework) and "bounds" not in operator.arguments
    return interpreter.make_source(
        Grade.PARAMETER,
        operator.id,
        site,
        interval_of(interpreter, binding).meet(operator.range),
        "weight" if stated else "",  # bounds are given to the solver: nothing is known about them here
        spelling.framework,
        value.range if value is not None else Interval.TOP,
    )


def _mark(
    interpreter: Interpreter,
    activation: Activation,
    operator: Operator,
    spelling: Spelling,
    binding: Binding,
    site: Site,
) -> Object:
    item = binding.arguments.get("x")
    if not isinstance(item, Value):
        return item if item is not None else interpreter.setting(site)
    if role(item) is Role.DETACH:
        interpreter.graph.leaves.add(item.order)
    source = interpreter.make_source(Grade.DIFFERENTIATED, "array", site, item.range, framework=spelling.framework)
    return item if item.depends else source


def _region(
    interpreter: Interpreter,
    activation: Activation,
    operator: Operator,
    spelling: Spelling,
    binding: Binding,
    site: Site,
) -> Object:
    inner = binding.arguments.get("function")
    if isinstance(inner, FunctionObject):
        return replace(inner, recording=operator.role is Role.GRADIENT)
    return Region(operator.role is Role.GRADIENT) if operator.role is not Role.TAPE else Primitive(spelling)


_HANDLERS: dict[Role, Handler] = {
    Role.WRAP: _wrap,
    Role.MAP: _map,
    Role.BRANCH: _branch,
    Role.ITERATE: _iterate,
    Role.BOUNDARY: _boundary,
    Role.DIFFERENTIATE: apply_derivative,
    Role.OBJECTIVE: apply_objective,
    Role.BACKWARD: apply_backward,
    Role.SITE: apply_site,
    Role.MODEL: apply_model,
    Role.LAYER: _layer,
    Role.CONTAINER: _container,
    Role.PARAMETER: _parameter,
    Role.MARK: _mark,
    Role.NO_GRADIENT: _region,
    Role.GRADIENT: _region,
    Role.TAPE: _region,
}
