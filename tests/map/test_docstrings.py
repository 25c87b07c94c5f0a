"""Sections of docstrings about points, and DIF003, which holds them against the code."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from difflint.check import Request, check
from difflint.cli import cli
from difflint.config import Config
from difflint.diagnose import Selection
from difflint.diagnostic import Profile
from difflint.docstrings import section

GOOGLE = """Distance.

    Args:
        x: one.

    Not differentiable:
        - `x == y`: kink
        x == 3: kink

    Returns:
        a number, `x == 7`
    """
NUMPY = """Distance.

    Non-differentiable points
    -------------------------
    `x == y` : a kink
    At ``x == 3``, another one.

    Returns
    -------
    `x == 7`
    """
MARKDOWN = """Distance.

    ## Differentiability

    - `x == y`: kink
    * ``x == 3``: kink

    ## Returns

    `x == 7`
    """
BOLD = """Distance.

    **Not differentiable:**

    - `x == y`: kink
    - `x == 3`: kink

    **Returns:** `x == 7`
    """


@pytest.mark.parametrize("text", [GOOGLE, NUMPY, MARKDOWN], ids=["google", "numpy", "markdown"])
def test_sections(text: str) -> None:
    found = section(text)

    assert found is not None
    assert "x == 3" in found.text
    assert "x == 7" not in found.text
    assert "x == y" in found.items


def test_bold_headings() -> None:
    found = section(BOLD)

    assert found is not None
    assert found.items == ("x == y", "x == 3")


@pytest.mark.parametrize(
    "text",
    [
        "It is not differentiable at zero.",
        "Not differentiable",
        "Args:\n    x: not differentiable: no\n",
        "Differentiability matters.\n\n- `x == 0`",
        "",
    ],
)
def test_prose_is_no_section(text: str) -> None:
    assert section(text) is None


def messages(folder: Path, docstring: str, body: str, profile: Profile = Profile.STRICT) -> list[str]:
    """What DIF003 says about a function."""
    file = folder / "example.py"
    file.write_text(f'import torch\n\n\ndef gap(x, y):\n    """{docstring}"""\n    return {body}\n')
    request = Request((file,), Config(root=folder), Selection(profile=profile), cwd=folder)
    return [item.message for item in check(request).diagnostics if item.code == "DIF003"]


def test_a_missing_point_is_named(tmp_path: Path) -> None:
    found = messages(tmp_path, GOOGLE.replace("x == 3: kink", ""), "torch.abs(x - y) + torch.relu(x)")

    assert found == [
        "the section `Not differentiable` of the docstring of `gap` does not list `x == 0` (kink, line 17)"
    ]


def test_a_point_that_is_gone_is_named(tmp_path: Path) -> None:
    found = messages(tmp_path, MARKDOWN, "torch.abs(x - y)")

    assert found == [
        "the section `Differentiability` of the docstring of `gap` lists `x == 3`, where the code has no such point"
    ]


def test_both_at_once(tmp_path: Path) -> None:
    (found,) = messages(tmp_path, MARKDOWN, "torch.relu(x)")

    assert "does not list `x == 0` (kink, line 16); it lists `x == y`, `x == 3`, where" in found


@pytest.mark.parametrize("text", [GOOGLE, NUMPY, MARKDOWN, BOLD])
def test_a_complete_section_is_right(tmp_path: Path, text: str) -> None:
    assert messages(tmp_path, text, "torch.abs(y - x) + torch.relu(x - 3)") == []


def test_a_docstring_without_a_section_promises_nothing(tmp_path: Path) -> None:
    assert messages(tmp_path, "Not differentiable at x == 9.", "torch.abs(x)") == []


def test_a_section_that_says_smooth(tmp_path: Path) -> None:
    text = "Sum.\n\n    ## Differentiability\n\n    Smooth in all arguments.\n    "

    assert messages(tmp_path, text, "x + y.exp()") == []
    assert len(messages(tmp_path, text, "x + y.abs()")) == 1


def test_where_a_call_is_unknown_nothing_is_called_gone(tmp_path: Path) -> None:
    assert messages(tmp_path, MARKDOWN, "torch.abs(x - y) + torch.relu(x - 3) + other(x)") == []
    assert messages(tmp_path, MARKDOWN, "torch.abs(x - y) + other(x)") == []


@pytest.mark.parametrize("profile", [profile for profile in Profile if profile is not Profile.STRICT])
def test_other_profiles_do_not_ask(tmp_path: Path, profile: Profile) -> None:
    assert messages(tmp_path, MARKDOWN, "torch.abs(x)", profile) == []


def test_a_comment_silences_it(tmp_path: Path) -> None:
    file = tmp_path / "example.py"
    file.write_text(
        "import torch\n\n\ndef gap(x):\n    # difflint: ignore-next-line[DIF003] kept short\n"
        '    """Size.\n\n    Not differentiable:\n        - `x == 1`\n    """\n    return x.exp()\n'
    )
    request = Request((file,), Config(root=tmp_path), Selection(profile=Profile.STRICT), cwd=tmp_path)

    assert check(request).diagnostics == []


def test_the_class_speaks_for_its_forward_method(tmp_path: Path) -> None:
    file = tmp_path / "example.py"
    file.write_text(
        'from torch import nn\n\n\nclass Gap(nn.Module):\n    """Size.\n\n    Not differentiable:\n        - `x == 1`\n'
        '    """\n\n    def forward(self, x):\n        return x.exp()\n'
    )
    request = Request((file,), Config(root=tmp_path), Selection(profile=Profile.STRICT), cwd=tmp_path)
    (found,) = check(request).diagnostics

    assert (found.code, found.span.start.line) == ("DIF003", 5)


BODIES = [
    "torch.abs(x - y) + torch.relu(x - 3)",
    "torch.atan2(x, y) / torch.linalg.norm(x)",
    "torch.where(x > y, x.exp(), y.sin()) + torch.round(x)",
    "(x - y.detach()).square() + x.max(-1).values",
    "torch.sqrt(x) + torch.acos(y)",
    "x.exp() + y",
    "other(x) + y.abs()",
]


@pytest.mark.parametrize("body", BODIES)
def test_what_the_map_writes_is_complete(tmp_path: Path, body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    messages(tmp_path, "Gap.", body)
    written = CliRunner().invoke(cli, ["map", "example.py::gap", "--format", "markdown"]).output
    indented = "\n".join(f"    {line}".rstrip() for line in written.splitlines())

    assert messages(tmp_path, f"Gap.\n\n{indented}\n    ", body) == []
