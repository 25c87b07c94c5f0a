"""The straight line from paths to diagnostics."""

from __future__ import annotations

import ast
import gc
import sys
import threading
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pathspec import GitIgnoreSpec

from difflint import ir
from difflint.analysis import Options, analyse
from difflint.catalogue.load import load
from difflint.catalogue.model import Catalogue
from difflint.config import Config
from difflint.diagnose import Selection, diagnose, judge, matches, visible
from difflint.diagnostic import Diagnostic, Severity
from difflint.discover import File, Found, discover
from difflint.domain.interval import Interval
from difflint.errors import InvalidInput
from difflint.facts import Certainty, Effect, Fact, Kind
from difflint.lower import Lowered, lower_file
from difflint.source import Lines, Position, Span
from difflint.suppress import Suppression, apply, ranges, reported, suppressions

_STACK = 512 * 1024 * 1024
_RECURSION = 20_000
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Result:
    """What a run found; `errors` are lines about input that could not be used."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    files: int = 0
    lines: dict[str, Lines] = field(default_factory=dict)
    unknown: list[Fact] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Request:
    """What to check: paths, or one text under a name; and what to report; `unknown` lists unknown calls."""

    paths: tuple[Path, ...]
    config: Config
    selection: Selection
    stdin: bytes | None = None
    unknown: bool = False
    cwd: Path = field(default_factory=Path.cwd)


def check(request: Request, progress: Progress | None = None) -> Result:
    """Check paths. Raises DifflintError where nothing can be checked at all.

    Runs in a thread with a large stack: source may nest deeper than the default one allows.
    """
    outcome: list[Result | BaseException] = []

    def work() -> None:
        try:
            outcome.append(_check(request, progress))
        except BaseException as error:
            outcome.append(error)

    before = threading.stack_size(_STACK)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _RECURSION))
    try:
        thread = threading.Thread(target=work, daemon=True)  # an interrupt ends the run at once
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)
        sys.setrecursionlimit(limit)
    result = outcome[0]
    if isinstance(result, BaseException):
        raise result
    return result


def _check(request: Request, progress: Progress | None) -> Result:
    catalogue = load(request.config.rules)
    found = _find(request)
    result = Result(errors=found.errors, files=len(found.files))
    lowered = _lower(found.files, request, catalogue, result, progress)
    comments = {path: suppressions(path, item.pragmas) for path, item in lowered.items()}
    options = Options(
        frozenset(request.config.texts("sources")),
        frozenset(request.config.texts("sinks")),
        _stated(lowered, result),
        request.unknown,
    )
    modules = [item.module for item in lowered.values() if item.module is not None]
    gc.freeze()  # the lowered modules stay: no collection needs to look at them again
    try:
        facts = [*_parse_errors(lowered), *analyse(modules, catalogue, options)]
    finally:
        gc.unfreeze()
    result.unknown = [fact for fact in facts if fact.kind is Kind.UNKNOWN_CALL]
    selection = _per_file(request, modules)
    remaining, unused = apply(diagnose(facts, catalogue.checks, selection.profile), comments)
    remaining += [
        item for item in _unused(unused, catalogue, selection) if reported(item, comments.get(item.span.path, ()))
    ]
    result.diagnostics = sorted(
        (item for item in remaining if visible(item, selection)), key=lambda item: (item.span, item.code)
    )
    paths = {item.span.path for item in result.diagnostics}
    result.lines = {path: Lines(path, item.text) for path, item in lowered.items() if path in paths}
    return result


def _find(request: Request) -> Found:
    if request.stdin is not None:
        path = request.paths[0]
        return Found([File(path, path.stem, False)])
    return discover(request.paths, request.config.texts("exclude"), request.config.root)


def _lower(
    files: Sequence[File],
    request: Request,
    catalogue: Catalogue,
    result: Result,
    progress: Progress | None,
) -> dict[str, Lowered]:
    """Lower every file that can matter, by its path as reported; trees are dropped one by one."""
    wanted = sorted(_roots(catalogue))
    lowered: dict[str, Lowered] = {}
    waiting: dict[str, tuple[File, bytes]] = {}
    for number, file in enumerate(files):
        if progress is not None:
            progress(number, len(files))
        data = request.stdin if request.stdin is not None else _read(file, result)
        if data is None:
            continue
        if request.stdin is None and not any(word in data for word in wanted) and not _broken(data):
            waiting[file.name] = (file, data)
            continue
        _lower_one(file, data, request, lowered)
    _lower_imported(waiting, request, lowered)
    if progress is not None:
        progress(len(files), len(files))
    return lowered


def _roots(catalogue: Catalogue) -> set[bytes]:
    """Words one of which a file must contain to be of interest."""
    return {
        root.encode()
        for framework in catalogue.frameworks.values()
        if framework.differentiable or not framework.host
        for root in framework.modules
    } | {b"scipy.optimize", b"difflint:"}


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


def _lower_one(file: File, data: bytes, request: Request, lowered: dict[str, Lowered]) -> None:
    path = _shown(file.path, request.cwd)
    enabled = gc.isenabled()
    gc.disable()
    try:
        lowered[path] = lower_file(path, file.name, data, file.package)
    finally:
        if enabled:
            gc.enable()


def _lower_imported(waiting: dict[str, tuple[File, bytes]], request: Request, lowered: dict[str, Lowered]) -> None:
    """Files without a framework count where a file with one imports them."""
    pending = list(lowered.values())
    while pending:
        module = pending.pop().module
        if module is None:
            continue
        for name in _imported(module):
            entry = waiting.pop(name, None)
            if entry is not None:
                _lower_one(*entry, request, lowered)
                pending.append(lowered[_shown(entry[0].path, request.cwd)])


def _imported(module: ir.Module) -> list[str]:
    names: list[str] = []
    for statement in module.body:
        if isinstance(statement, ir.Import):
            names.append(statement.qualified)
            if statement.member:
                names.append(f"{statement.qualified}.{statement.member}")
    return names


def _read(file: File, result: Result) -> bytes | None:
    try:
        return file.path.read_bytes()
    except OSError as error:
        result.errors.append(f"{file.path}: cannot be read: {error.strerror}")
        return None


def _shown(path: Path, cwd: Path) -> str:
    """The path as reports show it: relative to the working directory where it lies below it."""
    absolute = path if path.is_absolute() else cwd / path
    try:
        return absolute.resolve().relative_to(cwd.resolve()).as_posix()
    except ValueError:
        return path.as_posix()


def _stated(lowered: Mapping[str, Lowered], result: Result) -> dict[str, tuple[tuple[int, dict[str, Interval]], ...]]:
    stated: dict[str, tuple[tuple[int, dict[str, Interval]], ...]] = {}
    for path, item in lowered.items():
        try:
            found = ranges(path, item.pragmas)
        except InvalidInput as error:
            result.errors += [str(problem) for problem in error.problems]
            continue
        if found:
            stated[path] = found
    return stated


def _parse_errors(lowered: Mapping[str, Lowered]) -> list[Fact]:
    return [
        Fact(
            Kind.PARSE_ERROR,
            Certainty.MUST,
            _point(path, item.problem.line, item.problem.column),
            "",
            Effect.NONE,
            detail=item.problem.message,
        )
        for path, item in lowered.items()
        if item.problem is not None
    ]


def _point(path: str, line: int, column: int, length: int = 1) -> Span:
    return Span(path, Position(line, column), Position(line, column + length))


def _per_file(request: Request, modules: Sequence[ir.Module]) -> Selection:
    from dataclasses import replace

    ignores = request.config.per_file_ignores
    if not ignores:
        return request.selection
    specs = [(GitIgnoreSpec.from_lines([pattern]), codes) for pattern, codes in ignores.items()]
    per_file: dict[str, tuple[str, ...]] = {}
    for module in modules:
        real = (request.cwd / module.path).resolve()
        relative = (
            real.relative_to(request.config.root).as_posix()
            if real.is_relative_to(request.config.root)
            else module.path
        )
        codes = tuple(code for spec, found in specs if spec.match_file(relative) for code in found)
        if codes:
            per_file[module.path] = codes
    return replace(request.selection, per_file=per_file)


def _unused(unused: Sequence[Suppression], catalogue: Catalogue, selection: Selection) -> list[Diagnostic]:
    """Comments that silence nothing, as diagnostics of the check that is about them."""
    check = catalogue.checks.get("DIF002")
    if check is None:
        return []
    found: list[Diagnostic] = []
    off = [item for item in catalogue.checks.values() if item.severity.get(selection.profile) is Severity.OFF]
    for comment in unused:
        codes = [
            code
            for code in comment.unused or ()
            if not matches(check, (code,)) and not any(matches(item, (code,)) for item in off)
        ]
        if comment.codes and not codes:
            continue
        listed = ", ".join(codes) or "everything"
        span = _point(comment.path, comment.pragma.line, comment.pragma.column)
        fact = Fact(Kind.UNUSED, Certainty.MUST, span, "", Effect.NONE, detail=listed)
        diagnostic = judge(fact, check, selection.profile)
        if diagnostic is not None:
            found.append(diagnostic)
    return found
