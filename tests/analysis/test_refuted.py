"""What the code around an operation refutes: a path beside it, a selection, what cannot be; marks as in test_points."""

from __future__ import annotations

from marked import TORCH, marked

CASES = {
    "an array that is passed on keeps its history whatever was computed of it": TORCH
    + """
def placed(image, grid: torch.Tensor, padded):
    if padded:
        grid = grid @ torch.eye(3)
    moved = torch.as_tensor(grid[:, :2].expand(len(image), -1, -1), device=image.device, dtype=image.dtype)
    return (image @ moved).sum()

def held(image, grid: torch.Tensor):
    return (image * torch.asarray(2 * grid)).sum()

def listed(image, grid: torch.Tensor):
    return (image @ torch.as_tensor([grid.sum(), grid.mean()], dtype=image.dtype)).sum()  # error: DIF504

def counted(image, grid: torch.Tensor):
    return (image * torch.as_tensor(3 * grid.sum(), dtype=torch.long)).sum()  # error: DIF104
""",
    "what may be a number is converted rather than passed on": TORCH
    + """
def limited(value: torch.Tensor, lower: torch.Tensor):
    if value <= lower:
        value = 0.0 if lower.isinf() else lower + 1
    return torch.as_tensor(value, dtype=lower.dtype)

class Turned(nn.Module):
    def forward(self, x, flat):
        axis = 1 if flat else 2
        return torch.max(x, axis)[0].square().mean()
""",
    "a weight that is replaced where all of them vanish has a sum, whatever axes it gets": TORCH
    + """
def centre(points, weight):
    kept = torch.where(weight < 0, 0.0, weight)
    total = kept.sum(1, keepdim=True)
    weight = torch.where(total > 0, kept, torch.ones_like(kept))
    total = weight.sum(1, keepdim=True)
    return (points * weight[..., None]).sum(1) / total[..., None]

def first(points, weight):
    kept = torch.where(weight < 0, 0.0, weight)
    total = kept.sum(1, keepdim=True)
    weight = torch.where(total > 0, kept, torch.ones_like(kept))
    return (points * weight[..., None]).sum(1) / weight[..., 0]  # error: DIF303

def unguarded(points, weight):
    total = torch.where(weight < 0, 0.0, weight).sum(1)
    return (points * weight[..., None]).sum(1) / total[:, None]  # error: DIF303
""",
    "a number of either sign is not minus its epsilon": TORCH
    + """
def scale(frame):
    work = frame.double()
    size = (work[0, 0] * work[1, 1] - work[0, 1] * work[1, 0] + 1e-10).abs().sqrt()
    return size.to(frame.dtype) if work.dtype != frame.dtype else size

def shape(frame, other):
    return frame / (scale(frame) * (other.square().sum() + 1e-6))

def distance(x, y):
    return (x - y + 1e-6).square().sum(-1).sqrt()

def bare(frame):
    return (frame[0, 0] * frame[1, 1] - frame[0, 1] * frame[1, 0]).abs().sqrt()

def from_one(frame):
    return (frame - 1.0).abs().sqrt()  # error: DIF301

def either(frame, other):
    return frame / (scale(frame) * other.square().sum())  # error: DIF303
""",
    "a number that is taken out of what nobody knows is a count": TORCH
    + """
class Fit(nn.Module):
    def __init__(self, solver, least=4):
        super().__init__()
        self.solver = solver
        self.least = least
        self.lift = nn.Linear(3, 3)

    def forward(self, x):
        fitted, inside = self.solver(self.lift(x))
        self.count = inside.sum().item()
        if self.count < self.least:
            return torch.zeros(3, 3), False
        return fitted, True

class Gate(Fit):
    def forward(self, x):
        lifted = self.lift(x)
        if lifted.sum().item() < self.least:  # error: DIF601
            return lifted + 2
        return lifted
""",
    "a position is refined by what is computed of the values around it": TORCH
    + """
class Peak(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.score = nn.Conv1d(channels, 1, 1)

    def forward(self, x):
        score = self.score(x).squeeze(1)
        place = score.argmax(1)
        right = torch.gather(score, 1, place[:, None] + 1).squeeze(1)
        return place + torch.tanh(right)

class Penalised(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.score = nn.Conv1d(channels, 1, 1)

    def forward(self, x, y):
        score = self.score(x).squeeze(1)
        return (score - y).square().mean() + score.round().mean()  # error: DIF101
""",
    "what an identity leaves out is something in every row": TORCH
    + """
def others(x, y):
    likeness = torch.exp(F.cosine_similarity(x.unsqueeze(1), y.unsqueeze(0), dim=2))
    kept = (~torch.eye(8, dtype=torch.bool)).to(x.device).float()
    rest = 1.0 - torch.eye(8)
    return (1 / (kept * likeness).sum(1)).sum() + torch.log((rest * likeness).sum(1)).sum()

def same(x, y):
    likeness = torch.exp(F.cosine_similarity(x.unsqueeze(1), y.unsqueeze(0), dim=2))
    return torch.log((torch.eye(8) * likeness).sum(1)).sum()

def before(x, y):
    likeness = torch.exp(F.cosine_similarity(x.unsqueeze(1), y.unsqueeze(0), dim=2))
    place = torch.arange(8)
    earlier = (place[None] < place[:, None]).float()
    return torch.log((earlier * likeness).sum(1)).sum()  # error: DIF304
""",
    "not both of two are zero": TORCH
    + """
def step(x, y):
    a, b = x.abs().mean(), y.abs().mean()
    if a <= 1e-15 and b <= 1e-15:
        return torch.ones_like(a)
    return 0.1 / max(a, b)

def total(x, y):
    a, b = x.abs().mean(), y.abs().mean()
    if a == 0 and b == 0:
        return torch.zeros_like(a)
    return a / (a + b)

def either(x, y):
    a, b = x.abs().mean(), y.abs().mean()
    if a == 0 or b == 0:
        return torch.zeros_like(a)
    return a / (a + b)

def one(x, y):
    a, b = x.abs().mean(), y.abs().mean()
    if a == 0 and b == 0:
        return torch.zeros_like(a)
    return a / b  # error: DIF303

def bare(x, y):
    return 0.1 / max(x.abs().mean(), y.abs().mean())  # error: DIF303
""",
    "no group of distinct values is empty": TORCH
    + """
def pooled(points: torch.Tensor, size):
    cells = (points.detach() / size).floor().long()
    kinds, which, sizes = torch.unique(cells, dim=0, return_inverse=True, return_counts=True)
    count = torch.zeros(len(kinds)).index_add(0, which, torch.ones_like(points[:, 0]))
    return torch.zeros(len(kinds), 3).index_add(0, which, points) / count[:, None]

def given(points: torch.Tensor, which, n):
    count = torch.zeros(n).index_add(0, which, torch.ones_like(points[:, 0]))
    return torch.zeros(n, 3).index_add(0, which, points) / count[:, None]  # error: DIF303
""",
}

test_refuted = marked(CASES)
