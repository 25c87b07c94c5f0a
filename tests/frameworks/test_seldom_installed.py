"""The packages that are seldom installed: what is installed is looked up, the rest is skipped."""

from __future__ import annotations

import pytest
from spellings import FRAMEWORKS, OPERATORS, is_installed, misplaced, unresolved

NAMES = sorted(set(FRAMEWORKS) - {"jax", "numpy", "python", "scipy", "torch"})
HIDDEN = {
    "tensorflow": {
        "tensorflow.Tensor.T",
        "tensorflow.Tensor.numpy",
        "tensorflow.Variable.numpy",
    },
}
"""Members that are there on instances only."""
NEEDS = {"tensorflow-probability": ("tensorflow",)}
"""Packages that a package imports only when it is used."""
LATER = {"tensorflow": {"keras.Model.compile": {"argnums"}}}
"""Parameters that say how the analysis reads a call."""


def as_imported(name: str) -> str:
    """Where a name is found: the functions of the old backend are offered by tensorflow alone."""
    return f"tensorflow.{name}" if name.startswith("keras.backend.") else name


@pytest.mark.parametrize("name", NAMES)
def test_what_is_installed_has_the_names_of_the_table(name: str) -> None:
    framework = FRAMEWORKS[name]
    left_out = (*HIDDEN.get(name, ()), *(f"{prefix}." for prefix in framework.copies))
    names = [as_imported(spelling) for spelling in framework.spellings if not spelling.startswith(tuple(left_out))]
    roots = sorted({spelling.partition(".")[0] for spelling in names})
    absent = tuple(root for root in roots if not is_installed(root))
    if len(absent) == len(roots):
        pytest.skip(f"{name} is not installed")
    for root in (*NEEDS.get(name, ()), *(root for root in roots if root not in absent)):
        pytest.importorskip(root)

    assert unresolved(names, absent) == []
    assert misplaced(framework, LATER.get(name)) == {}


@pytest.mark.parametrize("name", NAMES)
def test_tables_are_consistent(name: str) -> None:
    framework = FRAMEWORKS[name]

    assert framework.spellings
    for spelling in framework.spellings.values():
        operator = OPERATORS[spelling.operator]
        rows = [operator, *(OPERATORS[variant.operator] for variant in spelling.variants)]
        known = {argument for row in rows for argument in row.arguments}
        known |= {argument for output in operator.outputs for argument in OPERATORS[output].arguments}
        assert {inner for _, inner in spelling.parameters if inner} <= known, spelling.name


def test_every_original_of_a_copy_has_names() -> None:
    names = [name for framework in FRAMEWORKS.values() for name in framework.spellings]
    for framework in FRAMEWORKS.values():
        for original in framework.copies.values():
            assert any(name.startswith(f"{original}.") for name in names), original
