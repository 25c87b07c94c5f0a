"""The search finds the labelled points of functions it has not been tuned on, and none in smooth ones."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from difflint.probe.backends.numpy import evaluator, hook
from difflint.probe.points import Analysis
from difflint.probe.search import analyse

FILE = Path(__file__).with_name("labelled.py")
ROOTS = (str(FILE),)


def load() -> Any:
    """The labelled functions, imported as user code is."""
    with hook(ROOTS):
        spec = importlib.util.spec_from_file_location("labelled", FILE)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return module


LABELLED = load().LABELLED


def probe(function: Callable[[Any], Any], low: float, high: float, n: int, seed: int) -> Analysis:
    with hook(ROOTS):
        return analyse(evaluator(function, ROOTS), (np.full(n, low), np.full(n, high)), seed=seed)


@pytest.mark.parametrize("case", LABELLED, ids=lambda case: case[0].__name__)
def test_labelled(case: Any) -> None:
    function, kinds, low, high, n = case
    for seed in range(2):
        analysis = probe(function, low, high, n, seed)

        assert {point.kind.value for point in analysis.points} == kinds, (seed, analysis.points)
        assert analysis.evaluations <= 600
