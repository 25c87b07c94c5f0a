"""`difflint probe` and `difflint check --probe`: findings answered, witnesses that replay."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from difflint.cli import cli

MODEL = """\
import numpy as np
from scipy.optimize import minimize


def hazards(x):
    gap = 1.0 / (x[0] - x[1])
    kept = np.where(x > 0, np.sqrt(x), 0.0).sum()
    return gap + kept + np.floor(x).sum()


def guarded(x, flag=False):
    if flag:
        return np.log(x).sum()
    return np.sqrt(np.sum(x * x) + 1e-6)


# difflint: probe x=uniform(0.5, 2, 3), table={"a": 1.0}
def stated(x, table):
    return np.abs(x - 1.0).sum() * table["a"]


def demanding(x, table):
    return (x / sum(table.values())).sum()


class Model:
    def __init__(self, width: dict):
        self.width = width

    def loss(self, x):
        return (1.0 / x).sum()


minimize_all = lambda: [minimize(f, np.ones(3)) for f in (hazards, guarded)]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "model.py").write_text(MODEL)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


def invoke(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words))


def functions(result: Result) -> dict[str, Any]:
    return {item["function"]: item for item in json.loads(result.stdout)["functions"]}


def test_findings_are_confirmed(folder: Path) -> None:
    result = invoke("probe", "model.py", "--format", "json")
    found = [item for item in json.loads(result.stdout)["diagnostics"] if item["certainty"] == "confirmed"]

    assert result.exit_code == 1, result.output
    assert {item["range"]["start"]["line"] for item in found} == {6, 8, 13}
    assert all(item["probe"]["outcome"] == "confirmed" for item in found)
    assert {item["probe"]["witness"]["kind"] for item in found} == {"pole", "jump", "infinite slope"}


def test_check_runs_code_only_when_asked(folder: Path) -> None:
    (folder / "model.py").write_text("import scipy.optimize, pathlib\npathlib.Path('made').touch()\n" + MODEL)

    assert '"probe"' not in invoke("check", "model.py", "--format", "json").stdout
    assert not (folder / "made").exists()
    (folder / "model.py").write_text(MODEL)
    assert '"outcome": "confirmed"' in invoke("check", "--probe", "model.py", "--format", "json").stdout


def test_the_text_shows_the_witness(folder: Path) -> None:
    result = invoke("probe", "model.py")

    assert "confirmed: pole" in result.stdout
    assert ">>> import numpy as np; from model import hazards" in result.stdout
    assert "called; findings: " in result.stdout.splitlines()[-1]


def test_every_replay_runs_and_shows_the_witness(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(folder))
    result = invoke("probe", "model.py", "--all", "--format", "json")
    shown = 0
    for function in functions(result).values():
        for point in function["points"]:
            witness = point["witness"]
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                exec("\n".join(witness["replay"]), {})
            printed = [float(word) for word in out.getvalue().split()]
            if point["kind"] in ("jump", "kink"):
                assert printed[0] == pytest.approx(witness["left"]["value"], abs=1e-4)
                assert printed[-1] == pytest.approx(witness["right"]["value"], abs=1e-4)
            if point["kind"] == "pole":
                assert min(abs(printed[0]), abs(printed[-1])) > 1e5
            shown += 1

    assert shown >= 4


def test_inputs_by_comment_and_by_flag(folder: Path) -> None:
    found = functions(invoke("probe", "model.py", "--all", "--format", "json"))

    assert [point["kind"] for point in found["stated"]["points"]] == ["kink"]
    assert "a function that returns {'table': …}" in found["demanding"]["problem"]
    assert "Model() needs arguments" in found["Model.loss"]["problem"]
    flags = ("--input", "table={'scale': 2.0}", "--input", "x=normal(3)")
    given = functions(invoke("probe", "model.py::demanding", *flags, "--format", "json"))
    assert given["demanding"]["called"]


def test_ranges_keep_the_search_out(folder: Path) -> None:
    (folder / "root.py").write_text("import numpy as np\n\n\ndef root(x):\n    return np.sqrt(x).sum()\n")
    wide = functions(invoke("probe", "root.py::root", "--format", "json"))
    narrow = functions(invoke("probe", "root.py::root", "--range", "x=0.5:2", "--format", "json"))

    assert {point["kind"] for point in wide["root"]["points"]} == {"nan", "infinite slope"}
    assert narrow["root"]["points"] == []


