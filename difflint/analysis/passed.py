"""What the calls of a tree pass to parameters: values that depend on others', or data.

A function that is analysed on its own takes its arguments for differentiable. Where every call that is
seen passes data (integers, settings, detached values, or what only such arguments lead to), they are not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from difflint.analysis.graph import Form, Grade, Graph, Site, Value
from difflint.analysis.shapes import MOVES, stripped
from difflint.catalogue.model import Role

_PARTS = MOVES | {Role.INDEX}


@dataclass(slots=True)
class _Parameter:
    """What calls pass to one parameter: `origins` are the parameters of callers that it depends on."""

    data: bool = False
    alive: bool = False
    origins: set[Site] = field(default_factory=set)


class Passed:
    """Notes on the parameters of all functions, by their places."""

    def __init__(self) -> None:
        self._parameters: dict[Site, _Parameter] = {}
        self._data: frozenset[Site] | None = None

    def note(self, graph: Graph, parameter: Site, values: Iterable[Value], recording: bool) -> None:
        """Note what one call passes to a parameter."""
        known = self._parameters.setdefault(parameter, _Parameter())
        self._data = None
        for value in values:
            if not value.alive:
                known.data = known.data or not recording or says_data(value)
            for source in graph.named(value.alive):
                if source.grade is Grade.ASSUMED:
                    known.origins.add(source.site)
                else:
                    known.alive = True

    def is_data(self, parameter: Site) -> bool:
        """Whether calls pass nothing but data to a parameter, seen through the parameters of callers."""
        if self._data is None:
            self._data = self._settled()
        return parameter in self._data

    def _settled(self) -> frozenset[Site]:
        """The least set of parameters that receive data and else only what depends on such parameters."""
        found: set[Site] = set()
        pending = {site: item for site, item in self._parameters.items() if not item.alive}
        grown = True
        while grown:
            grown = False
            for site, item in list(pending.items()):
                if (item.data or item.origins) and item.origins <= found:
                    found.add(site)
                    del pending[site]
                    grown = True
        return frozenset(found)


def says_data(value: Value) -> bool:
    """Whether a dead value is no input of a derivative by where it comes from; numbers written down say nothing."""
    if stripped(value, _PARTS).form in (Form.SETTING, Form.UNKNOWN):
        return True
    computed = value.form not in (Form.CONSTANT, Form.SOURCE)
    return bool(value.lost) or not value.recording or (computed and (value.integral or bool(value.depends)))
