"""What calls in the tree pass, and what is left of a function's own faults there; marks as in test_points."""

from __future__ import annotations

from marked import TORCH, marked

CASES = {
    "a range that every call keeps": TORCH
    + """
def _weighted(x, y):
    return x * torch.log(y)

def kept(x, y):
    return _weighted(x, y.abs())

def first(x, y):
    return kept(x, y.clamp(min=1.0))

def second(x, y):
    return kept(x, torch.exp(y) + 1)
""",
    "one call that does not keep it": TORCH
    + """
def _weighted(x, y):
    return x * torch.log(y)  # error: DIF304

def left(x, y):
    return _weighted(x, y.abs())

def first(x, y):
    return left(x, y.clamp(min=1.0))

def second(x, y):
    return left(x, y + 1)
""",
    "a range where the call stands": TORCH
    + """
def _weighted(x, y):
    return x * torch.log(y)

def kept(x, y):
    return _weighted(x, y.abs())

def first(x, y):
    large = y > 1.0
    return kept(x[large], y[large])
""",
    "numbers that every call gives": TORCH
    + """
def _powered(x, exponent):
    return (x * x) ** exponent

def kept(x, exponent):
    return _powered(x, exponent)

def first(x):
    return kept(x, 2.0).sum() + kept(x, 1.5).sum()

def _rooted(x, exponent):
    return (x * x) ** exponent  # error: DIF307

def left(x, exponent):
    return _rooted(x, exponent)

def second(x):
    return left(x, 2.0).sum() + left(x, 0.5).sum()
""",
    "a default that nobody in the tree leaves alone": TORCH
    + """
def _weighted(x, y):
    return x * torch.log(y)  # error: DIF304

def shifted(x, y, eps=0.0):
    return _weighted(x, y.abs() + eps)

def first(x, y):
    return shifted(x, y, eps=1e-3)

def _scaled(x, y):
    return x * torch.log(y)

def moved(x, y, eps):
    return _scaled(x, y.abs() + eps)

def second(x, y):
    return moved(x, y, eps=1e-3)
""",
    "what may be called by others": TORCH
    + """
def _weighted(x, y):
    return x * torch.log(y)  # error: DIF304

def handed(x, y):
    return _weighted(x, y.abs())

def first(x, y):
    return handed(x, y.clamp(min=1.0))

CHOICES = {"weighted": handed}
""",
    "arguments that are not written down": TORCH
    + """
def _weighted(x, y):
    return x * torch.log(y)  # error: DIF304

def spread(x, y):
    return _weighted(x, y.abs())

def first(x, y):
    return spread(x, y.clamp(min=1.0))

def second(*arguments):
    return spread(*arguments)
""",
    "tests and the function itself say nothing": TORCH
    + """
def _weighted(x, y):
    return x * torch.log(y)  # error: DIF304

def tested(x, y, depth):
    return _weighted(x, y.abs()) if depth == 0 else tested(x, y.clamp(min=1.0), depth - 1)

def test_tested(x):
    assert tested(x, x.clamp(min=1.0), 2).sum() > 0
""",
    "methods by their name": TORCH
    + """
def _weighted(x, y):
    return x * torch.log(y)

def _scaled(x, y):
    return x * torch.log(y)  # error: DIF304

class Model:
    def shaped(self, x, y):
        return _weighted(x, y.abs())

    def formed(self, x, y):
        return _scaled(x, y.abs())

    def first(self, x, y):
        y = y.clamp(min=1.0)
        return self.shaped(x, y) + self.formed(x, y)

def anybody(model, x, y):
    return model.formed(x, y)
""",
    "a class that only has a constructor": TORCH
    + """
def _odds(logits):
    return logits.exp() / logits.exp().sum()

class Odds:
    def __init__(self, logits):
        self.odds = _odds(logits.clamp(min=-40.0, max=40.0))

def _free(logits):
    return logits.exp() / logits.exp().sum()  # error: DIF407

class Free:
    def __init__(self, logits):
        self.odds = _free(logits.clamp(min=-40.0, max=40.0))

def free(logits):
    return _free(logits).sum()
""",
    "a method that only its base class calls, which asks first": TORCH
    + """
def _check(x, ends):
    if not ((x >= ends[0]).all() and (x <= ends[1]).all()):
        raise ValueError("outside")

class Problem(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("ends", torch.tensor(self.pairs).transpose(-1, -2))

    def forward(self, x):
        return self.evaluate(x)

    def evaluate(self, x):
        _check(x, self.ends)
        return self._ratio(x)

    def _ratio(self, x):
        raise NotImplementedError

class Inside(Problem):
    pairs = [(0.1, 1.0), (0.5, 2.0)]

    def _ratio(self, x):
        first, second = x.unbind(-1)
        return 1 / (first.pow(2) + second.pow(2))

class Around(Problem):
    pairs = [(-1.0, 1.0), (-1.0, 1.0)]

    def _ratio(self, x):
        return self._inverse(x) + self._free(x)

    def _inverse(self, x):
        first, second = x.unbind(-1)
        return 1 / (first.pow(2) + second.pow(2))

    def _free(self, x):
        first, second = x.unbind(-1)
        return 1 / (first.pow(2) + second.pow(2))  # error: DIF303

def anybody(problem, x):
    return problem._free(x)
""",
    "a method that its object calls where nothing is asked": TORCH
    + """
class Plain(nn.Module):
    def forward(self, x):
        return self.evaluate(x)

    def evaluate(self, x):
        if x.ndim != 2:
            raise ValueError("size")
        return self._ratio(x)

    def _ratio(self, x):
        raise NotImplementedError

class Mean(Plain):
    def _ratio(self, x):
        return 1 / x.pow(2).sum(-1)  # error: DIF303

class Kept(Plain):
    def keep(self, x):
        self.kept = self._ratio(x)

    def _ratio(self, x):
        return 1 / x.pow(2).sum(-1)  # error: DIF303
""",
    "ends that somebody else chooses": TORCH
    + """
def settings(x, low: float, high: float):
    if (x < low).any() or (x > high).any():
        raise ValueError("outside")
    return (x * x).sum().sqrt()

def limited(x, high: float):
    if (x > high).any():
        raise ValueError("outside")
    return (x * x).sum().sqrt()  # error: DIF301

def known(x):
    if (x < -1.0).any() or (x > 1.0).any():
        raise ValueError("outside")
    return (x * x).sum().sqrt()  # error: DIF301
""",
}

test_case = marked(CASES)
