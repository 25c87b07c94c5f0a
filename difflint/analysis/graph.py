"""The value graph: what a run of the abstract interpreter computes, as a graph of values.

A value knows its operands, where the source text computes it, the interval it lies in, and two
sets of sources as bit masks: `alive`, those that reverse mode reaches from it, and `depends`, those
it is a function of. `number` is its value number: equal numbers mean equal values.
"""

from __future__ import annotations

from enum import Enum

from difflint.catalogue.model import Operator, Role, Spelling
from difflint.domain.interval import Interval
from difflint.domain.predicate import ROOT, Path, fingerprint
from difflint.record import entity, record

_SILENT = frozenset({Role.QUERY, Role.STATIC, Role.TEST})


class Grade(Enum):
    """How sure it is that somebody differentiates with respect to a source, best first."""

    PARAMETER = "parameter"
    DIFFERENTIATED = "differentiated"
    INPUT = "input"
    ASSUMED = "assumed"

    __hash__ = object.__hash__  # by identity: the default hashes the name in Python, at every look-up


TRAINED = frozenset({Grade.PARAMETER, Grade.DIFFERENTIATED})
"""Grades of sources that the code itself differentiates by."""


class Form(Enum):
    """What kind of value this is."""

    CONSTANT = "constant"
    SOURCE = "source"
    SETTING = "setting"
    """A configuration value: no source, its default is taken as its range."""
    UNKNOWN = "unknown"
    """The result of a call or construct that is not known."""
    OPERATION = "operation"
    JOIN = "join"
    """Operands condition, x, y: one of two arms of Python control flow."""
    LOOP = "loop"
    """Operands initial, next: a variable at the head of a loop."""


Orders = tuple[tuple[int, int], ...]
"""Values by their orders: above the first number, up to the second."""


@record
class Site:
    """A place in the checked tree: a module's path, and offsets into its text."""

    path: str
    start: int
    end: int


@record
class Source:
    """A value that gradients are wanted for; `bit` is its place in the masks, `start` where training begins.

    `entries` are the range and the start of each of its numbers, where a call states them.
    """

    bit: int
    grade: Grade
    name: str
    site: Site
    start: Interval = Interval.TOP
    entries: tuple[tuple[Interval, Interval], ...] = ()


@record
class Frame:
    """An activation of a user function (`path` and offset `function`) called at `site`."""

    site: Site
    caller: Frame | None
    depth: int
    path: str
    function: int


@entity
class Term:
    """An operation that has no place in the graph yet: what its interval is computed from."""

    form: Form
    operator: Operator | None
    operands: tuple[tuple[str, Value], ...]
    mode: str

    def operand(self, name: str) -> Value | None:
        """The operand bound to an argument name."""
        for key, value in self.operands:
            if key == name:
                return value
        return None


@entity
class Value:
    """A node of the graph. Identity is the occurrence; `number` is the value."""

    order: int
    number: int
    form: Form
    operands: tuple[tuple[str, Value], ...]
    site: Site
    frame: Frame | None
    path: Path
    range: Interval
    mentions: int
    alive: int = 0
    depends: int = 0
    steered: int = 0
    operator: Operator | None = None
    spelling: Spelling | None = None
    framework: str = ""
    constant: object = None
    storage: int = 0
    recording: bool = True
    lost: int = 0
    mode: str = ""

    def operand(self, name: str) -> Value | None:
        """The operand bound to an argument name."""
        for key, value in self.operands:
            if key == name:
                return value
        return None

    @property
    def integral(self) -> bool:
        """Whether every element is an integer or a truth value."""
        return self.range.integer

    @property
    def family(self) -> str:
        """The operator's family, or the empty text."""
        return self.operator.family if self.operator else ""


