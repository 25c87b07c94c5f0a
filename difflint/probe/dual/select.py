"""Selection: what is dropped is dropped from the tangent too, and told where it was not finite."""

from __future__ import annotations

from typing import Any

import numpy as np

from difflint.probe.dual.array import Dual, Truth, as_dual, plain, spread
from difflint.probe.dual.dispatch import call, implements
from difflint.probe.dual.elementwise import call_ufunc, deliver
from difflint.probe.events import EventKind, record


def _mask(condition: Any) -> Any:
    """The plain mask of a condition; what it decides is recorded."""
    if type(condition) is Dual:
        condition = condition != 0
    if type(condition) is Truth:
        condition.announce(EventKind.SELECT)
    return np.asarray(plain(condition), dtype=bool)


@implements("where")
def _where(condition: Any, x: Any = None, y: Any = None) -> Any:
    mask = _mask(condition)
    if x is None:
        return np.where(mask)
    if type(x) is Truth and type(y) in (Truth, bool, np.bool_):
        return Truth(np.where(mask, x.p, plain(y)), x.conditions)
    x, y = as_dual(x), as_dual(y)
    p = np.where(mask, x.p, y.p)
    parts = [np.broadcast_to(spread(item.t, p.ndim), (len(item.t), *p.shape)) for item in (x, y)]
    chosen = np.broadcast_to(mask, p.shape)
    if not (np.isfinite(parts[0][:, ~chosen]).all() and np.isfinite(parts[1][:, chosen]).all()):
        record(EventKind.MASKED, "where")
    return Dual(p, np.where(chosen, parts[0], parts[1]))


@implements("select")
def _select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    result = default
    for condition, choice in reversed(list(zip(condlist, choicelist))):
        result = _where(condition, choice, result)
    return result


@implements("choose")
def _choose(a: Any, choices: Any, out: Any = None, mode: str = "raise") -> Any:
    result: Any = choices[0]
    for k, choice in enumerate(choices[1:], 1):
        result = _where(np.asarray(plain(a)) == k, choice, result)
    return result


@implements("piecewise")
def _piecewise(x: Any, condlist: Any, funclist: Any, *args: Any, **kw: Any) -> Any:
    x = as_dual(x)
    conditions = list(condlist) if isinstance(condlist, (list, tuple)) else [condlist]
    result = as_dual(np.zeros(x.shape))
    if len(funclist) > len(conditions):
        conditions.append(~np.any([_mask(item) for item in conditions], axis=0))
    for condition, function in zip(conditions, funclist):
        mask = _mask(condition)
        if mask.any():
            chosen = x[mask] if x.ndim else x
            result[mask if x.ndim else ...] = function(chosen, *args, **kw) if callable(function) else function
    return result


@implements("clip")
def _clip(a: Any, a_min: Any = None, a_max: Any = None, out: Any = None, **kwargs: Any) -> Any:
    low, high = kwargs.get("min", a_min), kwargs.get("max", a_max)
    result = a if low is None else call_ufunc(np.maximum, a, low)
    result = result if high is None else call_ufunc(np.minimum, result, high)
    return result if out is None else deliver(result, out)


@implements("nan_to_num")
def _nan_to_num(x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    number = as_dual(x)
    missing = ~np.isfinite(number.p)
    if missing.any() and not np.isfinite(number.t[:, missing]).all():
        record(EventKind.MASKED, "nan_to_num")
    result = Dual(np.nan_to_num(number.p, nan=nan, posinf=posinf, neginf=neginf), np.where(missing, 0.0, number.t))
    return result if copy else deliver(result, x)


@implements("round", "around")
def _round(a: Any, decimals: int = 0, out: Any = None) -> Any:
    factor = 10.0**decimals
    result = np.rint(a * factor) / factor if decimals else np.rint(a)
    return result if out is None else deliver(result, out)


@implements("fix")
def _fix(x: Any, out: Any = None) -> Any:
    return np.trunc(x)


@implements("nonzero", "argwhere", "flatnonzero")
def _nonzero(a: Any) -> Any:
    return np.nonzero(_mask(a))


@implements("sinc")
def _sinc(x: Any) -> Any:
    scaled = np.where(np.asarray(x.p) == 0, 1.0, x.p) * np.pi
    slope = np.where(x.p == 0, 0.0, np.pi * (np.cos(scaled) * scaled - np.sin(scaled)) / scaled**2)
    return Dual(np.sinc(x.p), slope * x.t)


@implements("angle")
def _angle(z: Any, deg: bool = False) -> Any:
    result = np.arctan2(call("imag", z), call("real", z))
    return np.degrees(result) if deg else result
