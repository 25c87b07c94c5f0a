"""Running a module, and the functions of it that are analysed on their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from difflint import ir
from difflint.analysis.arguments import assumed_arguments
from difflint.analysis.graph import Grade, Site
from difflint.analysis.objects import (
    ClassObject,
    FunctionObject,
    Instance,
    Key,
    ModuleObject,
    Object,
    Scope,
)
from difflint.catalogue.model import Catalogue, ClassKind
from difflint.domain.interval import Interval

if TYPE_CHECKING:
    from difflint.analysis.interpreter import Interpreter


_ANY: Mapping[str, Interval] = MappingProxyType({})
_UNRECORDED = (ClassKind.NO_GRADIENT, ClassKind.OPTIMISER, ClassKind.BOUNDARY)


@dataclass(frozen=True, slots=True)
class Root:
    """A function analysed on its own: its receiver, the grade of its arguments, its framework.

    `objective`: the framework differentiates its result.
    """

    function: FunctionObject
    receiver: Object | None
    grade: Grade | None
    framework: str
    objective: bool = False

    @property
    def key(self) -> Key:
        """The function's file and offset."""
        return self.function.key


def frameworks_of(module: ir.Module, catalogue: Catalogue) -> tuple[str, ...]:
    """The frameworks whose roots a module imports, those that differentiate first."""
    used = [
        framework
        for framework in catalogue.frameworks.values()
        if any(root in module.imports for root in framework.modules)
    ]
    used.sort(key=lambda framework: (not framework.differentiable, framework.host, framework.name))
    return tuple(framework.name for framework in used)


def run_module(interpreter: Interpreter, module: ModuleObject) -> None:
    """Run a module's body once; imports of modules that are still running see what is there."""
    if module.scope is None:
        module.scope = Scope(module, None, {})
        activation = interpreter.activation(module.scope, None, None)
        with interpreter.share():
            for statement in module.node.body:
                interpreter.statements = 0
                interpreter.home = interpreter.home or module.frameworks
                interpreter.execute(activation, (statement,))


def roots_of(interpreter: Interpreter, module: ModuleObject) -> Iterator[Root]:
    """The functions and methods a module defines, in order."""
    scope = module.scope
    if scope is None:
        return
    for item in list(scope.names.values()):
        if isinstance(item, FunctionObject) and item.scope.module is module:
            root = function_root(interpreter, item)
            if root is not None:
                yield root
        elif isinstance(item, ClassObject) and item.scope.module is module:
            yield from _methods(interpreter, item)


def function_root(interpreter: Interpreter, function: FunctionObject) -> Root | None:
    """A plain function as a root, if its file uses a framework that differentiates."""
    module = function.scope.module
    if function.boundary or not _of_interest(interpreter, module):
        return None
    return Root(function, None, Grade.ASSUMED if _differentiable(interpreter, module) else None, "")


def _of_interest(interpreter: Interpreter, module: ModuleObject) -> bool:
    """Whether a module uses a framework that differentiates or optimises."""
    frameworks = interpreter.catalogue.frameworks
    return any(frameworks[name].differentiable or frameworks[name].optimises for name in module.frameworks)


def _differentiable(interpreter: Interpreter, module: ModuleObject) -> str | None:
    for name in module.frameworks:
        if interpreter.catalogue.frameworks[name].differentiable:
            return name
    return None


def _methods(interpreter: Interpreter, cls: ClassObject) -> Iterator[Root]:
    if not _of_interest(interpreter, cls.scope.module) or any(cls.is_a(kind) for kind in _UNRECORDED):
        return
    objectives = {name for kind in cls.kinds for name in kind.objectives}
    calls = {kind.call: kind.framework for kind in cls.kinds if kind.call}
    receiver: Instance | None = None
    if isinstance(cls.names.get("__init__"), FunctionObject):
        interpreter.prototype(None, cls)  # what a constructor calls is called, whether or not there are methods
    for name, item in cls.names.items():
        if not isinstance(item, FunctionObject) or item.boundary:
            continue
        if name in ("__init__", "__post_init__", "__new__", "setup", "__repr__", "extra_repr"):
            continue
        if receiver is None:
            receiver = Instance(cls, dict(interpreter.prototype(None, cls)))
        live = name in calls or (name == "__call__" and bool(calls))
        grade = Grade.INPUT if live else Grade.ASSUMED if _differentiable(interpreter, cls.scope.module) else None
        yield Root(item, None if item.static else receiver, grade, calls.get(name, ""), name in objectives)


def _is_differentiated_again(interpreter: Interpreter, root: Root) -> bool:
    """Whether a module's function may be what is called where its file differentiates a derivative."""
    counts = interpreter.second_order.get(root.function.scope.module.node.path, set())
    return None in counts or any(_accepts(root, count) for count in counts if count is not None)


def _accepts(root: Root, count: int) -> bool:
    """Whether a function can be called with a number of arguments, its receiver apart."""
    parameters = root.function.node.parameters[0 if root.receiver is None else 1 :]
    if any(item.kind in (ir.ParameterKind.VARIADIC, ir.ParameterKind.KEYWORD_VARIADIC) for item in parameters):
        return True
    return sum(item.default is None for item in parameters) <= count <= len(parameters)


def enter(interpreter: Interpreter, root: Root, ranges: Mapping[str, Interval] = _ANY) -> Object:
    """Run a root on assumed arguments, of which some lie in known ranges; its result is a sink."""
    function = root.function
    scope = function.scope
    site = Site(scope.module.node.path, function.node.start, function.node.end)
    interpreter.home = scope.module.frameworks
    interpreter.differentiating = root.grade is Grade.INPUT
    activation = interpreter.activation(scope, None, None)
    receiver = root.receiver
    if isinstance(receiver, Instance):
        receiver = Instance(receiver.cls, dict(receiver.attributes))
    bound = assumed_arguments(
        interpreter, activation, function, root.grade, root.framework, receiver=receiver, ranges=ranges
    )
    result = interpreter.run(activation, function, bound, site)
    order = 2 if root.grade is Grade.INPUT and _is_differentiated_again(interpreter, root) else 1
    known = root.grade is Grade.INPUT or root.objective
    interpreter.sink(activation, result, order, known, site, objective=root.objective)
    return result
