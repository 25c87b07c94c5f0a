"""What conditions, relations between operands and limits of formats say of ranges; marks as in test_points."""

from __future__ import annotations

from marked import JAX, TORCH, marked

CASES = {
    "a repair of infinities is none of what is no number": TORCH
    + """
class Domain(nn.Module):
    def __init__(self):
        super().__init__()
        self.line = nn.Linear(3, 3)

    def forward(self, x):
        y = torch.log(1 - self.line(x))  # error: DIF304
        return y.masked_fill(y.isinf(), 0.0).sum()

class Undefined(nn.Module):
    def __init__(self):
        super().__init__()
        self.line = nn.Linear(3, 3)

    def forward(self, x):
        y = torch.log(1 - self.line(x))  # error: DIF401
        return y.masked_fill(y.isnan(), 0.0).sum()

class Overflow(nn.Module):
    def __init__(self):
        super().__init__()
        self.line = nn.Linear(3, 3)

    def forward(self, x):
        y = 2 * torch.exp(self.line(x))  # error: DIF401
        return torch.where(y.isinf(), 0.0, y).sum()

class Pole(nn.Module):
    def __init__(self):
        super().__init__()
        self.line = nn.Linear(3, 3)

    def forward(self, x):
        y = 1 / self.line(x).relu()  # error: DIF401
        return torch.where(torch.isinf(y), 0.0, y).sum()
""",
    "the unknown bound of a size is positive": TORCH
    + """
def clipped(step, most: float):
    norm = torch.linalg.norm(step @ step)
    if norm > most:
        step = step * (most / norm)
    return step.sum()

def reached(step, most: float):
    norm = torch.linalg.norm(step @ step)
    if norm >= most:
        step = step * (most / norm)
    return step.sum()

def below(step, most: float):
    norm = torch.linalg.norm(step @ step)
    if norm <= most:
        step = step * (most / norm)  # error: DIF303
    return step.sum()

def computed(step, other, most: float):
    norm = torch.linalg.norm(step @ step)
    if norm >= (step @ other).sum():
        step = step * (most / norm)  # error: DIF303
    return step.sum()
""",
    "data that a size is compared with has either sign": JAX
    + """
def quantile(q, k: float):
    part = k**2 / (1 + k**2)
    return jnp.sum(jnp.where(q <= part, jnp.exp(-q / part), q))

def either(x, y):
    size = jnp.abs(y)
    return jnp.sum(jnp.where(x <= size, x / jnp.maximum(size, 0.0), x))  # error: DIF303

slopes = jax.grad(quantile), jax.grad(either, argnums=(0, 1))
""",
    "the limits of number formats": TORCH
    + """
def least(x: torch.Tensor):
    size = x.abs().sum(-1)
    return (x / size.clamp(min=torch.finfo(size.dtype).tiny)).sum() + (x / (size + torch.finfo(x.dtype).eps)).sum()

def most(x: torch.Tensor):
    size = x.abs().sum(-1)
    return (x / size.clamp(max=torch.finfo(size.dtype).max)).sum()  # error: DIF303

def lowest(x: torch.Tensor):
    size = x.abs().sum(-1)
    return (x / size.clamp(min=torch.finfo(size.dtype).min)).sum()  # error: DIF303
""",
    "the limits of number formats in jax": JAX
    + """
import numpy as np

def guarded(x):
    size = jnp.abs(x).sum(-1)
    return jnp.sum(x / jnp.maximum(size, np.finfo(np.float32).eps)) + jnp.sum(x / (size + jnp.finfo(x.dtype).tiny))

def unguarded(x):
    size = jnp.abs(x).sum(-1)
    return jnp.sum(x / jnp.minimum(size, jnp.finfo(x.dtype).max))  # error: DIF303

slopes = jax.grad(guarded), jax.grad(unguarded)
""",
    "a cosine between its zeros": TORCH
    + """
import math

class Angle(nn.Module):
    def __init__(self):
        super().__init__()
        self.line = nn.Linear(3, 3)

    def forward(self, x):
        eps = torch.finfo(x.dtype).eps
        angle = self.line(x).clamp(min=2 * eps - math.pi / 2, max=math.pi / 2 - 2 * eps)
        return (0.5 * angle.cos()).pow(1.5).sum() + self.line(x).clamp(0.5, 3).sin().sqrt().sum()

class Right(nn.Module):
    def __init__(self):
        super().__init__()
        self.line = nn.Linear(3, 3)

    def forward(self, x):
        angle = self.line(x)
        half = (0.5 * angle.clamp(-1.6, 1).cos()).pow(1.5).sum()  # error: DIF307
        return half + angle.clamp(0, 2).sin().sqrt().sum()  # error: DIF301
""",
    "a mixture lies between its parts": TORCH
    + """
class Focal(nn.Module):
    def __init__(self):
        super().__init__()
        self.line = nn.Linear(3, 3)

    def forward(self, x, y):
        p = self.line(x).sigmoid()
        y = y.clamp(0, 1)
        return torch.pow(1 - (p * y + (1 - p) * (1 - y)), 1.5).sum()

class Labels(nn.Module):
    def __init__(self):
        super().__init__()
        self.line = nn.Linear(3, 3)

    def forward(self, x, y):
        p = self.line(x).sigmoid()
        return torch.pow(1 - (p * y + (1 - p) * (1 - y)), 1.5).sum()

class Wide(nn.Module):
    def __init__(self):
        super().__init__()
        self.line = nn.Linear(3, 3)

    def forward(self, x, y):
        p = self.line(x).sigmoid()
        y = y.clamp(0, 2)
        return torch.pow(1 - (p * y + (1 - p) * (1 - y)), 1.5).sum()  # error: DIF307

class Trained(nn.Module):
    def __init__(self):
        super().__init__()
        self.line = nn.Linear(3, 3)
        self.weight = nn.Parameter(torch.ones(3))

    def forward(self, x):
        p, q = self.line(x).sigmoid(), x.sigmoid()
        return torch.pow(1 - (p * self.weight + q * (1 - self.weight)), 1.5).sum()  # error: DIF307
""",
    "integers mix to fractions": TORCH
    + """
def chosen(x, y):
    weight = y.sigmoid()
    return (x / (weight * 1.0 + (1 - weight) * -1.0).relu()).sum()  # error: DIF303
""",
    "a count over one less": TORCH
    + """
class Spread(nn.Module):
    def __init__(self):
        super().__init__()
        self.line = nn.Linear(3, 3)

    def forward(self, x, mask):
        n = (mask > 0).sum(0)
        squares = self.line(x).pow(2).mean(0)
        return torch.pow(squares * n / (n - 1), 1.5).sum()

class Twice(nn.Module):
    def __init__(self):
        super().__init__()
        self.line = nn.Linear(3, 3)

    def forward(self, x, mask):
        n = (mask > 0).sum(0)
        squares = self.line(x).pow(2).mean(0)
        return torch.pow(squares * n / (n - 2), 1.5).sum()  # error: DIF307
""",
    "a zero of a setting is nobody's data": TORCH
    + """
class Signal(nn.Module):
    def __init__(self, most: float):
        super().__init__()
        self.most = most
        self.line = nn.Linear(3, 3)

    def forward(self, x):
        return torch.log10(self.most**2 / (self.line(x) ** 2 + 1)).sum()

class Silent(nn.Module):
    def __init__(self, most: float = 0.0):
        super().__init__()
        self.most = most
        self.line = nn.Linear(3, 3)

    def forward(self, x):
        return torch.log10(self.most**2 / (self.line(x) ** 2 + 1)).sum()  # error: DIF304

class Rectified(nn.Module):
    def __init__(self, most: float):
        super().__init__()
        self.most = most
        self.line = nn.Linear(3, 3)

    def forward(self, x):
        return torch.log(self.most**2 * self.line(x).relu()).sum()  # error: DIF304

class Counted(nn.Module):
    def __init__(self):
        super().__init__()
        self.line = nn.Linear(3, 3)

    def forward(self, x, n: int):
        total = 0.0
        for k in range(n):
            total = total + torch.log(k * self.line(x).exp()).sum()  # error: DIF304
        return total
""",
    "what a function that returned has checked": TORCH
    + """
def within(n: int, most: int):
    if not 1 < n < most:
        raise ValueError("no")

def positive(x):
    if (x <= 0).any():
        raise ValueError("no")
    return x

def sometimes(x):
    if x.ndim == 3:
        return
    if (x <= 0).any():
        raise ValueError("no")

class Checked(nn.Module):
    def __init__(self):
        super().__init__()
        self.line = nn.Linear(3, 3)

    def forward(self, x, labels):
        n = len(torch.unique(labels))
        within(n, x.shape[0])
        y = self.line(x).relu()
        positive(y)
        return torch.log(y).sum() + torch.log((self.line(x).abs() + 1) * (n - 1.0)).sum()

class Partly(nn.Module):
    def __init__(self):
        super().__init__()
        self.line = nn.Linear(3, 3)

    def forward(self, x):
        y = self.line(x).relu()
        sometimes(y)
        return torch.log(y).sum()  # error: DIF404

class Caught(nn.Module):
    def __init__(self):
        super().__init__()
        self.line = nn.Linear(3, 3)

    def forward(self, x):
        y = self.line(x).relu()
        try:
            positive(y)
        except ValueError:
            print("not positive")
        return torch.log(y).sum()  # error: DIF404

class Conditional(nn.Module):
    def __init__(self):
        super().__init__()
        self.line = nn.Linear(3, 3)

    def forward(self, x, test: bool):
        y = self.line(x).relu()
        if test:
            positive(y)
        print(positive(y) if test else 0.0)
        return torch.log(y).sum()  # error: DIF404
""",
    "the larger of a size and a setting": TORCH
    + """
def recurrence(x, n: int):
    order = n + 1
    large = x.abs() > order * order / 4
    bounded = torch.where(large, x.abs(), torch.full_like(x, order * order / 4))
    return torch.where(large, 2.0 / bounded, x).sum()

def smaller(x, n: int):
    order = n + 1
    large = x.abs() > order * order / 4
    bounded = torch.where(large, torch.full_like(x, order * order / 4), x.abs())
    return torch.where(large, x, 2.0 / bounded).sum()  # error: DIF303
""",
    "an entropy is zero for a single share only": TORCH
    + """
class Joint(nn.Module):
    def __init__(self):
        super().__init__()
        self.line = nn.Linear(3, 3)

    def forward(self, x):
        p = self.line(x).clamp(1e-6)
        p = p / p.sum(dim=-1, keepdim=True)
        return (1 / torch.sum(-p * torch.log(p), dim=-1)).sum()

class Single(nn.Module):
    def __init__(self):
        super().__init__()
        self.line = nn.Linear(3, 3)

    def forward(self, x):
        p = self.line(x).clamp(1e-6)
        p = p / p.sum(dim=-1, keepdim=True)
        return (1 / -torch.log(p)).sum()  # error: DIF303
""",
    "a check that admits zero does not say that it comes": TORCH
    + """
def deviations(matrix):
    variance = torch.diagonal(matrix, dim1=-2, dim2=-1)
    if not torch.all(variance >= 0):
        raise ValueError("negative")
    return 1 / variance.sqrt()

def rectified(matrix):
    variance = torch.diagonal(matrix, dim1=-2, dim2=-1).relu()
    if not torch.all(variance >= 0):
        raise ValueError("negative")
    return 1 / variance.sqrt()  # error: DIF303
""",
    "no number where the domain ends": JAX
    + """
def inverse(q, scale):
    outside = jnp.logical_or(jnp.isnan(q), jnp.less(q, 0.0))
    outside = jnp.logical_or(outside, jnp.greater(q, 1.0))
    return jnp.where(outside, jnp.nan, jnp.power(1.0 - q, jnp.reciprocal(scale)))

def zeroed(q, scale):
    outside = jnp.logical_or(jnp.less(q, 0.0), jnp.greater(q, 1.0))
    return jnp.where(outside, 0.0, jnp.power(1.0 - q, jnp.reciprocal(scale)))  # error: DIF401
""",
    "what is taken from the unknown may be a size, choices and sums of it as well": TORCH
    + """
def rounds(x: torch.Tensor, plan):
    state = plan(x)
    for number in range(3):
        if number > 1:
            state = plan(x)
        left = state.total
        if x.ndim > 2:
            left -= state.start.shape[0]
        if left > 0:
            x = x + 3
    return x

def signs(x: torch.Tensor, plan):
    if (plan(x) - x).sum() > 0:  # error: DIF601
        x = x + 3
    return x
""",
}


test_case = marked(CASES)
