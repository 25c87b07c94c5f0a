"""The analysis of a tree: modules, then functions on their own, then facts."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from difflint import ir
from difflint.analysis.activation import Sink
from difflint.analysis.assumptions import Limits, Options
from difflint.analysis.attribute import link
from difflint.analysis.bound import forget
from difflint.analysis.callers import Callers
from difflint.analysis.custom import dropped
from difflint.analysis.graph import Frame, Grade, Graph, Site, Value
from difflint.analysis.idle import Idle
from difflint.analysis.interpreter import Interpreter
from difflint.analysis.mentions import Mentions
from difflint.analysis.objects import Container, FunctionObject, Instance, Key, Object
from difflint.analysis.observation import Observation
from difflint.analysis.observe import observe
from difflint.analysis.project import Root, enter, function_root, roots_of, run_module
from difflint.analysis.returned import note_run
from difflint.analysis.tree import Tree
from difflint.analysis.wording import operand_text, shortened
from difflint.catalogue.model import Catalogue
from difflint.facts import Certainty, Effect, Fact, Kind, Step
from difflint.source import Lines, Span

_RANK = {certainty: index for index, certainty in enumerate(Certainty)}
_LEAKS = (Kind.SELECT_LEAK, Kind.PRODUCT_LEAK, Kind.REPAIR_LEAK)
_ARITHMETIC = (*_LEAKS, Kind.UNBOUNDED, Kind.IN_PLACE, Kind.UNSTABLE, Kind.OVERFLOW)
_ASSUMED_ONLY = (Kind.ZERO_GRADIENT, Kind.CUT, Kind.BRANCH, Kind.LOOP)


@dataclass(frozen=True, slots=True)
class _Assumed:
    """A fact of a function that may have no caller: its root, and the callees it lies in.

    `parameters` are the places of the arguments it is about, empty if it is about other sources too.
    """

    root: Key
    callees: tuple[Key, ...]
    parameters: frozenset[Site]
    key: tuple[Site, str]
    fact: Fact


class Analysis:
    """Collects facts over the runs of one tree."""

    def __init__(self, modules: Sequence[ir.Module], catalogue: Catalogue, options: Options) -> None:
        self.tree = Tree(modules, catalogue)
        self.interpreter = Interpreter(catalogue, self.tree, options, Limits())
        self.lines = {module.path: Lines(module.path, module.text) for module in modules}
        self.nodes = {module.path: module for module in modules}
        self.facts: dict[tuple[Site, Kind, str], Fact] = {}
        self.assumed: list[_Assumed] = []
        self.given: list[tuple[frozenset[Site], Fact, Site]] = []
        """Facts about nothing but inputs of modules, which calls may pass integers."""
        self.reached: set[tuple[Site, str]] = set()
        self.covered: set[Key] = set()
        self.roots: dict[Key, Root] = {}
        self.closures: Counter[Key] = Counter()
        self.bundled: set[Key] = set()
        """Functions that some function returns together: the parts of a protocol, such as an optimiser."""

    def run(self, progress: Callable[[], None] | None = None) -> list[Fact]:
        """All facts, ordered by place."""
        interpreter = self.interpreter
        for module in self.tree.modules:
            interpreter.reset()
            run_module(interpreter, module)
            self._collect(Grade.DIFFERENTIATED)
        link(interpreter)
        for graded in (False, True):
            for module in self.tree.modules:
                for root in roots_of(interpreter, module):
                    if (root.grade is Grade.INPUT) is graded:
                        self._enter(root)
                if progress is not None:
                    progress()
        for module in self.tree.modules:
            for observation in dropped(interpreter, module):
                self._keep(self._fact(observation), observation.site)
        self._settle()
        self._imply()
        return sorted(self.facts.values(), key=lambda fact: (fact.span, fact.kind.value, fact.family))

    def _enter(self, root: Root) -> None:
        interpreter = self.interpreter
        if root.grade is Grade.ASSUMED and root.key in interpreter.entered and root.key in self.covered:
            return
        self.roots[root.key] = root
        interpreter.reset()
        result = enter(interpreter, root)
        self._collect(root.grade, root.key)
        note_run(interpreter, root, result)
        bundled = _bundled(result)
        self.bundled |= bundled
        self._nested(bundled)

    def _nested(self, bundled: set[Key]) -> None:
        """Functions a run defined and never called are roots of their own, in their closure."""
        interpreter = self.interpreter
        for function in list(interpreter.defined):
            root = function_root(interpreter, function)
            if root is None or function.node.start in interpreter.run_here or root.key in bundled:
                continue
            self.closures[root.key] += 1
            if self.closures[root.key] > interpreter.limits.closures:
                continue
            interpreter.sinks.clear()
            enter(interpreter, root)
            self._collect(root.grade, root.key)

    def _collect(self, grade: Grade | None, root: Key | None = None) -> None:
        interpreter = self.interpreter
        interpreter.passed.count(interpreter.graph)
        for known in (True, False):
            sinks = [sink for sink in interpreter.sinks if sink.known is known]
            self._observe(sinks, Grade.DIFFERENTIATED if known else grade, root)
        for site, name in interpreter.unknown:
            self._keep(
                Fact(Kind.UNKNOWN_CALL, Certainty.POSSIBLE, self._span(site), "opaque", Effect.NONE, call=name), site
            )
        interpreter.sinks.clear()

    def _observe(self, sinks: list[Sink], grade: Grade | None, root: Key | None) -> None:
        report = observe(self.interpreter, sinks)
        for observation in report.observations:
            if grade is Grade.ASSUMED and self._is_on_host(observation):
                continue
            fact = self._fact(observation)
            if grade is Grade.ASSUMED and root is not None:
                key = (observation.site, fact.operator)
                callees, parameters = _callees(observation.frame), self._parameters(observation, grade)
                self.assumed.append(_Assumed(root, callees, parameters, key, fact))
            elif inputs := self._parameters(observation, Grade.INPUT):
                self.given.append((inputs, fact, observation.site))
            else:
                self._keep(fact, observation.site)
        self.covered |= report.functions
        self.reached |= report.called if grade is Grade.ASSUMED else report.visited

    def _parameters(self, observation: Observation, grade: Grade) -> frozenset[Site]:
        """The places of the arguments an observation is about, if it is about such of one grade alone."""
        sources = self.interpreter.graph.named(observation.bits)
        alike = all(source.grade is grade for source in sources)
        return frozenset(source.site for source in sources) if alike else frozenset()

    def _is_on_host(self, observation: Observation) -> bool:
        """Whether a hazard lies in arithmetic that no framework differentiates: its operands are data."""
        name = observation.value.framework if observation.value is not None else ""
        return observation.kind in _ARITHMETIC and self.interpreter.catalogue.is_host(name)

    def _settle(self) -> None:
        """Facts of functions nobody calls, and of modules' inputs; where callers are known, they decide."""
        integers = self.interpreter.passed.integers()
        for inputs, given, site in self.given:
            if not inputs <= integers:
                self._keep(given, site)
        mentions = Mentions(self.interpreter)
        idle, callers = Idle(self.interpreter, mentions, self.bundled), Callers(self.interpreter, mentions)
        left = [item for item in self.assumed if not self._is_told(item) and item.root not in idle]
        wanted = {site for item in left for site in item.parameters}
        data = self.interpreter.passed.data(wanted, idle.is_mute)
        for item in left:
            if item.parameters and item.parameters <= data:
                continue
            root = self.roots.get(item.root)
            fact: Fact | None = item.fact
            if root is not None:
                fact = callers.left(root, item.key[0], item.fact, item.parameters, item.callees)
            if fact is not None:
                self._keep(fact, item.key[0])
        sure = {
            (site, family)
            for (site, kind, family), fact in self.facts.items()
            if kind is Kind.UNBOUNDED and _RANK[fact.certainty] <= _RANK[Certainty.LIKELY]
        }
        for site, kind, family in list(self.facts):
            if kind in _LEAKS and (site, family) in sure:
                del self.facts[site, kind, family]

    def _is_told(self, item: _Assumed) -> bool:
        """Whether what calls a function says more about a fact than arguments that nobody knows."""
        if item.root in self.interpreter.functions_differentiated:
            return True
        called = item.root in self.interpreter.entered and not item.callees
        return called and (item.fact.kind in _ASSUMED_ONLY or item.key in self.reached)

    def _imply(self) -> None:
        """The profiles that calls imply, with the functions they concern as steps."""
        for site, implied in self.interpreter.implications.items():
            steps = tuple(Step(self._span(function), "given to the call") for function in implied.functions)
            fact = Fact(
                Kind.PROFILE,
                Certainty.MUST,
                self._span(site),
                "",
                Effect.NONE,
                call=implied.call,
                detail=implied.profile.value,
                trace=steps,
            )
            self._keep(fact, site)

    def _keep(self, fact: Fact, site: Site) -> None:
        key = (site, fact.kind, fact.family)
        known = self.facts.get(key)
        if known is None or (_RANK[fact.certainty], fact.cause.value) < (_RANK[known.certainty], known.cause.value):
            self.facts[key] = fact

    def _fact(self, observation: Observation) -> Fact:
        value, operand = observation.value, observation.operand
        graph = self.interpreter.graph
        operator = value.operator if value is not None else None
        framework = value.framework if value is not None else ""
        return Fact(
            observation.kind,
            observation.certainty,
            self._span(observation.site),
            observation.family,
            observation.effect,
            observation.cause,
            operator.id if operator else "",
            self._text(observation.site),
            framework,
            self._operand(value, operand),
            observation.interval,
            observation.point,
            observation.detail,
            tuple(source.name for source in graph.named(observation.bits)),
            self._trace(observation, graph),
        )

    def _trace(self, observation: Observation, graph: Graph) -> tuple[Step, ...]:
        steps = [
            Step(self._span(source.site), f"`{source.name}` is differentiated")
            for source in graph.named(observation.bits)[:3]
        ]
        calls: list[Step] = []
        frame: Frame | None = observation.frame
        while frame is not None and frame.caller is not None:
            calls.append(Step(self._span(frame.site), f"called here: `{self._text(frame.site)}`"))
            frame = frame.caller
        steps += reversed(calls)
        return tuple(steps)

    def _span(self, site: Site) -> Span:
        return self.lines[site.path].span(site.start, site.end)

    def _text(self, site: Site) -> str:
        return shortened(self.nodes[site.path].text[site.start : site.end])

    def _operand(self, value: Value | None, operand: Value | None) -> str:
        if operand is None:
            return ""
        return self._text(operand.site) if value is None else operand_text(self.nodes, value, operand)


