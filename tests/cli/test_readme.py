"""The README's snippet gives the README's output, and its configuration is accepted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from difflint.cli import cli

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", ["check", "map"])
def test_the_snippet_gives_the_output(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    snippet = re.findall(r"```python\n(.*?)```", README, re.DOTALL)[0]
    expected = re.findall(rf"```console\n\$ difflint {command} model.py\n(.*?)```", README, re.DOTALL)[0]
    (tmp_path / "model.py").write_text(snippet)
    result = CliRunner().invoke(cli, [command, "model.py"])
    lines = [line.rstrip() for line in result.output.splitlines()]

    assert lines == expected.splitlines()


def test_the_configuration_is_valid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)[0].replace('extend-rules = ["lint/rules"]', "")
    (tmp_path / "pyproject.toml").write_text(text)
    (tmp_path / "model.py").write_text("import torch\n")
    result = CliRunner().invoke(cli, ["check", "."])

    assert result.exit_code == 0, result.output
