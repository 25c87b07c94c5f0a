"""Nothing loses a tangent silently: what user code does with numbers is right, or it is loud."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from difflint.probe.backends.numpy import hook
from difflint.probe.dual import Dual
from difflint.probe.events import EventKind, Recorder, recording

FILE = Path(__file__).with_name("patterns.py")
ROOTS = (str(FILE),)
X = np.array([0.61, 0.37, 0.83])
LOUD = frozenset((EventKind.CUT, EventKind.DIFFERENCED))
KEPT = 36
"""Patterns whose tangent is right; the others are loud."""


def load(hooked: bool) -> Any:
    spec = importlib.util.spec_from_file_location("patterns", FILE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    if hooked:
        with hook(ROOTS):
            spec.loader.exec_module(module)
    else:
        spec.loader.exec_module(module)
    return module.PATTERNS


HOOKED, PLAIN = load(True), load(False)


def outcome(name: str) -> str:
    directions = np.vstack([[0.3, -0.5, 0.8], np.eye(3)])
    with hook(ROOTS), recording(Recorder(4, ROOTS)) as recorder:
        try:
            y = HOOKED[name](Dual(X.copy(), directions.copy()))
        except Exception as error:
            return f"loud: {error!r}"
    h = 1e-6
    quotients = [(float(PLAIN[name](X + h * d)) - float(PLAIN[name](X - h * d))) / (2 * h) for d in directions]
    tangents = y.t if type(y) is Dual else np.zeros(4)
    loud = [event.operator for event in recorder.events if event.kind in LOUD]
    if np.shape(tangents) == (4,) and np.allclose(tangents, quotients, rtol=1e-4, atol=1e-6):
        return "right"
    return f"loud: {loud}" if loud else f"silent: {tangents} is not {quotients}"


@pytest.mark.parametrize("name", HOOKED)
def test_no_tangent_is_lost_silently(name: str) -> None:
    assert outcome(name).startswith(("right", "loud")), outcome(name)


def test_most_patterns_keep_their_tangent() -> None:
    assert sum(outcome(name) == "right" for name in HOOKED) >= KEPT


def test_nothing_outside_of_user_code_sees_the_facade() -> None:
    with hook(ROOTS):
        import numpy

    assert numpy is np
