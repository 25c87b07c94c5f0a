"""Settings: where they are found, what is wrong with them, and what a run does with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from difflint.cli import cli
from difflint.config import find_config, load_config
from difflint.errors import DifflintError

HAZARD = "import torch\n\n\ndef loss(x):\n    return torch.sqrt((x * x).sum())\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.py").write_text(HAZARD)
    return tmp_path


def write(folder: Path, text: str) -> None:
    (folder / "pyproject.toml").write_bytes(text.encode("latin-1"))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


def test_the_nearest_file_above_all_paths_counts(folder: Path) -> None:
    write(folder, "")
    for name in ("a", "b"):
        (folder / name / "deep").mkdir(parents=True)
        write(folder / name, "")

    assert find_config([folder / "a" / "deep"]) == folder / "a" / "pyproject.toml"
    assert find_config([folder / "a", folder / "b"]) == folder / "pyproject.toml"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[tool.difflint]\nignroe = []\n", "ignroe: found an unknown key, expected 'ignore'"),
        ("[tool.difflint]\nselect = 3\n", "select: found 3, expected a list of texts"),
        ("[tool.difflint]\nsinks = [1]\n", "sinks: found [1], expected a list of texts"),
        ("[tool.difflint]\nprofile = 'sdg'\n", "profile: found 'sdg', expected 'sgd'"),
        ("[tool.difflint]\nper-file-profiles = ['a']\n", "a table from path patterns to profiles"),
        ("[tool.difflint.per-file-profiles]\n'a/*' = 'pin'\n", "per-file-profiles.'a/*': found 'pin', expected 'pinn'"),
        ("[tool.difflint.per-file-profiles]\n'a/*' = ['pinn']\n", "one of: auto, pinn"),
        ("[tool.difflint]\nprobe = 3\n", "probe: found 3, expected a table from functions to inputs"),
        (
            "[tool.difflint.probe.'m f']\nx = '1'\n",
            "probe: found 'm f', expected the name of a function, 'module:name'",
        ),
        ("[tool.difflint.probe]\n'm:f' = 3\n", "'m:f']: found 3, expected a table from arguments to inputs"),
        ("[tool.difflint.probe.'m:f']\nx = 3\n", "x: found 3, expected an input as a text"),
        ("[tool.difflint.probe.'m:f']\nx = 'gauss(3)'\n", "x: found 'gauss(3)', expected a literal or one of normal"),
        ("[tool.difflint.probe.'m:f']\ninputs-from = 'a b'\n", "found 'a b', expected MODULE:NAME or FILE.py:NAME"),
        ("[tool.difflint.probe.'m:f']\ninputs-from = 'absent.py:make'\n", "absent.py:make', expected an existing file"),
        ("[tool.difflint]\nmin-severity = 'off'\n", "one of: error, info, warning"),
        ("[tool.difflint]\nper-file-ignores = ['a']\n", "a table from path patterns"),
        ("[tool]\ndifflint = 3\n", "[tool.difflint]: found 3, expected a table"),
        ("[tool.difflint]\nselect = [\n", "line 3"),
        ("[tool.difflint]\n# \xff\n", "found byte 0xff at line 2, column 3, expected UTF-8"),
    ],
)
def test_what_is_wrong_is_said(folder: Path, text: str, expected: str) -> None:
    write(folder, text)
    with pytest.raises(DifflintError) as caught:
        load_config([folder])

    assert str(caught.value).startswith(str(folder / "pyproject.toml"))
    assert expected in str(caught.value).replace("end of document", "line 3")


@pytest.mark.parametrize(
    "text",
    [
        "[tool.difflint]\nignore = ['DIF399']\n",
        "[tool.difflint]\nselect = ['sqrt-at-zeor']\n",
        "[tool.difflint.per-file-ignores]\n'*.py' = ['DIF399']\n",
    ],
)
def test_words_that_name_no_rule_are_errors(folder: Path, text: str) -> None:
    write(folder, text)
    result = run("check", ".")

    assert result.exit_code == 2
    assert "no rule matches" in result.output
    assert "the nearest is" in result.output


def test_the_command_line_wins(folder: Path) -> None:
    write(folder, "[tool.difflint]\nselect = ['DIF1']\n")

    assert run("check", ".").exit_code == 0
    assert run("check", ".", "--select", "DIF3").exit_code == 1
    assert run("check", ".", "--extend-select", "DIF301").exit_code == 1


def test_effective_settings_name_their_origin(folder: Path) -> None:
    write(folder, "[tool.difflint]\nprofile = 'strict'\n")
    lines = run("config").output.splitlines()

    assert f"profile = 'strict'  # {folder / 'pyproject.toml'}" in lines
    assert "select = []  # default" in lines
    assert run("config", "missing").exit_code == 2


def test_own_sinks_and_sources_are_accepted(folder: Path) -> None:
    write(folder, "[tool.difflint]\nsinks = ['own.backward']\nsources = ['own.parameter']\n")

    assert run("check", ".").exit_code == 1


def test_a_rule_of_the_user_is_listed(folder: Path) -> None:
    (folder / "own" / "checks").mkdir(parents=True)
    text = run("rule", "DIF001").output.split("\n\n", 1)[1]
    own = text.replace('kind = "parse-error"', 'kind = "unknown-call"').replace("parse-error", "own-rule")
    (folder / "own" / "checks" / "OWN001-own-rule.md").write_text(own)
    write(folder, "[tool.difflint]\nextend-rules = ['own']\n")

    assert "OWN001" in run("rules").output


def test_an_excluded_file_that_is_named_is_checked_unless_forced(folder: Path) -> None:
    write(folder, "[tool.difflint]\nexclude = ['model.py']\n")

    assert run("check", "model.py").exit_code == 1
    assert run("check", "model.py", "--force-exclude").exit_code == 0
