"""Where reports go, what is unused, and runs that fail."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import difflint.check
from difflint.cli import cli, run

HAZARD = "import torch\n\n\ndef loss(x):\n    return torch.sqrt((x * x).sum()){comment}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.py").write_text(HAZARD.format(comment=""))
    return tmp_path


def check(*arguments: str, text: str | None = None) -> Result:
    return CliRunner().invoke(cli, ["check", *arguments], input=text)


def test_output_has_the_usual_rights_and_leaves_nothing_behind(folder: Path) -> None:
    (folder / "plain.txt").write_text("")
    check("bad.py", "--output", "report.txt")

    assert (folder / "report.txt").stat().st_mode == (folder / "plain.txt").stat().st_mode
    assert "DIF301" in (folder / "report.txt").read_text(encoding="utf-8")
    assert sorted(os.listdir(folder)) == ["bad.py", "plain.txt", "report.txt"]


def test_output_through_a_link_and_to_a_pipe(folder: Path) -> None:
    (folder / "target.txt").write_text("old")
    (folder / "link.txt").symlink_to("target.txt")
    check("bad.py", "--output", "link.txt")
    assert (folder / "link.txt").is_symlink()
    assert "DIF301" in (folder / "target.txt").read_text(encoding="utf-8")

    os.mkfifo(folder / "pipe")
    with subprocess.Popen(["cat", "pipe"], stdout=subprocess.PIPE) as reader:
        check("bad.py", "--output", "pipe")
        assert reader.stdout is not None
        assert b"DIF301" in reader.stdout.read()
    assert stat.S_ISFIFO((folder / "pipe").stat().st_mode)


def test_standard_input_needs_both_its_name_and_a_dash(folder: Path) -> None:
    assert check("-", text="").exit_code == 2
    assert check("--stdin-filename", "a.py", "bad.py").exit_code == 2
    assert check("--stdin-filename", "a.py", "-", "bad.py", text="").exit_code == 2


@pytest.mark.parametrize("options", [("--ignore", "DIF301"), ("--select", "DIF1,DIF002"), ("--certainty", "must")])
def test_a_comment_is_not_unused_because_its_rule_is_off(folder: Path, options: tuple[str, ...]) -> None:
    (folder / "bad.py").write_text(HAZARD.format(comment="  # difflint: ignore[DIF301]"))

    assert check("bad.py", *options).exit_code == 0


def test_a_comment_on_a_possible_finding_is_used(folder: Path) -> None:
    text = "import torch\n\n\ndef f(a, b):\n    return torch.mean(a / b)  # difflint: ignore[DIF303]\n"
    (folder / "bad.py").write_text(text)

    assert check("bad.py").exit_code == 0
    assert check("bad.py", "--certainty", "possible").exit_code == 0


def test_the_codes_of_a_comment_that_do_nothing_are_named(folder: Path) -> None:
    (folder / "bad.py").write_text(HAZARD.format(comment="  # difflint: ignore[DIF301, DIF999]"))
    result = check("bad.py")

    assert "DIF002" in result.output
    assert "DIF999" in result.output
    assert "DIF301" not in result.output.replace("ignore[DIF301", "")

    (folder / "bad.py").write_text(HAZARD.format(comment="  # difflint: ignore[DIF301, DIF999, DIF002]"))
    assert check("bad.py").exit_code == 0


def test_unforeseen_errors_are_one_line_and_two(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("a mistake")

    monkeypatch.setattr(difflint.check, "analyse", fail)
    monkeypatch.setattr(sys, "argv", ["difflint", "check", "bad.py"])
    with pytest.raises(SystemExit) as caught:
        run()

    assert caught.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_file_without_a_framework_is_silent_whatever_its_warnings(folder: Path) -> None:
    (folder / "plain.py").write_text('x = "\\d"\n')
    result = subprocess.run(
        [sys.executable, "-W", "always", "-m", "difflint", "check", "plain.py"], capture_output=True, check=False
    )

    assert (result.returncode, result.stderr) == (0, b"")


def test_a_terminal_gets_colour_unless_told_otherwise(folder: Path) -> None:
    def shown(**environment: str) -> bytes:
        above, below = os.openpty()
        process = subprocess.run(
            [sys.executable, "-m", "difflint", "check", "bad.py"],
            stdout=below,
            stderr=subprocess.PIPE,
            check=False,
            env={"PATH": os.environ["PATH"], "TERM": "xterm", **environment},
        )
        os.close(below)
        assert process.returncode == 1, process.stderr
        text = os.read(above, 100_000)
        os.close(above)
        return text

    assert b"\x1b[" in shown()
    assert b"\x1b[3" not in shown(NO_COLOR="1")


STATEMENT = """import torch


def loss(x, scale):
    first = torch.exp(  {0}
        -torch.sqrt((x * x).sum())  {1}
        # in between {2}
        + scale
    )  {3}
    second = torch.sqrt((x * x).sum())
    return first + second
"""


@pytest.mark.parametrize("place", range(4))
def test_a_comment_on_any_line_of_a_statement_silences_all_of_it(folder: Path, place: int) -> None:
    marks = ["# difflint: ignore[DIF301]" if number == place else "" for number in range(4)]
    text = STATEMENT.format(*marks).replace("# in between # ", "# ")
    (folder / "bad.py").write_text(text)
    result = check("bad.py")

    assert "bad.py:6:" not in result.output
    assert "bad.py:10:14 warning DIF301" in result.output
    assert "DIF002" not in result.output


def test_a_comment_in_the_body_says_nothing_about_the_head(folder: Path) -> None:
    text = "import torch\n\n\ndef f(x):\n    if torch.sqrt((x * x).sum()) > 1:\n        x = x + 1  {}\n    return x\n"
    (folder / "bad.py").write_text(text.format(""))
    before = [line for line in check("bad.py").output.splitlines() if line.startswith("bad.py:5")]
    (folder / "bad.py").write_text(text.format("# difflint: ignore"))
    after = [line for line in check("bad.py").output.splitlines() if line.startswith("bad.py:5")]

    assert before == after


@pytest.mark.parametrize(
    ("form", "begins"), [("github", "::warning "), ("sarif", "{"), ("json", "{"), ("html", "<!DOCTYPE")]
)
@pytest.mark.parametrize("option", ["--output", "--output-file"])
def test_a_machine_report_in_a_file_leaves_the_text(folder: Path, form: str, begins: str, option: str) -> None:
    result = check("bad.py", "--format", form, option, "report")

    assert (folder / "report").read_text(encoding="utf-8").startswith(begins)
    assert "bad.py:5:12 warning DIF301" in result.stdout
    assert check("bad.py", "--format", form).stdout == (folder / "report").read_text(encoding="utf-8")


def test_a_text_report_in_a_file_leaves_nothing(folder: Path) -> None:
    assert check("bad.py", "--output-file", "report").stdout == ""


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "html"])
def test_any_file_name_can_be_reported(folder: Path, form: str) -> None:
    name = b"odd \xff: a,b%.py"
    (folder / "bad.py").rename(os.fsdecode(os.fsencode(folder) + b"/" + name))
    for encoding in ("utf-8", "ascii"):
        result = subprocess.run(
            [sys.executable, "-m", "difflint", "check", ".", "--format", form],
            capture_output=True,
            check=False,
            env={**os.environ, "PYTHONIOENCODING": encoding},
        )

        assert result.returncode == 1, result.stderr
        assert b"DIF301" in result.stdout
