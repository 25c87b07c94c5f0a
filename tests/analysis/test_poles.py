"""Poles and overflows: which ends are attained, and how fast what has none grows; marks as in test_points."""

from __future__ import annotations

from marked import JAX, TORCH, marked

CASES = {
    "the size of a number of either sign has no more zeros than the number": TORCH
    + """
def near(alpha: torch.Tensor, x):
    return (alpha / (1 - alpha).abs() + x).sum()

def density(alpha: torch.Tensor, w, z):
    return (2 * (alpha * w / z / (alpha - 1)).abs()).log().sum()

def level(x: torch.Tensor):
    return (3 * x).abs().log().sum()  # error: DIF304

def spectrum(x: torch.Tensor):
    return torch.fft.rfft(x).abs().log().sum()  # error: DIF304

def gap(x: torch.Tensor, y: torch.Tensor):
    return (x - y).abs().log().sum()  # error: DIF304

def root(x: torch.Tensor, y):
    return (x * y).abs().sqrt().sum()  # error: DIF301

def total(x: torch.Tensor):
    return 1 / x.abs().sum()  # error: DIF303

def end(x: torch.Tensor):
    return (x.relu() * 2).abs().log().sum()  # error: DIF304
""",
    "the default of what is not differentiated": JAX
    + """
def ball(x, scale: jax.typing.ArrayLike = 1.0):
    return jnp.sum(x * scale / jnp.sqrt(jnp.maximum(jnp.sum(x**2), scale**2)))

def flat(x, floor: jax.typing.ArrayLike = 0.0):
    return jnp.sum(x / jnp.maximum(jnp.sum(x**2), floor))  # error: DIF303

slopes = [jax.grad(ball), jax.grad(flat)]
""",
    "the length of one of two arguments": TORCH
    + """
def cosines(x: torch.Tensor, y=None):
    y = x if y is None else y
    return (x / x.norm(dim=1, keepdim=True)) @ (y / y.norm(dim=1, keepdim=True)).T

def rectified(x: torch.Tensor, dense: bool):
    y = x if dense else x.relu()
    return (y / y.norm(dim=1, keepdim=True)).sum()  # error: DIF303
""",
    "the exponential of a logarithm is a power": TORCH
    + """
def density(value: torch.Tensor, n: int):
    v = value.unsqueeze(-1)
    odd = 2.0 * torch.arange(0, n) + 1.0
    terms = odd.log() - 1.5 * v.log() - 0.125 * odd.pow(2.0) / v
    even, rest = torch.logsumexp(terms[..., ::2], dim=-1).exp(), torch.logsumexp(terms[..., 1::2], dim=-1).exp()
    return (even - rest).log().sum()

def powers(v: torch.Tensor, gap):
    return (torch.exp(-1.5 * v.log()) + torch.exp(0.5 * v.log())).log().sum()

def plain(value: torch.Tensor):
    return (torch.logsumexp(value, -1).exp() - 1).log().sum()  # error: DIF407

def pole(v: torch.Tensor):
    return (torch.exp(0.125 / v - 1.5 * v.log()) + 1).log().sum()  # error: DIF407

def linear(v: torch.Tensor):
    return (torch.exp(v - 1.5 * v.log()) + 1).log().sum()  # error: DIF407
""",
}

test_poles = marked(CASES)
