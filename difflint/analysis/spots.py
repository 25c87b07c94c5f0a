"""The points of one run: every operation between the arguments and the result that is not smooth.

The rules ask what hurts an optimiser; this asks what is true of the function. Hence nothing is left
out for being harmless, and what is proven not to be attained is left out all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from difflint.analysis import reported
from difflint.analysis.activation import Sink
from difflint.analysis.backward import Arrival, arrivals, judge
from difflint.analysis.evidence import is_guarded
from difflint.analysis.graph import Form, Site, Value
from difflint.analysis.hazard import Escape, Hazard, Judge, is_finite
from difflint.analysis.kinks import Kinks
from difflint.analysis.loci import EVERYWHERE, Loci, Locus, is_negligible
from difflint.analysis.periodic import is_unseen
from difflint.analysis.phrase import Phrases
from difflint.analysis.reported import Reported
from difflint.analysis.shapes import TRUTH, UNCOUNTED, decided_by, is_choice, is_leaf, is_point_test, role, stripped
from difflint.domain.flow import Flow
from difflint.domain.predicate import Path
from difflint.domain.smoothness import Smoothness
from difflint.facts import Kind
from difflint.points import Shape

if TYPE_CHECKING:
    from difflint.analysis.interpreter import Interpreter

_BENDS = {Kind.KINK: Shape.KINK, Kind.CURVATURE: Shape.CURVATURE}
_LENGTHS = ("norm", "deviation")


@dataclass(frozen=True, slots=True)
class Spot:
    """A point before its places are looked up; `value` is the operation, `site` where to point."""

    shape: Shape
    value: Value
    site: Site
    locus: Locus
    reported: str = ""
    note: str = ""


class Spots:
    """Collects the points between the sources of one graph and one sink."""

    def __init__(self, interpreter: Interpreter, phrases: Phrases, sink: Sink, framework: str) -> None:
        self._interpreter = interpreter
        self._ranges = interpreter.ranges
        self._phrases = phrases
        self._loci = Loci(phrases, interpreter.ranges)
        self._reported = Reported(interpreter.catalogue)
        self._judge = Judge(interpreter.graph, interpreter.ranges)
        self._sink = sink
        self._found = arrivals(interpreter, sink)
        self._kinks = Kinks(interpreter, sink, self._found)
        self._framework = framework
        self._below = {arrival.value.order for arrival in self._found if arrival.value.alive}

    def all(self) -> Iterator[Spot]:
        """Every point, some of them once a context."""
        for arrival in self._found:
            value = arrival.value
            yield from self._operation(arrival)
            yield from self._choice(value)
            yield from self._loop(value)
            for operand in _dead_below(value):
                yield from self._dead(operand)
        if not self._sink.value.alive:
            yield from self._dead(self._sink.value)

    def opaque(self) -> list[Value]:
        """The values that the result depends on and that come from something unknown."""
        found: dict[int, Value] = {}
        pending, seen = [self._sink.value], set[int]()
        while pending:
            value = pending.pop()
            if value.order in seen or not (value.depends or value.steered):
                continue
            seen.add(value.order)
            if value.form is Form.UNKNOWN and value.operands:
                found[value.order] = value
            pending += [operand for _, operand in self._interpreter.graph.inputs(value)]
        return sorted(found.values(), key=lambda value: value.order)

    # --- operations ------------------------------------------------------------------------

    def _operation(self, arrival: Arrival) -> Iterator[Spot]:
        value, operator = arrival.value, arrival.value.operator
        if operator is None or not value.alive:
            return
        path = self._kinks.path(arrival)
        bend = self._kinks.bend(value, path)
        finding = judge(self._interpreter, self._judge, arrival, 1)
        if finding is not None and not is_negligible(finding.hazard, value):
            yield from self._singular(value, finding.hazard, finding.kind, bend is not None)
        elif bend is not None and bend[0] in _BENDS and not self._is_hidden(value):
            for locus in self._loci.bends(value, path):
                yield self._spot(_BENDS[bend[0]], value, locus, self._reported.at_bend(value, locus, self._of(value)))
        if operator.family == "angle":
            yield from self._angle(value)
        elif operator.family == "select" and not is_choice(value):
            yield self._spot(Shape.BRANCH, value, Locus(f"a condition of {self._phrases.source(value)}"))
        elif Flow.SURROGATE in operator.flow.values() or (
            operator.smoothness is Smoothness.ANY and operator.family != "decomposition"
        ):
            if is_unseen(self._ranges, value, self._kinks.consumers, self._sink.value):
                return
            locus = self._loci.steps(value) or Locus(f"breakpoints of {operator.id}")
            yield self._spot(Shape.JUMP, value, locus, self._beside(value))

    def _is_hidden(self, value: Value) -> bool:
        """Whether a kink where the value is zero lies below a bound that keeps its users away from zero."""
        return value.range.lo == 0.0 and self._kinks.is_flattened(value)

    def _singular(self, value: Value, hazard: Hazard, kind: Kind, bends: bool) -> Iterator[Spot]:
        operator = value.operator
        assert operator is not None
        framework = self._of(value)
        locus = self._loci.singular(value, hazard)
        number = self._reported.at_singularity(value, hazard, locus, framework)
        if is_guarded(hazard.operand) and operator.family not in _LENGTHS:
            return  # an epsilon that is not known counts as positive
        missing = "nan" in number or "inf" in number
        if kind is not Kind.UNBOUNDED:
            if missing:
                note = "the value is masked there, its derivative is not"
                yield self._spot(Shape.MISMATCH, value, locus, "nan", note)
        elif operator.family in _LENGTHS:
            bends = bends and not self._kinks.is_flattened(value)
            if bends or missing:  # an even power takes the kink away, but not a NaN
                yield self._spot(Shape.KINK if bends else Shape.MISMATCH, value, locus, number)
        elif operator.family != "angle":
            yield self._spot(self._shape(value, hazard), value, locus, number)

    def _shape(self, value: Value, hazard: Hazard) -> Shape:
        operator = value.operator
        if hazard.escape is Escape.REGION:
            return Shape.EDGE
        if operator is not None and operator.family == "matrix-inverse":
            return Shape.EDGE if operator.relation == "definite" else Shape.POLE
        return Shape.SLOPE if is_finite(value, hazard) else Shape.POLE

    def _angle(self, value: Value) -> Iterator[Spot]:
        """The origin, and the half-line where the angle jumps by a turn."""
        x, y = value.operand("x"), value.operand("y")
        if x is None or y is None:
            locus = Locus(f"{self._phrases.of(value.operands[0][1], value)} on the negative real axis or 0")
            yield self._spot(Shape.JUMP, value, locus)
            return
        hazard = self._judge.judge(value, value.path, 1)
        if hazard is not None:
            locus = self._loci.singular(value, hazard)
            number = self._reported.at_singularity(value, hazard, locus, self._of(value))
            yield self._spot(Shape.JUMP, value, locus, number)
        if self._ranges.under(x, value.path).contains(0.0) and self._ranges.under(y, value.path).lo < 0.0:
            first, second = self._phrases.of(x, value), self._phrases.of(y, value)
            yield self._spot(Shape.JUMP, value, Locus(f"{first} == 0 and {second} < 0"), self._beside(value))

    # --- choices and loops -----------------------------------------------------------------

    def _choice(self, value: Value) -> Iterator[Spot]:
        condition = value.operand("condition")
        joined = value.form is Form.JOIN
        if condition is None or not (joined or is_choice(value)) or self._is_settled(value, stripped(condition)):
            return
        condition = stripped(condition)
        x, y = value.operand("x"), value.operand("y") or value.operand("value")
        locus = Locus(self._phrases.boundary(condition))
        if x is None or y is None or not locus.condition:
            return
        meets = self._kinks.meets(condition, x, y, _path_of(value, condition))
        compared = {x.number, y.number} <= {operand.number for _, operand in condition.operands}
        shape = Shape.JUMP if meets is False else Shape.KINK if compared else Shape.BRANCH
        number = reported.TAKEN if self._reported.differentiates(self._of(value)) else ""
        note = "the sides meet" if meets and not compared else ""
        yield Spot(shape, value, condition.site if joined else value.site, locus, number, note)

    def _is_settled(self, value: Value, condition: Value) -> bool:
        """Whether no argument decides a choice but in single points, or it is the inner half of a double one."""
        if is_point_test(condition, 0.0) or role(condition) not in TRUTH:
            return True
        live = decided_by(condition, 0.0) & self._interpreter.graph.arrays
        if not live or self._ranges.under(condition, _path_of(value, condition)).is_point:
            return True
        return is_choice(value) and self._kinks.is_guard(value, condition)

    def _loop(self, value: Value) -> Iterator[Spot]:
        if value.form is not Form.LOOP:
            return
        for condition in self._interpreter.graph.loop_conditions.get(value.order, ()):
            if condition.depends & self._interpreter.graph.arrays:
                yield Spot(Shape.LOOP, value, condition.site, Locus(self._phrases.boundary(condition)))

    # --- values without a derivative ---------------------------------------------------------

    def _dead(self, value: Value) -> Iterator[Spot]:
        """Below a value without a derivative: what takes it away, and what is not smooth further down."""
        pending = [value]
        while pending:
            item = pending.pop()
            if item.order in self._below or not (item.depends or item.steered) or self._kinks.is_shift(item):
                continue
            self._below.add(item.order)
            yield from self._choice(item)
            if item.alive:
                for spot in self._operation(Arrival(item, ())):
                    yield replace(spot, reported=self._number(reported.NONE))
            else:
                yield from self._last(item)
            pending += [operand for name, operand in item.operands if name not in UNCOUNTED]
            pending += _dead_below(item)

    def _last(self, value: Value) -> Iterator[Spot]:
        """The point at the operation whose operands are the last ones alive."""
        operator = value.operator
        below = [operand for name, operand in value.operands if name not in UNCOUNTED and operand.alive]
        if not below or value.form is Form.JOIN or is_point_test(value, 0.0):
            return
        stepped = operator is not None and (
            value.mode == "integer"
            or role(value) in TRUTH
            or operator.integer
            or (operator.smoothness is Smoothness.ANY and operator.family != "sample")
        )
        locus = self._loci.steps(value) if stepped else None
        if not stepped:
            other = self._sink.value.alive & value.depends
            note = f"`{self._phrases.of(below[0], value)}` is cut off"
            shape = Shape.MISMATCH if other else Shape.CUT
            yield self._spot(shape, value, EVERYWHERE, self._number(reported.NONE), note)
        elif locus is None:
            yield self._spot(Shape.ZERO, value, EVERYWHERE, self._number("0"))
        else:
            yield self._spot(Shape.JUMP, value, locus, self._number(reported.NOWHERE))

    # --- words -----------------------------------------------------------------------------

    def _spot(self, shape: Shape, value: Value, locus: Locus, number: str = "", note: str = "") -> Spot:
        return Spot(shape, value, value.site, locus, number, note)

    def _of(self, value: Value) -> str:
        return value.framework or self._framework

    def _number(self, text: str) -> str:
        return text if self._reported.differentiates(self._framework) else ""

    def _beside(self, value: Value) -> str:
        return reported.BESIDE if self._reported.differentiates(self._of(value)) else ""


def _dead_below(value: Value) -> list[Value]:
    """Operands without a derivative; an index that is an argument as it came is data."""
    return [
        operand
        for name, operand in value.operands
        if not operand.alive and (name not in UNCOUNTED or (name == "index" and not is_leaf(operand)))
    ]


def _path_of(value: Value, condition: Value) -> Path:
    """What holds where a choice is made; behind a branch that returns, its own condition is decided."""
    return value.path if is_choice(value) else condition.path
