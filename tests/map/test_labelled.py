"""The functions that the probe's tests label: those with a point have one in the map, smooth ones have none."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from difflint.chart import chart
from difflint.check import Request
from difflint.config import Config
from difflint.diagnose import Selection

FOLDER = Path(__file__).parents[1] / "probe"
MISSED = {
    "tan_pole": "the table of operators has no poles of tan",
    "through_text": "a number that becomes text",
    "through_a_table": "a write to a global array",
    "dict_bucket": "a key of a dictionary that a comparison makes",
    "repaired": "continued by nan_to_num, and nothing is differentiated in numpy",
    "quotient_behind_a_mask": "masked in single points, and nothing is differentiated in numpy",
}
IMPRECISE = {
    "squared_hinge": "the second derivative jumps, which these labels do not count",
    "max_plus_min": "terms that cancel each other",
    "sum_of_sorted": "a sum over all places of an order",
    "trace_by_eigenvalues": "a symmetric function of the eigenvalues",
    "eig_fun": "a symmetric function of the eigenvalues",
    "branching_softplus": "branches that agree in slope",
    "branchy": "branches that agree in slope",
    "guarded_division": "branches that agree in slope",
    "bump": "branches that agree to rounding",
    "elu_c1": "branches that agree in slope",
    "where_equal": "a kink between values that are equal everywhere",
    "positive_domain": "labelled on positive numbers only",
    "loggamma": "labelled on positive numbers only",
}


@cache
def listed(name: str) -> dict[str, bool]:
    """Whether a function has a point in the map, by name."""
    file = FOLDER / f"{name}.py"
    found = chart(Request((file,), Config(root=FOLDER), Selection()), {file: frozenset()})
    return {item.name: bool(item.points) for item in found.functions}


@pytest.mark.parametrize("name", ["labelled_kinks", "labelled_points"])
def test_labelled_points_are_listed(name: str) -> None:
    assert {function for function, found in listed(name).items() if not found} == MISSED.keys() & listed(name).keys()


def test_smooth_functions_have_no_points() -> None:
    assert {function for function, found in listed("labelled_smooth").items() if found} == IMPRECISE.keys()
