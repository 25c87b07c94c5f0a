"""Reading attributes: modules, classes, instances, arrays and everything unknown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from difflint import ir
from difflint.analysis.apply import compute
from difflint.analysis.graph import Form, Site, Value
from difflint.analysis.objects import (
    Bound,
    ClassObject,
    Container,
    External,
    FunctionObject,
    Instance,
    Layer,
    Method,
    ModuleObject,
    Object,
    Primitive,
)
from difflint.analysis.passed import holding
from difflint.analysis.project import run_module
from difflint.analysis.shapes import MOVES, NUMBER
from difflint.catalogue.model import Catalogue, ClassKind, Role, Spelling

if TYPE_CHECKING:
    from difflint.analysis.activation import Activation
    from difflint.analysis.interpreter import Interpreter

_PROPERTY = ("property", "cached_property")


def attribute(
    interpreter: Interpreter,
    activation: Activation,
    owner: Object,
    name: str,
    site: Site,
    called: bool = False,
) -> Object:
    """`owner.name`; `called` tells a method that is about to be called from a property."""
    if isinstance(owner, External):
        return resolve(interpreter, f"{owner.name}.{name}")
    if isinstance(owner, ModuleObject):
        return member_of(interpreter, owner, name)
    if isinstance(owner, Instance):
        return _of_instance(interpreter, activation, owner, name, site, called)
    if isinstance(owner, ClassObject):
        found = owner.member(name)
        return found if found is not None else Method(owner, name)
    if isinstance(owner, Value):
        return _of_value(interpreter, activation, owner if called else holding(owner), name, site, called)
    if isinstance(owner, Container) and name in owner.names:
        return owner.elements[owner.names.index(name)]
    if isinstance(owner, Layer):
        if owner.source is not None and _is_weight(interpreter, owner, name):
            source = interpreter.adopt_source(owner.source)
            return interpreter.graph.add(
                Form.SOURCE,
                (),
                site,
                alive=source.bit,
                depends=source.bit,
                constant=source,
                number=interpreter.graph.number(("weight", id(owner), name)),
                framework=owner.spelling.framework,
                mode="weight",
            )
        return _of_constructed(interpreter, owner, name)
    return _of_constructed(interpreter, owner, name) if isinstance(owner, Primitive) else Method(owner, name)


def _is_weight(interpreter: Interpreter, owner: Layer, name: str) -> bool:
    """Whether an attribute of a layer is trained, rather than a size or a running mean."""
    framework = interpreter.catalogue.frameworks.get(owner.spelling.framework)
    patterns = framework.weights if framework is not None else ()
    return not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)


def _of_constructed(interpreter: Interpreter, owner: Layer | Primitive, name: str) -> Object:
    """A method that is spelled below the constructor of its receiver: of a tape, of a model."""
    spelling = interpreter.catalogue.spellings.get(f"{owner.spelling.name}.{name}")
    return (
        Primitive(spelling)
        if spelling is not None
        else _of_model(interpreter, (owner.spelling.framework,), owner, name)
    )


def _of_model(interpreter: Interpreter, frameworks: Iterable[str], owner: Object, name: str) -> Object:
    """A method of a receiver whose class nothing tells: that of a framework's models, if they have one."""
    for framework in frameworks:
        known = interpreter.catalogue.frameworks.get(framework)
        spelling = interpreter.catalogue.spellings.get(f"{known.model}.{name}") if known is not None else None
        if spelling is not None:
            return Primitive(spelling)
    return Method(owner, name)


def resolve(interpreter: Interpreter, name: str, importer: ir.Module | None = None) -> Object:
    """The object a dotted name outside of any scope denotes: of the tree, or external."""
    name = interpreter.catalogue.canonical(name)
    module = interpreter.tree.find(name, importer)
    if module is not None:
        return module
    head, _, tail = name.rpartition(".")
    parent = interpreter.tree.find(head, importer) if head else None
    if parent is not None:
        return member_of(interpreter, parent, tail)
    return External(name)


def link(interpreter: Interpreter) -> None:
    """Bind what imports in a circle asked of modules that had not run so far."""
    for module in interpreter.tree.modules:
        names = module.scope.names if module.scope is not None else {}
        for name, item in list(names.items()):
            if isinstance(item, External):
                names[name] = resolve(interpreter, item.name, module.node)


def member_of(interpreter: Interpreter, module: ModuleObject, name: str) -> Object:
    """A name of a module of the checked tree, its submodules included."""
    run_module(interpreter, module)
    if module.scope is not None and name in module.scope.names:
        return module.scope.names[name]
    submodule = interpreter.tree.find(f"{module.node.name}.{name}", module.node)
    if submodule is not None:
        return submodule
    return External(interpreter.catalogue.canonical(f"{module.node.name}.{name}"))


