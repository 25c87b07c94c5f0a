"""From paths to the map of their functions: what `difflint map` prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from difflint.analysis import survey
from difflint.catalogue.load import load
from difflint.check import Request, find, on_large_stack, options_of, rare_collections
from difflint.errors import DifflintError, nearest
from difflint.gather import Progress, gather
from difflint.points import Mapped

_PUBLIC = ("__call__", "<locals>", "")


@dataclass(slots=True)
class Chart:
    """The maps of functions; `errors` are lines about input that could not be used."""

    functions: list[Mapped] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    files: int = 0


class _Asked:
    """Which functions are asked for: by name below some paths, the public ones below others."""

    def __init__(self, targets: Mapping[Path, frozenset[str]], cwd: Path) -> None:
        self._targets = {(cwd / path).resolve(): names for path, names in targets.items()}
        self._cwd = cwd
        self._seen: set[str] = set()
        self._found: set[str] = set()

    def wanted(self, path: str, name: str) -> bool:
        """Whether a function is asked for."""
        self._seen.add(name)
        real = (self._cwd / path).resolve()
        groups = [names for target, names in self._targets.items() if real.is_relative_to(target)]
        named = {word for names in groups for word in names if name == word or name.startswith(f"{word}.")}
        self._found |= named
        return bool(named) or (not all(groups) and all(map(_is_public, name.split("."))))

    def missing(self) -> str:
        """What to say about a name that no function has, the empty text if there is none."""
        names = {word for words in self._targets.values() for word in words} - self._found
        known = {name for name in self._seen if not name.endswith(".")}
        if not names:
            return ""
        expected = nearest(min(names), known) if known else "a file with functions"
        return f"no function {min(names)!r}, expected {expected}"


def _is_public(part: str) -> bool:
    return part in _PUBLIC or not part.startswith("_")


def chart(request: Request, targets: Mapping[Path, frozenset[str]], progress: Progress | None = None) -> Chart:
    """The map of the functions that `targets` name, of all public ones where they name none.

    Raises DifflintError where nothing can be mapped at all.
    """
    return on_large_stack(lambda: _chart(request, _Asked(targets, request.cwd), progress))


def _chart(request: Request, asked: _Asked, progress: Progress | None) -> Chart:
    catalogue = load(request.config.rules)
    found = find(request)
    result = Chart(errors=found.errors, files=len(found.files))
    lowered = gather(found.files, catalogue, request.cwd, result.errors, progress=progress, every=True)
    for path, item in lowered.items():
        if item.problem is not None:
            place = f"{path}:{item.problem.line}:{item.problem.column}"
            result.errors.append(f"{place}: cannot be mapped: {item.problem.message}")
    options = options_of(request, lowered, result.errors)
    modules = [item.module for item in lowered.values() if item.module is not None]
    with rare_collections():
        result.functions = survey(modules, catalogue, options, asked.wanted)
    missing = asked.missing()
    if missing and not result.errors:
        raise DifflintError(missing)
    return result
