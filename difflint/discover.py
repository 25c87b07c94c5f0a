"""From paths to files: folders walked in order, ignore files respected, module names found."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pathspec import GitIgnoreSpec

_NEVER = (
    ".git",
    ".hg",
    ".venv",
    "venv",
    ".tox",
    ".nox",
    "node_modules",
    "__pycache__",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".eggs",
    "build",
    "dist",
    "site-packages",
)


@dataclass(frozen=True, slots=True)
class File:
    """One file to check: `path` to open, `name` as a dotted module, `package` for `__init__.py`."""

    path: Path
    name: str
    package: bool


@dataclass(slots=True)
class Found:
    """The files found, and one line for every path that could not be used."""

    files: list[File] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def discover(
    paths: Sequence[Path], exclude: Iterable[str] = (), root: Path | None = None, force: bool = False
) -> Found:
    """The Python files under `paths`, each once, in the order of their resolved paths.

    A file that is named is taken whatever its suffix, and where it is excluded unless `force` is
    set. `exclude` are gitignore patterns relative to `root` (default: the working directory).
    """
    found = Found()
    excluded = GitIgnoreSpec.from_lines(list(exclude))
    top = (root or Path.cwd()).resolve()
    seen: dict[Path, File] = {}
    for path in paths:
        try:
            path.stat()
        except (OSError, ValueError) as error:
            found.errors.append(_unusable(path, error))
            continue
        if not (path.is_file() or path.is_dir()):
            found.errors.append(f"{path}: neither a file nor a folder")
            continue
        for candidate in [path] if path.is_file() else _walk(path, found.errors):
            real = candidate.resolve()
            if real in seen or ((force or candidate is not path) and _matches(excluded, real, top)):
                continue
            name, package = module_name(real)
            seen[real] = File(candidate, name, package)
    found.files = [seen[real] for real in sorted(seen)]
    return found


def _unusable(path: Path, error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return f"{path}: no such file or folder"
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return f"{path}: cannot be read: {reason}"


def _matches(spec: GitIgnoreSpec, real: Path, top: Path) -> bool:
    try:
        return bool(spec.match_file(real.relative_to(top).as_posix()))
    except ValueError:
        return False


def _walk(folder: Path, errors: list[str]) -> Iterator[Path]:
    """Python files below a folder; every real folder is entered once, so links cannot loop."""
    seen: set[Path] = set()
    top = folder.resolve()
    rules = _ignore_files_above(top)
    if _ignored(top, True, rules):
        rules = []  # a folder that is named is wanted, ignored or not
    pending: list[tuple[Path, list[tuple[Path, GitIgnoreSpec]]]] = [(folder, rules)]
    while pending:
        current, inherited = pending.pop()
        real = current.resolve()
        if real in seen:
            continue
        seen.add(real)
        try:
            entries = sorted(os.scandir(current), key=lambda entry: entry.name)
        except OSError as error:
            errors.append(f"{current}: cannot be read: {error.strerror}")
            continue
        active = inherited + _ignore_file(current)
        for entry in entries:
            path = Path(entry.path)
            is_folder = _is(entry.is_dir)
            if (is_folder and entry.name in _NEVER) or _ignored(path, is_folder, active):
                continue
            if is_folder:
                pending.append((path, active))
            elif entry.name.endswith(".py") and _is(entry.is_file):
                yield path


def _is(test: Callable[[], bool]) -> bool:
    """The answer of a directory entry; a link to itself is neither file nor folder."""
    try:
        return test()
    except OSError:
        return False


def _ignored(path: Path, is_folder: bool, active: list[tuple[Path, GitIgnoreSpec]]) -> bool:
    """Whether ignore files exclude a path: the innermost one with an opinion decides."""
    absolute = path.parent.resolve() / path.name
    for folder, spec in reversed(active):
        if absolute.is_relative_to(folder):
            verdict = spec.check_file(absolute.relative_to(folder).as_posix() + ("/" if is_folder else ""))
            if verdict.include is not None:
                return verdict.include
    return False


def _ignore_file(folder: Path) -> list[tuple[Path, GitIgnoreSpec]]:
    try:
        lines = (folder / ".gitignore").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    return [(folder.resolve(), GitIgnoreSpec.from_lines(lines))]


def _ignore_files_above(folder: Path) -> list[tuple[Path, GitIgnoreSpec]]:
    """The ignore files between a repository's root and a folder."""
    chain: list[tuple[Path, GitIgnoreSpec]] = []
    for parent in folder.parents:
        if (folder / ".git").exists():
            break
        chain = _ignore_file(parent) + chain
        if (parent / ".git").exists():
            return chain
    return []


def module_name(path: Path) -> tuple[str, bool]:
    """The dotted name of a file, from the topmost folder with an `__init__.py`."""
    package = path.name == "__init__.py"
    parts = [] if package else [path.stem]
    folder = path.parent
    while (folder / "__init__.py").is_file() and folder.parent != folder:
        parts.append(folder.name)
        folder = folder.parent
    return ".".join(reversed(parts)) or path.stem, package
