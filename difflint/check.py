"""The straight line from paths to diagnostics."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from pathspec import GitIgnoreSpec

from difflint import ir
from difflint.analysis import Options, analyse, survey
from difflint.catalogue.load import load
from difflint.catalogue.model import Catalogue
from difflint.config import Config
from difflint.diagnose import Needs, Selection, diagnose, judge, matches, visible
from difflint.diagnostic import Diagnostic, Profile, Severity
from difflint.discover import File, Found, discover
from difflint.docstrings import mentions, outdated
from difflint.domain.interval import Interval
from difflint.errors import InvalidInput
from difflint.facts import Certainty, Effect, Fact, Kind
from difflint.gather import Progress, gather
from difflint.lower import Lowered
from difflint.probe.run import Answers, function_names, probe
from difflint.probe.run import Options as ProbeOptions
from difflint.source import Lines, Position, Span
from difflint.subjects import subjects
from difflint.suppress import Suppression, apply, ranges, reported, suppressions

T = TypeVar("T")
_STACK = 512 * 1024 * 1024
_RECURSION = 20_000
_COLLECTIONS = (500_000, 20, 20)


@dataclass(slots=True)
class Result:
    """What a run found; `errors` are lines about input that could not be used, `unparsed` about bad syntax."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    unparsed: list[str] = field(default_factory=list)
    files: int = 0
    lines: dict[str, Lines] = field(default_factory=dict)
    unknown: list[Fact] = field(default_factory=list)
    answers: Answers = field(default_factory=Answers)
    functions: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Request:
    """What to check: paths, or one text under a name; and what to report.

    `unknown` lists unknown calls; `force_exclude` leaves out files that are named but excluded. With
    `probe`, user code is run in child processes.
    """

    paths: tuple[Path, ...]
    config: Config
    selection: Selection
    stdin: bytes | None = None
    unknown: bool = False
    force_exclude: bool = False
    probe: ProbeOptions | None = None
    cwd: Path = field(default_factory=Path.cwd)


def check(request: Request, progress: Progress | None = None) -> Result:
    """Check paths. Raises DifflintError where nothing can be checked at all.

    Runs in a thread with a large stack: source may nest deeper than the default one allows.
    """
    return on_large_stack(lambda: _check(request, progress))


def on_large_stack(work: Callable[[], T]) -> T:
    """The result of work that may recurse deeply; what it raises is raised here."""
    outcome: list[T | BaseException] = []

    def run() -> None:
        try:
            outcome.append(work())
        except BaseException as error:
            outcome.append(error)

    before = threading.stack_size(_STACK)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _RECURSION))
    try:
        thread = threading.Thread(target=run, daemon=True)  # an interrupt ends the run at once
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
    found = find(request)
    result = Result(errors=found.errors, files=len(found.files))
    every = request.probe is not None
    with rare_collections():
        lowered = gather(found.files, catalogue, request.cwd, result.errors, request.stdin, progress, every)
    comments = {path: suppressions(path, item.pragmas, item.statements) for path, item in lowered.items()}
    options = options_of(request, lowered, result.errors)
    modules = [item.module for item in lowered.values() if item.module is not None]
    result.unparsed = [
        f"{path}:{item.problem.line}:{item.problem.column}: cannot be parsed: {item.problem.message}"
        for path, item in lowered.items()
        if item.problem is not None
    ]
    selection = _per_file(request, lowered)
    with rare_collections():
        facts = [*_parse_errors(lowered), *analyse(modules, catalogue, options)]
        if _documents(catalogue, selection):
            facts += documentation(modules, catalogue, options)
    if request.probe is not None:
        files = list(subjects(lowered, options.ranges, catalogue, request.cwd))
        result.functions = [name for file in files for name in function_names(file)]
        facts, result.answers = probe(files, facts, request.probe, progress)
    result.unknown = [fact for fact in facts if fact.kind is Kind.UNKNOWN_CALL]
    needs = Needs(selection, [fact for fact in facts if fact.kind is Kind.PROFILE])
    remaining, unused = apply(diagnose(facts, catalogue.checks, needs), comments)
    remaining += [
        item for item in _unused(unused, catalogue, needs) if reported(item, comments.get(item.span.path, ()))
    ]
    result.diagnostics = sorted(
        (item for item in remaining if visible(item, selection)), key=lambda item: (item.span, item.code)
    )
    paths = {item.span.path for item in result.diagnostics}
    result.lines = {path: Lines(path, item.text) for path, item in lowered.items() if path in paths}
    return result


