"""Tracing the user's function: one program for every path that its Python branches take.

Branches on traced values are answered as the values of an input have them: the program returns the conditions,
so that another input can tell whether it takes the same path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import Literal

from difflint.probe.backends.jax_program import Program
from difflint.probe.events import user_span
from difflint.source import Span

_LONGEST = 200
"""A path with more Python branches than this is no path but a loop without end."""
Path = tuple[bool, ...]


class Undecided(BaseException):
    """The path goes on beyond its known decisions. No error of the user's: `except Exception` must not stop it."""


@dataclass(frozen=True, slots=True)
class Traced:
    """A program, where its conditions were asked for, and whether it stops at the last one."""

    program: Program
    asked: tuple[Span | None, ...]
    complete: bool


class _Asking:
    """Answers truth values of tracers along a path, and remembers them."""

    def __init__(self, path: Path, roots: tuple[str, ...]) -> None:
        self._path = path
        self._roots = roots
        self.conditions: list[Any] = []
        self.asked: list[Span | None] = []

    def answer(self, tracer: Any) -> bool:
        """The next decision of the path. Raises Undecided after the last one."""
        self.conditions.append(tracer)
        self.asked.append(user_span(self._roots))
        if len(self.conditions) > len(self._path):
            raise Undecided
        return self._path[len(self.conditions) - 1]


@contextmanager
def _answered(asking: _Asking) -> Iterator[None]:
    kind: Any = jax.core.Tracer
    real = kind.__bool__
    kind.__bool__ = lambda tracer: asking.answer(tracer)
    try:
        yield
    finally:
        kind.__bool__ = real


def trace(function: Callable[[Any], Any], size: int, dtype: Any, roots: tuple[str, ...], path: Path | None) -> Traced:
    """The program along a path; None traces as the framework does. Raises what the function raises."""
    asking = _Asking(path or (), roots)
    counted = 0
    complete = True

    def traced(x: Any) -> list[Any]:
        nonlocal counted, complete
        found: list[Any] = []
        if path is None:
            found = numbers(function(x))
        else:
            with _answered(asking):
                try:
                    found = numbers(function(x))
                except Undecided:
                    complete = False
        counted = len(found)
        return [*found, *asking.conditions]

    if path is not None and len(path) > _LONGEST:
        raise RecursionError("a loop of Python takes more turns than can be traced")
    closed = jax.make_jaxpr(traced)(np.zeros(size, dtype))
    known = [*closed.consts, *(atom.val for atom in closed.jaxpr.outvars if isinstance(atom, Literal))]
    if any(isinstance(value, jax.core.Tracer) for value in known):
        raise jax.errors.UnexpectedTracerError("a condition belongs to a function that is compiled on its own")
    return Traced(Program(closed, counted, roots), tuple(asking.asked), complete)


def numbers(result: Any) -> list[Any]:
    """The numbers of a result in order, truth values and integers included."""
    found: list[Any] = []
    for leaf in jax.tree.leaves(result):
        if isinstance(leaf, (jax.Array, np.ndarray, np.generic, int, float)) and _is_number(leaf):
            part = jnp.asarray(leaf)
            found += [part.real, part.imag] if jnp.iscomplexobj(part) else [part]
    return found


def _is_number(leaf: Any) -> bool:
    kind = jnp.result_type(leaf)
    return bool(jnp.issubdtype(kind, jnp.number) or jnp.issubdtype(kind, jnp.bool_))
