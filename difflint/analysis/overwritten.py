"""Writes in place to what the backward pass of an earlier operation has kept, or to what belongs to the caller.

A framework that records keeps arrays, not values: a write to the memory of one spoils it for every
operation that kept it, through whatever view. Which arrays those are depends on which of its operands
an operation is differentiated by.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from difflint.analysis.graph import Form, Grade, Orders, Value
from difflint.analysis.observation import Observation
from difflint.analysis.shapes import NUMBER
from difflint.catalogue.model import Operator
from difflint.facts import Certainty, Effect, Kind

if TYPE_CHECKING:
    from difflint.analysis.activation import Sink, Write
    from difflint.analysis.interpreter import Interpreter


Chosen = dict[int, str]
"""Joins by their orders, with the name of the operand that they take."""


def overwritten(interpreter: Interpreter, value: Value, operator: Operator, sink: Sink) -> Iterator[Observation]:
    """Writes to memory that the backward pass of this operation still needs."""
    if not operator.saves or not interpreter.writes or not _is_recorded(interpreter, value):
        return
    kept: dict[Value, Chosen] = {}
    for array in _kept(interpreter, value, operator):
        kept |= memory(interpreter, array, value.order)
    for write in interpreter.writes:
        if not _comes_between(interpreter, write, value, sink):
            continue
        written = memory(interpreter, write.target, write.order)
        if any(_reaches(interpreter, sink, value, write, kept[x], written[x]) for x in kept if x in written):
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
        if not write.recorded:
            continue
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


def memory(interpreter: Interpreter, value: Value, moment: int) -> dict[Value, Chosen]:
    """The arrays in whose memory a value can lie at a moment, and which arms of joins make it so."""
    graph = interpreter.graph
    found: dict[Value, Chosen] = {}
    seen: set[int] = set()
    pending: list[tuple[int, Chosen]] = [(value.storage, {})]
    while pending:
        storage, chosen = pending.pop()
        if storage in seen:
            continue
        seen.add(storage)
        owner = graph.values[storage - 1]
        following = graph.back_edges.get(storage)
        if owner.form is Form.JOIN:
            arms = [(name, arm) for name, arm in owner.operands if name != "condition"]
            pending += [(arm.storage, {**chosen, storage: name}) for name, arm in arms]
        elif owner.form is not Form.LOOP:
            found[owner] = chosen
        elif following is not None and following.order < moment and following.storage != storage:
            pending.append((following.storage, chosen))  # behind the loop: the last round bound it to another array
        else:
            pending.append((owner.operands[0][1].storage, chosen))
    return {owner: chosen for owner, chosen in found.items() if _is_array(interpreter, owner)}


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
    return not _within(value.order, write.apart) and not value.path.extend(write.path).is_contradiction


def _is_over(sink: Sink, value: Value, write: Write) -> bool:
    """Whether an operation has been differentiated before a write, and what it kept has been freed."""
    return value.order <= sink.moment < write.order and not value.alive & ~sink.value.alive


def _reaches(interpreter: Interpreter, sink: Sink, value: Value, write: Write, kept: Chosen, written: Chosen) -> bool:
    """Whether what is differentiated is computed from a value in a run that executes a write."""
    if any(written.get(join, name) != name for join, name in kept.items()):
        return False
    graph, chosen = interpreter.graph, {**kept, **written}
    seen: set[int] = set()
    pending = [sink.value]
    while pending:
        item = pending.pop()
        if item is value:
            return True
        if item.order in seen:
            continue
        seen.add(item.order)
        for name, operand in graph.inputs(item):
            apart = graph.apart.get((item.order, name), ())
            taken = chosen.get(item.order, name) == name and not _within(write.order, apart)
            if operand.alive and taken:
                pending.append(operand)
    return False


def _within(order: int, apart: Orders) -> bool:
    return any(first < order <= last for first, last in apart)


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
