"""What the calls of a tree pass to parameters: values that depend on others', or data.

A function that is analysed on its own takes its arguments for differentiable. Where every call that is
seen passes data (integers, settings, detached values, or what only such arguments lead to), they are not.
Tests and other callers that differentiate nothing say nothing by the data that they pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass, field
from functools import reduce

from difflint.analysis.graph import Form, Grade, Graph, Site, Value
from difflint.analysis.objects import Key
from difflint.analysis.shapes import is_integer_typed, stripped
from difflint.catalogue.model import Role
from difflint.domain.interval import Interval

HOLDER = "holder"
"""The mode of a setting whose entries are arrays, for all that its annotation or a test of its class says."""
_LEAVES = 64
_ENTRIES = frozenset({Role.SHAPE, Role.VIEW, Role.INDEX})


def holding(value: Value) -> Value:
    """The value that the entries of a value are taken from: of one that is no array itself, what it was before."""
    return value.operands[0][1] if value.mode == HOLDER and value.operands else value


@dataclass(slots=True)
class _Parameter:
    """What calls pass to one parameter: `origins` are the parameters of callers that it depends on.

    `inputs` are those of them that a framework differentiates by, whoever calls; `data` are the functions
    whose calls pass data. `integral` and `fractional` tell whether calls pass integers, and anything else.
    """

    data: set[Key] = field(default_factory=set)
    alive: bool = False
    integral: bool = False
    fractional: bool = False
    origins: set[Site] = field(default_factory=set)
    inputs: set[Site] = field(default_factory=set)


class Passed:
    """Notes on the parameters of all functions, by their places."""

    def __init__(self) -> None:
        self._parameters: dict[Site, _Parameter] = {}
        self._counted: set[Site] = set()
        self._calls: dict[Key, dict[tuple[Key, Site], tuple[Interval, ...]]] = {}
        """The calls of each function that runs came to, by callers and places: the ranges of its parameters."""
        self.unrecorded: set[Site] = set()
        """Calls that no gradient passes through, whatever their function is given: a guard says so."""

    def note_call(self, caller: Key, call: Site, function: Key, ranges: tuple[Interval, ...]) -> None:
        """Note a call and the ranges of what it passes to the parameters; none where no derivative depends on it."""
        calls = self._calls.setdefault(function, {})
        known = calls.get((caller, call), ())
        calls[caller, call] = tuple(map(Interval.join, known, ranges)) if known and ranges else known or ranges

    def calls(self, function: Key) -> set[Site]:
        """The places of the calls of a function that runs came to."""
        return {call for _, call in self._calls.get(function, ())}

    def ranges(self, function: Key, counts: Callable[[Key], bool]) -> tuple[Interval, ...]:
        """The ranges of everything that the callers that count pass to each parameter, to be differentiated."""
        told = [
            ranges
            for (caller, call), ranges in self._calls.get(function, {}).items()
            if ranges and call not in self.unrecorded and counts(caller)
        ]
        return tuple(reduce(Interval.join, intervals) for intervals in zip(*told))

    def note(self, graph: Graph, caller: Key, parameter: Site, values: Iterable[Value], recording: bool) -> None:
        """Note what one call passes to a parameter."""
        known = self._parameters.get(parameter)
        if known is None:
            known = self._parameters[parameter] = _Parameter()
        for value in values:
            whole = _is_whole(value)
            known.integral |= whole
            known.fractional |= not whole and value.form is not Form.CONSTANT
            if not value.alive and caller not in known.data and (not recording or says_data(graph, value)):
                known.data.add(caller)
            for source in graph.named(value.alive):
                if source.grade is Grade.ASSUMED:
                    known.origins.add(source.site)
                elif source.grade is Grade.INPUT:
                    known.inputs.add(source.site)
                else:
                    known.alive = True

    def integers(self) -> frozenset[Site]:
        """The parameters that every call passes integers: whatever differentiates, it is not by them."""
        return frozenset(site for site, item in self._parameters.items() if item.integral and not item.fractional)

    def count(self, graph: Graph) -> None:
        """Note the parameters that a run uses as positions, truth values or numbers of rounds."""
        self._counted |= {source.site for source in graph.named(graph.counted)}

    def data(self, wanted: Iterable[Site], mute: Callable[[Key], bool]) -> frozenset[Site]:
        """The parameters that calls pass data and nothing alive, seen through the parameters of callers.

        One that no call tells of may be alive, and what `mute` functions pass does not tell that it is data.
        Complete for the parameters in `wanted`.
        """
        known = self._behind(wanted)
        data = {site for site, item in known.items() if not all(map(mute, item.data))}
        told = {site: item for site, item in known.items() if site in data or item.alive or item.origins or item.inputs}
        alive = {
            site
            for site, item in told.items()
            if item.alive or not item.inputs <= self._counted or not item.origins <= told.keys() | self._counted
        }
        return frozenset(_grown(told, data | self._counted) - _grown(told, alive, self._counted))

    def _behind(self, wanted: Iterable[Site]) -> dict[Site, _Parameter]:
        """The parameters in `wanted` that calls tell of, and those that what is passed depends on."""
        found: dict[Site, _Parameter] = {}
        pending = list(wanted)
        while pending:
            site = pending.pop()
            item = self._parameters.get(site)
            if item is not None and site not in found:
                found[site] = item
                pending += item.origins | item.inputs
        return found


def _is_whole(value: Value) -> bool:
    """Whether a value is one of integers by its type: numbers may happen to be whole."""
    below = stripped(value, _ENTRIES)
    stated = below.form is Form.SETTING and below.integral and not below.range.is_point
    return stated or is_integer_typed(below)


def _grown(parameters: dict[Site, _Parameter], start: set[Site], without: Set[Site] = frozenset()) -> set[Site]:
    """The parameters in `start`, and those that calls pass what depends on one of them."""
    found = set(start) - without
    pending = True
    while pending:
        more = {
            site
            for site, item in parameters.items()
            if site not in found and site not in without and not found.isdisjoint(item.origins | item.inputs)
        }
        found |= more
        pending = bool(more)
    return found


def says_data(graph: Graph, value: Value) -> bool:
    """Whether a dead value is no input of a derivative by where it comes from; numbers written down say nothing."""
    if value.form in (Form.CONSTANT, Form.SOURCE):
        return False
    if value.lost or not value.recording or value.integral or value.depends:
        return True
    pending, seen, found = [value], {value.order}, False
    while pending and len(seen) < _LEAVES:
        item = pending.pop()
        if item.mode == HOLDER:
            return False
        found = found or item.form in (Form.SETTING, Form.UNKNOWN)
        for name, operand in graph.inputs(item):
            if name != "condition" and operand.order not in seen:
                seen.add(operand.order)
                pending.append(operand)
    return found
