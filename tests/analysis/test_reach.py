"""What nobody differentiates, by who calls it and what is recorded there; marks as in test_points."""

from __future__ import annotations

from marked import JAX, TORCH, marked

CASES = {
    "a function that is mentioned without recording only": TORCH
    + """
def _unit(x: torch.Tensor):
    return (x * x).sum().sqrt()

def _score(table: torch.Tensor):
    return {"unit": _unit(table)}

def best(tables):
    with torch.no_grad():
        return [_score(table) for table in tables]

def _length(x: torch.Tensor):
    return (x * x).sum().sqrt()  # error: DIF301

def sizes(tables):
    with torch.no_grad():
        return [_length(table) for table in tables]

def scaled(table: torch.Tensor):
    return _length(table)
""",
    "a member of the same name is another function": TORCH
    + """
def project(x: torch.Tensor):
    return (x * x).sum().sqrt()

def step(tables):
    with torch.no_grad():
        return [project(table) for table in tables]

class Head(nn.Module):
    def __init__(self):
        super().__init__()
        self.project = nn.Linear(3, 3)

    def forward(self, x):
        return self.project(x)

class Base:
    def measure(self, x: torch.Tensor):
        return (x * x).sum().sqrt()  # error: DIF301

def unrecorded(x):
    with torch.no_grad():
        return Base().measure(x)

def recorded(measures, x: torch.Tensor):
    return measures.measure(x)
""",
    "a function that nobody mentions may be differentiated": TORCH
    + """
def unit(x: torch.Tensor):
    return (x * x).sum().sqrt()  # error: DIF301
""",
    "a test says nothing about other callers": TORCH
    + """
def unit(x: torch.Tensor):
    return (x * x).sum().sqrt()  # error: DIF301

def test_unit():
    with torch.no_grad():
        pass
    assert unit(torch.ones(3)).sum() > 0

def _grown(x: torch.Tensor):
    return (x * x).sum().sqrt()

@torch.no_grad()
def evaluate(x):
    return _grown(x)

def test_grown():
    assert _grown(torch.ones(3)).sum() > 0
""",
    "a step that differentiates values is no test": TORCH
    + """
def _unit(x: torch.Tensor):
    return (x * x).sum().sqrt()  # error: DIF301

@torch.no_grad()
def evaluate(x):
    return _unit(x)

def step(x):
    _unit(x).sum().backward()
""",
    "a method, by the name of the member": TORCH
    + """
class Table:
    def _unit(self, x: torch.Tensor):
        return (x * x).sum().sqrt()

    def length(self, x: torch.Tensor):
        return (x * x).sum().sqrt()  # error: DIF301

    @torch.no_grad()
    def show(self, x):
        return self._unit(x), self.length(x)

def elsewhere(table, x):
    return table.length(x)
""",
    "a helper of a derivative written by hand": TORCH
    + """
def _fill(x: torch.Tensor, y: torch.Tensor):
    product = x * y
    x.sub_(y)
    return product

class Filled(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        return _fill(x * 2, y)

    @staticmethod
    def backward(ctx, slope):
        return slope, slope
""",
    "the parts of a gradient transformation": JAX
    + """
import optax

def _direction(g):
    return g / jnp.linalg.norm(g)

def normalised():
    def _l2(x):
        return jnp.sqrt(jnp.sum(x**2))

    def init(params):
        return optax.EmptyState()

    def update(updates, state, params=None):
        return jax.tree.map(lambda g: _direction(g) + jnp.sign(g) / _l2(g), updates), state

    return optax.GradientTransformation(init, update)

def unit(g):
    return g / jnp.linalg.norm(g)  # error: DIF302
""",
    "a loop that reverse mode does not run through": JAX
    + """
def draw(key, scale):
    def going(state):
        return jnp.log(state[0]) < scale

    def body(state):
        return state[0] / jnp.sum(state[1] ** 2), state[1] + 1

    rate = 1 / jnp.sum(scale**2)
    return jax.lax.while_loop(going, body, (rate, scale))[0]

def counted(scale):
    return jax.lax.fori_loop(0, 3, lambda i, x: x / jnp.sum(x**2), scale)  # error: DIF303
""",
    "a guard that asks whether anything is recorded": TORCH
    + """
def _quick(x):
    square = x * x
    return square + x.exp_()

def quick(x: torch.Tensor):
    y = x + 1
    if not (torch.is_grad_enabled() and y.requires_grad):
        return _quick(y)
    return y * y + y.exp()

def chosen(x: torch.Tensor):
    y = x + 1
    if y.is_cuda and torch.backends.cudnn.enabled and not y.requires_grad:
        y = _quick(y)
    return y * y + y.exp()
""",
    "a guard the other way round": TORCH
    + """
def _quick(x):
    square = x * x
    return square + x.exp_()  # error: DIF508

def quick(x: torch.Tensor):
    y = x + 1
    if y.requires_grad:
        return _quick(y)
    return y * y + y.exp()

def root(x: torch.Tensor, flag: bool):
    if flag and x.requires_grad:
        return x
    return (x * x).sum().sqrt()  # error: DIF301
""",
    "what only a metric mentions": TORCH
    + """
import torchmetrics

def spread(x: torch.Tensor):
    return (x * x).sum().sqrt()  # error: DIF301

class Spread(torchmetrics.Metric):
    def update(self, x):
        self.total = spread(x)

def _step(x: torch.Tensor):
    return (x * x).sum().sqrt()

class Steps(torch.optim.Optimizer):
    def step(self, closure=None):
        return [_step(p) for p in self.groups]
""",
    "arithmetic on the host": JAX
    + """
import numpy as np

def spread(x):
    return np.sqrt(np.sum(x * x))

def traced(x):
    return jnp.sqrt(jnp.sum(x * x))  # error: DIF301
""",
    "the operand of a traced conditional, by its name": JAX
    + """
def ball(x):
    return jax.lax.cond(jnp.sum(x) <= 1, lambda v: v, lambda v: v / jnp.sum(v), operand=x)

slope = jax.jacobian(ball)
""",
    "a branch on whether everything is finite": TORCH
    + """
def density(x: torch.Tensor):
    ok = x.isfinite()
    if ok.all():
        return x * x
    return torch.where(ok, x * x, 0.0)

def stepped(x: torch.Tensor):
    if x.sum() > 1:  # error: DIF601
        return x + 1
    return x
""",
    "a closure that is too deep to be run carries what it reads outside": JAX
    + """
def scaled(scale, tree):
    return jax.tree.map(lambda leaf: scale * leaf, tree)

def second(scale, tree):
    return scaled(scale, tree)

def first(scale, tree):
    return second(scale, tree)

def loss(x):
    return first(jnp.exp(x), jax.lax.stop_gradient(x)).sum()

slope = jax.grad(loss)
""",
    "a closure that is too deep to be run carries nothing that it does not read": JAX
    + """
def scaled(scale, tree):
    return jax.tree.map(lambda leaf: 2 * leaf, tree)

def second(scale, tree):
    return scaled(scale, tree)

def first(scale, tree):
    return second(scale, tree)

def loss(x):
    return first(jnp.exp(x), jax.lax.stop_gradient(x)).sum()  # error: DIF501

slope = jax.grad(loss)
""",
    "the weights of a method that is too deep to be run": TORCH
    + """
class Codes(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 4)
        self.book = nn.Embedding(8, 4)

    def forward(self, z):
        z = self.linear(z)
        near = self.nearest(z)
        return z + (near - z).detach(), F.mse_loss(near, z.detach())

    def nearest(self, z):
        place = (-torch.cdist(z, self.book.weight)).max(dim=1)[1]
        return self.entry(place)

    def entry(self, place):
        return self.embedded(place) * 1.0

    def embedded(self, place):
        return F.embedding(place, self.book.weight)

class Outer(nn.Module):
    def __init__(self):
        super().__init__()
        self.codes = Codes()

    def forward(self, z):
        return self.codes(z)

class Outermost(nn.Module):
    def __init__(self):
        super().__init__()
        self.outer = Outer()

    def forward(self, z):
        return self.outer(z)
""",
}

test_reach = marked(CASES)
