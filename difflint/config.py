"""Settings: `[tool.difflint]` of the nearest pyproject.toml, and where each value came from."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from difflint.diagnostic import AUTO, Profile, Severity, profile_of
from difflint.errors import DifflintError, InvalidInput, Problem, nearest
from difflint.probe.stated import FACTORY, factory_of, read_input

KEYS = (
    "select",
    "ignore",
    "extend-select",
    "per-file-ignores",
    "exclude",
    "extend-rules",
    "sources",
    "sinks",
    "profile",
    "per-file-profiles",
    "min-severity",
    "probe",
)
PROFILES = (*(profile.value for profile in Profile), AUTO)
_LISTS = ("select", "ignore", "extend-select", "exclude", "extend-rules", "sources", "sinks")


@dataclass(frozen=True, slots=True)
class Config:
    """Effective settings. `path` is the file they come from, `root` the folder they are relative to."""

    path: Path | None = None
    root: Path = field(default_factory=Path.cwd)
    values: Mapping[str, object] = field(default_factory=dict)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty if it is not set."""
        found = self.values.get(key, [])
        return tuple(found) if isinstance(found, list) else ()

    @property
    def per_file_ignores(self) -> Mapping[str, tuple[str, ...]]:
        """Patterns of paths and the codes that are ignored there."""
        found = self.values.get("per-file-ignores", {})
        return {key: tuple(codes) for key, codes in found.items()} if isinstance(found, dict) else {}

    @property
    def codes(self) -> list[tuple[str, ...]]:
        """Every list of codes, prefixes and names of rules."""
        return [*map(self.texts, ("select", "ignore", "extend-select")), *self.per_file_ignores.values()]

    @property
    def rules(self) -> tuple[Path, ...]:
        """The user's own rule folders."""
        return tuple(self.root / folder for folder in self.texts("extend-rules"))

    @property
    def profile(self) -> Profile | None:
        """What the optimiser needs; None for what the code implies."""
        return profile_of(str(self.values.get("profile", Profile.SGD.value)))

    @property
    def per_file_profiles(self) -> Mapping[str, Profile | None]:
        """Patterns of paths and what the optimiser needs there."""
        found = self.values.get("per-file-profiles", {})
        return {key: profile_of(word) for key, word in found.items()} if isinstance(found, dict) else {}

    def with_profile(self, word: str) -> Config:
        """The settings with one profile for every file."""
        left = {key: value for key, value in self.values.items() if key != "per-file-profiles"}
        return replace(self, values={**left, "profile": word})

    @property
    def inputs(self) -> Mapping[str, Mapping[str, str]]:
        """Inputs of functions, by `module:name` and argument; files of factories with their whole path."""
        found = self.values.get("probe", {})
        return {
            key: {name: factory_of(text, str(self.root)) if name == FACTORY else text for name, text in table.items()}
            for key, table in (found.items() if isinstance(found, dict) else ())
        }

    @property
    def severity(self) -> Severity:
        """The lowest severity that is reported."""
        return Severity(self.values.get("min-severity", Severity.INFO.value))

    def origin(self, key: str) -> str:
        """Where a setting comes from."""
        return str(self.path) if key in self.values else "default"


def find_config(paths: Sequence[Path]) -> Path | None:
    """The nearest pyproject.toml, from the paths' common folder upwards."""
    real = [path.resolve() for path in paths if path.exists()] or [Path.cwd()]
    try:
        start = Path(os.path.commonpath(real))
    except ValueError:
        return None
    for folder in (start if start.is_dir() else start.parent, *start.parents):
        candidate = folder / "pyproject.toml"
        if candidate.is_file():
            return candidate
    return None


def load_config(paths: Sequence[Path]) -> Config:
    """The settings for these paths. Raises DifflintError or InvalidInput with one line a problem."""
    path = find_config(paths)
    if path is None:
        return Config()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DifflintError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        place = f"line {line}, column {column}"
        raise DifflintError(
            f"{path}: found byte 0x{error.object[error.start]:02x} at {place}, expected UTF-8"
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise DifflintError(f"{path}: found {error}, expected valid TOML") from None
    tool = content.get("tool", {})
    table = tool.get("difflint", {}) if isinstance(tool, dict) else {}
    problems: list[Problem] = []
    if not isinstance(table, dict):
        problems.append(Problem(str(path), "[tool.difflint]", repr(table), "a table"))
        table = {}
    for key, value in table.items():
        problem = _problem(str(path), key, value)
        if problem is not None:
            problems.append(problem)
    if problems:
        raise InvalidInput(problems)
    return Config(path, path.parent, table)


def _problem(path: str, key: str, value: object) -> Problem | None:
    place = f"[tool.difflint] {key}"
    if key not in KEYS:
        return Problem(path, place, "an unknown key", nearest(key, KEYS))
    if key in _LISTS and not _is_texts(value):
        return Problem(path, place, repr(value), "a list of texts")
    if key == "per-file-ignores" and not (isinstance(value, dict) and all(map(_is_texts, value.values()))):
        return Problem(path, place, repr(value), "a table from path patterns to lists of codes")
    if key == "per-file-profiles":
        if not isinstance(value, dict):
            return Problem(path, place, repr(value), "a table from path patterns to profiles")
        bad = next((item for item in value.items() if item[1] not in PROFILES), None)
        return bad and Problem(path, f"{place}.{bad[0]!r}", repr(bad[1]), nearest(str(bad[1]), PROFILES))
    if key == "probe":
        return _probe_problem(path, value)
    words = {"profile": PROFILES, "min-severity": ("error", "warning", "info")}
    if key in words and value not in words[key]:
        return Problem(path, place, repr(value), nearest(str(value), words[key]))
    return None


def _probe_problem(path: str, value: object) -> Problem | None:
    """What is wrong with the inputs of functions."""
    if not isinstance(value, dict):
        return Problem(path, "[tool.difflint] probe", repr(value), "a table from functions to inputs")
    for function, inputs in value.items():
        place = f"[tool.difflint.probe.{function!r}]"
        module, _, name = function.partition(":")
        if not all(part.isidentifier() for part in (*module.split("."), *name.split("."))):
            return Problem(path, "[tool.difflint] probe", repr(function), "the name of a function, 'module:name'")
        if not isinstance(inputs, dict):
            return Problem(path, place, repr(inputs), "a table from arguments to inputs")
        for argument, text in inputs.items():
            if not isinstance(text, str):
                return Problem(path, f"{place} {argument}", repr(text), "an input as a text")
            try:
                _ = factory_of(text, os.path.dirname(path)) if argument == FACTORY else read_input(argument, text)
            except ValueError as error:
                return Problem(path, f"{place} {argument}", repr(text), str(error).rpartition("expected ")[2])
    return None


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
