"""The state of one activation, and what a run records on its way."""

from __future__ import annotations

from dataclasses import dataclass, field

from difflint import ir
from difflint.analysis.graph import Frame, Orders, Site, Value
from difflint.analysis.objects import FunctionObject, ModuleObject, Object, Scope
from difflint.domain.predicate import ROOT, Path


@dataclass(frozen=True, slots=True)
class Outcome:
    """A returned or yielded object, the conditions it was returned under, what is not executed then and what holds."""

    value: Object
    conditions: tuple[tuple[Value, bool], ...]
    apart: Orders = ()
    moment: int = 0
    path: Path = ROOT


@dataclass(slots=True)
class Loop:
    """The innermost loop: states at its breaks, and the data-dependent conditions that end it."""

    exits: list[dict[str, Object]] = field(default_factory=list)
    conditions: list[Value] = field(default_factory=list)


@dataclass(slots=True)
class Watch:
    """A function whose calls a run is made for: what each of them passes and returns."""

    function: FunctionObject
    calls: list[tuple[Activation, dict[str, Object], Object]] = field(default_factory=list)


@dataclass(slots=True)
class Activation:
    """One run of a function or module body."""

    scope: Scope
    function: FunctionObject | None
    frame: Frame | None
    path: Path = ROOT
    recording: bool = True
    conditions: tuple[tuple[Value, bool], ...] = ()
    returns: list[Outcome] = field(default_factory=list)
    loop: Loop | None = None
    apart: Orders = ()
    """What branches computed that were not taken if this is run."""
    established: tuple[Site, Path] | None = None
    """The call that returned last, and what holds after it: what it raises for is excluded."""

    @property
    def module(self) -> ModuleObject:
        """The module whose text is run."""
        return self.scope.module

    def site(self, node: ir.Node) -> Site:
        """Where a node stands."""
        return Site(self.scope.module.node.path, node.start, node.end)


@dataclass(frozen=True, slots=True)
class Sink:
    """A value that is differentiated; `order` is the highest derivative taken.

    `objective`: the code itself differentiates it, rather than somebody who calls this. `minimised`:
    an optimiser makes it small. `relation`: the equation that the value is a side of.
    `forward`: in forward mode only. `moment`: when it is differentiated, in the order of values, if
    that happens within what is run. `numeric`: by differences of values, that no cut hides.
    """

    value: Value
    order: int
    known: bool
    site: Site
    objective: bool = True
    minimised: bool = False
    relation: Value | None = None
    forward: bool = False
    moment: int = 0
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Write:
    """An in-place write: to what, when (in the order of values), where, and under which predicates.

    `apart`: values of these orders belong to branches that were not taken where this is executed.
    """

    target: Value
    order: int
    site: Site
    path: Path
    apart: Orders
    recorded: bool