class Graph:
    """Makes values and numbers them; one graph per run."""

    def __init__(self) -> None:
        self.values: list[Value] = []
        self.sources: list[Source] = []
        self.proven = 0
        """Sources that something proves to be arrays: an annotation, a framework's operator."""
        self.supposed = 0
        """Inputs of layers that nothing but that has shown to be arrays so far: they may be plain numbers."""
        self.likely = 0
        """Sources with methods that arrays of frameworks have and arrays of the host as well."""
        self.hosted = 0
        """Sources that functions of the host are called with."""
        self.counted = 0
        """Sources whose use proves that they hold truth values or positions: masks, indices."""
        self.sizes: list[Value] = []
        """Values that say how large something is: bounds of slices and loops, sizes of new arrays."""
        self.hidden = 0
        """Sources for the weights that callables given to a constructor may have."""
        self.called_back = 0
        """Those of them that a call which differentiates at once comes to: something is trained there."""
        self._parts: list[tuple[int, int]] = []
        self.back_edges: dict[int, Value] = {}
        self.loop_conditions: dict[int, tuple[Value, ...]] = {}
        self.leaves: set[int] = set()
        """Orders of values that are detached to be leaves: their gradients are asked for by hand."""
        self.rounds: set[int] = set()
        """Orders of values that are another one in each round of a loop."""
        self.given: dict[int, int] = {}
        """How many arguments calls of unknown values got, by the orders of their results."""
        self.apart: dict[tuple[int, str], Orders] = {}
        """What is not executed if a join, by its order, takes its operand of a name."""
        self.alternatives: dict[int, Value] = {}
        """By number what was assumed as a whole, since it may hold for the one part or the other: `a or b`."""
        self._numbers: dict[object, int] = {}
        self._fresh = 0

    def number(self, key: object) -> int:
        """The value number of a structural key."""
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self._numbers) + self._fresh
        return found

    def owns(self, value: Value) -> bool:
        """Whether this graph made `value`."""
        values, order = self.values, value.order
        return order <= len(values) and values[order - 1] is value

    def difference(self, x: Value, y: Value) -> int:
        """The number of `x - y`, whether or not that difference is computed anywhere."""
        return self.number(("difference", x.number, y.number))

    def fresh(self) -> int:
        """A number no other value has."""
        self._fresh += 1
        return len(self._numbers) + self._fresh - 1

    def source(self, grade: Grade, name: str, site: Site, start: Interval = Interval.TOP) -> Source:
        """A new source."""
        source = Source(1 << len(self.sources), grade, name, site, start)
        self.sources.append(source)
        if grade is not Grade.ASSUMED:
            self.proven |= source.bit
        if grade is Grade.INPUT:
            self.supposed |= source.bit
        return source

    def prove(self, bits: int) -> None:
        """Note sources that are arrays for certain."""
        self.proven |= bits
        self.supposed &= ~bits

    @property
    def unproven(self) -> int:
        """Sources that nothing has shown to be arrays."""
        return ~self.proven | self.supposed

    @property
    def arrays(self) -> int:
        """Sources that gradients can be wanted for."""
        return (self.proven | (self.likely & ~self.hosted)) & ~self.counted

    @property
    def trained(self) -> int:
        """Sources that a derivative is taken by, hidden weights included."""
        return self.arrays | self.called_back

    def part(self, whole: int, part: int) -> None:
        """Note that the source of one bit is an entry of the container whose bit is `whole`."""
        self._parts.append((whole, part))

    def closed(self, mask: int) -> int:
        """`mask` with the entries of every container in it, and the containers of every entry."""
        for whole, part in self._parts:
            if mask & whole:
                mask |= part
        for whole, part in reversed(self._parts):
            if mask & part:
                mask |= whole
        return mask

    def named(self, mask: int) -> tuple[Source, ...]:
        """The sources in a mask."""
        return tuple(source for source in self.sources if source.bit & mask) if mask else ()

    def grades(self, mask: int) -> set[Grade]:
        """The grades of the sources in a mask."""
        return {source.grade for source in self.sources if source.bit & mask}

    def is_trained(self, value: Value) -> bool:
        """Whether a value is alive by what is trained or differentiated for certain."""
        return bool(self.grades(value.alive) & TRAINED)

    def may_start_at_zero(self, value: Value) -> bool:
        """Whether what a parameter is made of may be zero: steps past a pole seldom end in it."""
        return any(source.start.contains(0.0) for source in self.named(value.alive))

    def add(
        self,
        form: Form,
        operands: tuple[tuple[str, Value], ...],
        site: Site,
        *,
        number: int | None = None,
        frame: Frame | None = None,
        path: Path = ROOT,
        range: Interval = Interval.TOP,
        alive: int = 0,
        depends: int = 0,
        steered: int = 0,
        operator: Operator | None = None,
        spelling: Spelling | None = None,
        framework: str = "",
        constant: object = None,
        storage: int = 0,
        recording: bool = True,
        lost: int = 0,
        mode: str = "",
    ) -> Value:
        """Append a value; without a `number` it equals no other value."""
        if number is None:
            number = self.fresh()
        mentions = fingerprint(number)
        for _, operand in operands:
            mentions |= operand.mentions
            if operator is None or operator.role not in _SILENT:
                steered |= operand.steered
        order = len(self.values) + 1
        value = Value(
            order,
            number,
            form,
            operands,
            site,
            frame,
            path,
            range,
            mentions,
            alive,
            depends,
            steered,
            operator,
            spelling,
            framework,
            constant,
            storage or order,
            recording,
            lost,
            mode,
        )
        self.values.append(value)
        return value

    def replace(self, old: Value, new: Value) -> Value:
        """Put a copy with more known about it in the place of the value made last."""
        self.values[old.order - 1] = new
        return new

    def state(self, source: Source) -> Source:
        """Put a source of which more is known in the place of the one with its bit."""
        self.sources[source.bit.bit_length() - 1] = source
        return source

    def close_loop(self, head: Value, following: Value) -> None:
        """Record the value a loop variable has at the end of the body."""
        self.back_edges[head.order] = following

    def inputs(self, value: Value) -> tuple[tuple[str, Value], ...]:
        """The operands of a value, the back edge of a loop included."""
        following = self.back_edges.get(value.order)
        return value.operands if following is None else (*value.operands, ("next", following))
