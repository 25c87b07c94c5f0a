"""`difflint map`: which functions, the three formats, and input that cannot be used."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from mapped import HEADS, maps

from difflint.cli import cli
from difflint.points import Shape

Run = Callable[..., Result]

SNIPPET = (
    HEADS["torch"]
    + '''

def _private(x):
    return x.abs()


def gap(x, y):
    """Distance."""
    return torch.relu(x - y) + other.thing(x)


def smooth(x):
    return x.exp()


def title(name: str):
    return name.upper()


def make(width):
    def loss(x):
        return (x - width).abs()

    return loss


class Loss(nn.Module):
    def forward(self, x):
        return self._part(x)

    def _part(self, x):
        return 1 / x


class _Hidden:
    def value(self, x):
        return x.abs()
'''
)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command in a folder with the snippet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    (tmp_path / "model.py").write_text(SNIPPET)

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(cli, ["map", *arguments])

    return invoke


def test_public_functions_and_methods() -> None:
    found = {item.name: [point.condition for point in item.points] for item in maps(SNIPPET) if item.arguments}

    assert found == {
        "gap": ["x == y"],
        "smooth": [],
        "make.<locals>.loss": ["x == width"],
        "Loss.forward": ["x == 0"],
    }


def test_names_select_functions_classes_and_private_ones() -> None:
    found = [item.name for item in maps(SNIPPET, "_private", "Loss", "_Hidden.value")]

    assert found == ["_private", "Loss.forward", "Loss._part", "_Hidden.value"]


def test_text(run: Run) -> None:
    result = run("model.py")

    assert result.exit_code == 0
    assert result.output == (
        "model.py:10 gap 1 point\n"
        "  12:12    kink              x == y\n"
        "           torch.relu(x - y), derivative 0\n"
        "  not followed: other.thing\n"
        "\n"
        "model.py:15 smooth smooth in x\n"
        "\n"
        "model.py:24 make.<locals>.loss 1 point\n"
        "  25:16    kink              x == width\n"
        "           (x - width).abs(), derivative 0\n"
        "\n"
        "model.py:31 Loss.forward 1 point\n"
        "  35:16    pole              x == 0\n"
        "           1 / x, derivative inf or nan; in self._part(), line 32\n"
        "\n"
        "Mapped 4 functions in 1 file: 3 points, 1 smooth.\n"
    )


def test_markdown_of_one_function_is_a_section(run: Run) -> None:
    assert run("model.py::gap", "--format", "markdown").output == (
        "## Not differentiable\n\n- `x == y`: kink of `torch.relu(x - y)`, derivative 0\n\n"
        "Not followed: `other.thing`.\n"
    )
    assert run("model.py::smooth", "--format", "markdown").output == (
        "## Differentiability\n\nSmooth in all arguments.\n"
    )
    assert "Smooth in all arguments" not in run("model.py::title", "--format", "markdown").output


def test_markdown_of_several_functions_names_them(run: Run) -> None:
    titles = [line for line in run("model.py", "--format", "markdown").output.splitlines() if line.startswith("# ")]

    assert titles == [
        "# `model.py::gap`",
        "# `model.py::smooth`",
        "# `model.py::make.<locals>.loss`",
        "# `model.py::Loss.forward`",
    ]


def test_unknown_calls_are_not_smooth(run: Run) -> None:
    Path("model.py").write_text(HEADS["torch"] + "def f(x):\n    return other(x)\n")

    assert "model.py:4 f no point found\n  not followed: other\n" in run("model.py").output
    assert "No point found." in run("model.py::f", "--format", "markdown").output


def test_json(run: Run) -> None:
    document = json.loads(run("model.py", "--format", "json").output)
    gap = next(item for item in document["functions"] if item["name"] == "gap")
    forward = next(item for item in document["functions"] if item["name"] == "Loss.forward")

    assert document["version"] == 1
    assert document["summary"] == {"files": 1, "functions": 6, "points": 3, "smooth": 1}
    assert gap["arguments"] == ["x", "y"]
    assert (gap["smooth"], gap["complete"]) == (False, True)
    assert gap["unknown"][0]["call"] == "other.thing"
    assert gap["points"] == [
        {
            "condition": "x == y",
            "class": "kink",
            "derivative": "0",
            "note": "",
            "operator": "relu",
            "framework": "torch",
            "expression": "torch.relu(x - y)",
            "path": "model.py",
            "range": {"start": {"line": 12, "column": 12}, "end": {"line": 12, "column": 29}},
            "via": [],
        }
    ]
    assert forward["points"][0]["via"][0]["call"] == "self._part(x)"
    assert {point["class"] for item in document["functions"] for point in item["points"]} <= {s.value for s in Shape}


def test_numbers_without_a_framework_are_mapped_too(run: Run) -> None:
    Path("plain.py").write_text("def f(x: float, y: float) -> float:\n    return abs(x) / y\n")
    document = json.loads(run("plain.py", "--format", "json").output)
    found = [(point["condition"], point["class"], point["derivative"]) for point in document["functions"][0]["points"]]

    assert found == [("x == 0", "kink", None), ("y == 0", "pole", None)]


def test_to_a_file(run: Run, tmp_path: Path) -> None:
    result = run("model.py::gap", "--format", "markdown", "--output-file", "gap.md")

    assert (result.exit_code, result.output) == (0, "")
    assert (tmp_path / "gap.md").read_text().startswith("## Not differentiable\n")


def test_a_package_with_a_broken_file_maps_the_others(run: Run, tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "broken.py").write_text("import torch\ndef f(x:\n")
    (package / "helper.py").write_text("import torch\ndef size(x):\n    return torch.abs(x)\n")
    (package / "loss.py").write_text("from package.helper import size\ndef loss(x, y):\n    return size(x - y)\n")
    result = run("package")

    assert result.exit_code == 2
    assert "difflint: package/broken.py:" in result.output
    assert "  package/helper.py:3:12 kink              x == y\n" in result.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing.py"], "nothing.py: no such file or folder"),
        (["model.py::gapp"], "no function 'gapp', expected 'gap'"),
        (["model.py", "--format", "html"], "html"),
        ([], "Missing argument"),
    ],
)
def test_what_cannot_be_mapped(run: Run, arguments: list[str], message: str) -> None:
    result = run(*arguments)

    assert result.exit_code == 2
    assert message in result.output
    assert "Traceback" not in result.output


def test_code_is_not_run(run: Run, tmp_path: Path) -> None:
    Path("model.py").write_text(
        "raise SystemExit(open('ran', 'w').write('x'))\nimport torch\ndef f(x):\n    return x\n"
    )

    assert run("model.py").exit_code == 0
    assert not (tmp_path / "ran").exists()


def test_exclusion(run: Run) -> None:
    Path("pyproject.toml").write_text('[tool.difflint]\nexclude = ["model.py"]\n')

    assert "Mapped 0 functions in 0 files" in run(".").output
    assert "gap" in run("model.py").output
    assert "Mapped 0 functions in 0 files" in run("model.py", "--force-exclude").output


def test_a_function_too_large_says_so(run: Run) -> None:
    lines = "".join(f"    x = x + torch.sin(x * {number})\n" for number in range(3000))
    Path("model.py").write_text(HEADS["torch"] + f"def f(x):\n{lines}    return x\n")

    assert "too large to be followed to its end" in run("model.py").output
    assert json.loads(run("model.py", "--format", "json").output)["functions"][0]["complete"] is False
