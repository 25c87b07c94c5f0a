"""Binding targets, and writes into memory."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from difflint import ir
from difflint.analysis.activation import Write
from difflint.analysis.apply import compute
from difflint.analysis.graph import Form, Value
from difflint.analysis.objects import Container, Instance, Object
from difflint.analysis.shapes import is_mask, role
from difflint.analysis.subscript import key_in, look_up, subscript
from difflint.catalogue.model import Role

if TYPE_CHECKING:
    from difflint.analysis.activation import Activation
    from difflint.analysis.interpreter import Interpreter


def assign(interpreter: Interpreter, activation: Activation, target: ir.Expression, item: Object) -> None:
    """Bind a target: a name, an attribute, an element, or a list of targets."""
    if isinstance(target, ir.Name):
        activation.scope.names[target.name] = item
    elif isinstance(target, ir.Attribute):
        owner = interpreter.evaluate(activation, target.value)
        if isinstance(owner, Instance):
            owner.attributes[target.name] = item
    elif isinstance(target, ir.Subscript):
        assign_element(interpreter, activation, target, item)
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
        element = subscript(interpreter, activation, item, index, part)
        if isinstance(item, Value) and item.form is Form.UNKNOWN and isinstance(element, Value):
            # what an unknown call returns for several targets is a tuple of arrays, each in a memory of its own
            element = interpreter.graph.replace(element, replace(element, storage=element.order))
        assign(interpreter, activation, part, element)


def assign_element(interpreter: Interpreter, activation: Activation, target: ir.Subscript, item: Object) -> None:
    """Write an element: into a container, or as a new value in the memory of an array."""
    owner = interpreter.evaluate(activation, target.value)
    index = interpreter.evaluate(activation, target.index)
    if isinstance(owner, Container):
        look_up(interpreter, index)
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
    mask = index if isinstance(index, Value) and is_mask(index) else None
    if mask is not None and (fill := interpreter.operator("masked-fill")) is not None:
        row, arguments = fill, {"x": owner, "condition": mask, "value": arguments["value"]}
    written = compute(interpreter, activation, row, None, arguments, site)
    if key_in(index) is None:
        record_write(interpreter, activation, owner, written, target, target.value)
    rebind(interpreter, activation, target.value, interpreter.alias(written, owner))


def record_write(
    interpreter: Interpreter,
    activation: Activation,
    target: Value,
    written: Value,
    node: ir.Node,
    name: ir.Expression,
) -> None:
    """Note that the memory of `target`, called `name`, is overwritten; recorded or not, that spoils what was kept."""
    if is_mutable(interpreter, activation, target):
        called = replace(target, site=activation.site(name)) if target.form is Form.JOIN else target
        site, path, apart = activation.site(node), activation.path, activation.apart
        interpreter.writes.append(Write(called, written.order, site, path, apart, activation.recording))


def is_mutable(interpreter: Interpreter, activation: Activation, target: Value) -> bool:
    """Whether an array can be written in place: it says its framework, or the file's first one."""
    name = target.framework or next(iter(activation.module.frameworks), "")
    framework = interpreter.catalogue.frameworks.get(name)
    return framework is not None and framework.mutable


def write_back(
    interpreter: Interpreter,
    activation: Activation,
    node: ir.Call,
    target: ir.Expression,
    receiver: Value | None,
    result: Value,
) -> None:
    """After an operation in place: the variable of what it overwrites now holds the result."""
    marks = role(result) in (Role.MARK, Role.DETACH)  # they change what is recorded, and no number
    if receiver is not None and result.form is Form.OPERATION and not marks:
        record_write(interpreter, activation, receiver, result, node, target)
    rebind(interpreter, activation, target, result)


def rebind(interpreter: Interpreter, activation: Activation, target: ir.Expression, item: Object) -> None:
    """Bind the variable below a chain of subscripts to a new value of the same memory."""
    if isinstance(target, ir.Name) and target.name in activation.scope.names:
        activation.scope.names[target.name] = item
    elif isinstance(target, ir.Attribute):
        owner = interpreter.evaluate(activation, target.value)
        if isinstance(owner, Instance):
            owner.attributes[target.name] = item
