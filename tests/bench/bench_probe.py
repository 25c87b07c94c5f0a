"""What a probe costs: milliseconds per function, and one evaluation as a ratio to the plain call.

python tests/bench/bench_probe.py
"""

from __future__ import annotations

import importlib.util
import statistics
import sys
import time
import warnings
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
    if importlib.util.find_spec("torch") is not None:
        _torch()


def _torch() -> None:
    """The same for the labelled functions of torch, in processor time after the first one."""
    import test_torch_backend
    import torch

    from difflint.probe.backends.torch import evaluator as dual
    from difflint.probe.backends.torch import hook
    from difflint.probe.search import analyse

    probes, forward, both = [], [], []
    with hook(test_torch_backend.ROOTS), warnings.catch_warnings(action="ignore"):
        for function, _, low, high, n in test_torch_backend.CASES:
            evaluate, x = (
                dual(lambda v, f=function, n=n: f(v[0:n]), test_torch_backend.ROOTS),
                np.full(n, (low + high) / 2) + np.arange(1, n + 1) ** 2 / 10,
            )
            started = time.process_time()
            analyse(evaluate, (np.full(n, low), np.full(n, high)))
            probes.append(time.process_time() - started)
            plain = _seconds(lambda f=function, x=x: f(torch.tensor(x, requires_grad=True) * 1.0))
            forward.append(_seconds(lambda e=evaluate, x=x: e(x, np.ones((1, len(x))))) / plain)
            both.append(_seconds(lambda e=evaluate, x=x: e(x, np.ones((2, len(x))))) / plain)
    print(
        f"torch, probe     {1e3 * statistics.median(probes[1:]):.0f} ms (median), {1e3 * max(probes[1:]):.0f} (largest)"
    )
    print(f"torch, forward   {statistics.median(forward):.0f} times the plain call (median)")
    print(f"torch, and back  {statistics.median(both):.0f}")

    traced()


def traced() -> None:
    """The same for the labelled functions of JAX: whole probes, and evaluations after the first."""
    try:
        from test_jax_backend import ROOTS as roots
        from test_jax_backend import analyse, load
        from test_jax_backend import evaluator as traced_evaluator
    except BaseException as error:  # what the test runner raises to skip a module is no Exception
        print(f"jax              skipped: {error}")
        return
    import jax

    probes, evaluations, ratios = [], [], []
    for function, _, low, high, n in load():
        started = time.process_time()
        evaluate = traced_evaluator(function, roots)
        evaluations.append(analyse(evaluate, (np.full(n, low), np.full(n, high))).evaluations)
        probes.append(time.process_time() - started)
        x = np.random.default_rng(0).uniform(low, high, n)
        directions = np.vstack([np.ones(n), np.eye(n)])
        try:
            plain = _seconds(lambda call=function, at=x: jax.block_until_ready(call(jax.numpy.asarray(at))))
        except TypeError:
            continue  # only the probe runs what jax refuses
        ratios.append(_seconds(lambda call=evaluate, at=x, along=directions: call(at, along)) / plain)
    print(f"jax functions    {len(probes)}")
    print(f"jax probe        {1e3 * statistics.median(probes):.0f} ms, largest {1e3 * max(probes):.0f} ms")
    print(f"jax evaluations  {statistics.mean(evaluations):.0f} on average")
    print(f"jax dual / plain {statistics.median(ratios):.1f} (median of one evaluation), largest {max(ratios):.0f}")


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
    call()
    started = time.process_time()
    for _ in range(repeats):
        call()
    return (time.process_time() - started) / repeats


if __name__ == "__main__":
    main()
