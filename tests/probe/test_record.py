"""Record mode: arguments from the user's own command, whichever way it starts Python."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from difflint.cli import cli
from difflint.probe.recorder import sitecustomize as recorder

MODEL = """\
import functools
import numpy as np
from scipy.optimize import minimize


class Model:
    def __init__(self, width):
        self.width = width

    def loss(self, x, table, power=1.0):
        return (self.width / (x - table["shift"])).sum() ** power

    @staticmethod
    def bare(x):
        return np.floor(x).sum()


class Child(Model):
    def loss(self, x, table):
        return super().loss(x, table)


def wrapped(function):
    @functools.wraps(function)
    def call(*args, **kwargs):
        return function(*args, **kwargs)
    return call


@wrapped
def many(x, *rest, **options):
    return (1.0 / (x - rest[0])).sum() * options["scale"]


def lists(values, n):
    return np.floor(np.array(values)).sum() * n


def opaque(x, solver):
    return np.floor(solver(x)).sum()


def never(x, table):
    return np.floor(x * table["a"]).sum()


run = lambda: [minimize(f, np.ones(3)) for f in (Model(1).loss, Model.bare, many, lists, opaque, never)]
"""
USE = """\
import sys
import numpy as np
from package.model import Child, Model, lists, many, opaque


def main():
    Child(2.0).loss(np.array([1.0, 2.0]), {"shift": 0.25})
    Model.bare(np.array([1.0, 2.0]))
    many(np.array([1.0, 2.0]), 0.5, scale=3)
    lists([0.5, 1.5], 2)
    opaque(np.ones(2), lambda x: x)
    print("printed", *sys.argv[1:])


if __name__ == "__main__":
    main()
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "package").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "conftest.py").write_text("")
    (tmp_path / "package" / "__init__.py").write_text("")
    (tmp_path / "package" / "model.py").write_text(MODEL)
    (tmp_path / "package" / "__main__.py").write_text("from package.use import main\n\nmain()\n")
    (tmp_path / "package" / "use.py").write_text(USE)
    (tmp_path / "script.py").write_text(USE)
    (tmp_path / "tests" / "test_use.py").write_text("from package.use import main\n\n\ndef test_use():\n    main()\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def probe(*words: str) -> Result:
    return CliRunner().invoke(cli, ["probe", *words])


def recorded(*command: str, paths: tuple[str, ...] = ("package/model.py",)) -> dict[str, Any]:
    words = (*paths, "--format", "json", "--certainty", "possible", "--record", "--", *command)
    done = subprocess.run(
        [sys.executable, "-m", "difflint", "probe", *words], capture_output=True, text=True, check=False
    )
    found = json.loads(done.stdout)
    return {"": found, "said": done.stderr, **{item["function"]: item for item in found["functions"]}}


@pytest.mark.parametrize(
    "command",
    [
        (sys.executable, "script.py", "words"),
        (sys.executable, "-m", "package", "words"),
        (sys.executable, "-m", "pytest", "-q", "-s", "tests/test_use.py"),
    ],
    ids=["script", "module", "pytest"],
)
def test_every_way_to_start(folder: Path, command: tuple[str, ...]) -> None:
    found = recorded(*command)

    assert {name for name, item in found.items() if name not in ("", "said") and item["called"]} == {
        "Model.loss", "Model.bare", "many", "lists",
    }  # fmt: skip
    assert "printed" in found["said"]
    assert found["Model.loss"]["inputs"] == "x: 2, table={'shift': 0.25}, power=1.0"
    assert found["many"]["inputs"] == "x: 2, rest_0: number, scale=3"
    assert found["lists"]["inputs"] == "values: 2, n=2"
    assert "`solver` cannot be pickled" in found["opaque"]["problem"]
    assert "--inputs-from FILE.py:FACTORY" in found["opaque"]["problem"]
    assert found["never"]["problem"].endswith("never called it")


def test_an_object_that_was_recorded_replays(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(folder))
    found = recorded(sys.executable, "script.py")
    witness = found["Model.loss"]["points"][0]["witness"]
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec("\n".join(witness["replay"]), {})
    printed = [float(word) for word in out.getvalue().split()]

    assert witness["kind"] == "pole"
    assert witness["inputs"]["table"] == "{'shift': 0.25}"
    assert min(abs(printed[0]), abs(printed[-1])) > 1e5


def test_a_script_with_findings_of_its_own(folder: Path) -> None:
    text = MODEL + "\nif __name__ == '__main__':\n    Model(2.0).loss(np.array([1.0, 2.0]), {'shift': 0.25})\n"
    (folder / "own.py").write_text(text)
    found = recorded(sys.executable, "own.py", paths=("own.py",))

    assert found["Model.loss"]["called"]


def test_a_command_that_fails_is_said_and_used(folder: Path) -> None:
    (folder / "fails.py").write_text(USE + "    raise SystemExit(5)\n")
    result = probe("package/model.py", "--record", "--", sys.executable, "fails.py")

    assert "ended with status 5; what it recorded is used" in result.stderr
    assert result.exit_code == 1
    assert "never called it and ended with status 5" in result.stdout


def test_the_share_is_printed(folder: Path) -> None:
    result = probe("package/model.py", "--record", "--", sys.executable, "script.py")

    assert "called; findings: " in result.stdout.splitlines()[-1]
    assert "of 6 with a finding" in result.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--record",), "--record needs a command"),
        (("--record", "--"), "--record needs a command"),
        (("package", "--record", "--", "no-such-command"), "cannot run 'no-such-command'"),
        ((), "no paths given"),
    ],
)
def test_bad_commands_are_one_line(folder: Path, words: tuple[str, ...], message: str) -> None:
    result = probe(*words)

    assert result.exit_code == 2
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_nothing_to_record_is_said(folder: Path) -> None:
    result = probe("package/__main__.py", "--record", "--", sys.executable, "script.py")

    assert "the command did not run; name one or say --all" in result.stderr


