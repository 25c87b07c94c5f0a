"""Loops: unrolled over callables, otherwise repeated until what they carry is stable."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from difflint import ir
from difflint.analysis.activation import Loop
from difflint.analysis.apply import compute
from difflint.analysis.assign import assign
from difflint.analysis.bound import bound_names
from difflint.analysis.evaluate import truth
from difflint.analysis.graph import Form, Value
from difflint.analysis.joins import join, join_names
from difflint.analysis.objects import Container, External, Layer, Object, flatten
from difflint.analysis.passed import holding
from difflint.analysis.shapes import role, stripped
from difflint.catalogue.model import Role

if TYPE_CHECKING:
    from difflint.analysis.activation import Activation
    from difflint.analysis.interpreter import Interpreter


_RESHAPING = frozenset({Role.SHAPE, Role.VIEW})
_ROUNDS = 3
"""Runs of a loop's body: widening is stable after two, the third one is kept whatever happens."""


def for_loop(interpreter: Interpreter, activation: Activation, node: ir.For) -> bool:
    """Run a `for` loop."""
    iterable = interpreter.evaluate(activation, node.iterable)
    elements, closed = elements_of(interpreter, activation, iterable, node.iterable)
    if closed and 0 < len(elements) <= interpreter.limits.unroll and any(map(_is_callable, elements)):
        for element in elements:
            assign(interpreter, activation, node.target, element)
            _loop_body(interpreter, activation, node, None)
        return True
    if not elements:
        return True
    merged = elements[0]
    for element in elements[1:]:
        merged = join(interpreter, activation, None, merged, element, activation.site(node.iterable))
    interpreter.graph.rounds.update(part.order for part in flatten(merged) if isinstance(part, Value))
    repeat(interpreter, activation, node, lambda: assign(interpreter, activation, node.target, merged), None)
    return True


def _is_callable(item: Object) -> bool:
    """Whether an element is worth a round of its own: a function, a layer, a pair with one."""
    if isinstance(item, Container):
        return any(_is_callable(element) for element in item.elements[:4])
    return not isinstance(item, (Value, External))


def while_loop(interpreter: Interpreter, activation: Activation, node: ir.While) -> bool:
    """Run a `while` loop."""
    test = interpreter.evaluate(activation, node.test)
    if truth(test) is False:
        return True
    repeat(interpreter, activation, node, lambda: None, node.test)
    return True


def repeat(
    interpreter: Interpreter,
    activation: Activation,
    node: ir.For | ir.While,
    prepare: Callable[[], None],
    test: ir.Expression | None,
) -> None:
    """Run a loop body until what it carries is stable; ends that grow are widened."""
    scope = activation.scope
    start = dict(scope.names)
    carried = {name: value for name in bound_names(node.body) if isinstance(value := start.get(name), Value)}
    entry = {name: interpreter.adopt(value) for name, value in carried.items()}
    ranges = {name: value.range for name, value in entry.items()}
    alive = {name: (value.alive, value.depends, value.steered) for name, value in entry.items()}
    frameworks = {name: value.framework for name, value in entry.items()}
    for round_ in range(_ROUNDS):
        marks = len(interpreter.sinks), len(interpreter.writes), len(activation.returns)
        scope.names = dict(start)
        heads = {
            name: interpreter.graph.add(
                Form.LOOP,
                (("initial", value),),
                value.site,
                frame=activation.frame,
                path=activation.path,
                range=ranges[name],
                alive=alive[name][0],
                depends=alive[name][1],
                steered=alive[name][2],
                framework=frameworks[name],
            )
            for name, value in entry.items()
        }
        scope.names.update(heads)
        prepare()
        conditions = _loop_body(interpreter, activation, node, test)
        following = {name: item for name in heads if isinstance(item := scope.names.get(name), Value)}
        stable = True
        for name, item in following.items():
            grown = ranges[name].widen(ranges[name].join(item.range))
            before = alive[name]
            live = (before[0] | item.alive, before[1] | item.depends, before[2] | item.steered)
            framework = frameworks[name] or item.framework
            stable = stable and grown == ranges[name] and live == alive[name] and framework == frameworks[name]
            ranges[name], alive[name], frameworks[name] = grown, live, framework
        if stable or round_ == _ROUNDS - 1:
            break
        del interpreter.sinks[marks[0] :], interpreter.writes[marks[1] :]
        del activation.returns[marks[2] :]
    for name, head in heads.items():
        if name in following:
            interpreter.graph.close_loop(head, following[name])
            scope.names[name] = _after(interpreter, activation, node, head, following[name])
            interpreter.graph.loop_conditions[head.order] = conditions


def _after(
    interpreter: Interpreter, activation: Activation, node: ir.For | ir.While, head: Value, following: Value
) -> Value:
    """What a variable holds after a loop: iteration over elements adds to it, or fills it, at least once.

    Of what every round only gives another shape the elements are what they were before.
    """
    entry, row = head.operands[0][1], following.operator
    if following is head:
        return entry
    if row is not None and stripped(following, _RESHAPING) is head:
        name, site = following.operands[0][0], following.site
        return compute(interpreter, activation, row, following.spelling, {name: entry}, site, extra=following.number)
    gathers = isinstance(node, ir.For) and role(following) in (Role.ADD, Role.WRITE, Role.ACCUMULATE)
    gathers = gathers and any(_begins_with(operand, head) for _, operand in following.operands)
    return following if gathers else head


def _begins_with(value: Value, head: Value) -> bool:
    """Whether a value is the head of a loop, or of an inner loop that begins with it."""
    while value.form is Form.LOOP and value.number != head.number:
        value = value.operands[0][1]
    return value.number == head.number


def _loop_body(
    interpreter: Interpreter,
    activation: Activation,
    node: ir.For | ir.While,
    test: ir.Expression | None,
) -> tuple[Value, ...]:
    """One run of the body; the conditions on sources that decide how often it runs."""
    outer, path, conditions = activation.loop, activation.path, activation.conditions
    apart = activation.apart
    loop = activation.loop = Loop()
    if test is not None:
        condition = interpreter.evaluate(activation, test)
        if isinstance(condition, Value):
            loop.conditions.append(condition)
            activation.path = interpreter.ranges.assume(path, condition, True)
    interpreter.execute(activation, node.body)
    for state in loop.exits:
        activation.scope.names = join_names(
            interpreter, activation, None, activation.scope.names, state, activation.site(node)
        )
    activation.loop, activation.path, activation.conditions = outer, path, conditions
    activation.apart = apart
    return tuple(loop.conditions)


def elements_of(
    interpreter: Interpreter, activation: Activation, iterable: Object, node: ir.Node
) -> tuple[list[Object], bool]:
    """What iteration yields, and whether that is all of it, one by one."""
    if isinstance(iterable, Container):
        if iterable.keys is not None:
            return [interpreter.constant(key, activation.site(node)) for key in iterable.keys], True
        return list(iterable.elements), not iterable.open
    if isinstance(iterable, Layer) and iterable.parts:
        return list(iterable.parts), True
    if isinstance(iterable, Value):
        row = interpreter.operator("view")
        if row is not None:
            return [
                compute(
                    interpreter,
                    activation,
                    row,
                    None,
                    {"x": holding(iterable)},
                    activation.site(node),
                    extra=("each", len(interpreter.graph.values)),
                )
            ], False
    return [interpreter.unknown_value(activation, activation.site(node), ())], False
