"""What every call in the tree keeps: a function with callers is run again on what they pass.

A function that is analysed on its own takes its arguments for any numbers. Where all that mentions it are
calls that runs came to, and these pass values in known ranges, what does not happen there does not happen.
A method that only methods of its own object call happens where these do: they are run on an object of its
class, whichever class they are written in, and with them all that they ask before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from difflint.analysis.activation import Sink, Watch
from difflint.analysis.graph import Site, Value
from difflint.analysis.mentions import Mention, Mentions, is_special
from difflint.analysis.objects import ClassObject, FunctionObject, Instance, Key
from difflint.analysis.observe import observe
from difflint.analysis.passed import Passed
from difflint.analysis.project import Root, enter
from difflint.domain.interval import Interval
from difflint.facts import Certainty, Fact, Kind

if TYPE_CHECKING:
    from difflint.analysis.interpreter import Interpreter

_SINGULAR = frozenset(
    {Kind.UNBOUNDED, Kind.SELECT_LEAK, Kind.PRODUCT_LEAK, Kind.REPAIR_LEAK, Kind.UNSTABLE, Kind.OVERFLOW}
)
"""Kinds of one fault: other ranges may turn one into another."""
_RANK = {certainty: index for index, certainty in enumerate(Certainty)}
_RUNS = 6
"""Runs of callers for one method; of one with more of them nothing is known."""
Place = tuple[Site, Kind]


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a function's own faults where it is called, and how sure it is.

    `parameters` are those that every call passes something alive to; of faults of others nothing is known.
    """

    places: Mapping[Place, Certainty]
    parameters: frozenset[Site] | None = None


