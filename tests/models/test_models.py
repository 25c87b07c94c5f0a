"""Ten optimisation models: `second-order` names every kink and jump in them, `sgd` no kink.

A comment `# DIFnnn` at the end of a line says what must be reported there; other lines are silent.
"""

from __future__ import annotations

import importlib.util
import re
import runpy
from pathlib import Path

import pytest

from difflint.check import Request, check
from difflint.config import Config
from difflint.diagnose import Selection
from difflint.diagnostic import Profile

MODELS = sorted(path for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("test_"))
KINKS = ("DIF108", "DIF2", "DIF602", "DIF902", "DIF903", "DIF905")


def reported(path: Path, profile: Profile) -> list[tuple[int, str]]:
    """The lines and codes reported for a file."""
    result = check(Request((path,), Config(root=path.parent), Selection(profile=profile), cwd=path.parent))
    assert result.errors == []
    return sorted({(item.span.start.line, item.code) for item in result.diagnostics})


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_every_kink_and_jump_is_named(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    marked = [(number, code) for number, line in enumerate(lines, 1) for code in re.findall(r"#.*?(DIF\d+)$", line)]

    assert reported(path, Profile.SECOND_ORDER) == marked


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_gradient_descent_does_not_mind_kinks(path: Path) -> None:
    assert [entry for entry in reported(path, Profile.SGD) if entry[1].startswith(KINKS)] == []


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_the_model_is_one(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    package = next((name for name in ("pyomo", "casadi") if f"import {name}" in text), "scipy")
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed")
    runpy.run_path(str(path))


def test_there_are_ten() -> None:
    assert len(MODELS) == 10
