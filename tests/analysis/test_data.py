"""What is data although it stands beside what is differentiated; marks as in test_points."""

from __future__ import annotations

from marked import TORCH, marked

CASES = {
    "an entry of a schedule at a position that is passed": TORCH
    + """
class Schedule:
    def __init__(self, steps=100, low=0.0001, high=0.02):
        self.kept = torch.cumprod(1.0 - torch.linspace(low, high, steps), 0)
        self.noise = torch.cat([torch.linspace(1.0, 0.01, steps), torch.zeros(1)])
        self.times = torch.arange(steps)

    def at(self, x: torch.Tensor, time: torch.Tensor):
        return x / self.noise[time]

    def root(self, x: torch.Tensor, time: torch.Tensor):
        kept = self.kept.to(x.device)
        return (x - 1.0) / kept[time.view(-1, 1)] ** 0.5

    def sought(self, x: torch.Tensor, time: torch.Tensor):
        place = (self.times == time).nonzero()[0].item()
        step = (self.noise[place + 1] - self.noise[place]).abs()
        return x / step

    def counted(self, x: torch.Tensor, time: torch.Tensor):
        return x / (self.times == time).sum()  # error: DIF303

    def rectified(self, x: torch.Tensor, y: torch.Tensor, time: torch.Tensor):
        return x / F.relu(y * self.noise[time])  # error: DIF303
""",
    "a root is no surer to be zero than what it is taken of": TORCH
    + """
def ratio(kept: torch.Tensor, x: torch.Tensor):
    return x * kept.sqrt() / (1.0 - kept) ** 0.5

def gap(kept: torch.Tensor):
    return ((kept / (1.0 - kept)) ** 0.5).log()

def scaled(kept: torch.Tensor, x: torch.Tensor):
    width = torch.sqrt(1.0 - kept)
    while len(width.shape) < len(x.shape):
        width = width[..., None]
    return x / width

def sized(size: torch.Tensor, x: torch.Tensor):
    size = size.relu()
    while size.ndim < x.ndim:
        size = size.unsqueeze(-1)
    return x / size  # error: DIF303

def asked(kept: torch.Tensor, x: torch.Tensor):
    rest = 1.0 - kept
    if not torch.all(rest >= 0):
        raise ValueError
    return x / rest.sqrt()  # error: DIF301, DIF303

def length(x: torch.Tensor, y: torch.Tensor):
    return x / torch.sqrt(((x - y) ** 2).sum())  # error: DIF301, DIF303

def rectified(x: torch.Tensor):
    return x / torch.sqrt(F.relu(1.0 - x))  # error: DIF303
""",
    "no cotangent passes a number or an integer that is chosen by a branch": TORCH
    + """
def coded(weight: torch.Tensor):
    size = weight.abs().amax(-1, keepdim=True)
    scaled = torch.where(size > 0, weight / size, torch.zeros_like(weight))
    codes = torch.where(scaled < 0.5, scaled, scaled.round()).to(torch.uint8)
    return codes | ((scaled < 0).to(torch.uint8) << 3), weight * 2.0

def cost(apart: torch.Tensor, least: torch.Tensor):
    total = (apart**2).mean().sqrt().item()
    if (least > 0.5).all():
        total = total + 1.0
    return total, apart.sum() * least.sum()

def selected(apart: torch.Tensor, least: torch.Tensor):
    far = torch.where(least > 0.5, (apart**2).mean().sqrt(), 0.0)  # error: DIF301
    return far.sum()
""",
    "an argument annotated as integers or truth values": TORCH
    + """
from typing import Optional

def branched(x: torch.Tensor, order: Optional[torch.IntTensor] = None):
    if order is not None and order.max() > 3:
        return x * 2.0
    return x

def masked(x: torch.Tensor, mask: "torch.BoolTensor"):
    return (x * mask).sum() / mask.sum()

class Sorted(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 3)

    def sort(self, x: torch.Tensor, order: torch.Tensor):
        place = torch.argsort(order * 10 + torch.arange(4))
        return x[place]

    def forward(self, x: torch.Tensor, order: torch.LongTensor):
        return self.sort(self.layer(x), order)

class Ranked(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 3)

    def forward(self, x: torch.Tensor, order: torch.Tensor):
        place = torch.argsort(order * 10 + torch.arange(4))  # error: DIF110
        return self.layer(x)[place]

def either(x: torch.Tensor, order: "torch.LongTensor | torch.FloatTensor"):
    if order.max() > 3:  # error: DIF601
        return x * order
    return x
""",
    "a mask made of an argument as it came, written among others": TORCH
    + """
class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 3)

    def forward(self, x, mask, mix):
        valid = torch.ones(4, 4, dtype=torch.bool)
        valid[:, 1:3] = mask.bool()
        causal = torch.tril(torch.ones(4, 4, dtype=torch.bool))
        return self.layer(mix(self.layer(x), causal & valid))
""",
    "whether a number is zero decides nothing in `and`": TORCH
    + """
class Prefix(nn.Module):
    def __init__(self, length=None):
        super().__init__()
        self.length = length
        self.table = nn.Embedding(3, 4)

    def forward(self, x, mask, kept=None):
        if self.length is not None and kept is None:
            kept = self.table(torch.arange(3)).split(2)
        if (mask is not None and not mask.all()) or (kept and x.shape[1] != 1):
            x = x + 2.0
        return x if kept is None else x + kept[0]

    def compared(self, x, mask, kept):
        if (mask is not None and not mask.all()) or (kept.sum() > 0 and x.shape[1] != 1):  # error: DIF601
            x = x + 2.0
        return x + kept
""",
    "an input of a module that every call passes integers": TORCH
    + """
class Rotary(nn.Module):
    def forward(self, x, place):
        if place.max() + 1 > 10:
            return x + torch.cos(place.float()) + 1.0
        return x + torch.cos(place.float())

class Scaled(nn.Module):
    def forward(self, x, place):
        if place.max() + 1 > 10:  # error: DIF601
            return x + torch.cos(place.float()) + 1.0
        return x + torch.cos(place.float())

class Whole(nn.Module):
    def forward(self, x):
        if x.sum() > 10:  # error: DIF601
            return torch.cos(x) + 1.0
        return torch.cos(x)

def example():
    return Whole()(torch.zeros(2, 3))

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.rotary = Rotary()
        self.scaled = Scaled()

    def forward(self, x, place: torch.LongTensor):
        y = self.rotary(x, place.view(-1, 1))
        y = self.scaled(y, place)
        return self.scaled(y, x.sum())
""",
    "an array of the host is for readers": TORCH
    + """
class Policy:
    def __init__(self, data):
        self.mean = data["a"].mean()
        self.std = data["a"].std()

    def back(self, x):
        return x * self.std + self.mean

    def act(self, seen: torch.Tensor):
        y = torch.tanh(seen * 3.0)
        y = y.detach().cpu().numpy()
        return self.back(y)[0]

    def plain(self, seen: torch.Tensor):
        y = torch.tanh(seen * 3.0)
        return y.detach().cpu().numpy() * 2.0

    def again(self, seen: torch.Tensor):
        y = torch.tanh(seen * 3.0)
        return torch.from_numpy(y.detach().cpu().numpy() * 2.0) * 3.0  # error: DIF501
""",
}

test_data = marked(CASES)
