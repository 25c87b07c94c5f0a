"""Arguments by statement, annotation, default and trial."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import pytest

from difflint.probe.inputs import MissingInput, Plan, argument_of, plans
from difflint.probe.stated import Stated, parse_inputs


def first(function: Callable[..., Any], stated: Stated | None = None) -> Plan:
    return next(plans(inspect.signature(function), stated or Stated()))


def test_generators() -> None:
    assert argument_of("x", "normal(3, 2)").shape == (3, 2)
    assert argument_of("x", "normal()").shape == ()
    assert argument_of("x", "uniform(0.5, 2, 4)").low is not None
    assert argument_of("x", "linspace(0, 1, 5)").shape == (5,)
    assert argument_of("n", "ints(0, 3, 4)").constant.shape == (4,)
    assert argument_of("n", "-1").constant == -1
    assert argument_of("mode", "'mean'").constant == "mean"
    assert argument_of("m", "[1.0, 2.0]").constant == [1.0, 2.0]


@pytest.mark.parametrize(
    "text",
    [
        "gaussian(3)",
        "normal(",
        "normal(2.5)",
        "uniform(1)",
        "uniform(3, 1)",
        "zeros(-1)",
        "__import__('os')",
        "normal(n)",
        "x + 1",
    ],
)
def test_what_is_no_input_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a literal or one of normal"):
        argument_of("x", text)


def test_lists_of_inputs() -> None:
    assert parse_inputs("x=normal(32,3), dim=-1") == {"x": "normal(32, 3)", "dim": "-1"}
    with pytest.raises(ValueError, match="no list of inputs"):
        parse_inputs("normal(3)")


def test_statements_come_before_annotations_and_defaults() -> None:
    def f(x: float, n: int = 4, eps: float = 1e-3) -> None: ...

    plan = first(f, Stated({"x": "uniform(2,3,5)", "n": "7"}, {}))
    values = plan.values(plan.low)

    assert values["x"].tolist() == [2.0] * 5
    assert (values["n"], values["eps"]) == (7, 1e-3)


def test_ranges_move_the_box() -> None:
    def f(x, y): ...

    plan = first(f, Stated({}, {"y": (5.0, 6.0)}))

    assert plan.low.tolist() == [-2.0] * 3 + [5.0] * 3


# ruff: noqa: F722, F821
def test_annotations() -> None:
    def f(
        a: float, b: Float[Array, 'batch 2'], c: Float[Array, batch], d: list[float], e: int, g: bool,
        h: Literal["mean", "sum"], rng: np.random.Generator, *, k: float,
    ) -> None: ...  # fmt: skip

    plan = first(f)
    values = plan.values(plan.low)

    assert [np.shape(values[name]) for name in "abcd"] == [(), (3, 2), (3,), (3,)]
    assert isinstance(values["d"], list)
    assert (values["e"], values["g"], values["h"]) == (2, False, "mean")
    assert plan.call(lambda *args, k: (len(args), k), plan.high) == (8, 2.0)


def test_arrays_are_tried_in_several_shapes() -> None:
    def f(x: np.ndarray, w: np.ndarray) -> None: ...

    shapes = [tuple(item.shape for item in plan.arguments) for plan in plans(inspect.signature(f), Stated())]

    assert shapes[0] == ((3,), (3,))
    assert ((4, 3), (3, 2)) in shapes


def test_what_cannot_be_guessed_names_the_flag() -> None:
    def f(x, model: Transformer): ...

    with pytest.raises(MissingInput, match=r"say --input model="):
        first(f)
