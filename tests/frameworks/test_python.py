"""The spellings of the language and its standard library, and einops as documented."""

from __future__ import annotations

import math
import operator

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

PYTHON = FRAMEWORKS["python"]
UNARY = sorted((spelling.name, row.id) for spelling, row in elementwise(PYTHON))
POSITIONAL = {"builtins.max", "builtins.min", "math.log", "functools.partial"}
LANGUAGE = (
    "neg pos invert not_ add sub mul truediv floordiv mod pow matmul and_ or_ xor lshift rshift lt le eq ne ge gt "
    "is_ is_not contains getitem"
).split()


def test_every_spelling_class_and_constant_exists() -> None:
    assert unresolved([*PYTHON.spellings, *PYTHON.classes, *PYTHON.constants]) == []


def test_constants_have_their_value() -> None:
    for name, number in PYTHON.constants.items():
        assert math.isnan(number) if math.isnan(find(name)) else find(name) == number


def test_every_signature_names_parameters_of_python() -> None:
    assert undocumented(PYTHON, documented, POSITIONAL) == {}


def test_positions_are_those_of_python() -> None:
    assert misplaced(PYTHON) == {}


@pytest.mark.parametrize(("name", "identifier"), UNARY)
def test_value_agrees_with_the_row(name: str, identifier: str) -> None:
    row = OPERATORS[identifier]
    for point in samples(row):
        got = find(name)(point)
        assert agree(got.real, value_of(row)(point)), (point, got)


@pytest.mark.parametrize("name", LANGUAGE)
def test_every_operator_of_the_language_is_known(name: str) -> None:
    assert f"operator.{name}" in PYTHON.spellings


@pytest.mark.parametrize("name", "add sub mul truediv floordiv mod pow lt le eq ne ge".split())
def test_two_argument_operators_take_the_left_operand_first(name: str) -> None:
    row = OPERATORS[PYTHON.spellings[f"operator.{name}"].operator]
    assert row.arguments == ("x", "y")
    assert getattr(operator, name)(7.0, 2.0) is not NotImplemented


def test_maximum_of_one_two_and_more_arguments() -> None:
    chosen = [(variant.argument, variant.operator) for variant in PYTHON.spellings["builtins.max"].variants]
    assert chosen == [("z", "join-values"), ("y", "maximum")]
    assert PYTHON.spellings["builtins.max"].operator == "max-reduce"


def test_it_is_a_host_without_arrays() -> None:
    assert PYTHON.host and not PYTHON.differentiable and not PYTHON.array
    assert PYTHON.digits == 53


def test_einops_reductions_are_those_of_its_documentation() -> None:
    variants = FRAMEWORKS["einops"].spellings["einops.reduce"].variants
    assert {value for variant in variants for value in variant.values} == {"sum", "prod", "max", "min"}
    assert FRAMEWORKS["einops"].spellings["einops.reduce"].operator == "mean"
