"""The command line, as a user calls it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from difflint.cli import cli

HAZARD = "import torch\n\n\ndef loss(x):\n    return torch.sqrt((x * x).sum())\n"
CLEAN = "import torch\n\n\ndef loss(x):\n    return (x * x).sum()\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.py").write_text(HAZARD)
    (tmp_path / "good.py").write_text(CLEAN)
    return tmp_path


def run(*arguments: str, text: str | None = None) -> Result:
    return CliRunner().invoke(cli, list(arguments), input=text)


def test_findings_exit_with_one(folder: Path) -> None:
    result = run("check", ".")

    assert result.exit_code == 1
    assert "bad.py:5:12 warning DIF301 sqrt-at-zero" in result.output
    assert "^^^^^^^^^^^^^^^^^^^^^^^" in result.output
    assert "Found 1 warning; 2 files checked." in result.output


def test_clean_exits_with_zero(folder: Path) -> None:
    result = run("check", "good.py")

    assert result.exit_code == 0
    assert "No findings" in result.output


def test_exit_zero(folder: Path) -> None:
    assert run("check", ".", "--exit-zero").exit_code == 0


def test_json_is_versioned(folder: Path) -> None:
    document = json.loads(run("check", ".", "--format", "json").output)
    (item,) = document["diagnostics"]

    assert document["version"] == 1
    assert item["path"] == "bad.py"
    assert item["range"] == {"start": {"line": 5, "column": 12}, "end": {"line": 5, "column": 37}}
    assert set(item) == {
        "code",
        "name",
        "severity",
        "certainty",
        "profile",
        "path",
        "range",
        "message",
        "suggestion",
        "trace",
        "url",
    }
    assert document["summary"]["by_code"] == {"DIF301": 1}


@pytest.mark.parametrize(
    "options",
    [
        ("--ignore", "DIF301"),
        ("--ignore", "DIF3"),
        ("--ignore", "sqrt-at-zero"),
        ("--select", "DIF1"),
        ("--min-severity", "error"),
        ("--certainty", "must"),
    ],
)
def test_selection(folder: Path, options: tuple[str, ...]) -> None:
    assert run("check", ".", *options).exit_code == 0


def test_unknown_code_names_the_nearest(folder: Path) -> None:
    result = run("check", ".", "--select", "DIF999")

    assert result.exit_code == 2
    assert "DIF999" in result.output


def test_possible_findings_are_shown_on_demand(folder: Path) -> None:
    (folder / "ratio.py").write_text("import torch\n\n\ndef f(a, b):\n    return torch.mean(a / b)\n")

    assert run("check", "ratio.py").exit_code == 0
    assert "DIF303" in run("check", "ratio.py", "--certainty", "possible").output


def test_unknown_calls_are_listed_on_demand(folder: Path) -> None:
    (folder / "calls.py").write_text("import torch, other\n\n\ndef f(x):\n    return other.layer(torch.exp(x))\n")

    assert run("check", "calls.py").exit_code == 0
    assert "calls.py:5:12 unknown call other.layer" in run("check", "calls.py", "--show-unknown").output
    document = json.loads(run("check", "calls.py", "--show-unknown", "--format", "json").output)
    assert document["unknown"][0]["call"] == "other.layer"


def test_stdin(folder: Path) -> None:
    result = run("check", "--stdin-filename", "model.py", "-", text=HAZARD)

    assert result.exit_code == 1
    assert "model.py:5:12" in result.output


def test_output_is_written_whole(folder: Path) -> None:
    assert run("check", ".", "--format", "json", "--output", "report.json").exit_code == 1
    assert json.loads((folder / "report.json").read_text())["version"] == 1
    assert run("check", ".", "--output", "missing/report.txt").exit_code == 2


def test_statistics(folder: Path) -> None:
    assert run("check", ".", "--statistics").output.splitlines() == [
        "count  code    name",
        "    1  DIF301  sqrt-at-zero",
        "",
        "Found 1 warning; 2 files checked.",
    ]
    assert run("check", "good.py", "--statistics").output == "No findings, 1 file checked.\n"


def test_suppression_and_unused_suppression(folder: Path) -> None:
    (folder / "bad.py").write_text(HAZARD.replace("sum())\n", "sum())  # difflint: ignore[DIF301] never empty\n"))
    assert run("check", "bad.py").exit_code == 0

    comment = "    # difflint: ignore-next-line[sqrt-at-zero]\n"
    (folder / "bad.py").write_text(HAZARD.replace("    return", comment + "    return"))
    assert run("check", "bad.py").exit_code == 0

    (folder / "bad.py").write_text("# difflint: ignore-file[DIF3]\n" + HAZARD)
    assert run("check", "bad.py").exit_code == 0

    (folder / "good.py").write_text("# difflint: ignore[DIF303]\n" + CLEAN)
    assert "DIF002" in run("check", "good.py").output


def test_stated_range(folder: Path) -> None:
    text = "import torch\n\n\n# difflint: range a=[0, inf)\ndef f(a):\n    return torch.log(a).sum()\n"
    (folder / "log.py").write_text(text)
    assert "DIF304" in run("check", "log.py").output

    (folder / "log.py").write_text(text.replace("[0, inf)", "(0, inf)"))
    assert run("check", "log.py").exit_code == 0

    (folder / "log.py").write_text(text.replace("[0, inf)", "[1, 0]"))
    result = run("check", "log.py")
    assert result.exit_code == 2
    assert "line 4" in result.output


def test_rule_and_rules(folder: Path) -> None:
    assert "## Use instead" in run("rule", "DIF303").output
    assert run("rule", "division-by-zero").output == run("rule", "DIF303").output
    rules = run("rules").output.splitlines()
    assert len(rules) >= 42
    column = rules[0].index("A file that")
    assert all(line[column - 1] == " " and line[column] != " " for line in rules), "summaries below each other"

    result = run("rule", "DIF33")
    assert result.exit_code == 2
    assert "DIF303" in result.output or "DIF313" in result.output


def test_configuration(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[tool.difflint]\nignore = ["DIF301"]\n')
    assert run("check", ".").exit_code == 0
    assert "pyproject.toml" in run("config").output

    (folder / "pyproject.toml").write_text('[tool.difflint.per-file-ignores]\n"bad.py" = ["DIF3"]\n')
    assert run("check", ".").exit_code == 0

    (folder / "pyproject.toml").write_text('[tool.difflint]\nexclude = ["bad.py"]\n')
    assert run("check", ".").exit_code == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[tool.difflint]\nignroe = []\n", "ignore"),
        ("[tool.difflint]\nselect = 3\n", "a list of texts"),
        ("[tool.difflint]\nprofile = 'sdg'\n", "'sgd'"),
        ("[tool.difflint\n", "line 1"),
    ],
)
def test_bad_configuration(folder: Path, text: str, expected: str) -> None:
    (folder / "pyproject.toml").write_text(text)
    result = run("check", ".")

    assert result.exit_code == 2
    assert expected in result.output


def test_gitignore_is_respected(folder: Path) -> None:
    (folder / ".gitignore").write_text("bad.py\n")

    assert run("check", ".").exit_code == 0
    assert run("check", "bad.py").exit_code == 1


def test_version_imports_nothing() -> None:
    code = (
        "import sys; sys.argv=['difflint','--version']; import difflint.__main__ as m; m.main(); "
        "print(sorted({'libcst','numpy','rich','click','tomllib'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert result.stdout.splitlines()[-1] == "[]"


def test_the_same_bytes_whatever_the_order(folder: Path) -> None:
    outputs = set()
    for seed, paths in (("0", ["bad.py", "good.py"]), ("1", ["good.py", "bad.py"]), ("2", ["."])):
        result = subprocess.run(
            [sys.executable, "-m", "difflint", "check", *paths, "--format", "json"],
            capture_output=True,
            cwd=folder,
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            check=False,
        )
        outputs.add(result.stdout)

    assert len(outputs) == 1


def test_narrow_and_plain_terminals(folder: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "difflint", "check", "."],
        capture_output=True,
        cwd=folder,
        env={"COLUMNS": "40", "PYTHONIOENCODING": "ascii", "NO_COLOR": "1"},
        check=False,
    )

    assert result.returncode == 1
    assert b"\x1b" not in result.stdout
    assert max(len(line) for line in result.stdout.splitlines()) <= 60
