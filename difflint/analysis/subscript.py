"""Element access."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeGuard

from difflint import ir
from difflint.analysis.apply import compute
from difflint.analysis.counts import note_bound
from difflint.analysis.graph import Form, Grade, Source, Value
from difflint.analysis.objects import ClassObject, Container, External, Layer, Object
from difflint.analysis.passed import holding
from difflint.analysis.shapes import GETITEM

_EVERYTHING = "slice :"
_SLICE = re.compile(r"slice (-?\d*):(-?\d*)(?::(-?[1-9]\d*)?)?")

if TYPE_CHECKING:
    from difflint.analysis.activation import Activation
    from difflint.analysis.interpreter import Interpreter


def subscript(interpreter: Interpreter, activation: Activation, owner: Object, index: Object, node: ir.Node) -> Object:
    """`owner[index]`."""
    if isinstance(owner, Container):
        look_up(interpreter, index)
        key = index.constant if isinstance(index, Value) else None
        if isinstance(key, str) and owner.keys is None and (part := _SLICE.fullmatch(key)):
            return _part_of(owner, part)
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
    owner = holding(owner)
    key = index.constant if isinstance(index, Value) and index.form is Form.CONSTANT else None
    if owner.form is Form.SOURCE and _is_entry(key, owner):
        return interpreter.entry(owner, key, activation.site(node))
    spelling = interpreter.catalogue.spellings.get(GETITEM)
    row = interpreter.operator("view" if _is_static_index(index) else "index")
    if row is None or spelling is None:
        return interpreter.unknown_value(activation, activation.site(node), (owner,))
    arguments: dict[str, Object] = {"x": owner}
    if "index" in row.arguments:
        arguments["index"] = index
    extra = ("item", _index_key(index))
    picks = None if _is_whole(index) else spelling
    return compute(interpreter, activation, row, picks, arguments, activation.site(node), extra=extra)


def look_up(interpreter: Interpreter, index: Object) -> None:
    """Note what a list or a table of the language is indexed by: a position or a key, and no array of numbers."""
    if isinstance(index, Value):
        note_bound(interpreter, index)


def _is_entry(key: object, owner: Value) -> TypeGuard[str | int]:
    """Whether an entry of a source is a source of its own: of a mapping, or a number of an optimised vector."""
    if isinstance(key, int):
        return isinstance(owner.constant, Source) and owner.constant.grade is Grade.DIFFERENTIATED
    return _is_key(key)


def key_in(index: Object) -> str | None:
    """The text that an index is: the key of a dict."""
    key = index.constant if isinstance(index, Value) else None
    return key if _is_key(key) else None


def _is_key(key: object) -> TypeGuard[str]:
    return isinstance(key, str) and not key.startswith("slice ")


def _part_of(owner: Container, part: re.Match[str]) -> Container:
    """A slice of a sequence whose bounds are written as numbers."""
    bounds = [int(bound) if bound else None for bound in part.groups()]
    return Container(owner.elements[slice(*bounds)], open=owner.open)


def _is_static_index(index: Object) -> bool:
    if isinstance(index, Container):
        return all(_is_static_index(element) for element in index.elements)
    if not isinstance(index, Value):
        return False
    return (index.form in (Form.CONSTANT, Form.SETTING) and not index.operands) or _is_position(index)


def _is_whole(index: Object) -> bool:
    """Whether an index picks nothing, but adds axes at most: `x[..., None]`."""
    if isinstance(index, Container):
        return all(_is_whole(element) for element in index.elements)
    return isinstance(index, Value) and index.form is Form.CONSTANT and index.constant in (None, ..., _EVERYTHING)


def _is_position(index: Value) -> bool:
    """Whether an index is computed from integers of the language alone, such as the counter of a loop."""
    if index.form is not Form.OPERATION:
        return index.form in (Form.CONSTANT, Form.SETTING) and index.integral
    return not index.framework and index.integral and all(_is_position(operand) for _, operand in index.operands)


def _index_key(index: Object) -> object:
    if isinstance(index, Container):
        return tuple(_index_key(element) for element in index.elements)
    if isinstance(index, Value):
        return (
            index.constant if index.form is Form.CONSTANT and isinstance(index.constant, (int, str)) else index.number
        )
    return id(index)
