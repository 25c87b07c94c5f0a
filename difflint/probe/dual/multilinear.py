"""Products: linear in every argument, so the tangent is a sum over the arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from difflint.probe.dual.array import Dual, Truth, as_dual, as_number, plain
from difflint.probe.dual.dispatch import FUNCTIONS, call, implements, library
from difflint.probe.events import Array

_PRODUCTS = """
    matmul dot vdot inner outer kron cross tensordot convolve correlate vecdot matvec vecmat
    linalg.matmul linalg.outer linalg.cross linalg.tensordot linalg.vecdot
""".split()


def products(evaluate: Callable[..., Any], operands: tuple[Any, ...]) -> Any:
    """A multilinear function of `operands`; lists hold dual numbers only as whole operands."""
    operands = tuple(as_number(item, np.dtype(float)) if type(item) is Truth else item for item in operands)
    values = [plain(item) for item in operands]
    p = np.asarray(evaluate(*values))
    total: Array | None = None
    with np.errstate(all="ignore"):
        for k, item in enumerate(operands):
            if type(item) is Dual:
                parts = [np.asarray(evaluate(*values[:k], row, *values[k + 1 :])) for row in item.t]
                total = np.stack(parts) if total is None else total + np.stack(parts)
    return p if total is None else Dual(p, total)


def _register(name: str) -> None:
    function = library(name)
    if function is not None:
        FUNCTIONS[function] = lambda a, b, *args, **kwargs: products(
            lambda x, y: function(x, y, *args, **kwargs), (listed(a), listed(b))
        )


def listed(item: Any) -> Any:
    """A list of dual numbers as one dual array."""
    if isinstance(item, (list, tuple)) and any(type(part) is Dual or isinstance(part, (list, tuple)) for part in item):
        parts = [as_dual(listed(part)) for part in item]
        return call("stack", parts) if any(len(part.t) for part in parts) else np.asarray(item)
    return item


for _name in _PRODUCTS:
    _register(_name)


@implements("einsum")
def _einsum(subscripts: Any, *operands: Any, out: Any = None, optimize: Any = False, **kwargs: Any) -> Any:
    if not isinstance(subscripts, str):
        raise TypeError("einsum of dual numbers needs its subscripts as text")
    return products(lambda *values: np.einsum(subscripts, *values, optimize=optimize, **kwargs), operands)


@implements("linalg.multi_dot")
def _multi_dot(arrays: Any, *, out: Any = None) -> Any:
    return products(lambda *values: np.linalg.multi_dot(values), tuple(arrays))


@implements("linalg.matrix_power")
def _matrix_power(a: Any, n: int) -> Any:
    if n < 0:
        return _matrix_power(call("linalg.inv", a), -n)
    result: Any = as_dual(np.broadcast_to(np.eye(a.shape[-1]), a.shape).copy())
    for _ in range(n):
        result = result @ a
    return result


@implements("trapezoid")
def _trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    y = as_dual(y)
    upper = call("moveaxis", y, axis, -1)
    widths = (
        dx if x is None else call("moveaxis", call("diff", as_dual(x), axis=-1 if np.ndim(x) == 1 else axis), -1, -1)
    )
    return (widths * (upper[..., 1:] + upper[..., :-1]) / 2.0).sum(axis=-1)


@implements("polyval", "polynomial.polynomial.polyval")
def _polyval(p: Any, x: Any, *_: Any) -> Any:
    result: Any = 0.0
    for coefficient in p:
        result = result * x + coefficient
    return result


@implements("vander")
def _vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    count = len(x) if N is None else N
    powers = range(count) if increasing else range(count - 1, -1, -1)
    return call("stack", [x**k for k in powers], axis=-1)
