"""Poles that are met by accident only, or that the code does not say are met; marks as in test_points."""

from __future__ import annotations

from marked import JAX, TORCH, marked

CASES = {
    "where a value is looked up among edges a search tells on which side": TORCH
    + """
class Steps(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.logits = nn.Parameter(torch.zeros(n))
        self.raw = nn.Parameter(torch.zeros(n + 1))

    def forward(self, x):
        widths = F.softmax(self.logits, dim=-1)
        edges = F.pad(torch.cumsum(widths, -1), (1, 0))
        slopes = 1e-3 + F.softplus(self.raw)
        place = torch.searchsorted(edges, x) - 1
        share = (x - edges[place]) / widths[place]
        return torch.log(slopes[place] * (1 - share) + slopes[place + 1] * share * (2 - share))

    def anywhere(self, x):
        widths = F.softmax(self.logits, dim=-1)
        share = x - self.raw
        return torch.log(widths * share + widths * (1 - share) * share)  # error: DIF304

    def chosen(self, x):
        return torch.log(self.raw[x > 0] - x)  # error: DIF304
""",
    "what passes zero by accident has a size that does": TORCH
    + """
class Solved(nn.Module):
    def __init__(self, n, solver):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(n, n))
        self.w = nn.Parameter(torch.randn(n))
        self.net = nn.Linear(n, n)
        self.solver = solver

    def forward(self, x):
        size = torch.linalg.solve(self.weight, x).abs().sqrt()
        other = self.solver(self.weight, x)[..., 0].pow(2).sqrt()
        return size + other - torch.log(torch.abs(torch.linalg.det(self.weight)))

    def plane(self, x, u):
        return torch.log(torch.abs(1 + torch.sum(self.w * u) * torch.tanh(x)))

    def jacobian(self, a, b, c, d):
        return torch.log(torch.abs(self.net(a) * self.net(d) - self.net(b) * self.net(c)))

    def tested(self, a, b, c):
        disc = self.net(b).pow(2) - 4 * self.net(a) * self.net(c)
        assert (disc >= 0).all()
        return (torch.sqrt(disc) - self.net(b)) / (2 * self.net(a))

    def data(self, x):
        return torch.log(torch.abs(x)) + torch.sqrt(x**2)  # error: DIF304 DIF301

    def entries(self, x):
        jac = self.net(x)
        return torch.log(torch.abs((jac[0, 0] + 1) * (jac[1, 1] + 1) - jac[0, 1] * jac[1, 0]))

    def neighbours(self, x):
        edges = F.pad(torch.cumsum(torch.softmax(self.net(x), -1), -1), (1, 0))
        return torch.sqrt((edges[1:] - edges[:-1]) ** 2)

    def apart(self, x):
        return torch.sqrt(torch.abs(self.net(x) - x))  # error: DIF301

    def loudness(self, x):
        return torch.log(torch.abs(torch.fft.rfft(x)))  # error: DIF304

    def transformed(self, x, transform):
        return torch.log(torch.abs(transform(x)))  # error: DIF304

    def product(self, x, y):
        z = x * y
        return torch.sign(z) * torch.sqrt(torch.abs(z))  # error: DIF301

    def length(self, x):
        return torch.sqrt(self.net(x).pow(2).sum(-1))  # error: DIF301

    def scaled(self, x, y):
        return torch.log(torch.abs(self.net(x) * 2.0 - self.net(y) * 2.0))  # error: DIF304
""",
    "what an unknown model returns may be probabilities": """
import tensorflow as tf

def chosen(model, states, actions, weights):
    with tf.GradientTape() as tape:
        picked = tf.reduce_sum(model(states) * actions, -1)
        loss = -tf.reduce_mean(tf.math.log(picked + 1e-8) * weights)
    return tape.gradient(loss, model.trainable_variables)
""",
    "poles at single angles": TORCH
    + """
def turned(r, x):
    angle = 0.5 * torch.asin(r) * x
    return (1 / (1 - angle.sin().square())).sum()

def right(x):
    return (1 / torch.cos(x) ** 2).sum()

def straight(x):
    return (1 / torch.sin(x) ** 2).sum()  # error: DIF303

def same(x):
    return (1 / (1 - torch.cos(x))).sum()  # error: DIF303
""",
    "exponents of which nobody knows the sign": JAX
    + """
def warp(x, fit, eps=1e-7):
    inner, outer = fit(x)
    return (1 - jnp.clip(x, eps, 1 - eps) ** inner) ** outer

def free(x, fit, eps=1e-7):
    inner, outer = fit(x)
    return (1 - inner * jnp.clip(x, eps, 1 - eps)) ** outer  # error: DIF307
""",
    "the length of what nobody knows": JAX
    + """
def lengths(x, transform):
    return jnp.linalg.norm(transform(x).scale, axis=-1)

def length(x, transform):
    return jnp.linalg.norm(transform(x).scale - x, axis=-1)  # error: DIF302
""",
    "a default says where an argument is": TORCH
    + """
def _soft(y):
    top = y.amax(-1, keepdim=True)
    inf = top.isinf()
    return torch.where(inf, y.masked_fill(~inf, 0.0), top.masked_fill(inf, 0.0) + y)

def smooth(x, tau: float | torch.Tensor = 1.0):
    return _soft(x / tau) * tau

def divided(x, tau: float | torch.Tensor):
    return _soft(x / tau) * tau  # error: DIF401

def tested(x, tau: float | torch.Tensor = 1.0):
    return torch.where(tau > 0, x / tau, x)  # error: DIF401
""",
}


test_case = marked(CASES)
