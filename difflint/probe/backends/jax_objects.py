"""Trees of arrays, such as modules of equinox, and sources of random numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from difflint.probe.backends import Want, Written
from difflint.probe.backends.jax_segment import is_float
from difflint.probe.events import Array

_MOST = 256
"""Arrays with more numbers together than this are constants: the search would spend its time on them."""
_ERRORS: tuple[tuple[str, Want], ...] = (
    (r"PRNG key", Want.RANDOM),
    (r"not callable", Want.CALLABLE),
    (r"[Ii]ndexer must have integer|must have an integer type|subtypes of integer|integer scalar arrays"
     r"|concrete values of integer type|interpreted as an integer|__index__\(\)", Want.INTEGERS),
    (r"[Bb]oolean indices must be concrete|subtypes of bool", Want.TRUTHS),
    (r"must be a (list|tuple|sequence)|iterate over a 0-d|len\(\) of unsized", Want.ITEMS),
)  # fmt: skip
_KEY = re.compile(r"PRNGKey|KeyArray|\bKey\[")


class JaxObjects:
    """What the probe knows of trees of arrays."""

    STAND_INS: tuple[Written, ...] = (
        (jnp.tanh, "jnp.tanh"),
        (lambda *values: jnp.tanh(values[0]).sum(), "(lambda *values: jnp.tanh(values[0]).sum())"),
    )
    RANDOM: tuple[Written, ...] = ((jax.random.PRNGKey(0), "jax.random.PRNGKey(0)"),)
    ARRAYS: tuple[Written, ...] = (
        (jnp.array(0.5), "jnp.array(0.5)"),
        (jnp.array([0.5, 1.0, 1.5]), "jnp.array([0.5, 1.0, 1.5])"),
    )

    def wants(self, error: str) -> Want | None:
        """What the text of an error says about an argument."""
        return next((want for pattern, want in _ERRORS if re.search(pattern, error)), None)

    def constant(self, annotation: object) -> Written | None:
        """Keys of random numbers."""
        return self.RANDOM[0] if _KEY.search(str(annotation)) else None

    def shares(self, function: Callable[..., Any]) -> frozenset[str]:
        """None: truth values promote to numbers."""
        return frozenset()

    def switched(self, owner: object) -> str | None:
        """None: what differs between training and use is an argument."""
        return None

    def state(self, owner: object) -> Mapping[str, Array] | None:
        """The arrays of a tree by their path, None for an object that is no tree."""
        if jax.tree_util.all_leaves([owner]):
            return None
        found = {}
        for path, leaf in jax.tree_util.tree_flatten_with_path(owner)[0]:
            if isinstance(leaf, jax.Array) and is_float(leaf):
                found[".".join(map(_word, path))] = np.asarray(leaf, dtype=float)
        return found if sum(item.size for item in found.values()) <= _MOST else {}

    def run(
        self, owner: Any, method: str, state: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> Any:
        """A method of the same tree with other arrays."""
        if state:
            leaves, tree = jax.tree.flatten(owner)
            values = iter(state.values())
            live = [isinstance(leaf, jax.Array) and is_float(leaf) for leaf in leaves]
            owner = jax.tree.unflatten(tree, [next(values) if item else leaf for leaf, item in zip(leaves, live)])
        return getattr(owner, method)(*args, **kwargs)

    def setup(self, made: str, method: str) -> str:
        """Statements that make a function of a tree's arrays and of the arguments of its method."""
        return (
            f"flat, tree = jax.tree.flatten({made}); "
            "live = [k for k, item in enumerate(flat) if isinstance(item, jax.Array)"
            " and jnp.issubdtype(item.dtype, jnp.floating)]; "
            "applied = lambda state, *args, **words: jax.tree.unflatten(tree, [dict(zip(live, state)).get(k, item)"
            f" for k, item in enumerate(flat)]).{method}(*args, **words)"
        )

    def applied(self, method: str, state: Mapping[str, str], args: str, kwargs: Mapping[str, str]) -> str:
        """The call of that function."""
        words = "".join(f", {name}={value}" for name, value in kwargs.items())
        given = f", {args}" if args else ""
        return f"applied(({', '.join(state.values())},){given}{words})"


def _word(key: Any) -> str:
    """One step of a path: an attribute, a key or a position."""
    found = next(getattr(key, part) for part in ("name", "key", "idx") if hasattr(key, part))
    return re.sub(r"\W", "_", str(found)) if not isinstance(found, int) else f"item{found}"
