"""Writes in place, between what keeps an array and what needs it again; marks as in test_points."""

from __future__ import annotations

from marked import JAX, TORCH, marked

CASES = {
    "a product keeps a factor for the derivative by the other one": TORCH
    + """
def faded(x: torch.Tensor, steps: int):
    h = torch.sin(x)
    h[0:2] = h[0:2] * (torch.arange(0, steps) / steps)
    return h.sum()

def weighted(x: torch.Tensor, w: torch.Tensor):
    h = torch.sin(x)
    h[0:2] = h[0:2] * w  # error: DIF508
    return h.sum()
""",
    "a quotient keeps the divisor always and the dividend for the derivative by the divisor": TORCH
    + """
def dividend(x: torch.Tensor, scale: float):
    h = torch.tan(x) + 1.0
    y = h / scale
    h += 1.0
    return y.sum()

def divisor(x: torch.Tensor):
    d = torch.ones(3)
    y = x.sin() / d
    d += 1.0  # error: DIF508
    return y.sum()
""",
    "an operation in place keeps a copy of what it overwrites and what it is given": TORCH
    + """
def own(x: torch.Tensor, w: torch.Tensor):
    h = x + 1.0
    h *= w.exp()
    return h.sum()

def size(x: torch.Tensor):
    h = x - x.mean()
    h /= torch.linalg.norm(h) + 1.0  # error: DIF508
    return h.sum()
""",
    "masks and positions are kept": TORCH
    + """
def masked(x: torch.Tensor):
    m = x > 0
    y = x[m] * 2.0
    m[0] = True  # error: DIF508
    return y.sum()

def maxima(x: torch.Tensor):
    h = x * 1.0
    y = torch.max(h, 0).values
    h[0] = 0.0
    return y.sum()
""",
    "a position counted by a loop is a view": TORCH
    + """
def recurrence(x: torch.Tensor, n: int):
    out = torch.zeros(n)
    for i in range(1, n):
        out[i] = out[i - 1] * x[i]  # error: DIF508
    return out.sum()

def series(x: torch.Tensor, n: int):
    out = torch.zeros(n)
    for i in range(1, n):
        out[i] = out[i - 1] + x[i]
    return out.sum()
""",
    "what keeps and what writes are in arms of one branch": TORCH
    + """
def apart(x: torch.Tensor, w: torch.Tensor, fast: bool):
    h = torch.sin(x)
    if fast:
        z = (h * w).exp()
    else:
        h = h + 1.0
        z = h
        z += 1.0
    return z.sum()

def left(x: torch.Tensor, w: torch.Tensor, fast: bool):
    h = x * 2.0
    if fast:
        return (h * w).sum()
    h += 1.0
    return h.sum()

def before(x: torch.Tensor, w: torch.Tensor, fast: bool):
    h = x * 2.0
    z = h * w
    if fast:
        return z.sum()
    h += 1.0
    return h.sum()

def rebound(x: torch.Tensor, flag: bool):
    m = x > 0
    y = x[m]
    if flag:
        m[0] = True
        y = x[m]
    return y.sum()

def together(x: torch.Tensor, w: torch.Tensor, fast: bool):
    h = x * 2.0
    z = h * w
    if fast:
        h += 1.0  # error: DIF508
    return z.sum() + h.sum()
""",
    "one of two arrays is written": TORCH
    + """
def joined(x: torch.Tensor, flag: bool):
    y = torch.exp(x) if flag else torch.sin(x)
    y += 1.0  # error: DIF508
    return y.sum()

def scaled(kernel: torch.Tensor, t: torch.Tensor, flag: bool):
    if flag:
        return kernel * t
    return kernel

def fused(x: torch.Tensor, t: torch.Tensor, flag: bool):
    kernel = x + 1.0
    result = scaled(kernel, t, flag)
    result += 1.0
    return result.sum()
""",
    "behind a loop a name is bound to the result of the last round": TORCH
    + """
def rounds(x: torch.Tensor, parts: list):
    h = torch.exp(x)
    for part in parts:
        h = h + part
    h += 1.0
    return h.sum()

def written(x: torch.Tensor, parts: list):
    h = torch.exp(x)
    for part in parts:
        h += part  # error: DIF508
    return h.sum()
""",
    "writes that are not recorded count, unless the derivatives have been taken": TORCH
    + """
def unrecorded(x: torch.Tensor, w: torch.Tensor):
    h = x * 2.0
    z = h * w
    with torch.no_grad():
        h.add_(1.0)  # error: DIF508
    return z.sum()

def step(w: torch.Tensor, x: torch.Tensor):
    h = w * 2.0
    loss = (h * x.sin()).sum()
    loss.backward()
    with torch.no_grad():
        h.add_(1.0)
""",
    "numbers and lists are bound anew": TORCH
    + """
def counted(x: torch.Tensor, count, size):
    assert isinstance(count, int)
    total = x.sum()
    while count > 0:
        total = total + x.sum() * min(count, size)
        count -= size
    return total

def listed(x: torch.Tensor, outputs: list[torch.Tensor]):
    y = outputs[-1] * x.exp()
    outputs[-1] = x
    outputs = outputs[1:]
    outputs[0] = y
    return y.sum()
""",
    "a detached array lies in the same memory, and its data are not watched": TORCH
    + """
def detached(x: torch.Tensor):
    h = torch.exp(x)
    h.detach().add_(1.0)  # error: DIF508
    return h.sum()

def marked(x: torch.Tensor):
    h = torch.exp(x)
    h.detach().requires_grad_(True)
    return h.sum()

def unwatched(x: torch.Tensor):
    h = torch.exp(x)
    h.data.add_(1.0)
    return h.sum()
""",
    "what an unknown call returns for several targets is in several places": TORCH
    + """
class Step(nn.Module):
    def __init__(self, first, make=None):
        super().__init__()
        self.first = first
        self.second = None if make is None else make(len(first))
        self.net = nn.Linear(3, 3)

    def forward(self, x):
        kept, total = self.first(x)
        shift = self.net(kept)
        total += shift.sum(-1)
        return kept + shift, total

    def inverse(self, y, context):
        total = 0.0
        if self.second is not None:
            y, total = self.second.inverse(y, context)  # takes more than an array's own `inverse`
        shift = self.net(y)
        total += shift.sum(-1)
        return y - shift, total

def rows(x: torch.Tensor):
    first, second = x.sin()
    y = first * second
    second += 1.0  # error: DIF508
    return y.sum()
""",
    "a framework without writes binds anew": JAX
    + """
def f(x):
    h = jnp.exp(x)
    h += 1.0
    return jnp.sum(h * x)

slope = jax.grad(f)
""",
}

test_cases = marked(CASES)
