"""Writes in place to what the backward pass of an earlier operation has kept, or to what belongs to the caller.

A framework that records keeps arrays, not values: a write to the memory of one spoils it for every
operation that kept it, through whatever view. Which arrays those are depends on which of its operands
an operation is differentiated by.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from difflint.analysis.graph import Form, Grade, Value
from difflint.analysis.observation import Observation
from difflint.analysis.shapes import NUMBER
from difflint.catalogue.model import Operator
from difflint.facts import Certainty, Effect, Kind

if TYPE_CHECKING:
    from difflint.analysis.activation import Sink, Write
    from difflint.analysis.interpreter import Interpreter


def overwritten(interpreter: Interpreter, value: Value, operator: Operator, sink: Sink) -> Iterator[Observation]:
    """Writes to memory that the backward pass of this operation still needs."""
    if not operator.saves or not interpreter.writes or not _is_recorded(interpreter, value):
        return
    kept: set[Value] = set()
    for array in _kept(interpreter, value, operator):
        kept |= memory(interpreter, array, value.order)
    for write in interpreter.writes:
        if not _comes_between(interpreter, write, value, sink):
            continue
        if not kept.isdisjoint(memory(interpreter, write.target, write.order)):
            yield Observation(
                Kind.IN_PLACE,
                Certainty.LIKELY,
                write.site,
                "write",
                Effect.ERROR,
                value=value,
                operand=write.target,
                bits=value.alive,
                frame=value.frame,
                sink=sink.site,
                detail="the backward pass of an earlier operation still needs",
            )


def overwritten_arguments(interpreter: Interpreter, sinks: list[Sink]) -> Iterator[Observation]:
    """Writes to the array the optimiser passed in."""
    if not interpreter.writes or not any(sink.known for sink in sinks):
        return
    for write in interpreter.writes:
        for owner in memory(interpreter, write.target, write.order):
            if owner.form is Form.SOURCE and interpreter.graph.grades(owner.alive) == {Grade.DIFFERENTIATED}:
                yield Observation(
                    Kind.IN_PLACE,
                    Certainty.MUST,
                    write.site,
                    "argument",
                    Effect.WRONG,
                    value=owner,
                    operand=owner,
                    bits=owner.alive,
                    sink=sinks[0].site,
                    detail="belongs to the optimiser",
                )


def memory(interpreter: Interpreter, value: Value, moment: int) -> set[Value]:
    """The arrays in whose memory a value can lie at a moment: those it is a view of, or is bound to by control flow."""
    graph = interpreter.graph
    found: set[Value] = set()
    seen: set[int] = set()
    pending = [value.storage]
    while pending:
        storage = pending.pop()
        if storage in seen:
            continue
        seen.add(storage)
        owner = graph.values[storage - 1]
        following = graph.back_edges.get(storage)
        if owner.form is Form.JOIN:
            pending += [operand.storage for name, operand in owner.operands if name != "condition"]
        elif owner.form is not Form.LOOP:
            found.add(owner)
        elif following is not None and following.order < moment and following.storage != storage:
            pending.append(following.storage)  # behind the loop: the last round bound it to another array
        else:
            pending.append(owner.operands[0][1].storage)
    return {owner for owner in found if _is_array(interpreter, owner)}


def _is_array(interpreter: Interpreter, owner: Value) -> bool:
    """Whether something says that a value is an array, rather than a number or a list that a name is bound to."""
    known = interpreter.catalogue.frameworks.get(owner.framework)
    if known is not None:
        return known.mutable
    return owner.framework != NUMBER and bool(owner.depends & interpreter.graph.arrays)


def _is_recorded(interpreter: Interpreter, value: Value) -> bool:
    """Whether the framework of an operation records it in order to differentiate it later."""
    known = interpreter.catalogue.frameworks.get(value.framework)
    return known is None or known.differentiable


def _comes_between(interpreter: Interpreter, write: Write, value: Value, sink: Sink) -> bool:
    """Whether one run can come by an operation, then a write, then the place where it is differentiated."""
    if not value.order < write.order or any(_is_over(item, value, write) for item in (sink, *interpreter.sinks)):
        return False
    if any(first < value.order <= last for first, last in write.apart):
        return False
    return not value.path.extend(write.path).is_contradiction


def _is_over(sink: Sink, value: Value, write: Write) -> bool:
    """Whether an operation has been differentiated before a write, and what it kept has been freed."""
    return value.order <= sink.moment < write.order and not value.alive & ~sink.value.alive


def _kept(interpreter: Interpreter, value: Value, operator: Operator) -> Iterator[Value]:
    """The arrays that the backward pass of an operation needs, as they are now."""
    arrays = interpreter.graph.arrays
    given = 0
    for _, operand in value.operands:
        given |= operand.alive
    weighted = bool(value.alive & ~given)  # a layer: its weights are differentiated
    overwrites = value.mode == "in-place" or (value.spelling is not None and value.spelling.in_place)
    for name, needs in operator.saves.items():
        if not weighted and not any(key in needs and operand.alive & arrays for key, operand in value.operands):
            continue
        if name == "result":
            yield value
        for position, (key, operand) in enumerate(value.operands):
            if key == name and not (overwrites and position == 0):  # of what it overwrites it keeps a copy
                yield operand
