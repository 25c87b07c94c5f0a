"""Functions and methods of the language itself that move objects around."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from difflint import ir
from difflint.analysis.apply import compute
from difflint.analysis.attribute import attribute
from difflint.analysis.counts import mark_counted
from difflint.analysis.graph import Form, Site, Value
from difflint.analysis.narrow import answer, asks_for_arrays
from difflint.analysis.objects import (
    Bound,
    ClassObject,
    Container,
    FunctionObject,
    Instance,
    Layer,
    Method,
    Object,
    flatten,
)
from difflint.analysis.typed import typed
from difflint.domain.interval import Interval

if TYPE_CHECKING:
    from difflint.analysis.activation import Activation
    from difflint.analysis.interpreter import Interpreter

Special = Callable[..., Object]


def _elements(interpreter: Interpreter, activation: Activation, item: Object, site: Site) -> tuple[list[Object], bool]:
    from difflint.analysis.loops import elements_of

    return elements_of(interpreter, activation, item, ir.Node(site.start, site.end))


def _zip(
    interpreter: Interpreter,
    activation: Activation,
    positional: tuple[Object, ...],
    keywords: Mapping[str, Object],
    site: Site,
) -> Object:
    columns = [_elements(interpreter, activation, item, site) for item in positional]
    closed = all(complete for _, complete in columns)
    length = min((len(elements) for elements, _ in columns), default=0)
    if not closed:
        length = max((len(elements) for elements, _ in columns), default=0)
    rows: list[Object] = []
    for index in range(min(length, 32)):
        rows.append(
            Container(
                [
                    elements[min(index, len(elements) - 1)] if elements else interpreter.setting(site)
                    for elements, _ in columns
                ]
            )
        )
    return Container(rows, open=not closed)


def _enumerate(
    interpreter: Interpreter,
    activation: Activation,
    positional: tuple[Object, ...],
    keywords: Mapping[str, Object],
    site: Site,
) -> Object:
    elements, closed = _elements(interpreter, activation, positional[0], site) if positional else ([], False)
    counter = Interval.make(0.0, float("inf"), integer=True)
    rows: list[Object] = [
        Container([interpreter.constant(index, site) if closed else interpreter.setting(site, counter), element])
        for index, element in enumerate(elements)
    ]
    return Container(rows, open=not closed)


def _range(
    interpreter: Interpreter,
    activation: Activation,
    positional: tuple[Object, ...],
    keywords: Mapping[str, Object],
    site: Site,
) -> Object:
    for item in positional:
        if isinstance(item, Value):
            mark_counted(interpreter, item)
    low = Interval.make(0.0, float("inf"), integer=True)
    if len(positional) > 1 and isinstance(positional[0], Value) and positional[0].range.is_point:
        low = Interval.make(positional[0].range.lo, float("inf"), integer=True)
    return Container([interpreter.setting(site, low)], open=True)


def _sequence(
    interpreter: Interpreter,
    activation: Activation,
    positional: tuple[Object, ...],
    keywords: Mapping[str, Object],
    site: Site,
) -> Object:
    if not positional:
        return Container([])
    if isinstance(positional[0], Container):
        item = positional[0]
        return Container(list(item.elements), None, item.open)
    elements, closed = _elements(interpreter, activation, positional[0], site)
    return Container(elements, open=not closed)


def _first(
    interpreter: Interpreter,
    activation: Activation,
    positional: tuple[Object, ...],
    keywords: Mapping[str, Object],
    site: Site,
) -> Object:
    if not positional:
        return interpreter.setting(site)
    elements, _ = _elements(interpreter, activation, positional[0], site)
    return elements[0] if elements else interpreter.setting(site)


def _dict(
    interpreter: Interpreter,
    activation: Activation,
    positional: tuple[Object, ...],
    keywords: Mapping[str, Object],
    site: Site,
) -> Object:
    keys: list[object] = []
    elements: list[Object] = []
    if positional and isinstance(positional[0], Container) and positional[0].keys is not None:
        keys += positional[0].keys
        elements += positional[0].elements
    for name, item in keywords.items():
        keys.append(name)
        elements.append(item)
    return Container(elements, keys, names=())


def _map(
    interpreter: Interpreter,
    activation: Activation,
    positional: tuple[Object, ...],
    keywords: Mapping[str, Object],
    site: Site,
) -> Object:
    if len(positional) < 2:
        return Container([], open=True)
    elements, closed = _elements(interpreter, activation, positional[1], site)
    return Container(
        [interpreter.call(activation, positional[0], (element,), {}, site) for element in elements[:8]],
        open=not closed or len(elements) > 8,
    )


def _getattr(
    interpreter: Interpreter,
    activation: Activation,
    positional: tuple[Object, ...],
    keywords: Mapping[str, Object],
    site: Site,
) -> Object:
    if len(positional) >= 2 and isinstance(positional[1], Value) and isinstance(positional[1].constant, str):
        return attribute(interpreter, activation, positional[0], positional[1].constant, site, called=True)
    return interpreter.unknown_value(activation, site, ())


def _setting(
    interpreter: Interpreter,
    activation: Activation,
    positional: tuple[Object, ...],
    keywords: Mapping[str, Object],
    site: Site,
) -> Object:
    return interpreter.setting(site, Interval.BOOLEAN)


def _isinstance(
    interpreter: Interpreter,
    activation: Activation,
    positional: tuple[Object, ...],
    keywords: Mapping[str, Object],
    site: Site,
) -> Object:
    if len(positional) != 2:
        return interpreter.setting(site, Interval.BOOLEAN)
    known = answer(interpreter, *positional)
    if known is not None:
        return interpreter.constant(known, site)
    row = interpreter.operator("array-test") if asks_for_arrays(interpreter, positional[1]) else None
    if row is None or not isinstance(positional[0], Value):
        return interpreter.setting(site, Interval.BOOLEAN)
    return compute(interpreter, activation, row, None, {"x": positional[0]}, site, extra=interpreter.graph.fresh())


def _hasattr(
    interpreter: Interpreter,
    activation: Activation,
    positional: tuple[Object, ...],
    keywords: Mapping[str, Object],
    site: Site,
) -> Object:
    if len(positional) == 2 and all(isinstance(item, Value) and item.form is Form.CONSTANT for item in positional):
        owner, name = (item.constant for item in positional if isinstance(item, Value))
        if isinstance(owner, (str, int, float)) and isinstance(name, str):
            return interpreter.constant(hasattr(owner, name), site)
    return interpreter.setting(site, Interval.BOOLEAN)


def _str(
    interpreter: Interpreter,
    activation: Activation,
    positional: tuple[Object, ...],
    keywords: Mapping[str, Object],
    site: Site,
) -> Object:
    text = positional[0] if len(positional) == 1 else None
    if isinstance(text, Value) and text.form is Form.CONSTANT and isinstance(text.constant, str):
        return text
    if isinstance(text, Value) and typed(text) is not None:
        return interpreter.unknown_value(activation, site, (text,))
    return interpreter.setting(site)


def _super(
    interpreter: Interpreter,
    activation: Activation,
    positional: tuple[Object, ...],
    keywords: Mapping[str, Object],
    site: Site,
) -> Object:
    function = activation.function
    owner = function.owner if function is not None else None
    parameters = function.node.parameters if function is not None else ()
    receiver = activation.scope.lookup(parameters[0].name) if parameters else None
    if owner is None or not isinstance(receiver, Instance):
        return interpreter.setting(site)
    return Parent(receiver, owner)


class Parent(Instance):
    """What `super()` returns: the receiver, looked at from above the class `owner`."""

    def __init__(self, receiver: Instance, owner: ClassObject) -> None:
        above = ClassObject(owner.node, owner.scope, owner.bases, {}, owner.fields, owner.kinds, owner.record)
        super().__init__(above, receiver.attributes)
        self.receiver = receiver


FUNCTIONS: dict[str, Special] = {
    "builtins.zip": _zip,
    "builtins.enumerate": _enumerate,
    "builtins.range": _range,
    "builtins.list": _sequence,
    "builtins.tuple": _sequence,
    "builtins.reversed": _sequence,
    "builtins.set": _sequence,
    "builtins.sorted": _sequence,
    "builtins.iter": _sequence,
    "builtins.next": _first,
    "builtins.dict": _dict,
    "builtins.map": _map,
    "builtins.getattr": _getattr,
    "builtins.isinstance": _isinstance,
    "builtins.hasattr": _hasattr,
    "builtins.callable": _setting,
    "builtins.issubclass": _setting,
    "builtins.str": _str,
    "builtins.super": _super,
    "collections.OrderedDict": _dict,
    "builtins.type": _setting,
}


def method(
    interpreter: Interpreter,
    activation: Activation,
    callee: Method,
    positional: tuple[Object, ...],
    keywords: Mapping[str, Object],
    site: Site,
) -> Object:
    """A method nobody catalogued: of containers, of instances' outer bases, of the unknown."""
    owner, name = callee.receiver, callee.name
    if isinstance(owner, Container):
        found = _container_method(interpreter, activation, owner, name, positional, site)
        if found is not None:
            return found
    if isinstance(owner, Instance):
        return _outer_method(interpreter, activation, owner, name, positional, keywords, site)
    parts = [interpreter.adopt(part) for item in (owner, *positional, *keywords.values()) for part in flatten(item)]
    if isinstance(owner, Value) and owner.form is Form.CONSTANT:
        return interpreter.setting(site)
    if isinstance(owner, (Container, ClassObject, FunctionObject, Bound, Layer)) and not parts:
        return interpreter.setting(site)
    if interpreter.options.unknown:
        interpreter.unknown.append((site, f".{name}"))
    return interpreter.unknown_value(activation, site, tuple(parts))


