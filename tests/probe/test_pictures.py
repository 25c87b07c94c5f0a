"""The witness's curve in every format, and pictures in files."""

from __future__ import annotations

import json
import os
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result

from difflint.cli import cli

SCHEMA = Path(__file__).parents[1] / "report" / "schema" / "sarif-2.1.0-rtm.5.json"
MODEL = """\
import numpy as np
from scipy.optimize import minimize


def steps(x):
    return np.round(x).sum()  # </text> & é


def gap(x):
    return np.abs(x).sum() + 1.0 / (x[0] - x[1])


def smooth(x):
    return (x * x).sum()


run = lambda: [minimize(f, np.ones(3)) for f in (steps, gap, smooth)]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "model.py").write_text(MODEL, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


def probe(*words: str) -> Result:
    return CliRunner().invoke(cli, ["probe", *words])


def test_json_carries_the_curve(folder: Path) -> None:
    found = json.loads(probe("model.py", "--format", "json").stdout)["diagnostics"]
    curves = {item["probe"]["witness"]["kind"]: item["probe"]["witness"]["curve"] for item in found}

    assert curves.keys() == {"jump", "pole"}
    assert set(curves["jump"]["values"]) == {curves["jump"]["values"][0], curves["jump"]["values"][0] + 1.0}
    assert set(curves["jump"]["slopes"]) == {0.0}
    assert curves["pole"]["offsets"][30] == 0.0
    assert curves["pole"]["values"][30] in ("inf", "-inf", "nan")


def test_sarif_carries_the_witness_and_says_it(folder: Path) -> None:
    document = json.loads(probe("model.py", "--format", "sarif").stdout)
    jsonschema.Draft4Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(document)
    results = document["runs"][0]["results"]

    assert len(results) == 2
    for result in results:
        witness = result["properties"]["probe"]["witness"]
        assert result["properties"]["probe"]["outcome"] == "confirmed"
        assert len(witness["replay"]) == 3 and witness["curve"] is None
        assert f"Probe: confirmed: {witness['kind']} with x = " in result["message"]["text"]
        assert "before value" in result["message"]["text"]
        assert result["rank"] == 100


def test_the_text_has_one_picture_a_witness(folder: Path) -> None:
    text = probe("model.py").stdout
    named = probe("model.py::gap").stdout

    assert text.count("h=0") == 4  # two findings, value and slope
    assert named.count("h=0") == 2 * named.count(" before value") - 2  # the finding repeats a point that is drawn above
    assert all(len(line) <= 80 for line in text.splitlines() if ">>>" not in line)


def test_the_page_has_the_witness(folder: Path) -> None:
    found = probe("model.py", "--format", "html", "--output-file", "page.html")
    page = (folder / "page.html").read_text(encoding="ascii")

    assert "confirmed: pole" in found.stdout
    assert page.count("<svg") == 4
    assert 'class="verdict confirmed">confirmed</span>: pole' in page
    assert "# &lt;/text&gt; &amp; &#233;" in page
    assert "Functions probed" not in page
    assert page == probe("model.py", "--format", "html").stdout
    everything = probe("model.py", "--all", "--format", "html").stdout
    assert "Functions probed" in everything and everything.count("<svg") > 4


@pytest.mark.parametrize("words", [(), ("--all",)])
def test_a_picture_file_is_svg(folder: Path, words: tuple[str, ...]) -> None:
    result = probe("model.py", "--plot", "points.SVG", *words)
    data = (folder / "points.SVG").read_bytes()
    titles = [item.text or "" for item in ElementTree.fromstring(data).iter() if item.get("class") == "title"]

    assert result.exit_code == 1
    assert any("model.py:6:12" in title and title.endswith("jump in steps") for title in titles)
    assert len(titles) == 2 if not words else len(titles) > 2
    assert data.isascii() and b"http" not in data.replace(b"http://www.w3.org/2000/svg", b"")
    assert sorted(os.listdir(folder)) == ["model.py", "points.SVG"]
    probe("model.py", "--plot", "again.svg", *words)
    assert (folder / "again.svg").read_bytes() == data


def test_a_picture_file_is_png(folder: Path) -> None:
    pytest.importorskip("resvg_py")
    probe("model.py", "--plot", "points.png")

    assert (folder / "points.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("points.pdf", "points.pdf: unknown kind of picture, expected a name in .svg or .png"),
        ("points", "points: unknown kind of picture, expected a name in .svg or .png"),
        ("points.png", "points.png: a PNG needs a library that is not here; install difflint[plot]"),
        ("missing/points.svg", "missing/points.svg: cannot be written: No such file or directory"),
    ],
)
def test_a_picture_that_cannot_be_is_one_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, message: str
) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    result = probe("model.py::steps", "--plot", name)

    assert result.exit_code == 2
    assert result.stderr == f"difflint: {message}\n"
    assert os.listdir(folder) == ["model.py"]


def test_nothing_to_draw_is_said_and_not_written(folder: Path) -> None:
    result = probe("model.py::smooth", "--plot", "points.svg")

    assert "points.svg: not written, for there is no point to draw" in result.stderr
    assert os.listdir(folder) == ["model.py"]