def test_a_proof_of_absence_refutes(folder: Path) -> None:
    text = "import numpy as np\nfrom scipy.optimize import minimize\n\n\n"
    text += "def ratio(x):\n    return 1.0 / (x[0] ** 2 - 2 * x[0] + 1.5)\n\n\nrun = lambda: minimize(ratio, [1.0])\n"
    (folder / "ratio.py").write_text(text)
    words = ("probe", "ratio.py", "--certainty", "possible", "--format", "json", "--input", "x=uniform(-5, 5, 1)")
    before, after = (json.loads(invoke(*words, *more).stdout) for more in ((), ("--prove",)))

    assert [item["probe"]["outcome"] for item in before["diagnostics"]] == ["not reproduced"]
    assert after["diagnostics"] == []
    assert [item["probe"]["outcome"] for item in after["proven"]] == ["proven absent"]
    assert "x in [-5, 5]^(1) (13 boxes" in after["proven"][0]["probe"]["detail"]


def test_a_stated_range_is_a_box(folder: Path) -> None:
    text = "import numpy as np\n\n\n# difflint: range x=(0, 4]\ndef root(x):\n    return np.sqrt(x).sum()\n"
    (folder / "root.py").write_text(text)

    assert functions(invoke("probe", "root.py::root", "--format", "json"))["root"]["points"] == []


def test_a_framework_without_a_backend_is_one_clear_line(folder: Path) -> None:
    (folder / "net.py").write_text("import tensorflow as tf\n\n\ndef f(x):\n    return tf.round(x)\n")
    found = functions(invoke("probe", "net.py::f", "--format", "json"))

    assert found["f"]["problem"] == "the probe has no backend for tensorflow yet"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("model.py::absent",), "no function 'absent'"),
        (("model.py", "--input", "x"), "expected NAME=SPEC"),
        (("model.py", "--input", "x=gaussian(3)"), "expected a literal or one of normal"),
        (("model.py::stated", "--input", "y=normal(3)"), "no argument 'y' of stated"),
        (("model.py", "--range", "x=3"), "expected NAME=LOW:HIGH"),
        (("model.py", "--range", "x=3:1"), "expected NAME=LOW:HIGH"),
        (("missing.py",), "no such file"),
    ],
)
def test_bad_flags_are_one_line(folder: Path, words: tuple[str, ...], message: str) -> None:
    result = invoke("probe", *words)

    assert result.exit_code == 2
    assert message in result.stderr


def test_a_bad_comment_names_its_place(folder: Path) -> None:
    (folder / "bad.py").write_text("# difflint: probe x=gaussian(3)\ndef f(x):\n    return x\n")
    result = invoke("probe", "bad.py::f")

    assert result.exit_code == 2
    assert "bad.py: line 1" in result.stderr


BROKEN = "def f(:\n"


@pytest.mark.parametrize("path", ["broken.py", "broken.py::f", "."])
def test_a_file_that_cannot_be_parsed_is_one_line(folder: Path, path: str) -> None:
    (folder / "broken.py").write_text(BROKEN)
    result = invoke("probe", path)

    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert "broken.py:1:" in result.stderr.replace(":2:", ":1:")
    assert "cannot be parsed" in result.stderr
    assert ("confirmed: pole" in result.stdout) == (path == ".")


def test_a_folder_without_files(folder: Path) -> None:
    (folder / "empty").mkdir()
    result = invoke("probe", "empty")

    assert result.exit_code == 0
    assert "0 files checked" in result.stdout


def test_long_inputs_are_elided(folder: Path) -> None:
    result = invoke("probe", "model.py", "--input", f"x=normal({list(range(1000))})")
    given = f"table={ {str(k): 1.0 for k in range(1000)} }"
    called = functions(invoke("probe", "model.py::stated", "--input", given, "--format", "json"))

    assert result.exit_code == 2
    assert len(result.stderr) < 300
    assert len(called["stated"]["problem"]) < 400
    assert len(called["stated"]["inputs"]) < 200


def test_the_share_of_functions_called_is_printed(folder: Path) -> None:
    assert "2 of 2 with a finding (100%) called" in invoke("probe", "model.py").stdout


DERIVED = """\
import autograd.numpy as np
from autograd import grad


def masked(x):
    return np.where(x > 0, np.sqrt(x), 0.0).sum()


slope = grad(masked)
"""


def test_arrays_of_autograd_are_our_own(tmp_path: Path) -> None:
    pytest.importorskip("autograd")
    (tmp_path / "derived.py").write_text(DERIVED)
    result = invoke("probe", str(tmp_path / "derived.py"), "--format", "json")
    found = [item for item in json.loads(result.stdout)["diagnostics"] if item["certainty"] == "confirmed"]

    assert {item["range"]["start"]["line"] for item in found} == {6}
