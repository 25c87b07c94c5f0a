"""JAX: labelled functions, derivatives against the framework's own, and whole probes of files that use it."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from difflint.cli import cli

jax = pytest.importorskip("jax")

from jax import lax  # noqa: E402
from jax import numpy as jnp  # noqa: E402

from difflint.probe.backends.jax import evaluator  # noqa: E402
from difflint.probe.events import EventKind  # noqa: E402
from difflint.probe.search import analyse  # noqa: E402

FILE = Path(__file__).with_name("labelled_jax.py")
ROOTS = (str(FILE), __file__)


def load() -> list[Any]:
    spec = importlib.util.spec_from_file_location(FILE.stem, FILE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.JAX


@pytest.mark.parametrize("case", load(), ids=lambda case: case[0].__name__)
def test_labelled(case: Any) -> None:
    function, kinds, low, high, n = case
    analysis = analyse(evaluator(function, ROOTS), (np.full(n, low), np.full(n, high)))

    assert not analysis.error
    assert {point.kind.value for point in analysis.points} == kinds, analysis.points
    assert analysis.evaluations <= 600


def _scan(x: Any) -> Any:
    return lax.scan(lambda carry, row: (jnp.tanh(carry + row), carry * row), 0.3, x)


def _branched(x: Any) -> Any:
    return lax.cond(x[0] > 0, jnp.sin, jnp.cos, x) + lax.switch(1, [jnp.exp, jnp.tanh], x)


def _network(x: Any) -> Any:
    weights = jnp.linspace(-1.0, 1.0, 16).reshape(4, 4)
    return jax.nn.gelu(jnp.tanh(x @ weights) @ weights.T).mean()


STANDARD: list[Callable[[Any], Any]] = [
    jax.nn.softmax,
    lambda x: jax.nn.logsumexp(x) + jax.nn.softplus(x).sum(),
    lambda x: jnp.linalg.norm(x) * jnp.sort(x),
    lambda x: jnp.linalg.solve(jnp.eye(4) * 3.0 + jnp.outer(x, x), x),
    _scan,
    _branched,
    _network,
    lambda x: lax.fori_loop(0, 3, lambda k, s: s * jnp.cos(x) + k, x),
    lambda x: jax.vmap(lambda v: jax.jit(jnp.maximum)(v, 0.1) ** 3)(x),
    lambda x: (jnp.cumsum(x), {"a": x[::-1] @ x, "b": jnp.where(x > 0, x**2, jnp.exp(x))}),
]


@pytest.mark.parametrize("number", range(len(STANDARD)))
def test_derivatives_are_those_of_the_framework(number: int) -> None:
    def flat(x: Any) -> Any:
        return jnp.concatenate([jnp.ravel(leaf) for leaf in jax.tree.leaves(STANDARD[number](x))])

    x = np.array([0.7, -0.4, 1.3, -1.1])
    found = evaluator(STANDARD[number], ROOTS)(x, np.vstack([np.ones(4), np.eye(4)]))
    value, tangent = jax.jvp(flat, (jnp.asarray(x),), (jnp.ones(4),))

    np.testing.assert_allclose(found.value, value, rtol=1e-10)
    np.testing.assert_allclose(found.tangents[0], tangent, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(
        found.tangents[1:].sum(1), jax.grad(lambda v: flat(v).sum())(jnp.asarray(x)), 1e-8, 1e-12
    )


def test_events_are_at_the_expression_of_the_user() -> None:
    def twice(x: Any) -> Any:
        first = jnp.clip(x, 0.0, 1.0)
        return first + jnp.clip(x, -1.0, 2.0)

    found = evaluator(twice, ROOTS)(np.array([0.3]), np.eye(1))
    line = twice.__code__.co_firstlineno
    spans = {event.span for event in found.events if event.kind is EventKind.KINK and event.span}

    assert {(span.start.line - line, span.start.column, span.end.column) for span in spans} == {
        (1, 17, 38),
        (2, 24, 46),
    }


def test_a_softmax_cuts_nothing() -> None:
    found = evaluator(jax.nn.softmax, ROOTS)(np.array([0.3, 0.1]), np.eye(2))

    assert all(event.kind is not EventKind.CUT for event in found.events)


def test_an_error_of_the_function_is_the_error_of_every_evaluation() -> None:
    evaluate = evaluator(lambda x: x @ jnp.ones((3, 3)), ROOTS)

    assert all("TypeError" in evaluate(np.ones(2), np.eye(2)).error for _ in range(2))


def test_every_path_of_python_branches_is_its_own_program() -> None:
    def halved(x: Any) -> Any:
        while x[0] > 1.0:
            x = x / 2
        return x

    evaluate = evaluator(halved, ROOTS)

    for start, end in ((0.7, 0.7), (1.5, 0.75), (7.0, 0.875), (1.5, 0.75)):
        found = evaluate(np.array([start]), np.eye(1))
        assert found.value == [end]
        assert found.tangents[0] == [end / start]


MODEL = """\
import jax
import jax.numpy as jnp
import numpy as np


