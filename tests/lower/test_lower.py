"""The front end: every construct has an IR, every node its place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest

from difflint import ir
from difflint.lower import lower_file
from difflint.source import Lines

SNIPPETS = [
    "x = (a + b) * -c ** 2 @ d // e % f\n",
    "y = a < b <= c != d is not e not in f\n",
    "z = [i for i in range(3) if i for j in i] + [*a, 1]\n",
    "def f(a, /, b: int = 1, *c, d=2, **e) -> int:\n    return a if b else c\n",
    "class A(B, metaclass=M):\n    x: int = 3\n\n    @property\n    def y(self):\n        yield from self.x\n",
    "with a as b, c(d) as (e, f):\n    pass\n",
    "try:\n    x\nexcept (A, B) as e:\n    y\nelse:\n    z\nfinally:\n    w\n",
    "for i, (j, *k) in x.items():\n    continue\nelse:\n    pass\nwhile not x:\n    break\n",
    "match p:\n    case [1, *r] | {'k': v, **o} if r:\n        pass\n    case C(a=1) as n:\n        pass\n"
    "    case _:\n        pass\n",
    "f'{a!r:>{w}} {b}' 'c' r'd'\n",
    "lambda *a, b=1: (yield)\n",
    "import a.b as c, d.e\nfrom . import f\nfrom ..g import (h as i, j)\n",
    "async def f():\n    async with a as b:\n        async for c in d:\n            await e\n",
    "a[1:2, ..., None, b::c], d = e = {**f, 'g': 1}\n",
    "if a:\n    b\nelif c:\n    d\nelse:\n    e; f = 1\n",
    "global x\nassert y, 'm'\ndel z[0], w\nraise V from e\n",
    "(n := 3)\nx: list[int]\nx += 1; y @= 2\n",
    "# comment\n\n\nif 1:\n\tx = 1  # tab\n\n\n\ty = 2\n",
    "x = 1 \\\n    + 2\n",
]


def nodes(item: object) -> Iterator[ir.Node]:
    """Every IR node below an object."""
    if isinstance(item, ir.Node):
        yield item
    if is_dataclass(item):
        for field in fields(item):
            yield from nodes(getattr(item, field.name))
    elif isinstance(item, tuple):
        for element in item:
            yield from nodes(element)


def lowered(text: str, name: str = "p.q.m", package: bool = False) -> ir.Module:
    result = lower_file("m.py", name, text.encode(), package)
    assert result.problem is None, result.problem
    assert result.module is not None
    return result.module


@pytest.mark.parametrize("text", SNIPPETS)
def test_every_construct_is_lowered_in_place(text: str) -> None:
    module = lowered(text)

    for node in nodes(module.body):
        assert 0 <= node.start <= node.end <= len(text)
    for node in nodes(module.body):
        if isinstance(node, ir.Name) and node.start < node.end:
            assert text[node.start : node.end] == node.name


def test_names_in_expressions_agree_with_python() -> None:
    text = "".join(SNIPPETS[:6])
    wanted = sorted(
        (node.lineno, node.col_offset + 1, node.id) for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)
    )
    lines = Lines("m.py", text)
    found = sorted(
        (lines.position(node.start).line, lines.position(node.start).column, node.name)
        for node in nodes(lowered(text).body)
        if isinstance(node, ir.Name)
    )

    assert set(found) == set(wanted)


def test_comparison_chains_are_pairs() -> None:
    (statement,) = lowered("a < b <= c\n").body
    assert isinstance(statement, ir.Evaluate)
    assert isinstance(statement.value, ir.AllOf)

    assert [pair.operator for pair in statement.value.values if isinstance(pair, ir.Operation)] == ["lt", "le"]


@pytest.mark.parametrize(("package", "expected"), [(False, ["p.q", "p.g", "p.g"]), (True, ["p.q.m", "p.q.g", "p.q.g"])])
def test_relative_imports(package: bool, expected: list[str]) -> None:
    body = lowered("from . import f\nfrom ..g import h as i, j\n", package=package).body

    assert [statement.qualified for statement in body if isinstance(statement, ir.Import)] == expected


def test_imports_bind_roots() -> None:
    module = lowered("import a.b\nimport c.d as e\n")

    assert module.imports == {"a", "c"}
    assert [(s.name, s.qualified) for s in module.body if isinstance(s, ir.Import)] == [("a", "a"), ("e", "c.d")]


def test_pragmas_are_read_from_comments_only() -> None:
    text = "x = '# difflint: ignore'\ny = 1  # difflint: ignore[DIF303] why\n# difflint: range a=(0, 1)\n"
    pragmas = lower_file("m.py", "m", text.encode(), False).pragmas

    assert [(p.line, p.verb, p.alone) for p in pragmas] == [(2, "ignore", False), (3, "range", True)]
    assert pragmas[0].arguments == "[DIF303] why"


@pytest.mark.parametrize("data", [b"", b"\n", b"\xff", b"\x00", b"def", b"(" * 5000, b"x = " + b"not " * 200 + b"1"])
def test_no_bytes_raise(data: bytes) -> None:
    result = lower_file("m.py", "m", data, False)

    assert (result.module is None) == (result.problem is not None)


@pytest.mark.parametrize(
    ("data", "message", "line", "column"),
    [
        (b"# \xe9\nimport torch\n", "not utf-8: byte 0xe9", 1, 3),
        (b"# coding: martian\n", "unknown encoding: martian", 1, 1),
        (b"import torch\ny = '''open\n", "unterminated", 2, 5),
        (b"if 1:\n    x\n  y\n", "dedent", 3, 4),
    ],
)
def test_what_cannot_be_read_has_its_place(data: bytes, message: str, line: int, column: int) -> None:
    problem = lower_file("m.py", "m", data, False).problem

    assert problem is not None
    assert message in problem.message
    assert (problem.line, problem.column) == (line, column)
