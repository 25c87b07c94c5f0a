"""Labels and classes: what is an integer in every way an argument may come; marks as in test_points."""

from __future__ import annotations

from marked import TORCH, marked

CASES = {
    "what is made a class where it is a number is one everywhere": TORCH
    + """
def classes(x: torch.Tensor, count: int):
    if torch.is_floating_point(x):
        x = F.one_hot(x.argmax(1), count)
    return x

def weights(target: torch.Tensor, count: int):
    return 1.0 / classes(target, count).sum(dim=0) ** 2

def widened(x: torch.Tensor):
    if not torch.is_floating_point(x):
        x = x.float()
    return 1.0 / x.square().sum(dim=0)  # error: DIF303

def watched(x: torch.Tensor, names):
    if torch.is_floating_point(x):
        names = len(names)
    return 1.0 / x.square().sum(dim=0) + names  # error: DIF303
""",
    "an argument that stays what its class says where it is not replaced": TORCH
    + """
def share(x, count: int):
    if isinstance(x, torch.Tensor):
        x = x.detach().argmax(-1).float()
    else:
        x = float(x)
    return 1.0 / torch.square(torch.as_tensor(x)).sum()
""",
    "operands of logic are truth values whichever way they came": TORCH
    + """
def overlap(preds: torch.Tensor, target: torch.Tensor, reversed_: bool):
    if reversed_:
        preds, target = target, preds
    both, either = (preds & target).sum(1), (preds.square() + target.square()).sum(1)
    return both / either

def soft(preds: torch.Tensor, target: torch.Tensor, reversed_: bool):
    if reversed_:
        preds, target = target, preds
    both, either = (preds * target).sum(1), (preds.square() + target.square()).sum(1)
    return both / either  # error: DIF303
""",
    "what one of two layouts takes for classes is no number in the other": TORCH
    + """
def weights(target: torch.Tensor, indexed: bool):
    if indexed:
        target = F.one_hot(target, 4)
    return 1.0 / target.square().sum(dim=0)

class Mixed(nn.Module):
    def __init__(self):
        super().__init__()
        self.line = nn.Linear(3, 3)

    def forward(self, x):
        y = self.line(x).relu()
        picked = F.one_hot(y.long(), 4)  # error: DIF104
        return 1.0 / y.square().sum() + picked.sum()  # error: DIF303
""",
}

test_labels = marked(CASES)
