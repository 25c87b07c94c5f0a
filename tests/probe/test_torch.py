"""Torch: standard modules, labelled functions, and whole probes of files that use it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from difflint.probe.backends.torch import evaluator, hook, seed  # noqa: E402
from difflint.probe.search import analyse  # noqa: E402

FILE = Path(__file__).with_name("labelled_torch.py")
ROOTS = (str(FILE),)


def load() -> list[Any]:
    spec = importlib.util.spec_from_file_location(FILE.stem, FILE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.TORCH


CASES = load()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0].__name__)
def test_labelled(case: Any) -> None:
    function, kinds, low, high, n = case
    shape = max(n, 1)

    def call(vector: Any) -> Any:
        seed()
        return function(vector[0:shape])

    with hook(ROOTS):
        analysis = analyse(evaluator(call, ROOTS), (np.full(shape, low), np.full(shape, high)))

    assert not analysis.error
    assert {point.kind.value for point in analysis.points} == kinds, analysis.points
    assert analysis.evaluations <= 600
