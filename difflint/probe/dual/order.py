"""Order: extrema, sorting, quantiles, positions, interpolation between sorted points."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from difflint.probe.dual.array import Dual, as_dual, plain, spread
from difflint.probe.dual.dispatch import call, implements, library
from difflint.probe.dual.elementwise import deliver
from difflint.probe.dual.reduce import along
from difflint.probe.events import NEAREST, Array, EventKind, record

_SEPARATE = 16


def _pick(a: Dual, positions: Array, axis: int = -1) -> Dual:
    return Dual(
        np.take_along_axis(a.p, positions, axis),
        np.stack([np.take_along_axis(row, positions, axis) for row in a.t])
        if len(a.t)
        else np.zeros((0, *positions.shape)),
    )


def _ties(flat: Dual, best: Array, kind: EventKind, operator: str) -> None:
    """Margins of an extremum along the last axis: its distance to every other element."""
    if flat.shape[-1] < 2:
        return
    chosen = _pick(flat, best[..., None])
    gap, slope = chosen.p - flat.p, chosen.t - flat.t
    others = np.arange(flat.shape[-1]) != best[..., None]
    record(kind, operator, gap[others], slope[:, others])


def _extremum(a: Any, axis: Any, keepdims: bool, out: Any, operator: str) -> Any:
    flat, restore = along(as_dual(a), axis, keepdims)
    best = (np.argmax if operator == "max" else np.argmin)(flat.p, -1)
    _ties(flat, best, EventKind.KINK, operator)
    result = restore(_pick(flat, best[..., None])[..., 0])
    return result if out is None else deliver(result, out)


@implements("max", "amax")
def _max(a: Any, axis: Any = None, out: Any = None, keepdims: bool = False, **kwargs: Any) -> Any:
    return _bounded(_extremum(a, axis, keepdims, out, "max"), np.maximum, kwargs)


@implements("min", "amin")
def _min(a: Any, axis: Any = None, out: Any = None, keepdims: bool = False, **kwargs: Any) -> Any:
    return _bounded(_extremum(a, axis, keepdims, out, "min"), np.minimum, kwargs)


def _bounded(result: Any, join: Any, kwargs: dict[str, Any]) -> Any:
    initial = kwargs.pop("initial", None)
    if kwargs.pop("where", True) is not True:
        raise TypeError("an extremum of dual numbers takes no `where`")
    return result if initial is None or isinstance(initial, type(np._NoValue)) else join(result, initial)


@implements("ptp")
def _ptp(a: Any, axis: Any = None, out: Any = None, keepdims: bool = False) -> Any:
    return _max(a, axis, keepdims=keepdims) - _min(a, axis, keepdims=keepdims)


def _position(a: Any, axis: Any, keepdims: bool, find: Any) -> Any:
    number = as_dual(a)
    flat, _ = along(number, axis, False)
    _ties(flat, find(flat.p, -1), EventKind.JUMP, find.__name__)
    return find(number.p, axis=axis, keepdims=keepdims)


@implements("argmax")
def _argmax(a: Any, axis: Any = None, out: Any = None, *, keepdims: bool = False) -> Any:
    return _position(a, axis, keepdims, np.argmax)


@implements("argmin")
def _argmin(a: Any, axis: Any = None, out: Any = None, *, keepdims: bool = False) -> Any:
    return _position(a, axis, keepdims, np.argmin)


def _gaps(a: Dual, axis: int, kind: EventKind, operator: str, ranks: Iterable[int] | None = None) -> None:
    """Margins of an order: the gaps between neighbours, or those beside some ranks only.

    Every gap of a few is an event of its own: the closest tie need not be the tie that matters.
    """
    values = _sorted(a, axis)
    gaps = np.diff(np.moveaxis(values.p, axis, -1))
    slopes = np.diff(np.moveaxis(values.t, axis if axis < 0 else axis + 1, -1))
    count = gaps.shape[-1]
    places = (
        range(count) if ranks is None else sorted({k for rank in ranks for k in (rank - 1, rank) if 0 <= k < count})
    )
    if len(places) > _SEPARATE:
        record(kind, operator, gaps, slopes)
        return
    for k in places:
        record(kind, f"{operator} {k}", gaps[..., k], slopes[..., k])


def _sorted(a: Dual, axis: int) -> Dual:
    return _pick(a, np.argsort(a.p, axis, kind="stable"), axis)


@implements("sort")
def _sort(a: Any, axis: Any = -1, *_: Any, **__: Any) -> Any:
    a = call("ravel", a) if axis is None else a
    axis = -1 if axis is None else axis
    _gaps(a, axis, EventKind.KINK, "sort")
    return _sorted(a, axis)


@implements("partition")
def _partition(a: Any, kth: Any, axis: int = -1, *_: Any, **__: Any) -> Any:
    _gaps(a, axis, EventKind.KINK, "partition", np.atleast_1d(kth) % a.shape[axis])
    return _pick(a, np.argpartition(a.p, kth, axis), axis)


@implements("argsort")
def _argsort(a: Any, axis: Any = -1, kind: Any = None, *_: Any, **kwargs: Any) -> Any:
    a = call("ravel", a) if axis is None else a
    axis = -1 if axis is None else axis
    _gaps(a, axis, EventKind.JUMP, "argsort")
    return np.argsort(a.p, axis, kind=kind, **kwargs)


@implements("argpartition")
def _argpartition(a: Any, kth: Any, axis: int = -1, **_: Any) -> Any:
    _gaps(a, axis, EventKind.JUMP, "argpartition", np.atleast_1d(kth) % a.shape[axis])
    return np.argpartition(a.p, kth, axis)


@implements("unique")
def _unique(ar: Any, *args: Any, **kwargs: Any) -> Any:
    if args or kwargs:
        ar.lost("unique")
        return np.unique(ar.p, *args, **kwargs)
    flat = call("ravel", ar)
    _, first = np.unique(flat.p, return_index=True)
    _gaps(flat, -1, EventKind.JUMP, "unique")
    return flat[first]


@implements("quantile")
def _quantile(
    a: Any, q: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, method: str = "linear",
    keepdims: bool = False, **_: Any,
) -> Any:  # fmt: skip
    if method != "linear":
        raise TypeError("a quantile of dual numbers interpolates linearly")
    flat, restore = along(as_dual(a), axis, keepdims)
    ordered = _sorted(flat, -1)
    results = []
    for share in np.asarray(plain(q), dtype=float).reshape(-1) if type(q) is not Dual else call("ravel", q):
        place = share * (flat.shape[-1] - 1)
        low = min(int(np.floor(plain(place))), flat.shape[-1] - 1)
        high = min(low + 1, flat.shape[-1] - 1)
        _gaps(flat, -1, EventKind.KINK, "quantile", (low,) if place == low else (low, high))
        results.append(restore(ordered[..., low] + (ordered[..., high] - ordered[..., low]) * (place - low)))
    return results[0] if np.ndim(plain(q)) == 0 else call("stack", results)


@implements("percentile")
def _percentile(a: Any, q: Any, *args: Any, **kwargs: Any) -> Any:
    return _quantile(a, (q if type(q) is Dual else np.asarray(q, dtype=float)) / 100.0, *args, **kwargs)


@implements("median")
def _median(a: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, keepdims: bool = False) -> Any:
    return _quantile(a, 0.5, axis, keepdims=keepdims)


def _edges(x: Dual, points: Dual, kind: EventKind, operator: str) -> None:
    """Margins of values among sorted points: to the nearest ones."""
    gap = x.p[..., None] - points.p
    slope = x.t[..., None] - spread(points.t, gap.ndim)
    near = np.argsort(np.abs(gap), -1)[..., :NEAREST]
    record(
        kind,
        operator,
        np.take_along_axis(gap, near, -1),
        np.stack([np.take_along_axis(np.broadcast_to(row, gap.shape), near, -1) for row in slope]),
    )


@implements("searchsorted")
def _searchsorted(a: Any, v: Any, side: str = "left", sorter: Any = None) -> Any:
    _edges(as_dual(v), as_dual(a), EventKind.JUMP, "searchsorted")
    return library("searchsorted")(plain(a), plain(v), side, sorter)


@implements("digitize")
def _digitize(x: Any, bins: Any, right: bool = False) -> Any:
    _edges(as_dual(x), as_dual(bins), EventKind.JUMP, "digitize")
    return np.digitize(plain(x), plain(bins), right)


@implements("interp")
def _interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    if period is not None:
        raise TypeError("a periodic interpolation of dual numbers has no rule")
    x, xp, fp = as_dual(x), as_dual(xp), as_dual(fp)
    _edges(x, xp, EventKind.KINK, "interp")
    k = np.clip(np.searchsorted(xp.p, x.p, side="right") - 1, 0, len(xp) - 2)
    inside = fp[k] + (fp[k + 1] - fp[k]) * (x - xp[k]) / (xp[k + 1] - xp[k])
    below, above = x.p < xp.p[0], x.p > xp.p[-1]
    result = _either(below, as_dual(fp[0] if left is None else left), inside)
    return _either(above, as_dual(fp[-1] if right is None else right), result)


def _either(condition: Array, x: Dual, y: Dual) -> Dual:
    return Dual(np.where(condition, x.p, y.p), np.where(condition, spread(x.t, y.ndim), y.t))


@implements("bincount")
def _bincount(x: Any, weights: Any = None, minlength: int = 0) -> Any:
    number = as_dual(weights)
    parts = [np.bincount(plain(x), row, minlength) for row in number.t]
    return Dual(np.bincount(plain(x), number.p, minlength), np.stack(parts))


@implements("histogram")
def _histogram(a: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None) -> Any:
    counts, edges = np.histogram(plain(a), plain(bins), range, density, plain(weights))
    if type(a) is Dual:
        _edges(call("ravel", a), as_dual(edges), EventKind.JUMP, "histogram")
    if type(weights) is Dual:
        parts = [np.histogram(plain(a), edges, None, density, row)[0] for row in weights.t]
        return Dual(counts, np.stack(parts)), edges
    return counts, edges
