"""The numpy spellings and signatures against the installed numpy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from spellings import (
    FRAMEWORKS,
    OPERATORS,
    agree,
    documented,
    elementwise,
    find,
    misplaced,
    samples,
    undocumented,
    unresolved,
    value_of,
)

NUMPY = FRAMEWORKS["numpy"]
UNARY = sorted((spelling.name, operator.id) for spelling, operator in elementwise(NUMPY))
POSITIONAL = {"numpy.einsum", "numpy.piecewise"}


def test_every_spelling_class_and_constant_exists() -> None:
    assert unresolved([*NUMPY.spellings, *NUMPY.classes, *NUMPY.constants]) == []


def test_constants_have_their_value() -> None:
    for name, number in NUMPY.constants.items():
        assert math.isnan(number) if math.isnan(find(name)) else find(name) == number


def test_every_signature_names_parameters_of_numpy() -> None:
    assert undocumented(NUMPY, documented, POSITIONAL) == {}


def test_positions_are_those_of_numpy() -> None:
    assert misplaced(NUMPY) == {}


@pytest.mark.parametrize(("name", "identifier"), UNARY)
def test_value_agrees_with_the_row(name: str, identifier: str) -> None:
    operator = OPERATORS[identifier]
    points = samples(operator)
    array = np.array(points)
    found = array.round() if name == "numpy.ndarray.round" else find(name)(array)
    for point, got in zip(points, found.tolist()):
        assert agree(got, value_of(operator)(point)), (point, got)


def test_it_is_a_host() -> None:
    assert NUMPY.host and NUMPY.mutable and not NUMPY.differentiable
    assert NUMPY.digits == np.finfo(np.array([1.0]).dtype).nmant + 1


def test_unique_and_norm_return_what_the_variants_say() -> None:
    values = np.array([3.0, -4.0, 3.0])
    assert isinstance(np.unique(values), np.ndarray)
    assert len(np.unique(values, return_counts=True)) == 2
    assert np.linalg.norm(values[:2]) == 5.0
    assert np.linalg.norm(values[:2], 1) == 7.0
    assert np.linalg.norm(values[:2], np.inf) == 4.0
    chosen = {variant.values: variant.operator for variant in NUMPY.spellings["numpy.linalg.norm"].variants}
    assert chosen[(1, 1.0)] == "norm-1"
    assert {variant.operator for variant in NUMPY.spellings["numpy.unique"].variants} == {"unique", "unique-counts"}
