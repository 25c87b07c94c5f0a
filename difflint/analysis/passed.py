"""What the calls of a tree pass to parameters: values that depend on others', or data.

A function that is analysed on its own takes its arguments for differentiable. Where every call that is
seen passes data (integers, settings, detached values, or what only such arguments lead to), they are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass, field

from difflint.analysis.graph import Form, Grade, Graph, Site, Value

HOLDER = "holder"
"""The mode of a setting whose entries are arrays, for all that its annotation says."""
_LEAVES = 64


@dataclass(slots=True)
class _Parameter:
    """What calls pass to one parameter: `origins` are the parameters of callers that it depends on.

    `inputs` are those of them that a framework differentiates by, whoever calls.
    """

    data: bool = False
    alive: bool = False
    origins: set[Site] = field(default_factory=set)
    inputs: set[Site] = field(default_factory=set)


class Passed:
    """Notes on the parameters of all functions, by their places."""

    def __init__(self) -> None:
        self._parameters: dict[Site, _Parameter] = {}
        self._counted: set[Site] = set()
        self._data: frozenset[Site] | None = None

    def note(self, graph: Graph, parameter: Site, values: Iterable[Value], recording: bool) -> None:
        """Note what one call passes to a parameter."""
        known = self._parameters.setdefault(parameter, _Parameter())
        self._data = None
        for value in values:
            if not value.alive:
                known.data = known.data or not recording or says_data(graph, value)
            for source in graph.named(value.alive):
                if source.grade is Grade.ASSUMED:
                    known.origins.add(source.site)
                elif source.grade is Grade.INPUT:
                    known.inputs.add(source.site)
                else:
                    known.alive = True

    def count(self, graph: Graph) -> None:
        """Note the parameters that a run uses as positions, truth values or numbers of rounds."""
        self._counted |= {source.site for source in graph.named(graph.counted)}
        self._data = None

    def is_data(self, parameter: Site) -> bool:
        """Whether calls pass nothing but data to a parameter, seen through the parameters of callers."""
        if self._data is None:
            self._data = self._settled()
        return parameter in self._data

    def _settled(self) -> frozenset[Site]:
        """The parameters that data reaches and nothing alive does: one that no call tells of may be alive."""
        told = {site: item for site, item in self._parameters.items() if item != _Parameter()}
        alive = {
            site
            for site, item in told.items()
            if item.alive or not item.inputs <= self._counted or not item.origins <= told.keys() | self._counted
        }
        data = {site for site, item in told.items() if item.data} | self._counted
        return frozenset(_grown(told, data) - _grown(told, alive, self._counted))


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
