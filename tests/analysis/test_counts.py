"""Tests of counts: what an argument is used for says that it is a position, a size or a length."""

from __future__ import annotations

from marked import TORCH, marked

_CASES = {
    "rounding to a size": f"""{TORCH}

def cropped(share, x):
    n = torch.round(share * x.shape[1]).long()
    width = int(n.max())
    kept = torch.zeros(x.shape[0], width)
    for row in range(x.shape[0]):
        kept[row, : n[row]] = x[row, : n[row]]
    return kept.sum() / n.sum()


class Drop(nn.Module):
    def forward(self, x, share):
        n = (share * x.size(1)).long()
        scale = x.abs().sum(1) / n
        start = torch.randint(low=0, high=n.max(), size=(1,))
        return (x[:, start] * scale.unsqueeze(1)).sum()
""",
    "as many positions as there are": f"""{TORCH}

class Ranked(nn.Module):
    def forward(self, x, kind):
        number = torch.cat([kind.view(-1), kind.new_full((1,), -1)]).max() + 1
        width = int((x.detach().abs().sum() * 0.5).item())
        return build(x, torch.arange(number), torch.zeros(width)) * 2.0


class Timed(nn.Module):
    def forward(self, x, last):
        moments = torch.arange(0.0, last * 2.0, 0.1)  # error: DIF507
        return build(x, moments) * 2.0
""",
    "rounding to a number": f"""{TORCH}

def quantised(x):
    return torch.round(x * 255) / 255  # error: DIF101


def moved(x):
    y = torch.round(x * 255).view(-1)  # error: DIF101
    return y / 255 + y.new_zeros(3) + torch.zeros_like(y) + torch.zeros(1).expand_as(y)


def levels(x, y):
    n = (x * y.shape[0]).long()  # error: DIF104
    return (y / n).sum()
""",
    "what lies before a position": f"""{TORCH}

def mask_of(length, width=None):
    if width is None:
        width = int(length.max())
    inside = torch.arange(width, dtype=length.dtype).expand(len(length), width) < length.unsqueeze(1)
    return torch.as_tensor(inside, dtype=length.dtype)


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(3, 3)

    def forward(self, x, share):
        n = torch.round(share * x.shape[1])
        return attend(self.linear(x), ~mask_of(n, x.shape[1]).bool())
""",
    "what lies before a moment": f"""{TORCH}

class Gate(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("grid", torch.arange(0.0, 1.0, 0.1))

    def forward(self, onset):
        moments = torch.arange(20) * 0.1
        return (moments < onset * 2.0).float().mean()  # error: DIF103
""",
    "a span that is trained": f"""{TORCH}

class Span(nn.Module):
    def __init__(self):
        super().__init__()
        self.span = nn.Parameter(torch.ones(1))

    def forward(self, x):
        inside = torch.arange(x.shape[1]) < self.span  # error: DIF103
        return (x * inside).sum()
""",
    "the largest of an argument is as it came": f"""{TORCH}

class Typed(nn.Module):
    def forward(self, x, kind):
        number = int(kind.max()) + 1
        return build(x, kind.int(), number) * x


class Shaped(nn.Module):
    def forward(self, x, kind):
        number = int((kind * 2.5).max()) + 1  # error: DIF104
        return build(x, number) * x
""",
    "a plain number decides a branch": f"""{TORCH}

class Loss(nn.Module):
    def forward(self, x, y, epoch, margin):
        if epoch > 10:
            weight = 0.0
        else:
            weight = min(epoch / 10, 1.0)
        if margin > 0.5:  # error: DIF601
            x = x - margin.clamp(max=2.0)
        return (x - y).square().mean() * weight
""",
    "a mask from outside holds somewhere, one that is computed may not": f"""{TORCH}

def averaged(x, mask):
    return (x * mask).sum() / mask.bool().sum()


def unpadded(x, padded):
    inside = ~padded
    return (x * inside).sum() / inside.sum()


def labelled(x, labels):
    kept = labels != -100
    return (x * kept).sum() / kept.sum()  # error: DIF303


def short(x, lengths):
    inside = torch.arange(x.shape[1])[None] < lengths[:, None]
    return (x * inside).sum(1) / inside.sum(1)  # error: DIF303
""",
    "bounds of a sum of products": f"""{TORCH}

class Bells(nn.Module):
    def __init__(self):
        super().__init__()
        self.width = nn.Parameter(torch.ones(4))

    def forward(self, x):
        return torch.log(1.0 - torch.tensordot(self.width**2, -(x**2), dims=1)).sum()


def attended(q, k, v):
    q, k = torch.relu(q) + 1e-3, F.elu(k) + 1.0
    return (q @ (k.transpose(-1, -2) @ v) / (q @ k.sum(dim=-2).unsqueeze(-1))).sum()


def blurred(q, k, v):
    q, k = torch.relu(q), F.elu(k) + 1.0
    return (q @ (k.transpose(-1, -2) @ v) / (q @ k.sum(dim=-2).unsqueeze(-1))).sum()  # error: DIF303


class Lines(nn.Module):
    def __init__(self):
        super().__init__()
        self.width = nn.Parameter(torch.ones(4))

    def forward(self, x):
        return torch.log(1.0 - torch.tensordot(self.width**2, x, dims=1)).sum()  # error: DIF304
""",
    "groups of equal labels": f"""{TORCH}

class Instances(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 8)

    def forward(self, x, labels):
        _, groups = torch.unique(labels, return_inverse=True)
        return F.cross_entropy(self.linear(x), groups)


class Levels(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 8)

    def forward(self, x, heights):
        _, groups = torch.unique(heights * 2.0, return_inverse=True)  # error: DIF106
        return F.cross_entropy(self.linear(x), groups)
""",
    "whole numbers are added to a position": f"""{TORCH}

def shifted(x, first, last):
    middle = x[first + 1 : last - 1]
    return middle.sum() + (torch.round((last - first) * 1.0) / 3.0).sum()
""",
}

test_marked = marked(_CASES)
