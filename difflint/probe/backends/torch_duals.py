"""Dual tensors: values with a tangent, differences where torch has no rule, gradients of margins on demand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from difflint.probe.events import Array, Margin

_STEP = 1e-6
_unpack: Any = torch._C._VariableFunctions._unpack_dual
_make: Any = torch._C._VariableFunctions._make_dual


def dual_parts(item: Tensor) -> tuple[Tensor, Tensor | None]:
    """The value and the tangent of a tensor, None if it has none."""
    found: tuple[Tensor, Tensor | None] = _unpack(item, level=0)
    return found


def with_tangent(item: Tensor, tangent: Tensor) -> Tensor:
    """A value with a tangent; it keeps its node for reverse mode."""
    made: Tensor = _make(item, tangent, level=0)
    return made


def still(item: Any, like: Tensor) -> Any:
    """An operand that depends on no input, with a tangent of zeros.

    Where an operand has none torch makes one up in Python, which takes longer than all the rest.
    """
    if isinstance(item, Tensor):
        if is_live(item):
            return item
        item = item if item.is_floating_point() else item.to(like.dtype)
    elif isinstance(item, (int, float)):
        item = torch.tensor(item, dtype=like.dtype)
    else:
        return item
    return with_tangent(item, torch.zeros_like(item))


def minus(x: Any, y: Any) -> Tensor:
    """The difference of two numbers one of which is a dual tensor."""
    if isinstance(y, (int, float)) and y == 0:
        return x  # type: ignore[no-any-return]
    like = x if is_live(x) else y
    difference: Tensor = torch.sub(still(x, like), still(y, like))
    return difference


def is_live(item: Any) -> bool:
    """Whether a value depends on an input in forward mode."""
    return isinstance(item, Tensor) and item.is_floating_point() and _unpack(item, level=0)[1] is not None


def tensors(item: Any) -> Iterator[Tensor]:
    """The tensors in nested containers, in order."""
    if isinstance(item, Tensor):
        yield item
    elif isinstance(item, Mapping):
        for part in item.values():
            yield from tensors(part)
    elif isinstance(item, (list, tuple)):
        for part in item:
            yield from tensors(part)


def replaced(item: Any, change: Callable[[Tensor], Tensor]) -> Any:
    """The same nested containers with other tensors."""
    if isinstance(item, Tensor):
        return change(item)
    if isinstance(item, Mapping):
        return {key: replaced(part, change) for key, part in item.items()}
    if isinstance(item, tuple) and hasattr(item, "_fields"):
        return type(item)(*(replaced(part, change) for part in item))
    if type(item) in (list, tuple):
        return type(item)(replaced(part, change) for part in item)
    return item


def differenced(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    real: Callable[..., Any] | None = None,
) -> Any:
    """A call without a rule for tangents: its own node for reverse mode, a central difference forward."""

    def moved(sign: float) -> Any:
        def change(item: Tensor) -> Tensor:
            primal, tangent = dual_parts(item)
            return item if tangent is None else primal.detach() + sign * _STEP * tangent.detach()

        with torch.no_grad():
            return function(*replaced(args, change), **replaced(dict(kwargs), change))

    plain = (real or function)(
        *replaced(args, lambda item: dual_parts(item)[0]), **replaced(dict(kwargs), lambda item: dual_parts(item)[0])
    )
    sides = zip(tensors(moved(1.0)), tensors(moved(-1.0)))

    def dual(item: Tensor) -> Tensor:
        ahead, behind = next(sides)
        return with_tangent(item, (ahead - behind) / (2 * _STEP)) if item.is_floating_point() else item

    return replaced(plain, dual)


@dataclass(frozen=True, slots=True)
class Backwards:
    """Reverse mode from any tensor of one evaluation to its input; derivatives are along `directions`."""

    leaf: Tensor
    directions: Array

    def gradient(self, output: Tensor) -> Array | None:
        """The gradient by the input, None where reverse mode fails."""
        if not output.requires_grad:
            return None
        try:
            (found,) = torch.autograd.grad(output, self.leaf, retain_graph=True, allow_unused=True)
        except RuntimeError:
            return None
        return None if found is None else found.detach().to(torch.float64).numpy()

    def margin(self, whole: Tensor, index: int, value: float, slope: float) -> Margin:
        """An element of a tensor as a margin, its gradient to be computed when somebody asks."""
        return _Reversed(self, whole, index, value, slope)


class _Reversed(Margin):
    """A margin whose full gradient is one reverse pass, made once it is used."""

    __slots__ = ("_found", "_index", "_pass", "_slope", "_whole")
    _found: Array | None
    _index: int
    _pass: Backwards
    _slope: float
    _whole: Tensor

    def __init__(self, backwards: Backwards, whole: Tensor, index: int, value: float, slope: float) -> None:
        for name, item in (
            ("value", value), ("_pass", backwards), ("_whole", whole), ("_index", index), ("_slope", slope),
            ("_found", None),
        ):  # fmt: skip
            object.__setattr__(self, name, item)

    @property
    def tangent(self) -> Array:
        """The derivative along every direction."""
        return self._pass.directions @ self._whole_gradient

    @property
    def _whole_gradient(self) -> Array:
        """The gradient; where reverse mode fails, what the slope along the first direction tells."""
        found = self._found
        if found is None:
            found = self._pass.gradient(self._whole[self._index])
            if found is None or not np.isfinite(found).all() or not found.any():
                first = self._pass.directions[0]
                found = self._slope * first / float(first @ first)
            object.__setattr__(self, "_found", found)
        return found

    def gradient(self, basis: Array) -> Array:
        """The gradient, which reverse mode gives for any number of inputs."""
        return self._whole_gradient

    @property
    def distance(self) -> float:
        """How far the surface is, judged by the slope along the first direction alone."""
        return abs(self.value) / abs(self._slope)