@contextmanager
def rare_collections() -> Iterator[None]:
    """Lowered modules stay, trees and graphs die whole: little is gained by looking for garbage often."""
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*_COLLECTIONS)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


def find(request: Request) -> Found:
    """The files that a request is about."""
    if request.stdin is not None:
        path = request.paths[0]
        return Found([File(path, path.stem, False)])
    config = request.config
    return discover(request.paths, config.texts("exclude"), config.root, request.force_exclude)


def options_of(request: Request, lowered: Mapping[str, Lowered], errors: list[str]) -> Options:
    """What the configuration and the comments state; comments that cannot be read end in `errors`."""
    stated: dict[str, tuple[tuple[int, dict[str, Interval]], ...]] = {}
    for path, item in lowered.items():
        try:
            found = ranges(path, item.pragmas)
        except InvalidInput as error:
            errors += [str(problem) for problem in error.problems]
            continue
        if found:
            stated[path] = found
    texts = request.config.texts
    return Options(frozenset(texts("sources")), frozenset(texts("sinks")), stated, request.unknown)


def _documents(catalogue: Catalogue, selection: Selection) -> bool:
    """Whether any profile in force asks for docstrings to be held against the code."""
    profiles = {selection.profile, *selection.profiles.values()}
    return any(
        selector.kind is Kind.DOCUMENTATION and check.severity_in(profile) is not Severity.OFF
        for check in catalogue.checks.values()
        for selector in check.facts
        for profile in profiles
        if profile is not None
    )


def documentation(modules: Sequence[ir.Module], catalogue: Catalogue, options: Options) -> list[Fact]:
    """Docstrings that disagree with the map of their functions."""
    paths = {module.path for module in modules if mentions(module.text)}
    if not paths:
        return []
    found = survey(modules, catalogue, options, lambda path, name: path in paths)
    return [fact for fact in map(outdated, found) if fact is not None]


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


def _per_file(request: Request, paths: Iterable[str]) -> Selection:
    """The selection with what the configuration says about single files; of several profiles the last counts."""
    config = request.config
    ignores = [(_pattern(text), codes) for text, codes in config.per_file_ignores.items()]
    profiles = [(_pattern(text), profile) for text, profile in config.per_file_profiles.items()]
    if not ignores and not profiles:
        return request.selection
    ignored: dict[str, tuple[str, ...]] = {}
    chosen: dict[str, Profile | None] = {}
    for path in paths:
        real = (request.cwd / path).resolve()
        relative = real.relative_to(config.root).as_posix() if real.is_relative_to(config.root) else path
        ignored[path] = tuple(code for spec, codes in ignores if spec.match_file(relative) for code in codes)
        for spec, profile in profiles:
            if spec.match_file(relative):
                chosen[path] = profile
    return replace(request.selection, per_file=ignored, profiles=chosen)


def _pattern(text: str) -> GitIgnoreSpec:
    return GitIgnoreSpec.from_lines([text])


def _unused(unused: Sequence[Suppression], catalogue: Catalogue, needs: Needs) -> list[Diagnostic]:
    """Comments that silence nothing, as diagnostics of the check that is about them."""
    check = catalogue.checks.get("DIF002")
    if check is None:
        return []
    found: list[Diagnostic] = []
    for comment in unused:
        span = _point(comment.path, comment.pragma.line, comment.pragma.column)
        fact = Fact(Kind.UNUSED, Certainty.MUST, span, "", Effect.NONE)
        grounds = needs.of(fact)
        off = [
            item
            for item in catalogue.checks.values()
            if all(item.severity_in(ground.profile) is Severity.OFF for ground in grounds)
        ]
        codes = [
            code
            for code in comment.unused or ()
            if not matches(check, (code,)) and not any(matches(item, (code,)) for item in off)
        ]
        if comment.codes and not codes:
            continue
        diagnostic = judge(replace(fact, detail=", ".join(codes) or "everything"), check, grounds)
        if diagnostic is not None:
            found.append(diagnostic)
    return found
