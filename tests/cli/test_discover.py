"""From paths to files: ignore files, excludes, links, names of modules."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from difflint.discover import discover, module_name


def names(root: Path, *paths: Path, exclude: tuple[str, ...] = ()) -> list[str]:
    found = discover(paths or (root,), exclude, root)
    assert found.errors == []
    return [file.path.relative_to(root).as_posix() for file in found.files]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for path in ("a.py", "notes.txt", "b/c.py", "b/d.py", "ignored/e.py", ".venv/lib/f.py", "node_modules/g.py"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("ignored/\n.venv/\nd.py\n")
    return tmp_path


def test_folders_are_walked_in_order_and_ignored_ones_left_out(repository: Path) -> None:
    assert names(repository) == ["a.py", "b/c.py"]


def test_ignore_files_above_the_folder_count(repository: Path) -> None:
    assert names(repository, repository / "b") == ["b/c.py"]


def test_the_innermost_ignore_file_decides(repository: Path) -> None:
    (repository / "b" / ".gitignore").write_text("!d.py\nc.py\n")

    assert names(repository) == ["a.py", "b/d.py"]


def test_what_is_named_is_taken(repository: Path) -> None:
    assert names(repository, repository / "ignored") == ["ignored/e.py"]
    assert names(repository, repository / ".venv" / "lib") == [".venv/lib/f.py"]
    assert names(repository, repository / "b" / "d.py") == ["b/d.py"]
    assert names(repository, repository / "notes.txt") == ["notes.txt"]


def test_excludes(repository: Path) -> None:
    assert names(repository, exclude=("b/",)) == ["a.py"]
    assert names(repository, repository / "a.py", exclude=("a.py",)) == ["a.py"]


def test_each_file_once_whatever_the_paths(repository: Path) -> None:
    assert names(repository, repository / "b", repository, repository / "a.py") == ["a.py", "b/c.py"]


def test_links_that_lead_nowhere(repository: Path) -> None:
    (repository / "self.py").symlink_to("self.py")
    (repository / "dangling.py").symlink_to("nothing.py")
    (repository / "b" / "up").symlink_to(repository, target_is_directory=True)

    assert names(repository) == ["a.py", "b/c.py"]


def test_paths_that_cannot_be_used(repository: Path) -> None:
    (repository / "self.py").symlink_to("self.py")
    os.mkfifo(repository / "pipe")
    found = discover((repository / "missing", repository / "self.py", repository / "pipe", repository / "a.py"))

    assert [error.rpartition(": ")[2] for error in found.errors] == [
        "no such file or folder",
        "Too many levels of symbolic links",
        "neither a file nor a folder",
    ]
    assert [file.path.name for file in found.files] == ["a.py"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("package/inner/module.py", ("package.inner.module", False)),
        ("package/inner/__init__.py", ("package.inner", True)),
        ("package/script.py", ("package.script", False)),
        ("loose/script.py", ("script", False)),
    ],
)
def test_names_of_modules(tmp_path: Path, path: str, expected: tuple[str, bool]) -> None:
    for name in ("package/__init__.py", "package/inner/__init__.py", path):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")

    assert module_name(tmp_path / path) == expected
