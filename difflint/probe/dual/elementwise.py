"""Ufuncs: derivatives, domains and exceptional sets come from the operator tables."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from difflint.catalogue.expression import MATH, compile_formula
from difflint.catalogue.load import load
from difflint.catalogue.model import Operator, Role
from difflint.domain.interval import Interval
from difflint.domain.smoothness import Smoothness
from difflint.probe.dual.array import Condition, Dual, Truth, as_dual, as_number, dual_zero, plain, spread
from difflint.probe.dual.dispatch import METHODS, Protocols, call, implements_method
from difflint.probe.events import Array, EventKind, current, record

_STEP = 1e-6
_SPELLED = ("numpy", "scipy.special", "math")


def _stable_sigmoid(x: Any) -> Any:
    e = np.exp(-np.abs(x))
    return np.where(np.asarray(x) >= 0, 1 / (1 + e), e / (1 + e))


def _each(function: Callable[..., float]) -> Callable[..., Array]:
    return np.vectorize(function, otypes=[float])


NUMBERS: Mapping[str, Any] = {
    **{name: getattr(np, name) for name in MATH if hasattr(np, name)},
    **{name: _each(getattr(math, name)) for name in ("erf", "erfc", "lgamma")},
    "atan": np.arctan,
    "asin": np.arcsin,
    "acos": np.arccos,
    "asinh": np.arcsinh,
    "acosh": np.arccosh,
    "atanh": np.arctanh,
    "atan2": np.arctan2,
    "sigmoid": _stable_sigmoid,
    "max": np.maximum,
    "min": np.minimum,
}
"""The functions of the formula language on arrays."""


@lru_cache(maxsize=512)
def row_of(name: str) -> Operator | None:
    """The operator that a bare function name spells, None if no table has it."""
    catalogue = load()
    for module in _SPELLED:
        spelling = catalogue.spellings.get(f"{module}.{name}")
        if spelling is not None:
            return catalogue.operators[spelling.operator]
    return None


@lru_cache(maxsize=512)
def formula(text: str, arguments: tuple[str, ...]) -> Callable[..., Any]:
    """A formula of the tables on arrays or dual numbers."""
    return compile_formula(text, arguments, NUMBERS)


def scale(slope: Any, t: Array) -> Array:
    """The chain rule. The first direction multiplies as IEEE does, zero times infinity is NaN, as in
    every framework; in the others a zero tangent stays zero, so that inputs do not leak into each other."""
    slope = np.asarray(slope)
    product: Array = slope * t
    if not np.isfinite(slope).all():
        product[1:][np.broadcast_to(t[1:] == 0, product[1:].shape)] = 0
    return product


def apply_row(row: Operator, evaluate: Callable[..., Any], operands: tuple[Any, ...]) -> Dual:
    """An operator of the tables on dual numbers."""
    values = tuple(plain(item) for item in operands)
    with np.errstate(all="ignore"):
        p = np.asarray(evaluate(*values))
        if row.flow and not any(name in row.derivative for name in row.arguments):
            t = dual_zero(p.astype(float)).t
        else:
            t = _tangent(row, values, operands, p)
        announce(row, operands, p, t)
        if not (np.isfinite(p).all() and np.isfinite(t).all()) and _finite(operands):
            record(EventKind.NONFINITE, row.id)
    return Dual(p, t)


def _tangent(row: Operator, values: tuple[Any, ...], operands: tuple[Any, ...], p: Array) -> Array:
    total: Array | None = None
    for name, operand in zip(row.arguments, operands):
        if type(operand) is not Dual:
            continue
        slope = formula(row.derivative[name], row.arguments)(*values)
        part = scale(np.broadcast_to(slope, p.shape), spread(operand.t, p.ndim))
        total = part if total is None else total + part
    assert total is not None
    return total


def announce(row: Operator, operands: tuple[Any, ...], p: Array, t: Array) -> None:
    """Record margins: ends of the domains and the exceptional set."""
    recorder = current()
    if recorder is None or not recorder.listening:
        return
    subject = Dual(p, t) if row.operand == "result" else operands[row.arguments.index(row.operand or row.arguments[0])]
    if type(subject) is Dual:
        for end in ends(row.value_domain, row.derivative_domain):
            record(EventKind.DOMAIN, row.id, subject.p - end, subject.t)
        for point in row.kinks:
            record(EventKind.KINK, row.id, subject.p - point, subject.t)
    if row.exceptional:
        with recorder.quiet():
            margin = formula(row.exceptional, row.arguments)(*operands)
        if type(margin) is Dual:
            record(_KINDS.get(row.smoothness, EventKind.DOMAIN), row.id, margin.p, margin.t)


_KINDS = {Smoothness.LIPSCHITZ: EventKind.KINK, Smoothness.ANY: EventKind.JUMP}


def _finite(operands: tuple[Any, ...]) -> bool:
    return all(
        np.isfinite(item.p).all() and np.isfinite(item.t).all() if type(item) is Dual else np.isfinite(item).all()
        for item in operands
    )


@lru_cache(maxsize=512)
def ends(*domains: Interval) -> tuple[float, ...]:
    """Where the domains of value and derivative end."""
    found = set()
    for domain in domains:
        found |= {end for end in (domain.lo, domain.hi) if math.isfinite(end)}
        if domain.nonzero:
            found.add(0.0)
    return tuple(sorted(found))


def _compare(ufunc: Any, x: Any, y: Any) -> Any:
    """A comparison keeps the difference of its sides as a margin."""
    with np.errstate(invalid="ignore"):
        result = ufunc(plain(x), plain(y))
    conditions = tuple(item for side in (x, y) if type(side) is Truth for item in side.conditions)
    if type(x) is Dual or type(y) is Dual:
        recorder = current()
        try:
            if recorder is None:
                margin = as_dual(x) - as_dual(y)
            else:
                with recorder.quiet(), np.errstate(invalid="ignore"):
                    margin = as_dual(x) - as_dual(y)
        except (TypeError, ValueError):
            return result  # compared with None or a text: no number decides
        conditions += (Condition(ufunc.__name__, margin.p, margin.t),)
    return Truth(result, conditions)


def _logic(ufunc: Any, inputs: tuple[Any, ...]) -> Any:
    parts = [item != 0 if type(item) is Dual else item for item in inputs]
    conditions = tuple(found for item in parts if type(item) is Truth for found in item.conditions)
    return Truth(ufunc(*(plain(item) for item in parts)), conditions)


def _test(ufunc: Any, x: Any) -> Any:
    return ufunc(plain(x))


def _modf(x: Any) -> Any:
    whole = call_ufunc(np.trunc, x)
    return x - whole, whole


_TESTS = frozenset((np.isfinite, np.isnan, np.isinf, np.signbit))
_LOGIC = {
    np.logical_and: np.logical_and,
    np.logical_or: np.logical_or,
    np.logical_xor: np.logical_xor,
    np.logical_not: np.logical_not,
    np.bitwise_and: np.logical_and,
    np.bitwise_or: np.logical_or,
    np.bitwise_xor: np.logical_xor,
    np.invert: np.logical_not,
}
_LIKE = {np.fabs: np.absolute, np.float_power: np.power, np.fmax: np.maximum, np.fmin: np.minimum}
_COMPOSED: dict[Any, Callable[..., Any]] = {
    np.modf: _modf,
    np.divmod: lambda x, y: (call_ufunc(np.floor_divide, x, y), call_ufunc(np.remainder, x, y)),
    np.matmul: lambda x, y: call("matmul", x, y),
    np.conjugate: lambda x: Dual(np.conj(x.p), np.conj(x.t)),
}


def call_ufunc(ufunc: Any, *inputs: Any) -> Any:
    """A ufunc on dual numbers, truth values and plain operands."""
    if not any(type(item) in (Dual, Truth) for item in inputs):
        return ufunc(*inputs)
    inputs = tuple(_number(item) for item in inputs)
    row = row_of(ufunc.__name__)
    if row is not None and row.role is Role.COMPARE:
        return _compare(ufunc, *inputs)
    if ufunc in _LOGIC:
        return _logic(_LOGIC[ufunc], inputs)
    if ufunc in _TESTS:
        return _test(ufunc, *inputs)
    inputs = tuple(as_number(item, np.dtype(float)) if type(item) is Truth else item for item in inputs)
    if not any(type(item) is Dual for item in inputs):
        return ufunc(*inputs)
    if ufunc in _COMPOSED:
        return _COMPOSED[ufunc](*inputs)
    if ufunc in (np.absolute, np.fabs) and inputs[0].p.dtype.kind == "c":
        return call("linalg.norm", call("stack", [call("real", inputs[0]), call("imag", inputs[0])]), axis=0)
    if row is None or not _covers(row, inputs):
        return differenced(ufunc, inputs)
    return apply_row(row, ufunc, inputs)


def _number(item: Any) -> Any:
    """Lists may hold dual numbers."""
    return call("stack", [_number(part) for part in item]) if isinstance(item, (list, tuple)) and _holds(item) else item


def _holds(item: Any) -> bool:
    if isinstance(item, (list, tuple)):
        return any(_holds(part) for part in item)
    return type(item) in (Dual, Truth)


def _covers(row: Operator, inputs: tuple[Any, ...]) -> bool:
    if len(row.arguments) != len(inputs):
        return False
    return all(
        name in row.derivative or name in row.flow for name, item in zip(row.arguments, inputs) if type(item) is Dual
    )


def differenced(function: Callable[..., Any], inputs: tuple[Any, ...]) -> Dual:
    """A tangent by central differences, for a smooth function without a rule; recorded, so never silent."""
    values = tuple(plain(item) for item in inputs)
    with np.errstate(all="ignore"):
        p = np.asarray(function(*values))
        moved: list[Array] = []
        for k in range(next(len(item.t) for item in inputs if type(item) is Dual)):
            ahead = function(*(item.p + _STEP * item.t[k] if type(item) is Dual else item for item in inputs))
            behind = function(*(item.p - _STEP * item.t[k] if type(item) is Dual else item for item in inputs))
            moved.append((np.asarray(ahead) - np.asarray(behind)) / (2 * _STEP))
    if any(item.t.any() for item in inputs if type(item) is Dual):
        record(EventKind.DIFFERENCED, getattr(function, "__name__", "function"))
    return Dual(p, np.array(moved).reshape(len(moved), *p.shape))


def _protocol(ufunc: Any, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if method != "__call__":
        rule = METHODS.get((ufunc.__name__, method)) or METHODS.get(("", method))
        if rule is None:
            raise TypeError(f"{ufunc.__name__}.{method} has no rule for dual numbers")
        return rule(ufunc, *inputs, **kwargs)
    out, where, dtype = kwargs.pop("out", None), kwargs.pop("where", True), kwargs.pop("dtype", None)
    result = call_ufunc(ufunc, *inputs)
    if dtype is not None and type(result) is Dual:
        result = result.astype(dtype)
    if where is not True:
        result = _select(where, result, out[0] if out else None)
    return result if out is None or out[0] is None else deliver(result, out[0])


def _select(where: Any, result: Any, out: Any) -> Any:
    """Elements outside of `where` are not computed, so nothing of them can leak."""
    if type(where) is Truth:
        where.announce(EventKind.SELECT)
        where = where.p
    if type(result) is not Dual:
        return np.where(where, plain(result), 0 if out is None else plain(out))
    before = as_dual(np.zeros(result.shape) if out is None else out)
    return Dual(np.where(where, result.p, before.p), np.where(where, result.t, spread(before.t, result.ndim)))


def deliver(result: Any, out: Any) -> Any:
    """Write a result into `out`; a plain array there gets the value only, which is a cut for its other names."""
    if type(out) is Dual:
        number = as_dual(result)
        out.p[...] = number.p
        out.t[...] = spread(number.t, out.ndim)
        return out
    if type(out) is Truth:
        out[...] = result
        return out
    out[...] = plain(result)
    if type(result) is not Dual:
        return out
    if result.t.any():
        record(EventKind.CUT, "out")
    return Dual(out, np.broadcast_to(spread(result.t, out.ndim), (len(result.t), *out.shape)).copy())


@implements_method("", "reduce")
def _reduce(
    ufunc: Any, x: Any, axis: Any = 0, dtype: Any = None, out: Any = None, keepdims: bool = False, **kw: Any
) -> Any:
    name = {"add": "sum", "multiply": "prod", "maximum": "max", "minimum": "min"}.get(ufunc.__name__)
    name = name or {"logical_and": "all", "logical_or": "any"}.get(ufunc.__name__)
    if name is not None:
        result = call(name, x, axis=axis, keepdims=keepdims, **kw)
    else:
        total = None
        for part in call("moveaxis", x, axis, 0):
            total = part if total is None else call_ufunc(ufunc, total, part)
        result = call("expand_dims", total, axis) if keepdims else total
    return result if out is None or out[0] is None else deliver(result, out[0])


@implements_method("", "accumulate")
def _accumulate(ufunc: Any, x: Any, axis: int = 0, dtype: Any = None, out: Any = None) -> Any:
    steps: list[Any] = []
    for part in call("moveaxis", x, axis, 0):
        steps.append(part if not steps else call_ufunc(ufunc, steps[-1], part))
    result = call("stack", steps, axis=axis)
    return result if out is None or out[0] is None else deliver(result, out[0])


@implements_method("", "outer")
def _outer(ufunc: Any, x: Any, y: Any, **_: Any) -> Any:
    x, y = (item if type(item) in (Dual, Truth) else np.asarray(item) for item in (x, y))
    return call_ufunc(ufunc, x[(..., *(None,) * y.ndim)], y)


@implements_method("", "at")
def _at(ufunc: Any, x: Any, index: Any, y: Any = None) -> None:
    if type(x) is not Dual:
        as_dual(y).lost("at")
        ufunc.at(x, plain(index), plain(y))
        return
    if ufunc not in (np.add, np.subtract):
        raise TypeError(f"{ufunc.__name__}.at has no rule for dual numbers")
    number = as_dual(y)
    ufunc.at(x.p, plain(index), number.p)
    for mine, theirs in zip(x.t, number.t):
        ufunc.at(mine, plain(index), theirs)


Protocols.ufunc = staticmethod(_protocol)
