"""Probing files: which functions, in which child process, for which findings."""

from __future__ import annotations

import ast
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from difflint.errors import DifflintError, InvalidInput, Problem
from difflint.facts import Fact
from difflint.probe.backends import backend_for
from difflint.probe.match import answered, can_answer
from difflint.probe.protocol import Effort, Report, Target, Task
from difflint.probe.record import Command, Recording, record
from difflint.probe.sandbox import probe_file
from difflint.probe.stated import FACTORY, Stated, parse_inputs
from difflint.source import Pragma
from difflint.verdict import Outcome, Verdict


@dataclass(frozen=True, slots=True)
class Subject:
    """One file that may be probed.

    `frameworks` are those it uses that differentiate; `ranges` are stated ones by the line of their
    comment.
    """

    path: str
    real: str
    module: str
    text: str
    pragmas: tuple[Pragma, ...] = ()
    ranges: Mapping[int, Mapping[str, tuple[float, float]]] = field(default_factory=dict)
    frameworks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asks of the probe: `everything` probes functions without a finding as well.

    `factory` makes the arguments, `command` is to be recorded; `settings` are inputs by the dotted
    name of a function, `module:name`. Modules of factories are looked for in `folders` as well.
    """

    effort: Effort = field(default_factory=Effort)
    stated: Stated = field(default_factory=Stated)
    names: frozenset[str] = frozenset()
    everything: bool = False
    factory: str = ""
    command: Command | None = None
    settings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Probed:
    """A function that was probed, the file it is in, and whether there is a finding in it."""

    path: str
    report: Report
    finding: bool = True


@dataclass(frozen=True, slots=True)
class Answers:
    """What a run of the probe gave: the functions probed, and the findings that were proven absent.

    `notes` are lines about the command that was recorded.
    """

    probed: tuple[Probed, ...] = ()
    proven: tuple[Fact, ...] = ()
    notes: tuple[str, ...] = ()


Progress = Callable[[int, int], None]


def probe(
    subjects: Iterable[Subject], facts: Sequence[Fact], options: Options, progress: Progress | None = None
) -> tuple[list[Fact], Answers]:
    """The facts with verdicts, and what they rest on. Raises InvalidInput for inputs that cannot be read."""
    by_path = {subject.path: subject for subject in subjects}
    wanted: dict[str, list[Fact]] = {path: [] for path in by_path}
    for fact in facts:
        if can_answer(fact) and fact.span.path in wanted:
            wanted[fact.span.path].append(fact)
    chosen = {path: _chosen(subject, wanted[path], options) for path, subject in by_path.items()}
    recording = _recorded(by_path, chosen, options)
    verdicts: dict[int, Fact] = {}
    probed: list[Probed] = []
    for number, (path, subject) in enumerate(by_path.items()):
        if progress is not None:
            progress(number, len(by_path))
        reports = _probe_subject(subject, chosen[path], options, recording)
        probed += [Probed(path, report, bool(chosen[path][name].wanted)) for name, report in reports.items()]
        for fact in wanted[path]:
            around = [reports[name] for name in reports if name in _around(subject, fact)]
            if around:
                verdicts[id(fact)] = answered(fact, subject.real, around)
            elif not options.names:
                verdicts[id(fact)] = replace(fact, verdict=Verdict(Outcome.NOT_CALLABLE, "it is in no function"))
    answers = [verdicts.get(id(fact), fact) for fact in facts]
    proven = tuple(item for item in answers if item.verdict and item.verdict.outcome is Outcome.PROVEN_ABSENT)
    return answers, Answers(tuple(probed), proven, recording.notes if recording else ())


def _chosen(subject: Subject, facts: Sequence[Fact], options: Options) -> dict[str, Target]:
    """The functions of a file to probe, with what is stated about them and where their findings are."""
    chosen: dict[str, Target] = {}
    for target in _functions(subject.text):
        held = filter(target_holds(target), facts)
        wanted = tuple(dict.fromkeys((fact.span.start.line, fact.span.end.line) for fact in held))
        if target.name in options.names if options.names else options.everything or wanted:
            listed = bool(options.names) or options.everything
            chosen[target.name] = replace(_stated(target, subject, options), wanted=wanted, listed=listed)
    named = {*options.stated.inputs, *options.stated.ranges}
    named -= {name for item in chosen.values() for name in item.parameters}
    if options.names and chosen and named:
        raise DifflintError(f"no argument {min(named)!r} of {', '.join(sorted(options.names))}")
    return chosen


def _recorded(
    subjects: Mapping[str, Subject], chosen: Mapping[str, Mapping[str, Target]], options: Options
) -> Recording | None:
    if options.command is None:
        return None
    places = [(subjects[path].real, name) for path, targets in chosen.items() for name in targets]
    if not places:
        return Recording({}, "", ("no function has a finding, the command did not run; name one or say --all",))
    return record(options.command, places)


def _probe_subject(
    subject: Subject, chosen: Mapping[str, Target], options: Options, recording: Recording | None
) -> dict[str, Report]:
    reports: dict[str, Report] = {}
    targets = tuple(chosen.values())
    if recording is not None:
        records = {name: recording.records.get((subject.real, name), "") for name in chosen}
        reports = {name: Report(name, recording.missing) for name, path in records.items() if not path}
        targets = tuple(replace(chosen[name], record=path) for name, path in records.items() if path)
    if not targets:
        return reports
    try:
        backend = backend_for(subject.frameworks)
    except LookupError as error:
        return {name: Report(name, error.args[0]) for name in chosen}
    root = subject.real
    for _ in subject.module.split("."):
        root = os.path.dirname(root)
    if os.path.basename(subject.real) == "__init__.py":
        root = os.path.dirname(root)
    task = Task(subject.real, subject.module, root, backend, targets, options.effort, options.folders)
    return {**reports, **{report.name: report for report in probe_file(task)}}


def target_holds(target: Target) -> Callable[[Fact], bool]:
    """Whether a fact lies in a function."""
    return lambda fact: target.first <= fact.span.start.line <= target.last


def function_names(subject: Subject) -> list[str]:
    """The functions of a file that can be probed."""
    return [target.name for target in _functions(subject.text)]


def _around(subject: Subject, fact: Fact) -> set[str]:
    return {target.name for target in _functions(subject.text) if target_holds(target)(fact)}


def _functions(text: str) -> list[Target]:
    """Functions of a file and methods of its classes, outermost only: inner ones run when those do."""
    found: list[Target] = []
    pending: list[tuple[str, ast.AST]] = [("", ast.parse(text))]
    while pending:
        prefix, node = pending.pop(0)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
                first = min([child.lineno, *(item.lineno for item in child.decorator_list)])
                last = child.end_lineno or child.lineno
                found.append(Target(prefix + child.name, first, last, _parameters(child.args)))
            elif isinstance(child, ast.ClassDef):
                pending.append((f"{prefix}{child.name}.", child))
            elif isinstance(child, (ast.If, ast.Try, ast.With)):
                pending.append((prefix, child))
    return found


def _parameters(arguments: ast.arguments) -> tuple[str, ...]:
    return tuple(item.arg for item in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs))


def _stated(target: Target, subject: Subject, options: Options) -> Target:
    """Inputs and ranges of a function: settings, comments above it or on its first line, then flags."""
    flags = options.stated
    key = f"{subject.module}:{target.name}"
    settings = dict(options.settings.get(key, {}))
    factory = options.factory or settings.pop(FACTORY, "")
    expected = f"an argument of {target.name}: {', '.join(target.parameters)}"
    strange = sorted(settings.keys() - set(target.parameters))
    problems = [Problem(f"[tool.difflint.probe.{key!r}]", "", repr(name), expected) for name in strange]
    inputs: dict[str, str] = {}
    for pragma in subject.pragmas:
        if pragma.verb == "probe" and _about(pragma.line, target, subject):
            place = f"line {pragma.line}, column {pragma.column}"
            try:
                inputs |= parse_inputs(pragma.arguments)
            except ValueError as error:
                problems.append(Problem(subject.path, place, repr(pragma.arguments), str(error)))
            for name in inputs.keys() - set(target.parameters):
                problems.append(Problem(subject.path, place, repr(name), expected))
    if problems:
        raise InvalidInput(problems)
    ranges: dict[str, tuple[float, float]] = {}
    for line, stated in subject.ranges.items():
        if _about(line, target, subject):
            ranges |= stated
    return replace(
        target, inputs={**settings, **inputs, **flags.inputs}, ranges={**ranges, **flags.ranges}, factory=factory
    )


def _about(line: int, target: Target, subject: Subject) -> bool:
    """Whether a comment stands on the first line of a function or right above it, other comments between."""
    if line == target.first:
        return True
    between = subject.text.splitlines()[line : target.first - 1]
    return line < target.first and all(text.lstrip().startswith("#") for text in between)
