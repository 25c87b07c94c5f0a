"""Who mentions a function in the checked tree, by its text: runs stop at their limits, what is written does not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from difflint import ir
from difflint.analysis.attribute import member_of, resolve
from difflint.analysis.define import operator_of
from difflint.analysis.execute import region
from difflint.analysis.graph import Site
from difflint.analysis.objects import (
    ClassObject,
    Derivative,
    External,
    FunctionObject,
    Key,
    ModuleObject,
    Object,
    Partial,
    Scope,
)
from difflint.catalogue.model import ClassKind, Operator, Role, Spelling
from difflint.ir.search import parts_of

if TYPE_CHECKING:
    from difflint.analysis.interpreter import Interpreter

_DIFFERENTIATING = (Role.DIFFERENTIATE, Role.OBJECTIVE, Role.BACKWARD, Role.MODEL)
_STATIC = "builtins.staticmethod"
_KEEPING = (
    _STATIC,
    "builtins.classmethod",
    "builtins.property",
    "functools.cached_property",
    "functools.lru_cache",
    "functools.wraps",
    "abc.abstractmethod",
)
_WITH_BLOCKS = (ir.Class, ir.If, ir.For, ir.While, ir.With, ir.Try, ir.Handler, ir.Match, ir.Case)
_UNRECORDED = (ClassKind.BOUNDARY, ClassKind.OPTIMISER)


@dataclass(frozen=True, slots=True)
class Mention:
    """One place that mentions a function: the function it stands in, and whether what runs there is recorded.

    `holder` is None in the body of a module, and where what is mentioned is differentiated. `call` is the call
    of what is mentioned, None where it is handed on or gets arguments that are not written down; `own`, where a
    method calls it on the object that it is itself called on.
    """

    holder: Key | None
    recorded: bool
    call: Site | None
    own: bool = False


@dataclass(frozen=True, slots=True)
class Definition:
    """A function of the tree; `exposed` where a decorator that is not known may hand it to anybody.

    A `mute` function, such as a test, hands out nothing and differentiates nothing, or is a metric's: what it
    mentions is not differentiated there, and that says nothing about other callers.
    """

    name: str
    method: bool
    closure: bool
    recorded: bool
    exposed: bool
    mute: bool


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the walk stands; `scopes` are the names bound in the functions around it, innermost first.

    `derives`: the module's text has a call that differentiates, by its name. `receiver` is the object that a
    method is called on.
    """

    module: ModuleObject
    holder: Key | None = None
    recorded: bool = True
    scopes: tuple[dict[str, Key | Object | None], ...] = ()
    cls: ClassObject | None = None
    in_class: bool = False
    differentiates: bool = False
    derives: bool = False
    receiver: str = ""


