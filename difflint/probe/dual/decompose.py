"""Linear algebra: inverses, determinants and decompositions, stacked over leading axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from difflint.probe.dual.array import Dual, as_dual
from difflint.probe.dual.dispatch import implements, library
from difflint.probe.events import Array, EventKind, record


def _transposed(a: Array) -> Array:
    return np.swapaxes(a, -1, -2)


def _adjugate(a: Array) -> Array:
    """The derivative of the determinant, transposed; by singular values, right at singular matrices."""
    u, s, vh = np.linalg.svd(a)
    others = np.stack([np.delete(s, k, -1).prod(-1) for k in range(s.shape[-1])], -1)
    sign = np.linalg.det(u) * np.linalg.det(vh)
    result: Array = sign[..., None, None] * (_transposed(vh) * others[..., None, :]) @ _transposed(u)
    return result


def _determinant(a: Dual) -> Dual:
    return Dual(np.linalg.det(a.p), np.trace(_adjugate(a.p) @ a.t, axis1=-2, axis2=-1))


def _singular(a: Dual, operator: str) -> None:
    margin = _determinant(a)
    record(EventKind.DOMAIN, operator, margin.p, margin.t)


@implements("linalg.det")
def _det(a: Any) -> Any:
    return _determinant(a)


@implements("linalg.slogdet")
def _slogdet(a: Any) -> Any:
    _singular(a, "slogdet")
    found = np.linalg.slogdet(a.p)
    value = Dual(found[1], np.trace(np.linalg.inv(a.p) @ a.t, axis1=-2, axis2=-1))
    return type(found)(found[0], value)


@implements("linalg.inv")
def _inv(a: Any) -> Any:
    _singular(a, "inv")
    p = np.linalg.inv(a.p)
    return Dual(p, -p @ a.t @ p)


@implements("linalg.solve")
def _solve(a: Any, b: Any) -> Any:
    a, b = as_dual(a), as_dual(b)
    _singular(a, "solve")
    vector = b.ndim == 1
    right, tangent = (b.p[:, None], b.t[..., None]) if vector else (b.p, b.t)
    p = np.linalg.solve(a.p, right)
    t = np.stack([np.linalg.solve(a.p, row) for row in tangent - a.t @ p])
    return Dual(p[..., 0], t[..., 0]) if vector else Dual(p, t)


@implements("linalg.pinv")
def _pinv(a: Any, *args: Any, **kwargs: Any) -> Any:
    a = as_dual(a)
    p = np.linalg.pinv(a.p, *args, **kwargs)
    pt, dt = _transposed(p), _transposed(a.t)
    rows, columns = np.eye(a.shape[-2]), np.eye(a.shape[-1])
    gram = Dual(np.linalg.svd(a.p, compute_uv=False), np.zeros((len(a.t), *a.shape[:-2], min(a.shape[-2:]))))
    record(EventKind.DOMAIN, "pinv", gram.p, _singular_slopes(a))
    return Dual(p, -p @ a.t @ p + p @ pt @ dt @ (rows - a.p @ p) + (columns - p @ a.p) @ dt @ pt @ p)


def _singular_slopes(a: Dual) -> Array:
    u, _, vh = np.linalg.svd(a.p, full_matrices=False)
    slopes: Array = np.einsum("...ji,n...jk,...ik->n...i", u, a.t, vh)
    return slopes


@implements("linalg.cholesky")
def _cholesky(a: Any, *, upper: bool = False) -> Any:
    symmetric = (a.t + _transposed(a.t)) / 2
    smallest, vectors = np.linalg.eigh(a.p)
    slope = np.einsum("...ji,n...jk,...ki->n...i", vectors, symmetric, vectors)
    record(EventKind.DOMAIN, "cholesky", smallest[..., 0], slope[..., 0])
    lower = np.linalg.cholesky(a.p)
    inverse = np.linalg.inv(lower)
    middle = np.tril(inverse @ symmetric @ _transposed(inverse))
    middle -= np.eye(a.shape[-1]) * middle / 2
    result = Dual(lower, lower @ middle)
    return Dual(_transposed(result.p), _transposed(result.t)) if upper else result


def _crossings(values: Array, slopes: Array, operator: str) -> None:
    """Neighbouring eigenvalues or singular values that meet."""
    if values.shape[-1] > 1:
        record(EventKind.KINK, operator, np.diff(values), np.diff(slopes))


def _inverse_gaps(squares: Array) -> Array:
    gap = squares[..., None, :] - squares[..., :, None]
    with np.errstate(divide="ignore"):
        return np.where(np.eye(squares.shape[-1], dtype=bool), 0.0, 1.0 / gap)


@implements("linalg.eigh")
def _eigh(a: Any, UPLO: str = "L") -> Any:
    found: Any = library("linalg.eigh")(a.p, UPLO)
    half = np.tril(a.t, -1) if UPLO == "L" else np.triu(a.t, 1)
    symmetric = half + _transposed(half) + np.eye(a.shape[-1]) * a.t
    inner = _transposed(found[1]) @ symmetric @ found[1]
    slopes = np.diagonal(inner, axis1=-2, axis2=-1)
    _crossings(found[0], slopes, "eigh")
    with np.errstate(invalid="ignore"):
        vectors = found[1] @ (_inverse_gaps(found[0]) * inner)
    return type(found)(Dual(found[0], slopes.copy()), Dual(found[1], vectors))


@implements("linalg.eigvalsh")
def _eigvalsh(a: Any, UPLO: str = "L") -> Any:
    return _eigh(a, UPLO)[0]


@implements("linalg.svd")
def _svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    u, s, vh = np.linalg.svd(a.p, full_matrices=False)
    slopes = _singular_slopes(a)
    _crossings(s, slopes, "svd")
    record(EventKind.KINK, "svd", s, slopes)
    if not compute_uv:
        return Dual(s, slopes)
    if full_matrices and a.shape[-1] != a.shape[-2]:
        raise TypeError("a full decomposition of dual numbers needs a square matrix; use full_matrices=False")
    inner = _transposed(u) @ a.t @ _transposed(vh)
    gaps = _inverse_gaps(s * s)
    row, column = s[..., None, :], s[..., :, None]
    with np.errstate(all="ignore"):
        left = u @ (gaps * (inner * row + column * _transposed(inner)))
        right = _transposed(vh) @ (gaps * (column * inner + _transposed(inner) * row))
        left = left + (a.t @ _transposed(vh) - u @ (_transposed(u) @ a.t @ _transposed(vh))) / row
        right = right + (_transposed(a.t) @ u - _transposed(vh) @ (vh @ _transposed(a.t) @ u)) / row
    result: Any = np.linalg.svd(a.p, full_matrices=False)
    return type(result)(Dual(u, left), Dual(s, slopes), Dual(vh, _transposed(right)))


@implements("linalg.svdvals")
def _svdvals(x: Any) -> Any:
    return _svd(x, compute_uv=False)


@implements("linalg.qr")
def _qr(a: Any, mode: str = "reduced") -> Any:
    if mode != "reduced" or a.shape[-2] < a.shape[-1]:
        raise TypeError("a QR decomposition of dual numbers is reduced, of a matrix at least as tall as wide")
    found: Any = np.linalg.qr(a.p)
    q, r = found
    record(
        EventKind.DOMAIN, "qr", np.diagonal(r, axis1=-2, axis2=-1),
        np.diagonal(_transposed(q) @ a.t, axis1=-2, axis2=-1),
    )  # fmt: skip
    scaled = a.t @ np.linalg.inv(r)
    inner = _transposed(q) @ scaled
    lower = np.tril(inner, -1)
    skew = lower - _transposed(lower)
    return type(found)(Dual(q, q @ skew + scaled - q @ inner), Dual(r, (inner - skew) @ r))
