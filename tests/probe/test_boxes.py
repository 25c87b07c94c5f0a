"""Intervals enclose what they say, certificates hold at every sample, and hazards are never certified."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from test_search import CASES, ROOTS

from difflint.catalogue.expression import MATH
from difflint.probe.backends.numpy import evaluator, facade, hook, over_box
from difflint.probe.boxes.bounds import FUNCTIONS, Bounds
from difflint.probe.boxes.certify import Certificate, certify
from difflint.probe.boxes.number import Ranged, box
from difflint.probe.boxes.paths import Infeasible, Open, Path, following
from difflint.probe.events import EventKind

numpy, mathematics = facade(np), facade(math)
HERE = (__file__,)
ENDS = st.floats(-50, 50, allow_nan=False)
SHARES = st.floats(0, 1)
UNARY = sorted(
    name for name in FUNCTIONS if callable(FUNCTIONS[name]) and name not in ("where", "min", "max", "hypot", "atan2")
)


def inside(low: float, high: float, share: float) -> float:
    return min(max(low + share * (high - low), low), high)


def ordered(ends: tuple[float, float]) -> tuple[float, float]:
    return min(ends), max(ends)


@pytest.mark.parametrize("name", UNARY)
@given(ends=st.tuples(ENDS, ENDS), share=SHARES)
def test_functions_enclose(name: str, ends: tuple[float, float], share: float) -> None:
    low, high = ordered(ends)
    point = inside(low, high, share)
    try:
        value = MATH[name](point)
    except (ValueError, OverflowError, ZeroDivisionError):
        assume(False)
    image = FUNCTIONS[name](Bounds(low, high))

    assert image.lo <= value <= image.hi


@given(first=st.tuples(ENDS, ENDS), second=st.tuples(ENDS, ENDS), shares=st.tuples(SHARES, SHARES))
def test_arithmetic_encloses(
    first: tuple[float, float], second: tuple[float, float], shares: tuple[float, float]
) -> None:
    (a, b), (c, d) = ordered(first), ordered(second)
    x, y = inside(a, b, shares[0]), inside(c, d, shares[1])
    left, right = Bounds(a, b), Bounds(c, d)
    pairs: list[tuple[Any, float]] = [
        (left + right, x + y),
        (left - right, x - y),
        (left * right, x * y),
        (left * left, x * x),
        (abs(left), abs(x)),
        (FUNCTIONS["max"](left, right), max(x, y)),
        (FUNCTIONS["min"](left, right), min(x, y)),
        (FUNCTIONS["hypot"](left, right), math.hypot(x, y)),
        (FUNCTIONS["atan2"](left, right), math.atan2(x, y)),
        (FUNCTIONS["where"](left > right, left, right), x if x > y else y),
        *((left**n, x**n) for n in range(5)),
    ]
    if abs(y) > 1e-50:
        pairs += [(left / right, x / y), (right**-3, y**-3)]
    if y > 1e-50:
        pairs.append((right**1.7, y**1.7))
    for found, value in pairs:
        assert found.lo <= value <= found.hi


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0].__name__)
def test_ranges_enclose_what_functions_return(case: Any) -> None:
    """Along the path that a point takes, its value lies in the range of every box around it."""
    function, _, low, high, n = case
    rng = np.random.default_rng(1)
    for _ in range(10):
        corners = np.sort(rng.uniform(low, high, (2, n)), axis=0)
        with hook(ROOTS):
            ranges = list(results(function, corners))
        for point in rng.uniform(*corners, (20, n)):
            try:
                value = np.asarray(plain(function, point), dtype=float).reshape(-1)
            except (ValueError, ZeroDivisionError, np.linalg.LinAlgError):
                continue
            if ranges and np.isfinite(value).all():
                assert any(encloses(found, value) for found in ranges), (point, value)


def plain(function: Callable[[Any], Any], point: Any) -> Any:
    with np.errstate(all="ignore"):
        return function(point.copy())


def encloses(found: list[Bounds], value: Any) -> bool:
    return len(found) == len(value) and all(item.lo <= number <= item.hi for item, number in zip(found, value))


def results(function: Callable[[Any], Any], corners: Any) -> Any:
    """The ranges of the results on every path through a box; nothing if one of them is open."""
    waiting: list[tuple[bool, ...]] = [()]
    found = []
    runs = 0
    while waiting:
        path = Path(ROOTS, waiting.pop())
        try:
            with following(path):
                made = over_box(function)(box(*corners.tolist()))
            found.append([Ranged.constant(item).range for item in np.asarray(made, dtype=object).reshape(-1)])
        except Infeasible:
            pass
        except Exception:
            return []
        waiting += path.others
        runs += 1
        if runs > 32:
            return []
    return found


def log_of_square(x: Any) -> Any:
    return numpy.log(x * x + 1e-3)


def positive_quadratic(x: Any) -> Any:
    return 1 / (x[0] ** 2 - 2 * x[0] + 1.5)


def positive_form(x: Any) -> Any:
    return numpy.log(x[0] * x[0] - x[0] * x[1] + x[1] * x[1] + 0.1)


def double_where(x: Any) -> Any:
    kept = x > 0
    return numpy.where(kept, numpy.sqrt(numpy.where(kept, x, 1.0)), 0.0)


def shifted_softmax(x: Any) -> Any:
    e = numpy.exp(x - numpy.max(x))
    return e / e.sum()


def layer_norm(x: Any) -> Any:
    return (x - x.mean()) / numpy.sqrt(x.var() + 1e-5)


def branch(x: Any) -> Any:
    return mathematics.log(x[0]) if x[0] > 1 else x[0]


def filled(x: Any) -> Any:
    out = numpy.zeros(3)
    out[0] = x[0]
    out[1:] = numpy.exp(x[1:])
    return numpy.sqrt(out.sum() + 6)


def normalised(x: Any) -> Any:
    return numpy.tanh(x) / numpy.clip(numpy.linalg.norm(x + 3.0), 0.1, None)


SAFE = [(log_of_square, 1), (positive_quadratic, 1), (positive_form, 2), (double_where, 2), (shifted_softmax, 2),
        (layer_norm, 4), (branch, 1), (filled, 3), (normalised, 3)]  # fmt: skip
SINGULAR = (EventKind.DOMAIN, EventKind.NONFINITE)


def proven(function: Callable[[Any], Any], n: int, low: float = -2.5, high: float = 2.5) -> Certificate:
    return certify(over_box(function), [low] * n, [high] * n, HERE, 600)


@pytest.mark.parametrize(("function", "n"), SAFE, ids=lambda item: getattr(item, "__name__", ""))
def test_certificates_hold_at_every_sample(function: Callable[[Any], Any], n: int) -> None:
    found = proven(function, n)

    assert not [surface for surface in found.present if surface[1] in SINGULAR], found
    evaluate = evaluator(function, HERE)
    for point in np.random.default_rng(2).uniform(-2.5, 2.5, (1200, n)):
        seen = evaluate(point, np.ones((1, n)))
        assert seen.finite and np.isfinite(seen.tangents).all()
        assert not [event for event in seen.events if event.kind is EventKind.NONFINITE]


def test_an_assertion_excludes_inputs() -> None:
    def asserted(x: Any) -> Any:
        assert x[0] > 0.5
        return numpy.log(x[0])

    assert not [surface for surface in proven(asserted, 1).present if surface[1] in SINGULAR]


HAZARDS: list[tuple[Callable[[Any], Any], int]] = [
    (lambda x: 1 / (x[0] - 0.31), 1),
    (lambda x: numpy.sqrt(numpy.sum(x * x)), 3),
    (lambda x: numpy.where(x > 0, numpy.sqrt(x), 0.0), 2),
    (lambda x: numpy.log(x[0] * x[0] - x[1] * x[1]), 2),
    (lambda x: numpy.arccos(numpy.sin(x)), 1),
    (lambda x: x[0] / numpy.linalg.norm(x), 2),
    (lambda x: numpy.log(numpy.maximum(x, 0.0)), 1),
    (lambda x: 1 / (numpy.exp(200 * x) - 1), 1),
    (lambda x: numpy.exp(400 * x), 1),
    (lambda x: mathematics.tan(x[0]), 1),
    (lambda x: x**-2, 1),
    (lambda x: 1 / (numpy.floor(x) + 1), 1),
]


@pytest.mark.parametrize("index", range(len(HAZARDS)))
def test_hazards_are_never_certified(index: int) -> None:
    found = proven(*HAZARDS[index])

    assert found.open or [surface for surface in found.present if surface[1] in SINGULAR]


@pytest.mark.parametrize(
    "function",
    [
        lambda x: float(x[0]),
        lambda x: numpy.linalg.solve(numpy.eye(2), x),
        lambda x: x[int(x[0])],
        lambda x: x.cumsum() @ x + len(None),
    ],
)
def test_what_is_not_understood_proves_nothing(function: Callable[[Any], Any]) -> None:
    assert proven(function, 2).open


def test_a_comparison_outside_of_a_run_is_refused() -> None:
    with pytest.raises(Open):
        bool(box([0.0], [1.0])[0] < 0.5)
