"""Running a traced function: control flow is decided on concrete values, every operation leaves a step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import ClosedJaxpr, jaxpr_as_fun

from difflint.probe.backends.jax_blocks import Block, Control, block_of
from difflint.probe.backends.jax_segment import Segment, Step, Value, constant, is_float
from difflint.probe.events import Array
from difflint.source import Span


@dataclass(frozen=True, slots=True)
class Decision:
    """A value that control flow was decided by."""

    name: str
    span: Span | None
    value: Value


@dataclass(slots=True)
class Tape:
    """What one evaluation did, in order, and its results."""

    done: list[Step | Decision] = field(default_factory=list)
    results: list[Value] = field(default_factory=list)


class Program:
    """A traced function of one vector; the first `count` of its results are the function's own."""

    def __init__(self, closed: ClosedJaxpr, count: int, roots: tuple[str, ...]) -> None:
        self.count = count
        self._closed = closed
        self._block = block_of(closed, roots)
        self._reverse: Callable[[Any], Any] | None = None
        self._weights: list[Any] = []

    def run(self, x: Any, tangents: Array) -> Tape:
        """Evaluate along some directions."""
        tape = Tape()
        tape.results = _run(self._block, [Value(x, tangents)], tape)
        return tape

    def gradient(self, x: Any) -> Array:
        """The gradient of a weighted sum of all results, in reverse mode. Raises what tracing it raises."""
        if self._reverse is None:
            function = jaxpr_as_fun(self._closed)
            self._weights = self.weights(function, x)
            self._reverse = jax.jit(self._pulled)
        return np.asarray(self._reverse(x))

    def _pulled(self, x: Any) -> Any:
        _, back = jax.vjp(lambda part: _own(jaxpr_as_fun(self._closed)(part), self.count), x)
        return back([jnp.asarray(weight) for weight in self._weights])[0]

    def weights(self, function: Callable[..., Any], x: Any) -> list[Any]:
        """The weights of the results: any that do not cancel."""
        rng = np.random.default_rng(0)
        shapes = jax.eval_shape(lambda part: _own(function(part), self.count), x)
        return [rng.uniform(0.5, 1.5, item.shape).astype(item.dtype) for item in shapes]


def _own(results: Sequence[Any], count: int) -> list[Any]:
    return [item for item in results[:count] if is_float(item)]


def _run(block: Block, arguments: Sequence[Value], tape: Tape) -> list[Value]:
    slots: list[Any] = [None] * block.size
    for k, value in block.constants.items():
        slots[k] = constant(value)
    for k, argument in zip(block.inputs, arguments):
        slots[k] = argument
    for part in block.parts:
        if isinstance(part, Segment):
            tape.done += part.run(slots)
        else:
            outs = _CONTROL[part.name](part, [slots[k] for k in part.operands], tape)
            for k, out in zip(part.outs, outs):
                slots[k] = out
    return [slots[k] for k in block.outputs]


def _cond(part: Control, operands: list[Value], tape: Tape) -> list[Value]:
    index, *rest = operands
    tape.done.append(Decision(part.name, part.span, index))
    chosen = min(max(int(index.p), 0), len(part.bodies) - 1)
    return _run(part.bodies[chosen], rest, tape)


def _while(part: Control, operands: list[Value], tape: Tape) -> list[Value]:
    first, second = part.params["cond_nconsts"], part.params["body_nconsts"]
    tested, moved = operands[:first], operands[first : first + second]
    carry = operands[first + second :]
    test, body = part.bodies
    while True:
        (answer,) = _run(test, [*tested, *carry], tape)
        tape.done.append(Decision(part.name, part.span, answer))
        if not bool(answer.p):
            return carry
        carry = _run(body, [*moved, *carry], tape)


def _scan(part: Control, operands: list[Value], tape: Tape) -> list[Value]:
    fixed, kept, length = part.params["num_consts"], part.params["num_carry"], part.params["length"]
    shared, carry, rows = operands[:fixed], operands[fixed : fixed + kept], operands[fixed + kept :]
    collected: list[list[Value]] = []
    order = range(length)
    for k in reversed(order) if part.params["reverse"] else order:
        outs = _run(part.bodies[0], [*shared, *carry, *(row.item(k) for row in rows)], tape)
        carry = outs[:kept]
        collected.append(outs[kept:])
    if part.params["reverse"]:
        collected.reverse()
    return [*carry, *(_stacked(column) for column in zip(*collected))]


def _stacked(column: Sequence[Value]) -> Value:
    found = next((item.t for item in column if item.t is not None), None)
    tangents = None
    if found is not None:
        tangents = np.stack([np.zeros(found.shape) if item.t is None else item.t for item in column], axis=1)
    return Value(jnp.stack([item.p for item in column]), tangents, all(item.finite for item in column))


_CONTROL: dict[str, Callable[[Control, list[Value], Tape], list[Value]]] = {
    "cond": _cond,
    "while": _while,
    "scan": _scan,
}
