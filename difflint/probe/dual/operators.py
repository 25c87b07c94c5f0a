"""What dual numbers and dual truth values share with the arrays of the library.

Operators of the language go through the ufuncs they spell, methods through the functions of the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from difflint.probe.dual.dispatch import FUNCTIONS, Protocols, call, library
from difflint.probe.events import Array


def _binary(ufunc: Any) -> tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any], Callable[[Any, Any], Any]]:
    def forward(self: Any, other: Any) -> Any:
        return Protocols.ufunc(ufunc, "__call__", (self, other), {})

    def backward(self: Any, other: Any) -> Any:
        return Protocols.ufunc(ufunc, "__call__", (other, self), {})

    def in_place(self: Any, other: Any) -> Any:
        if self.p.ndim == 0:
            return Protocols.ufunc(ufunc, "__call__", (self, other), {})
        return Protocols.ufunc(ufunc, "__call__", (self, other), {"out": (self,)})

    return forward, backward, in_place


def _unary(ufunc: Any) -> Callable[[Any], Any]:
    return lambda self: Protocols.ufunc(ufunc, "__call__", (self,), {})


class Operators:
    """The operators of the language, through the ufuncs they spell."""

    __slots__ = ()
    shape: Any
    __array_priority__ = 1000.0

    __add__, __radd__, __iadd__ = _binary(np.add)
    __sub__, __rsub__, __isub__ = _binary(np.subtract)
    __mul__, __rmul__, __imul__ = _binary(np.multiply)
    __truediv__, __rtruediv__, __itruediv__ = _binary(np.true_divide)
    __floordiv__, __rfloordiv__, __ifloordiv__ = _binary(np.floor_divide)
    __mod__, __rmod__, __imod__ = _binary(np.remainder)
    __matmul__, __rmatmul__, __imatmul__ = _binary(np.matmul)
    __and__, __rand__, __iand__ = _binary(np.logical_and)
    __or__, __ror__, __ior__ = _binary(np.logical_or)
    __xor__, __rxor__, __ixor__ = _binary(np.logical_xor)
    __lt__, __gt__, _ = _binary(np.less)
    __le__, __ge__, _ = _binary(np.less_equal)
    __neg__ = _unary(np.negative)
    __pos__ = _unary(np.positive)
    __abs__ = _unary(np.absolute)
    __invert__ = _unary(np.logical_not)

    def __eq__(self, other: object) -> Any:
        return Protocols.ufunc(np.equal, "__call__", (self, other), {})

    def __ne__(self, other: object) -> Any:
        return Protocols.ufunc(np.not_equal, "__call__", (self, other), {})

    def __pow__(self, other: Any, modulus: None = None) -> Any:
        return Protocols.ufunc(np.power, "__call__", (self, other), {})

    def __rpow__(self, other: Any) -> Any:
        return Protocols.ufunc(np.power, "__call__", (other, self), {})

    def __ipow__(self, other: Any) -> Any:  # type: ignore[misc]
        return Protocols.ufunc(np.power, "__call__", (self, other), {"out": (self,)} if self.shape else {})

    def __divmod__(self, other: Any) -> tuple[Any, Any]:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> tuple[Any, Any]:
        return other // self, other % self

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return Protocols.ufunc(ufunc, method, inputs, kwargs)

    def __array_function__(self, function: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return Protocols.function(function, args, kwargs)


_METHODS = frozenset(
    "all any argmax argmin argpartition argsort choose clip compress conj conjugate copy cumprod cumsum diagonal dot "
    "imag max mean min nonzero prod ptp put ravel real repeat reshape round searchsorted squeeze std sum swapaxes "
    "take trace transpose var".split()
)
_PROPERTIES = frozenset(("real", "imag"))


class Arrays(Operators):
    """What dual numbers and dual truth values share with arrays."""

    __slots__ = ()

    if TYPE_CHECKING:

        def __getitem__(self, index: Any) -> Any:
            """Elements; each kind of array has its own."""

    p: Array

    def __getattr__(self, name: str) -> Any:
        if name not in _METHODS:
            raise AttributeError(f"dual arrays have no attribute {name!r}")
        function = library({"conjugate": "conj"}.get(name, name))
        if name in _PROPERTIES:
            return Protocols.function(function, (self,), {})
        if name in ("reshape", "transpose"):
            return lambda *args, **kwargs: FUNCTIONS[function](
                self, args[0] if len(args) == 1 else args or None, **kwargs
            )
        return lambda *args, **kwargs: Protocols.function(function, (self, *args), kwargs)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the value."""
        return self.p.shape

    @property
    def ndim(self) -> int:
        """The number of axes of the value."""
        return self.p.ndim

    @property
    def size(self) -> int:
        """The number of elements of the value."""
        return self.p.size

    @property
    def dtype(self) -> Any:
        """The type of the elements of the value."""
        return self.p.dtype

    @property
    def flags(self) -> Any:
        """The memory layout of the value."""
        return self.p.flags

    @property
    def nbytes(self) -> int:
        """The memory of the value."""
        return self.p.nbytes

    @property
    def itemsize(self) -> int:
        """The memory of one element."""
        return self.p.itemsize

    def __len__(self) -> int:
        return len(self.p)

    def __iter__(self) -> Iterator[Any]:
        if self.p.ndim == 0:
            raise TypeError("iteration over a 0-d array")
        return (self[k] for k in range(len(self.p)))

    def tolist(self) -> Any:
        """Nested lists of dual scalars."""
        return self if self.p.ndim == 0 else [item.tolist() for item in self]

    def item(self, *index: Any) -> Any:
        """One element, a dual scalar."""
        if index:
            return self[index[0] if len(index) == 1 else index]
        return self.reshape(())

    @property
    def flat(self) -> Any:
        """All elements in order."""
        return self.reshape(-1)

    @property
    def T(self) -> Any:
        """The value with its axes reversed."""
        return call("transpose", self)

    @property
    def mT(self) -> Any:
        """The value with its last two axes exchanged."""
        return call("swapaxes", self, -1, -2)

    def flatten(self, order: str = "C") -> Any:
        """A copy with one axis."""
        return call("copy", call("ravel", self, order))

    def __deepcopy__(self, memo: Any) -> Any:
        return call("copy", self)

    def __copy__(self) -> Any:
        return call("copy", self)
