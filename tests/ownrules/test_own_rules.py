"""Own rules: the example of the documentation, and folders that extend the built-in ones."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from difflint.cli import cli

README = (Path(__file__).parents[2] / "rules" / "README.md").read_text(encoding="utf-8")
FILES = re.findall(r"^`([\w./-]+)`\n\n(`{3,})\w+\n(.*?)^\2\n", README.partition("\n## Own rules\n")[2], re.M | re.S)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, _, text in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


def found(*arguments: str) -> list[dict[str, Any]]:
    return list(json.loads(run("check", ".", "--format", "json", *arguments).stdout)["diagnostics"])


def test_the_example_is_complete() -> None:
    assert [name for name, _, _ in FILES] == [
        "pyproject.toml",
        "lint/rules/operators/tidal.toml",
        "lint/rules/frameworks/tidal.toml",
        "lint/rules/checks/TID001-flat-root.md",
        "model.py",
    ]


def test_the_example_reports_what_it_marks(folder: Path) -> None:
    lines = (folder / "model.py").read_text().splitlines()
    marked = [(number, line[-6:]) for number, line in enumerate(lines, 1) if "# error: " in line]

    assert [(item["range"]["start"]["line"], item["code"]) for item in found()] == marked


def test_own_rules_work_like_built_in_ones(folder: Path) -> None:
    assert [item["severity"] for item in found("--profile", "auto")] == ["error"]
    assert found("--ignore", "flat-root") == found("--ignore", "TID") == []
    assert "TID001  warning  flat-root" in run("rules").output
    assert run("rule", "flat-root").output.startswith("# TID001 flat-root")
    assert "TID001" in run("check", ".", "--format", "sarif").output

    text = (folder / "model.py").read_text().replace("error: TID001", "difflint: ignore[TID001]")
    (folder / "model.py").write_text(text)
    assert found() == []


def test_every_mistake_in_own_rules_is_named_at_once(folder: Path) -> None:
    mistakes = (
        ("operators/tidal.toml", "output", "outptu"),
        ("frameworks/tidal.toml", "signed-root", "signed-rot"),
        ("frameworks/tidal.toml", "second-order", "second-oder"),
        ("checks/TID001-flat-root.md", "unbounded", "unbouned"),
    )
    for name, word, wrong in mistakes:
        path = folder / "lint" / "rules" / name
        path.write_text(path.read_text().replace(word, wrong))
    result = run("check", ".")

    assert result.exit_code == 2
    for name, word, wrong in mistakes:
        assert any(name in line and f"{wrong!r}, expected {word!r}" in line for line in result.output.splitlines()), (
            word
        )


def test_own_rules_need_no_built_in_name_to_be_replaced(folder: Path) -> None:
    text = (folder / "lint/rules/checks/TID001-flat-root.md").read_text()
    claim = 'kind = "unbounded"\nfamily = ["root"]'
    (folder / "lint/rules/checks/TID002-other.md").write_text(
        text.replace('name = "flat-root"', 'name = "other"').replace(
            'kind = "unbounded"\noperator = ["signed-root"]', claim
        )
    )
    result = run("check", ".")

    assert result.exit_code == 2
    assert "expected facts that DIF301 does not claim" in result.output


def test_a_folder_that_does_not_exist_is_named(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[tool.difflint]\nextend-rules = ["lint/ruls"]\n')

    assert "lint/ruls: found no folder" in run("check", ".").output


def test_a_framework_is_added_without_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    model = "import lagoon\n\n\ndef loss(x):\n    return lagoon.root(lagoon.total(x * x))\n"
    (tmp_path / "model.py").write_text(model)
    assert found() == []

    (tmp_path / "own" / "frameworks").mkdir(parents=True)
    framework = 'name = "lagoon"\nmodules = ["lagoon"]\ndifferentiable = true\n'
    spelled = '[operators]\nsqrt = ["lagoon.root"]\nsum = ["lagoon.total"]\n'
    (tmp_path / "own" / "frameworks" / "lagoon.toml").write_text(framework + spelled)
    (tmp_path / "pyproject.toml").write_text('[tool.difflint]\nextend-rules = ["own"]\n')

    assert [item["code"] for item in found()] == ["DIF301"]
