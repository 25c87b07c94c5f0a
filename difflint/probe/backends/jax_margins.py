"""What the operations of a tape mean for smoothness: their margins, by the rules that arrays have.

Primitives with a row in the operator tables take it from there; selections, orders and decompositions go through
the rules of the array functions that they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

import numpy as np

from difflint.catalogue.load import load
from difflint.catalogue.model import Operator, Role
from difflint.probe.backends.jax_program import Decision, Tape
from difflint.probe.backends.jax_segment import Step, Value, is_float
from difflint.probe.dual import Dual, Truth
from difflint.probe.dual.array import as_dual
from difflint.probe.dual.dispatch import call, library
from difflint.probe.dual.elementwise import announce, call_ufunc, ends
from difflint.probe.events import EventKind, Recorder, record, recording
from difflint.source import Span

_COMPARED = {
    "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal", "eq": "equal", "ne": "not_equal",
}  # fmt: skip
_DIFFERENT = 1e-6
"""A derivative of the user's own differs from that of the code by more than this share."""
_CLOSE = 1e-6
"""So near to an edge single precision may already be on it, or beyond."""


@dataclass(slots=True)
class Observed:
    """Selections that drop a tangent which is not finite, and whether an operand is just beside an edge."""

    masks: list[tuple[str, Span | None]] = field(default_factory=list)
    close: bool = False


def observe(tape: Tape, recorder: Recorder) -> Observed:
    """Record the events of a tape."""
    observed = Observed()
    with recording(recorder), np.errstate(all="ignore"):
        for done in tape.done:
            if isinstance(done, Decision):
                with recorder.at(done.span):
                    decided(done.value, EventKind.BRANCH)
                continue
            with recorder.at(done.node.span):
                _watch(done, observed)
    return observed


def decided(value: Value, kind: EventKind) -> None:
    """Record what the conditions behind a value decide."""
    if value.truth is not None:
        value.truth.announce(kind)


def _watch(step: Step, observed: Observed) -> None:
    name = step.node.name
    if not all(out.finite for out in step.outs) and all(item.finite for item in step.operands):
        record(EventKind.NONFINITE, name)
    smooth = any(is_float(out.p) for out in step.outs)
    rule = _RULES.get(name)
    if rule is not None:
        rule(step)
    elif name in _COMPARED:
        _judged(step)
    elif any(item.t is not None for item in step.operands):
        row = row_of(name)
        if row is not None:
            _announced(row, step)
            observed.close = observed.close or _is_close(row, step)
    if name == "select_n" and smooth:
        _selected(step, observed)
    elif smooth:
        for item in step.operands:
            if not is_float(item.p):
                decided(item, EventKind.JUMP)
    for out in step.outs:
        if out.truth is None and not is_float(out.p):
            out.truth = _inherited(step.operands)


def _inherited(operands: Iterable[Value]) -> Truth | None:
    """Conditions reach as far as their results are moved around, until something decides by them."""
    found = tuple(item for value in operands if value.truth is not None for item in value.truth.conditions)
    return Truth(False, found) if found else None


def dual(value: Value) -> Any:
    """A value as the array rules take it."""
    if value.t is None:
        return np.asarray(value.p)
    return Dual(np.asarray(value.p), np.asarray(value.t))


@lru_cache(maxsize=256)
def row_of(name: str) -> Operator | None:
    """The row of a primitive whose margins the row tells."""
    catalogue = load()
    spelling = catalogue.spellings.get(f"jax.lax.{name}") or catalogue.spellings.get(f"jax.numpy.{name}")
    row = catalogue.operators[spelling.operator] if spelling is not None else None
    return row if row is not None and len(row.arguments) <= 2 else None


def _announced(row: Operator, step: Step) -> None:
    operands = tuple(map(dual, step.operands))
    if row.arguments[1:] and "y" in step.node.params:
        operands += (np.asarray(float(step.node.params["y"])),)
    out = dual(step.outs[0])
    if len(operands) == len(row.arguments) and type(out) is Dual:
        announce(row, operands, out.p, out.t)


def _is_close(row: Operator, step: Step) -> bool:
    """Whether an operand is beside the end of a domain, or a divisor beside zero, but not on it."""
    subject = step.operands[-1 if row.role is Role.DIVIDE else 0]
    edges = (0.0,) if row.role is Role.DIVIDE else ends(row.value_domain, row.derivative_domain)
    gaps = [np.abs(np.asarray(subject.p) - edge) for edge in edges]
    return any(bool(((gap > 0) & (gap < _CLOSE)).any()) for gap in gaps)


def _judged(step: Step) -> None:
    """A comparison of numbers that depend on an input."""
    if any(item.t is not None for item in step.operands) and step.outs:
        step.outs[0].truth = call_ufunc(library(_COMPARED[step.node.name]), *map(dual, step.operands))


