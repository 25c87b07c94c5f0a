"""Branches and loops of Python that are decided by what is differentiated.

A branch between two arms that both have a gradient is a selection like any other. What hurts more is
its cause: arms that jump, and arms that take the gradient from what decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from difflint.analysis.graph import TRAINED, Form, Graph, Value
from difflint.analysis.kinks import Kinks
from difflint.analysis.observation import Observation
from difflint.analysis.shapes import MOVES, TRUTH, decided_by, is_leaf, is_point_test, role, stripped
from difflint.catalogue.model import Role
from difflint.facts import Cause, Certainty, Effect, Kind

if TYPE_CHECKING:
    from difflint.analysis.activation import Sink
    from difflint.analysis.interpreter import Interpreter

_COUNTS = MOVES | {Role.INDEX, Role.SUM, Role.EXTRACT}
_DETAILS = {
    Cause.JUMP: "; the arms jump at the boundary",
    Cause.FLAT: "; not every arm has a gradient of its own",
}


def control(interpreter: Interpreter, value: Value, alive: int, sink: Sink, kinks: Kinks) -> Iterator[Observation]:
    """The branch that a value is the result of, or the stop conditions of the loop that it is carried by."""
    if value.form is Form.JOIN:
        yield from _branch(interpreter, value, alive, sink, kinks)
    elif value.form is Form.LOOP:
        for condition in interpreter.graph.loop_conditions.get(value.order, ()):
            deciding = _stopped_by(interpreter.graph, condition) & alive & interpreter.graph.arrays
            if deciding:
                kind = Kind.TRACED_BRANCH if _is_traced(interpreter, value, condition) else Kind.LOOP
                yield Observation(
                    kind,
                    Certainty.LIKELY,
                    condition.site,
                    "loop",
                    Effect.WRONG,
                    value=condition,
                    operand=condition,
                    bits=deciding,
                    frame=value.frame,
                    sink=sink.site,
                )


def _branch(interpreter: Interpreter, value: Value, alive: int, sink: Sink, kinks: Kinks) -> Iterator[Observation]:
    condition = value.operand("condition")
    if value.mode == "framework" or condition is None or is_point_test(condition):
        return
    if not value.alive and not sink.known:
        return
    graph = interpreter.graph
    asked = decided_by(condition) & graph.arrays & ~graph.supposed if role(condition) in TRUTH else 0
    untrained = _untrained(interpreter, asked & ~alive) if sink.known and sink.value.alive else 0
    decided = asked & alive | untrained
    if not decided:
        return
    cause = Cause.FLAT if untrained else _cause(condition, value, decided, kinks)
    yield Observation(
        Kind.TRACED_BRANCH if _is_traced(interpreter, value, condition) else Kind.BRANCH,
        Certainty.POSSIBLE if _asks_unknown(condition) else Certainty.LIKELY,
        condition.site,
        "branch",
        Effect.WRONG,
        cause,
        value,
        condition,
        bits=decided,
        frame=value.frame,
        sink=sink.site,
        detail=_DETAILS.get(cause, ""),
    )


def _is_traced(interpreter: Interpreter, value: Value, condition: Value) -> bool:
    """Whether a condition has no truth value: it is symbolic, or computed while a function around it is traced."""
    catalogue = interpreter.catalogue
    if catalogue.is_symbolic(condition.framework) and condition.depends:
        return True
    framework = catalogue.frameworks.get(condition.framework)
    if framework is None or not framework.traced or condition.form is not Form.OPERATION:
        return False
    frame = value.frame
    while frame is not None and (frame.path, frame.function) not in interpreter.traced:
        frame = frame.caller
    return frame is not None


def _untrained(interpreter: Interpreter, bits: int) -> int:
    """The parameters among some sources: a threshold is not trained if only a condition sees it."""
    return sum(source.bit for source in interpreter.graph.named(bits) if source.grade in TRAINED)


def _cause(condition: Value, value: Value, decided: int, kinks: Kinks) -> Cause:
    """Whether the arms disagree for certain, or one has lost the gradient of what decides."""
    x, y = value.operand("x"), value.operand("y")
    if x is None or y is None:
        return Cause.PLAIN
    rest = _difference(x, y)
    if rest is not None:
        return Cause.JUMP if rest.range.lo > 0.0 or rest.range.hi < 0.0 else Cause.PLAIN
    meets = kinks.meets(condition, x, y, condition.path)
    if meets is not None:
        return Cause.PLAIN if meets else Cause.JUMP
    return Cause.FLAT if (x.alive ^ y.alive) & decided else Cause.PLAIN


def _difference(x: Value, y: Value) -> Value | None:
    """What one arm adds to the other."""
    for one, other in ((x, y), (y, x)):
        below = stripped(one)
        if role(below) in (Role.ADD, Role.SUBTRACT):
            rest = [part for _, part in below.operands if part.number != other.number]
            if len(rest) == 1 and len(below.operands) == 2:
                return rest[0]
    return None


def _stopped_by(graph: Graph, condition: Value, depth: int = 0) -> int:
    """The sources whose live values decide when a loop stops: entry by entry, or by a flag that they set.

    Where a loop stops on equality, further rounds would change nothing.
    """
    kind = role(condition)
    if depth > 8 or any(_is_counter(graph, part) for _, part in condition.operands):
        return 0
    if condition.form in (Form.JOIN, Form.LOOP) or kind in (Role.ANY, Role.ALL, Role.LOGIC):
        bits = 0
        for _, part in graph.inputs(condition):
            bits |= _stopped_by(graph, part, depth + 1)
        return bits
    return decided_by(condition) if kind in TRUTH else 0


def _is_counter(graph: Graph, value: Value) -> bool:
    """Whether a loop starts a value as an integer and adds or takes away an argument as it came."""
    following = graph.back_edges.get(value.order)
    if value.form is not Form.LOOP or following is None or role(following) not in (Role.ADD, Role.SUBTRACT):
        return False
    steps = [part for _, part in following.operands if part.number != value.number]
    return value.operands[0][1].integral and all(is_leaf(part) for part in steps)


def _asks_unknown(condition: Value, depth: int = 0) -> bool:
    """Whether a condition compares what a call returned that nobody knows, or counts it: a size or a mask."""
    if role(condition) in TRUTH and depth < 8:
        return any(_may_be_size(part) or _asks_unknown(part, depth + 1) for part in _asked(condition))
    return False


def _may_be_size(value: Value, depth: int = 0) -> bool:
    """Whether all that is alive in a value, or in sums and choices of such, comes from a call that nobody knows."""
    if value.form is Form.UNKNOWN:
        return bool(value.alive)
    if depth > 8 or not (value.form in (Form.JOIN, Form.LOOP) or role(value) in (Role.ADD, Role.SUBTRACT)):
        return False
    live = [part for part in _asked(value) if part.alive]
    return bool(live) and all(_may_be_size(part, depth + 1) for part in live)


def _asked(value: Value) -> list[Value]:
    return [stripped(part, _COUNTS) for name, part in value.operands if name != "condition"]
