"""What counts as a source, a sink or a loss of gradient, behaviour by behaviour; marks as in test_points."""

from __future__ import annotations

from marked import JAX, TORCH, marked

CASES = {
    "a way through numpy back into the module is a cut": TORCH
    + """
import numpy as np

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(3, 3)

    def forward(self, x):
        return torch.from_numpy(np.sin(self.lin(x).detach().numpy()))  # error: DIF501
""",
    "results for readers are no cut": TORCH
    + """
import math

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(3, 3)

    def forward(self, x):
        return torch.sin(self.lin(x))

    def predict(self, x):
        return torch.sigmoid(self.forward(x)).detach().numpy()

def decibels(x):
    return 10.0 * math.log10(x.square().mean().item())
""",
    "a threshold that only a comparison sees never moves": TORCH
    + """
class Masked(nn.Module):
    def __init__(self):
        super().__init__()
        self.level = nn.Parameter(torch.zeros(3))

    def forward(self, x):
        return x * (x > self.level)  # error: DIF103

class Selected(nn.Module):
    def __init__(self):
        super().__init__()
        self.level = nn.Parameter(torch.zeros(3))

    def forward(self, x):
        return torch.where(x > self.level, x, 0.1 * x)  # error: DIF103

class Soft(nn.Module):
    def __init__(self):
        super().__init__()
        self.level = nn.Parameter(torch.zeros(3))

    def forward(self, x):
        return x * torch.sigmoid(x - self.level)

class Moved(nn.Module):
    def __init__(self):
        super().__init__()
        self.level = nn.Parameter(torch.zeros(3))

    def forward(self, x):
        return torch.where(x > self.level, x - self.level, 0.1 * (x - self.level))
""",
    "a step by where is a constant term of an objective": JAX
    + """
def stepped(w):
    return jnp.sum(w**2) + jnp.sum(jnp.where(w > 0, 3.0, 1.0))  # error: DIF103

def scaled(w):
    return jnp.sum(w**2 * jnp.where(w > 0, 3.0, 1.0))

def entries(params):
    return jnp.sum(params["b"] ** 2) + jnp.sum(jnp.where(params["a"] > 0, 3.0, 1.0))  # error: DIF103

slopes = jax.grad(stepped), jax.grad(scaled), jax.grad(entries)
""",
    "a training step differentiates once": JAX
    + """
def loss(params, x, y):
    return jnp.mean((x @ params - y) ** 2)

def norm(tree):
    return jnp.sqrt(sum(jnp.sum(leaf**2) for leaf in jax.tree_util.tree_leaves(tree)))

def clip(tree, limit):
    return jax.tree_util.tree_map(lambda g: g * jnp.minimum(1.0, limit / norm(tree)), tree)

def train(params, x, y):
    value, grads = jax.value_and_grad(loss)(params, x, y)
    return params - 0.1 * clip(grads, 1.0), value
""",
    "a gradient with a graph is differentiated again": TORCH
    + """
def penalty(net, x):
    (g,) = torch.autograd.grad(net(x).sum(), x, create_graph=True)
    return (g.square().sum(-1).sqrt() - 1.0).square().mean()  # error: DIF301

def statistic(net, x):
    (g,) = torch.autograd.grad(net(x).sum(), x)
    return (g.square().sum(-1).sqrt() - 1.0).square().mean()
""",
    "callers that pass data decide for a function": TORCH
    + """
def spread(x):
    return (x.square().sum(-1).sqrt() - 1.0).mean()

def per_entry(total, count):
    return torch.log(total * total) / (count * count)

@torch.no_grad()
def evaluate(model, x):
    return spread(model(x))

def report(model, x):
    with torch.no_grad():
        return per_entry(model(x).argmax(-1), (x > 0).sum())
""",
    "one caller that passes what is alive decides otherwise": TORCH
    + """
def spread(x):
    return (x.square().sum(-1).sqrt() - 1.0).mean()  # error: DIF301

@torch.no_grad()
def evaluate(model, x):
    return spread(model(x))

def train(model, x):
    spread(model(x)).backward()
""",
    "functions returned together in a record are a protocol": JAX
    + """
from typing import NamedTuple, Callable

class Optimiser(NamedTuple):
    init: Callable
    update: Callable

def normalised(rate):
    def init(params):
        return jnp.zeros_like(params)

    def update(grads, state):
        return rate * grads / jnp.sqrt(jnp.sum(grads * grads)), state

    return Optimiser(init, update)

def alone(rate):
    def length(x):
        return rate * jnp.sqrt(jnp.sum(x * x))  # error: DIF301

    return length
""",
    "a branch that picks the smaller is a minimum": TORCH
    + """
def least(table):
    best = None
    for row in range(3):
        cost = table[row].square().mean()
        if best is None or best > cost:
            best = cost
    return best

def larger(x, y):
    a, b = x.square().sum(), y.square().sum()
    return a if a > b else b

def other(x, y):
    a, b = x.square().sum(), y.square().sum()
    return 2.0 * a if a > b else b  # error: DIF601
""",
    "a segment's maximum is at least its entries, however it is found": TORCH
    + """
import elsewhere

def reduced(x, rows, size):
    if elsewhere.FAST:
        return x.new_zeros(size).scatter_reduce_(0, rows, x, reduce="amax", include_self=False)
    return elsewhere.largest(x, rows, size)

def shares(x, rows):
    y = (x - reduced(x, rows, 4)[rows]).exp()
    return y / (x.new_zeros(4).index_add(0, rows, y)[rows] + 1e-16)

def bounded(x, slack=0.0):
    top = x.max(dim=-1, keepdim=True)[0].clamp(min=0.0)
    y = (x - top).exp()
    return y / (y.sum(dim=-1, keepdim=True) + (slack - top).exp())

def limited(x, slack=0.0):
    top = x.max(dim=-1, keepdim=True)[0].clamp(max=0.0)
    y = (x - top).exp()  # error: DIF407
    return y / (y.sum(dim=-1, keepdim=True) + (slack - top).exp())
""",
    "masks and positions want no gradient": TORCH
    + """
def masked(x, mask):
    return (x * ~mask).sum() / (1.0 + mask.float().sum())

def selected(x, keep):
    return torch.where(keep, x, 0.0).sum() * (keep.float() > 0.5).float().mean()

def picked(x, rows):
    return x[rows].sum() + (x * (rows * 1.0).round().mean()).sum()
""",
    "entries of a parameter tree are sources of their own": JAX
    + """
def loss(params, table):
    row = table[(params["a"] * 4.0).astype(int)]  # error: DIF104
    return jnp.sum(row * params["b"])

def smooth(params, table):
    row = table[0] * params["a"]
    return jnp.sum(row * params["b"])

slopes = jax.grad(loss), jax.grad(smooth)
""",
    "a tracer refuses to become a number": JAX
    + """
import numpy as np

def converted(w):
    scale = np.asarray(w).max()  # error: DIF505
    return jnp.sum(w**2) * scale

def extracted(w):
    return jnp.sum(w**2) * float(w[0])  # error: DIF503

def kept(w):
    return jnp.sum(w**2) * jnp.asarray(w).max()

slopes = jax.grad(converted), jax.grad(extracted), jax.grad(kept)
""",
    "a slice of a list of layers keeps their order": TORCH
    + """
class Block(nn.Module):
    def __init__(self, reps, width, strides=1, first=True):
        super().__init__()
        rep = []
        for i in range(reps):
            rep.append(nn.ReLU(inplace=True))
            rep.append(nn.Conv2d(width, width, 3))
            rep.append(nn.BatchNorm2d(width))
        if not first:
            rep = rep[1:]
        else:
            rep[0] = nn.ReLU(inplace=False)
        if strides != 1:
            rep.append(nn.MaxPool2d(3, strides, 1))
        self.rep = nn.Sequential(*rep)

    def forward(self, x):
        y = self.rep(x)
        y += x
        return y

class Ends(nn.Module):
    def __init__(self, width):
        super().__init__()
        parts = [nn.Conv2d(width, width, 3), nn.BatchNorm2d(width), nn.ReLU()]
        self.rep = nn.Sequential(*parts[1:])

    def forward(self, x):
        y = self.rep(x)
        y += x  # error: DIF508
        return y
""",
    "a target may be detached beside a live loss": TORCH
    + """
class Distillation(nn.Module):
    def forward(self, student, teacher):
        wanted = torch.softmax(teacher / 2.0, -1).detach()
        return -(wanted * torch.log_softmax(student, -1)).sum(-1).mean()
""",
    "a ratio may not": TORCH
    + """
class Policy(nn.Module):
    def forward(self, new, old, advantage):
        ratio = torch.exp(new - old).detach()  # error: DIF501
        return -(ratio * advantage).mean()
""",
    "a result that is repaired is a hazard, unless nobody knows its operand": TORCH
    + """
import elsewhere

def repaired(x: torch.Tensor):
    y = torch.log(x)  # error: DIF401
    return torch.where(torch.isnan(y), torch.zeros_like(y), y).sum()

def unknown(x: torch.Tensor):
    y = torch.log(elsewhere.scores(x))
    return torch.where(torch.isnan(y), torch.zeros_like(y), y).sum()
""",
}


test_case = marked(CASES)
