"""The scipy spellings against the installed scipy; other tables for consistency."""

from __future__ import annotations

import importlib
import importlib.util
import inspect

import numpy as np
import pytest
from spellings import (
    FRAMEWORKS,
    OPERATORS,
    PAIRS,
    agree,
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
from difflint.catalogue.model import ClassKind, Monotone

SCIPY = FRAMEWORKS["scipy"]


def test_every_spelling_exists() -> None:
    for module in (
        "optimize",
        "special",
        "linalg",
        "integrate",
        "interpolate",
        "stats",
        "ndimage",
        "signal",
        "spatial.distance",
    ):
        importlib.import_module(f"scipy.{module}")

    assert unresolved([name for name in SCIPY.spellings if name != "scipy.special.softplus"]) == []


def test_signatures_are_those_of_scipy() -> None:
    assert misplaced(SCIPY) == {}


UNARY = sorted(
    (spelling.name, row.id) for spelling, row in elementwise(SCIPY) if spelling.name != "scipy.special.softplus"
)
OF_TWO = sorted((spelling.name, row.id) for spelling, row in of_two(SCIPY))


@pytest.mark.parametrize(("name", "identifier"), UNARY)
def test_value_agrees_with_the_row(name: str, identifier: str) -> None:
    row = OPERATORS[identifier]
    for point in samples(row):
        assert agree(float(find(name)(point)), value_of(row)(point)), point


@pytest.mark.parametrize(("name", "identifier"), OF_TWO)
def test_value_of_two_arguments_agrees_with_the_row(name: str, identifier: str) -> None:
    value = compile_formula(OPERATORS[identifier].value, ("x", "y"))
    for x, y in PAIRS:
        assert agree(float(find(name)(*in_order(SCIPY.spellings[name], x, y))), value(x, y)), (x, y)


RANGED = sorted(
    name
    for name, spelling in SCIPY.spellings.items()
    if name.startswith("scipy.special.")
    and not OPERATORS[spelling.operator].value
    and not OPERATORS[spelling.operator].range.is_top
    and len(spelling.parameters) == 1
)


@pytest.mark.parametrize("name", RANGED)
def test_ranges_and_directions_hold_where_no_formula_says_more(name: str) -> None:
    row = OPERATORS[SCIPY.spellings[name].operator]
    points = sorted(samples(row))
    values = [float(np.real(find(name)(point))) for point in points]

    assert all(row.range.touches(value) for value in values)
    if row.monotone is not Monotone.NONE:
        assert values == sorted(values, reverse=row.monotone is Monotone.DECREASING)


OBJECTIVES = [name for name, spelling in SCIPY.spellings.items() if spelling.operator in ("objective", "minimise")]


@pytest.mark.parametrize("name", OBJECTIVES)
def test_objectives_take_their_function_where_the_table_says(name: str) -> None:
    parameters = list(inspect.signature(find(name)).parameters)
    known = [outer for outer, _ in SCIPY.spellings[name].parameters]

    assert [outer for outer in parameters if outer in known] == [outer for outer in known if outer in parameters]
    assert set(known) - set(parameters) <= {"x0", "argnums"}


@pytest.mark.parametrize(("name", "module"), [("casadi", "casadi"), ("pyomo", "pyomo.environ")])
def test_every_spelling_of_a_modelling_language_exists(name: str, module: str) -> None:
    if importlib.util.find_spec(name) is None:
        pytest.skip(f"{name} is not installed")
    importlib.import_module(module)
    made = {kind.name: find(kind.name)() for kind in FRAMEWORKS[name].classes.values() if kind.kind is ClassKind.MODEL}
    if name == "pyomo":  # its variables become another class when a model takes them in
        made["pyomo.environ.Var"] = find("pyomo.environ.ScalarVar")()
    missing = unresolved(FRAMEWORKS[name].spellings)

    assert [item for item in missing if not hasattr(made.get(item.rpartition(".")[0]), item.rpartition(".")[2])] == []
