"""Torch: standard modules, labelled functions, and whole probes of files that use it."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

torch = pytest.importorskip("torch")

from difflint.cli import cli  # noqa: E402
from difflint.probe.backends.torch import OBJECTS, evaluator, hook, seed  # noqa: E402
from difflint.probe.search import analyse  # noqa: E402

FILE = Path(__file__).with_name("labelled_torch.py")
ROOTS = (str(FILE),)


def invoke(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words))


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


class Recurrent(torch.nn.Module):
    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.inner = kind(3, 4, batch_first=True)

    def forward(self, x: Any) -> Any:
        return self.inner(x)[0]


class Residual(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.norm = torch.nn.Conv2d(2, 2, 3, padding=1), torch.nn.GroupNorm(1, 2)

    def forward(self, x: Any) -> Any:
        return x + torch.nn.functional.silu(self.norm(self.first(x)))


class Words(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.table, self.out = torch.nn.Embedding(5, 3), torch.nn.Linear(3, 2)

    def forward(self, x: Any) -> Any:
        return self.out(self.table(torch.tensor([0, 3, 1])) * x)


class Attention(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.inner = torch.nn.MultiheadAttention(4, 2, batch_first=True)

    def forward(self, x: Any) -> Any:
        return self.inner(x, x, x)[0]


MODULES: dict[str, tuple[Any, tuple[int, ...]]] = {
    "MLP": (lambda: torch.nn.Sequential(torch.nn.Linear(3, 8), torch.nn.ReLU(), torch.nn.Linear(8, 2)), (4, 3)),
    "convolution and batch norm": (
        lambda: torch.nn.Sequential(torch.nn.Conv2d(2, 3, 3), torch.nn.BatchNorm2d(3), torch.nn.ReLU()),
        (2, 2, 5, 5),
    ),
    "LSTM": (lambda: Recurrent(torch.nn.LSTM), (2, 5, 3)),
    "GRU": (lambda: Recurrent(torch.nn.GRU), (2, 5, 3)),
    "transformer layer": (lambda: torch.nn.TransformerEncoderLayer(4, 2, 8, batch_first=True), (2, 3, 4)),
    "layer norm": (lambda: torch.nn.Sequential(torch.nn.LayerNorm(4), torch.nn.GELU(), torch.nn.Linear(4, 1)), (3, 4)),
    "embedding and linear": (Words, (3, 3)),
    "attention": (Attention, (2, 3, 4)),
    "residual block": (Residual, (1, 2, 4, 4)),
    "pooling": (
        lambda: torch.nn.Sequential(torch.nn.Conv1d(2, 3, 3), torch.nn.MaxPool1d(2), torch.nn.Flatten()),
        (2, 2, 8),
    ),
}


@pytest.mark.parametrize("name", MODULES)
def test_modules_have_the_gradients_of_torch(name: str) -> None:
    make, shape = MODULES[name]
    with hook(ROOTS):
        torch.manual_seed(0)
        model = make().double()
        rng = np.random.default_rng(0)
        size, state = int(np.prod(shape)), OBJECTS.state(model)
        assert state is not None
        names = {key: item for key, item in model.named_parameters()}
        point = np.concatenate([rng.normal(size=size), *(item.detach().numpy().ravel() for item in names.values())])
        along = np.vstack([rng.normal(size=len(point)), rng.normal(size=len(point))])

        def call(vector: Any) -> Any:
            seed()
            start, values = size, {}
            for key, item in names.items():
                values[key] = vector[start : start + item.numel()].reshape(item.shape)
                start += item.numel()
            return OBJECTS.run(model, "forward", values, (vector[0:size].reshape(shape),), {})

        found = evaluator(call, ROOTS)(point, along)
        seed()
        x = torch.tensor(point[:size].reshape(shape), requires_grad=True)
        expected = model(x)
        slopes = [torch.autograd.grad(expected.sum(), (x, *names.values()), retain_graph=True, allow_unused=True)]
        seed()
        difference = (evaluator(call, ROOTS)(point + 1e-6 * along[0], along[:1]).value - found.value) / 1e-6

    gradient = np.concatenate(
        [np.ravel(torch.zeros_like(p) if g is None else g) for g, p in zip(slopes[0], (x, *names.values()))]
    )
    assert not found.error
    np.testing.assert_allclose(found.value, expected.detach().numpy().ravel(), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(found.tangents[0].sum(), gradient @ along[0], rtol=1e-9, atol=1e-11)
    assert found.backward is not None
    np.testing.assert_allclose(found.backward.along[0], found.backward.expected, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(found.tangents[0], difference, rtol=1e-3, atol=1e-4)


NET = """\
from typing import Optional

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, width: int, score: nn.Module, scale=1.0):
        super().__init__()
        self.inner = nn.Linear(width, 2)
        self.score = score
        self.scale = scale

    def forward(self, x, mask):
        score = self.score(self.inner(x)) * self.scale
        return (score / mask.float().sum(-1, keepdim=True)).sum()

    def loss(self, x: torch.Tensor, weight: Optional[torch.Tensor] = None):
        level = torch.round(self.inner(x))
        return level.sum() if weight is None else (level * weight).sum()


