"""Checking a text whose lines are marked with what must be reported there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from difflint.check import Request, check
from difflint.config import Config
from difflint.diagnose import Selection
from difflint.diagnostic import Severity

TORCH = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n"
JAX = "import jax\nimport jax.numpy as jnp\n"
Lines = dict[int, set[str]]


def marked(cases: Mapping[str, str]) -> Callable[[str, Path], None]:
    """A test that each text, by its name, has reported what its marks ask for and nothing else."""

    @pytest.mark.parametrize("name", cases, ids=lambda name: name.replace(" ", "-"))
    def test(name: str, tmp_path: Path) -> None:
        found, wanted = reported(cases[name], tmp_path)

        assert found == wanted

    return test


def reported(text: str, folder: Path) -> tuple[Lines, Lines]:
    """The codes above `info` by line, and those the marks `# error:` ask for."""
    file = folder / "case.py"
    file.write_text(text, encoding="utf-8")
    result = check(Request((file,), Config(root=folder), Selection(), cwd=folder))
    found: Lines = {}
    for item in result.diagnostics:
        if item.severity is not Severity.INFO:
            found.setdefault(item.span.start.line, set()).add(item.code)
    wanted = {
        number: set(re.findall(r"DIF\d+", line.partition("# error:")[2]))
        for number, line in enumerate(text.splitlines(), 1)
        if "# error:" in line
    }
    return found, wanted
