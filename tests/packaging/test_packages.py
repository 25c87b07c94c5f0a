"""Wheel and sdist, each in an environment of its own, carry the rules and run; so does the editable install."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from fresh import ROOT, Environment

HAZARD = "import torch\n\n\ndef loss(x):\n    return torch.sqrt((x * x).sum())\n"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
    )
    return folder


def works(environment: Environment, folder: Path) -> Path:
    """Run what was installed, from a folder that holds no difflint; returns where it lies."""
    (folder / "model.py").write_text(HAZARD)
    where = Path(environment.run("-c", "import difflint; print(difflint.__file__)", cwd=folder).strip())

    assert len(environment.run("rules", cwd=folder, program="difflint").splitlines()) >= 42
    assert "DIF301" in environment.run("check", "--exit-zero", "model.py", cwd=folder, program="difflint")
    page = environment.run("check", "--exit-zero", "--format", "html", "model.py", cwd=folder, program="difflint")
    assert page.startswith("<!DOCTYPE html>")
    assert environment.run("--version", cwd=folder, program="difflint").startswith("difflint ")
    return where


def test_wheel(built: Path, tmp_path: Path) -> None:
    environment = Environment(tmp_path / "environment")
    environment.install(str(next(built.glob("*.whl"))))

    assert works(environment, tmp_path).is_relative_to(tmp_path)


def test_sdist(built: Path, tmp_path: Path) -> None:
    environment = Environment(tmp_path / "environment")
    environment.install("--no-build-isolation", str(next(built.glob("*.tar.gz"))))

    assert works(environment, tmp_path).is_relative_to(tmp_path)


def test_the_install_the_tests_run_from(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "difflint", "rules"], capture_output=True, text=True, check=True, cwd=tmp_path
    )

    assert len(result.stdout.splitlines()) >= 42