def _callees(frame: Frame | None) -> tuple[Key, ...]:
    """The functions that a run was in below the one it began with, innermost first."""
    found: list[Key] = []
    while frame is not None and frame.caller is not None:
        found.append((frame.path, frame.function))
        frame = frame.caller
    return tuple(found)


def _bundled(result: Object) -> set[Key]:
    """The functions that a run returns together in one record."""
    found: set[Key] = set()
    seen: set[int] = set()
    pending = [result]
    while pending:
        item = pending.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        parts = list(item.attributes.values()) if isinstance(item, Instance) else []
        parts += item.elements if isinstance(item, Container) else []
        functions = {part.key for part in parts if isinstance(part, FunctionObject)}
        if len(functions) > 1:
            found |= functions
        pending += [part for part in parts if isinstance(part, (Container, Instance))]
    return found


def analyse(
    modules: Sequence[ir.Module],
    catalogue: Catalogue,
    options: Options | None = None,
    progress: Callable[[], None] | None = None,
) -> list[Fact]:
    """Facts about a tree of modules, ordered by place; deterministic.

    Nothing of the analysed code is imported or run.
    """
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, 20_000))
    try:
        return Analysis(modules, catalogue, options or Options()).run(progress)
    finally:
        sys.setrecursionlimit(before)
        forget()
