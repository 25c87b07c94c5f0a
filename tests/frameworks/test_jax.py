"""The jax spellings, values and conventions against the installed jax."""

from __future__ import annotations

import importlib
import inspect
import math
from collections.abc import Callable
from functools import partial

import jax
import jax.flatten_util
import jax.numpy as jnp
import jax.scipy.linalg
import jax.scipy.ndimage
import jax.scipy.special
import jax.scipy.stats
import pytest
from spellings import (
    FRAMEWORKS,
    OPERATORS,
    PAIRS,
    agree,
    derivative_of,
    elementwise,
    find,
    in_order,
    misplaced,
    of_two,
    samples,
    unresolved,
    value_of,
)

from difflint.catalogue.expression import compile_formula

JAX = FRAMEWORKS["jax"]
METHODS = [name for name in JAX.spellings if name.startswith("jax.Array.")]
UNARY = sorted((spelling.name, operator.id) for spelling, operator in elementwise(JAX) if spelling.name not in METHODS)
WITHOUT_SOURCE = ("jax.tree_map", "jax.experimental.io_callback", "jax.shard_map")


def test_every_function_exists() -> None:
    importlib.import_module("jax.experimental")
    names = [name for name in JAX.spellings if name not in METHODS and name not in WITHOUT_SOURCE]

    assert unresolved([*names, *JAX.constants]) == []


def test_every_method_exists() -> None:
    array = jnp.ones((2, 2))
    known = set(dir(array)) | set(dir(array.at[0]))

    assert [name for name in METHODS if name.rpartition(".")[2] not in known] == []


@pytest.mark.parametrize(("name", "identifier"), UNARY)
def test_value_and_derivative_agree_with_the_row(name: str, identifier: str) -> None:
    operator = OPERATORS[identifier]
    slope = derivative_of(operator)
    function = partial(find(name), approximate=False) if name.endswith(".gelu") else find(name)
    with jax.enable_x64(True):
        for point in samples(operator):
            got = function(jnp.float64(point))
            assert agree(float(got), value_of(operator)(point), 1e-6), point
            if slope is not None and not operator.integer and identifier not in ("softsign",):
                assert agree(float(jax.grad(function)(jnp.float64(point))), slope(point), 1e-6), point


NO_SCALARS = {"jax.lax.integer_pow", "jax.numpy.polyadd", "jax.numpy.polysub"}
"""Functions of a Python integer or of coefficients."""
OF_TWO = sorted(
    (spelling.name, operator.id)
    for spelling, operator in of_two(JAX)
    if not spelling.name.startswith("jax.Array.") and spelling.name not in NO_SCALARS
)


@pytest.mark.parametrize(("name", "identifier"), OF_TWO)
def test_value_and_derivatives_of_two_arguments_agree_with_the_row(name: str, identifier: str) -> None:
    operator, spelling, function = OPERATORS[identifier], JAX.spellings[name], find(name)
    with jax.enable_x64(True):
        for x, y in PAIRS:
            row = compile_formula(operator.value, ("x", "y"))
            assert agree(float(function(*in_order(spelling, jnp.float64(x), jnp.float64(y)))), row(x, y), 1e-6)
            for position, argument in enumerate(inner for _, inner in spelling.parameters):
                slope = compile_formula(operator.derivative[argument], ("x", "y"))
                got = jax.grad(function, position)(*in_order(spelling, jnp.float64(x), jnp.float64(y)))
                assert agree(float(got), slope(x, y), 1e-5), (argument, x, y)


OLDER = {"jax.numpy.clip": {"a", "a_min", "a_max"}}


def test_signatures_are_those_of_jax() -> None:
    assert misplaced(JAX, OLDER) == {}


