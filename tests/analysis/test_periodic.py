"""Values that are wrapped: what repeats with the period does not see where."""

from __future__ import annotations

from pathlib import Path

import pytest
from marked import TORCH

from difflint.check import Request, check
from difflint.config import Config
from difflint.diagnose import Selection
from difflint.diagnostic import Profile

MODEL = """
class Turning(nn.Module):
    def __init__(self):
        super().__init__()
        self.turn = nn.Linear(4, 1)

    def forward(self, x, bins: int):
        w = self.turn(x) % 6.0
        return {}
"""
REPEATS = {
    "a sine of whole turns": "torch.sin(w * torch.pi / 3) + torch.cos(2 * w * torch.pi / 3)",
    "a share of the way to the next of whole bins": "(2 * w - (2 * w).floor()) * x",
    "a wave that is cut off": "torch.min(w - 2.0, 4.0 - w).clamp(-1.0, 1.0) * x",
    "a cosine of the angle as a matrix": "torch.cos(w[..., None] * torch.pi / 3).square()",
    "a shift that nobody knows": "torch.sin((w + x) * torch.pi / 3)",
}
JUMPS = {
    "the angle itself": "w - 3.0",
    "a sine of half turns": "torch.sin(w * torch.pi / 6)",
    "a square, which bends there": "(w - 3.0).square()",
    "a sine beside the angle": "torch.sin(w * torch.pi / 3) + w",
    "a period that nobody knows": "torch.sin(w * torch.pi / bins)",
    "a wave with a bend at the ends": "torch.min(w - 1.0, 5.0 - w).clamp(-1.0, 1.0) * x",
    "a share of bins that do not fit": "0.7 * w - (0.7 * w).floor()",
}


def wrapped(expression: str, folder: Path, profile: Profile) -> bool:
    """Whether the wrap in the model is reported."""
    file = folder / "model.py"
    file.write_text(TORCH + MODEL.format(expression), encoding="utf-8")
    selection = Selection(profile=profile)
    result = check(Request((file,), Config(root=folder), selection, cwd=folder))
    return "DIF107" in {item.code for item in result.diagnostics}


@pytest.mark.parametrize("profile", [Profile.SGD, Profile.SECOND_ORDER])
@pytest.mark.parametrize("expression", REPEATS.values(), ids=REPEATS)
def test_what_repeats_does_not_jump(expression: str, profile: Profile, tmp_path: Path) -> None:
    assert not wrapped(expression, tmp_path, profile)


@pytest.mark.parametrize("expression", JUMPS.values(), ids=JUMPS)
def test_what_does_not_repeat_jumps_or_bends(expression: str, tmp_path: Path) -> None:
    assert wrapped(expression, tmp_path, Profile.SGD)
