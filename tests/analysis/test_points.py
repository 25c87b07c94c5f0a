"""What the analysis must get right, point by point; marks say what is reported, other lines are silent."""

from __future__ import annotations

from pathlib import Path

from marked import JAX, TORCH, marked

from difflint.check import Request, check
from difflint.config import Config
from difflint.diagnose import Selection

CASES = {
    "1 metrics, logging and evaluation are silent": TORCH
    + """
@torch.no_grad()
def evaluate(model, x, y):
    size = (x * x).sum()
    return ((model(x) / size) - y).abs().mean().item()

def log(losses):
    print(sum(loss.item() for loss in losses) / len(losses))
""",
    "1 a value that reaches no result is silent": TORCH
    + """
def f(x):
    unused = torch.sqrt((x * x).sum())
    return x.sum()
""",
    "1 the gradient may come through the numerator": TORCH
    + """
class Pool(nn.Module):
    def forward(self, x, lengths):
        count = (lengths > 0).sum()
        return x.sum() / count  # error: DIF303
""",
    "1 auxiliary results beside a live one are silent": JAX
    + """
def loss(params, x, y):
    logits = x @ params
    hits = jnp.mean((jnp.argmax(logits, -1) == y).astype(jnp.float32))
    return jnp.mean(logits**2), hits

step = jax.value_and_grad(loss, has_aux=True)
""",
    "2 a guard behind the operation is none": TORCH
    + """
def f(x):
    return torch.sqrt((x * x).sum(-1)).clamp(min=1e-6)  # error: DIF301
""",
    "2 open and closed ends": TORCH
    + """
def f(x):
    a = x.clamp(min=1e-6).sqrt()
    b = x.clamp(min=0).sqrt()  # error: DIF404
    c = (x * x + 1e-6).log()
    d = x.square().sum().log()  # error: DIF304
    return a.sum() + b.sum() + c.sum() + d
""",
    "3 a where masks the cotangent": TORCH
    + """
def f(x):
    m = x > 0
    bad = torch.where(m, x.log(), 0.0)  # error: DIF401
    good = torch.where(m, torch.where(m, x, 1.0).log(), 0.0)
    return (bad + good).sum()
""",
    "3 a branch of the framework protects": JAX
    + """
def f(x):
    size = jnp.sum(x * x)
    return jax.lax.cond(size > 0, lambda s: jnp.sqrt(s), lambda s: 0.0 * s, size)

slope = jax.grad(f)
""",
    "4 predicates refine, whatever they are called": TORCH
    + """
def by_mask(d):
    size = d * d
    m = size > 0
    return size[m].sqrt().sum()

def by_fill(d):
    size = (d * d).sum(-1)
    empty = size == 0
    return size.masked_fill(empty, 1.0).sqrt().sum()

def by_assertion(d):
    size = (d * d).sum(-1)
    assert (size > 0).all()
    return size.sqrt().sum()

def by_return(d):
    size = (d * d).sum(-1)
    if (size == 0).any():
        return d.sum()
    return size.sqrt().sum()

def by_maximum(d, eps=1e-8):
    return torch.maximum((d * d).sum(-1), torch.tensor(eps)).sqrt().sum()
""",
    "5 ranges and relations": TORCH
    + """
def f(x, y):
    shifted = x - x.max(dim=-1, keepdim=True).values
    total = shifted.exp().sum(-1)
    a = total.log() / total
    p = torch.sigmoid(y)
    b = (1 - 0.9 * p).log()
    c = 1 / (1 + y**2) + 1 / torch.cosh(y) + 1 / (F.softplus(y) + 0.1)
    d = 1 / (y.abs() + 1) + 1 / (y.norm() + 1e-3)
    return a.sum() + b.sum() + c.sum() + d.sum()
""",
    "6 epsilon is a number": TORCH
    + """
class Scale(nn.Module):
    def __init__(self, eps=0.0):
        super().__init__()
        self.eps = eps

    def forward(self, x):
        return x / ((x * x).mean() + self.eps)  # error: DIF303

def vanishing(x):
    return x / torch.sqrt((x * x).sum() + 1e-60)  # error: DIF303, DIF409
""",
    "7 casts, masks and straight-through": TORCH
    + """
class Quantised(nn.Module):
    def forward(self, x):
        hard = x + (torch.round(x) - x).detach()
        gate = (x > 0).float()
        return hard * gate

class Steps(nn.Module):
    def forward(self, x):
        return (x * 4.0).long().float() * 0.25  # error: DIF104
""",
    "8 a cut is a finding where it discards a computation": TORCH
    + """
def target(x, y):
    return (x - (y * 2.0).detach()).square().mean() + y.sum()

class Lost(nn.Module):
    def forward(self, x):
        hidden = torch.tanh(x).detach()  # error: DIF501
        return hidden.square().mean()
""",
    "9 derivatives written by hand are boundaries": TORCH
    + """
class Root(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clamp(min=0).sqrt()

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad / (2 * x.clamp(min=1e-6).sqrt())

def f(x):
    return Root.apply(x).sum()
""",
    "10 helpers, methods, defaults, partials": TORCH
    + """
from functools import partial

def ratio(a, b, eps=1e-8):
    return a / (b + eps)

def bare(a, b):
    return a / b  # error: DIF303

class Model(nn.Module):
    def __init__(self, dim, floor=1e-3):
        super().__init__()
        self.head = nn.Linear(dim, 1)
        self.floor = floor
        self.safe = partial(ratio, eps=0.5)

    def size(self, x):
        return (x * x).sum(-1)

    def forward(self, x):
        size = self.size(x)
        one = ratio(x.sum(-1), size)
        two = self.safe(x.sum(-1), size)
        three = bare(x.sum(-1), size)
        four = x.sum(-1) / size.clamp(min=self.floor)
        return self.head(x).sum() + (one + two + three + four).sum()
""",
    "11 conventions differ by framework": TORCH
    + JAX
    + """
def in_torch(x: torch.Tensor):
    return torch.linalg.vector_norm(x)

def in_jax(x):
    return jnp.linalg.norm(x)  # error: DIF302

slope = jax.grad(in_jax)
""",
    "12 an unknown call is no finding": TORCH
    + """
import somewhere

def f(x):
    y = somewhere.transform(x)
    return torch.log(y).sum() / somewhere.scale(y)
""",
    "13 python is dynamic": """
from torch import *
import torch as t
try:
    import torch.nn.functional as G
except ImportError:
    G = None

class Net(t.nn.Module):
    def __init__(self):
        super().__init__()
        self.act = G.relu
        self.parts = [lambda v: v * v for _ in range(2)]

    def forward(self, x):
        total = 0.0
        for part in self.parts:
            total = total + part(x).sum()
        match x.ndim:
            case 1:
                y = self.act(x)
            case _:
                y = x
        if (n := (y * y).sum()) is not None:
            total = total + n
        return t.sqrt(total)  # error: DIF301
""",
    "loops are widened": TORCH
    + """
def f(x):
    total = torch.zeros(())
    for row in x:
        total = total + row.square().sum()
    return total.sqrt()  # error: DIF301

def g(x):
    total = torch.ones(())
    for row in x:
        total = total + row.square().sum()
    return total.sqrt()
""",
    "second derivatives need more": TORCH
    + """
class Energy(nn.Module):
    def forward(self, r):
        return torch.linalg.norm(r, dim=-1).sum()  # error: DIF302

def forces(model, r):
    energy = model(r)
    (grad,) = torch.autograd.grad(energy, r, create_graph=True)
    return grad.square().sum()
""",
}


test_case = marked(CASES)


def test_helpers_in_other_files(tmp_path: Path) -> None:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "__init__.py").write_text("from .ops import length\n")
    (tmp_path / "pkg" / "ops.py").write_text("def length(x):\n    return (x * x).sum(-1).sqrt()\n")
    loss = "import torch\nfrom pkg import length\n\n\ndef loss(a, b):\n    return torch.mean(length(a - b))\n"
    (tmp_path / "pkg" / "loss.py").write_text(loss)
    result = check(Request((tmp_path,), Config(root=tmp_path), Selection(), cwd=tmp_path))
    (item,) = result.diagnostics

    assert (item.span.path, item.span.start.line, item.code) == ("pkg/ops.py", 2, "DIF301")
    assert any("pkg/loss.py" == step.span.path for step in item.trace)
