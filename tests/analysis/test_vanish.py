"""What can be zero and what cannot, mechanism by mechanism; marks as in test_points."""

from __future__ import annotations

from marked import JAX, TORCH, marked

CASES = {
    "a selection that asks about the size of what it replaces": TORCH
    + """
def replaced(v):
    size = (v * v).sum(-1, keepdim=True)
    small = size < 0.25
    unit = torch.cat((torch.ones_like(size), torch.zeros_like(v[..., 1:])), -1)
    angle = torch.where(small, unit, v).norm(dim=-1, keepdim=True)
    return torch.where(small, 1 + size, torch.sin(angle) / angle).sum()

def zeroed(v):
    size = (v * v).sum(-1, keepdim=True)
    angle = torch.where(size < 0.25, v, torch.zeros_like(v)).norm(dim=-1, keepdim=True)
    return (v / angle).sum()  # error: DIF303

def other(v, w):
    big = (w * w).sum(-1, keepdim=True) > 1.0
    angle = torch.where(big, v - w, torch.ones_like(v)).norm(dim=-1, keepdim=True)
    return (v / angle).sum()  # error: DIF303
""",
    "a row of exponentials below an extremum has a one in it": TORCH
    + """
def nearest(points, width):
    apart = points.pow(2.0)
    apart = apart - apart.min(-1, keepdim=True)[0]
    weight = torch.exp(-apart / (2 * width.pow(2.0) + 0.1))
    return (weight / weight.sum(-1, keepdim=True)).sum()

def scaled(x, sharp):
    weight = torch.exp(sharp.square() * (x - x.amax(-1, keepdim=True)))
    return (weight / weight.sum(-1, keepdim=True)).sum()

def chosen(points, width):
    apart = points.abs() - points.abs().amin(-1, keepdim=True)
    sharp = width == 0
    weight = torch.exp(-apart / torch.where(sharp, torch.ones_like(width), width))
    weight = torch.where(sharp, (apart == 0).to(apart.dtype), weight)
    return (weight / weight.sum(-1, keepdim=True)).sum()

def unshifted(points, limit):
    weight = F.relu(limit - points.pow(2.0))
    return (weight / weight.sum(-1, keepdim=True)).sum()  # error: DIF303

def outside(points, width):
    apart = points.abs() - points.abs().amin(-1, keepdim=True)
    weight = torch.where(width == 0, (apart == 1).to(apart.dtype), torch.exp(-apart))
    return (weight / weight.sum(-1, keepdim=True)).sum()  # error: DIF303

def below(x):
    weight = F.relu(x - x.amax(-1, keepdim=True) + 0.0)
    return (weight / weight.sum(-1, keepdim=True)).sum()  # error: DIF303
""",
    "what lies between two values": TORCH
    + """
import pyro
import pyro.distributions as dist

def drawn(w, n):
    x = pyro.sample("x", dist.Uniform(-0.5, n + 0.5))
    return w / (x.square() - 0.25)

def between(w):
    x = torch.distributions.Uniform(1.0, 2.0).rsample()
    return w * torch.sqrt(x - 0.5)

def from_zero(w):
    x = torch.distributions.Uniform(w.abs(), 2.0).rsample()
    return torch.sqrt(x)  # error: DIF301
""",
    "a vector that is divided by its length has a length": TORCH
    + """
def again(v, w):
    v = v - v.mean(-1, keepdim=True)
    unit = 3.0 * v / v.norm(dim=-1, keepdim=True)  # error: DIF303
    return (w / unit.norm(dim=-1, keepdim=True)).sum()

def squared(v, w):
    unit = v / torch.sqrt((v * v).sum(-1, keepdim=True))  # error: DIF301 DIF303
    return (w / (unit * unit).sum(-1, keepdim=True)).sum()

def entries(v, w):
    v = v - v.mean(-1, keepdim=True)
    unit = v / v.norm(dim=-1, keepdim=True)  # error: DIF303
    return (w * torch.sqrt(unit * unit)).sum()  # error: DIF301

def another(u, v, w):
    mixed = u * v / (v - w).norm(dim=-1, keepdim=True)  # error: DIF303
    return (w / (mixed * mixed).sum(-1, keepdim=True)).sum()  # error: DIF303
""",
    "what an increasing function makes of a larger value is larger": TORCH
    + """
def binned(sigma, x):
    sharp = 0.7 / (sigma.abs() + 0.1)
    weight = (torch.erf(sharp * (x + 0.5)) - torch.erf(sharp * (x - 0.5))).clamp(min=0)
    return (weight / weight.sum(-1, keepdim=True)).sum()

def turned(sigma, x):
    weight = (torch.erfc((x - 0.5) / sigma.exp()) - torch.erfc((x + 0.5) / sigma.exp())).clamp(min=0)
    return (weight / weight.sum(-1, keepdim=True)).sum()

class Logged(nn.Module):
    def __init__(self):
        super().__init__()
        self.width = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        sharp = self.width.exp()
        return torch.log(torch.sigmoid(sharp * (x + 0.5)) - torch.sigmoid(sharp * (x - 0.5)))  # error: DIF304

def equal(sigma, x):
    weight = (torch.erf(sigma.exp() * (x + 0.5)) - torch.erf(sigma.exp() * (0.5 + x))).clamp(min=0)
    return (weight / weight.sum(-1, keepdim=True)).sum()  # error: DIF303

def either(sharp, x):
    weight = (torch.erf(sharp * (x + 0.5)) - torch.erf(sharp * (x - 0.5))).clamp(min=0)
    return (weight / weight.sum(-1, keepdim=True)).sum()  # error: DIF303

def bent(sigma, x):
    weight = F.relu(x + 0.5) - F.relu(x - 0.5)
    return (weight / weight.clamp(min=0).sum(-1, keepdim=True)).sum()  # error: DIF303
""",
    "a disjunction of two tests": TORCH
    + """
def either(u, v):
    some = (u != 0) | (v != 0)
    u, v = torch.where(some, u, torch.ones_like(u)), torch.where(some, v, torch.ones_like(v))
    return torch.sqrt(u**2 + v**2).sum()

def both(u, v):
    some = (u != 0) & (v != 0)
    size = torch.where(some, torch.ones_like(u), u**2 + v**2)
    return torch.sqrt(size).sum()  # error: DIF301
""",
    "a failed closeness is an inequality": TORCH
    + """
def near(x, y):
    zero = torch.isclose(x, torch.tensor(0.0, device=x.device))
    safe = torch.where(zero | (x.abs() > 5), torch.ones_like(x), x)
    return torch.where(zero, y, 2.0 / safe.abs()).sum()

def late(x, y):
    zero = torch.isclose(x, torch.tensor(0.0, device=x.device))
    return torch.where(zero, y, 2.0 / x.abs()).sum()  # error: DIF401
""",
    "a mask added to the size that it denies": TORCH
    + """
def moved(u):
    size = (u * u).sum(-1)
    large = size > 1e-6
    return torch.where(large, 1 / torch.sqrt(size + ~large), torch.zeros_like(size)).sum()

def doubled(u):
    size = (u * u).sum(-1)
    large = size > 1e-6
    return torch.where(large, 1 / torch.sqrt(size + large), torch.zeros_like(size)).sum()  # error: DIF401
""",
    "rows that a mask picks": TORCH
    + """
def picked(x):
    rows = x[x.sum(-1) != 0]
    return (rows / rows.norm(dim=-1, keepdim=True)).sum()

def dropped(x):
    rows = torch.relu(x)[x.sum(-1) == 0]
    return (rows / rows.norm(dim=-1, keepdim=True)).sum()  # error: DIF303
""",
    "elements that are written where they are small": TORCH
    + """
def stored(x):
    size = x.abs()
    size[torch.isclose(size, torch.zeros_like(size))] = 1.0
    return (1 / size).sum()

def shifted(x):
    x = x.clone()
    x[x == 0] = x[x == 0] + 1e-6
    return (x / torch.relu(x).abs().clamp(min=1e-3) / x.norm(dim=-1, keepdim=True)).sum()

def first(x):
    size = torch.relu(x)
    size[0] = 1.0  # error: DIF508
    return (1 / size).sum()  # error: DIF303
""",
    "a positive term that a mask lets through": TORCH
    + """
class Blocks(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(4, 4))
        self.register_buffer("diagonal", torch.eye(4))

    def forward(self, x):
        w = self.weight.exp() * self.diagonal + self.weight * (1 - self.diagonal)
        return x @ (w / (w**2).sum(-1, keepdim=True).sqrt())

class Linear(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(4, 4))
        self.register_buffer("diagonal", torch.eye(4))

    def forward(self, x):
        w = self.weight * self.diagonal + self.weight * (1 - self.diagonal)
        return x @ (w / (w**2).sum(-1, keepdim=True).sqrt())  # error: DIF301, DIF303
""",
    "orthonormal vectors have length one": TORCH
    + """
def axis(x):
    values, vectors = torch.linalg.eigh(x + torch.diag(torch.arange(3.0)))
    last = vectors[..., -1]
    return (last / last.norm(dim=-1, keepdim=True)).sum()

def triangle(x):
    q, r = torch.linalg.qr(x)
    return (q / q.norm(dim=0)).sum() + (r / torch.relu(r).norm(dim=0)).sum()  # error: DIF303
""",
    "sums over the rounds of a loop": TORCH
    + """
def added(x):
    total = torch.zeros(4)
    for row in range(3):
        total += torch.exp(x[row])
    return total.log().sum()

def counted(x):
    total = torch.zeros(4, 3)
    for row in range(3):
        for column in range(4):
            total[column, row] += torch.exp(x[row])
    return total.log().sum()

def squares(x, y):
    total = torch.zeros(4)
    for row in range(3):
        total += (x[row] - y[row]) ** 2
    return total.sqrt().sum()  # error: DIF301

def one(x, place):
    total = torch.zeros(4)
    for row in range(3):
        total[place] += torch.exp(x[row])
    return total.sqrt().sum()  # error: DIF301

def until(x):
    total = torch.zeros(4)
    while x.sum() < 3:
        total = total + torch.exp(x)
        x = x + 1
    return total.sqrt().sum()  # error: DIF301
""",
    "loops that fill": TORCH
    + """
def filled(x):
    out = torch.zeros(4)
    for i in range(4):
        out[i] = torch.exp(x[i])
    return (1 / out).sum()

def rectified(x):
    out = torch.zeros(4)
    for i in range(4):
        out[i] = torch.relu(x[i])
    return (1 / out).sum()  # error: DIF303

def scattered(x, groups):
    out = torch.zeros(4)
    for i in groups.argmax(-1):
        out[i] += torch.exp(x[i])
    return out.log().sum()  # error: DIF304
""",
    "what limits a value is on its other side": TORCH
    + """
def lowest(x):
    return (x - x.clamp(max=0.0) + 0.1).sqrt().sum() + (torch.where(x > 0, x, 0.0) - x + 0.1).sqrt().sum()

class Cut(nn.Module):
    def __init__(self):
        super().__init__()
        self.level = nn.Parameter(torch.zeros(3))

    def forward(self, x):
        return (self.level - self.level.clamp(min=0.0) + 0.1).sqrt().sum()  # error: DIF301
""",
    "an arm that is no number where the other one is not": TORCH
    + """
def log1mexp(x, bound):
    small = -bound < x
    return torch.where(small, (-x.expm1()).log(), (-x.exp()).log1p()).sum()

def halves(x):
    return torch.where(x < 0, torch.log1p(-x), torch.log(x)).sum()  # error: DIF401
""",
    "an axis is no part of what is put together": TORCH
    + """
def lengths(a, b):
    return torch.cat([a**2 + 1, b**2 + 1], -1).sqrt().sum()

def rows(a, b):
    return torch.stack([(a - b) ** 2, (a + b) ** 2], 1).sqrt().sum()  # error: DIF301
""",
    "the smallest size of a vector is that of its own entries": JAX
    + """
def guarded(x):
    size = jnp.sum(x**2, axis=-1, keepdims=True)
    safe = jnp.where(size > 0, x, 1.0)
    return jnp.sum(x / jnp.linalg.norm(safe, axis=-1, keepdims=True))

def late(x):
    size = jnp.linalg.norm(x - x.mean(), axis=-1, keepdims=True)  # error: DIF401
    return jnp.sum(x / jnp.where(size > 0, size, 1.0))

slopes = jax.grad(guarded), jax.grad(late)
""",
    "a vector of no length is replaced, below whatever bound": JAX
    + """
def guarded(x, least):
    size = jnp.linalg.norm(x, keepdims=True)
    safe = jnp.where(size <= least, jnp.ones_like(x), x)
    return jnp.where(size <= least, least, jnp.linalg.norm(safe)).sum()

slope = jax.grad(guarded)
""",
    "an entry of a vector that has a length may be zero": JAX
    + """
def measured(x):
    safe = jnp.where(jnp.linalg.norm(x) > 0, x, 1.0)
    return jnp.sum(jnp.sqrt(safe**2))  # error: DIF301

def summed(x):
    safe = jnp.where(jnp.sum(x**2) > 0, x, 1.0)
    return jnp.sum(jnp.sqrt(safe**2))  # error: DIF301

def whole(x):
    safe = jnp.where(jnp.sum(x**2) > 0, x, 1.0)
    return jnp.sqrt(jnp.sum(safe**2))

slopes = jax.grad(measured), jax.grad(summed), jax.grad(whole)
""",
    "a mask from elsewhere leaves out the zeros it puts something else in place of": JAX
    + """
def forces(x):
    gaps = jnp.sum((x[:, None] - x[None]) ** 2, -1)
    others = 1 - jnp.eye(x.shape[0])
    distances = jnp.sqrt(jnp.where(others, gaps, 1.0))
    return jnp.sum(jnp.where(others, 1 / distances, 0.0))

def leaky(x):
    gaps = jnp.sum((x[:, None] - x[None]) ** 2, -1)
    others = 1 - jnp.eye(x.shape[0])
    return jnp.sum(jnp.sqrt(jnp.where(others, gaps, 0.0)))  # error: DIF301

def capped(x):
    gaps = jnp.sum(x**2, -1)
    return jnp.sum(jnp.sqrt(jnp.where(gaps > 1.0, 1.0, gaps)))  # error: DIF301

slopes = jax.grad(forces), jax.grad(leaky), jax.grad(capped)
""",
    "a vector like zero is replaced, an entry is not": JAX
    + """
def guarded(x):
    none = jnp.allclose(x, 0.0)
    x = jnp.where(none, jnp.ones_like(x), x)
    return jnp.where(none, 0.0, jnp.linalg.norm(x))

def entries(x):
    safe = jnp.where(jnp.allclose(x, 0.0), 1.0, jnp.abs(x))
    return jnp.sum(1 / safe)  # error: DIF303

slopes = jax.grad(guarded), jax.grad(entries)
""",
    "one plus something has no logarithm of zero but where that is zero": TORCH
    + """
def density(x, scale: float):
    square = (scale / torch.exp(x)) ** 2
    return torch.log(0.3 * torch.log(1 + 4 * square) + 0.5 * torch.log(1 + 2 * square))

def distance(x, y):
    square = ((x - y) ** 2).sum(-1)
    return torch.log(0.3 * torch.log(1 + 4 * square))  # error: DIF304
""",
}


test_case = marked(CASES)