class Callers:
    """Decides which observations of a function's own run are left where it is called."""

    def __init__(self, interpreter: Interpreter, mentions: Mentions) -> None:
        self._interpreter = interpreter
        self._mentions = mentions
        self._known: dict[Key, Left | None] = {}
        self._methods: dict[Key, list[ClassObject]] | None = None

    def left(
        self, root: Root, site: Site, fact: Fact, parameters: frozenset[Site], within: Iterable[Key]
    ) -> Fact | None:
        """What a function's own run observed at a place, as sure as it is where calls may lead; None if nowhere.

        `within` are the functions it called on the way there: what others may call, others may lead to.
        """
        if root.key not in self._known:
            self._known[root.key] = self._where_called(root)
        known = self._known[root.key]
        if known is None or (known.parameters is not None and not parameters <= known.parameters):
            return fact
        if not all(map(self._is_seen, within)):
            return fact
        found = known.places.get(_place(site, fact.kind))
        if found is None:
            return None
        return fact if _RANK[found] <= _RANK[fact.certainty] else replace(fact, certainty=found)

    def _where_called(self, root: Root) -> Left | None:
        """What is left of a function where it is called; None if something else than what was seen may call it."""
        definition = self._mentions.definition(root.key)
        if definition is None or definition.exposed or definition.closure or is_special(definition.name):
            return None
        telling = self._telling(root.key)
        if not telling:
            return None
        if isinstance(root.receiver, Instance) and all(item.own for item in telling):
            found = self._on_itself(root, telling)
            if found is not None:
                return found
        ranges = self._ranges(root.function) if self._is_seen(root.key) else {}
        return self._run(root, ranges) if ranges else None

    def _telling(self, key: Key) -> list[Mention]:
        """The mentions of a function elsewhere than in itself, in tests and in what calls another of its name."""
        found = [item for item in self._mentions.of(key) if item.holder != key and not self._is_mute(item.holder)]
        heirs = self._heirs(key) if any(item.own for item in found) else []
        around = {method.key for heir in heirs for method in _methods(heir)}
        return [item for item in found if not item.own or not heirs or item.holder in around]

    def _is_seen(self, key: Key) -> bool:
        """Whether runs came to every call of a function."""
        return {mention.call for mention in self._telling(key)} <= self._interpreter.passed.calls(key)

    def _is_mute(self, key: Key | None) -> bool:
        definition = self._mentions.definition(key) if key is not None else None
        return definition is not None and definition.mute

    # --- functions on the ranges of their arguments ------------------------------------------

    def _ranges(self, function: FunctionObject) -> dict[str, Interval]:
        """The ranges of parameters that calls keep."""
        passed = self._interpreter.passed
        ranges = passed.ranges(function.key, lambda caller: caller != function.key and not self._is_mute(caller))
        names = (parameter.name for parameter in function.node.parameters)
        return {name: interval for name, interval in zip(names, ranges) if not interval.is_top}

    def _run(self, root: Root, ranges: dict[str, Interval]) -> Left | None:
        """What a function's run on these ranges observes; None where it is cut short."""
        beside = copy(self._interpreter)
        beside.reset()
        enter(beside, root, ranges)
        if beside.exhausted:
            return None
        return Left(dict.fromkeys(_observed(beside, beside.sinks), Certainty.MUST))  # a range says no more than that

    # --- methods on their own object ---------------------------------------------------------

    def _on_itself(self, root: Root, telling: list[Mention]) -> Left | None:
        """What is left of a method in the methods that call it on their own object; None where a run stays away."""
        holders = {mention.holder for mention in telling}
        entries = [
            replace(root, function=method, receiver=Instance(heir, dict(self._interpreter.prototype(None, heir))))
            for heir in self._heirs(root.key)
            for method in _methods(heir)
            if method.key in holders
        ]
        if not entries or len(entries) > _RUNS:
            return None
        runs = [self._enter(entry, root.function) for entry in entries]
        known = [run for run in runs if run is not None]
        if len(known) < len(runs):
            return None
        places = _surest(item for run in known for item in run.places.items())
        return Left(places, frozenset.intersection(*(run.parameters or frozenset() for run in known)))

    def _heirs(self, key: Key) -> list[ClassObject]:
        """The classes that have a method: the one it is written in, and those derived that do not override it."""
        if self._methods is None:
            self._methods = {}
            scopes = [module.scope for module in self._interpreter.tree.modules if module.scope is not None]
            named = [(scope, item) for scope in scopes for item in scope.names.values()]
            for cls in [item for scope, item in named if isinstance(item, ClassObject) and item.scope.parent is scope]:
                for name in {name for part in cls.lineage() for name in part.names}:
                    method = cls.member(name)
                    if isinstance(method, FunctionObject):
                        self._methods.setdefault(method.key, []).append(cls)
        return self._methods.get(key, [])

    def _enter(self, entry: Root, function: FunctionObject) -> Left | None:
        """What a function does in a run of a method that calls it; None if the run is cut short before."""
        beside = copy(self._interpreter)
        beside.reset()
        beside.passed, beside.watch = Passed(), Watch(function)
        enter(beside, entry)
        if beside.exhausted or not beside.watch.calls:
            return None
        beside.sinks.clear()
        passed = []
        for activation, bound, result in beside.watch.calls:
            beside.sink(activation, result, 1, False, Site(function.scope.module.node.path, *_extent(function)))
            passed.append(_alive(function, bound))
        return Left(_observed(beside, beside.sinks), frozenset.intersection(*passed))


def _extent(function: FunctionObject) -> tuple[int, int]:
    return function.node.start, function.node.end


def _alive(function: FunctionObject, bound: Mapping[str, object]) -> frozenset[Site]:
    """The parameters that a call passes something alive to."""
    path = function.scope.module.node.path
    given = [(parameter, bound.get(parameter.name)) for parameter in function.node.parameters]
    return frozenset(
        Site(path, parameter.start, parameter.end)
        for parameter, item in given
        if isinstance(item, Value) and item.alive
    )


def _methods(cls: ClassObject) -> Iterable[FunctionObject]:
    """The methods of a class, those that others override included."""
    for part in cls.lineage():
        yield from (item for item in part.names.values() if isinstance(item, FunctionObject))


def _observed(interpreter: Interpreter, sinks: list[Sink]) -> dict[Place, Certainty]:
    """What happens between sources and sinks, by place, with the surest of each."""
    return _surest(
        (_place(item.site, item.kind), item.certainty)
        for known in (True, False)
        for item in observe(interpreter, [sink for sink in sinks if sink.known is known]).observations
    )


def _surest(items: Iterable[tuple[Place, Certainty]]) -> dict[Place, Certainty]:
    found: dict[Place, Certainty] = {}
    for place, certainty in items:
        known = found.get(place)
        if known is None or _RANK[certainty] < _RANK[known]:
            found[place] = certainty
    return found


def _place(site: Site, kind: Kind) -> Place:
    return site, Kind.UNBOUNDED if kind in _SINGULAR else kind
