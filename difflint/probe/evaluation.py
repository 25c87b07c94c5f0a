"""The contract between a framework and the search: a function of a flat vector, evaluated with tangents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from difflint.probe.events import Array, Event


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One evaluation at `x` along some directions.

    `value` has shape (m,) for all outputs in order, `tangents` (n, m). `signature` identifies the
    smooth piece; `error` says what was raised, then value and tangents are empty.
    """

    x: Array
    value: Array
    tangents: Array
    events: tuple[Event, ...]
    signature: int
    error: str = ""

    @property
    def finite(self) -> bool:
        """Whether the value is finite."""
        return not self.error and bool(np.isfinite(self.value).all())


def describe(error: BaseException) -> str:
    """An exception as one line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:200]}" if text else type(error).__name__


Evaluate = Callable[[Array, Array], Evaluation]
"""`evaluate(x, directions)`: directions are rows; the first one multiplies zero by infinity as IEEE does."""
MANY = 12
"""Up to this many inputs every one is a direction of its own; beyond, directions are random."""


def directions(size: int, rng: np.random.Generator) -> Array:
    """A dense random direction, then the basis, or for many inputs a random part of it."""
    dense = rng.normal(size=size)
    dense /= np.linalg.norm(dense) or 1.0
    if size <= MANY:
        return np.vstack([dense, np.eye(size)])
    basis, _ = np.linalg.qr(rng.normal(size=(size, min(MANY, size))))
    return np.vstack([dense, basis.T])