def masked(x):
    return jnp.where(x > 0, jnp.sqrt(x), 0.0).sum()


def noisy(x, key):
    return (jnp.round(x) * jax.random.normal(key, (3,))).sum()


def leaving(x):
    return jnp.sum(np.sin(x) * x)


def guarded(x):
    positive = x > 0
    return jnp.where(positive, jnp.sqrt(jnp.where(positive, x, 1.0)), 0.0).sum()


def ratio(params, x):
    return jnp.sum(x * params["scale"]) / jnp.sum(params["width"] * x)


slopes = [jax.grad(f) for f in (masked, noisy, leaving, guarded, ratio)]
"""


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "model.py").write_text(MODEL)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "model", raising=False)
    return tmp_path / "model.py"


def confirmed(path: Path) -> dict[int, Any]:
    """The witnesses of the confirmed findings by line."""
    result = CliRunner().invoke(cli, ["probe", str(path), "--format", "json", "--timeout", "120"])
    return {
        item["range"]["start"]["line"]: item["probe"]["witness"]
        for item in json.loads(result.stdout)["diagnostics"]
        if item["certainty"] == "confirmed"
    }


def replayed(witness: Any) -> str:
    """What the lines of a witness print."""
    stream = io.StringIO()
    with contextlib.redirect_stdout(stream):
        exec("\n".join(witness["replay"]), {})
    return stream.getvalue()


def test_findings_are_confirmed_and_replayed(model: Path) -> None:
    found = confirmed(model)

    assert set(found) == {7, 11, 15, 24}
    assert "nan" in replayed(found[7])
    assert found[11]["inputs"]["key"] == "jax.random.PRNGKey(0)"
    with pytest.raises(jax.errors.TracerArrayConversionError):
        replayed(found[15])
    below, _, above = map(float, replayed(found[24]).split())
    assert abs(below) > 1e3 and abs(above) > 1e3


MODULES = """\
import equinox as eqx
import jax
import jax.numpy as jnp


class Scaled(eqx.Module):
    gain: jax.Array
    inner: eqx.nn.Linear

    def __init__(self, gain: jax.Array, key):
        self.gain = gain
        self.inner = eqx.nn.Linear(3, 2, key=key)

    def __call__(self, x):
        y = self.inner(x)
        return self.gain * y / jnp.linalg.norm(x)


@eqx.filter_grad
def loss(model, x):
    return jnp.sum(model(x))


def train(x, key):
    return loss(Scaled(jnp.ones(2), key), x)
"""


def test_modules_are_made_and_their_arrays_are_inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("equinox")
    (tmp_path / "modules.py").write_text(MODULES)
    monkeypatch.syspath_prepend(str(tmp_path))
    found = confirmed(tmp_path / "modules.py")

    assert set(found) == {16}
    assert {"x", "gain", "self.inner.weight", "self.inner.bias"} <= set(found[16]["inputs"])
    assert replayed(found[16])


def test_a_missing_framework_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "jax.py").write_text("raise ImportError('No module named jax')\n")
    (tmp_path / "model.py").write_text(MODEL)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "hidden"), prepend=os.pathsep)
    result = CliRunner().invoke(cli, ["probe", str(tmp_path / "model.py")])

    assert "install difflint[jax]" in " ".join(result.output.split())
