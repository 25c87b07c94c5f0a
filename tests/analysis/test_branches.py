"""Branches, loops and switches that a value decides: when the default profile minds; marks as in test_points."""

from __future__ import annotations

from pathlib import Path

import pytest
from marked import JAX, TORCH, marked

from difflint.check import Request, check
from difflint.config import Config
from difflint.diagnose import Selection
from difflint.diagnostic import Profile

CASES = {
    "what is traced from outside of the call that differentiates, below the function that is named": JAX
    + """
def huber(residual, delta):
    if jnp.abs(residual) < delta:  # error: DIF608
        return 0.5 * residual**2
    return delta * (jnp.abs(residual) - 0.5 * delta)

def clipped(residual, delta):
    if jnp.abs(residual) < delta:
        return 0.5 * residual**2
    return delta * (jnp.abs(residual) - 0.5 * delta)

def loss(params, x, y):
    return huber(jnp.dot(x, params) - y, 1.0)

def eager(params, x, y):
    return clipped(jnp.dot(x, params) - y, 1.0)

def train(params, x, y):
    step = jax.jit(jax.value_and_grad(loss))
    return step(params, x, y), jax.grad(eager)(params, x, y)
""",
    "arms that both have a gradient are a selection": TORCH
    + """
def clipped(x: torch.Tensor, most: float):
    size = x.norm()
    if size > most:
        x = x * (most / size)
    return x.sum()

def penalty(x: torch.Tensor, margin: float):
    loss = x.square().sum()
    if x.sum() > margin:
        loss = loss + (x.sum() - margin) ** 2
    return loss

def bent(x: torch.Tensor):
    y = x.sum()
    return y if y > 0 else 0.5 * y
""",
    "arms that jump": TORCH
    + """
def fee(x: torch.Tensor, margin: float):
    loss = x.square().sum()
    if x.sum() > margin:  # error: DIF601
        loss = loss + 2
    return loss

def powers(x: torch.Tensor):
    y = x.sum()
    return y**2 if y > 2 else y  # error: DIF601
""",
    "an arm without a gradient": TORCH
    + """
def pole(x: torch.Tensor, margin: float):
    if -margin < x.sum() < margin:  # error: DIF601
        return torch.sin(x).sum()
    return torch.zeros(())
""",
    "a threshold that only a condition sees is not trained": TORCH
    + """
class Gate(nn.Module):
    def __init__(self):
        super().__init__()
        self.limit = nn.Parameter(torch.tensor(0.5))
        self.score = nn.Linear(3, 1)
        self.line = nn.Linear(3, 3)

    def forward(self, x):
        y = self.line(x)
        if x.sum() > self.limit:  # error: DIF601
            y = y * 2
        if self.score(x).sum() > 0:  # error: DIF601
            y = y * 3
        return y

class Open(nn.Module):
    def __init__(self):
        super().__init__()
        self.limit = nn.Parameter(torch.tensor(0.5))
        self.line = nn.Linear(3, 3)

    def forward(self, x):
        y = self.line(x)
        if y.sum() > self.limit:
            y = y * 2
        return y * self.limit
""",
    "what nobody knows may be a mask": TORCH
    + """
from matching import inliers

class Tracker(nn.Module):
    def forward(self, x):
        kept = inliers(x)
        if kept.sum().item() < 4:
            return torch.zeros(3)
        return x * 2
""",
}

test_branches = marked(CASES)

_LOOPS = (
    TORCH
    + """
def settled(x: torch.Tensor, tolerance: float):
    step = x
    while (step.abs() > tolerance).any():  # stops
        step = torch.tanh(x) * 0.1
        x = x - step
    return x.sum()

def flagged(x: torch.Tensor):
    done = False
    while not done:  # stops
        x = x * 0.5
        done = x.norm() < 0.01
    return x.sum()

def fixed(x: torch.Tensor):
    before = x * 0
    while (before - x).abs().ne(0).any():
        before = x
        x = x.clamp(0, 1)
    return x.sum()

def decided(x: torch.Tensor):
    for _ in range(9):
        _, info = torch.linalg.cholesky_ex(x)
        if (info == 0).all():
            break
        x = x + torch.eye(3)
    return x.sum()

class Batches(nn.Module):
    def forward(self, x, count, size=None):
        assert isinstance(count, int)
        parts = []
        while count > 0:
            parts.append(x * min(count, size))
            count -= size
        return torch.cat(parts)
"""
)

_SWITCHES = (
    JAX
    + """
def known(params, x):
    return jax.lax.switch(jnp.argmax(x @ params), [jnp.sum, jnp.mean], x @ params)  # switches

def unknown(params, x, look):
    return jax.lax.switch(look(params, x), [jnp.sum, jnp.mean], x @ params)

slopes = [jax.grad(known), jax.grad(unknown)]
"""
)

_BENT = """import numpy as np
from scipy.optimize import minimize

def cost(x):
    size = np.sum(x**2)
    if x[0] > 1.0:  # selects
        size = size * x[1]
    return size

best = minimize(cost, np.zeros(2), method="BFGS")
"""


@pytest.mark.parametrize(
    ("text", "mark", "code"),
    [(_LOOPS, "stops", "DIF603"), (_SWITCHES, "switches", "DIF606"), (_BENT, "selects", "DIF602")],
)
def test_other_profiles_and_severities(text: str, mark: str, code: str, tmp_path: Path) -> None:
    file = tmp_path / "case.py"
    file.write_text(text, encoding="utf-8")
    wanted = [number for number, line in enumerate(text.splitlines(), 1) if line.endswith(f"# {mark}")]
    selection = Selection(profile=Profile.SECOND_ORDER if code == "DIF602" else Profile.SGD)

    found = check(Request((file,), Config(root=tmp_path), selection, cwd=tmp_path)).diagnostics

    assert [(item.code, item.span.start.line) for item in found] == [(code, line) for line in wanted]
