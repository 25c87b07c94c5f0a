"""The dual array and the dual truth value.

A `Dual` stands beside the array class, it does not derive from it: whatever bypasses the protocols
of the array library then meets `__array__` or `__float__`, which are loud. It says that it is an
array when asked by `isinstance`, or a scalar where indexing would have made one.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from difflint.probe.dual.dispatch import Protocols, call
from difflint.probe.dual.operators import Arrays
from difflint.probe.events import Array, EventKind, current, record


class Condition(NamedTuple):
    """A comparison a truth value was computed from: its margin, with tangents."""

    operator: str
    margin: Array
    tangent: Array


class Truth(Arrays):
    """A boolean array and the comparisons it was computed from."""

    __slots__ = ("conditions", "p")

    def __init__(self, p: Any, conditions: tuple[Condition, ...]) -> None:
        self.p = np.asarray(p)
        self.conditions = conditions

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return np.ndarray if self.p.ndim else np.bool_

    def announce(self, kind: EventKind, operator: str = "") -> None:
        """Record what the truth value decides."""
        for condition in self.conditions:
            record(kind, operator or condition.operator, condition.margin, condition.tangent)

    def __bool__(self) -> bool:
        self.announce(EventKind.BRANCH)
        return bool(self.p)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        self.announce(EventKind.JUMP)
        return np.array(self.p, dtype=dtype)

    def __float__(self) -> float:
        self.announce(EventKind.JUMP)
        return float(self.p)

    def __int__(self) -> int:
        self.announce(EventKind.JUMP)
        return int(self.p)

    __index__ = __int__

    def __hash__(self) -> int:
        return hash(bool(self))

    def __getitem__(self, index: Any) -> Any:
        index = plain_index(index)
        return Truth(
            self.p[index],
            tuple(
                Condition(item.operator, item.margin[index], at(item.tangent, index))
                if item.margin.shape == self.p.shape
                else item
                for item in self.conditions
            ),
        )

    def __setitem__(self, index: Any, value: Any) -> None:
        if isinstance(value, Arrays) and type(value) is Truth:
            self.conditions += value.conditions
        self.p[plain_index(index)] = value.p if type(value) is Truth else value

    def astype(self, dtype: Any, **_: Any) -> Any:
        """Truth values as numbers: a step."""
        if np.dtype(dtype) == np.bool_:
            return Truth(self.p.copy(), self.conditions)
        return as_number(self, np.dtype(dtype))

    def __repr__(self) -> str:
        return repr(self.p)


class Dual(Arrays):
    """An array `p` and its derivatives `t`, one along each direction: `t.shape == (n, *p.shape)`."""

    __slots__ = ("p", "t")

    def __init__(self, p: Any, t: Array) -> None:
        self.p = np.asarray(p)
        self.t = t

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return np.ndarray if self.p.ndim else self.p.dtype.type

    def lost(self, how: str) -> None:
        """Record that the tangent ends here."""
        if self.t.any():
            record(EventKind.CUT, how)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        self.lost("array")
        return np.array(self.p, dtype=dtype)

    def __float__(self) -> float:
        self.lost("float")
        return float(self.p)

    def __complex__(self) -> complex:
        self.lost("complex")
        return complex(self.p)

    def __int__(self) -> int:
        return int(plain(Protocols.ufunc(np.trunc, "__call__", (self,), {})))

    def __index__(self) -> int:
        raise TypeError("only integer scalar arrays can be converted to a scalar index")

    def __trunc__(self) -> int:
        return int(self)

    def __floor__(self) -> int:
        return int(plain(Protocols.ufunc(np.floor, "__call__", (self,), {})))

    def __ceil__(self) -> int:
        return int(plain(Protocols.ufunc(np.ceil, "__call__", (self,), {})))

    def __round__(self, digits: int | None = None) -> Any:
        rounded = call("round", self, digits or 0)
        return int(plain(rounded)) if digits is None else rounded

    def __bool__(self) -> bool:
        if self.p.size != 1:
            return bool(self.p)  # raises what the array library raises
        return bool(Protocols.ufunc(np.not_equal, "__call__", (self, 0), {}))

    def __hash__(self) -> int:
        self.lost("hash")
        return hash(self.p[()])

    def __repr__(self) -> str:
        self.lost("text")
        return repr(self.p)

    def __str__(self) -> str:
        self.lost("text")
        return str(self.p)

    def __format__(self, form: str) -> str:
        self.lost("text")
        return format(self.p[()], form)

    def __getitem__(self, index: Any) -> Any:
        if self.p.ndim == 0 and index in ((), Ellipsis):
            return self
        index = plain_index(index, self)
        return Dual(self.p[index], at(self.t, index))

    def __setitem__(self, index: Any, value: Any) -> None:
        index = plain_index(index)
        dropped = at(self.t, index)
        if dropped.size and not np.isfinite(dropped).all():
            record(EventKind.MASKED, "write")
        if isinstance(value, (list, tuple)):
            value = np.stack([as_dual(item) for item in value])
        number = as_dual(value) if type(value) is not Dual else value
        self.p[index] = number.p
        if is_basic(index):
            self.t[rows(index)] = spread(number.t, dropped.ndim - 1)
        else:
            for mine, theirs in zip(self.t, number.t):
                mine[index] = theirs

    def astype(self, dtype: Any, copy: bool = True, **_: Any) -> Any:
        """Other elements: integers and truth values are steps, narrower floats keep the tangent."""
        kind = np.dtype(dtype)
        if kind.kind in "fc":
            return Dual(self.p.astype(kind), self.t.copy())
        if kind.kind in "iu":
            return plain(Protocols.ufunc(np.trunc, "__call__", (self,), {})).astype(kind)
        if kind.kind == "b":
            return Protocols.ufunc(np.not_equal, "__call__", (self, 0), {})
        self.lost("astype")
        return self.p.astype(kind)

    def fill(self, value: Any) -> None:
        """Overwrite every element."""
        self[...] = value

    def sort(self, axis: int = -1, **_: Any) -> None:
        """Sort in place."""
        self[...] = call("sort", self, axis)

    def partition(self, kth: Any, axis: int = -1, **_: Any) -> None:
        """Partition in place."""
        self[...] = call("partition", self, kth, axis)

    def is_integer(self) -> bool:
        """Whether the scalar is a whole number."""
        return bool(call("floor_divide", self, 1) == self)

    def __reduce__(self) -> Any:
        self.lost("pickle")
        return np.asarray, (self.p,)


def plain(value: Any) -> Any:
    """The value of a dual number or truth value, anything else as it is."""
    return value.p if type(value) in (Dual, Truth) else value


def dual_zero(p: Any) -> Dual:
    """A number that depends on no input."""
    p = np.asarray(p)
    recorder = current()
    return Dual(
        p, np.zeros((recorder.directions if recorder else 0, *p.shape), dtype=p.dtype if p.dtype.kind == "c" else float)
    )


def as_dual(value: Any) -> Dual:
    """Any number as a dual number; truth values become steps."""
    if type(value) is Dual:
        return value
    if type(value) is Truth:
        return dual_zero(as_number(value, np.dtype(float)))
    return dual_zero(value)


def as_number(value: Truth, dtype: Any = None) -> Array:
    """The truth value as a plain number, which is a jump of the value."""
    value.announce(EventKind.JUMP)
    return value.p if dtype is None else value.p.astype(dtype)


def spread(t: Array, ndim: int) -> Array:
    """Tangents with axes inserted so that they broadcast against values of `ndim` axes."""
    missing = ndim - (t.ndim - 1)
    return t if missing <= 0 else t.reshape(t.shape[0], *(1,) * missing, *t.shape[1:])


def plain_index(index: Any, owner: Dual | None = None) -> Any:
    """An index without dual parts; a mask records what it decides and what it drops."""
    if isinstance(index, tuple):
        return tuple(plain_index(part, owner if len(index) == 1 else None) for part in index)
    if type(index) is Truth:
        index.announce(EventKind.SELECT)
        if owner is not None and owner.p.shape == index.p.shape and not np.isfinite(owner.t[:, ~index.p]).all():
            record(EventKind.MASKED, "mask")
        return index.p
    if type(index) is Dual:
        raise IndexError("arrays used as indices must be of integer (or boolean) type")
    if isinstance(index, list) and any(type(part) in (Truth, Dual) for part in index):
        return [bool(part) if type(part) is Truth else part for part in index]
    return index


def is_basic(index: Any) -> bool:
    """Whether an index selects without copying: integers, slices, new axes and ellipses."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(
        part is None or part is Ellipsis or (isinstance(part, (slice, int, np.integer)) and not isinstance(part, bool))
        for part in parts
    )


def rows(index: Any) -> tuple[Any, ...]:
    """A basic index, applied to every direction."""
    return (slice(None), *(index if isinstance(index, tuple) else (index,)))


def at(t: Array, index: Any) -> Array:
    """Index tangents as their value is indexed: a view where the value would be one."""
    if is_basic(index):
        found: Array = t[rows(index)]
        return found
    if not len(t):
        return np.zeros((0, *np.empty(t.shape[1:])[index].shape))
    return np.stack([row[index] for row in t])
