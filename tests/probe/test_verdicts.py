"""What a verdict says helps: the argument that reaches a line, the one input that is missing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from difflint.cli import cli

HEAD = "import numpy as np\nfrom scipy.optimize import minimize\n\n\n"
TAIL = "\n\nrun = lambda: minimize(f, np.ones(3))\n"


def outcomes(folder: Path, body: str, *words: str) -> list[dict[str, Any]]:
    (folder / "model.py").write_text(f"{HEAD}{body}{TAIL}")
    words = ("probe", str(folder / "model.py"), "--certainty", "possible", "--format", "json", *words)
    result = CliRunner().invoke(cli, words)
    return [item["probe"] for item in json.loads(result.stdout)["diagnostics"] if "probe" in item]


@pytest.mark.parametrize(
    ("parameter", "body", "shown"),
    [
        ("log=False", "    if log:\n        return np.log(x).sum()\n    return (x * x).sum()\n", "with log=True"),
        ("log=False", "    if not log:\n        return (x * x).sum()\n    return np.log(x).sum()\n", "with log=True"),
        (
            "weight=None",
            "    y = np.tanh(x)\n    if weight is not None:\n        y = y / weight\n    return y.sum()\n",
            "with weight 3",
        ),
        ("n=2", "    if n < 3:\n        return x.sum()\n    return np.sqrt(x).sum()\n", "with n=3"),
        (
            "mode='a'",
            "    match mode:\n        case 'a':\n            return x.sum()\n        case 'b':\n"
            "            return np.log(x).sum()\n",
            "with mode='b'",
        ),
    ],
)
def test_another_argument_reaches_the_line(tmp_path: Path, parameter: str, body: str, shown: str) -> None:
    found = outcomes(tmp_path, f"def f(x, {parameter}):\n{body}")

    assert [item["outcome"] for item in found] == ["confirmed"]
    assert found[0]["witness"]["detail"].endswith(shown)


def test_a_text_without_a_default_is_one_it_is_compared_with(tmp_path: Path) -> None:
    body = "def f(x, mode):\n    if mode == 'mean':\n        return np.floor(x).mean()\n    raise ValueError(mode)\n"
    found = outcomes(tmp_path, body)

    assert found[0]["outcome"] == "confirmed"
    assert found[0]["witness"]["inputs"]["mode"] == "'mean'"


def test_what_keeps_a_call_away_is_named(tmp_path: Path) -> None:
    body = "def f(x):\n    if x.sum() > 1e5:\n        return np.sqrt(x).sum()\n    return (x * x).sum()\n"
    found = {item["outcome"]: item["detail"] for item in outcomes(tmp_path, body)}

    assert "guarded by `x.sum() > 100000.0` on line 6; say --range x=LOW:HIGH" in found["not executed"]


def test_what_somebody_stated_is_not_changed(tmp_path: Path) -> None:
    body = "def f(x, log=False):\n    if log:\n        return np.log(x).sum()\n    return (x * x).sum()\n"
    found = outcomes(tmp_path, body, "--input", "log=False")

    assert [item["outcome"] for item in found] == ["not executed"]
    assert found[0]["detail"].endswith("guarded by `log` on line 6")


def test_another_argument_that_fails_says_how(tmp_path: Path) -> None:
    body = "def f(x, log=False):\n    if log:\n        assert len(x) == 77\n        return np.log(x).sum()\n"
    found = outcomes(tmp_path, body + "    return (x * x).sum()\n")

    assert "guarded by `log` on line 6; with log=True it raises AssertionError" in found[0]["detail"]


@pytest.mark.parametrize(
    ("parameters", "body", "flag"),
    [
        ("x, t", "np.floor(x / t['scale'] + t['shift']).sum()", "--input t=\"{'scale': 1.0, 'shift': 1.0}\""),
        ("x, g", "np.floor(g(x)).sum()", "a function that returns {'g': …}"),
        ("x, net", "np.floor(net.encode(x)).sum()", "a function that returns {'net': …}"),
        ("x, w", "np.floor(x.reshape(3, 7) @ w).sum()", "--input x='normal(3)'"),
        ("x, w: np.ndarray", "np.floor(x + w.reshape(3, 7)).sum()", "--input w='normal(3)'"),
        ("x, model: object", "np.floor(x).sum()", "--input model=SPEC or --inputs-from"),
    ],
)
def test_the_one_missing_input_is_named(tmp_path: Path, parameters: str, body: str, flag: str) -> None:
    found = outcomes(tmp_path, f"def f({parameters}):\n    return {body}\n")

    assert found[0]["outcome"] == "not callable"
    assert flag in found[0]["detail"]
    assert "Dual" not in found[0]["detail"]


def test_an_input_behind_a_local_name(tmp_path: Path) -> None:
    body = "def f(x, w, c):\n    h = w * 2\n    h = h.reshape(3, 7)\n    return np.floor(h.sum() + x + c).sum()\n"

    assert "say --input w=" in outcomes(tmp_path, body)[0]["detail"]


def test_a_constructor_that_needs_something(tmp_path: Path) -> None:
    body = "class M:\n    def __init__(self, width):\n        self.width = width\n\n"
    body += "    def f(self, x):\n        return np.floor(x).sum() / self.width\n\n\nf = M(1).f\n"
    found = outcomes(tmp_path, body)[0]

    assert found["outcome"] == "not callable"
    assert "'width'; say --inputs-from FILE.py:FACTORY" in found["detail"]
    assert "--record -- COMMAND" in found["detail"]
