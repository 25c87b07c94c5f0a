"""Input nobody wants: one clear line, the right exit status, and the other files' findings."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from difflint.cli import cli

HAZARD = "import torch\n\n\ndef loss(x):\n    return torch.sqrt((x * x).sum())\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other.py").write_text(HAZARD)
    return tmp_path


def check(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["check", *arguments])


def findings(result: Result) -> bool:
    return "other.py:5:12 warning DIF301" in result.output


def test_empty_file_and_folder(folder: Path) -> None:
    (folder / "empty.py").write_text("")
    (folder / "nothing").mkdir()

    assert check("empty.py").exit_code == 0
    assert check("nothing").exit_code == 0
    assert check().exit_code == 2


def test_missing_path(folder: Path) -> None:
    result = check("other.py", "missing.py")

    assert result.exit_code == 2
    assert "missing.py: no such file or folder" in result.output
    assert findings(result)


def test_unreadable_directory(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "closed").mkdir()
    scandir = os.scandir

    def refuse(path: Path) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    result = check(".")

    assert result.exit_code == 2
    assert "closed: cannot be read: Permission denied" in result.output
    assert findings(result)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\x00\x01\x02import torch", "null character"),
        (b"import torch\nx = '\xff\xfe'\n", "not utf-8"),
        (b"# coding: martian\nimport torch\n", "martian"),
        (b"import torch\ndef f(:\n", "invalid syntax"),
        (b"import torch\nx = (\n", "invalid syntax"),
        (b"import torch\nx = " + b"(" * 3000 + b"1" + b")" * 3000 + b"\n", "nested too deeply"),
    ],
)
def test_files_that_cannot_be_read(folder: Path, data: bytes, expected: str) -> None:
    (folder / "broken.py").write_bytes(data)
    result = check(".")

    assert result.exit_code == 1
    assert "DIF001" in result.output
    assert expected in " ".join(result.output.split())
    assert findings(result)


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + HAZARD.encode(),
        b"# -*- coding: latin-1 -*-\n# \xe9\xe8\n" + HAZARD.encode(),
        HAZARD.replace("\n", "\r\n").encode(),
        HAZARD.replace("    ", "\t").encode(),
        HAZARD.replace("\n\n\n", "\n\x0c\n\n").encode(),
        HAZARD.rstrip("\n").encode(),
    ],
)
def test_unusual_texts_are_analysed(folder: Path, data: bytes) -> None:
    (folder / "unusual.py").write_bytes(data)
    result = check("unusual.py")

    assert result.exit_code == 1
    assert "DIF301" in result.output


def test_columns_behind_a_byte_order_mark(folder: Path) -> None:
    (folder / "mark.py").write_bytes(b"\xef\xbb\xbf" + b"import torch; f = lambda x: torch.sqrt((x * x).sum())\n")

    assert "mark.py" not in check("mark.py").output or ":1:" in check("mark.py").output


def test_long_and_deep_files(folder: Path) -> None:
    (folder / "long.py").write_text("import torch\n" + "x = 1\n" * 50_000)
    (folder / "nested.py").write_text("import torch\nx = " + "(" * 300 + "1" + ")" * 300 + "\n")
    (folder / "chain.py").write_text("import torch\nx = " + " + ".join(["1"] * 900) + "\n")
    (folder / "calls.py").write_text("import torch\nx = y" + ".f()" * 300 + "\n")
    (folder / "ladder.py").write_text(
        "import torch\ndef f(x):\n    if x == 0:\n        return 0\n"
        + "".join(f"    elif x == {n}:\n        return {n}\n" for n in range(1, 1000))
    )
    (folder / "texts.py").write_text("import torch\nx = (" + "'a'\n" * 3000 + ")\n")
    result = check(".")

    assert result.exit_code == 1
    assert findings(result)


@pytest.mark.parametrize(
    "expression",
    [
        "not " * 3000 + "x",
        "-" * 3000 + "x",
        "x" + ".b" * 3000,
        "x" + "[0]" * 3000,
        "x" + ".f(1, a=2)" * 3000,
        "x" + "()" * 3000,
        " + ".join(["x"] * 3000),
        " ** ".join(["x"] * 3000),
        " + ".join(["'a'"] * 3000),
        " == y and ".join(["x"] * 3000),
        "x if y else " * 3000 + "z",
        "lambda: " * 3000 + "x",
        "(\n" + "\n+ ".join(["x"] * 3000) + ")",
        "[" * 500 + "]" * 500,
    ],
    ids=lambda text: text[:12],
)
def test_expressions_nested_too_deeply(folder: Path, expression: str) -> None:
    (folder / "deep.py").write_text(f"import torch\n\n\ndef f(x, y, z):\n    return {expression}\n")
    result = check(".")

    assert result.exit_code == 1
    assert "nested too deeply" in " ".join(result.output.split())
    assert findings(result)


@pytest.mark.parametrize(
    "expression",
    [
        "not " * 900 + "x",
        "x" + ".b" * 900,
        "x" + ".f()" * 450,
        " + ".join(["x"] * 900),
        " ** ".join(["x"] * 900),
        "x if y else " * 450 + "z",
        "f(" * 350 + "x" + ")" * 350,
        "[" + ", ".join(["-x.a + 1.5"] * 3000) + "]",
    ],
    ids=lambda text: text[:12],
)
def test_expressions_nested_deeply(folder: Path, expression: str) -> None:
    (folder / "deep.py").write_text(f"import torch\n\n\ndef f(x, y, z):\n    return {expression}\n")
    result = check(".")

    assert result.exit_code == 1
    assert "deep.py" not in result.output
    assert findings(result)


def test_recursion_and_import_cycles(folder: Path) -> None:
    (folder / "a.py").write_text("import torch\nimport b\n\n\ndef f(x):\n    return b.g(x) + f(x)\n")
    (folder / "b.py").write_text("import torch\nimport a\n\n\ndef g(x):\n    return a.f(torch.exp(x))\n")
    result = check(".")

    assert result.exit_code == 1
    assert findings(result)


def test_links_that_loop(folder: Path) -> None:
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    result = check(".")

    assert result.exit_code == 1
    assert result.output.count("DIF301") == 1


def test_broken_user_rule(folder: Path) -> None:
    (folder / "own" / "operators").mkdir(parents=True)
    (folder / "own" / "operators" / "mine.toml").write_text('[mine]\nrole = "functoin"\narguments = ["x"]\n')
    (folder / "pyproject.toml").write_text('[tool.difflint]\nextend-rules = ["own"]\n')
    result = check(".")

    assert result.exit_code == 2
    assert "mine.toml" in result.output
    assert "'function'" in result.output


def test_constructs_nobody_models(folder: Path) -> None:
    (folder / "modern.py").write_text(
        "import torch\n\n\nasync def f(x, *, y=1, **k):\n    async with x as z:\n        async for i in z:\n"
        "            yield i\n    match x:\n        case {'a': [1, *rest], **others} if rest:\n            return\n"
        "        case str() | None as n:\n            del n\n        case _:\n            raise ValueError from None\n"
        "    try:\n        pass\n    except* ValueError as e:\n        print(f'{e!r:>{y}}')\n    global G\n"
        "    G = [a async for a in x if (b := a)]\n\n\ntype Alias[T] = list[T]\n\n\n"
        "class C[T](torch.nn.Module, metaclass=type):\n"
        "    x: int = 3\n\n    def forward(self, v, /, w=lambda q, *r: q):\n"
        "        return v[..., 1:2, None] @ w(v) if v else {**v}\n"
    )
    result = check(".")

    assert result.exit_code == 1
    assert findings(result)
    assert "modern.py" not in result.output
