"""What is never recorded: helpers of rules and steps, data of hosts; marks as in test_points."""

from __future__ import annotations

from marked import JAX, TORCH, marked

CASES = {
    "a step hands on through functions that return nothing": TORCH
    + """
def _ratio(x: torch.Tensor):
    return (x * x).sum().sqrt()

def _single(rows):
    for row in rows:
        row.mul_(_ratio(row))

def _shrink(rows, plain: bool):
    chosen = _single if plain else print
    chosen(rows)

class Steps(torch.optim.Optimizer):
    @torch.no_grad()
    def step(self, closure=None):
        _shrink(self.rows, self.plain)
        return closure
""",
    "a function that returns nothing and that nobody calls may be a test": TORCH
    + """
def ratio(x: torch.Tensor):
    return (x * x).sum().sqrt()  # error: DIF301

@torch.no_grad()
def watches():
    assert ratio(torch.ones(3)) > 0
""",
    "a function that returns nothing, called where something is recorded": TORCH
    + """
def _ratio(x: torch.Tensor):
    return (x * x).sum().sqrt()  # error: DIF301

def _single(rows, found):
    found.append(_ratio(rows))

@torch.no_grad()
def shown(rows):
    found = []
    _single(rows, found)
    return found

def learnt(rows):
    found = []
    _single(rows, found)
    return found
""",
    "helpers of a rule for reverse mode": JAX
    + """
from functools import partial

def _scale(peak, old):
    return jnp.where(peak > 0, 1.0 / peak, old)

def _factor(peak, old):
    return jnp.where(peak > 0, 1.0 / peak, old)  # error: DIF401

def _rate(peak, old):
    return jnp.where(peak > 0, 1.0 / peak, old)

@partial(jax.custom_vjp, nondiff_argnums=(0,))
def quantised(kind, x, peak, old):
    return x * _scale(peak, old) + _factor(peak, old)

def _forward(kind, x, peak, old):
    return x * _scale(peak, old), (peak, old)

def _backward(kind, kept, g):
    return g, _scale(*kept), _rate(*kept)

quantised.defvjp(_forward, _backward)

def plain(x, peak, old):
    return x * _factor(peak, old)
""",
    "a rule for forward mode is differentiated along its tangents": JAX
    + """
@jax.custom_jvp
def root(x):
    return jnp.sqrt(x)

@root.defjvp
def rule(primals, tangents):
    x, = primals
    t, = tangents
    return jnp.sqrt(x), t / jnp.sum(x * x)  # error: DIF303
""",
    "arrays of the host have no graph to leave": TORCH
    + """
import numpy as np

def guided(session: object, rows: np.ndarray, scale: float):
    first, second = np.split(session.run(torch.sin(torch.from_numpy(rows)), rows), 2)
    return torch.from_numpy(first + scale * (second - first)) * 2

def either(session: object, rows: np.ndarray | torch.Tensor):
    first, second = np.split(session.run(torch.sin(rows), rows), 2)  # error: DIF506
    return torch.from_numpy(first + second) * 2
""",
    "a solver that takes differences of values needs no graph": TORCH
    + """
import numpy as np
from scipy.optimize import minimize

def cost(level: np.ndarray, rows: torch.Tensor) -> float:
    shifted = rows + torch.from_numpy(level)
    return ((shifted - 1) ** 2).mean().item()

best = minimize(cost, np.ones(3), args=(torch.ones(3),), method="BFGS")

def stepped(level: np.ndarray) -> float:
    return float(np.sum(np.round(level)))  # error: DIF101

flat = minimize(stepped, np.ones(3))
""",
    "a backward pass by hand, chunk by chunk": TORCH
    + """
class Chunked:
    def __init__(self, kernel, x):
        self.kernel, self.x = kernel, x

    def slopes(self):
        x = self.x.detach().requires_grad_(True)
        chunks = [chunk.detach() for chunk in torch.split(x, 8)]
        for chunk in chunks:
            chunk.requires_grad_(True)
            torch.autograd.backward(self.kernel(chunk).square().sum())
        return torch.cat([chunk.grad for chunk in chunks])

    def lost(self):
        x = self.x.detach().requires_grad_(True)
        chunks = [chunk.detach() for chunk in torch.split(x, 8)]  # error: DIF501
        for chunk in chunks:
            torch.autograd.backward(chunk.square().sum())
        return x.grad
""",
    "reverse mode needs the graph": TORCH
    + """
def cost(level: torch.Tensor):
    return torch.tensor(((level - 1) ** 2).mean().item())  # error: DIF503

slope = torch.func.grad(cost)
""",
    "a test that differentiates says that others may": TORCH
    + """
def length(x):
    return x.square().sum().sqrt()  # error: DIF301

def size(x):
    return x.square().sum().sqrt()

@torch.no_grad()
def show(x):
    return length(x), size(x)

def test_length():
    length(torch.zeros(3, requires_grad=True)).backward()

def test_size():
    assert size(torch.zeros(3)) == 0
""",
    "a flag that is set where nothing is recorded": TORCH
    + """
def _records(x: torch.Tensor, guide: torch.Tensor | None, width: float | torch.Tensor) -> bool:
    return torch.is_grad_enabled() and (
        x.requires_grad
        or (guide is not None and guide.requires_grad)
        or (isinstance(width, torch.Tensor) and width.requires_grad)
    )

def _weights(x: torch.Tensor, width: float | torch.Tensor, in_place: bool) -> torch.Tensor:
    if in_place:
        return x.mul(width).exp_().mul_(width)
    return (width * x).exp() * width

def weights(x: torch.Tensor, guide: torch.Tensor | None, width: float | torch.Tensor) -> torch.Tensor:
    in_place = not torch.jit.is_tracing() and not _records(x, guide, width)
    if not in_place:
        return _weights(x if guide is None else guide, width, False)
    return _weights(x[1:] if guide is None else guide, width, True)

def _spoilt(x: torch.Tensor, width: float | torch.Tensor, in_place: bool) -> torch.Tensor:
    if in_place:
        return x.mul(width).exp_().mul_(width)  # error: DIF508
    return (width * x).exp() * width

def spoilt(x: torch.Tensor, width: float | torch.Tensor) -> torch.Tensor:
    in_place = not torch.jit.is_tracing() or not _records(x, None, width)
    if not in_place:
        return _spoilt(x, width, False)
    return _spoilt(x[1:], width, True)

def _half(x: torch.Tensor, y: torch.Tensor, in_place: bool) -> torch.Tensor:
    if in_place:
        return x.mul(y).exp_().mul_(y)  # error: DIF508
    return (y * x).exp() * y

def half(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    if x.requires_grad:
        return _half(x, y, False)
    return _half(x, y, True)
""",
}

test_unrecorded = marked(CASES)