def test_a_command_that_starts_no_python(folder: Path) -> None:
    result = probe("package", "--record", "--", "true")

    assert "`true` started no Python that can be recorded" in result.stdout


def test_another_sitecustomize_still_runs(folder: Path) -> None:
    (folder / "site").mkdir()
    (folder / "site" / "sitecustomize.py").write_text("import os\nos.environ['ELSEWHERE'] = 'yes'\n")
    code = "import os, sys, sitecustomize; print(os.environ['ELSEWHERE'], sitecustomize.__file__, sys.path[1])"
    paths = os.pathsep.join([os.path.dirname(recorder.__file__), str(folder / "site")])
    environment = {**os.environ, "PYTHONPATH": paths}
    shown = subprocess.check_output([sys.executable, "-c", code], env=environment, text=True).split()

    assert shown == ["yes", str(folder / "site" / "sitecustomize.py"), str(folder / "site")]


@pytest.mark.parametrize("name", ["python3.11", "python3.12", "python3.13", "python3.14"])
def test_other_pythons_record_as_well(folder: Path, name: str) -> None:
    """Before 3.12 a profile function records, from 3.12 on the interpreter's monitoring."""
    python = shutil.which(name)
    if python is None or subprocess.run([python, "-c", ""], check=False).returncode:
        pytest.skip(f"{name} is not installed")
    (folder / "plain.py").write_text(
        "import math\n\n\ndef outer(y):\n    def inner(x): return math.sqrt(x + y)\n    return inner\n\n\n"
        "def root(x, y=0.0):\n    return math.sqrt(x - 2.0) + y\n"
    )
    (folder / "go.py").write_text("from plain import root\nroot(5.0)\nroot(6.0)\n")
    found = recorded(python, "go.py", paths=("plain.py::root",))

    assert found["root"]["inputs"] == "x: number, y=0.0"
    assert [point["witness"]["inputs"]["x"] for point in found["root"]["points"]] == ["2.0"]


def test_large_arrays_are_elided_in_text_and_whole_in_json(folder: Path) -> None:
    (folder / "large.py").write_text("import numpy as np\n\n\ndef f(x):\n    return np.floor(x).sum()\n")
    (folder / "go.py").write_text("import numpy as np\nfrom large import f\nf(np.linspace(0, 1, 5000))\n")
    command = ("--record", "--", sys.executable, "go.py")
    text = probe("large.py::f", *command).stdout
    found = recorded(sys.executable, "go.py", paths=("large.py::f",))

    assert "--format json has the whole replay" in text
    assert len(text) < 30_000
    assert any(len(point["witness"]["inputs"]["x"]) > 50_000 for point in found["f"]["points"])
