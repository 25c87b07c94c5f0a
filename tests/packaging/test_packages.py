"""Wheel and sdist carry the rules and run; so does the editable install the tests run from."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
    )
    return folder


def rules_of(package: Path) -> list[str]:
    """What `difflint rules` prints with only this folder's difflint on the path."""
    result = subprocess.run(
        [sys.executable, "-m", "difflint", "rules"],
        capture_output=True,
        text=True,
        check=True,
        cwd=package,
        env={**os.environ, "PYTHONPATH": str(package)},
    )
    return result.stdout.splitlines()


def test_wheel(built: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as archive:
        archive.extractall(tmp_path)

    assert (tmp_path / "difflint" / "rules" / "checks").is_dir()
    assert len(rules_of(tmp_path)) >= 42


def test_sdist(built: Path, tmp_path: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        archive.extractall(tmp_path, filter="data")
    folder = next(tmp_path.iterdir())

    assert (folder / "README.md").is_file()
    assert len(rules_of(folder)) >= 42


def test_editable(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "difflint", "rules"], capture_output=True, text=True, check=True, cwd=tmp_path
    )

    assert len(result.stdout.splitlines()) >= 42
