"""What a probe costs: milliseconds per function, and one evaluation as a ratio to the plain call.

python tests/bench/bench_probe.py
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "probe"))
from test_search import CASES, ROOTS, probe

from difflint.probe.backends.numpy import evaluator


def main() -> None:
    """Measure every labelled function with one seed."""
    probes, ratios, evaluations = [], [], []
    for function, _, low, high, n in CASES:
        started = time.process_time()
        analysis = probe(function, low, high, n, 0)
        probes.append(time.process_time() - started)
        evaluations.append(analysis.evaluations)
        ratios += _ratio(function, low, high, n)
    print(f"functions        {len(CASES)}")
    print(f"probe, median    {1e3 * statistics.median(probes):.0f} ms of processor time")
    print(f"probe, largest   {1e3 * max(probes):.0f} ms")
    print(f"evaluations      {statistics.mean(evaluations):.0f} on average")
    print(f"dual / plain     {statistics.median(ratios):.0f} (median of one evaluation)")


def _ratio(function: Callable[[Any], Any], low: float, high: float, n: int) -> list[float]:
    """How much longer an evaluation with all directions takes; nothing where the function raises."""
    x = np.random.default_rng(0).uniform(low, high, n)
    evaluate, directions = evaluator(function, ROOTS), np.vstack([np.ones(n), np.eye(n)])
    with np.errstate(all="ignore"):
        try:
            plain = _seconds(lambda: function(x.copy()))
        except ValueError:
            return []
        return [_seconds(lambda: evaluate(x, directions)) / plain]


def _seconds(call: Callable[[], Any], repeats: int = 20) -> float:
    started = time.process_time()
    for _ in range(repeats):
        call()
    return (time.process_time() - started) / repeats


if __name__ == "__main__":
    main()
