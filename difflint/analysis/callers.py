"""What every call in the tree keeps: a function with callers is run again on the ranges that they pass.

A function that is analysed on its own takes its arguments for any numbers. Where all that mentions it are
calls that runs came to, and these pass values in known ranges, what does not happen there does not happen.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from difflint.analysis.graph import Site
from difflint.analysis.mentions import Mentions, is_special
from difflint.analysis.objects import FunctionObject, Key
from difflint.analysis.observe import observe
from difflint.analysis.project import Root, enter
from difflint.domain.interval import Interval
from difflint.facts import Kind

if TYPE_CHECKING:
    from difflint.analysis.interpreter import Interpreter

_SINGULAR = frozenset(
    {Kind.UNBOUNDED, Kind.SELECT_LEAK, Kind.PRODUCT_LEAK, Kind.REPAIR_LEAK, Kind.UNSTABLE, Kind.OVERFLOW}
)
"""Kinds of one fault: other ranges may turn one into another."""
Place = tuple[Site, Kind]


class Callers:
    """Decides which observations of a function's own run are left on the ranges that its calls keep."""

    def __init__(self, interpreter: Interpreter, mentions: Mentions) -> None:
        self._interpreter = interpreter
        self._mentions = mentions
        self._known: dict[Key, frozenset[Place] | None] = {}

    def allow(self, root: Root, site: Site, kind: Kind) -> bool:
        """Whether what a function's own run observed at a place occurs where calls may lead."""
        if root.key not in self._known:
            ranges = self._ranges(root.function)
            self._known[root.key] = self._run(root, ranges) if ranges else None
        found = self._known[root.key]
        return found is None or _place(site, kind) in found

    def _ranges(self, function: FunctionObject) -> dict[str, Interval]:
        """The ranges of parameters that calls keep; none if something else than a call that was seen may call."""
        definition = self._mentions.definition(function.key)
        if definition is None or definition.exposed or definition.closure or is_special(definition.name):
            return {}
        passed = self._interpreter.passed
        mentions = self._mentions.of(function.key)
        holders = {mention.holder for mention in mentions}
        ignored = {holder for holder in holders if holder == function.key or self._is_mute(holder)}
        telling = {mention.call for mention in mentions if mention.holder not in ignored}
        if not telling or not telling <= passed.calls(function.key):
            return {}
        ranges = passed.ranges(function.key, lambda caller: caller != function.key and not self._is_mute(caller))
        names = (parameter.name for parameter in function.node.parameters)
        return {name: interval for name, interval in zip(names, ranges) if not interval.is_top}

    def _is_mute(self, key: Key | None) -> bool:
        definition = self._mentions.definition(key) if key is not None else None
        return definition is not None and definition.mute

    def _run(self, root: Root, ranges: dict[str, Interval]) -> frozenset[Place] | None:
        """What a function's run on these ranges observes; None where it is cut short."""
        beside = copy(self._interpreter)
        beside.reset()
        enter(beside, root, ranges)
        if beside.exhausted:
            return None
        observations = [
            observation
            for known in (True, False)
            for observation in observe(beside, [sink for sink in beside.sinks if sink.known is known]).observations
        ]
        return frozenset(_place(item.site, item.kind) for item in observations)


def _place(site: Site, kind: Kind) -> Place:
    return site, Kind.UNBOUNDED if kind in _SINGULAR else kind
