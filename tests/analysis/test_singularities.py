"""Where derivatives are infinite or wrong, behaviour by behaviour; marks as in test_points."""

from __future__ import annotations

from marked import JAX, TORCH, marked

CASES = {
    "a mixture vanishes under its logarithm": TORCH
    + """
def mixture(w, z):
    return torch.log((torch.softmax(w, -1) * torch.exp(-(z**2))).sum(-1)).mean()  # error: DIF406

def stable(w, z):
    return torch.logsumexp(torch.log_softmax(w, -1) - z**2, dim=-1).mean()
""",
    "a saturated function reaches the end of a logarithm": TORCH
    + """
def correction(u):
    return torch.log(1 - torch.tanh(u) ** 2).sum()  # error: DIF304

def guarded(u):
    return torch.log(1 - torch.tanh(u) ** 2 + 1e-6).sum()
""",
    "logarithms of p and of 1 - p say that p is a probability": TORCH
    + """
def cross_entropy(p, y):
    return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()  # error: DIF304

def focal(p, y):
    hit = torch.where(y == 1, p, torch.ones_like(p))
    miss = torch.where(y == 0, p, torch.zeros_like(p))
    return -torch.log(hit).sum() - torch.log(1.0 - miss).sum()  # error: DIF304

def clamped(p, y):
    p = torch.clamp(p, 1e-4, 1.0 - 1e-4)
    return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()

def with_epsilon(p, y):
    return -(y * torch.log(p + 1e-7) + (1 - y) * torch.log(1 - p + 1e-7)).mean()

def one_sided(p, y):
    return -(y * torch.log(p)).sum()
""",
    "a buffer of unknown sign does not undo an epsilon": TORCH
    + """
class Bands(nn.Module):
    def __init__(self, bank):
        super().__init__()
        self.bank = nn.Parameter(torch.from_numpy(bank).float(), requires_grad=False)
        self.lin = nn.Linear(3, 3)

    def forward(self, x):
        return torch.matmul(self.bank, torch.norm(self.lin(x), dim=-1) ** 2).pow(0.5)  # error: DIF307

class SafeBands(nn.Module):
    def __init__(self, bank):
        super().__init__()
        self.bank = nn.Parameter(torch.from_numpy(bank).float(), requires_grad=False)
        self.lin = nn.Linear(3, 3)

    def forward(self, x):
        return torch.matmul(self.bank, self.lin(x) ** 2 + 1e-8).pow(0.5)
""",
    "squares minus twice a product is a distance": TORCH
    + """
def distances(x, y):
    squares = (x**2).sum(1, keepdim=True) + (y**2).sum(1)
    return torch.sqrt(squares - 2 * x @ y.t())  # error: DIF301

def gram(x):
    dot = torch.matmul(x, x.t())
    size = torch.diag(dot)
    return (size[None] - 2.0 * dot + size[:, None]).sqrt()  # error: DIF301

def chord(x, y):
    return torch.sqrt(2 - 2 * (F.normalize(x) * F.normalize(y)).sum(-1))  # error: DIF301

def clamped(x, y):
    squares = (x**2).sum(1, keepdim=True) + (y**2).sum(1)
    return torch.sqrt((squares - 2 * x @ y.t()).clamp(min=1e-12))

def mixed(x, y):
    return torch.sqrt((x**2).sum() - 0.5 * (x * y).sum())
""",
    "a mask that leaves out just the bad point shows that it is met": JAX
    + """
def entropy(p):
    return -jnp.sum(jnp.where(p != 0, p * jnp.log(p), 0.0))  # error: DIF401

def divergence(p, q):
    return jnp.sum(jnp.where(p > 0, p * jnp.log(p / q), 0.0))  # error: DIF401

def replaced(p):
    return -jnp.sum(jnp.where(p > 0, p * jnp.log(jnp.where(p > 0, p, 1.0)), 0.0))

def unrelated(p, x):
    return jnp.sum(jnp.where(x != 0, p**2, 0.0))
""",
    "constants of modules are numbers": TORCH
    + """
import math
import numpy as np

class Window(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(3, 3)

    def forward(self, x):
        x = self.lin(x)
        kernel = torch.sin(x) / torch.where(x != 0, np.pi**2 * x**2, 1)
        depth = torch.acos(x.clamp(-1 / math.e, math.pi / torch.pi))  # error: DIF404
        return kernel + torch.log(math.pi + x.abs()) + depth
""",
    "a default says that an exponent is a fraction": TORCH
    + """
class Warp(nn.Module):
    def __init__(self, powers=(0.5, 0.7)):
        super().__init__()
        self.powers = powers
        self.lin = nn.Linear(3, 3)

    def forward(self, x):
        return self.lin(x) ** self.powers[0]  # error: DIF307

class Gamma(nn.Module):
    def __init__(self, gamma=torch.tensor([0.5, 0.7])):
        super().__init__()
        self.gamma = gamma
        self.lin = nn.Linear(3, 3)

    def forward(self, x):
        return torch.pow(self.lin(x), self.gamma)  # error: DIF307

class Positive(nn.Module):
    def __init__(self, powers=(0.5, 0.7)):
        super().__init__()
        self.powers = powers
        self.lin = nn.Linear(3, 3)

    def forward(self, x):
        return (F.softplus(self.lin(x)) + 1e-3) ** self.powers[0]
""",
    "numerator and denominator vanish together": TORCH
    + """
def inverse_sinc(x):
    return (x / torch.sin(x)).sum()  # error: DIF311

def logarithmic_mean(a, b):
    return ((a - b) / torch.log(a / b)).sum()  # error: DIF311

def away(x):
    angle = x.clamp(min=1e-4, max=3.0)
    return (angle / torch.sin(angle)).sum()

def factor(x, y):
    return (x * y / x).sum()
""",
    "a softmax over groups": TORCH
    + """
def unshifted(s, i, n):
    e = torch.exp(s)  # error: DIF407
    return e / torch.zeros(n).index_add(0, i, e)[i]

def shifted(s, i, n):
    e = torch.exp(s - s.max())
    return e / torch.zeros(n).index_add(0, i, e)[i]
""",
    "counts of groups may be zero": TORCH
    + """
class Bare(nn.Module):
    def forward(self, x, i, n):
        count = torch.zeros(n).index_add(0, i, torch.ones_like(x))
        return torch.zeros(n).index_add(0, i, x) / count  # error: DIF303

class Clamped(nn.Module):
    def forward(self, x, i, n):
        count = torch.zeros(n).index_add(0, i, torch.ones_like(x))
        return torch.zeros(n).index_add(0, i, x) / count.clamp(min=1)
""",
    "a mask on one element says nothing about another": TORCH
    + """
def other(points):
    a, b = (points**2).unbind(-1)
    return torch.where(b > 0, torch.sqrt(a), 0.0).sum()  # error: DIF301

def same(points):
    a, b = (points**2).unbind(-1)
    return torch.sqrt(a[a > 0]).sum() + b.sum()
""",
    "lengths of arguments and of differences": TORCH
    + """
def direction(x):
    return x / x.norm()

def between(a, b):
    d = a - b
    return d / d.norm()  # error: DIF303
""",
    "a mask leaks where its other side is bad": TORCH
    + """
def single(x):
    return torch.where(x > 0, torch.sqrt(x), 0.0).sum()  # error: DIF401

def double(x):
    positive = x > 0
    return torch.where(positive, torch.sqrt(torch.where(positive, x, 1.0)), 0.0).sum()

def unrelated(x, y):
    return torch.where(y > 0, x.log(), 0.0).sum()

def soft(x):
    size = (x * x).sum(-1)
    near = size < 1e-6
    root = (size + near.float()).sqrt()
    return torch.where(near, 1.0, torch.sin(root) / root).sum()
""",
    "the input that a layer saved may not be overwritten": TORCH
    + """
class Loop(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(3, 3)

    def forward(self, x):
        h = x * 1.0
        for _ in range(3):
            y = self.lin(h)
            h += y  # error: DIF508
        return h.sum()

class Fresh(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(3, 3)

    def forward(self, x):
        h = x * 1.0
        for _ in range(3):
            h = h + self.lin(h)
        return h.sum()
""",
    "a ridge of zero is none": TORCH
    + """
class Bare(nn.Module):
    def __init__(self, ridge=0.0):
        super().__init__()
        self.ridge = ridge

    def forward(self, x):
        gram = x.T @ x
        return torch.linalg.inv(gram + self.ridge * torch.eye(3))  # error: DIF313

class Ridged(nn.Module):
    def __init__(self, ridge=1e-3):
        super().__init__()
        self.ridge = ridge

    def forward(self, x):
        gram = x.T @ x
        return torch.linalg.inv(gram + self.ridge * torch.eye(3))
""",
    "points of a kernel may coincide": TORCH
    + """
def bare(x):
    k = torch.exp(-0.5 * (x[:, None] - x[None, :]) ** 2)
    return torch.linalg.cholesky(k)  # error: DIF313

def jittered(x, jitter=1e-6):
    k = torch.exp(-0.5 * (x[:, None] - x[None, :]) ** 2)
    return torch.linalg.cholesky(k + jitter * torch.eye(3))
""",
    "a scaled argument is no kernel": TORCH
    + """
def root(state, spread, n: int, k):
    return torch.linalg.cholesky((n + k) * spread) @ state

def halved(spread, b):
    return torch.cholesky_solve(b, torch.linalg.cholesky(spread / 2.0))

def kernel(x, scale, b):
    return torch.linalg.cholesky(scale * torch.exp(-torch.cdist(x, x) ** 2)) @ b  # error: DIF313
""",
    "a variance as a difference of two moments": TORCH
    + """
def silog(p, q, c=0.85):
    d = torch.log(p + 1.0) - torch.log(q + 1.0)
    return torch.sqrt((d**2).mean() - c * d.mean() ** 2)  # error: DIF301

def guarded(p, q, c=0.85):
    d = torch.log(p + 1.0) - torch.log(q + 1.0)
    return torch.sqrt(((d**2).mean() - c * d.mean() ** 2).clamp(min=1e-6))
""",
    "the sine of a computed cosine": TORCH
    + """
class Margin(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(5, 3))

    def forward(self, x):
        cosine = F.linear(F.normalize(x), F.normalize(self.weight))
        return cosine - torch.sqrt(1.0 - cosine**2)  # error: DIF301

class Clamped(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(5, 3))

    def forward(self, x):
        cosine = F.linear(F.normalize(x), F.normalize(self.weight)).clamp(-1 + 1e-6, 1 - 1e-6)
        return cosine - torch.sqrt(1.0 - cosine**2)
""",
    "equal points are at the end of acosh": TORCH
    + """
class Hyperbolic(nn.Module):
    def forward(self, u, v):
        gap = (u - v).square().sum(-1)
        room = (1 - u.square().sum(-1)) * (1 - v.square().sum(-1))
        return torch.acosh(1 + 2 * gap / room).mean()  # error: DIF305

class Guarded(nn.Module):
    def forward(self, u, v):
        gap = (u - v).square().sum(-1)
        return torch.acosh(1 + 2 * gap + 1e-6).mean()
""",
    "a vector replaced where its own size is too small has one": JAX
    + """
def guarded(x, least):
    size = jnp.linalg.norm(x, axis=-1, keepdims=True)  # error: DIF302
    return x / jnp.maximum(size, least)

def replaced(x, least):
    size = jnp.sum(x * x, axis=-1, keepdims=True)
    inner = jnp.linalg.norm(jnp.where(size <= least, jnp.ones_like(x), x), axis=-1)
    return jnp.where(size[..., 0] <= least, least, inner)

def zeroed(x, keep):
    return jnp.linalg.norm(jnp.where(keep, x, 0.0), axis=-1)  # error: DIF302

slopes = [jax.grad(guarded), jax.grad(replaced), jax.grad(zeroed)]
""",
    "a cosine of positive vectors is one too": JAX
    + """
def angle(p, q):
    return jnp.arccos(jnp.vdot(jax.nn.softmax(p), jax.nn.softmax(q)))  # error: DIF305

slope = jax.grad(angle)
""",
    "a quadratic form has the sign of its matrix": """
import numpy as np
from scipy.optimize import minimize

def ratio(w, mean, cov):
    return -(w @ mean) / np.sqrt(w @ cov @ w)

def form(w, left, cov):
    return np.sqrt(left @ cov @ w)  # error: DIF301

best = minimize(ratio, np.ones(3), args=(1, 2)), minimize(form, np.ones(3), args=(1, 2))
""",
}


test_case = marked(CASES)
