"""The map: every function of a tree on its own, and the points where it is not smooth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from difflint import ir
from difflint.analysis.assumptions import Limits, Options
from difflint.analysis.attribute import link
from difflint.analysis.graph import Form, Frame, Grade, Site, Source, Value
from difflint.analysis.interpreter import Interpreter
from difflint.analysis.objects import (
    ClassObject,
    External,
    FunctionObject,
    Instance,
    Layer,
    ModuleObject,
    Object,
    Primitive,
    Scope,
)
from difflint.analysis.phrase import Phrases
from difflint.analysis.project import Root, enter, run_module
from difflint.analysis.reported import NONE
from difflint.analysis.spots import Spot, Spots
from difflint.analysis.tree import Tree
from difflint.analysis.wording import shortened
from difflint.catalogue.model import Catalogue, ClassKind
from difflint.facts import Step
from difflint.ir.search import nodes_in
from difflint.points import Docstring, Mapped, Point, Shape
from difflint.source import Lines, Span

_LIMITS = Limits(depth=6, values=4000, statements=2000)
"""A map is asked for on purpose and by the function: it may follow calls further than a check does."""
_NOT_CALLED = ("__init__", "__post_init__", "__new__", "setup", "extra_repr")
_WORST = {shape: rank for rank, shape in enumerate(Shape)}

Wanted = Callable[[str, str], bool]
"""Whether a function, by path and qualified name, is to be mapped."""


@dataclass(frozen=True, slots=True)
class _Subject:
    """A function to map: its qualified name, its receiver, whether calling the receiver runs it."""

    name: str
    function: FunctionObject
    receiver: Instance | None = None
    called: bool = False


class Survey:
    """Maps the functions of one tree."""

    def __init__(self, modules: Sequence[ir.Module], catalogue: Catalogue, options: Options) -> None:
        self._tree = Tree(modules, catalogue)
        self._catalogue = catalogue
        self._interpreter = Interpreter(catalogue, self._tree, replace(options, unknown=True, numbers=True), _LIMITS)
        self._modules = {module.path: module for module in modules}
        self._lines = {module.path: Lines(module.path, module.text) for module in modules}
        self._phrases = Phrases(self._modules)

    def run(self, wanted: Wanted) -> list[Mapped]:
        """The map of every wanted function, in the order of the files."""
        for module in self._tree.modules:
            self._interpreter.reset()
            run_module(self._interpreter, module)
        link(self._interpreter)
        found: list[Mapped] = []
        for module in self._tree.modules:
            for subject in self._subjects(module):
                found += self._map(subject, wanted)
        return sorted(found, key=lambda item: item.span)

    def _subjects(self, module: ModuleObject) -> Iterator[_Subject]:
        for name, item in list(module.scope.names.items()) if module.scope is not None else []:
            if isinstance(item, FunctionObject) and item.scope.module is module:
                yield _Subject(name, item)
            elif isinstance(item, ClassObject) and item.scope.module is module and name == item.node.name:
                yield from self._methods(item)

    def _methods(self, cls: ClassObject) -> Iterator[_Subject]:
        if cls.is_a(ClassKind.NO_GRADIENT) or cls.is_a(ClassKind.BOUNDARY):
            return
        calls = {kind.call for kind in cls.kinds if kind.call} | {"__call__"}
        receiver: Instance | None = None
        for name, item in cls.names.items():
            if not isinstance(item, FunctionObject) or name in _NOT_CALLED:
                continue
            if receiver is None:
                self._interpreter.reset()
                receiver = Instance(cls, _named(self._interpreter.prototype(None, cls)))
            owner = None if item.static else receiver
            yield _Subject(f"{cls.node.name}.{name}", item, owner, name in calls)

    def _map(self, subject: _Subject, wanted: Wanted) -> Iterator[Mapped]:
        module = subject.function.scope.module
        path = module.node.path
        inner = f"{subject.name}.<locals>."
        if not wanted(path, subject.name) and not wanted(path, inner):
            return
        self._interpreter.reset()
        mapped = self._enter(subject)
        if wanted(path, subject.name):
            yield mapped
        inside = {node.start for node in nodes_in(subject.function.node.body, ir.Function)} - self._interpreter.run_here
        for function in list(self._interpreter.defined):
            same = function.scope.module is module and function.node.start in inside
            if same and wanted(path, inner + function.node.name):
                yield self._enter(_Subject(inner + function.node.name, function))

    def _enter(self, subject: _Subject) -> Mapped:
        """Run a function on its own and look at what it returns."""
        interpreter, function = self._interpreter, subject.function
        framework = self._framework(function)
        enter(interpreter, Root(replace(function, recording=True), subject.receiver, Grade.INPUT, framework))
        sink = interpreter.sinks[-1]
        mask = sink.value.depends | sink.value.steered | sink.value.alive
        sources = [source.name for source in interpreter.graph.named(mask)]
        spots = Spots(interpreter, self._phrases, sink, framework)
        kept = {(spot.site, spot.locus.condition): spot for spot in sorted(spots.all(), key=_rank, reverse=True)}
        span = self._span(Site(function.scope.module.node.path, function.node.start, function.node.end))
        points = [_as_decorated(function, self._point(spot)) for spot in kept.values()]
        if not function.recording and sources:
            points.append(Point("everywhere", Shape.CUT, span, function.node.name, note="nothing is recorded"))
        return Mapped(
            subject.name,
            span,
            tuple(dict.fromkeys(sources)),
            tuple(sorted(points, key=_place)),
            tuple(dict.fromkeys(self._unknown(spots))),
            not interpreter.exhausted,
            self._docstring(function, subject.called),
        )

    def _unknown(self, spots: Spots) -> Iterator[Step]:
        """The calls that nothing is known about: by their names, what has none by its text."""
        names = dict(self._interpreter.unknown)
        for value in spots.opaque():
            name = names.get(value.site, "").lstrip(".").removeprefix("builtins.")
            known = not name or name in self._catalogue.operators
            yield Step(self._span(value.site), self._phrases.source(value) if known else name)

    def _point(self, spot: Spot) -> Point:
        value = spot.value
        return Point(
            spot.locus.condition,
            spot.shape,
            self._span(spot.site),
            shortened(self._modules[spot.site.path].text[spot.site.start : spot.site.end]),
            value.operator.id if value.operator is not None and value.form is Form.OPERATION else "",
            value.framework,
            spot.reported,
            spot.note,
            self._via(value.frame),
        )

    def _via(self, frame: Frame | None) -> tuple[Step, ...]:
        """The calls that lead to an activation, without the one that was mapped."""
        steps: list[Step] = []
        while frame is not None and frame.caller is not None:
            text = self._modules[frame.site.path].text[frame.site.start : frame.site.end]
            steps.append(Step(self._span(frame.site), shortened(text)))
            frame = frame.caller
        return tuple(reversed(steps))

    def _span(self, site: Site) -> Span:
        return self._lines[site.path].span(site.start, site.end)

    def _framework(self, function: FunctionObject) -> str:
        """The framework that a function's arguments belong to: the one that its body names."""
        module = function.scope.module
        named = {self._owner(name, function.scope) for name in {node.name for node in nodes_in(function.node, ir.Name)}}
        known = [name for name in module.frameworks if name in named] or list(module.frameworks)
        return known[0] if known else ""

    def _owner(self, name: str, scope: Scope) -> str:
        item = scope.lookup(name)
        if isinstance(item, Primitive):
            return item.spelling.framework
        if not isinstance(item, External):
            return ""
        root = self._catalogue.canonical(item.name).split(".")[0]
        return next((known.name for known in self._catalogue.frameworks.values() if root in known.modules), "")

    def _docstring(self, function: FunctionObject, called: bool) -> Docstring | None:
        """A function's docstring; that of its class for the method that a call of an instance runs."""
        found = _literal(function.node.body)
        owner = function.owner
        if found is None and called and owner is not None:
            found = _literal(owner.node.body)
        if found is None:
            return None
        text, start, end = found
        return Docstring(text, self._span(Site(function.scope.module.node.path, start, end)))


