"""JAX code: traced to a jaxpr, which is run operation by operation with tangents."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from difflint.probe.backends.jax_evaluate import Evaluator
from difflint.probe.backends.jax_objects import JaxObjects
from difflint.probe.boxes.number import Ranged
from difflint.probe.evaluation import Evaluate
from difflint.probe.events import Array

IMPORTS = 'import jax, jax.numpy as jnp; jax.config.update("jax_enable_x64", True)'
OBJECTS = JaxObjects()

_SETTINGS = {
    "jax_platforms": "cpu",
    "jax_enable_x64": True,
    "jax_traceback_filtering": "off",
    "jax_disable_most_optimizations": True,
}
_config: Any = jax.config
for _name, _value in _SETTINGS.items():
    _config.update(_name, _value)


def gradient(call: str, names: tuple[str, ...]) -> str:
    """Statements that print the reverse gradient of a call by some arguments, compiled."""
    total = f"lambda {', '.join(names)}: sum(jnp.sum(item) for item in jax.tree.leaves({call}))"
    return f"print(*jax.jit(jax.grad({total}, {tuple(range(len(names)))}))({', '.join(names)}))"


@contextmanager
def hook(roots: tuple[str, ...]) -> Iterator[None]:
    """Nothing of the user's imports is replaced."""
    yield


def seed() -> None:
    """Make the draws of the next call those of every call; the framework's own come from keys."""
    random.seed(0)
    np.random.seed(0)


def array(value: Array) -> Any:
    """A constant of the framework."""
    return jnp.asarray(value)


def numbers(value: Any) -> Array | None:
    """An array of real numbers is one, of either library: jax code takes both."""
    real = isinstance(value, (jax.Array, np.ndarray, np.floating)) and jnp.issubdtype(value.dtype, jnp.floating)
    return np.asarray(value, dtype=float) if real else None


def text(value: Array) -> str:
    """An array as an expression."""
    return f"jnp.array({(value + 0 if value.dtype.kind == 'f' else value).tolist()!r})"


def evaluator(function: Callable[[Any], Any], roots: tuple[str, ...]) -> Evaluate:
    """Evaluate a function of one vector; its numbers are the outputs."""
    return Evaluator(function, roots)


def native(function: Callable[[Any], Any], roots: tuple[str, ...]) -> Evaluate | None:
    """The evaluator itself looks at single precision, where an operand is just beside an edge."""
    return None


def over_box(function: Callable[[Any], Any]) -> Callable[[list[Ranged]], Any] | None:
    """There are no intervals for traced code."""
    return None
