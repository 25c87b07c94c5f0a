"""Every rule of the dual numbers against central differences."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from difflint.probe.backends.numpy import facade
from difflint.probe.dual import Dual
from difflint.probe.events import EventKind, Recorder, recording

F, M = facade(np), facade(math)
X = np.array([0.31, 0.74, 0.52, 0.17, 0.88, 0.43])
SQUARE = np.array([[2.0, 0.3, 0.1], [0.2, 1.5, 0.4], [0.3, 0.1, 1.8]])
ROW = np.array([0.4, -1.2, 2.1, 0.7, -0.5, 1.3])


def mat(x: Any) -> Any:
    """A well-conditioned matrix that depends on x."""
    return SQUARE + np.outer(x[:3], x[3:])


def sym(x: Any) -> Any:
    return mat(x) + mat(x).T + np.diag([1.0, 2.0, 4.0])


def tall(x: Any) -> Any:
    return np.concatenate([mat(x), x.reshape(2, 3)])


def put(x: Any) -> Any:
    y = F.zeros(6)
    y[::2] = x[:3] * x[3:]
    y[[1, 3]] = x[:2]
    y[y == 0] = x[0]
    return y


def inplace(x: Any) -> Any:
    y = x.copy()
    y *= x[0]
    y[1:3] += x[2:4]
    view = y.reshape(2, 3).T
    view[0, 1] = x[5] ** 2
    y /= 1.5
    y -= x
    y **= 2
    return y


def out(x: Any) -> Any:
    y = F.empty(6)
    np.multiply(x, x, out=y)
    np.add(y, 1.0, out=y)
    return np.divide(1.0, x, out=F.zeros(6), where=x > 0.4) * y


def add_at(x: Any) -> Any:
    y = F.zeros(3)
    np.add.at(y, [0, 1, 1, 2, 0, 0], x * x)
    np.subtract.at(y, [0], x[3])
    return y


def scatter(x: Any) -> Any:
    y = F.zeros((3, 3))
    np.fill_diagonal(y, x[:3])
    np.put(y, [1, 2], x[3:5])
    np.copyto(y[2], x[:3] ** 2)
    np.putmask(y, np.asarray(y.p if isinstance(y, Dual) else y) == 0, x[5])
    np.put_along_axis(y, np.array([[0], [1], [2]]), x[:3].reshape(3, 1) * 3, 1)
    return y


ELEMENTWISE = """
    exp exp2 expm1 sin cos tan tanh sinh cosh arctan arcsinh arcsin arccos arctanh sqrt cbrt reciprocal log log2 log10
    log1p deg2rad rad2deg radians degrees abs absolute fabs negative positive square floor ceil rint trunc sign
    conj sinc nan_to_num i0
""".split()
BINARY = "add subtract multiply divide power float_power arctan2 hypot logaddexp logaddexp2 maximum minimum fmax fmin"
BINARY += " remainder fmod floor_divide copysign heaviside"
SHAPES = """
    sum cumsum mean prod cumprod diff ediff1d var std max min ptp median sort argsort ravel copy nansum nanmean nanmax
    nanmin nanprod nancumsum flip atleast_1d atleast_2d atleast_3d gradient cov trim_zeros diag diagflat unique
