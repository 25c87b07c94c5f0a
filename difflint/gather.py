"""From files to lowered modules: read, skip what cannot matter, drop every tree at once."""

from __future__ import annotations

import ast
import gc
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

from difflint import ir
from difflint.catalogue.model import Catalogue, Role
from difflint.discover import File
from difflint.lower import Lowered, lower_file

Progress = Callable[[int, int], None]
"""Told how many files of how many are done."""


def gather(
    files: Sequence[File],
    catalogue: Catalogue,
    cwd: Path,
    errors: list[str],
    given: bytes | None = None,
    progress: Progress | None = None,
    every: bool = False,
) -> dict[str, Lowered]:
    """Lower every file that can matter, by its path as reported.

    `given` is the text of a single file that is not read; `every` takes files that name no framework
    as well. Files that cannot be read end in `errors`.
    """
    wanted = sorted(_wanted(catalogue))
    cwd = cwd.resolve()
    lowered: dict[str, Lowered] = {}
    waiting: dict[str, tuple[File, bytes]] = {}
    for number, file in enumerate(files):
        if progress is not None:
            progress(number, len(files))
        data = given if given is not None else _read(file, errors)
        if data is None:
            continue
        named = any(all(word in data for word in words) for words in wanted)
        if given is None and not every and not named and not _broken(data):
            waiting[file.name] = (file, data)
            continue
        _lower(file, data, cwd, lowered)
    _lower_imported(waiting, cwd, lowered)
    if progress is not None:
        progress(len(files), len(files))
    return lowered


def _wanted(catalogue: Catalogue) -> set[tuple[bytes, ...]]:
    """Groups of words; a file must contain all of one group to be of interest.

    A framework that is a host to others is of interest where it takes objectives.
    """
    names: set[tuple[str, ...]] = {("difflint:",)}
    for framework in catalogue.frameworks.values():
        if framework.differentiable or not framework.host:
            names |= {(root,) for root in framework.modules}
        elif framework.optimises:
            names |= {
                tuple(name.split(".")[:-1])
                for name, spelling in framework.spellings.items()
                if catalogue.operators[spelling.operator].role is Role.OBJECTIVE
            }
    return {tuple(word.encode() for word in words) for words in names}


def _broken(data: bytes) -> bool:
    """Whether a file that names no framework still has to be read to report that it cannot be."""
    if b"\0" in data:
        return True
    try:
        with warnings.catch_warnings(action="ignore"):
            compile(data, "<file>", "exec", dont_inherit=True, flags=ast.PyCF_ONLY_AST)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return True
    return False


def _lower(file: File, data: bytes, cwd: Path, lowered: dict[str, Lowered]) -> None:
    path = _shown(file.path, cwd)
    enabled = gc.isenabled()
    gc.disable()
    try:
        lowered[path] = lower_file(path, file.name, data, file.package)
    finally:
        if enabled:
            gc.enable()


def _lower_imported(waiting: dict[str, tuple[File, bytes]], cwd: Path, lowered: dict[str, Lowered]) -> None:
    """Files without a framework count where a file with one imports them."""
    pending = list(lowered.values())
    while pending:
        module = pending.pop().module
        if module is None:
            continue
        for name in _imported(module):
            entry = waiting.pop(name, None)
            if entry is not None:
                _lower(*entry, cwd, lowered)
                pending.append(lowered[_shown(entry[0].path, cwd)])


def _imported(module: ir.Module) -> list[str]:
    names: list[str] = []
    for statement in module.body:
        if isinstance(statement, ir.Import):
            names.append(statement.qualified)
            if statement.member:
                names.append(f"{statement.qualified}.{statement.member}")
    return names


def _read(file: File, errors: list[str]) -> bytes | None:
    try:
        return file.path.read_bytes()
    except OSError as error:
        errors.append(f"{file.path}: cannot be read: {error.strerror}")
        return None


def _shown(path: Path, cwd: Path) -> str:
    """The path as reports show it: relative to the working directory, a resolved path, where it lies below it."""
    absolute = path if path.is_absolute() else cwd / path
    try:
        return absolute.resolve().relative_to(cwd).as_posix()
    except ValueError:
        return path.as_posix()
