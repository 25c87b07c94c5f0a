"""Array code over boxes: object arrays of ranged numbers, and what the array library cannot do on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from difflint.probe.boxes.number import Ranged, apply_row, row_named
from difflint.probe.boxes.paths import Open


def active_call(name: str, real: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """A function of the array library, called by user code while a box is run."""
    rule = _RULES.get(name)
    try:
        result = (rule or real)(*args, **kwargs)
        return ranged_array(result) if isinstance(result, np.ndarray) and result.dtype.kind == "O" else result
    except TypeError as error:
        raise Open(f"{name}: {error}") from None


def scalar_call(name: str, real: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """A function of `math`."""
    if name == "fsum":
        return sum(args[0], Ranged.constant(0.0))
    if not any(type(item) is Ranged for item in args):
        return real(*args)
    if name == "log" and len(args) == 2:
        return scalar_call("log", real, args[:1]) / scalar_call("log", real, args[1:])
    return apply_row(row_named(name), tuple(map(Ranged.constant, args)))


def ranged_array(value: Any) -> Any:
    """An object array of ranged numbers; integers and truth values stay as they are."""
    made = np.array(value, dtype=object) if _holds(value) else np.array(value)
    if made.dtype.kind not in "fO":
        return made
    result = np.empty(made.shape, dtype=object)
    for index in np.ndindex(made.shape):
        result[index] = Ranged.constant(made[index])
    return result


def _holds(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(_holds(item) for item in value)
    return type(value) is Ranged or (isinstance(value, np.ndarray) and value.dtype.kind == "O")


def _made(name: str) -> Callable[..., Any]:
    return lambda *args, **kwargs: ranged_array(getattr(np, name)(*args, **kwargs))


def _array(value: Any, dtype: Any = None, *_: Any, **kwargs: Any) -> Any:
    if hasattr(value, "__next__"):
        value = list(value)
    if dtype is not None and not _holds(value):
        value = np.array(value, dtype)
    return ranged_array(value)


def _full(shape: Any, fill_value: Any, *_: Any, **__: Any) -> Any:
    result = np.empty(shape, dtype=object)
    result[...] = Ranged.constant(fill_value)
    return result


def _like(fill: float) -> Callable[..., Any]:
    return lambda a, *args, **kwargs: _full(np.shape(a), fill)


def _elementwise(name: str) -> Callable[..., Any]:
    row = row_named(name)
    function = np.frompyfunc(lambda *parts: apply_row(row, tuple(map(Ranged.constant, parts))), len(row.arguments), 1)
    return lambda *args, **_: function(*args)


def _clip(a: Any, a_min: Any = None, a_max: Any = None, **kwargs: Any) -> Any:
    low, high = kwargs.get("min", a_min), kwargs.get("max", a_max)
    a = a if low is None else _RULES["maximum"](a, low)
    return a if high is None else _RULES["minimum"](a, high)


def _extremum(name: str) -> Callable[..., Any]:
    def reduce(a: Any, axis: Any = None, keepdims: bool = False, **_: Any) -> Any:
        array = np.asarray(a, dtype=object)
        if isinstance(axis, tuple) or keepdims:
            raise Open(f"{name} over several axes")
        moved = array.reshape(-1) if axis is None else np.moveaxis(array, axis, 0)
        result = moved[0]
        for part in moved[1:]:
            result = _RULES[name](result, part)
        return result

    return reduce


def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    if ord not in (None, 2, "fro") or (ord == 2 and np.ndim(x) > 1):
        raise Open(f"a norm of order {ord}")
    array = np.asarray(x, dtype=object)
    return np.sqrt(np.sum(array * array, axis=axis, keepdims=keepdims))


def _finite(x: Any) -> Any:
    flat = np.asarray(x, dtype=object).reshape(-1)
    if not all(Ranged.constant(item).range.bounded for item in flat):
        raise Open("a test for finite numbers that is undecided")
    return np.ones(np.shape(x), dtype=bool) if np.ndim(x) else True


def _never(test: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda x: ~np.asarray(test(x)) if np.ndim(x) else not test(x)


_RULES: dict[str, Callable[..., Any]] = {
    **{name: _made(name) for name in ("zeros", "ones", "empty", "eye", "identity", "linspace")},
    **{name: _array for name in ("array", "asarray", "asanyarray", "ascontiguousarray", "fromiter")},
    **{
        name: _elementwise(name) for name in ("maximum", "minimum", "absolute", "hypot", "arctan2", "logaddexp", "sign")
    },
    "zeros_like": _like(0.0),
    "ones_like": _like(1.0),
    "empty_like": _like(0.0),
    "full": _full,
    "full_like": lambda a, fill, *_, **__: _full(np.shape(a), fill),
    "clip": _clip,
    "max": _extremum("maximum"),
    "amax": _extremum("maximum"),
    "min": _extremum("minimum"),
    "amin": _extremum("minimum"),
    "norm": _norm,
    "isfinite": _finite,
    "isnan": _never(_finite),
    "isinf": _never(_finite),
}
_RULES["abs"] = _RULES["fabs"] = _RULES["absolute"]
_RULES["fmax"], _RULES["fmin"] = _RULES["maximum"], _RULES["minimum"]


def arguments(numbers: list[Ranged]) -> Any:
    """The flat vector of a plan."""
    result = np.empty(len(numbers), dtype=object)
    result[:] = numbers
    return result
