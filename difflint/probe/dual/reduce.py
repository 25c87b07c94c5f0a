"""Reductions that are not linear: products, moments, norms, truth values."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from difflint.probe.dual.array import Dual, Truth, as_dual, as_number, dual_zero, plain
from difflint.probe.dual.dispatch import call, implements
from difflint.probe.dual.elementwise import deliver, scale
from difflint.probe.events import Array, EventKind, record


def along(a: Any, axis: Any, keepdims: bool) -> tuple[Any, Any]:
    """`a` with the reduced axes merged into the last one, and what restores the result's shape."""
    axes = tuple(range(a.ndim)) if axis is None else tuple(k % a.ndim for k in np.atleast_1d(axis))
    kept = [k for k in range(a.ndim) if k not in axes]
    merged = call("reshape", call("transpose", a, (*kept, *axes)), (*(a.shape[k] for k in kept), -1))
    shape = tuple(1 if k in axes else a.shape[k] for k in range(a.ndim))
    return merged, (lambda result: call("reshape", result, shape)) if keepdims else (lambda result: result)


@implements("prod", "nanprod")
def _prod(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False, **_: Any) -> Any:
    flat, restore = along(as_dual(a), axis, keepdims)
    p = flat.p
    ones = np.ones((*p.shape[:-1], 1))
    before = np.concatenate([ones, np.cumprod(p, -1)[..., :-1]], -1)
    after = np.concatenate([np.cumprod(p[..., ::-1], -1)[..., ::-1][..., 1:], ones], -1)
    result = restore(Dual(p.prod(-1), scale(before * after, flat.t).sum(-1)))
    return result if out is None else deliver(result, out)


@implements("cumprod", "cumulative_prod")
def _cumprod(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    a = call("ravel", a) if axis is None else a
    return np.multiply.accumulate(a, axis=axis or 0)


@implements("var")
def _var(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: float = 0, keepdims: bool = False, **kw: Any
) -> Any:
    a = as_dual(a)
    centred = a - a.mean(axis=axis, keepdims=True)
    count = a.size if axis is None else math.prod(a.shape[k] for k in np.atleast_1d(axis))
    return (centred * centred).sum(axis=axis, keepdims=keepdims) / (count - kw.get("correction", ddof))


@implements("std")
def _std(a: Any, *args: Any, **kwargs: Any) -> Any:
    return np.sqrt(_var(a, *args, **kwargs))


@implements("average")
def _average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: bool = False) -> Any:
    a = as_dual(a)
    if weights is None:
        result, total = a.mean(axis=axis, keepdims=keepdims), as_dual(np.asarray(float(a.size)))
    else:
        w = as_dual(weights)
        if w.ndim != a.ndim and axis is not None:
            w = w.reshape([a.shape[k] if k == axis % a.ndim else 1 for k in range(a.ndim)])
        w = call("broadcast_to", w, a.shape)
        total = w.sum(axis=axis, keepdims=keepdims)
        result = (w * a).sum(axis=axis, keepdims=keepdims) / total
    return (result, total) if returned else result


def _nan_aware(name: str, neutral: float) -> None:
    @implements("nan" + name)
    def rule(a: Any, axis: Any = None, **kwargs: Any) -> Any:
        missing = np.isnan(as_dual(a).p)
        return call(name, _without(a, missing, neutral), axis=axis, **kwargs)


def _without(a: Any, missing: Array, neutral: float) -> Any:
    """Missing elements replaced; dropping one whose tangent is not finite is an event."""
    number = as_dual(a)
    if missing.any() and not np.isfinite(number.t[:, missing]).all():
        record(EventKind.MASKED, "nan")
    return Dual(np.where(missing, neutral, number.p), np.where(missing, 0.0, number.t))


for _name, _neutral in (
    ("sum", 0.0),
    ("cumsum", 0.0),
    ("max", -np.inf),
    ("min", np.inf),
    ("argmax", -np.inf),
    ("argmin", np.inf),
):
    _nan_aware(_name, _neutral)


@implements("nanmean")
def _nanmean(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False, **_: Any) -> Any:
    missing = np.isnan(as_dual(a).p)
    return _without(a, missing, 0.0).sum(axis=axis, keepdims=keepdims) / (~missing).sum(axis=axis, keepdims=keepdims)


