"""The scipy spellings against the installed scipy; other tables for consistency."""

from __future__ import annotations

import importlib
import inspect

import pytest
from spellings import FRAMEWORKS, OPERATORS, find, unresolved

SCIPY = FRAMEWORKS["scipy"]


def test_every_spelling_exists() -> None:
    for module in ("optimize", "special", "linalg"):
        importlib.import_module(f"scipy.{module}")

    assert unresolved([name for name in SCIPY.spellings if name != "scipy.special.softplus"]) == []


OBJECTIVES = [name for name, spelling in SCIPY.spellings.items() if spelling.operator == "objective"]


@pytest.mark.parametrize("name", OBJECTIVES)
def test_objectives_take_their_function_where_the_table_says(name: str) -> None:
    parameters = list(inspect.signature(find(name)).parameters)
    known = [outer for outer, _ in SCIPY.spellings[name].parameters]

    assert [outer for outer in parameters if outer in known] == [outer for outer in known if outer in parameters]
    assert set(known) - set(parameters) <= {"x0"}


@pytest.mark.parametrize("name", ["tensorflow", "flax", "equinox", "optax"])
def test_tables_of_packages_that_are_not_installed_are_consistent(name: str) -> None:
    framework = FRAMEWORKS[name]

    assert framework.spellings
    for spelling in framework.spellings.values():
        operator = OPERATORS[spelling.operator]
        known = set(operator.arguments).union(*(OPERATORS[output].arguments for output in operator.outputs))
        assert {inner for _, inner in spelling.parameters if inner} <= known, spelling.name