""".split()
CASES: dict[str, Callable[[Any], Any]] = {
    **{name: lambda x, name=name: getattr(np, name)(x) for name in ELEMENTWISE},
    "arccosh": lambda x: np.arccosh(x + 1.5),
    **{name: lambda x, name=name: getattr(np, name)(x[:3], x[3:] * 1.3) for name in BINARY.split()},
    **{f"{name}-left": lambda x, name=name: getattr(np, name)(x, 0.39) for name in BINARY.split()},
    **{f"{name}-right": lambda x, name=name: getattr(np, name)(0.39, x) for name in BINARY.split()},
    **{f"of-{name}": lambda x, name=name: getattr(np, name)(x) for name in SHAPES},
    "operators": lambda x: -(+x) + 1 - 2 * x / 3 + 4 / x - x**2.5 + 2.0**x + abs(x - 0.5) + 1.0 - x,
    "integer-power": lambda x: (x - 0.5) ** 3 + (x - 0.5) ** 0 + (x - 0.4) ** -2,
    "divmod": lambda x: np.divmod(x, 0.3)[1] + divmod(x, 0.3)[0] + np.modf(x * 3)[0],
    "sum-axes": lambda x: x.reshape(2, 3).sum(axis=0) + x.reshape(2, 3).sum(axis=1, keepdims=True),
    "prod-axis": lambda x: x.reshape(2, 3).prod(axis=1),
    "prod-zero": lambda x: np.prod(x - 0.31),
    "max-axis": lambda x: x.reshape(2, 3).max(axis=1, keepdims=True) + x.reshape(2, 3).min(axis=0),
    "std-axis": lambda x: x.reshape(2, 3).std(axis=1, ddof=1) * x.reshape(2, 3).var(axis=0).sum(),
    "sort-axis": lambda x: np.sort(x.reshape(2, 3), axis=0) * ROW.reshape(2, 3),
    "partition": lambda x: np.partition(x, 2)[2] ** 2,
    "quantile": lambda x: np.quantile(x, [0.1, 0.77]) + np.percentile(x, 35.0),
    "quantile-axis": lambda x: np.quantile(x.reshape(2, 3), 0.3, axis=1),
    "average": lambda x: np.average(x[:3], weights=x[3:]) + np.average(x.reshape(2, 3), axis=1, weights=[1, 2, 3]),
    "norm": lambda x: np.linalg.norm(x),
    "norm-axis": lambda x: np.linalg.norm(x.reshape(2, 3), axis=1),
    "norm-1": lambda x: np.linalg.norm(x - 0.5, 1) + np.linalg.norm(x, np.inf) + np.linalg.norm(x, 3),
    "norm-matrix": lambda x: np.linalg.norm(mat(x)) + np.linalg.norm(mat(x), 2) + np.linalg.norm(mat(x), "nuc"),
    "norm-matrix-1": lambda x: np.linalg.norm(mat(x), 1) + np.linalg.norm(mat(x), np.inf),
    "transpose": lambda x: x.reshape(2, 3).T @ ROW[:2] + np.transpose(x.reshape(1, 2, 3), (2, 0, 1)).sum((1, 2)),
    "moveaxis": lambda x: np.moveaxis(x.reshape(1, 2, 3), 0, 2) * np.rollaxis(x.reshape(1, 2, 3), 2).sum(),
    "swapaxes": lambda x: x.reshape(2, 3).swapaxes(0, 1) + np.expand_dims(x[:3], 1),
    "squeeze": lambda x: np.squeeze(x.reshape(1, 6, 1)) ** 2,
    "concatenate": lambda x: np.concatenate([x[:2] * 2, np.ones(2), x**2]),
    "stacks": lambda x: np.stack([x, ROW]) * np.vstack([x, x]) + np.hstack([x[:3], x[3:]]),
    "column-stack": lambda x: np.column_stack([x, x * x, ROW]),
    "repeat-tile": lambda x: np.repeat(x, 2) * np.tile(x, 2),
    "roll-pad": lambda x: np.roll(x, 2)[0] * np.pad(x, 2),
    "split": lambda x: np.split(x, 2)[0] * np.array_split(x, 3)[1][0],
    "append-insert": lambda x: np.append(x, x[0] * 2).sum() * np.insert(x, 1, x[2]),
    "tril-trace": lambda x: np.tril(mat(x)).sum() + np.trace(mat(x)) + mat(x).diagonal() ** 2,
    "take": lambda x: np.take(x, [0, 5, 5]) * x.take([1, 1, 2]),
    "take-along": lambda x: np.take_along_axis(x.reshape(2, 3), np.array([[0], [2]]), 1) ** 2,
    "compress": lambda x: np.compress([True, False, True], x[:3]) * np.extract(np.arange(6) > 3, x),
    "meshgrid": lambda x: np.meshgrid(x[:2], x[2:4])[0] * np.meshgrid(x[:2], x[2:4])[1],
    "fancy": lambda x: x[[0, 0, 3]] * x.reshape(2, 3)[[0, 1, 0], [2, 2, 1]],
    "fancy-split": lambda x: x.reshape(1, 2, 3)[[0], :, [1]] ** 2,
    "boolean": lambda x: x[x > 0.4] ** 2,
    "newaxis": lambda x: x[:, None] * x[None, :2] + x[..., 0],
    "put": put,
    "in-place": inplace,
    "out": out,
    "add-at": add_at,
    "scatter": scatter,
    "where": lambda x: np.where(x > 0.5, x**2, np.sin(x)),
    "select": lambda x: np.select([x > 0.6, x > 0.3], [x**2, x**3], default=x),
    "piecewise": lambda x: np.piecewise(x, [x < 0.4, x >= 0.4], [lambda v: v**2, lambda v: 3 * v]),
    "choose": lambda x: np.choose(np.array([0, 1, 0]), [x[:3] ** 2, x[3:]]),
    "clip": lambda x: np.clip(x, 0.2, 0.7) ** 2 + x.clip(min=0.4) + np.clip(x, x[0], None),
    "round": lambda x: np.round(x * 10, 1) + x + round(x[0], 1),
    "interp": lambda x: np.interp(x, [0.0, 0.3, 0.6, 1.0], [0.0, 1.0, 0.5, 2.0]),
    "interp-table": lambda x: np.interp(0.45, [0.0, 0.3, 0.6, 1.0], x[:4] ** 2),
    "interp-all": lambda x: np.interp(x[:2], x[2:5].cumsum() - 0.5, x[:3] * 2),
    "searchsorted": lambda x: x * np.searchsorted([0.2, 0.5], x) + np.digitize(x, [0.3]),
    "histogram": lambda x: np.histogram(ROW, bins=3, weights=x)[0] ** 2,
    "bincount": lambda x: np.bincount([0, 1, 1, 2, 0, 0], weights=x) ** 2,
    "reduce": lambda x: np.add.reduce(x) * np.multiply.reduce(x) + np.maximum.reduce(x) + np.logaddexp.reduce(x),
    "accumulate": lambda x: np.add.accumulate(x) * np.multiply.accumulate(x) + np.maximum.accumulate(x),
    "outer": lambda x: np.multiply.outer(x[:2], x[2:4]) + np.subtract.outer(ROW[:2], x[:2]),
    "matmul": lambda x: mat(x) @ mat(x) @ x[:3] + x[3:] @ mat(x) + ROW[:3] @ mat(x),
    "dot": lambda x: np.dot(x, x) + x.dot(ROW) + np.vdot(x, x) + np.inner(x, ROW),
    "einsum": lambda x: np.einsum("i,ij,j->", x[:3], mat(x), ROW[:3]) + np.einsum("ij->i", mat(x)),
    "tensordot": lambda x: np.tensordot(mat(x), mat(x), axes=1),
    "kron-cross": lambda x: np.kron(x[:2], x[2:]).sum() + np.cross(x[:3], x[3:]),
    "convolve": lambda x: np.convolve(x, x[:3]) + np.correlate(x, x[:2], "full").sum(),
    "trapezoid": lambda x: np.trapezoid(x, np.cumsum(x)) + np.trapezoid(x, dx=0.5),
    "polyval": lambda x: np.polyval(x[:3], x[3:]) + np.polynomial.polynomial.polyval(x[0], [1.0, 2.0]),
    "vander": lambda x: np.vander(x[:3]) @ ROW[:3],
    "multi-dot": lambda x: np.linalg.multi_dot([mat(x), mat(x), x[:3]]),
    "matrix-power": lambda x: np.linalg.matrix_power(mat(x), 3) + np.linalg.matrix_power(mat(x), -1),
    "det": lambda x: np.linalg.det(mat(x)),
    "det-singular": lambda x: np.linalg.det(np.outer(x[:3], x[3:]) + np.diag([0.0, 0.0, 1.0]) * x[0]),
    "det-stacked": lambda x: np.linalg.det(np.stack([mat(x), sym(x)])),
    "slogdet": lambda x: np.linalg.slogdet(mat(x))[1] + np.linalg.slogdet(mat(x)).logabsdet,
    "inv": lambda x: np.linalg.inv(mat(x)),
    "pinv": lambda x: np.linalg.pinv(tall(x)),
    "solve": lambda x: np.linalg.solve(mat(x), x[:3]),
    "solve-many": lambda x: np.linalg.solve(mat(x), mat(x) ** 2),
    "solve-right": lambda x: np.linalg.solve(SQUARE, x[:3]) + np.linalg.solve(mat(x), ROW[:3]),
    "lstsq": lambda x: np.linalg.lstsq(tall(x), x[:5], rcond=None)[0],
    "cholesky": lambda x: np.linalg.cholesky(sym(x)),
    "eigh": lambda x: np.linalg.eigh(sym(x))[0],
    "eigh-vectors": lambda x: np.linalg.eigh(sym(x)).eigenvectors ** 2,
    "eigvalsh": lambda x: np.linalg.eigvalsh(sym(x)),
    "svd": lambda x: np.linalg.svd(mat(x), compute_uv=False),
    "svd-vectors": lambda x: np.linalg.svd(mat(x))[0] ** 2 + np.linalg.svd(mat(x))[2] ** 2,
    "svd-tall": lambda x: np.linalg.svd(tall(x), full_matrices=False)[0] ** 2,
    "svd-wide": lambda x: np.linalg.svd(tall(x).T, full_matrices=False)[2] ** 2,
    "qr": lambda x: np.linalg.qr(tall(x))[0],
    "qr-r": lambda x: np.linalg.qr(mat(x)).R,
    "fft": lambda x: np.abs(np.fft.rfft(x)) + np.real(np.fft.fft(x))[0] + np.fft.irfft(np.fft.rfft(x)).sum(),
    "angle": lambda x: np.angle(x[0] + 1j * x[1]),
    "window": lambda x: np.lib.stride_tricks.sliding_window_view(x, 2) ** 2,
    "math": lambda x: M.sqrt(x[0]) + M.exp(x[1]) * M.sin(x[2]) + M.hypot(x[3], x[4]) + M.fabs(x[5] - 1.0),
    "math-more": lambda x: M.erf(x[0]) + M.lgamma(x[1]) + M.gamma(x[2]) + M.log(x[3], 2) + M.pow(x[4], 1.5),
    "math-sums": lambda x: M.fsum(v * v for v in x) + M.prod(x) + M.dist(x[:2], x[2:4]) + M.atan2(x[0], x[1]),
    "array": lambda x: F.array([x[0] * 2, 1.0, x[1] ** 2]) * F.asarray([[x[2]], [x[3]]]),
    "factories": lambda x: F.full(3, x[0]) + F.linspace(x[1], 2.0, 3) + F.arange(3.0) * x[2] + F.ones(3),
    "grids": lambda x: F.logspace(x[0], x[1], 3) + F.geomspace(x[2], x[3], 3) + F.linspace(x[:3], 1.0, 3).sum(0),
    "joins": lambda x: F.r_[x, 1.0, x[0]] * 2 + F.c_[x[:1], x[1:2]].sum(),
    "lists": lambda x: F.sum([x[0], x[1] ** 2]) + F.linalg.norm([x[2], x[3]]) + F.maximum([x[0], x[1]], 0.5).sum(),
    "vectorize": lambda x: F.vectorize(lambda v: v * v)(x) + F.frompyfunc(lambda v: v * 2, 1, 1)(x),
    "fromiter": lambda x: F.fromiter((v * v for v in x), float),
    "like": lambda x: np.full_like(x, x[0]) + np.ones_like(x) * x[1] + np.zeros_like(x),
    "python": lambda x: sum(x.tolist()) + max(x) * min(x) + sorted(x)[2] + x[0].item(),
    "astype": lambda x: x.astype(float) * x.astype(int) + (x * 5).astype(int),
}
STEP = 1e-6


def evaluate(function: Callable[[Any], Any], x: Any, directions: Any) -> tuple[Any, list[Any]]:
    with recording(Recorder(len(directions), ("/",))) as recorder:
        y = function(Dual(x.copy(), directions))
    return y, recorder.events


@pytest.mark.parametrize("name", CASES)
def test_tangents_are_derivatives(name: str) -> None:
    function = CASES[name]
    directions = np.random.default_rng(3).normal(size=(2, 6))
    y, events = evaluate(function, X, directions)
    expected = np.asarray(function(X.copy()), dtype=float)
    differences = np.stack(
        [(np.asarray(function(X + STEP * d)) - np.asarray(function(X - STEP * d))) / (2 * STEP) for d in directions]
    )

    assert not any(event.kind is EventKind.CUT for event in events)
    if not isinstance(y, np.ndarray) and not hasattr(y, "t"):
        y = Dual(y, np.zeros((2, *np.shape(y))))
    tangents = y.t if type(y) is Dual else np.zeros(differences.shape)
    assert np.allclose(y.p if type(y) is Dual else y, expected)
    assert tangents.shape == differences.shape
    assert np.allclose(tangents, differences, rtol=2e-5, atol=2e-7), (tangents, differences)
