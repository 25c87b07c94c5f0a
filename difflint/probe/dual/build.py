"""Arrays made of numbers: what user code builds during an evaluation can hold tangents."""

from __future__ import annotations

from typing import Any

import numpy as np

from difflint.probe.dual.array import Dual, Truth, as_dual, as_number, dual_zero, plain
from difflint.probe.dual.dispatch import call, library
from difflint.probe.events import current


def holds(item: Any) -> bool:
    """Whether a value is, or nests, a dual number or truth value."""
    if isinstance(item, (list, tuple)):
        return any(holds(part) for part in item)
    return type(item) in (Dual, Truth)


def lift(item: Any) -> Any:
    """Nested lists that hold dual numbers as one dual array; anything else as it is."""
    if isinstance(item, (list, tuple)) and holds(item):
        if all(type(part) is Truth for part in item):
            return Truth(
                np.stack([part.p for part in item]), tuple(found for part in item for found in part.conditions)
            )
        return call("stack", [as_dual(lift(part)) for part in item])
    return item


def array(value: Any, dtype: Any = None, *, copy: Any = True, **kwargs: Any) -> Any:
    """An array of numbers, of which some may be dual."""
    if not isinstance(value, (list, tuple)) and hasattr(value, "__next__"):
        value = list(value)
    if not holds(value) or (dtype is not None and np.dtype(dtype).kind not in "biufc"):
        return keep(np.array(value, dtype=dtype, **kwargs))
    made = lift(value)
    if type(made) is Truth:
        return Truth(made.p.copy(), made.conditions) if dtype is None else keep(as_number(made, np.dtype(dtype)))
    if dtype is not None and np.dtype(dtype) != made.dtype:
        made = made.astype(dtype)
    elif copy:
        made = call("copy", made)
    if kwargs.get("ndmin", 0) > np.ndim(made):
        made = made.reshape((1,) * (kwargs["ndmin"] - made.ndim) + made.shape)
    return made


def asarray(value: Any, dtype: Any = None, *args: Any, **kwargs: Any) -> Any:
    """As `array`, an array that is one already stays itself."""
    if type(value) is Dual and (dtype is None or np.dtype(dtype) == value.dtype):
        return value
    if holds(value):
        return array(value, dtype, copy=False)
    return np.asarray(value, dtype)


def keep(value: Any) -> Any:
    """A fresh array of floats becomes dual during an evaluation: what is written into it keeps its tangent."""
    if current() is None or not isinstance(value, np.ndarray) or value.dtype.kind not in "fc":
        return value
    return dual_zero(value)


def full(shape: Any, fill_value: Any, dtype: Any = None, order: str = "C", **_: Any) -> Any:
    """An array filled with one number."""
    made = keep(library("full")(shape, plain(fill_value), dtype, order))
    if type(fill_value) is Dual and type(made) is Dual:
        made[...] = fill_value
    return made


def linspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, retstep: bool = False, dtype: Any = None, axis: int = 0
) -> Any:
    """Evenly spaced numbers between dual ends."""
    if not holds((start, stop)):
        return library("linspace")(start, stop, num, endpoint, retstep, dtype, axis)
    start, stop = as_dual(start), as_dual(stop)
    steps = np.linspace(0.0, 1.0, num, endpoint).reshape(-1, *(1,) * max(start.ndim, stop.ndim))
    result = call("moveaxis", start + (stop - start) * steps, 0, axis)
    return (result, (stop - start) / (num - 1 if endpoint else num)) if retstep else result


def logspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: Any = 10.0, **kwargs: Any) -> Any:
    """Powers of a base with evenly spaced exponents."""
    return np.power(base, linspace(start, stop, num, endpoint, **kwargs))


def geomspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, **kwargs: Any) -> Any:
    """Numbers with a constant ratio."""
    return np.exp(linspace(np.log(start), np.log(stop), num, endpoint, **kwargs))


def arange(*args: Any, **kwargs: Any) -> Any:
    """Numbers in steps; a dual start or step moves them, a dual stop only counts them."""
    if not holds(args):
        return keep(np.arange(*args, **kwargs))
    start, stop, step = (0.0, args[0], 1.0) if len(args) == 1 else (*args, 1.0)[:3]
    as_dual(stop).lost("arange")
    return as_dual(start) + as_dual(step) * np.arange(len(np.arange(plain(start), plain(stop), plain(step))))


def fromiter(values: Any, dtype: Any = float, count: int = -1, **_: Any) -> Any:
    """An array of the numbers of an iterable."""
    return array(list(values), dtype)


class Vectorize:
    """A Python function applied to every element."""

    def __init__(self, pyfunc: Any, *_: Any, **kwargs: Any) -> None:
        self._function = pyfunc
        self._plain = np.vectorize(pyfunc, **{key: item for key, item in kwargs.items() if key != "otypes"})

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not holds(args):
            return self._plain(*args, **kwargs)
        shape = np.broadcast_shapes(*(np.shape(plain(lift(item))) for item in args))
        spreads = [call("broadcast_to", as_dual(lift(item)), shape).reshape(-1) for item in args]
        results = [self._function(*parts, **kwargs) for parts in zip(*spreads)]
        return as_dual(lift(results)).reshape(shape)


def frompyfunc(function: Any, nin: int, nout: int, **_: Any) -> Any:
    """A Python function of one result applied to every element."""
    return Vectorize(function) if nout == 1 else np.frompyfunc(function, nin, nout)


class Join:
    """`r_` and `c_` with dual parts."""

    def __init__(self, columns: bool) -> None:
        self._columns = columns
        self._plain = np.c_ if columns else np.r_

    def __getitem__(self, key: Any) -> Any:
        parts = key if isinstance(key, tuple) else (key,)
        if not any(holds(part) for part in parts):
            return self._plain[key]
        numbers = [as_dual(self._plain[part] if isinstance(part, slice) else lift(part)) for part in parts]
        if not self._columns:
            return call("concatenate", [item.reshape(-1) if item.ndim == 0 else item for item in numbers])
        return call("concatenate", [item if item.ndim > 1 else item.reshape((-1, 1)) for item in numbers], axis=-1)
