"""Lost gradients: values that reach a sink without their derivative.

A step whose gradient is zero, or a cut, is a finding only where it takes something away: where no
other path carries the gradient of the same sources, or where it makes a whole term of an objective
constant for the optimiser.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from difflint.analysis.counts import is_count, sized
from difflint.analysis.graph import TRAINED, Grade, Value
from difflint.analysis.loss import Loss, declares_data, judge, walk, zero_bits
from difflint.analysis.shapes import MOVES, NUMBER, is_step, role, stripped, terms, unmodified
from difflint.catalogue.model import Role
from difflint.facts import Certainty, Kind

if TYPE_CHECKING:
    from difflint.analysis.activation import Sink
    from difflint.analysis.interpreter import Interpreter

_WANTED = TRAINED | {Grade.INPUT}


def losses(interpreter: Interpreter, sinks: list[Sink], alive: int) -> list[Loss]:
    """What is lost on the way to the sinks of one run; siblings vouch for each other: `alive` has them all."""
    found: dict[int, Loss] = {}
    sizes = sized(interpreter.graph)
    for sink in sinks:
        if not sink.known and _is_left(interpreter, sink.value):
            continue
        for visit in walk(interpreter, sink.value, sink.known, sink.objective):
            loss = judge(interpreter, visit, alive, sink.known)
            if loss is None or (sink.numeric and loss.kind is Kind.CUT):
                continue
            if is_count(interpreter.graph, loss.value, loss.bits, sizes):
                continue
            if sink.value.depends or not is_step(loss.value):
                found.setdefault(visit.value.order, loss)
        if sink.known and (sink.objective or _adds_totals(sink.value)):
            for loss in _dead_terms(interpreter, sink):
                found.setdefault(loss.value.order, loss)
    return list(found.values())


def _is_left(interpreter: Interpreter, value: Value) -> bool:
    """Whether a result is for readers: a number, or an array of a framework that differentiates nothing."""
    return not value.alive and (value.framework == NUMBER or interpreter.catalogue.is_host(value.framework))


def _dead_terms(interpreter: Interpreter, sink: Sink) -> list[Loss]:
    """Summands of an objective that depend on what is optimised through steps only.

    In a result that is an array a step may be refined by its other summands: a position by an offset.
    """
    found: list[Loss] = []
    parts = terms(sink.value)
    if len(parts) < 2 or not sink.value.depends:
        return found  # an objective that sees its sources in conditions only is reported as a whole
    for term in parts:
        dead = (term.depends | term.steered) & ~term.alive
        if not interpreter.graph.grades(dead) & _WANTED or interpreter.graph.grades(term.alive) & TRAINED:
            continue
        if role(term) is Role.DETACH:
            continue  # a detached summand is meant to be constant
        for visit in walk(interpreter, term, True, True):
            bits = zero_bits(visit.value) & dead
            if not (term.depends or is_step(visit.value)) or visit.indexing:
                continue
            if interpreter.graph.grades(bits) & TRAINED or _is_second_sight(interpreter, visit.value, bits, sink):
                found.append(Loss(visit.value, Kind.ZERO_GRADIENT, bits, Certainty.LIKELY))
    return found


def _is_second_sight(interpreter: Interpreter, step: Value, bits: int, sink: Sink) -> bool:
    """Whether a step takes what a module computes of inputs that its loss, a number, sees alive elsewhere."""
    live = bits & sink.value.alive & interpreter.graph.arrays
    if Grade.INPUT not in interpreter.graph.grades(live) or not _adds_totals(sink.value):
        return False
    return not declares_data(interpreter, step, bits) or any(_is_ranking(operand) for _, operand in step.operands)


def _adds_totals(value: Value) -> bool:
    """Whether a sum has a total or mean among its summands: it is a loss rather than an array."""
    below = stripped(value, MOVES)
    if role(below) in (Role.ADD, Role.SUBTRACT, Role.MULTIPLY, Role.DIVIDE):
        return any(_adds_totals(operand) for _, operand in below.operands)
    return role(below) in (Role.SUM, Role.HULL)


def _is_ranking(value: Value) -> bool:
    """Whether a position comes of comparing what was computed: the class that a softmax prefers."""
    below = stripped(value, MOVES | {Role.INDEX})
    return below.family == "argmax" and not all(unmodified(operand) for _, operand in below.operands)
