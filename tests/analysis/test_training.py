"""Training code as it is usually written, and what its repairs mend; marks as in test_points."""

from __future__ import annotations

from marked import JAX, TORCH, marked

CASES = {
    "a branch on NaN is decided on a set without volume": TORCH
    + """
def halved(losses: torch.Tensor, count):
    output = losses.sum() / (count + 1)
    if torch.isnan(output) and losses.dtype == torch.float16:
        output = losses.float().sum()
    if not torch.isfinite(output):
        return output * 0
    if losses.sum() > 0 and losses.dtype == torch.float16:  # error: DIF601
        return output + 1
    return output
""",
    "an objective made a leaf has no gradient to give": TORCH
    + """
def by_numpy(pred, target):
    guess = pred.detach().cpu().numpy()  # error: DIF501
    return torch.tensor(1 - abs(guess - 2.0).sum(), requires_grad=True)

def by_items(output):
    loss = 0
    for i in range(output.shape[0]):
        loss += abs(output[i].item() - 1.0)  # error: DIF503
    return torch.tensor(loss, requires_grad=True)

def rebuilt(output, target):
    return torch.tensor((output - target).abs().mean())  # error: DIF504

def start(images):
    return torch.tensor(images.detach() + 0.1, requires_grad=True)

def accuracy(output, target):
    return torch.tensor((output.argmax(1) == target).float().mean())
""",
    "a class method of a custom function has the class before its context": TORCH
    + """
class Curve(torch.autograd.Function):
    @classmethod
    def forward(cls, ctx, x, alpha):
        ctx.save_for_backward(x)
        return torch.sin(x) + torch.sin(alpha)

    @classmethod
    def backward(cls, ctx, grad):
        (x,) = ctx.saved_tensors
        return torch.cos(x) * grad, grad

class Dropping(torch.autograd.Function):
    @classmethod
    def forward(cls, ctx, x, alpha):  # error: DIF806
        ctx.save_for_backward(x)
        return torch.sin(x) + torch.sin(alpha)

    @classmethod
    def backward(cls, ctx, grad):
        (x,) = ctx.saved_tensors
        return torch.cos(x) * grad, None
""",
    "an unknown reduction of the same elements may be their maximum": TORCH
    + """
from segments import reduce

def by_group(x, index):
    top = reduce(x.detach(), index, "max")
    e = (x - top[index]).exp()
    return e / torch.zeros(3).index_add(0, index, e)[index]

def unshifted(x, index):
    e = x.exp()  # error: DIF407
    return e / torch.zeros(3).index_add(0, index, e)[index]
""",
    "a running loss weighed by the size of a batch is a number": TORCH
    + """
def train(model, loader, optimizer, criterion):
    total, correct = 0.0, 0
    for x, y in loader:
        optimizer.zero_grad()
        output = model(x)
        loss = criterion(output, y)
        loss.backward()
        optimizer.step()
        total += loss.item() * x.size(0)
        correct += (output.argmax(1) == y).sum().item()
    return total / len(loader.dataset), correct / len(loader.dataset)
""",
    "sizes of a layer are no weights": TORCH
    + """
import math

class Tokens(nn.Module):
    def __init__(self, words, width):
        super().__init__()
        self.embed = nn.Embedding(words, width)

    def forward(self, ids):
        return self.embed(ids) * math.sqrt(self.embed.embedding_dim)

class Roots(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.linear = nn.Linear(width, width)

    def forward(self, x):
        return x * math.sqrt(self.linear.weight[0, 0])  # error: DIF506
""",
    "a decoder learns from a draw, the encoder does not": TORCH
    + """
from torch.distributions import Normal

class Coder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encode = nn.Linear(4, 4)
        self.decode = nn.Linear(2, 4)

    def forward(self, x):
        mean, spread = self.encode(x).chunk(2, -1)
        z = Normal(mean, (0.5 * spread).exp()).sample()  # error: DIF701
        prior = (mean**2 + spread.exp() - spread).sum()
        return F.mse_loss(self.decode(z), x) + prior

class Path(Coder):
    def forward(self, x):
        mean, spread = self.encode(x).chunk(2, -1)
        z = Normal(mean, (0.5 * spread).exp()).rsample()
        return F.mse_loss(self.decode(z), x) + (mean**2 + spread.exp() - spread).sum()

class Scored(Coder):
    def forward(self, x):
        mean, spread = self.encode(x).chunk(2, -1)
        policy = Normal(mean, (0.5 * spread).exp())
        z = policy.sample()
        return self.decode(z), policy.log_prob(z).sum() + mean.sum() * 0.1
""",
    "arrays without reverse mode drop what is not selected": """
import autograd.numpy as anp
import numpy as np
from autograd import grad

def standardised(table):
    x = table.astype(np.float32)
    spread = x.std(0)
    return (x - x.mean(0)) / np.where(spread == 0, 1, spread)

def energy(x):
    return anp.sum(anp.where(x > 0, x * anp.log(x), 0.0))  # error: DIF401

slope = grad(energy)
""",
    "a divisor that training starts away from zero": TORCH
    + """
class Scaled(nn.Module):
    def __init__(self, p=3.0):
        super().__init__()
        self.power = nn.Parameter(torch.ones(1) * p)
        self.width = nn.Parameter(torch.full((2,), 2.0))
        self.zero = nn.Parameter(torch.zeros(1))
        self.drawn = nn.Parameter(torch.randn(3))

    def forward(self, x):
        pooled = x.clamp(min=1e-6).pow(self.power).mean(-1).pow(1.0 / self.power)
        scaled = x / self.width**2
        poles = x / self.zero  # error: DIF303
        poles = poles + x / self.drawn  # error: DIF303
        return pooled, scaled, poles, torch.log(self.width)  # error: DIF304
""",
    "a sum over a parameter vanishes with all of it": TORCH
    + """
class Reflected(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.normal = nn.Parameter(torch.randn(n))
        self.many = nn.Parameter(torch.eye(4, n))
        self.width = nn.Parameter(torch.empty(1))
        self.empty = nn.Parameter(torch.zeros(n))

    def forward(self, x):
        return x - 2 * (x @ self.normal)[:, None] * self.normal / torch.sum(self.normal**2)

    def each(self, x):
        for vector, size in zip(self.many, torch.sum(self.many**2, dim=-1)):
            x = x - torch.ger(x @ vector, (2.0 / size) * vector)
        return x

    def radial(self, x, centre):
        distance = torch.linalg.vector_norm(x - centre, dim=-1)
        return x / (torch.abs(self.width) + distance) + distance / (torch.abs(self.width) + distance) ** 2

    def started(self, x):
        return x / torch.sum(self.empty**2)  # error: DIF303

    def distance(self, x, centre):
        return x / torch.sum((x - centre) ** 2)  # error: DIF303

    def single(self, x):
        return x / torch.abs(self.width)  # error: DIF303
""",
    "what is computed of detached weights alone is an estimate": TORCH
    + """
class Norm(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(n, n))
        self.register_buffer("u", torch.randn(n))

    def estimate(self):
        weight = self.weight.detach()
        v = torch.nn.functional.normalize(torch.mv(weight.t(), self.u.detach()), dim=0)
        return torch.dot(self.u, torch.mv(weight, v))

    def forward(self, x):
        return x @ self.weight.detach()  # error: DIF501

    def computed(self):
        return (self.weight.exp().detach() * self.u).sum()  # error: DIF501
""",
    "an entry of what is optimised that only conditions see": JAX
    + """
def parts(theta, t, y):
    guess = jnp.where(t < theta[0], theta[1], theta[2])  # error: DIF103
    return jnp.sum((y - guess) ** 2)

def unpacked(theta, t, y):
    edge, low, high = theta
    guess = jnp.where(t < edge, low, high)  # error: DIF103
    return jnp.sum((y - guess) ** 2)

def steps(theta, t, y):
    return jnp.sum((y - theta[1] * jnp.round(theta[0]) * t) ** 2)  # error: DIF101

def whole(theta, t, y):
    guess = jnp.where(t < theta[0], theta[1], theta[2])
    return jnp.sum((y - guess) ** 2) + jnp.sum(theta**2)

slopes = jax.grad(parts), jax.grad(unpacked), jax.grad(steps), jax.grad(whole)
""",
}

test_case = marked(CASES)
