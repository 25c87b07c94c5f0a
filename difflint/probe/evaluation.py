"""The contract between a framework and the search: a function of a flat vector, evaluated with tangents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from difflint.probe.events import Array, Event
from difflint.source import Span


@dataclass(frozen=True, slots=True)
class Backward:
    """One pass of reverse mode from a weighted sum of the outputs.

    `along` is its derivative along every direction, `expected` what forward mode says of the first.
    `error` is what the pass raised; `origin` the expression that made a gradient of finite values
    infinite or NaN.
    """

    along: Array
    expected: float
    error: str = ""
    origin: Span | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One evaluation at `x` along some directions.

    `value` has shape (m,) for all outputs in order, `tangents` (n, m), or (1, m) where `backward`
    says the rest. `signature` identifies the smooth piece; `error` says what was raised, then value
    and tangents are empty.
    """

    x: Array
    value: Array
    tangents: Array
    events: tuple[Event, ...]
    signature: int
    error: str = ""
    backward: Backward | None = None

    def depends(self, direction: int) -> bool:
        """Whether the derivative of any output along a direction is not zero."""
        if self.backward is not None:
            return bool(self.backward.along[direction] != 0)
        return bool(self.tangents[direction].any())

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