def _selected(step: Step, observed: Observed) -> None:
    which, *cases = step.operands
    decided(which, EventKind.SELECT)
    index = np.asarray(which.p).astype(int)
    for k, case in enumerate(cases):
        if case.t is not None and not case.finite:
            dropped = np.broadcast_to(index != k, np.shape(case.p))
            if not np.isfinite(np.asarray(case.t)[:, dropped]).all():
                observed.masks.append(("where", step.node.span))
                return


def _converted(step: Step) -> None:
    """Numbers made whole are steps, numbers made truth values are comparisons with zero."""
    (operand,) = step.operands
    if operand.t is None or not step.outs:
        return
    kind = np.dtype(step.node.params["new_dtype"]).kind
    if kind in "iu":
        call_ufunc(np.trunc, dual(operand))
    elif kind == "b":
        step.outs[0].truth = call_ufunc(np.not_equal, dual(operand), 0.0)


def _stopped(step: Step) -> None:
    """A library function that stops gradients inside, such as a softmax, does so without effect."""
    if step.node.own and step.operands[0].t is not None and np.asarray(step.operands[0].t).any():
        record(EventKind.CUT, "stop_gradient")


def _customised(step: Step) -> None:
    """A derivative of the user's own that is another one than that of the code."""
    for own, plain in zip(step.outs, step.plain):
        if own.t is None and plain.t is None:
            continue
        mine, theirs = (0.0 if item.t is None else np.asarray(item.t) for item in (own, plain))
        difference = np.abs(mine - theirs)
        if (difference > _DIFFERENT * (np.abs(mine) + np.abs(theirs))).any():
            record(EventKind.CUT, step.node.name.removesuffix("_call"))


def _clamped(step: Step) -> None:
    low, x, high = map(dual, step.operands)
    for bound in (low, high):
        margin = as_dual(x) - as_dual(bound)
        record(EventKind.KINK, "clamp", margin.p, margin.t)


def _extremes(name: str, step: Step) -> None:
    call(name, dual(step.operands[0]), axis=tuple(step.node.params["axes"]))


def _position(name: str, step: Step) -> None:
    (axis,) = step.node.params["axes"]
    call(name, dual(step.operands[0]), axis=axis)


def _ordered(step: Step) -> None:
    """Keys in order; what is carried along with them changes places where two keys meet."""
    count, axis = step.node.params["num_keys"], step.node.params["dimension"]
    for key in step.operands[:count]:
        if key.t is None:
            continue
        call("sort", dual(key), axis)
        if not all(step.node.dropped[count:]):
            call("argsort", dual(key), axis)


def _best(step: Step) -> None:
    call("sort", dual(step.operands[0]), -1)
    if not step.node.dropped[1]:
        call("argsort", dual(step.operands[0]), -1)


def _running(name: str, step: Step) -> None:
    library(name).accumulate(dual(step.operands[0]), axis=step.node.params["axis"])


def _substituted(step: Step) -> None:
    """A triangular system divides by the diagonal."""
    matrix = step.operands[0]
    if matrix.t is not None and not step.node.params["unit_diagonal"]:
        p, t = (np.diagonal(np.asarray(part), axis1=-2, axis2=-1) for part in (matrix.p, matrix.t))
        record(EventKind.DOMAIN, "solve", p, t)


def _decomposed(name: str, step: Step) -> None:
    try:
        call(name, dual(step.operands[0]))
    except (np.linalg.LinAlgError, TypeError):
        record(EventKind.DIFFERENCED, name)


def _moving(rule: Callable[[Step], None]) -> Callable[[Step], None]:
    """A rule for steps whose first operand depends on an input."""

    def watch(step: Step) -> None:
        if step.operands[0].t is not None:
            rule(step)

    return watch


_RULES: Mapping[str, Callable[[Step], None]] = {
    "convert_element_type": _converted,
    "stop_gradient": _stopped,
    "custom_jvp_call": _customised,
    "custom_vjp_call": _customised,
    "clamp": _clamped,
    "sort": _ordered,
    "top_k": _moving(_best),
    "reduce_max": _moving(partial(_extremes, "max")),
    "reduce_min": _moving(partial(_extremes, "min")),
    "argmax": _moving(partial(_position, "argmax")),
    "argmin": _moving(partial(_position, "argmin")),
    "cummax": _moving(partial(_running, "maximum")),
    "cummin": _moving(partial(_running, "minimum")),
    "triangular_solve": _substituted,
    "cholesky": _moving(partial(_decomposed, "linalg.cholesky")),
    "eigh": _moving(partial(_decomposed, "linalg.eigvalsh")),
    "svd": _moving(partial(_decomposed, "linalg.svdvals")),
}
