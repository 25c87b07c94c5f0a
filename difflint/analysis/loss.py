"""Lost gradients: which steps and cuts on the way to a sink take something away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from difflint.analysis.graph import TRAINED, Form, Grade, Graph, Value
from difflint.analysis.shapes import (
    NUMBER,
    TRUTH,
    is_integer_typed,
    is_leaf,
    is_reduced,
    is_step,
    makes_numbers,
    role,
    stripped,
    unmodified,
)
from difflint.catalogue.model import Role
from difflint.domain.flow import Flow
from difflint.domain.interval import Interval
from difflint.facts import Certainty, Kind

if TYPE_CHECKING:
    from difflint.analysis.interpreter import Interpreter

_QUIET = frozenset(
    {
        Role.SHAPE,
        Role.VIEW,
        Role.INDEX,
        Role.CONCATENATE,
        Role.DETACH,
        Role.EXTRACT,
        Role.CONVERT,
        Role.REBUILD,
        Role.CAST,
        Role.MARK,
        Role.PARAMETER,
    }
)
_LEAVES = 48
_WEIGHING = (Role.MULTIPLY, Role.DIVIDE, Role.BILINEAR)
_REBUILT = ("rebuild", "foreign", "convert", "factory")


@dataclass(frozen=True, slots=True)
class Loss:
    """A value that loses the gradient of the sources in `bits`."""

    value: Value
    kind: Kind
    bits: int
    certainty: Certainty
    indexing: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """A value below a sink, and what lies between the two."""

    value: Value
    computed: bool
    weighted: bool
    indexing: bool
    recast: bool = False
    wanted: bool = False
    """A leaf is made of it that is an objective by all signs: it is no data."""


def walk(interpreter: Interpreter, start: Value, known: bool, objective: bool) -> list[Visit]:
    """Every value below a sink that its value depends on, with how it gets there.

    Below a result that counts, bins or casts, a function that nobody is known to differentiate is a
    metric: what happens further down is not reported.
    """
    visits: list[Visit] = []
    seen: set[tuple[int, bool, bool, bool, bool]] = set()
    pending = [Visit(start, objective, False, False)]
    while pending:
        visit = pending.pop()
        value = visit.value
        key = (value.order, visit.computed, visit.weighted, visit.indexing, visit.wanted)
        if key in seen or not (value.depends | value.steered):
            continue
        if not known and not visit.computed and not visit.indexing and is_integer_typed(value):
            continue
        seen.add(key)
        visits.append(visit)
        kind = role(value)
        if kind in TRUTH and value.form is Form.OPERATION and not value.lost and not _is_bitwise(value):
            continue
        if not known and visit.computed and not visit.indexing and _loss_is_cast(value):
            continue
        leaves = kind in (Role.EXTRACT, Role.CONVERT) and not _reenters(value)
        if kind is Role.DETACH or (leaves and not visit.computed):
            continue  # what is lost below a detach is cut by it anyway
        for name, operand in interpreter.graph.inputs(value):
            if name == "condition" and value.operator and role(operand) is Role.COMPARE and not is_step(value):
                pending.append(Visit(operand, True, True, visit.indexing))
            if name in ("condition", "axis", "dtype"):
                continue
            pending.append(
                Visit(
                    operand,
                    visit.computed or _computes(value, operand),
                    visit.weighted or (kind in _WEIGHING and bool(value.alive) and not operand.alive),
                    visit.indexing or name == "index" or (kind is Role.EXTRACT and is_integer_typed(value)),
                    _recasts(value, operand),
                    visit.wanted or _is_made_leaf(value),
                )
            )
    return visits


def _is_bitwise(value: Value) -> bool:
    """Whether a logical operator combines integers rather than truth values: `width | 1`."""
    return role(value) is Role.LOGIC and any(
        operand.integral and operand.depends and not operand.range.leq(Interval.BOOLEAN)
        for _, operand in value.operands
    )


def _computes(value: Value, operand: Value) -> bool:
    """Whether an operation puts its operand to use as a number rather than moving it."""
    kind = role(value)
    if value.form is not Form.OPERATION:
        return False
    if kind is Role.CAST:
        return _recasts(value, operand)
    if _reenters(value) or _is_made_leaf(value):
        return True
    if value.framework == NUMBER or not value.recording:
        return False
    return kind not in _QUIET and kind not in TRUTH and not value.integral


def _is_made_leaf(value: Value) -> bool:
    """Whether an objective by all signs is made a leaf: it asks for a gradient or had one."""
    operator = value.operator
    if operator is None or operator.role is not Role.REBUILD or not value.operands:
        return False
    operand = value.operands[0][1]
    return (operator.trained or bool(operand.alive)) and is_reduced(operand)


def _reenters(value: Value) -> bool:
    """Whether an array comes back into a framework that differentiates, its gradient lost before."""
    return (
        role(value) is Role.CONVERT
        and not value.lost
        and (value.spelling is None or value.spelling.framework == value.framework)
        and any(operand.framework not in ("", value.framework) for _, operand in value.operands)
    )


def zero_bits(value: Value) -> int:
    """Sources whose gradient this operation makes zero."""
    operator = value.operator
    if operator is None or value.form is not Form.OPERATION:
        return 0
    if is_step(value):
        return value.steered
    if operator.role in TRUTH:
        return value.depends  # the comparison is to blame for what is dead already, too
    if value.mode == "integer" or operator.integer:
        return value.lost or _operand_bits(value)
    bits = 0
    for name, operand in value.operands:
        if operator.flow_of(name) is Flow.ZERO:
            bits |= operand.alive
    return bits


def _operand_bits(value: Value) -> int:
    bits = 0
    for name, operand in value.operands:
        if name not in ("index", "condition"):
            bits |= operand.alive
    return bits


def _cut_bits(value: Value) -> int:
    operator = value.operator
    if operator is not None and value.form is Form.OPERATION:
        bits = 0
        for name, operand in value.operands:
            if operator.flow_of(name) is Flow.CUT:
                bits |= operand.alive
        if bits:
            return bits
    if value.form is Form.UNKNOWN or operator is not None:
        return value.lost
    return 0


def judge(interpreter: Interpreter, visit: Visit, alive: int, known: bool) -> Loss | None:
    """What a value loses where `alive` are the sources that reach any sink."""
    value = visit.value
    bits = zero_bits(value)
    if bits:
        return _judge_zero(interpreter, visit, bits, alive, known)
    bits = _cut_bits(value)
    if bits:
        return _judge_cut(interpreter, visit, bits, alive, known)
    return None


def declares_data(interpreter: Interpreter, value: Value, bits: int) -> bool:
    """Casting, comparing, ranking or detaching an argument as it came says that it is data."""
    if not value.recording and role(value) not in _QUIET:
        return False
    if interpreter.graph.grades(bits) & TRAINED:
        return False
    return all(unmodified(operand) for name, operand in value.operands if operand.alive or operand.depends & bits)


def _judge_zero(interpreter: Interpreter, visit: Visit, bits: int, alive: int, known: bool) -> Loss | None:
    value = visit.value
    drawn = role(value) is Role.RANDOM
    if drawn and not known:
        return None  # a function that draws samples, for all that is known
    truth = role(value) in TRUTH or (value.range.leq(Interval.BOOLEAN) and not drawn) or is_step(value)
    if value.operator is not None and value.operator.value_domain.integer:
        return None  # what made its operand an integer is to blame
    bits &= interpreter.graph.arrays
    dead = bits & ~alive
    sure = interpreter.graph.grades(dead) & TRAINED
    steps = ("rounding", "step", "argmax") if visit.indexing else ("rounding", "step")
    stepped = known and value.family in steps and Grade.INPUT in interpreter.graph.grades(dead)
    if drawn and not dead and visit.computed and _starves(interpreter.graph, value, bits):
        return Loss(value, Kind.ZERO_GRADIENT, bits, Certainty.LIKELY)
    if not dead or (dead != bits and not sure and not stepped):
        return None
    if not (visit.computed or visit.indexing or (stepped and not alive and not value.integral)):
        return None
    truncates = visit.recast and (value.mode == "integer" or value.family == "integer-cast")
    if (_loss_is_cast(value) or visit.indexing) and not truncates and declares_data(interpreter, value, bits):
        return None
    if truth and (visit.weighted or visit.indexing or not known) and not _is_threshold(interpreter, value, dead, alive):
        return None
    if visit.indexing and (_has_sibling(interpreter, value) or not interpreter.graph.grades(alive | dead) & TRAINED):
        return None
    return Loss(value, Kind.ZERO_GRADIENT, dead, Certainty.MUST if sure else Certainty.LIKELY, visit.indexing)


def _starves(graph: Graph, draw: Value, bits: int) -> bool:
    """Whether layers learn from a draw of whose density nothing is asked: its own parameters learn nothing of it."""
    if draw.family != "sample" or not graph.grades(bits) & TRAINED:
        return False
    given = {operand.number for _, operand in draw.operands}
    taught = False
    for value in graph.values:
        taken = {stripped(operand).number for _, operand in value.operands}
        if draw.number in taken and not given.isdisjoint(taken):
            return False
        taught = taught or (draw.number in taken and Grade.PARAMETER in graph.grades(value.alive))
    return taught


def _is_threshold(interpreter: Interpreter, value: Value, dead: int, alive: int) -> bool:
    """Whether a comparison is all that sees what is optimised: a threshold that never moves.

    An objective that sees all it is differentiated by in conditions is reported as a whole.
    """
    graph, grades = interpreter.graph, {Grade.PARAMETER, Grade.DIFFERENTIATED} if alive else {Grade.PARAMETER}
    condition = value.operand("condition")
    compared = [operand for _, operand in (condition or value).operands]
    return any(leaf.depends & dead and graph.grades(leaf.depends) & grades for leaf in _leaves(graph, compared))


def _leaves(graph: Graph, values: list[Value]) -> Iterator[Value]:
    """The sources themselves, weights of layers apart, that values are computed from by operations that are known."""
    pending, seen = list(values), set[int]()
    while pending and len(seen) < _LEAVES:
        item = stripped(pending.pop())
        if item.order in seen:
            continue
        seen.add(item.order)
        if item.form is Form.SOURCE and is_leaf(item):
            yield item
        elif item.form is not Form.UNKNOWN and role(item) is not Role.DETACH:
            pending += [operand for name, operand in graph.inputs(item) if name not in ("condition", "axis", "dtype")]


def _recasts(value: Value, operand: Value) -> bool:
    """Whether an operation turns integers back into numbers: together with the cast, truncation."""
    return operand.integral and makes_numbers(value, copies=True)


def _has_sibling(interpreter: Interpreter, value: Value) -> bool:
    """Whether a position came with the values it belongs to, as from topk: a selection."""
    whole = interpreter.operator(value.spelling.operator) if value.spelling is not None else None
    return whole is not None and bool(whole.outputs)


def _loss_is_cast(value: Value) -> bool:
    """Whether the step is one that data goes through: a cast, a comparison, counting."""
    return (
        value.mode == "integer"
        or role(value) in TRUTH
        or is_step(value)
        or (value.family in ("integer-cast", "binning", "comparison") and not makes_numbers(value))
        or (role(value) is Role.EXTRACT and value.integral)
    )


def _judge_cut(interpreter: Interpreter, visit: Visit, bits: int, alive: int, known: bool) -> Loss | None:
    value = visit.value
    graph = interpreter.graph
    bits = bits & graph.arrays if value.order not in graph.leaves or visit.wanted else 0
    dead = bits & ~alive
    foreign = visit.weighted and _is_foreign(value)
    strict = _raises(interpreter, value, bits)
    put = (
        visit.computed
        or _is_made_leaf(value)
        or (role(value) is Role.PARAMETER and not all(unmodified(part) for _, part in value.operands))
    )
    decides = visit.indexing and any(
        leaf.depends & dead and graph.grades(leaf.depends) & TRAINED for leaf in _leaves(graph, [value])
    )
    if visit.indexing and not decides:
        return None
    if not bits or not put or not (foreign or strict or (dead and dead == bits)):
        return None
    if not visit.wanted and declares_data(interpreter, value, bits):
        return None
    if not value.recording and (not known or graph.grades(dead) == {Grade.ASSUMED}):
        return None
    rebuilt = value.family in _REBUILT or role(value) in (Role.REBUILD, Role.CONVERT, Role.PARAMETER)
    intended = not (rebuilt or foreign or strict or decides)
    if intended and (Grade.PARAMETER in graph.grades(alive) or _is_target(graph, dead, alive)):
        return None
    left = role(value) is Role.DETACH and not (known or alive or visit.wanted)
    if left and all(unmodified(part) for _, part in value.operands):
        return None  # an estimate: it is computed of detached weights and nothing else
    sure = bool(graph.grades(dead) & TRAINED)
    return Loss(value, Kind.CUT, dead or bits, Certainty.MUST if sure and known else Certainty.LIKELY)


def _is_target(graph: Graph, dead: int, alive: int) -> bool:
    """Whether a function is computed of other inputs of a module: the one that is detached is their target.

    A factor or summand is none: what is left of a loss without its ratio is a weighted mean of data.
    """
    if graph.grades(dead) != {Grade.INPUT}:
        return False
    return any(
        value.alive & alive and not value.alive & dead and role(value) in (Role.FUNCTION, Role.SQUARE, Role.POWER)
        for value in graph.values
    )


def _raises(interpreter: Interpreter, value: Value, bits: int) -> bool:
    """Whether a framework that traces would refuse to take a number out of what is differentiated."""
    if role(value) not in (Role.EXTRACT, Role.CONVERT) or Grade.DIFFERENTIATED not in interpreter.graph.grades(bits):
        return False
    frameworks = interpreter.catalogue.frameworks
    return any(
        operand.alive and operand.framework in frameworks and frameworks[operand.framework].traced
        for _, operand in value.operands
    )


def _is_foreign(value: Value) -> bool:
    """Whether an ordinary function of another framework lost the gradient: nobody means that as a detach."""
    operator = value.operator
    return operator is not None and bool(value.lost) and value.recording and operator.role not in _QUIET
