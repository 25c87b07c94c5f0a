"""The abstract interpreter: its state.

`Interpreter` runs IR over the value graph. Evaluation, execution, calls and joins live in modules of
their own that receive the interpreter; this module holds what they share.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from difflint import ir
from difflint.analysis import call as _call
from difflint.analysis import evaluate as _evaluate
from difflint.analysis import execute as _execute
from difflint.analysis.activation import Activation, Sink, Watch, Write
from difflint.analysis.assumptions import Limits, Options
from difflint.analysis.graph import Form, Frame, Grade, Graph, Orders, Site, Source, Value
from difflint.analysis.joins import join
from difflint.analysis.objects import (
    ClassObject,
    Container,
    External,
    FunctionObject,
    Instance,
    Key,
    Object,
    Scope,
    flatten,
)
from difflint.analysis.passed import Passed, holding
from difflint.analysis.profile import Implication
from difflint.analysis.prototype import make_prototype
from difflint.analysis.ranges import Ranges
from difflint.analysis.shapes import NUMBER
from difflint.analysis.tree import Tree
from difflint.catalogue.model import Catalogue, Operator, Spelling
from difflint.domain.interval import Interval
from difflint.domain.predicate import Path

if TYPE_CHECKING:
    from difflint.analysis.returned import Summary

_PLAIN = (bool, int, str, type(None))  # equal exactly if written equally


class Interpreter:
    """Runs code on one graph; `run` modules are shared between graphs."""

    def __init__(
        self,
        catalogue: Catalogue,
        tree: Tree,
        options: Options,
        limits: Limits,
    ) -> None:
        self.catalogue = catalogue
        self.tree = tree
        self.options = options
        self.limits = limits
        self.constructing = False
        """Whether a constructor runs on settings that nobody knows."""
        self.prototypes: dict[int, dict[str, Object]] = {}
        self.differentiated: dict[object, object] = {}
        self.second_order: dict[str, set[int | None]] = {}
        """Modules that differentiate a derivative, and how many arguments what is called for it gets, None for any."""
        self.traced: set[Key] = set()
        self.functions_differentiated: set[Key] = set()
        self.handed: set[Key] = set()
        """Functions handed to a call that differentiates another one: metrics, callbacks, written derivatives."""
        self.entered: set[Key] = set()
        self.idle: dict[Key, set[Key]] = {}
        """Functions that calls enter with live arguments, and those that they enter with data alone, with callers."""
        self.passed = Passed()
        self.returned: dict[Key, Summary | None] = {}
        self.reads: dict[Key, tuple[str, ...]] = {}
        """The names that closures read and do not take as parameters."""
        self.implications: dict[Site, Implication] = {}
        self.queries: dict[str, Spelling | None] = {}
        """Attributes that are sizes or ranks of whatever has them, by name."""
        self.reset()

    def reset(self) -> None:
        """Start a new graph."""
        self.graph = Graph()
        self.ranges = Ranges(self.graph)
        self.sinks: list[Sink] = []
        self.writes: list[Write] = []
        self.unknown: list[tuple[Site, str]] = []
        self.defined: list[FunctionObject] = []
        self.statements = 0
        self.spent = 0
        """How many values of the graph were made with a share of work of their own."""
        self.home: tuple[str, ...] = ()
        self.differentiating = False
        """Whether what runs is differentiated for certain, so that its own derivatives may be."""
        self.watch: Watch | None = None
        self.tapes = 0
        """How many contexts record what runs: a derivative that is taken in one is differentiated again."""
        self.run_here: set[int] = set()
        self._entries: dict[tuple[int, str | int], Value] = {}
        self._weights: dict[int, Source] = {}
        self._adopted: dict[int, Value] = {}
        self._adopted_sources: dict[int, Source] = {}
        self._kept: list[object] = []

    # --- running ---------------------------------------------------------------------------

    def evaluate(self, activation: Activation, node: ir.Expression) -> Object:
        """The object an expression denotes."""
        return _evaluate.evaluate(self, activation, node)

    def execute(self, activation: Activation, block: ir.Block) -> bool:
        """Run statements; False if control does not reach their end."""
        return _execute.execute(self, activation, block)

    def call(
        self,
        activation: Activation,
        callee: Object,
        positional: tuple[Object, ...],
        keywords: Mapping[str, Object],
        site: Site,
    ) -> Object:
        """The result of a call."""
        return _call.call(self, activation, callee, positional, keywords, site)

    @property
    def exhausted(self) -> bool:
        """Whether this graph's share of work is used up."""
        made = len(self.graph.values) - self.spent
        return self.statements > self.limits.statements or made > self.limits.values

    @property
    def strained(self) -> bool:
        """Whether more than half of this graph's share of work is used up."""
        made = len(self.graph.values) - self.spent
        return 2 * self.statements > self.limits.statements or 2 * made > self.limits.values

    @contextmanager
    def share(self) -> Iterator[None]:
        """Work that is not taken from what this graph has left: of an imported module, of a constructor."""
        statements, spent, made = self.statements, self.spent, len(self.graph.values)
        self.statements, self.spent = 0, made
        yield
        self.statements, self.spent = statements, spent + len(self.graph.values) - made

    def activation(self, scope: Scope, function: FunctionObject | None, caller: Activation | None) -> Activation:
        """A fresh activation that inherits path and recording from its caller."""
        if caller is None:
            return Activation(scope, function, None)
        return Activation(scope, function, caller.frame, caller.path, caller.recording, apart=caller.apart)

    def run(
        self,
        activation: Activation | None,
        function: FunctionObject,
        bound: dict[str, Object],
        site: Site,
    ) -> Object:
        """Run a function's body on bound parameters and join what it returns."""
        module = function.scope.module
        inner = self.activation(Scope(module, function.scope, dict(bound)), function, activation)
        caller = activation.frame if activation is not None else None
        inner.frame = Frame(site, caller, caller.depth + 1 if caller else 0, module.node.path, function.node.start)
        inner.recording = inner.recording and function.recording
        self.run_here.add(function.node.start)
        reached = self.execute(inner, function.node.body)
        if function.node.generator:
            return Container([outcome.value for outcome in inner.returns], open=True)
        ends = [outcome.path for outcome in inner.returns] + ([inner.path] if reached else [])
        if activation is not None and ends:
            activation.established = site, reduce(Path.join, ends)
        if not inner.returns:
            return self.constant(None, site)
        return _returned(self, inner, site)

    def prototype(self, activation: Activation | None, cls: ClassObject) -> dict[str, Object]:
        """The attributes of an instance made with the defaults of its `__init__`."""
        found = self.prototypes.get(id(cls))
        if found is None:
            self.prototypes[id(cls)] = {}
            found = self.prototypes[id(cls)] = make_prototype(self, cls)
        return found

    def sink(
        self,
        activation: Activation,
        item: Object,
        order: int,
        known: bool,
        site: Site,
        objective: bool = True,
        at_once: bool = False,
    ) -> None:
        """Note that an object's values are differentiated, `at_once` or when all is done."""
        value = self.value(activation, item, site)
        moment = len(self.graph.values) if at_once else 0
        self.sinks.append(Sink(value, order, known, site, objective, moment=moment))

    def weights_of(
        self, callee: Value | Instance | FunctionObject, site: Site, grade: Grade = Grade.PARAMETER
    ) -> Source:
        """The weights behind a callable that arrives as a value, or one whose call is not run in place."""
        key = callee.number if isinstance(callee, Value) else -id(callee)
        found = self._weights.get(key)
        if found is None:
            found = self._weights[key] = self.graph.source(grade, "weights", site)
        return found

    def alias(self, value: Value, owner: Value, mode: str = "") -> Value:
        """`value`, made last, in the memory of `owner`."""
        if self.graph.values[-1] is not value:
            return value
        return self.graph.replace(value, replace(value, storage=owner.storage, mode=value.mode or mode))

    def value(self, activation: Activation, item: Object, site: Site) -> Value:
        """`item` as one value: itself, or the union of what a container or instance holds."""
        if isinstance(item, Value):
            return self.adopt(item)
        if isinstance(item, External) and item.name in self.catalogue.constants:
            return self.constant(self.catalogue.constants[item.name], site)
        parts = [self.adopt(part) for part in flatten(item)]
        if len(parts) == 1:
            return parts[0]
        alive = depends = 0
        joined: Interval | None = None
        for part in parts:
            alive |= part.alive
            depends |= part.depends
            joined = part.range if joined is None else joined.join(part.range)
        return self.graph.add(
            Form.OPERATION if parts else Form.UNKNOWN,
            tuple(("x", part) for part in parts),
            site,
            frame=activation.frame,
            path=activation.path,
            alive=alive,
            depends=depends,
            range=joined or Interval.TOP,
            operator=self.operator("concatenate") if parts else None,
            number=self.graph.number(("together", *(part.number for part in parts))) if parts else None,
            framework=next((part.framework for part in parts if part.framework), ""),
        )

    def operator(self, identifier: str) -> Operator | None:
        """A row of the catalogue."""
        return self.catalogue.operators.get(identifier)

    def constant(self, content: object, site: Site) -> Value:
        """A literal."""
        interval = Interval.TOP
        if isinstance(content, (int, float)) and abs(content) <= 1e308:
            interval = Interval.point(float(content))
        written = content if type(content) in _PLAIN else repr(content)
        number = self.graph.number(("constant", type(content), written))
        return self.graph.add(Form.CONSTANT, (), site, range=interval, constant=content, number=number)

    def unknown_value(
        self,
        activation: Activation,
        site: Site,
        parts: tuple[Value, ...],
        *,
        extra: int = 0,
        depends: int = 0,
        interval: Interval = Interval.TOP,
    ) -> Value:
        """The result of something unknown: alive in all that went in; `depends` adds what it sees otherwise."""
        alive = extra
        depends |= extra
        parts = tuple(map(holding, parts))
        for part in parts:
            alive |= part.alive
            depends |= part.depends
        return self.graph.add(
            Form.UNKNOWN,
            tuple(("x", part) for part in parts),
            site,
            frame=activation.frame,
            path=activation.path,
            alive=alive if activation.recording else 0,
            depends=depends,
            lost=0 if activation.recording else alive,
            recording=activation.recording,
            framework=next((part.framework for part in parts if part.framework not in ("", NUMBER)), ""),
            range=interval,
        )

    def make_source(
        self,
        grade: Grade,
        name: str,
        site: Site,
        interval: Interval = Interval.TOP,
        mode: str = "",
        framework: str = "",
        start: Interval = Interval.TOP,
    ) -> Value:
        """A value gradients are wanted for; training begins in `start`."""
        source = self.graph.source(grade, name, site, start)
        return self.graph.add(
            Form.SOURCE,
            (),
            site,
            alive=source.bit,
            depends=source.bit,
            range=interval,
            constant=source,
            mode=mode,
            framework=framework,
        )

    def entry(self, owner: Value, key: str | int, site: Site) -> Value:
        """An entry of a container that arrived as a source: a source of its own."""
        whole = owner.constant
        assert isinstance(whole, Source)
        found = self._entries.get((whole.bit, key))
        if found is None:
            name, interval, start = f"{whole.name}[{key!r}]", Interval.TOP, Interval.TOP
            if isinstance(key, int) and -len(whole.entries) <= key < len(whole.entries):
                interval, start = whole.entries[key]
            found = self.make_source(whole.grade, name, owner.site, interval, framework=owner.framework, start=start)
            self.graph.part(whole.bit, found.alive)
            self._entries[whole.bit, key] = found
        return found

    def setting(self, site: Site, interval: Interval = Interval.TOP, content: object = None, mode: str = "") -> Value:
        """A configuration value; `mode` marks it as optional or as data."""
        return self.graph.add(Form.SETTING, (), site, range=interval, constant=content, mode=mode)

    def adopt(self, value: Value) -> Value:
        """A value of an earlier graph (a module's constant, a prototype's field) in this one."""
        if self.graph.owns(value):
            return value
        found = self._adopted.get(id(value))
        if found is None:
            self._kept.append(value)
            found = self._adopted[id(value)] = self._adopt(value)
        return found

    def _adopt(self, value: Value) -> Value:
        if value.form is Form.CONSTANT:
            return self.constant(value.constant, value.site)
        if value.alive:
            source = value.constant if isinstance(value.constant, Source) else None
            name = source.name if source else "parameter"
            grade = source.grade if source else Grade.PARAMETER
            start = source.start if source else Interval.TOP
            mode = value.mode or ("weight" if _is_of_unknown(value) else "")
            return self.make_source(grade, name, value.site, value.range, mode, value.framework, start)
        return self.graph.add(
            Form.SETTING,
            (),
            value.site,
            range=value.range,
            constant=value.constant,
            framework=value.framework,
        )

    def adopt_source(self, source: Source) -> Source:
        """A source of a layer's weights in this graph."""
        found = self._adopted_sources.get(id(source))
        if found is None:
            self._kept.append(source)
            found = self.graph.source(source.grade, source.name, source.site)
            self._adopted_sources[id(source)] = found
        return found


def _is_of_unknown(value: Value) -> bool:
    """Whether all that is alive in a value is what unknown calls return: something with weights, no array."""
    if value.form is Form.JOIN:
        return all(_is_of_unknown(arm) for name, arm in value.operands if arm.alive and name != "condition")
    return value.form is Form.UNKNOWN


def _returned(interpreter: Interpreter, inner: Activation, site: Site) -> Object:
    """What a function returns: one of its outcomes."""
    end = len(interpreter.graph.values)
    result, apart = inner.returns[-1].value, inner.returns[-1].apart
    for outcome in reversed(inner.returns[:-1]):
        condition, holds = outcome.conditions[-1] if outcome.conditions else (None, True)
        before: tuple[Object, Orders] = outcome.value, (*outcome.apart, (outcome.moment, end))
        (x, x_apart), (y, y_apart) = (before, (result, apart)) if holds else ((result, apart), before)
        place = condition.site if condition else site
        result = join(interpreter, inner, condition, x, y, place, apart=(x_apart, y_apart))
        apart = tuple(orders for orders in apart if orders in outcome.apart)
    return result
