"""Evaluation of expressions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from difflint import ir
from difflint.analysis import call as _call
from difflint.analysis.apply import compute
from difflint.analysis.attribute import attribute
from difflint.analysis.graph import Form, Value
from difflint.analysis.objects import (
    ClassObject,
    Container,
    External,
    FunctionObject,
    Layer,
    Object,
    Primitive,
    Scope,
)
from difflint.domain.interval import Interval

if TYPE_CHECKING:
    from difflint.analysis.interpreter import Activation, Interpreter


def evaluate(interpreter: Interpreter, activation: Activation, node: ir.Expression) -> Object:
    """The object an expression denotes; an unknown value for what is not modelled."""
    rule = _RULES.get(type(node))
    if rule is None:
        return interpreter.unknown_value(activation, activation.site(node), ())
    found: Object = rule(interpreter, activation, node)
    return interpreter.adopt(found) if isinstance(found, Value) else found


def _constant(interpreter: Interpreter, activation: Activation, node: ir.Constant) -> Object:
    return interpreter.constant(node.value, activation.site(node))


def _name(interpreter: Interpreter, activation: Activation, node: ir.Name) -> Object:
    found = activation.scope.lookup(node.name)
    if found is None:
        return External(f"builtins.{node.name}")
    if isinstance(found, External):
        return External(interpreter.catalogue.canonical(found.name))
    return found


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
        elif argument.stars == 1 and isinstance(item, Container) and not item.open:
            positional += item.elements
        elif argument.stars == 2:
            if isinstance(item, Container) and item.keys is not None:
                keywords.update({k: v for k, v in zip(item.keys, item.elements) if isinstance(k, str)})
        else:
            positional.append(item)
    result = _call.call(interpreter, activation, callee, tuple(positional), keywords, activation.site(node))
    if isinstance(callee, Primitive) and callee.spelling.in_place and isinstance(result, Value):
        from difflint.analysis.execute import write_back

        write_back(interpreter, activation, node, result)
    return result


def operate(
    interpreter: Interpreter,
    activation: Activation,
    operator: str,
    operands: tuple[Object, ...],
    node: ir.Node,
) -> Object:
    """Apply an operator of the language."""
    site = activation.site(node)
    decided = _static_operation(operator, operands)
    if decided is not None:
        return interpreter.constant(decided, site)
    if operator == "add" and all(isinstance(item, Container) for item in operands):
        x, y = operands
        assert isinstance(x, Container) and isinstance(y, Container)
        return Container([*x.elements, *y.elements], open=x.open or y.open)
    spelling = interpreter.catalogue.spellings.get(f"operator.{operator}")
    row = interpreter.operator(spelling.operator) if spelling is not None else None
    values = tuple(interpreter.value(activation, item, site) for item in operands)
    if operator in ("is_", "is_not", "contains", "not_contains") or _compares_text(operator, values):
        return interpreter.setting(site, Interval.BOOLEAN)
    if row is None or spelling is None:
        return interpreter.unknown_value(activation, site, values)
    folded = _fold(operator, values)
    if folded is not None:
        return interpreter.constant(folded, site)
    return compute(interpreter, activation, row, spelling, dict(zip(row.arguments, values)), site)


_FOLD: dict[str, Callable[[Any, Any], Any]] = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "truediv": lambda x, y: x / y,
    "floordiv": lambda x, y: x // y,
    "mod": lambda x, y: x % y,
    "pow": lambda x, y: x**y if abs(y) < 64 and abs(x) < 1e6 else None,
    "lt": lambda x, y: x < y,
    "le": lambda x, y: x <= y,
    "gt": lambda x, y: x > y,
    "ge": lambda x, y: x >= y,
    "eq": lambda x, y: x == y,
    "ne": lambda x, y: x != y,
}


def _fold(operator: str, values: tuple[Value, ...]) -> object:
    """Arithmetic of literals; settings are not literals, their defaults decide no branch."""
    if not all(value.form is Form.CONSTANT for value in values):
        return None
    contents = [value.constant for value in values]
    numbers = all(isinstance(content, (int, float)) for content in contents)
    if operator in ("eq", "ne") and not numbers and len(contents) == 2:
        return (contents[0] == contents[1]) == (operator == "eq")
    if not numbers:
        return None
    try:
        if operator == "neg":
            return -contents[0]  # type: ignore[operator]
        if operator == "not_":
            return not contents[0]
        rule = _FOLD.get(operator)
        result = rule(*contents) if rule is not None else None
    except (ArithmeticError, TypeError, ValueError):
        return None
    return result if isinstance(result, (bool, int, float)) else None


def _compares_text(operator: str, values: tuple[Value, ...]) -> bool:
    """Whether a value is compared with a text or None: a mode, not a number."""
    return (
        operator in ("eq", "ne")
        and not all(v.form is Form.CONSTANT for v in values)
        and any(v.form is Form.CONSTANT and (v.constant is None or isinstance(v.constant, str)) for v in values)
    )


def _static_operation(operator: str, operands: tuple[Object, ...]) -> bool | None:
    """Identity with None, where it is decided by what kind of object an operand is."""
    if operator not in ("is_", "is_not") or len(operands) != 2:
        return None
    x, y = operands
    if not (isinstance(y, Value) and y.form is Form.CONSTANT and y.constant is None):
        return None
    if isinstance(x, Value):
        if x.form is Form.CONSTANT:
            return (x.constant is None) == (operator == "is_")
        if x.mode == "optional" or x.form in (Form.SETTING, Form.UNKNOWN):
            return None
    elif isinstance(x, External):
        return None
    return operator == "is_not"


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
    return interpreter.join(activation, condition, first, second, activation.site(node))


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
    before = activation.path
    arms: list[Object] = []
    for arm, holds in ((node.body, True), (node.orelse, False)):
        if condition is not None:
            activation.path = interpreter.ranges.assume(before, condition, holds)
        arms.append(evaluate(interpreter, activation, arm))
        activation.path = before
    return interpreter.join(activation, condition, arms[0], arms[1], activation.site(node.test))


def _subscript(interpreter: Interpreter, activation: Activation, node: ir.Subscript) -> Object:
    owner = evaluate(interpreter, activation, node.value)
    index = evaluate(interpreter, activation, node.index)
    return subscript(interpreter, activation, owner, index, node)


def subscript(interpreter: Interpreter, activation: Activation, owner: Object, index: Object, node: ir.Node) -> Object:
    """`owner[index]`."""
    if isinstance(owner, Container):
        key = index.constant if isinstance(index, Value) else None
        found = owner.get(key) if isinstance(key, (int, str)) else None
        if found is not None:
            return found
        if not owner.elements:
            return interpreter.unknown_value(activation, activation.site(node), ())
        if len(owner.elements) == 1 or not isinstance(owner.elements[0], Value):
            return owner.elements[0]
        return interpreter.value(activation, owner, activation.site(node))
    if isinstance(owner, Layer) and owner.parts:
        return owner.parts[0]
    if isinstance(owner, (External, ClassObject)):
        return owner
    if not isinstance(owner, Value):
        return interpreter.unknown_value(activation, activation.site(node), ())
    spelling = interpreter.catalogue.spellings.get("operator.getitem")
    row = interpreter.operator("view" if _is_static_index(index) else "index")
    if row is None or spelling is None:
        return interpreter.unknown_value(activation, activation.site(node), (owner,))
    arguments: dict[str, Object] = {"x": owner}
    if "index" in row.arguments:
        arguments["index"] = index
    extra = ("item", _index_key(index))
    return compute(interpreter, activation, row, spelling, arguments, activation.site(node), extra=extra)


def _is_static_index(index: Object) -> bool:
    if isinstance(index, Container):
        return all(_is_static_index(element) for element in index.elements)
    return isinstance(index, Value) and index.form in (Form.CONSTANT, Form.SETTING)


def _index_key(index: Object) -> object:
    if isinstance(index, Container):
        return tuple(_index_key(element) for element in index.elements)
    if isinstance(index, Value):
        return (
            index.constant if index.form is Form.CONSTANT and isinstance(index.constant, (int, str)) else index.number
        )
    return id(index)


def _slice(interpreter: Interpreter, activation: Activation, node: ir.Slice) -> Object:
    parts = [part for part in (node.lower, node.upper, node.step) if part is not None]
    for part in parts:
        evaluate(interpreter, activation, part)
    text = activation.module.node.text[node.start : node.end]
    return interpreter.constant(f"slice {text}", activation.site(node))


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
    from difflint.analysis.execute import assign, elements_of

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
    from difflint.analysis.execute import assign

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
    from difflint.analysis.interpreter import Outcome

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
