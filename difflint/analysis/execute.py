"""Execution of statements: state, joins of arms, loops and in-place writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from difflint import ir
from difflint.analysis.apply import compute
from difflint.analysis.bound import bound_names
from difflint.analysis.define import define_class, define_function
from difflint.analysis.evaluate import evaluate, operate, truth
from difflint.analysis.graph import Form, Value
from difflint.analysis.objects import (
    Container,
    External,
    Instance,
    Layer,
    ModuleObject,
    Object,
    Primitive,
    Region,
)
from difflint.catalogue.model import Role

if TYPE_CHECKING:
    from difflint.analysis.interpreter import Activation, Interpreter


def execute(interpreter: Interpreter, activation: Activation, block: ir.Block) -> bool:
    """Run a block; False if control never reaches its end."""
    for statement in block:
        if interpreter.exhausted:
            return True
        interpreter.statements += 1
        rule = _RULES.get(type(statement))
        if rule is not None and not rule(interpreter, activation, statement):
            return False
    return True


def _evaluate(interpreter: Interpreter, activation: Activation, node: ir.Evaluate) -> bool:
    evaluate(interpreter, activation, node.value)
    return True


def _assign(interpreter: Interpreter, activation: Activation, node: ir.Assign) -> bool:
    if node.value is None:
        return True
    item = evaluate(interpreter, activation, node.value)
    for target in node.targets:
        assign(interpreter, activation, target, item)
    return True


def assign(interpreter: Interpreter, activation: Activation, target: ir.Expression, item: Object) -> None:
    """Bind a target: a name, an attribute, an element, or a list of targets."""
    if isinstance(target, ir.Name):
        activation.scope.names[target.name] = item
    elif isinstance(target, ir.Attribute):
        owner = evaluate(interpreter, activation, target.value)
        if isinstance(owner, Instance):
            owner.attributes[target.name] = item
    elif isinstance(target, ir.Subscript):
        _assign_element(interpreter, activation, target, item)
    elif isinstance(target, ir.Sequence):
        _unpack(interpreter, activation, target, item)
    elif isinstance(target, ir.Starred):
        assign(interpreter, activation, target.value, item)


def _unpack(interpreter: Interpreter, activation: Activation, target: ir.Sequence, item: Object) -> None:
    if isinstance(item, Container) and not item.open and len(item.elements) == len(target.elements):
        for part, element in zip(target.elements, item.elements):
            assign(interpreter, activation, part, element)
        return
    for position, part in enumerate(target.elements):
        index = interpreter.constant(position, activation.site(target))
        from difflint.analysis.evaluate import subscript

        assign(interpreter, activation, part, subscript(interpreter, activation, item, index, part))


def _assign_element(interpreter: Interpreter, activation: Activation, target: ir.Subscript, item: Object) -> None:
    owner = evaluate(interpreter, activation, target.value)
    index = evaluate(interpreter, activation, target.index)
    if isinstance(owner, Container):
        key = index.constant if isinstance(index, Value) else id(index)
        if owner.keys is not None and key in owner.keys:
            owner.elements[owner.keys.index(key)] = item
        elif owner.keys is not None:
            owner.keys.append(key)
            owner.elements.append(item)
        elif isinstance(key, int) and -len(owner.elements) <= key < len(owner.elements):
            owner.elements[key] = item
        else:
            owner.elements.append(item)
        return
    row = interpreter.operator("write")
    if not isinstance(owner, Value) or row is None:
        return
    site = activation.site(target)
    arguments: dict[str, Object] = {"x": owner, "index": index, "value": interpreter.value(activation, item, site)}
    mask = index if isinstance(index, Value) and index.integral else None
    if mask is not None and (fill := interpreter.operator("masked-fill")) is not None:
        row, arguments = fill, {"x": owner, "condition": mask, "value": arguments["value"]}
    written = compute(interpreter, activation, row, None, arguments, site)
    record_write(interpreter, activation, owner, written, target)
    rebind(interpreter, activation, target.value, interpreter.alias(written, owner))


def record_write(
    interpreter: Interpreter, activation: Activation, target: Value, written: Value, node: ir.Node
) -> None:
    """Note that the memory of `target` has been overwritten."""
    from difflint.analysis.interpreter import Write

    framework = interpreter.catalogue.frameworks.get(target.framework)
    if framework is not None and framework.mutable and activation.recording:
        interpreter.writes.append(Write(target.storage, written.order, activation.site(node), target))


def write_back(interpreter: Interpreter, activation: Activation, node: ir.Call, result: Value) -> None:
    """After an in-place method: its receiver now holds the result."""
    if isinstance(node.function, ir.Attribute):
        target = evaluate(interpreter, activation, node.function.value)
        if isinstance(target, Value) and result.form is Form.OPERATION:
            record_write(interpreter, activation, target, result, node)
        rebind(interpreter, activation, node.function.value, result)


def rebind(interpreter: Interpreter, activation: Activation, target: ir.Expression, item: Object) -> None:
    """Bind the variable below a chain of subscripts to a new value of the same memory."""
    if isinstance(target, ir.Name) and target.name in activation.scope.names:
        activation.scope.names[target.name] = item
    elif isinstance(target, ir.Attribute):
        owner = evaluate(interpreter, activation, target.value)
        if isinstance(owner, Instance):
            owner.attributes[target.name] = item


def _augmented(interpreter: Interpreter, activation: Activation, node: ir.AugmentedAssign) -> bool:
    before = evaluate(interpreter, activation, node.target)
    operand = evaluate(interpreter, activation, node.value)
    result = operate(interpreter, activation, node.operator, (before, operand), node)
    if isinstance(before, Value) and isinstance(result, Value):
        framework = interpreter.catalogue.frameworks.get(before.framework)
        if framework is not None and framework.mutable:
            record_write(interpreter, activation, before, result, node)
            result = interpreter.alias(result, before)
    if isinstance(node.target, ir.Subscript):
        _assign_element(interpreter, activation, node.target, result)
    else:
        assign(interpreter, activation, node.target, result)
    return True


def _return(interpreter: Interpreter, activation: Activation, node: ir.Return) -> bool:
    from difflint.analysis.interpreter import Outcome

    if node.value is not None:
        item = evaluate(interpreter, activation, node.value)
        activation.returns.append(Outcome(item, activation.conditions))
    else:
        activation.returns.append(Outcome(interpreter.constant(None, activation.site(node)), activation.conditions))
    return False


def _if(interpreter: Interpreter, activation: Activation, node: ir.If) -> bool:
    test = evaluate(interpreter, activation, node.test)
    decided = truth(test)
    if decided is not None:
        return execute(interpreter, activation, node.body if decided else node.orelse)
    condition = test if isinstance(test, Value) else None
    return branch(interpreter, activation, condition, node.body, node.orelse, node)


def branch(
    interpreter: Interpreter,
    activation: Activation,
    condition: Value | None,
    body: ir.Block,
    orelse: ir.Block,
    node: ir.Node,
) -> bool:
    """Run both arms from the same state and join what they leave."""
    scope, path, conditions = activation.scope, activation.path, activation.conditions
    states: list[dict[str, Object]] = []
    paths = []
    reached: list[bool] = []
    start = scope.names
    for arm, holds in ((body, True), (orelse, False)):
        scope.names = dict(start)
        if condition is not None:
            activation.path = interpreter.ranges.assume(path, condition, holds)
            activation.conditions = (*conditions, (condition, holds))
        reached.append(execute(interpreter, activation, arm))
        states.append(scope.names)
        paths.append(activation.path)
        activation.path, activation.conditions = path, conditions
    if all(reached):
        test = node.test if isinstance(node, ir.If) else node
        scope.names = interpreter.join_names(activation, condition, states[0], states[1], activation.site(test))
        activation.path = path
        return True
    scope.names = states[0] if reached[0] else states[1]
    activation.path = paths[0] if reached[0] else paths[1]
    if condition is not None and any(reached):
        activation.conditions = (*conditions, (condition, reached[0]))
    return any(reached)


def _for(interpreter: Interpreter, activation: Activation, node: ir.For) -> bool:
    iterable = evaluate(interpreter, activation, node.iterable)
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
        merged = interpreter.join(activation, None, merged, element, activation.site(node.iterable))
    repeat(interpreter, activation, node, lambda: assign(interpreter, activation, node.target, merged), None)
    return True


def _is_callable(item: Object) -> bool:
    """Whether an element is worth a round of its own: a function, a layer, a pair with one."""
    if isinstance(item, Container):
        return any(_is_callable(element) for element in item.elements[:4])
    return not isinstance(item, (Value, External))


def _while(interpreter: Interpreter, activation: Activation, node: ir.While) -> bool:
    test = evaluate(interpreter, activation, node.test)
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
    for _ in range(3):
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
                framework=value.framework,
                storage=value.storage,
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
            stable = stable and grown == ranges[name] and live == alive[name]
            ranges[name], alive[name] = grown, live
        if stable:
            break
        del interpreter.sinks[marks[0] :], interpreter.writes[marks[1] :]
        del activation.returns[marks[2] :]
    for name, head in heads.items():
        if name in following:
            interpreter.graph.close_loop(head, following[name])
            scope.names[name] = head if following[name] is not head else entry[name]
            interpreter.graph.loop_conditions[head.order] = conditions


def _loop_body(
    interpreter: Interpreter,
    activation: Activation,
    node: ir.For | ir.While,
    test: ir.Expression | None,
) -> tuple[Value, ...]:
    """One run of the body; the conditions on sources that decide how often it runs."""
    from difflint.analysis.interpreter import Loop

    outer, path, conditions = activation.loop, activation.path, activation.conditions
    loop = activation.loop = Loop()
    if test is not None:
        condition = evaluate(interpreter, activation, test)
        if isinstance(condition, Value):
            loop.conditions.append(condition)
            activation.path = interpreter.ranges.assume(path, condition, True)
    execute(interpreter, activation, node.body)
    for state in loop.exits:
        activation.scope.names = interpreter.join_names(
            activation, None, activation.scope.names, state, activation.site(node)
        )
    activation.loop, activation.path, activation.conditions = outer, path, conditions
    return tuple(loop.conditions)


def _break(interpreter: Interpreter, activation: Activation, node: ir.Break) -> bool:
    if activation.loop is not None:
        activation.loop.exits.append(dict(activation.scope.names))
        if activation.conditions:
            activation.loop.conditions.append(activation.conditions[-1][0])
    return False


def _stop(interpreter: Interpreter, activation: Activation, node: ir.Node) -> bool:
    return False


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
                    {"x": iterable},
                    activation.site(node),
                    extra=("each", len(interpreter.graph.values)),
                )
            ], False
    return [interpreter.unknown_value(activation, activation.site(node), ())], False


def _with(interpreter: Interpreter, activation: Activation, node: ir.With) -> bool:
    before = activation.recording
    for item in node.items:
        context = evaluate(interpreter, activation, item.context)
        if item.target is not None:
            assign(interpreter, activation, item.target, context)
        switched = region(interpreter, context)
        if switched is not None:
            activation.recording = switched
    reached = execute(interpreter, activation, node.body)
    activation.recording = before
    return reached


def region(interpreter: Interpreter, context: Object) -> bool | None:
    """Whether a context or decorator switches recording off (False) or on (True)."""
    if isinstance(context, Region):
        return context.recording
    spelling = context.spelling if isinstance(context, Primitive) else None
    if isinstance(context, External):
        spelling = interpreter.catalogue.spellings.get(context.name)
    operator = interpreter.operator(spelling.operator) if spelling is not None else None
    if operator is None:
        return None
    return {Role.NO_GRADIENT: False, Role.GRADIENT: True}.get(operator.role)


def _try(interpreter: Interpreter, activation: Activation, node: ir.Try) -> bool:
    scope = activation.scope
    start = dict(scope.names)
    reached = execute(interpreter, activation, node.body)
    if reached:
        reached = execute(interpreter, activation, node.orelse)
    after, path, conditions = scope.names, activation.path, activation.conditions
    for handler in node.handlers:
        scope.names = dict(start)
        if handler.name:
            scope.names[handler.name] = External("builtins.Exception")
        if execute(interpreter, activation, handler.body):
            after = (
                interpreter.join_names(activation, None, after, scope.names, activation.site(node))
                if reached
                else scope.names
            )
            reached = True
        activation.path, activation.conditions = path, conditions
    scope.names = after
    return execute(interpreter, activation, node.final) and reached


def _match(interpreter: Interpreter, activation: Activation, node: ir.Match) -> bool:
    subject = evaluate(interpreter, activation, node.subject)
    scope, start, path = activation.scope, dict(activation.scope.names), activation.path
    merged: dict[str, Object] | None = None
    complete = False
    for case in node.cases:
        scope.names = dict(start)
        for name in case.bindings:
            scope.names[name] = subject
        condition = None
        if isinstance(case.pattern, (ir.Constant, ir.Attribute)):
            pattern = evaluate(interpreter, activation, case.pattern)
            test = operate(interpreter, activation, "eq", (subject, pattern), node)
            condition = test if isinstance(test, Value) and test.form is not Form.CONSTANT else None
        elif isinstance(case.pattern, ir.Top) and case.guard is None:
            complete = True
        if case.guard is not None:
            evaluate(interpreter, activation, case.guard)
        if execute(interpreter, activation, case.body):
            merged = (
                dict(scope.names)
                if merged is None
                else interpreter.join_names(activation, condition, scope.names, merged, activation.site(node.subject))
            )
        activation.path = path
    if not complete:
        merged = (
            start
            if merged is None
            else interpreter.join_names(activation, None, merged, start, activation.site(node.subject))
        )
    scope.names = merged if merged is not None else start
    return merged is not None


def _assert(interpreter: Interpreter, activation: Activation, node: ir.Assert) -> bool:
    test = evaluate(interpreter, activation, node.test)
    if isinstance(test, Value):
        activation.path = interpreter.ranges.assume(activation.path, test, True)
    return True


def _import(interpreter: Interpreter, activation: Activation, node: ir.Import) -> bool:
    from difflint.analysis.attribute import member_of, resolve

    if node.member is None:
        activation.scope.names[node.name] = resolve(interpreter, node.qualified)
    elif node.member == "*":
        module = interpreter.modules.get(node.qualified)
        if module is not None:
            member_of(interpreter, module, "__all__")
            names = module.scope.names if module.scope is not None else {}
            activation.scope.names.update({n: o for n, o in names.items() if not n.startswith("_")})
        else:
            activation.scope.names.update(interpreter.star(node.qualified))
    else:
        owner = resolve(interpreter, node.qualified)
        activation.scope.names[node.name] = (
            member_of(interpreter, owner, node.member)
            if isinstance(owner, ModuleObject)
            else resolve(interpreter, f"{node.qualified}.{node.member}")
        )
    return True


_RULES: dict[type, Callable[[Any, Any, Any], bool]] = {
    ir.Evaluate: _evaluate,
    ir.Assign: _assign,
    ir.AugmentedAssign: _augmented,
    ir.Return: _return,
    ir.If: _if,
    ir.For: _for,
    ir.While: _while,
    ir.With: _with,
    ir.Try: _try,
    ir.Match: _match,
    ir.Assert: _assert,
    ir.Raise: _stop,
    ir.Break: _break,
    ir.Continue: _stop,
    ir.Import: _import,
    ir.Function: define_function,
    ir.Class: define_class,
}