def _of_instance(
    interpreter: Interpreter,
    activation: Activation,
    owner: Instance,
    name: str,
    site: Site,
    called: bool,
) -> Object:
    if name in owner.attributes:
        return owner.attributes[name]
    found = owner.cls.member(name)
    if isinstance(found, FunctionObject):
        if found.static:
            return found
        bound = Bound(found, owner)
        if is_property(found.node):
            from difflint.analysis.call import call

            return call(interpreter, activation, bound, (), {}, site)
        return bound
    if found is not None:
        return found
    for kind in owner.cls.kinds:
        spelling = interpreter.catalogue.spellings.get(f"{kind.name}.{name}")
        if spelling is not None:
            return Primitive(spelling, None)
    return Method(owner, name) if called else interpreter.setting(site)


def is_property(function: ir.Function) -> bool:
    """Whether a method is read as an attribute."""
    for decorator in function.decorators:
        name = decorator.name if isinstance(decorator, (ir.Name, ir.Attribute)) else ""
        if name in _PROPERTY:
            return True
    return False


def method_spelling(interpreter: Interpreter, activation: Activation, owner: Value, name: str) -> Spelling | None:
    """The spelling of a method for a value: of its framework, of the file's, of the caller's."""
    candidates = (owner.framework,) if owner.framework else ()
    for framework in (*candidates, *activation.module.frameworks, *interpreter.home):
        known = interpreter.catalogue.frameworks.get(framework)
        if known is None or not known.array:
            continue
        spelling = interpreter.catalogue.spellings.get(f"{known.array}.{name}")
        if spelling is not None:
            return spelling
    return None


def is_of_another(interpreter: Interpreter, method: Primitive, positional: tuple[Object, ...]) -> bool:
    """Whether a method of a receiver that nothing tells to be an array takes more arrays than the array's one does."""
    receiver = method.receiver
    if receiver is None or receiver.framework not in ("", NUMBER) or receiver.form is Form.OPERATION:
        return False
    if receiver.mode != "weight" and receiver.alive & interpreter.graph.proven:
        return False
    operator = interpreter.operator(method.spelling.operator)
    if operator is None or operator.role in MOVES:
        return False  # `x.view_as(y)` asks for the shape alone
    beyond = positional[max(len(method.spelling.parameters) - 1, 0) :]
    return any(isinstance(item, Value) and bool(item.alive) for item in beyond)


def _of_value(
    interpreter: Interpreter,
    activation: Activation,
    owner: Value,
    name: str,
    site: Site,
    called: bool,
) -> Object:
    own = owner.operator is not None and name in owner.operator.methods
    spelling = _method_of(interpreter, owner, name) if own else method_spelling(interpreter, activation, owner, name)
    if spelling is None and not called:
        spelling = _query(interpreter, name)
    operator = interpreter.operator(spelling.operator) if spelling is not None else None
    if spelling is None or operator is None:
        if called:
            return _of_model(interpreter, activation.module.frameworks, owner, name)
        return field_of(interpreter, activation, owner, name, site)
    if called:
        return Primitive(spelling, owner)
    arguments = dict(zip(operator.arguments[:1], (owner,)))
    return compute(interpreter, activation, operator, spelling, arguments, site)


def _query(interpreter: Interpreter, name: str) -> Spelling | None:
    """An attribute that is a size or a rank wherever a framework has it: of arrays, of distributions."""
    if name not in interpreter.queries:
        interpreter.queries[name] = next(filter(None, _queries(interpreter.catalogue, name)), None)
    return interpreter.queries[name]


def _queries(catalogue: Catalogue, name: str) -> Iterator[Spelling | None]:
    for framework in catalogue.frameworks.values():
        classes = [known.name for known in framework.classes.values() if known.kind is ClassKind.STATIC]
        for receiver in (framework.array, *classes):
            spelling = catalogue.spellings.get(f"{receiver}.{name}")
            row = catalogue.operators.get(spelling.operator) if spelling is not None else None
            yield spelling if row is not None and row.role is Role.QUERY else None


def _method_of(interpreter: Interpreter, owner: Value, name: str) -> Spelling:
    """A method that the row of the owner's constructor names."""
    identifier = owner.operator.methods[name] if owner.operator is not None else ""
    row = interpreter.operator(identifier)
    arguments = row.arguments if row is not None else ()
    made = owner.spelling.name if owner.spelling is not None else ""
    return Spelling(f"{made}.{name}", owner.framework, identifier, tuple((item, item) for item in arguments))


def field_of(interpreter: Interpreter, activation: Activation, owner: Value, name: str, site: Site) -> Object:
    """A field of a record of arrays that arrived as one value: as live as the record."""
    row = interpreter.operator("index")
    if row is None:
        return interpreter.unknown_value(activation, site, (owner,))
    return compute(interpreter, activation, row, None, {"x": owner}, site, extra=("field", name))


def star(interpreter: Interpreter, package: str) -> dict[str, Object]:
    """What `from package import *` binds, as far as the catalogue knows."""
    prefix = f"{package}."
    names = (*interpreter.catalogue.spellings, *interpreter.catalogue.classes)
    return {
        name[len(prefix) :]: External(name)
        for name in names
        if name.startswith(prefix) and "." not in name[len(prefix) :]
    }
