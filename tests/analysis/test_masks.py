"""Masks and remainders that take back what is wrong beneath them; marks as in test_points."""

from __future__ import annotations

from pathlib import Path

from marked import JAX, TORCH, marked

from difflint.check import Request, check
from difflint.config import Config
from difflint.diagnose import Selection

CASES = {
    "where NaN is selected nothing is left to lose": JAX
    + """
def quantile(q):
    outside = jnp.logical_or(jnp.isnan(q), jnp.logical_or(q < 0.0, q > 1.0))
    return jnp.sum(jnp.where(outside, jnp.nan, jnp.log(2.0 - q)))

def filled(q):
    return jnp.sum(jnp.where(q > 1.0, jnp.full_like(q, jnp.nan), jnp.log(2.0 - q)))

def ended(q):
    return jnp.sum(jnp.where(q > 1.0, jnp.nan, jnp.log(1.0 - q)))  # error: DIF304

def infinite(q):
    return jnp.sum(jnp.where(q > 1.0, jnp.inf, jnp.log(2.0 - q)))  # error: DIF401

def mean(q):
    return jnp.sum(jnp.where(q > 1.0, 0.0, jnp.log(2.0 - q)))  # error: DIF401

slopes = [jax.grad(quantile), jax.grad(filled), jax.grad(ended), jax.grad(infinite), jax.grad(mean)]
""",
}

test_masks = marked(CASES)

_WRAPPED = (
    TORCH
    + """import math

def density(value, mean, skew):
    angle = (value - mean) % (2 * math.pi)
    return torch.cos(angle) + (skew * torch.sin(angle + 1.0)).sum()

def turns(value, mean):
    return torch.cos(2 * math.pi * ((value - mean) % 1.0))

def half(value, mean):
    return torch.cos((value - mean) % math.pi)  # jumps

def shown(value, mean):
    angle = (value - mean) % (2 * math.pi)  # jumps
    return torch.cos(angle) + angle

def squared(value, mean):
    return torch.cos(((value - mean) % (2 * math.pi)) ** 2)  # jumps
"""
)


def test_a_remainder_jumps_where_its_users_do_not_repeat_themselves(tmp_path: Path) -> None:
    file = tmp_path / "case.py"
    file.write_text(_WRAPPED, encoding="utf-8")
    wanted = [number for number, line in enumerate(_WRAPPED.splitlines(), 1) if "# jumps" in line]

    found = check(Request((file,), Config(root=tmp_path), Selection(), cwd=tmp_path)).diagnostics

    assert [(item.code, item.span.start.line) for item in found] == [("DIF107", line) for line in wanted]
