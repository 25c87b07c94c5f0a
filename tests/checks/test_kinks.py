"""What the profiles say about points without a slope: nothing for SGD, everything for solvers."""

from __future__ import annotations

from pathlib import Path

import pytest

from difflint.catalogue.load import load
from difflint.catalogue.model import Role
from difflint.check import Request, check
from difflint.config import Config
from difflint.diagnose import Selection
from difflint.diagnostic import Profile, Severity
from difflint.domain.smoothness import Smoothness
from difflint.facts import Kind

MODEL = """
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(4, 8)
        self.drop = nn.Dropout(0.1)

    def forward(self, x):
        h = torch.relu(self.inner(x))
        h = self.drop(torch.nn.functional.leaky_relu(h - 1.0))
        h = h.abs() + torch.maximum(h, x.sum()) + h.clamp(0.0, 1.0)
        return torch.where(h > 1.0, h, h * h) + h.max() + h.median() + h.sort().values + h.norm()
"""
COUNTS = {
    Profile.SGD: set(),
    Profile.SECOND_ORDER: {"DIF201", "DIF202", "DIF203", "DIF204", "DIF205", "DIF602"},
    Profile.SAMPLING: {"DIF201", "DIF202", "DIF203", "DIF204", "DIF205", "DIF602"},
    Profile.PINN: {"DIF201", "DIF202", "DIF210", "DIF204", "DIF205", "DIF602"},
    Profile.STRICT: {"DIF201", "DIF202", "DIF203", "DIF204", "DIF205", "DIF602"},
}


def codes(folder: Path, text: str, profile: Profile) -> set[str]:
    """The codes reported for a text."""
    (folder / "model.py").write_text(text, encoding="utf-8")
    request = Request((folder / "model.py",), Config(root=folder), Selection(profile=profile), cwd=folder)
    return {item.code for item in check(request).diagnostics}


@pytest.mark.parametrize("profile", Profile, ids=lambda profile: profile.value)
def test_kinks_by_profile(profile: Profile, tmp_path: Path) -> None:
    assert codes(tmp_path, MODEL, profile) == COUNTS[profile]


KINKED = [
    row
    for row in load().operators.values()
    if row.smoothness is Smoothness.LIPSCHITZ and row.role not in (Role.LAYER, Role.STATIC)
]


@pytest.mark.parametrize("row", KINKED, ids=lambda row: row.id)
def test_every_kink_belongs_to_a_rule(row: object) -> None:
    checks = [check for check in load().checks.values() if check.severity_in(Profile.SECOND_ORDER) is not Severity.OFF]
    claimed = {family for check in checks for kind, family, _ in check.claims if kind is Kind.KINK}

    assert row.family in claimed  # type: ignore[attr-defined]
