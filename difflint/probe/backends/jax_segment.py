"""Operations without a decision between them, compiled as one function of values and tangents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from difflint.probe.dual import Truth
from difflint.probe.events import Array
from difflint.source import Span

_JACOBIAN = 256
"""Up to this many outputs the derivative of an operation with its own reverse rule is a full matrix."""


@dataclass(slots=True, eq=False)
class Value:
    """A value of an evaluation and its tangents, (directions, *shape); None where it depends on no input."""

    p: Any
    t: Any = None
    finite: bool = True
    truth: Truth | None = None

    def item(self, index: int) -> Value:
        """One element along the first axis."""
        return Value(self.p[index], None if self.t is None else self.t[:, index], self.finite)


def constant(p: Any) -> Value:
    """A value that depends on no input."""
    return Value(p, None, not is_float(p) or bool(np.isfinite(p).all()))


def is_float(p: Any) -> bool:
    """Whether a value carries tangents."""
    return _carries(p.dtype if hasattr(p, "dtype") else np.result_type(p))


@lru_cache(maxsize=64)
def _carries(dtype: Any) -> bool:
    return bool(jnp.issubdtype(dtype, jnp.inexact))


@dataclass(frozen=True, slots=True)
class Node:
    """One operation: `apply` takes the values of `ins`; `operands` are those that are written, with constants.

    `own` tells that the user called it rather than a function of the library. An operation with a derivative
    of the user's own has `plain`: the slots with the derivative of its code.
    """

    name: str
    params: Mapping[str, Any]
    apply: Callable[..., Sequence[Any]]
    span: Span | None
    ins: tuple[int, ...]
    operands: tuple[int, ...]
    outs: tuple[int, ...]
    dropped: tuple[bool, ...] = ()
    own: bool = False
    plain: tuple[int, ...] = ()


class Step:
    """One operation of one evaluation."""

    __slots__ = ("ins", "node", "operands", "outs", "plain")

    def __init__(self, node: Node, slots: Sequence[Any]) -> None:
        self.node = node
        self.ins: tuple[Value, ...] = tuple(slots[k] for k in node.ins)
        self.operands: tuple[Value, ...] = tuple(slots[k] for k in node.operands)
        self.outs: tuple[Value, ...] = tuple(slots[k] for k in node.outs)
        self.plain: tuple[Value, ...] = tuple(slots[k] for k in node.plain)


class Segment:
    """Consecutive operations; reads the slots `inputs`, fills the slots `outs`."""

    def __init__(self, nodes: tuple[Node, ...]) -> None:
        self.nodes = nodes
        self.outs = tuple(k for node in nodes for k in node.outs)
        made = set(self.outs)
        self.inputs = tuple(dict.fromkeys(k for node in nodes for k in node.ins if k not in made))

    def run(self, slots: list[Any]) -> list[Step]:
        """Fill the slots and return what was done."""
        read = [slots[k] for k in self.inputs]
        values, tangents, finite = self._compiled([item.p for item in read], [item.t for item in read])
        for k, p, t, fine in zip(self.outs, values, tangents, np.asarray(finite).tolist()):
            slots[k] = Value(p, t, fine)
        return [Step(node, slots) for node in self.nodes]

    @cached_property
    def _compiled(self) -> Callable[..., Any]:
        return jax.jit(self._forward)

    def _forward(self, values: list[Any], tangents: list[Any]) -> tuple[list[Any], list[Any], Any]:
        p, t = dict(zip(self.inputs, values)), dict(zip(self.inputs, tangents))
        for node in self.nodes:
            made = push(node, [p[k] for k in node.ins], [t[k] for k in node.ins])
            for k, (value, tangent) in zip(node.outs, made):
                p[k], t[k] = value, tangent
        fine = [_fine(p[k]) if t[k] is None else _fine(p[k]) & _fine(t[k]) for k in self.outs]
        return [p[k] for k in self.outs], [t[k] for k in self.outs], jnp.stack(fine)


def _fine(p: Any) -> Any:
    return jnp.isfinite(p).all() if is_float(p) else jnp.array(True)


def push(node: Node, values: Sequence[Any], tangents: Sequence[Any]) -> list[tuple[Any, Any]]:
    """The results of one operation, each with its tangents."""
    results = list(node.apply(*values))
    live = [k for k, t in enumerate(tangents) if t is not None]
    smooth = [k for k, p in enumerate(results) if is_float(p)]
    if not live or not smooth:
        return [(p, None) for p in results]

    def function(*parts: Any) -> list[Any]:
        filled = list(values)
        for k, part in zip(live, parts):
            filled[k] = part
        made = node.apply(*filled)
        return [made[k] for k in smooth]

    points, moves = [values[k] for k in live], [tangents[k] for k in live]
    own_reverse = node.name.startswith("custom_vjp") and sum(results[k].size for k in smooth) <= _JACOBIAN
    made = (_by_rows if own_reverse else _by_columns)(function, points, moves)
    found: list[tuple[Any, Any]] = [(p, None) for p in results]
    for k, t in zip(smooth, made):
        found[k] = (results[k], _separate(t, moves))
    return found


def _by_columns(function: Callable[..., list[Any]], points: list[Any], moves: list[Any]) -> list[Any]:
    found: list[Any] = jax.vmap(lambda *parts: jax.jvp(function, tuple(points), parts)[1])(*moves)
    return found


def _by_rows(function: Callable[..., list[Any]], points: list[Any], moves: list[Any]) -> list[Any]:
    """Tangents of an operation that only has a reverse rule: its matrix, row by row, times the moves."""
    results, pull = jax.vjp(function, *points)
    found = []
    for k, result in enumerate(results):
        basis = jnp.eye(result.size, dtype=result.dtype).reshape(result.size, *result.shape)
        blank = [jnp.zeros((result.size, *other.shape), other.dtype) for other in results]
        blank[k] = basis
        rows = jax.vmap(pull)(blank)
        total = sum(
            move.reshape(len(move), -1) @ row.reshape(result.size, -1).T for row, move in zip(rows, moves) if row.size
        )
        found.append(jnp.asarray(total).reshape(-1, *result.shape))
    return found


def _separate(t: Any, moves: Sequence[Any]) -> Any:
    """Zero times infinity is NaN along the first direction only; else what does not depend on an input stays so."""
    if any(move.shape != t.shape for move in moves):
        return t
    still = sum((move != 0).astype(jnp.int32) for move in moves) == 0
    return t.at[1:].set(jnp.where(still[1:] & ~jnp.isfinite(t[1:]), 0.0, t[1:]))


def pull(node: Node, values: Sequence[Any], cotangents: Sequence[Array]) -> list[Any]:
    """The cotangents of the operands of one operation, None for those that have none."""
    live = [k for k, p in enumerate(values) if is_float(p)]
    smooth = [k for k, p in enumerate(node.apply(*values)) if is_float(p)]

    def function(*parts: Any) -> list[Any]:
        filled = list(values)
        for k, part in zip(live, parts):
            filled[k] = part
        made = node.apply(*filled)
        return [made[k] for k in smooth]

    found: list[Any] = [None] * len(values)
    if live and smooth:
        _, back = jax.vjp(function, *(values[k] for k in live))
        for k, cotangent in zip(live, back([jnp.asarray(cotangents[k]) for k in smooth])):
            found[k] = np.asarray(cotangent)
    return found
