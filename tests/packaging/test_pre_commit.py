"""The hook under the real pre-commit, and the GitHub action's step under the real shell; neither needs a network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from fresh import ROOT, Environment, clean, packages

BAD = "import torch\n\n\ndef loss(x):\n    return torch.sqrt((x * x).sum())\n"
GOOD = BAD.replace("sum())", "sum() + 1e-12)")
SHIPPED = ("difflint", "rules", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
CONFIGURATION = "repos:\n  - repo: {source}\n    rev: {revision}\n    hooks:\n      - id: difflint\n"


def git(folder: Path, *arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run git with an identity of its own and none of the user's settings."""
    identity = {f"GIT_{who}_{what}": "t@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, **identity}
    return subprocess.run(
        ["git", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={key: value for key, value in clean().items() if not key.startswith("GIT_")}
        | settings
        | (environment or {}),
    )


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """What is checked out here, as a repository of one commit."""
    folder = tmp_path / "source"
    folder.mkdir()
    for name in SHIPPED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "source")
    return folder


def test_a_commit_is_refused_and_then_accepted(source: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    revision = git(source, "rev-parse", "HEAD").stdout.strip()
    (work / ".pre-commit-config.yaml").write_text(CONFIGURATION.format(source=source, revision=revision))
    # The hook's environment is made by pre-commit; what it would download is borrowed from this one.
    environment = {
        "PRE_COMMIT_HOME": str(tmp_path / "home"),
        "PYTHONPATH": os.pathsep.join(packages()),
        "PIP_NO_INDEX": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # pip reads a negative option backwards
    }
    git(work, "init", "--quiet")
    subprocess.run(
        [sys.executable, "-m", "pre_commit", "install"],
        cwd=work,
        check=True,
        capture_output=True,
        env=clean() | environment,
    )

    (work / "model.py").write_text(BAD)
    git(work, "add", "--all")
    refused = git(work, "commit", "--message", "bad", environment=environment)
    assert refused.returncode == 1, refused.stderr
    assert "model.py:5:12 warning DIF301 sqrt-at-zero" in refused.stdout + refused.stderr
    assert git(work, "rev-parse", "--verify", "HEAD").returncode != 0

    (work / "model.py").write_text(GOOD)
    git(work, "add", "--all")
    accepted = git(work, "commit", "--message", "good", environment=environment)
    assert accepted.returncode == 0, accepted.stdout + accepted.stderr
    assert git(work, "rev-parse", "--verify", "HEAD").returncode == 0


def test_the_step_of_the_action_annotates_and_fails(tmp_path: Path) -> None:
    environment = Environment(tmp_path / "runner" / "difflint")
    environment.install("--no-build-isolation", str(ROOT))
    (tmp_path / "model.py").write_text(BAD)
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    step = action["runs"]["steps"][-1]
    inputs = {"PATHS": "model.py", "ARGUMENTS": "--profile sgd", "RUNNER_TEMP": str(tmp_path / "runner")}
    result = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", step["run"]],
        cwd=tmp_path,
        env=clean() | inputs,
        capture_output=True,
        text=True,
        check=False,
    )

    assert set(step["env"]) == {"PATHS", "ARGUMENTS"}
    assert result.returncode == 1, result.stderr
    assert "::warning title=DIF301 sqrt-at-zero,file=model.py,line=5," in result.stdout
    assert "Found 1 warning; 1 file checked." in result.stdout
