"""Execution of statements: state, joins of arms, loops and in-place writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from difflint import ir
from difflint.analysis.activation import Outcome
from difflint.analysis.assign import assign, assign_element, is_mutable, record_write
from difflint.analysis.define import define_class, define_function
from difflint.analysis.evaluate import evaluate, truth
from difflint.analysis.graph import Form, Value
from difflint.analysis.joins import join_names
from difflint.analysis.loops import for_loop, while_loop
from difflint.analysis.narrow import Narrowed, narrow, widened
from difflint.analysis.objects import (
    External,
    ModuleObject,
    Object,
    Primitive,
    Region,
)
from difflint.analysis.operation import operate
from difflint.analysis.recording import stop
from difflint.catalogue.model import Role

if TYPE_CHECKING:
    from difflint.analysis.activation import Activation
    from difflint.analysis.interpreter import Interpreter


_BINDING = (ir.Import, ir.Function, ir.Class)


def execute(interpreter: Interpreter, activation: Activation, block: ir.Block) -> bool:
    """Run a block; False if control never reaches its end.

    What a module defines and imports is bound however much work its other statements were.
    """
    for statement in block:
        if interpreter.exhausted and not (activation.function is None and isinstance(statement, _BINDING)):
            continue
        interpreter.statements += 1
        rule = _RULES.get(type(statement))
        if rule is not None and not rule(interpreter, activation, statement):
            return False
    return True


def _evaluate(interpreter: Interpreter, activation: Activation, node: ir.Evaluate) -> bool:
    evaluate(interpreter, activation, node.value)
    established = activation.established
    if established is not None and established[0] == activation.site(node.value):
        activation.path = established[1]
    return True


def _assign(interpreter: Interpreter, activation: Activation, node: ir.Assign) -> bool:
    if node.value is None:
        return True
    item = evaluate(interpreter, activation, node.value)
    for target in node.targets:
        assign(interpreter, activation, target, item)
    return True


def _augmented(interpreter: Interpreter, activation: Activation, node: ir.AugmentedAssign) -> bool:
    before = evaluate(interpreter, activation, node.target)
    operand = evaluate(interpreter, activation, node.value)
    result = operate(interpreter, activation, node.operator, (before, operand), node)
    if isinstance(before, Value) and isinstance(result, Value):
        if is_mutable(interpreter, activation, before):
            record_write(interpreter, activation, before, result, node, node.target)
            result = interpreter.alias(result, before, "in-place")
    if isinstance(node.target, ir.Subscript):
        assign_element(interpreter, activation, node.target, result)
    else:
        assign(interpreter, activation, node.target, result)
    return True


def _return(interpreter: Interpreter, activation: Activation, node: ir.Return) -> bool:
    if node.value is not None:
        item = evaluate(interpreter, activation, node.value)
    else:
        item = interpreter.constant(None, activation.site(node))
    moment = len(interpreter.graph.values)
    activation.returns.append(Outcome(item, activation.conditions, activation.apart, moment, activation.path))
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
    narrowed: list[Narrowed] = []
    reached: list[bool] = []
    start, outside = scope.names, activation.apart
    ends, left, entered = [len(interpreter.graph.values)], outside, outside
    for arm, holds in ((body, True), (orelse, False)):
        scope.names = dict(start)
        known = narrow(interpreter, activation, node.test, holds) if isinstance(node, ir.If) else {}
        if condition is not None:
            if _runs(arm) or (not arm and not all(reached)):
                activation.path = interpreter.ranges.assume(path, condition, holds)
            activation.conditions = (*conditions, (condition, holds))
        narrowed.append(known | stop(interpreter, scope.names, condition, holds))
        reached.append(execute(interpreter, activation, arm))
        ends.append(len(interpreter.graph.values))
        left = (*left, *activation.apart[len(entered) :])  # branches in the arm that leave the function
        activation.apart = entered = (*outside, (ends[0], ends[1]))
        states.append(scope.names)
        paths.append(activation.path)
        activation.path, activation.conditions = path, conditions
    activation.apart = left
    if all(reached):
        test = node.test if isinstance(node, ir.If) else node
        apart = (((ends[1], ends[2]),), ((ends[0], ends[1]),))
        place = activation.site(test)
        then, otherwise = widened(states, narrowed)
        scope.names = join_names(interpreter, activation, condition, then, otherwise, place, apart)
        activation.path = path
        return True
    activation.apart = (*left, (ends[1], ends[2]) if reached[0] else (ends[0], ends[1]))
    scope.names = states[0] if reached[0] else states[1]
    activation.path = paths[0] if reached[0] else paths[1]
    if condition is not None and any(reached):
        activation.conditions = (*conditions, (condition, reached[0]))
    return any(reached)


def _runs(arm: ir.Block) -> bool:
    """Whether anything in an arm asks what holds there: not where it raises at once."""
    return bool(arm) and not isinstance(arm[0], ir.Raise)


def _break(interpreter: Interpreter, activation: Activation, node: ir.Break) -> bool:
    if activation.loop is not None:
        activation.loop.exits.append(dict(activation.scope.names))
        if activation.conditions:
            activation.loop.conditions.append(activation.conditions[-1][0])
    return False


def _stop(interpreter: Interpreter, activation: Activation, node: ir.Node) -> bool:
    return False


def _with(interpreter: Interpreter, activation: Activation, node: ir.With) -> bool:
    before, tapes = activation.recording, interpreter.tapes
    for item in node.items:
        context = evaluate(interpreter, activation, item.context)
        interpreter.tapes += _is_tape(interpreter, context)
        if item.target is not None:
            assign(interpreter, activation, item.target, context)
        switched = region(interpreter, context)
        if switched is not None:
            activation.recording = switched
    reached = execute(interpreter, activation, node.body)
    activation.recording, interpreter.tapes = before, tapes
    return reached


def _is_tape(interpreter: Interpreter, context: Object) -> bool:
    """Whether a context records what is computed in it, derivatives included."""
    row = interpreter.operator(context.spelling.operator) if isinstance(context, Primitive) else None
    return row is not None and row.role is Role.TAPE


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
    scope, before = activation.scope, activation.path
    start = dict(scope.names)
    reached = execute(interpreter, activation, node.body)
    if reached:
        reached = execute(interpreter, activation, node.orelse)
    after, path, conditions = scope.names, activation.path, activation.conditions
    for handler in node.handlers:
        scope.names = dict(start)
        if handler.name:
            scope.names[handler.name] = External("builtins.Exception")
        activation.path = before
        if execute(interpreter, activation, handler.body):
            after = _either(interpreter, activation, after, scope.names, node, handler) if reached else scope.names
            reached, path = True, before  # what the body checked may be what failed
        activation.path, activation.conditions = path, conditions
    scope.names = after
    return execute(interpreter, activation, node.final) and reached


def _either(
    interpreter: Interpreter,
    activation: Activation,
    body: dict[str, Object],
    names: dict[str, Object],
    node: ir.Try,
    handler: ir.Handler,
) -> dict[str, Object]:
    """The state after a `try`: what the failure of a computation decides is marked."""
    mark = len(interpreter.graph.values)
    merged = join_names(interpreter, activation, None, body, names, activation.site(node))
    if not _is_numerical(interpreter, activation, handler.kind):
        return merged
    for name, item in merged.items():
        if isinstance(item, Value) and item.form is Form.JOIN and item.order > mark:
            merged[name] = interpreter.graph.replace(item, replace(item, mode="exception"))
    return merged


def _is_numerical(interpreter: Interpreter, activation: Activation, kind: ir.Expression | None) -> bool:
    """Whether an exception may come from the numbers rather than from types or platforms."""
    if isinstance(kind, ir.Sequence):
        return any(_is_numerical(interpreter, activation, element) for element in kind.elements)
    item = evaluate(interpreter, activation, kind) if kind is not None else None
    spelling = interpreter.catalogue.spellings.get(item.name) if isinstance(item, External) else None
    row = interpreter.operator(spelling.operator) if spelling is not None else None
    return kind is None or (row is not None and row.family == "exception")


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
                else join_names(interpreter, activation, condition, scope.names, merged, activation.site(node.subject))
            )
        activation.path = path
    if not complete:
        merged = (
            start
            if merged is None
            else join_names(interpreter, activation, None, merged, start, activation.site(node.subject))
        )
    scope.names = merged if merged is not None else start
    return merged is not None


def _assert(interpreter: Interpreter, activation: Activation, node: ir.Assert) -> bool:
    test = evaluate(interpreter, activation, node.test)
    if isinstance(test, Value):
        activation.path = interpreter.ranges.assume(activation.path, test, True)
        stop(interpreter, activation.scope.names, test, True)
    narrow(interpreter, activation, node.test, True)
    return True


def _import(interpreter: Interpreter, activation: Activation, node: ir.Import) -> bool:
    from difflint.analysis.attribute import member_of, resolve, star

    importer = activation.module.node
    if node.member is None:
        activation.scope.names[node.name] = resolve(interpreter, node.qualified, importer)
    elif node.member == "*":
        module = interpreter.tree.find(node.qualified, importer)
        if module is not None:
            member_of(interpreter, module, "__all__")
            names = module.scope.names if module.scope is not None else {}
            activation.scope.names.update({n: o for n, o in names.items() if not n.startswith("_")})
        else:
            activation.scope.names.update(star(interpreter, node.qualified))
    else:
        owner = resolve(interpreter, node.qualified, importer)
        activation.scope.names[node.name] = (
            member_of(interpreter, owner, node.member)
            if isinstance(owner, ModuleObject)
            else resolve(interpreter, f"{node.qualified}.{node.member}", importer)
        )
    return True


_RULES: dict[type, Callable[[Any, Any, Any], bool]] = {
    ir.Evaluate: _evaluate,
    ir.Assign: _assign,
    ir.AugmentedAssign: _augmented,
    ir.Return: _return,
    ir.If: _if,
    ir.For: for_loop,
    ir.While: while_loop,
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
