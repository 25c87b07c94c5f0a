"""What the parameters of a function are when nobody says: sources, settings, containers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import reduce
from types import MappingProxyType
from typing import TYPE_CHECKING

from difflint import ir
from difflint.analysis.graph import Form, Grade, Site, Value
from difflint.analysis.objects import (
    ClassObject,
    Container,
    External,
    FunctionObject,
    Instance,
    Object,
    Scope,
    flatten,
)
from difflint.analysis.passed import HOLDER
from difflint.catalogue.model import ClassKind
from difflint.domain.interval import Interval

if TYPE_CHECKING:
    from difflint.analysis.activation import Activation
    from difflint.analysis.interpreter import Interpreter

_OPTIONAL = ("typing.Optional", "typing.Union")
_ANYTHING = ("typing.Any", "builtins.object")


class Annotation:
    """What an annotation says about a parameter; every attribute may be unset."""

    def __init__(self) -> None:
        self.framework = ""
        self.array = False
        self.integers = False
        """Whether an array of integers or truth values may be given."""
        self.optional = False
        self.cls: ClassObject | None = None
        self.other = False
        self.holds = False
        """Whether an entry of what is no array itself is one: `list[Tensor]`."""


def read(interpreter: Interpreter, activation: Activation, node: ir.Expression | None) -> Annotation:
    """Read an annotation; unknown names are `other`: not an array."""
    found = Annotation()
    if node is not None:
        _read(interpreter, activation, node, found)
    return found


def _read(interpreter: Interpreter, activation: Activation, node: ir.Expression, found: Annotation) -> None:
    if isinstance(node, ir.Constant):
        if node.value is None:
            found.optional = True
        elif isinstance(node.value, str):
            _read_text(interpreter, activation, node.value, found)
        return
    if isinstance(node, ir.Operation) and node.operator == "or_":
        for operand in node.operands:
            _read(interpreter, activation, operand, found)
        return
    if isinstance(node, ir.Subscript):
        owner = _resolve(interpreter, activation, node.value)
        if isinstance(owner, External) and owner.name in _OPTIONAL:
            found.optional = found.optional or owner.name == _OPTIONAL[0]
            for part in _parts(node):
                _read(interpreter, activation, part, found)
            return
        if isinstance(owner, External) and owner.name.startswith("jaxtyping."):
            found.other = owner.name.rpartition(".")[2] not in ("Float", "Num", "Inexact", "Shaped", "Real")
            if not found.other:
                _read(interpreter, activation, _parts(node)[0], found)
            return
        if interpreter.options.numbers:
            inner = Annotation()
            for part in _parts(node):
                _read(interpreter, activation, part, inner)
            found.array, found.framework = inner.array, inner.framework
        found.other = True
        for part in node.index.elements if isinstance(node.index, ir.Sequence) else (node.index,):
            entry = read(interpreter, activation, part)
            found.holds = found.holds or entry.array or entry.holds
        return
    _settle(interpreter, _resolve(interpreter, activation, node), found)


def _parts(node: ir.Subscript) -> tuple[ir.Expression, ...]:
    return node.index.elements if isinstance(node.index, ir.Sequence) else (node.index,)


def _read_text(interpreter: Interpreter, activation: Activation, text: str, found: Annotation) -> None:
    """An annotation in quotes: a dotted name, possibly a union with None."""
    for part in text.split("|"):
        name = part.strip()
        if name == "None":
            found.optional = True
        elif all(piece.isidentifier() for piece in name.split(".")):
            pieces = name.split(".")
            node: ir.Expression = ir.Name(0, 0, pieces[0])
            for piece in pieces[1:]:
                node = ir.Attribute(0, 0, node, piece)
            _settle(interpreter, _resolve(interpreter, activation, node), found)
        else:
            found.other = True


def _resolve(interpreter: Interpreter, activation: Activation, node: ir.Expression) -> Object | None:
    if isinstance(node, (ir.Name, ir.Attribute)):
        return interpreter.evaluate(activation, node)
    return None


def _settle(interpreter: Interpreter, item: Object | None, found: Annotation) -> None:
    if isinstance(item, External):
        known = interpreter.catalogue.classes.get(item.name)
        if known is not None and known.kind is ClassKind.ARRAY:
            if not found.array or not interpreter.catalogue.is_host(known.framework):
                found.framework = known.framework
            found.array = True
            return
        if known is not None and known.kind is ClassKind.INTEGERS:
            found.integers = True
            return
        if item.name in _ANYTHING or (interpreter.options.numbers and item.name == "builtins.float"):
            return
    if isinstance(item, ClassObject):
        found.cls = item
        return
    found.other = True


def setting_of(interpreter: Interpreter, site: Site, default: Object | None) -> Value:
    """A configuration value with its default as range."""
    if isinstance(default, Value):
        default = interpreter.adopt(default)
        content = default.constant if default.form is Form.CONSTANT else None
        return interpreter.setting(site, default.range, content)
    if isinstance(default, Container) and default.elements:
        ranges = [part.range for part in flatten(default)]
        return interpreter.setting(site, reduce(Interval.join, ranges) if ranges else Interval.TOP)
    return interpreter.setting(site)


def stated(interpreter: Interpreter, activation: Activation, node: ir.Function) -> dict[str, Interval]:
    """Ranges a comment directly above or inside the head of a function states."""
    path = activation.scope.module.node.path
    entries = interpreter.options.ranges.get(path)
    if not entries:
        return {}
    line = activation.scope.module.node.text.count("\n", 0, node.start) + 1
    decorators = len(node.decorators)
    found: dict[str, Interval] = {}
    for number, intervals in entries:
        if line - 2 - decorators <= number <= line + 1:
            found.update(intervals)
    return found


def assumed_arguments(
    interpreter: Interpreter,
    activation: Activation,
    function: FunctionObject,
    grade: Grade | None,
    framework: str = "",
    only: frozenset[int] | None = None,
    receiver: Object | None = None,
    ranges: Mapping[str, Interval] = MappingProxyType({}),
) -> dict[str, Object]:
    """Arguments of a function that is analysed on its own; a method's first one is its `receiver`.

    With `grade` None nothing is a source. `only` restricts sources to some positions (those that a
    transformation differentiates); the other arrays are data. `ranges` are those that calls keep, by name.
    """
    bound: dict[str, Object] = {}
    fixed = stated(interpreter, activation, function.node)
    defining = type(activation)(Scope(function.scope.module, function.scope, {}), None, activation.frame)
    position = -1
    for parameter in function.node.parameters:
        if parameter.kind is not ir.ParameterKind.KEYWORD:
            position += 1
        if receiver is not None and not bound:
            bound[parameter.name] = receiver
            continue
        wanted = grade if only is None or position in only else None
        made = _argument(interpreter, defining, parameter, wanted, framework, only is not None)
        if isinstance(made, Value):
            kept = ranges.get(parameter.name)
            if kept is not None and parameter.default is not None:
                kept = kept.join(made.range)  # whoever calls may leave the default alone
            interval = fixed.get(parameter.name, kept)
            if made.form is Form.SETTING and interval is not None and interval.is_point and interval is kept:
                made = interpreter.constant(int(interval.lo) if interval.integer else interval.lo, made.site)
            elif interval is not None:
                made = interpreter.graph.replace(made, replace(made, range=interval))
        bound[parameter.name] = made
    return bound


def _argument(
    interpreter: Interpreter,
    defining: Activation,
    parameter: ir.Parameter,
    grade: Grade | None,
    framework: str,
    chosen: bool,
) -> Object:
    site = Site(defining.scope.module.node.path, parameter.start, parameter.end)
    default = interpreter.evaluate(defining, parameter.default) if parameter.default is not None else None
    annotation = read(interpreter, defining, parameter.annotation)
    if parameter.kind is ir.ParameterKind.KEYWORD_VARIADIC:
        return Container([], [])
    if isinstance(default, (FunctionObject, ClassObject, External)):
        return default
    if annotation.cls is not None:
        return _record(interpreter, defining, annotation.cls, grade, framework, site)
    none = isinstance(default, Value) and default.form is Form.CONSTANT and default.constant is None
    optional = none or (annotation.optional and default is None)
    differentiated = grade is Grade.DIFFERENTIATED and chosen
    number = interpreter.options.numbers and isinstance(default, Value) and default.form is Form.CONSTANT
    if annotation.integers and not annotation.array and not differentiated:
        return interpreter.setting(site, Interval.TOP.as_integer(), mode="optional" if optional else "data")
    if (annotation.other and not annotation.array and not differentiated) or (
        default is not None and not none and not differentiated and (number or not annotation.array)
    ):
        made = setting_of(interpreter, site, None if none else default)
        return interpreter.graph.replace(made, replace(made, mode=HOLDER)) if annotation.holds else made
    if grade is None or (grade is Grade.ASSUMED and _is_on_host(interpreter, defining, annotation)):
        known = default.range if isinstance(default, Value) else Interval.TOP
        return interpreter.setting(site, known, mode="optional" if optional else "data")
    source = interpreter.make_source(
        grade,
        parameter.name,
        site,
        mode="optional" if optional else "",
        framework=annotation.framework or framework,
        start=default.range if isinstance(default, Value) else Interval.TOP,
    )
    if annotation.array:
        interpreter.graph.prove(source.alive)
    return Container([source], open=True) if parameter.kind is ir.ParameterKind.VARIADIC else source


def _is_on_host(interpreter: Interpreter, activation: Activation, annotation: Annotation) -> bool:
    """Whether an argument is an array of a host among arrays of others; what is traced takes either."""
    catalogue = interpreter.catalogue
    if not annotation.array or not catalogue.is_host(annotation.framework):
        return False
    return not any(catalogue.frameworks[name].traced for name in activation.module.frameworks)


def _record(
    interpreter: Interpreter,
    defining: Activation,
    cls: ClassObject,
    grade: Grade | None,
    framework: str,
    site: Site,
) -> Object:
    """An instance that arrives as an argument: its array fields are as live as an array."""
    instance = Instance(cls, dict(interpreter.prototype(defining, cls)))
    return instance
