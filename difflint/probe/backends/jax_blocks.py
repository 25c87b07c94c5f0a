"""A jaxpr as numbered values and the operations between them: nested calls inlined, control flow kept.

Runs of operations between two decisions are compiled as one; every operation keeps the user's expression.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from types import CodeType
from typing import Any

from jax.extend.core import ClosedJaxpr, DropVar, Jaxpr, Literal, jaxpr_as_fun

from difflint.probe.backends.jax_segment import Node, Segment
from difflint.probe.events import is_user_code, position
from difflint.source import Span

_BODIES = {"cond": ("branches",), "while": ("cond_jaxpr", "body_jaxpr"), "scan": ("jaxpr",)}
"""Control flow, and which parameters are its functions."""
_CUSTOM = ("custom_jvp_call", "custom_vjp_call")
_CALLS = ("jaxpr", "call_jaxpr", "fun_jaxpr")
_WHOLE = frozenset(("custom_linear_solve", "pallas_call", "pure_callback", "io_callback", "shard_map"))
"""Operations with functions inside that have a derivative of their own."""


@dataclass(frozen=True, slots=True)
class Control:
    """Control flow: `bodies` are its functions."""

    name: str
    params: Any
    span: Span | None
    operands: tuple[int, ...]
    outs: tuple[int, ...]
    bodies: tuple[Block, ...]


@dataclass(slots=True)
class Block:
    """A function: numbered slots, some of them inputs, constants and outputs, and what fills the others."""

    inputs: tuple[int, ...] = ()
    outputs: tuple[int, ...] = ()
    constants: dict[int, Any] = field(default_factory=dict)
    parts: tuple[Segment | Control, ...] = ()
    size: int = 0


def block_of(closed: ClosedJaxpr, roots: tuple[str, ...], span: Span | None = None) -> Block:
    """The block of a function whose call is at `span`."""
    flat = _Flattening(roots)
    inputs = tuple(flat.slot() for _ in closed.jaxpr.invars)
    outputs = flat.inline(closed.jaxpr, closed.consts, inputs, span)
    return Block(inputs, outputs, flat.constants, tuple(_runs(flat.made)), flat.size)


def _runs(made: Iterable[Node | Control]) -> Iterator[Segment | Control]:
    for plain, run in groupby(made, lambda part: isinstance(part, Node)):
        if plain:
            yield Segment(tuple(part for part in run if isinstance(part, Node)))
        else:
            yield from (part for part in run if isinstance(part, Control))


class _Flattening:
    """Numbers the values of a function and of the functions it calls."""

    def __init__(self, roots: tuple[str, ...]) -> None:
        self.size = 0
        self.constants: dict[int, Any] = {}
        self.made: list[Node | Control] = []
        self._roots = roots

    def slot(self) -> int:
        """A new slot."""
        self.size += 1
        return self.size - 1

    def inline(
        self, jaxpr: Jaxpr, constants: Sequence[Any], inputs: Sequence[int], span: Span | None
    ) -> tuple[int, ...]:
        """Append the operations of a function called at `span`; its outputs."""
        places: dict[Any, int] = dict(zip(jaxpr.invars, inputs))
        for variable, value in zip(jaxpr.constvars, constants):
            places[variable] = self._constant(value)

        def place(atom: Any) -> int:
            return self._constant(atom.val) if isinstance(atom, Literal) else places[atom]

        for equation in jaxpr.eqns:
            outs = self._equation(jaxpr, equation, tuple(map(place, equation.invars)), span)
            places.update(zip(equation.outvars, outs))
        return tuple(map(place, jaxpr.outvars))

    def _constant(self, value: Any) -> int:
        number = self.slot()
        self.constants[number] = value
        return number

    def _equation(self, home: Jaxpr, equation: Any, operands: tuple[int, ...], outer: Span | None) -> tuple[int, ...]:
        name, params = equation.primitive.name, equation.params
        span, own = _source(equation, self._roots)
        span = span or outer
        if name in _BODIES:
            bodies = tuple(
                block_of(body, self._roots, span) for key in _BODIES[name] for body in _functions(params[key])
            )
            outs = tuple(self.slot() for _ in equation.outvars)
            self.made.append(Control(name, params, span, operands, outs, bodies))
            return outs
        inner = next((params[key] for key in _CALLS if key in params), None)
        if inner is None or name in _WHOLE:
            return self._node(home, equation, operands, span, own)
        jaxpr, constants = (inner.jaxpr, inner.consts) if isinstance(inner, ClosedJaxpr) else (inner, ())
        plain = self.inline(jaxpr, constants, operands, span)
        if not name.startswith(_CUSTOM):
            return plain
        return self._node(home, equation, operands, span, own, plain)

    def _node(
        self,
        home: Jaxpr,
        equation: Any,
        operands: tuple[int, ...],
        span: Span | None,
        own: bool,
        plain: tuple[int, ...] = (),
    ) -> tuple[int, ...]:
        apply, read, kept = _function_of(home, equation)
        outs = tuple(self.slot() for _ in equation.outvars)
        self.made.append(
            Node(
                equation.primitive.name,
                equation.params,
                apply,
                span,
                tuple(operands[k] for k in read),
                operands,
                tuple(outs[k] for k in kept),
                tuple(k not in kept for k in range(len(outs))),
                own,
                tuple(plain[k] for k in kept) if plain else (),
            )
        )
        return outs


def _functions(bodies: Any) -> Sequence[ClosedJaxpr]:
    return bodies if isinstance(bodies, (tuple, list)) else (bodies,)


def _function_of(home: Jaxpr, equation: Any) -> tuple[Callable[..., Sequence[Any]], tuple[int, ...], tuple[int, ...]]:
    """An equation of a function as a function: of which operands, and which of its results it returns."""
    read: dict[Any, int] = {}
    for k, atom in enumerate(equation.invars):
        if not isinstance(atom, Literal):
            read.setdefault(atom, k)
    kept = tuple(k for k, variable in enumerate(equation.outvars) if not isinstance(variable, DropVar))
    outvars = [equation.outvars[k] for k in kept]
    alone: Any = home
    jaxpr = alone.replace(constvars=(), invars=list(read), outvars=outvars, eqns=[equation], effects=equation.effects)
    return jaxpr_as_fun(ClosedJaxpr(jaxpr, ())), tuple(read.values()), kept


def _source(equation: Any, roots: tuple[str, ...]) -> tuple[Span | None, bool]:
    """The user's expression that made an equation, and whether it calls the operation by its own name.

    Inside of a compiled function of the library there is none: the caller's holds.
    """
    traceback = equation.source_info.traceback
    if traceback is None:
        return None, False
    codes, instructions = traceback.raw_frames()
    inner: CodeType | None = None
    for code, instruction in zip(codes, instructions):
        if is_user_code(code.co_filename, roots):
            own = inner is not None and inner.co_name == equation.primitive.name
            return position(code, instruction), own
        inner = code
    return None, False
