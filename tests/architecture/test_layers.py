"""The drawn architecture: imports go down, files stay small, frameworks stay out of the engine."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import difflint

ROOT = Path(difflint.__file__).parent
FILES = sorted(path for path in ROOT.rglob("*.py") if "rules" not in path.parts)
LAYERS = {
    "__main__": 7,
    "cli": 6,
    "probing": 6,
    "mapping": 6,
    "check": 5,
    "chart": 5,
    "config": 5,
    "output": 5,
    "discover": 5,
    "gather": 5,
    "progress": 5,
    "subjects": 5,
    "report": 4,
    "diagnose": 4,
    "docstrings": 4,
    "suppress": 4,
    "lower": 3,
    "analysis": 3,
    "probe": 3,
    "catalogue": 2,
    "domain": 1,
    "facts": 0,
    "points": 0,
    "verdict": 0,
    "diagnostic": 0,
    "ir": 0,
    "record": 0,
    "source": 0,
    "errors": 0,
    "__init__": 0,
}
TOGETHER = (
    {"check", "chart", "config", "discover", "gather", "output", "subjects"},
    {"cli", "probing", "mapping"},
)
OWNERS = {
    "libcst": {"lower"},
    "click": {"cli", "probing", "mapping"},
    "rich": {"report", "progress", "cli"},
    "markdown_it": {"report"},
    "resvg_py": {"report"},
    "pathspec": {"discover", "check"},
    "numpy": {"probe"},
    "torch": set(),
    "jax": set(),
}
FORBIDDEN = ("utils", "helpers", "manager", "base", "common")


def layer(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            if node.module == "difflint":
                found |= {f"difflint.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_down(path: Path) -> None:
    mine = layer(path)
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "difflint" and len(parts) > 1 and parts[1] != "__version__":
            other = parts[1]
            together = any({mine, other} <= group for group in TOGETHER) or LAYERS[mine] == LAYERS[other] == 0
            assert other == mine or LAYERS[other] < LAYERS[mine] or together, name


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_packages_have_one_owner(path: Path) -> None:
    for name in imports(path):
        owners = OWNERS.get(name.split(".")[0])
        assert owners is None or layer(path) in owners, name


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_are_small_and_well_named(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
    assert path.stem not in FORBIDDEN


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_framework_is_named(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            root = node.value.split(".")[0]
            assert root not in {"torch", "jax", "tensorflow", "keras", "flax", "equinox"}, node.value


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_public_things_are_documented(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), path
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{path}: {node.name}"