def test_methods_take_the_parameters_the_table_says() -> None:
    array = jnp.ones((2, 2))
    wrong = {}
    for name in METHODS:
        try:
            parameters = list(inspect.signature(getattr(array, name.rpartition(".")[2])).parameters)
        except (AttributeError, NotImplementedError, TypeError, ValueError):
            continue
        stated = [outer for outer, inner in JAX.spellings[name].parameters[1:] if inner]
        wrong[name] = [outer for outer in stated if outer not in parameters and "args" not in parameters]
    assert {name: strange for name, strange in wrong.items() if strange} == {}


def _pair(function: Callable[[jax.Array], jax.Array]) -> float:
    return float(jax.grad(lambda x: jnp.sum(function(jnp.stack([x, x]))))(0.0))


def test_conventions() -> None:
    assert math.isnan(_pair(jnp.linalg.norm))
    assert math.isnan(float(jax.grad(lambda x: jnp.std(jnp.stack([x, x])))(1.0)))
    assert math.isnan(float(jax.grad(lambda x: jnp.arctan2(x, x))(0.0)))
    assert float(jax.grad(jnp.abs)(0.0)) == JAX.conventions["abs"].derivative["x == 0"]
    assert JAX.conventions["norm"].finite_order == 0


AT: dict[tuple[str, str], tuple[Callable[[jax.Array], jax.Array], list[float]]] = {
    ("abs", "x == 0"): (jnp.abs, [0.0]),
    ("sign", "x == 0"): (jnp.sign, [0.0]),
    ("norm-1", "x == 0"): (lambda x: jnp.linalg.norm(x, 1), [0.0, 0.0]),
    ("maximum", "x == y"): (lambda x: jnp.maximum(x, 0.0), [0.0]),
    ("minimum", "x == y"): (lambda x: jnp.minimum(x, 0.0), [0.0]),
    ("max-reduce", "tie"): (jnp.max, [1.0, 1.0]),
    ("min-reduce", "tie"): (jnp.min, [1.0, 1.0]),
    ("median", "tie"): (jnp.median, [1.0, 1.0]),
    ("sort-values", "pick"): (lambda x: jnp.sort(x)[0], [1.0, 1.0]),
    ("relu", "x == 0"): (jax.nn.relu, [0.0]),
    ("relu6", "x == 0"): (jax.nn.relu6, [0.0]),
    ("relu6", "x == 6"): (jax.nn.relu6, [6.0]),
    ("leaky-relu", "x == 0"): (jax.nn.leaky_relu, [0.0]),
    ("hardtanh", "x == -1"): (jax.nn.hard_tanh, [-1.0]),
    ("hardtanh", "x == 1"): (jax.nn.hard_tanh, [1.0]),
    ("hardsigmoid", "x == -3"): (jax.nn.hard_sigmoid, [-3.0]),
    ("hardsigmoid", "x == 3"): (jax.nn.hard_sigmoid, [3.0]),
    ("hardswish", "x == -3"): (jax.nn.hard_swish, [-3.0]),
    ("hardswish", "x == 3"): (jax.nn.hard_swish, [3.0]),
}


def test_every_stated_point_is_probed() -> None:
    assert {(name, point) for name, row in JAX.conventions.items() for point in row.derivative} == set(AT)


@pytest.mark.parametrize(("name", "point"), AT)
def test_reported_derivatives(name: str, point: str) -> None:
    function, at = AT[(name, point)]
    stated = JAX.conventions[name].derivative[point]
    values = jax.grad(lambda x: jnp.sum(function(x)))(jnp.array(at)).tolist()

    assert sorted(values) == ([0.0, stated] if point == "pick" else [stated] * len(at))


def test_relu_selects() -> None:
    assert JAX.conventions["relu"].selects
    assert float(jax.grad(lambda x: jnp.sqrt(jax.nn.relu(x)))(-1.0)) == 0.0


def test_arrays_are_single_precision_and_traced() -> None:
    with jax.enable_x64(False):  # the backend of the probe, where it is imported as well, sets it for the process
        assert JAX.digits == jnp.finfo(jnp.ones(1).dtype).nmant + 1
    assert JAX.traced and JAX.differentiable and not JAX.host
