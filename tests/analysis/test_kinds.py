"""What kind a value is: integers, counts, labels and data carry no gradient, however they get where they are used."""

from __future__ import annotations

from marked import JAX, TORCH, marked

_DEEP = """

def counts(x, w):
    return (x > 0).sum(), w * 2


def third(x, w):
    return counts(x, w)


def second(x, w):
    return third(x, w)


def first(x, w):
    return second(x, w)
"""

_STEPS = "".join(f"    n{number} = n + {number}\n" for number in range(210))
_LONG = """

def embed(model, batch, n):
    with torch.no_grad():
        out = model(batch)
STEPS    return out * 2


def share(part, whole):
    return torch.where(whole != 0, part / whole, torch.zeros_like(whole)).sum()MARK


def score(name: str, n: int):
    model = torch.load(name)
STEPS    first = embed(model, name, n)
    second = embed(model, name + "2", n)
    return share(first, second)
""".replace("STEPS", _STEPS)

_CASES = {
    "an argument that every call passes counts for is data": f"""{TORCH}

def share(part, whole):
    return torch.where(whole != 0, part / whole, torch.zeros_like(whole)).sum()


def accuracy(scores: torch.Tensor, labels: torch.Tensor):
    right = (scores.argmax(1) == labels).float()
    return share(right.sum(), torch.ones_like(right).sum())
""",
    "one call with something alive is enough": f"""{TORCH}

def share(part, whole):
    return torch.where(whole != 0, part / whole, torch.zeros_like(whole)).sum()  # error: DIF401


def accuracy(scores: torch.Tensor, labels: torch.Tensor):
    right = (scores.argmax(1) == labels).float()
    return share(right.sum(), torch.ones_like(right).sum())


def overlap(x: torch.Tensor, y: torch.Tensor):
    return share((x * y).sum(), (x * x - y).sum())
""",
    "data stays data through the parameters of callers": f"""{TORCH}

def ratio(part, whole):
    return torch.where(whole != 0, part / whole, torch.zeros_like(whole)).sum()


def report(hits, total):
    return ratio(hits * 2.0, total * 1.0)


def accuracy(scores: torch.Tensor, labels: torch.Tensor):
    hits = torch.bincount(labels[scores.argmax(1) == labels]).float()
    return report(hits, torch.bincount(labels).float())
""",
    "an entry of a list of arrays may be alive": f"""{TORCH}

def rooted(x):
    return torch.where(x > 0, torch.sqrt(x), torch.zeros_like(x)).sum()  # error: DIF401


def total(parts: list[torch.Tensor]):
    return rooted(parts[0])
""",
    "an entry of a list of numbers is data": f"""{TORCH}

def rooted(x):
    return torch.where(x > 0, torch.sqrt(x), torch.zeros_like(x)).sum()


def total(parts: list[float]):
    return rooted(parts[0])
""",
    "functions that call each other and that nobody else calls are open": f"""{TORCH}

def even(x, n):
    return odd(x, n) if n else torch.where(x > 0, torch.sqrt(x), 0.0).sum()  # error: DIF401


def odd(x, n):
    return even(x, n)
""",
    "counts come back from a deep call as counts": f"""{TORCH}{_DEEP}

def mean(x: torch.Tensor, w: torch.Tensor):
    number, scaled = first(x, w)
    return torch.where(number != 0, 1.0 / number, 0.0).sum() + scaled.sum()
""",
    "what is alive comes back from a deep call alive": f"""{TORCH}{_DEEP}

def mean(x: torch.Tensor, w: torch.Tensor):
    number, scaled = first(x, w)
    return torch.where(scaled != 0, 1.0 / scaled, 0.0).sum() + number  # error: DIF401
""",
    "labels handed on as starred arguments are labels": f"""{TORCH}

class Noise(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.size = size

    def picked(self, *parameters):
        labels = parameters[0].long()
        return torch.eq(torch.arange(self.size), labels).sum()

    def forward(self, x: torch.Tensor, *parameters):
        return x * self.picked(*parameters)
""",
    "what is handed on as a starred argument is alive": f"""{TORCH}

class Noise(nn.Module):
    def rooted(self, *parameters):
        return torch.sqrt(parameters[0] ** 2)  # error: DIF301

    def forward(self, x: torch.Tensor, *parameters):
        return x * self.rooted(*parameters)
""",
    "a branch for Python numbers has no gradient": f"""{TORCH}

def scaled(x: torch.Tensor, size: torch.Tensor):
    if isinstance(size, (int, float)):
        size = torch.tensor(size * 2.0)
    return (x * size).sum()
""",
    "a branch for arrays has one": f"""{TORCH}

def scaled(x: torch.Tensor, size: torch.Tensor):
    if isinstance(size, torch.Tensor):
        x = x / (size * size).sum()  # error: DIF303
    return x.sum()
""",
    "a name that a branch for numbers leaves alone is alive behind it": f"""{TORCH}

def root(x: torch.Tensor):
    if isinstance(x, float):
        print(x)
    return torch.sqrt(x * x).sum()  # error: DIF301
""",
    "the bound of a loop is a number": f"""{JAX}

def grow(x: jax.Array, rounds):
    start = jax.lax.fori_loop(0, rounds, lambda i, total: total + x, x)
    return jnp.sum(start) * jnp.where(rounds != 0, 1.0 / rounds, 0.0)
""",
    "a step that something else does not count is a number": f"""{JAX}

def grow(x: jax.Array, rounds: jax.Array):
    start = jax.lax.fori_loop(0, 5, lambda i, total: total + x, x)
    return jnp.sum(start) * jnp.where(rounds != 0, 1.0 / rounds, 0.0)  # error: DIF401
""",
    "positions cast to a type nobody knows are positions": f"""{TORCH}

def place(x: torch.Tensor, dtype=None):
    return torch.argmax(x, dim=0).to(dtype)
""",
    "positions cast to a type of fractions are numbers": f"""{TORCH}

def place(x: torch.Tensor):
    return torch.argmax(x, dim=0).to(torch.float32)  # error: DIF105
""",
    "an argument that is truncated as it came is data": f"""{TORCH}

def anneal(out: torch.Tensor, step: torch.Tensor):
    return out / (1.0 + 0.1 * (20 - int(step)) ** 2)
""",
    "a computation that is truncated is lost": f"""{TORCH}

def anneal(out: torch.Tensor, step: torch.Tensor):
    return out / (1.0 + 0.1 * (20 - int(step * 2.5)) ** 2)  # error: DIF104
""",
    "data that only tests pass says nothing": f"""{TORCH}

def share(part, whole):
    return torch.where(whole != 0, part / whole, torch.zeros_like(whole)).sum()  # error: DIF401


def ratio(part, whole):
    return share(part * 2.0, whole * 1.0)


def test_share():
    right = (torch.ones(3).argmax() == torch.zeros(3)).float()
    assert share(right.sum(), torch.ones_like(right).sum()) >= 0


def test_ratio(size=3):
    assert ratio(torch.ones(size).argmax(), torch.ones(size).argmax()) >= 0
""",
    "data that others pass is data, whatever tests do": f"""{TORCH}

def share(part, whole):
    return torch.where(whole != 0, part / whole, torch.zeros_like(whole)).sum()


def accuracy(scores: torch.Tensor, labels: torch.Tensor):
    right = (scores.argmax(1) == labels).float()
    return share(right.sum(), torch.ones_like(right).sum())


def test_share():
    right = (torch.ones(3).argmax() == torch.zeros(3)).float()
    assert share(right.sum(), torch.ones_like(right).sum()) >= 0
""",
    "what nobody knows may be a size, and what a size is compared with is one": TORCH
    + """
from images import sizes

def cropped(image: torch.Tensor, low):
    height, width = sizes(image)
    if height > width:
        image = image * 2
    if low < image.dim():
        image = image * 3
    return image

def scaled(image: torch.Tensor):
    total = image.sum()
    if total > 1:  # error: DIF601
        image = image + 2
    return image

def cut(bounds, x: torch.Tensor):
    step, overlap = bounds
    if step > 0:
        x = x[-overlap:] * 2
    return x
""",
    "calls are seen though runs of what they pass would leave no work for them": TORCH + _LONG.replace("MARK", ""),
    "what comes of weights in a call that is not run is alive": TORCH
    + _LONG.replace("torch.no_grad()", "torch.enable_grad()").replace("MARK", "  # error: DIF401"),
    "what a table is looked up by is no array that carries a gradient": TORCH
    + """
class Steps(nn.Module):
    def __init__(self):
        super().__init__()
        self.known = {}

    def forward(self, x: torch.Tensor, dt):
        if dt not in self.known:
            with torch.no_grad():
                step = dt * torch.eye(2)
            self.known[dt] = step
        return self.known[dt].mm(x.detach())

class Steady(nn.Module):
    def __init__(self):
        super().__init__()
        self.known = {}

    def forward(self, x: torch.Tensor, dt):
        with torch.no_grad():
            step = dt * torch.eye(2)  # error: DIF502
        self.known["step"] = step
        return self.known["step"].mm(x.detach())
""",
}
test_kind = marked(_CASES)
