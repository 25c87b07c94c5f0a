"""Profiles: set for a run, for some files, or taken from what the code says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from difflint.cli import cli

RATIO = "def ratio(x):\n    return np.sum(x) / np.sum(x * x)\n"
OBJECTIVE = f"""import jax.numpy as np


{RATIO}

def other(x):
    return np.sum(x) / np.sum(x * x)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(*arguments: str) -> dict[tuple[str, int], tuple[str, str, str]]:
    """Profile, severity and message by place."""
    result = CliRunner().invoke(cli, ["check", ".", "--format", "json", *arguments])
    return {
        (item["path"], item["range"]["start"]["line"]): (item["profile"], item["severity"], item["message"])
        for item in json.loads(result.stdout)["diagnostics"]
    }


@pytest.mark.parametrize(
    ("head", "call", "profile", "said"),
    [
        (
            "from scipy.optimize import minimize",
            'minimize(ratio, x, method="BFGS")',
            "second-order",
            'scipy.optimize.minimize(method="BFGS")',
        ),
        ("from scipy import optimize", "optimize.minimize(ratio, x)", "second-order", "scipy.optimize.minimize"),
        ("from scipy.optimize import minimize", 'minimize(ratio, x, method="Nelder-Mead")', "sgd", ""),
        ("from scipy.optimize import least_squares", "least_squares(ratio, x)", "second-order", "least_squares"),
        ("import jax", "jax.hessian(ratio)", "second-order", "jax.hessian"),
        ("import jax", "jax.grad(ratio)", "sgd", ""),
        ("import jax", "jax.grad(jax.grad(ratio))", "pinn", "jax.grad"),
        ("import jax", "jax.grad(lambda x: jax.grad(ratio)(x).sum())", "pinn", "jax.grad"),
        ("import optax", "optax.lbfgs()", "second-order", "optax.lbfgs"),
        ("from numpyro.infer import NUTS", "NUTS(ratio)", "sampling", "numpyro.infer.NUTS"),
        ("import blackjack", "blackjack.hmc(ratio, 0.1)", "sampling", "blackjack.hmc"),
    ],
)
def test_calls_imply_profiles(folder: Path, head: str, call: str, profile: str, said: str) -> None:
    text = f"import jax.numpy as np\n{head}\n\n\n{RATIO}\n\ndef fit(x):\n    return {call}\n"
    (folder / "model.py").write_text(text)
    (item,) = found("--profile", "auto").values()
    reason = f"({profile} profile, since model.py:10 calls "

    assert item[:2] == (profile, "warning" if profile == "sgd" else "error")
    assert (reason in item[2] and said in item[2]) is (profile != "sgd")


@pytest.mark.parametrize(
    ("text", "profile"),
    [
        ("    loss.backward(create_graph=True)", "pinn"),
        ("    loss.backward(create_graph=False)", "sgd"),
        ("    torch.autograd.grad(loss, x, create_graph=True)", "pinn"),
        ("    torch.autograd.grad(loss, x)", "sgd"),
        ("    torch.optim.LBFGS([x])", "second-order"),
        ("    torch.optim.Adam([x])", "sgd"),
    ],
)
def test_calls_imply_profiles_by_keyword_and_class(folder: Path, text: str, profile: str) -> None:
    head = "import torch\n\n\ndef step(x):\n    x.requires_grad_()\n    loss = x.sum() / x.square().sum()\n"
    (folder / "model.py").write_text(f"{head}{text}\n    return loss\n")

    assert [item[0] for item in found("--profile", "auto").values()] == [profile]


def test_a_call_speaks_for_its_file_and_for_what_it_is_given(folder: Path) -> None:
    (folder / "objective.py").write_text(OBJECTIVE)
    (folder / "unrelated.py").write_text(OBJECTIVE)
    fit = "from scipy.optimize import minimize\n\nfrom objective import ratio\n\n\ndef fit(x):\n    return {}\n"
    (folder / "fit.py").write_text(fit.format('minimize(ratio, x, method="BFGS")'))
    (folder / "use.py").write_text("def use(x):\n    return 0\n")
    profiles = {place: item[0] for place, item in found("--profile", "auto").items()}

    assert profiles == {
        ("objective.py", 5): "second-order",
        ("objective.py", 9): "sgd",
        ("unrelated.py", 5): "sgd",
        ("unrelated.py", 9): "sgd",
    }


def test_what_the_given_function_calls_is_included(folder: Path) -> None:
    text = OBJECTIVE.replace("def other(x):\n    return np.sum(x) / np.sum(x * x)", "def goal(x):\n    return ratio(x)")
    (folder / "objective.py").write_text(text)
    (folder / "fit.py").write_text("import jax\n\nfrom objective import goal\n\nslope = jax.hessian(goal)\n")

    assert [item[:2] for item in found("--profile", "auto").values()] == [("second-order", "error")]


def test_of_several_profiles_the_strictest_counts(folder: Path) -> None:
    text = f"import jax\nimport jax.numpy as np\nfrom numpyro.infer import NUTS\n\n\n{RATIO}\n\n"
    (folder / "model.py").write_text(text + "kernel = NUTS(ratio)\ncurve = jax.hessian(ratio)\n")
    (item,) = found("--profile", "auto").values()

    assert item[:2] == ("sampling", "error")  # both say error, the first call is named
    assert "model.py:10" in item[2]


def test_a_run_is_the_same_every_time(folder: Path) -> None:
    (folder / "model.py").write_text(f"import jax\nimport jax.numpy as np\n\n\n{RATIO}\n\ncurve = jax.hessian(ratio)\n")

    assert len({str(found("--profile", "auto")) for _ in range(3)}) == 1


CONFIGURATION = """[tool.difflint]
profile = "{default}"

[tool.difflint.per-file-profiles]
"models/*" = "pinn"
"models/fit.py" = "auto"
"""


def test_profiles_of_files(folder: Path) -> None:
    (folder / "models").mkdir()
    for name in ("models/net.py", "models/fit.py", "plain.py"):
        (folder / name).write_text(f"import jax\nimport jax.numpy as np\n\n\n{RATIO}\n\ncurve = jax.hessian(ratio)\n")
    (folder / "pyproject.toml").write_text(CONFIGURATION.format(default="sgd"))

    assert {path: item[0] for (path, _), item in found().items()} == {
        "models/net.py": "pinn",
        "models/fit.py": "second-order",
        "plain.py": "sgd",
    }
    assert {item[0] for item in found("--profile", "strict").values()} == {"strict"}

    shown = CliRunner().invoke(cli, ["config"]).output
    assert "per-file-profiles = {'models/*': 'pinn', 'models/fit.py': 'auto'}" in shown
    assert "pyproject.toml" in shown


def test_an_unused_comment_is_reported_under_auto(folder: Path) -> None:
    text = "import torch\n\n\ndef f(x):\n    return torch.sqrt((x * x).sum() + 1)  # difflint: ignore[DIF301]\n"
    (folder / "model.py").write_text(text)

    assert list(found("--profile", "auto")) == [("model.py", 5)]
