"""Recorded objects of frameworks: their trained arrays move, and replays load the object again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TORCH = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, width, gain):
        super().__init__()
        self.inner = nn.Linear(width, 3)
        self.norm = nn.BatchNorm1d(3)
        self.x = nn.Parameter(torch.full((3,), 0.25))
        self.gain = gain

    def forward(self, x, mode="mean"):
        h = torch.abs(self.norm(self.inner(x)) - self.x)
        return h.mean() * self.gain if mode == "mean" else torch.clamp(h, 0.0, 1.0).sum()

    def loss(self, x, y):
        return torch.abs(self(x) - y).sum()


class Base(nn.Module):
    def forward(self, x):
        return torch.abs(x - 0.2).sum()


class Below(Base):
    def forward(self, x):
        return super().forward(2 * x)


class Wide(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(12, 12)

    def forward(self, x):
        return torch.relu(self.inner(x)).sum()


def picked(x, index, *rest, scale=1.0):
    return torch.floor(x[index] * scale).sum() * sum(item.sum() for item in rest)


def main():
    torch.manual_seed(0)
    net = Net(5, 2.0)
    net(torch.randn(4, 5))
    net.eval().loss(torch.randn(4, 5), torch.tensor(0.3))
    Below()(torch.randn(3))
    Wide()(torch.randn(2, 12))
    picked(torch.rand(4), torch.tensor([0, 2]), torch.ones(2), torch.rand(3), scale=2.0)
"""
JAX = """\
from typing import NamedTuple
import jax
import jax.numpy as jnp


class Block(NamedTuple):
    w: jax.Array
    gain: float

    def loss(self, x, offset=0.0):
        return jnp.abs(self.w * x + offset).sum() * self.gain


def noisy(key, x, params):
    return jnp.floor(x * params["a"] + jax.random.normal(key, x.shape)).sum()


def main():
    Block(jnp.ones(3), 2.0).loss(jnp.arange(3.0), offset=0.5)
    noisy(jax.random.PRNGKey(0), jnp.ones(3), {"a": jnp.ones(3)})
"""


def recorded(folder: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the probe says of the functions of a file whose `main` was recorded; every replay must run."""
    (folder / "model.py").write_text(text)
    (folder / "use.py").write_text("import model\n\nmodel.main()\n")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    words = ("model.py", "--all", "--format", "json", "--record", "--", sys.executable, "use.py")
    done = subprocess.run(
        [sys.executable, "-m", "difflint", "probe", *words], capture_output=True, text=True, check=False
    )
    found = {item["function"]: item for item in json.loads(done.stdout)["functions"]}
    scripts = ["\n".join(point["witness"]["replay"]) for item in found.values() for point in item["points"]]
    run = subprocess.run(
        [sys.executable, "-c", f"for script in {scripts!r}:\n    exec(script, {{}})"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return found


def kinds(found: dict[str, Any]) -> dict[str, set[str]]:
    return {name: {point["kind"] for point in item["points"]} for name, item in found.items() if item["called"]}


def test_modules_of_torch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    found = recorded(tmp_path, TORCH, monkeypatch)

    for name in ("Net.forward", "Net.loss", "Base.forward", "Below.forward", "Wide.forward"):
        assert "kink" in kinds(found)[name], found[name]
    assert "jump" in kinds(found)["picked"]
    assert found["picked"]["inputs"] == "x: 4, index=tensor([0, 2]), rest_0: 2, rest_1: 3, scale: number"
    assert found["Net.forward"]["inputs"].startswith("x: 4×5, mode='mean', self.x: 3, self.inner.weight: 3×5")
    assert found["Wide.forward"]["inputs"] == "x: 2×12"


def test_trees_of_jax(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("jax")
    found = recorded(tmp_path, JAX, monkeypatch)

    assert "kink" in kinds(found)["Block.loss"]
    assert found["Block.loss"]["inputs"] == "x: 3, offset: number, self.w: 3"
    assert "jump" in kinds(found)["noisy"]