def _named(attributes: Mapping[str, Object]) -> dict[str, Object]:
    """The attributes of an instance; weights and layers are sources by the names the class gives them."""
    found: dict[str, Object] = {}
    for name, item in attributes.items():
        if isinstance(item, Value) and isinstance(item.constant, Source):
            item = replace(item, constant=replace(item.constant, name=f"self.{name}"))
        elif isinstance(item, Layer) and item.source is not None:
            item = replace(item, source=replace(item.source, name=f"self.{name}"))
        found[name] = item
    return found


def _literal(body: ir.Block) -> tuple[str, int, int] | None:
    first = body[0] if body else None
    if not isinstance(first, ir.Evaluate) or not isinstance(first.value, ir.Constant):
        return None
    content = first.value.value
    return (content, first.value.start, first.value.end) if isinstance(content, str) else None


def _as_decorated(function: FunctionObject, point: Point) -> Point:
    """A point of a function whose derivative is not that of its body."""
    word = "written by hand" if function.boundary else NONE if not function.recording else point.reported
    return replace(point, reported=word if point.reported else "")


def _rank(spot: Spot) -> int:
    return _WORST[spot.shape]


def _place(point: Point) -> tuple[tuple[Span, ...], Span, str]:
    return (tuple(step.span for step in point.via[:1]) or (point.span,), point.span, point.condition)


def survey(modules: Sequence[ir.Module], catalogue: Catalogue, options: Options, wanted: Wanted) -> list[Mapped]:
    """The maps of the wanted functions of a tree. Nothing of the analysed code is imported or run."""
    return Survey(modules, catalogue, options).run(wanted)
