"""Linear functions: apply the function to the value and to every tangent.

Where the array library returns a view, so do the rules here: a write through it keeps its tangent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from difflint.probe.dual.array import Dual, Truth, as_dual, as_number, plain, spread
from difflint.probe.dual.dispatch import FUNCTIONS, Protocols, implements, library
from difflint.probe.dual.elementwise import differenced
from difflint.probe.events import EventKind, record

_LINEAR = """
    sum cumsum cumulative_sum mean diff ediff1d trace linalg.trace gradient
    repeat tile roll rot90 resize delete trim_zeros pad tril triu diag diagflat
    split array_split hsplit vsplit dsplit unstack
    take take_along_axis compress extract
    concatenate stack hstack vstack dstack column_stack block append insert
    atleast_1d atleast_2d atleast_3d flip fliplr flipud
    fft.fft fft.fft2 fft.fftn fft.ifft fft.ifft2 fft.ifftn fft.rfft fft.rfft2 fft.rfftn fft.irfft fft.irfft2
    fft.irfftn fft.hfft fft.ihfft fft.fftshift fft.ifftshift
    real imag copy diagonal linalg.diagonal meshgrid broadcast_arrays
    lib.stride_tricks.sliding_window_view real_if_close
""".split()
_POSITIONS = {"append": 2, "extract": 2, "compress": 2, "insert": 3, "meshgrid": 99, "broadcast_arrays": 99,
              "atleast_1d": 99, "atleast_2d": 99, "atleast_3d": 99}  # fmt: skip
"""How many leading arguments may be values, where it is not the first one alone."""
_FIXED = {"extract": (0,), "compress": (0,), "insert": (1,)}
"""Which of those are settings after all."""


def _register(name: str) -> None:
    function = library(name)
    if function is None:
        return
    count, fixed = _POSITIONS.get(name, 1), _FIXED.get(name, ())
    FUNCTIONS[function] = lambda *args, **kwargs: _linear(function, count, fixed, args, kwargs)


def _linear(function: Any, count: int, fixed: tuple[int, ...], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    kwargs = {key: value for key, value in kwargs.items() if not (key == "out" and value is None)}
    out = kwargs.pop("out", None)
    if not args:
        return _linear(function, count, fixed, (kwargs.pop(_first(function, kwargs)),), kwargs)
    positions = {k for k in range(min(count, len(args))) if k not in fixed}

    def run(leaf: Callable[[Any], Any]) -> Any:
        return function(*(leaf(item) if k in positions else _setting(item) for k, item in enumerate(args)), **kwargs)

    values = run(_value)
    parts = [run(partial(_row, k=k)) for k in range(_directions(args))]
    result = _assemble(values, parts)
    if out is None:
        return result
    out[...] = result
    return out


def _first(function: Any, kwargs: Mapping[str, Any]) -> str:
    return next(key for key, value in kwargs.items() if _depends(value))


def _setting(item: Any) -> Any:
    if type(item) is Truth:
        item.announce(EventKind.SELECT)
    return plain(item)


def _value(item: Any) -> Any:
    if isinstance(item, (list, tuple)):
        return type(item)(_value(part) for part in item)
    return as_number(item) if type(item) is Truth else plain(item)


def _row(item: Any, k: int) -> Any:
    if type(item) is Dual:
        return item.t[k]
    if isinstance(item, (list, tuple)):
        return type(item)(_row(part, k) for part in item)
    return np.zeros_like(np.asarray(plain(item)), dtype=float)


def _depends(item: Any) -> bool:
    if isinstance(item, (list, tuple)):
        return any(_depends(part) for part in item)
    return type(item) in (Dual, Truth)


def _directions(args: Any) -> int:
    for item in args:
        if type(item) is Dual:
            return len(item.t)
        if isinstance(item, (list, tuple)):
            found = _directions(item)
            if found:
                return found
    return 0


def _assemble(value: Any, parts: list[Any]) -> Any:
    """Pair a result with its tangents; results may be lists of arrays."""
    if isinstance(value, (list, tuple)):
        return type(value)(_assemble(item, [part[k] for part in parts]) for k, item in enumerate(value))
    value = np.asarray(value)
    if not parts:
        return value
    return Dual(value, np.stack([np.asarray(part) for part in parts]))


for _name in _LINEAR:
    _register(_name)


@implements("reshape")
def _reshape(a: Any, shape: Any = None, order: str = "C", *, newshape: Any = None, copy: Any = None) -> Any:
    shape = newshape if shape is None else shape
    if type(a) is Truth:
        return Truth(a.p.reshape(shape), a.conditions)
    p = a.p.reshape(shape, order=order or "C")
    if order in ("F", "A"):
        return Dual(p, np.stack([row.reshape(shape, order=order) for row in a.t]))
    return Dual(p, a.t.reshape(len(a.t), *p.shape))


@implements("ravel")
def _ravel(a: Any, order: str = "C") -> Any:
    return _reshape(a, (-1,), "C" if order == "K" else order)


@implements("transpose", "permute_dims")
def _transpose(a: Any, axes: Any = None) -> Any:
    axes = tuple(range(a.ndim))[::-1] if axes is None else tuple(k % a.ndim for k in axes)
    if type(a) is Truth:
        return Truth(a.p.transpose(axes), a.conditions)
    return Dual(a.p.transpose(axes), a.t.transpose(0, *(k + 1 for k in axes)))


@implements("swapaxes")
def _swapaxes(a: Any, axis1: int, axis2: int) -> Any:
    axes = list(range(a.ndim))
    axes[axis1], axes[axis2] = axes[axis2], axes[axis1]
    return _transpose(a, axes)


@implements("matrix_transpose", "linalg.matrix_transpose")
def _matrix_transpose(x: Any) -> Any:
    return _swapaxes(x, -1, -2)


@implements("moveaxis")
def _moveaxis(a: Any, source: Any, destination: Any) -> Any:
    sources = [int(k) % a.ndim for k in np.atleast_1d(source)]
    targets = [int(k) % a.ndim for k in np.atleast_1d(destination)]
    axes = [k for k in range(a.ndim) if k not in sources]
    for target, origin in sorted(zip(targets, sources)):
        axes.insert(target, origin)
    return _transpose(a, axes)


@implements("rollaxis")
def _rollaxis(a: Any, axis: int, start: int = 0) -> Any:
    axis %= a.ndim
    start = start + a.ndim if start < 0 else start
    return _moveaxis(a, axis, start - 1 if axis < start else start)


@implements("squeeze")
def _squeeze(a: Any, axis: Any = None) -> Any:
    return _reshape(a, np.squeeze(a.p, axis).shape)


@implements("expand_dims")
def _expand_dims(a: Any, axis: Any) -> Any:
    return _reshape(a, np.expand_dims(a.p, axis).shape)


@implements("broadcast_to")
def _broadcast_to(array: Any, shape: Any, subok: bool = False) -> Any:
    p = np.broadcast_to(array.p, shape)
    return Dual(p.copy(), np.broadcast_to(spread(array.t, p.ndim), (len(array.t), *p.shape)).copy())


@implements("copyto")
def _copyto(dst: Any, src: Any, casting: str = "same_kind", where: Any = True) -> None:
    if type(dst) is Dual:
        dst[... if where is True else where] = (
            src if where is True else _broadcast_to(as_dual(src), dst.shape)[plain(where)]
        )
        return
    as_dual(src).lost("copyto")
    np.copyto(dst, plain(src), where=plain(where))


@implements("fill_diagonal")
def _fill_diagonal(a: Any, val: Any, wrap: bool = False) -> None:
    index = np.arange(min(a.shape))
    if type(a) is Dual:
        a[(index,) * a.ndim] = val
        return
    as_dual(val).lost("fill_diagonal")
    np.fill_diagonal(a, plain(val), wrap)


@implements("put")
def _put(a: Any, ind: Any, v: Any, mode: str = "raise") -> None:
    if type(a) is Dual:
        a[np.unravel_index(ind, a.shape)] = v
        return
    as_dual(v).lost("put")
    np.put(a, ind, plain(v))


@implements("put_along_axis")
def _put_along_axis(arr: Any, indices: Any, values: Any, axis: Any) -> None:
    number = as_dual(values)
    if type(arr) is not Dual:
        number.lost("put_along_axis")
        np.put_along_axis(arr, indices, number.p, axis)
        return
    np.put_along_axis(arr.p, indices, number.p, axis)
    for mine, theirs in zip(arr.t, number.t):
        np.put_along_axis(mine, indices, theirs, axis)


@implements("place", "putmask")
def _putmask(a: Any, mask: Any, values: Any) -> None:
    if type(a) is not Dual:
        as_dual(values).lost("putmask")
        np.putmask(a, plain(mask), plain(values))
        return
    number = as_dual(values)
    a[mask] = number if number.ndim == 0 else _broadcast_to(number, a.shape)[plain(mask)]


_QUERIES = (
    "shape size ndim result_type can_cast iscomplexobj isrealobj may_share_memory shares_memory min_scalar_type".split()
)


def _protocol(function: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    rule = FUNCTIONS.get(function)
    if rule is not None:
        return rule(*args, **kwargs)
    if function.__name__ in _QUERIES:
        return function(*(plain(item) for item in args), **kwargs)
    return _without_rule(function, args, dict(kwargs))


def _without_rule(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A function nobody wrote a rule for: a central difference, or a loud step for whole results."""
    places = [k for k, item in enumerate(args) if type(item) in (Dual, Truth)]
    names = [key for key, item in kwargs.items() if type(item) in (Dual, Truth)]
    inputs = (*(as_dual(args[k]) for k in places), *(as_dual(kwargs[key]) for key in names))

    def run(*values: Any) -> Any:
        given = list(args)
        for k, value in zip(places, values):
            given[k] = value
        return function(*given, **{**kwargs, **dict(zip(names, values[len(places) :]))})

    run.__name__ = function.__name__
    value = run(*(item.p for item in inputs))
    if isinstance(value, (tuple, list)):
        parts = [
            differenced(lambda *v, k=k: run(*v)[k], inputs) if np.asarray(item).dtype.kind in "fc" else item
            for k, item in enumerate(value)
        ]
        record(EventKind.DIFFERENCED, function.__name__)
        return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
    if np.asarray(value).dtype.kind in "fc":
        return differenced(run, inputs)
    for item in inputs:
        item.lost(function.__name__)
    return value


Protocols.function = staticmethod(_protocol)