@implements("linalg.norm", "linalg.vector_norm")
def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    x = as_dual(x)
    matrix = (x.ndim == 2 and axis is None) or (isinstance(axis, tuple) and len(axis) == 2)
    if ord in (None, "fro") or (ord == 2 and not matrix):
        return _euclidean(x, axis, keepdims)
    size = np.abs(x)
    if matrix:
        return _matrix_norm(x, size, ord, axis, keepdims)
    if ord == math.inf:
        return size.max(axis=axis, keepdims=keepdims)
    if ord == -math.inf:
        return size.min(axis=axis, keepdims=keepdims)
    if ord == 0:
        return as_dual(x != 0).sum(axis=axis, keepdims=keepdims)
    if ord == 1:
        return size.sum(axis=axis, keepdims=keepdims)
    return (size**ord).sum(axis=axis, keepdims=keepdims) ** (1.0 / ord)


def _euclidean(x: Dual, axis: Any, keepdims: bool) -> Any:
    flat, restore = along(x, axis, keepdims)
    p = np.linalg.norm(flat.p, axis=-1)
    with np.errstate(all="ignore"):
        t = (
            scale(np.real(np.conj(flat.p)) / p[..., None], flat.t).sum(-1)
            if flat.p.dtype.kind != "c"
            else np.real(np.conj(flat.p) * flat.t).sum(-1) / p
        )
    record(EventKind.DOMAIN, "norm", (np.abs(flat.p) ** 2).sum(-1), 2 * np.real(np.conj(flat.p) * flat.t).sum(-1))
    if not np.isfinite(t).all() and np.isfinite(x.t).all() and np.isfinite(x.p).all():
        record(EventKind.NONFINITE, "norm")
    return restore(Dual(p, t))


def _matrix_norm(x: Dual, size: Any, order: Any, axis: Any, keepdims: bool) -> Any:
    if axis is not None and tuple(k % x.ndim for k in axis) != (x.ndim - 2, x.ndim - 1):
        raise TypeError("a matrix norm of dual numbers takes the last two axes")
    if order in ("nuc", 2, -2):
        values = call("linalg.svd", x, compute_uv=False)
        result = values.sum(axis=-1) if order == "nuc" else values.max(axis=-1) if order == 2 else values.min(axis=-1)
    else:
        sums = size.sum(axis=-2 if abs(order) == 1 else -1)
        result = sums.max(axis=-1) if order > 0 else sums.min(axis=-1)
    return result[..., None, None] if keepdims else result


@implements("linalg.matrix_norm")
def _matrix_norm_of(x: Any, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    if ord == "fro":
        return _euclidean(as_dual(x), (-2, -1), keepdims)
    return _matrix_norm(as_dual(x), np.abs(x), ord, None, keepdims)


def _gathered(a: Any, axis: Any, keepdims: bool, whole: Any) -> Any:
    truth = a if type(a) is Truth else a != 0 if type(a) is Dual else Truth(np.asarray(a), ())
    return Truth(whole(truth.p, axis=axis, keepdims=keepdims), truth.conditions)


@implements("any")
def _any(a: Any, axis: Any = None, out: Any = None, keepdims: bool = False, **_: Any) -> Any:
    return _gathered(a, axis, keepdims, np.any)


@implements("all")
def _all(a: Any, axis: Any = None, out: Any = None, keepdims: bool = False, **_: Any) -> Any:
    return _gathered(a, axis, keepdims, np.all)


@implements("count_nonzero")
def _count_nonzero(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    truth = a if type(a) is Truth else a != 0
    return as_number(truth).sum(axis=axis, keepdims=keepdims)


@implements("isclose")
def _isclose(a: Any, b: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Any:
    return np.abs(as_dual(a) - b) <= atol + rtol * np.abs(as_dual(b))


@implements("allclose")
def _allclose(a: Any, b: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> bool:
    return bool(_all(_isclose(a, b, rtol, atol)))


@implements("array_equal")
def _array_equal(a1: Any, a2: Any, equal_nan: bool = False) -> bool:
    return np.shape(a1) == np.shape(a2) and bool(_all(as_dual(a1) == a2))


@implements("zeros_like", "empty_like")
def _zeros_like(a: Any, dtype: Any = None, order: str = "K", subok: bool = True, shape: Any = None, **_: Any) -> Any:
    return _full_like(a, 0, dtype, order, subok, shape)


@implements("ones_like")
def _ones_like(a: Any, dtype: Any = None, order: str = "K", subok: bool = True, shape: Any = None, **_: Any) -> Any:
    return _full_like(a, 1, dtype, order, subok, shape)


@implements("full_like")
def _full_like(
    a: Any, fill_value: Any, dtype: Any = None, order: str = "K", subok: bool = True, shape: Any = None, **_: Any
) -> Any:
    made = np.full_like(plain(a), plain(fill_value), dtype=dtype, shape=shape)
    if made.dtype.kind not in "fc":
        return made
    result = dual_zero(made)
    if type(fill_value) is Dual:
        result[...] = fill_value
    return result