class Mentions:
    """Definitions and mentions in the modules read so far.

    Of `members` of values, and of what imports from elsewhere that are `unresolved`, mentions go by their name.
    """

    def __init__(self, interpreter: Interpreter) -> None:
        self._interpreter = interpreter
        self._read: set[str] = set()
        self._left = list(interpreter.tree.modules)
        self._externals: dict[str, Object] = {}
        self.definitions: dict[Key, Definition] = {}
        self.functions: dict[Key, set[Mention]] = {}
        self.members: dict[str, set[Mention]] = {}
        self.unresolved: dict[str, set[Mention]] = {}
        spellings = interpreter.catalogue.spellings.values()
        self._backward = {item.name.rpartition(".")[2] for item in spellings if self._role(item) is Role.BACKWARD}
        self._derives = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(self._backward)))})\s*\(")
        self._rules = {item.name.rpartition(".")[2] for item in spellings if self._role(item) is Role.BOUNDARY}

    def read(self, name: str) -> None:
        """Read every module whose text has a name in it."""
        for module in self._unread():
            if name in module.node.text:
                self._read_module(module)

    def read_file(self, path: str) -> None:
        """Read the module of a path."""
        for module in self._unread():
            if module.node.path == path:
                self._read_module(module)

    def definition(self, key: Key) -> Definition | None:
        """The function with a key, if the tree has it."""
        if key not in self.definitions:
            self.read_file(key[0])
        return self.definitions.get(key)

    def of(self, key: Key) -> set[Mention]:
        """The mentions of a function: of a method those of any member of its name, too."""
        definition = self.definition(key)
        if definition is None:
            return set()
        self.read(definition.name)
        found = self.functions.get(key, set())
        if not definition.closure:
            found = found | self.unresolved.get(definition.name, set())
        return found | self.members.get(definition.name, set()) if definition.method else found

    def _unread(self) -> list[ModuleObject]:
        self._left = [module for module in self._left if module.node.path not in self._read]
        return self._left

    def _read_module(self, module: ModuleObject) -> None:
        if module.node.path not in self._read:
            self._read.add(module.node.path)
            derives = bool(self._backward) and self._derives.search(module.node.text) is not None
            self._block(module.node.body, _Place(module, derives=derives))

    # --- statements ------------------------------------------------------------------------

    def _block(self, block: ir.Block, place: _Place) -> None:
        for statement in block:
            if isinstance(statement, ir.Function):
                self._function(statement, place)
            elif isinstance(statement, ir.Class):
                self._class(statement, place)
            elif isinstance(statement, ir.With):
                self._with(statement, place)
            else:
                for part in parts_of(statement):
                    self._part(part, place)

    def _function(self, node: ir.Function, place: _Place) -> None:
        for part in (*node.decorators, *(parameter.default for parameter in node.parameters)):
            if part is not None:
                self._part(part, place)
        key = (place.module.node.path, node.start)
        unrecorded = any(self._writes_derivative(decorator, place) for decorator in node.decorators)
        unrecorded = unrecorded or (place.cls is not None and any(place.cls.is_a(kind) for kind in _UNRECORDED))
        quiet = place.cls is not None and place.cls.is_a(ClassKind.NO_GRADIENT)
        regions = [self._region(decorator, place) for decorator in node.decorators]
        differentiates = place.differentiates or (place.derives and self._calls_backward(node.body))
        self.definitions[key] = Definition(
            node.name,
            place.in_class,
            bool(place.scopes) and not place.in_class,
            not unrecorded and False not in regions,
            any(not self._is_known(decorator, place) for decorator in node.decorators),
            quiet or not (unrecorded or differentiates or node.generator or _hands_out(node.body)),
        )
        parameters: dict[str, Key | Object | None] = {parameter.name: None for parameter in node.parameters}
        scopes = (parameters | self._bound(node.body, place), *place.scopes)
        receiver = self._receiver(node, place)
        inner = _Place(place.module, key, True, scopes, None, False, differentiates, place.derives, receiver)
        self._block(node.body, inner)

    def _receiver(self, node: ir.Function, place: _Place) -> str:
        """The name of the object that a method is called on."""
        found = [self._denoted(decorator, place) for decorator in node.decorators]
        static = any(isinstance(item, External) and item.name == _STATIC for item in found)
        return node.parameters[0].name if place.in_class and node.parameters and not static else ""

    def _class(self, node: ir.Class, place: _Place) -> None:
        for argument in node.bases:
            self._part(argument, place)
        found = place.module.scope.names.get(node.name) if place.module.scope and not place.scopes else None
        cls = found if isinstance(found, ClassObject) else None
        self._block(node.body, replace(place, cls=cls, in_class=True))

    def _with(self, node: ir.With, place: _Place) -> None:
        inner = place
        for item in node.items:
            self._part(item.context, place)
            recorded = self._region(item.context, place)
            if recorded is False:
                inner = replace(inner, recorded=False)
            elif recorded:
                inner = replace(inner, recorded=True, holder=None)
        self._block(node.body, inner)

    def _bound(self, block: ir.Block, place: _Place) -> dict[str, Key | Object | None]:
        """The names a block binds: functions and imports as such, everything else hides what is outside."""
        names: dict[str, Key | Object | None] = {}
        pending: list[object] = list(block)
        while pending:
            part = pending.pop()
            if isinstance(part, ir.Function):
                names[part.name] = (place.module.node.path, part.start)
            elif isinstance(part, ir.Import):
                names[part.name] = self._imported(part, place)
            elif isinstance(part, (ir.Assign, ir.For)):
                targets = part.targets if isinstance(part, ir.Assign) else (part.target,)
                names.update({target.name: None for target in targets if isinstance(target, ir.Name)})
                pending += part.body if isinstance(part, ir.For) else ()
            elif isinstance(part, (ir.If, ir.While, ir.With, ir.Try, ir.Handler, ir.Match, ir.Case)):
                pending += parts_of(part)
        return names

    def _imported(self, node: ir.Import, place: _Place) -> Object | None:
        owner = resolve(self._interpreter, node.qualified, place.module.node)
        if node.member is None or not isinstance(owner, ModuleObject):
            return owner if node.member is None else External(f"{node.qualified}.{node.member}")
        return member_of(self._interpreter, owner, node.member)

    # --- expressions -----------------------------------------------------------------------

    def _part(self, part: object, place: _Place) -> None:
        if isinstance(part, (ir.Name, ir.Attribute)):
            self._mention(part, self._denoted(part, place), place)
        elif isinstance(part, ir.Call):
            self._call(part, place)
        elif isinstance(part, (ir.Function, ir.Class, ir.With)):
            self._block((part,), place)
        elif isinstance(part, ir.Lambda):
            hidden = {parameter.name: None for parameter in part.function.parameters}
            self._block(part.function.body, replace(place, scopes=(dict(hidden), *place.scopes)))
        elif not isinstance(part, ir.Constant):
            for inside in parts_of(part):
                self._part(inside, place)

    def _call(self, node: ir.Call, place: _Place) -> None:
        found = self._denoted(node.function, place)
        place = self._called(node, found, place)
        if isinstance(node.function, (ir.Name, ir.Attribute)):
            spread = any(argument.stars for argument in node.arguments)
            site = Site(place.module.node.path, node.start, node.end)
            self._mention(node.function, found, place, None if spread else site)
        else:
            self._part(node.function, place)
        for argument in node.arguments:
            self._part(argument.value, place)

    def _called(self, node: ir.Call, found: Key | Object | None, place: _Place) -> _Place:
        """Where the parts of a call stand: one that differentiates, or one that runs its parts unrecorded."""
        operator = self._operator(found)
        if operator is not None and operator.role in _DIFFERENTIATING:
            return replace(place, holder=None, recorded=True)
        if operator is not None and operator.role is Role.ITERATE and operator.relation == "forward":
            return replace(place, recorded=False)
        if operator.role is Role.BOUNDARY if operator is not None else self._is_rule(node.function, found, place):
            return replace(place, recorded=False)
        known = self._interpreter.catalogue.classes.get(found.name) if isinstance(found, External) else None
        kinds = found.kinds if isinstance(found, ClassObject) else (known,) if known is not None else ()
        return replace(place, recorded=False) if any(kind.kind in _UNRECORDED for kind in kinds) else place

    def _mention(
        self, node: ir.Name | ir.Attribute, found: Key | Object | None, place: _Place, call: Site | None = None
    ) -> None:
        while isinstance(found, (Partial, Derivative)):
            found = found.callee
        if isinstance(found, FunctionObject):
            found = found.key
        owner = node.value if isinstance(node, ir.Attribute) else None
        own = call is not None and isinstance(owner, ir.Name) and owner.name == place.receiver
        mention = Mention(None if place.differentiates else place.holder, place.recorded, call, own)
        if isinstance(found, tuple):
            self.functions.setdefault(found, set()).add(mention)
        elif isinstance(found, External) and found.name not in self._interpreter.catalogue.spellings:
            self.unresolved.setdefault(node.name, set()).add(mention)
        elif found is None and isinstance(node, ir.Attribute):
            self.members.setdefault(node.name, set()).add(mention)
        if isinstance(node, ir.Attribute):
            self._part(node.value, place)

    def _denoted(self, node: ir.Expression, place: _Place) -> Key | Object | None:
        """What a name or a dotted name stands for, as far as that is written."""
        if isinstance(node, ir.Name):
            for names in place.scopes:
                if node.name in names:
                    return names[node.name]
            outer = place.module.scope.names if place.module.scope is not None else {}
            return outer.get(node.name, External(f"builtins.{node.name}"))
        owner = self._denoted(node.value, place) if isinstance(node, ir.Attribute) else None
        if isinstance(node, ir.Attribute) and isinstance(owner, ModuleObject):
            return member_of(self._interpreter, owner, node.name)
        if isinstance(node, ir.Attribute) and isinstance(owner, External):
            name = f"{owner.name}.{node.name}"
            if name not in self._externals:
                self._externals[name] = resolve(self._interpreter, name)
            return self._externals[name]
        return None

    def _calls_backward(self, node: object) -> bool:
        """Whether a call in a function, or in a closure of it, differentiates values that it has computed."""
        if isinstance(node, ir.Call) and isinstance(node.function, (ir.Name, ir.Attribute)):
            if node.function.name in self._backward:
                return True
        return any(self._calls_backward(part) for part in (node if isinstance(node, tuple) else parts_of(node)))

    def _role(self, spelling: Spelling) -> Role | None:
        row = self._interpreter.operator(spelling.operator)
        return row.role if row is not None else None

    def _operator(self, found: Key | Object | None) -> Operator | None:
        return None if found is None or isinstance(found, tuple) else operator_of(self._interpreter, found)

    def _region(self, node: ir.Expression, place: _Place) -> bool | None:
        """Whether a context or decorator that is a framework's switches recording."""
        called = node.function if isinstance(node, ir.Call) else node
        found = self._denoted(called, place)
        if not isinstance(found, External) or found.name not in self._interpreter.catalogue.spellings:
            return None
        activation = self._interpreter.activation(Scope(place.module, place.module.scope, {}), None, None)
        return region(self._interpreter, self._interpreter.evaluate(activation, node))

    def _writes_derivative(self, node: ir.Expression, place: _Place) -> bool:
        """Whether a decorator says that the derivative of its function is written by hand."""
        parts = (node.function, *(item.value for item in node.arguments[:1])) if isinstance(node, ir.Call) else (node,)
        operators = (self._operator(self._denoted(part, place)) for part in parts)
        return any(operator is not None and operator.role is Role.BOUNDARY for operator in operators)

    def _is_rule(self, node: ir.Expression, found: Key | Object | None, place: _Place) -> bool:
        """Whether a derivative that is written by hand is what a method of a function takes, or a decorator."""
        if isinstance(node, ir.Call):
            return self._writes_derivative(node, place)
        return found is None and isinstance(node, ir.Attribute) and node.name in self._rules

    def _is_known(self, node: ir.Expression, place: _Place) -> bool:
        """Whether a decorator hands its function to nobody."""
        called = node.function if isinstance(node, ir.Call) else node
        found = self._denoted(called, place)
        return (isinstance(found, External) and found.name in _KEEPING) or self._operator(found) is not None


def is_special(name: str) -> bool:
    """Whether the language calls a function of this name."""
    return name.startswith("__") and name.endswith("__")


def _hands_out(block: Iterable[object]) -> bool:
    """Whether statements return or store anything; what closures return stays in the function."""
    for node in block:
        if isinstance(node, ir.Scope) or (isinstance(node, ir.Return) and node.value is not None):
            return True
        if isinstance(node, (ir.Assign, ir.AugmentedAssign)):
            targets = node.targets if isinstance(node, ir.Assign) else (node.target,)
            if any(isinstance(target, (ir.Attribute, ir.Subscript)) for target in targets):
                return True
        elif isinstance(node, _WITH_BLOCKS) and _hands_out(parts_of(node)):
            return True
    return False
