"""Evaluation of expressions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from difflint import ir
from difflint.analysis import call as _call
from difflint.analysis.assign import assign, write_back
from difflint.analysis.attribute import attribute
from difflint.analysis.counts import note_bound, places
from difflint.analysis.graph import Form, Value
from difflint.analysis.joins import join, join_names
from difflint.analysis.narrow import Narrowed, narrow, widened
from difflint.analysis.objects import (
    Container,
    External,
    FunctionObject,
    Object,
    Primitive,
    Scope,
)
from difflint.analysis.operation import operate
from difflint.analysis.recording import stop
from difflint.analysis.shapes import MOVES, stripped
from difflint.analysis.subscript import subscript
from difflint.catalogue.model import Role
from difflint.domain.interval import Interval

if TYPE_CHECKING:
    from difflint.analysis.activation import Activation
    from difflint.analysis.interpreter import Interpreter

_BOUNDS = MOVES | {Role.NEGATE}


def evaluate(interpreter: Interpreter, activation: Activation, node: ir.Expression) -> Object:
    """The object an expression denotes; an unknown value for what is not modelled."""
    rule = _RULES.get(type(node))
    if rule is None:
        return interpreter.unknown_value(activation, activation.site(node), ())
    found: Object = rule(interpreter, activation, node)
    if type(found) is Value and not interpreter.graph.owns(found):
        return interpreter.adopt(found)
    return found


def _constant(interpreter: Interpreter, activation: Activation, node: ir.Constant) -> Object:
    return interpreter.constant(node.value, activation.site(node))


def _name(interpreter: Interpreter, activation: Activation, node: ir.Name) -> Object:
    found = activation.scope.lookup(node.name)
    return found if found is not None else External(f"builtins.{node.name}")


def _attribute(interpreter: Interpreter, activation: Activation, node: ir.Attribute) -> Object:
    owner = evaluate(interpreter, activation, node.value)
    return attribute(interpreter, activation, owner, node.name, activation.site(node))


def _callee(interpreter: Interpreter, activation: Activation, node: ir.Expression) -> Object:
    if not isinstance(node, ir.Attribute):
        return evaluate(interpreter, activation, node)
    owner = evaluate(interpreter, activation, node.value)
    return attribute(interpreter, activation, owner, node.name, activation.site(node), called=True)


def _call_node(interpreter: Interpreter, activation: Activation, node: ir.Call) -> Object:
    callee = _callee(interpreter, activation, node.function)
    positional: list[Object] = []
    keywords: dict[str, Object] = {}
    for argument in node.arguments:
        item = evaluate(interpreter, activation, argument.value)
        if argument.keyword is not None:
            keywords[argument.keyword] = item
        elif argument.stars == 1 and isinstance(item, Container):
            positional += item.elements  # of an open one the first: how many follow is not known
        elif argument.stars == 2:
            if isinstance(item, Container) and item.keys is not None:
                keywords.update({k: v for k, v in zip(item.keys, item.elements) if isinstance(k, str)})
        else:
            positional.append(item)
    result = _call.call(interpreter, activation, callee, tuple(positional), keywords, activation.site(node))
    if isinstance(result, Value):
        _write_back(interpreter, activation, node, callee, tuple(positional), result)
    return result


def _write_back(
    interpreter: Interpreter,
    activation: Activation,
    node: ir.Call,
    callee: Object,
    positional: tuple[Object, ...],
    result: Value,
) -> None:
    """After an operation in place: the variable of what it overwrites holds its result."""
    if isinstance(callee, Primitive) and callee.spelling.in_place and isinstance(node.function, ir.Attribute):
        write_back(interpreter, activation, node, node.function.value, callee.receiver, result)
    elif isinstance(callee, External) and positional and node.arguments[0].keyword is None:
        spelling = interpreter.catalogue.spellings.get(callee.name)
        if spelling is not None and spelling.in_place and isinstance(positional[0], Value) and result.operands:
            write_back(interpreter, activation, node, node.arguments[0].value, positional[0], result)
    elif isinstance(callee, Primitive) and callee.receiver is None and positional and not node.arguments[0].keyword:
        operator = interpreter.operator(callee.spelling.operator)
        if operator is not None and operator.role is Role.MARK and isinstance(positional[0], Value):
            write_back(interpreter, activation, node, node.arguments[0].value, None, result)


def _operation(interpreter: Interpreter, activation: Activation, node: ir.Operation) -> Object:
    operands = tuple(evaluate(interpreter, activation, operand) for operand in node.operands)
    return operate(interpreter, activation, node.operator, operands, node)


def truth(item: Object) -> bool | None:
    """The truth value of an object, None if it is not decided."""
    if isinstance(item, Value):
        return bool(item.constant) if item.form is Form.CONSTANT else None
    if isinstance(item, Container):
        return None if item.open else bool(item.elements)
    if isinstance(item, External):
        return None
    return True


def _connective(
    interpreter: Interpreter, activation: Activation, node: ir.AllOf | ir.AnyOf, conjunction: bool
) -> Object:
    """`and` or `or`: later operands are evaluated where the earlier ones hold (or fail)."""
    before = activation.path
    result: Object | None = None
    for part in node.values:
        item = evaluate(interpreter, activation, part)
        if isinstance(item, External) and conjunction and part is not node.values[-1]:
            item = interpreter.setting(activation.site(part), Interval.BOOLEAN)  # a flag of a module that is not known
        decided = truth(item)
        if decided is not None and decided is not conjunction:
            result = item if result is None or (isinstance(item, Value) and item.form is Form.CONSTANT) else result
            break
        if decided is not None and part is not node.values[-1]:
            continue
        result = item if result is None else _both(interpreter, activation, result, item, node, conjunction)
        if isinstance(item, Value):
            activation.path = interpreter.ranges.assume(activation.path, item, conjunction)
    activation.path = before
    return result if result is not None else interpreter.constant(conjunction, activation.site(node))


def _both(
    interpreter: Interpreter,
    activation: Activation,
    x: Object,
    y: Object,
    node: ir.Node,
    conjunction: bool,
) -> Object:
    boolean = isinstance(x, Value) and isinstance(y, Value) and x.integral and y.integral
    if boolean:
        return operate(interpreter, activation, "and_" if conjunction else "or_", (x, y), node)
    condition = x if isinstance(x, Value) else None
    first, second = (y, x) if conjunction else (x, y)
    return join(interpreter, activation, condition, first, second, activation.site(node))


def _all_of(interpreter: Interpreter, activation: Activation, node: ir.AllOf) -> Object:
    return _connective(interpreter, activation, node, True)


def _any_of(interpreter: Interpreter, activation: Activation, node: ir.AnyOf) -> Object:
    return _connective(interpreter, activation, node, False)


def _conditional(interpreter: Interpreter, activation: Activation, node: ir.Conditional) -> Object:
    test = evaluate(interpreter, activation, node.test)
    decided = truth(test)
    if decided is not None:
        return evaluate(interpreter, activation, node.body if decided else node.orelse)
    condition = test if isinstance(test, Value) else None
    before, scope = activation.path, activation.scope
    start = scope.names
    states: list[dict[str, Object]] = []
    narrowed: list[Narrowed] = []
    arms: list[Object] = []
    for arm, holds in ((node.body, True), (node.orelse, False)):
        if condition is not None:
            activation.path = interpreter.ranges.assume(before, condition, holds)
        scope.names = dict(start)  # an arm that works in place does not change what the other one sees
        known = narrow(interpreter, activation, node.test, holds)
        narrowed.append(known | stop(interpreter, scope.names, condition, holds))
        arms.append(evaluate(interpreter, activation, arm))
        activation.path = before
        states.append(scope.names)
    states = widened(states, narrowed)
    if states[0] != states[1]:
        scope.names = join_names(interpreter, activation, condition, states[0], states[1], activation.site(node))
    return join(interpreter, activation, condition, arms[0], arms[1], activation.site(node.test))


def _subscript(interpreter: Interpreter, activation: Activation, node: ir.Subscript) -> Object:
    owner = evaluate(interpreter, activation, node.value)
    index = evaluate(interpreter, activation, node.index)
    return subscript(interpreter, activation, owner, index, node)


def _slice(interpreter: Interpreter, activation: Activation, node: ir.Slice) -> Object:
    bounds = [
        evaluate(interpreter, activation, part) for part in (node.lower, node.upper, node.step) if part is not None
    ]
    for bound in bounds:
        if isinstance(bound, Value):
            note_bound(interpreter, bound)
    text = activation.module.node.text[node.start : node.end]
    deciding = places(interpreter, (stripped(bound, _BOUNDS) for bound in bounds if isinstance(bound, Value)))
    made = interpreter.constant(f"slice {text}", activation.site(node))
    if not deciding:
        return made
    depends = reduce(or_, (bound.depends for bound in deciding))
    indices = tuple(("index", bound) for bound in deciding)
    return interpreter.graph.replace(made, replace(made, operands=indices, depends=depends, number=deciding[0].number))


def _sequence(interpreter: Interpreter, activation: Activation, node: ir.Sequence) -> Object:
    elements: list[Object] = []
    is_open = False
    for element in node.elements:
        if isinstance(element, ir.Starred):
            inner = evaluate(interpreter, activation, element.value)
            if isinstance(inner, Container):
                elements += inner.elements
                is_open |= inner.open
            else:
                elements.append(inner)
                is_open = True
        else:
            elements.append(evaluate(interpreter, activation, element))
    return Container(elements, open=is_open)


def _mapping(interpreter: Interpreter, activation: Activation, node: ir.Mapping) -> Object:
    keys: list[object] = []
    elements: list[Object] = []
    for key, value in zip(node.keys, node.values):
        item = evaluate(interpreter, activation, value)
        if key is None:
            if isinstance(item, Container) and item.keys is not None:
                keys += item.keys
                elements += item.elements
            continue
        name = evaluate(interpreter, activation, key)
        keys.append(name.constant if isinstance(name, Value) else id(name))
        elements.append(item)
    return Container(elements, keys)


def _lambda(interpreter: Interpreter, activation: Activation, node: ir.Lambda) -> Object:
    return FunctionObject(node.function, activation.scope, recording=activation.recording)


def _comprehension(interpreter: Interpreter, activation: Activation, node: ir.Comprehension) -> Object:
    outer = activation.scope
    before = activation.path
    activation.scope = Scope(outer.module, outer, {})
    results: list[Object] = []
    try:
        closed = _generate(interpreter, activation, node, 0, results)
    finally:
        activation.scope = outer
        activation.path = before
    if node.kind is ir.ComprehensionKind.DICT:
        return Container(results, [("item", index) for index in range(len(results))])
    return Container(results, open=not closed)


def _generate(
    interpreter: Interpreter,
    activation: Activation,
    node: ir.Comprehension,
    level: int,
    results: list[Object],
) -> bool:
    from difflint.analysis.loops import elements_of

    if level == len(node.generators):
        results.append(evaluate(interpreter, activation, node.element))
        return True
    generator = node.generators[level]
    iterable = evaluate(interpreter, activation, generator.iterable)
    elements, closed = elements_of(interpreter, activation, iterable, generator.iterable)
    before = activation.path
    for element in elements:
        if interpreter.exhausted:
            return False
        assign(interpreter, activation, generator.target, element)
        for condition in generator.conditions:
            test = evaluate(interpreter, activation, condition)
            closed = False
            if isinstance(test, Value):
                activation.path = interpreter.ranges.assume(activation.path, test, True)
        closed = _generate(interpreter, activation, node, level + 1, results) and closed
        activation.path = before
    return closed


def _walrus(interpreter: Interpreter, activation: Activation, node: ir.Walrus) -> Object:
    item = evaluate(interpreter, activation, node.value)
    assign(interpreter, activation, node.target, item)
    return item


def _formatted(interpreter: Interpreter, activation: Activation, node: ir.Formatted) -> Object:
    for part in node.values:
        evaluate(interpreter, activation, part)
    return interpreter.setting(activation.site(node))


def _await(interpreter: Interpreter, activation: Activation, node: ir.Await) -> Object:
    return evaluate(interpreter, activation, node.value)


def _yield(interpreter: Interpreter, activation: Activation, node: ir.Yield) -> Object:
    from difflint.analysis.activation import Outcome

    if node.value is not None:
        item = evaluate(interpreter, activation, node.value)
        activation.returns.append(Outcome(item, activation.conditions))
    return interpreter.setting(activation.site(node))


def _top(interpreter: Interpreter, activation: Activation, node: ir.Top) -> Object:
    site = activation.site(node)
    parts = [evaluate(interpreter, activation, part) for part in node.parts]
    return interpreter.unknown_value(
        activation, site, tuple(interpreter.value(activation, part, site) for part in parts)
    )


_RULES: dict[type, Callable[[Any, Any, Any], Object]] = {
    ir.Constant: _constant,
    ir.Name: _name,
    ir.Attribute: _attribute,
    ir.Call: _call_node,
    ir.Operation: _operation,
    ir.AllOf: _all_of,
    ir.AnyOf: _any_of,
    ir.Conditional: _conditional,
    ir.Subscript: _subscript,
    ir.Slice: _slice,
    ir.Sequence: _sequence,
    ir.Mapping: _mapping,
    ir.Lambda: _lambda,
    ir.Comprehension: _comprehension,
    ir.Walrus: _walrus,
    ir.Formatted: _formatted,
    ir.Await: _await,
    ir.Yield: _yield,
    ir.Top: _top,
}
