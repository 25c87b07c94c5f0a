"""What names are bound to: values of the graph, and everything that is not a number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from difflint import ir
from difflint.analysis.graph import Form, Source, Value
from difflint.catalogue.model import ClassKind, FrameworkClass, Operator, Spelling
from difflint.record import entity

Key = tuple[str, int]
"""A function of the tree: its file and offset."""


@entity
class External:
    """Something outside of the checked tree, known by its dotted name."""

    name: str


@dataclass(slots=True, eq=False)
class Scope:
    """Names of one function, class or module; `parent` is the enclosing function or module."""

    module: ModuleObject
    parent: Scope | None
    names: dict[str, Object]

    def lookup(self, name: str) -> Object | None:
        """The object a name is bound to here or further out."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.parent
        return None


@dataclass(slots=True, eq=False)
class ModuleObject:
    """A module of the checked tree; `scope` is filled when its body has run."""

    node: ir.Module
    frameworks: tuple[str, ...]
    scope: Scope | None = None


@entity
class FunctionObject:
    """A user function with its closure; `owner` is the class whose body defines it."""

    node: ir.Function
    scope: Scope
    owner: ClassObject | None = None
    static: bool = False
    recording: bool = True
    boundary: bool = False

    @property
    def key(self) -> Key:
        """The function's file and offset."""
        return self.scope.module.node.path, self.node.start


@entity
class Bound:
    """A method together with its receiver."""

    function: FunctionObject
    receiver: Object


@entity
class Partial:
    """A callable with some arguments already given."""

    callee: Object
    positional: tuple[Object, ...]
    keywords: tuple[tuple[str, Object], ...]


@dataclass(slots=True, eq=False)
class ClassObject:
    """A user class; `kinds` are the framework classes it derives from."""

    node: ir.Class
    scope: Scope
    bases: tuple[Object, ...]
    names: dict[str, Object] = field(default_factory=dict)
    fields: dict[str, tuple[ir.Expression | None, ir.Expression | None]] = field(default_factory=dict)
    kinds: tuple[FrameworkClass, ...] = ()
    record: bool = False

    def member(self, name: str) -> Object | None:
        """An attribute found on the class or, in order, on its bases."""
        if name in self.names:
            return self.names[name]
        for parent in self.bases:
            if isinstance(parent, ClassObject):
                found = parent.member(name)
                if found is not None:
                    return found
        return None

    def lineage(self) -> Iterator[ClassObject]:
        """The class and the user classes that it derives from, in order."""
        yield self
        for parent in self.bases:
            if isinstance(parent, ClassObject):
                yield from parent.lineage()

    def is_a(self, kind: ClassKind) -> bool:
        """Whether it derives from a framework class of this kind."""
        return any(known.kind is kind for known in self.kinds)


@dataclass(slots=True, eq=False)
class Instance:
    """An instance of a user class."""

    cls: ClassObject
    attributes: dict[str, Object]


@entity
class Layer:
    """A callable made by a framework's constructor: what a call computes, and its weights."""

    operator: Operator
    spelling: Spelling
    source: Source | None
    settings: tuple[tuple[str, Value], ...] = ()
    parts: tuple[Object, ...] = ()


@entity
class Derivative:
    """A function that differentiates another one."""

    callee: Object
    order: int


@entity
class Region:
    """A context that switches recording on or off."""

    recording: bool


@entity
class Primitive:
    """An operator of a framework, waiting for its call; `receiver` is a method's array."""

    spelling: Spelling
    receiver: Value | None = None


@entity
class Method:
    """A method of a value that no framework is known for, or that none of them has."""

    receiver: Object
    name: str


@dataclass(slots=True, eq=False)
class Container:
    """A tuple, list, set or dict whose elements are known one by one."""

    elements: list[Object]
    keys: list[object] | None = None
    open: bool = False
    names: tuple[str, ...] = ()

    def get(self, key: object) -> Object | None:
        """The element under an index or key, None if it is not known."""
        if self.keys is not None:
            return self.elements[self.keys.index(key)] if key in self.keys else None
        if isinstance(key, int) and not isinstance(key, bool) and -len(self.elements) <= key < len(self.elements):
            return None if self.open else self.elements[key]
        return None


Object = (
    Value
    | External
    | ModuleObject
    | FunctionObject
    | Bound
    | Partial
    | ClassObject
    | Instance
    | Layer
    | Derivative
    | Primitive
    | Region
    | Method
    | Container
)


def flatten(item: Object, limit: int = 64) -> list[Value]:
    """The values inside an object, through containers and the attributes of instances."""
    if isinstance(item, Value):
        return [item]
    found: list[Value] = []
    seen: set[int] = set()
    pending: list[Object] = [item]
    while pending and len(found) < limit:
        current = pending.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, Value):
            found.append(current)
        elif isinstance(current, Container):
            pending += reversed(current.elements)
        elif isinstance(current, Instance):
            pending += current.attributes.values()
    return found


def is_array(item: Object | None) -> bool:
    """Whether an argument is an array, for all that is known; what may be a number as well is none for certain."""
    if not isinstance(item, Value):
        return False
    if item.form is Form.JOIN:
        return all(is_array(arm) for name, arm in item.operands if name != "condition")
    return item.form not in (Form.CONSTANT, Form.SETTING)
