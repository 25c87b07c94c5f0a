"""Arguments from a function of the user's: on the command line and in the configuration."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from difflint.cli import cli

MODEL = """\
import numpy as np


class Layer:
    def __init__(self, width):
        self.width = width

    def loss(self, x):
        return (1.0 / (x - self.width)).sum()


def ratio(x, table, power=1.0):
    return (1.0 / (x - table["shift"])).sum() * power
"""
FACTORIES = """\
import numpy as np
from package.model import Layer


def pair(rng):
    return Layer(2.5), {"x": rng.normal(size=2)}


def table(rng):
    return {"x": rng.normal(size=4), "table": {"shift": 0.25}, "power": 2}


def extra(rng):
    return {"x": rng.normal(size=4), "y": 1}


def number(rng):
    return 3


def fails(rng):
    raise ValueError("no data")


def leaves(rng):
    raise SystemExit(3)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").write_text("")
    (tmp_path / "package" / "model.py").write_text(MODEL)
    (tmp_path / "package" / "made.py").write_text(FACTORIES)
    (tmp_path / "made.py").write_text(FACTORIES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def probe(*words: str) -> Result:
    return CliRunner().invoke(cli, ["probe", "--format", "json", *words])


def function(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result.stdout)["functions"][0]
    return found


@pytest.mark.parametrize("place", ["made.py", "made", "package.made", "package/made.py"])
def test_a_module_or_a_file(folder: Path, place: str) -> None:
    found = function(probe("package/model.py::Layer.loss", "--inputs-from", f"{place}:pair"))

    assert found["called"]
    assert found["inputs"] == "x: 2"
    assert "2.5" in found["points"][0]["witness"]["inputs"]["x"]
    assert "owner, call = pair(np.random.default_rng(0))" in found["points"][0]["witness"]["replay"][0]


def test_values_by_name(folder: Path) -> None:
    found = function(probe("package/model.py::ratio", "--inputs-from", "made.py:table"))

    assert found["inputs"] == "x: 4, table={'shift': 0.25}, power=2"


def test_flags_come_before_the_factory(folder: Path) -> None:
    words = ("--inputs-from", "made.py:table", "--input", "x=normal(2)")

    assert function(probe("package/model.py::ratio", *words))["inputs"].startswith("x: 2, ")


@pytest.mark.parametrize(
    ("reference", "problem"),
    [
        ("made.py:extra", "the factory gives 'y', expected arguments among x, table, power"),
        ("made.py:number", "returns int, expected a dict of arguments, or (object, dict) for a method"),
        ("made.py:fails", "fails: ValueError: no data"),
        ("made.py:leaves", "fails: SystemExit: 3"),
        ("made.py:absent", "there is no function 'absent'"),
        ("nowhere:make", "ModuleNotFoundError: No module named 'nowhere'"),
    ],
)
def test_a_factory_that_gives_nothing(folder: Path, reference: str, problem: str) -> None:
    found = function(probe("package/model.py::ratio", "--inputs-from", reference))

    assert problem in found["problem"]
    assert "\n" not in found["problem"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("package/model.py", "--inputs-from", "made.py:pair"), "expected PATH::NAME"),
        (("package/model.py::ratio", "--inputs-from", "made.py"), "expected MODULE:NAME or FILE.py:NAME"),
        (("package/model.py::ratio", "--inputs-from", "a b:c"), "expected MODULE:NAME or FILE.py:NAME"),
        (("package/model.py::ratio", "--inputs-from", "absent.py:make"), "absent.py: no such file"),
    ],
)
def test_bad_references_are_one_line(folder: Path, words: tuple[str, ...], message: str) -> None:
    result = probe(*words)

    assert result.exit_code == 2
    assert message in result.stderr


def test_settings(folder: Path) -> None:
    (folder / "pyproject.toml").write_text(
        '[tool.difflint.probe."package.model:Layer.loss"]\ninputs-from = "made.py:pair"\n\n'
        '[tool.difflint.probe."package.model:ratio"]\nx = "normal(7)"\ntable = "{\'shift\': 0.5}"\n'
    )
    found = {item["function"]: item for item in json.loads(probe("package", "--all").stdout)["functions"]}

    assert found["Layer.loss"]["inputs"] == "x: 2"
    assert found["ratio"]["inputs"] == "x: 7, table={'shift': 0.5}, power=1.0"
    given = function(probe("package/model.py::ratio", "--input", "x=normal(2)"))
    assert given["inputs"].startswith("x: 2, table={'shift': 0.5}")


def test_settings_for_what_is_no_argument(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[tool.difflint.probe."package.model:ratio"]\ny = "1"\n')
    result = probe("package", "--all")

    assert result.exit_code == 2
    assert "[tool.difflint.probe.'package.model:ratio']: found 'y', expected an argument of ratio" in result.stderr