def _container_method(
    interpreter: Interpreter,
    activation: Activation,
    owner: Container,
    name: str,
    positional: tuple[Object, ...],
    site: Site,
) -> Object | None:
    if name in ("append", "add", "insert") and positional:
        owner.elements.append(positional[-1])
        return interpreter.constant(None, site)
    if name in ("extend", "update") and positional:
        other = positional[0]
        if isinstance(other, Container):
            if owner.keys is not None and other.keys is not None:
                for key, element in zip(other.keys, other.elements):
                    if key in owner.keys:
                        owner.elements[owner.keys.index(key)] = element
                    else:
                        owner.keys.append(key)
                        owner.elements.append(element)
            else:
                owner.elements.extend(other.elements)
                owner.open = owner.open or other.open
        return interpreter.constant(None, site)
    if name == "items" and owner.keys is not None:
        return Container(
            [Container([interpreter.constant(key, site), element]) for key, element in zip(owner.keys, owner.elements)],
            open=owner.open,
        )
    if name == "values":
        return Container(list(owner.elements), open=owner.open)
    if name == "keys" and owner.keys is not None:
        return Container([interpreter.constant(key, site) for key in owner.keys], open=owner.open)
    if name in ("get", "pop", "setdefault") and owner.elements:
        key = positional[0].constant if positional and isinstance(positional[0], Value) else -1
        found = owner.get(key)
        if found is not None:
            return found
        if len(positional) > 1:
            return positional[1]
        return interpreter.value(activation, owner, site)
    if name == "copy":
        return Container(list(owner.elements), list(owner.keys) if owner.keys is not None else None, owner.open)
    return None


_FLUENT = (
    "to",
    "cuda",
    "cpu",
    "eval",
    "train",
    "float",
    "double",
    "half",
    "bfloat16",
    "requires_grad_",
    "apply",
    "compile",
    "share_memory",
    "replace",
    "_replace",
)


def _outer_method(
    interpreter: Interpreter,
    activation: Activation,
    owner: Instance,
    name: str,
    positional: tuple[Object, ...],
    keywords: Mapping[str, Object],
    site: Site,
) -> Object:
    """A method of a base class outside of the tree: registrations set attributes."""
    if name in ("register_buffer", "register_parameter", "add_module", "register_module") and len(positional) > 1:
        label = positional[0]
        if isinstance(label, Value) and isinstance(label.constant, str):
            owner.attributes[label.constant] = positional[1]
        return interpreter.setting(site)
    if name == "__init__":
        return interpreter.setting(site)
    if name in _FLUENT:
        return owner
    parts = tuple(interpreter.adopt(part) for item in (*positional, *keywords.values()) for part in flatten(item))
    if not parts:
        return interpreter.setting(site)
    return interpreter.unknown_value(activation, site, parts)
