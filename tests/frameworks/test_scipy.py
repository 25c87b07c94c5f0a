"""The scipy spellings against the installed scipy; other tables for consistency."""

from __future__ import annotations

import importlib
import importlib.util
import inspect

import pytest
from spellings import FRAMEWORKS, OPERATORS, find, unresolved

from difflint.catalogue.model import ClassKind

SCIPY = FRAMEWORKS["scipy"]


def test_every_spelling_exists() -> None:
    for module in ("optimize", "special", "linalg"):
        importlib.import_module(f"scipy.{module}")

    assert unresolved([name for name in SCIPY.spellings if name != "scipy.special.softplus"]) == []


OBJECTIVES = [name for name, spelling in SCIPY.spellings.items() if spelling.operator in ("objective", "minimise")]


@pytest.mark.parametrize("name", OBJECTIVES)
def test_objectives_take_their_function_where_the_table_says(name: str) -> None:
    parameters = list(inspect.signature(find(name)).parameters)
    known = [outer for outer, _ in SCIPY.spellings[name].parameters]

    assert [outer for outer in parameters if outer in known] == [outer for outer in known if outer in parameters]
    assert set(known) - set(parameters) <= {"x0"}


@pytest.mark.parametrize("name", ["tensorflow", "flax", "equinox", "optax", "casadi", "pyomo"])
def test_tables_of_packages_that_are_not_installed_are_consistent(name: str) -> None:
    framework = FRAMEWORKS[name]

    assert framework.spellings
    for spelling in framework.spellings.values():
        operator = OPERATORS[spelling.operator]
        known = set(operator.arguments).union(*(OPERATORS[output].arguments for output in operator.outputs))
        assert {inner for _, inner in spelling.parameters if inner} <= known, spelling.name


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