def picked(critic, states, actions):
    kept = critic(states).gather(-1, actions.unsqueeze(-1))
    return torch.where(kept > 0, kept.sqrt(), 0.0).sum()


def frozen(x, device: torch.device):
    with torch.no_grad():
        weight = torch.exp(x).to(device)
    return (weight * x).sum()


def smooth(x, hidden: nn.Embedding):
    return torch.sqrt(x * x + 1e-3).sum() + hidden.weight.sum()


class Mode(nn.Module):
    def forward(self, x):
        if self.training:
            return x.sum()
        return torch.floor(x).sum()


# difflint: probe idx=ints(0,3,4)
def chosen(x, idx):
    return (1.0 / x[idx]).sum()


def spread(x):
    return ((x * x).mean() - x.mean() ** 2 + 1e-12).sqrt()


def loss(x):
    net = Net(3, nn.Tanh())
    return (net(x, x) + net.loss(x) + picked(nn.Tanh(), x, x.long()) + frozen(x, None) + smooth(x, None)).backward()
"""


def test_a_file_with_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "net.py").write_text(NET)
    monkeypatch.chdir(tmp_path)
    names = ("Net.forward", "Net.loss", "picked", "frozen", "smooth", "Mode.forward", "chosen", "spread")
    report = json.loads(invoke("probe", *(f"net.py::{name}" for name in names), "--format", "json").stdout)
    found = {item["function"]: item for item in report["functions"]}
    kinds = {name: {point["kind"] for point in found[name]["points"]} for name in names}
    replays = {name: [point["witness"]["replay"] for point in found[name]["points"]] for name in names}

    assert all(not item["problem"] for item in found.values()), found
    assert {"pole"} <= kinds["Net.forward"]
    assert {"jump", "zero gradient"} <= kinds["Net.loss"]
    assert {"masked"} <= kinds["picked"]
    assert {"wrong gradient"} <= kinds["frozen"]
    assert kinds["smooth"] == set()
    assert {"jump"} <= kinds["Mode.forward"]
    assert {"pole"} <= kinds["chosen"]
    assert found["chosen"]["inputs"].startswith("x: ") and "idx=torch.tensor([" in found["chosen"]["inputs"]
    assert "in single precision" in {point["witness"]["detail"] for point in found["spread"]["points"]}
    scripts = ["\n".join(lines) for name in names for lines in replays[name]]
    run = subprocess.run(
        [sys.executable, "-c", f"for script in {scripts!r}:\n    exec(script, {{}})"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert len(run.stdout.splitlines()) >= len(scripts)


@pytest.mark.parametrize("first", ["", "import tempfile\nwith tempfile.NamedTemporaryFile():\n    pass\n"])
def test_without_torch_one_line_says_so(first: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the framework, while it is imported, writes a file to look for libraries of the system."""
    absent = tmp_path / "absent"
    absent.mkdir()
    (absent / "torch.py").write_text(first + "raise ModuleNotFoundError(\"No module named 'torch'\")\n")
    (tmp_path / "net.py").write_text("import torch\n\n\ndef f(x):\n    return torch.round(x).sum()\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(absent), os.environ.get("PYTHONPATH", "")]))
    (found,) = json.loads(invoke("probe", "net.py::f", "--format", "json").stdout)["functions"]

    assert found["problem"] == "No module named 'torch'; install difflint[torch]"
