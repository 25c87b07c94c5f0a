"""The search finds the labelled points of functions it has not been tuned on, and none in smooth ones."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from labels import LABELLED

from difflint.probe.backends.numpy import evaluator, hook
from difflint.probe.points import Analysis
from difflint.probe.search import analyse

FILES = [Path(__file__).with_name(f"labelled_{name}.py") for name in ("kinks", "points", "smooth")]
ROOTS = tuple(map(str, FILES))


def load() -> list[Any]:
    """The labelled functions, imported as user code is."""
    with hook(ROOTS):
        for file in FILES:
            spec = importlib.util.spec_from_file_location(file.stem, file)
            assert spec is not None and spec.loader is not None
            spec.loader.exec_module(importlib.util.module_from_spec(spec))
    return LABELLED


CASES = load()


def probe(function: Callable[[Any], Any], low: float, high: float, n: int, seed: int) -> Analysis:
    with hook(ROOTS):
        return analyse(evaluator(function, ROOTS), (np.full(n, low), np.full(n, high)), seed=seed)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0].__name__)
def test_labelled(case: Any) -> None:
    function, kinds, low, high, n = case
    for seed in range(2):
        analysis = probe(function, low, high, n, seed)

        assert {point.kind.value for point in analysis.points} == kinds, (seed, analysis.points)
        assert analysis.evaluations <= 600
