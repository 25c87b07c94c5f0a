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
from difflint.probe.sandbox import probe_file
from difflint.probe.stated import Stated, parse_inputs
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
    """What the user asks of the probe: `everything` probes functions without a finding as well."""

    effort: Effort = field(default_factory=Effort)
    stated: Stated = field(default_factory=Stated)
    names: frozenset[str] = frozenset()
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Probed:
    """A function that was probed, and the file it is in."""

    path: str
    report: Report


@dataclass(frozen=True, slots=True)
class Answers:
    """What a run of the probe gave: the functions probed, and the findings that were proven absent."""

    probed: tuple[Probed, ...] = ()
    proven: tuple[Fact, ...] = ()


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
    verdicts: dict[int, Fact] = {}
    probed: list[Probed] = []
    for number, (path, subject) in enumerate(by_path.items()):
        if progress is not None:
            progress(number, len(by_path))
        reports = _probe_subject(subject, wanted[path], options)
        probed += [Probed(path, report) for report in reports.values()]
        for fact in wanted[path]:
            around = [reports[name] for name in reports if name in _around(subject, fact)]
            if around:
                verdicts[id(fact)] = answered(fact, subject.real, around)
            elif not options.names:
                verdicts[id(fact)] = replace(fact, verdict=Verdict(Outcome.NOT_CALLABLE, "it is in no function"))
    answers = [verdicts.get(id(fact), fact) for fact in facts]
    proven = tuple(item for item in answers if item.verdict and item.verdict.outcome is Outcome.PROVEN_ABSENT)
    return answers, Answers(tuple(probed), proven)


def _probe_subject(subject: Subject, facts: Sequence[Fact], options: Options) -> dict[str, Report]:
    functions = _functions(subject.text)
    chosen = [
        target
        for target in functions
        if (
            target.name in options.names
            if options.names
            else options.everything or any(map(target_holds(target), facts))
        )
    ]
    if not chosen:
        return {}
    try:
        backend = backend_for(subject.frameworks)
    except LookupError as error:
        return {target.name: Report(target.name, error.args[0]) for target in chosen}
    pictures = _pictures(subject, facts, options)
    targets = tuple(replace(_stated(target, subject, options.stated), pictures=pictures) for target in chosen)
    named = {*options.stated.inputs, *options.stated.ranges} - {name for item in chosen for name in item.parameters}
    if options.names and named:
        raise DifflintError(f"no argument {min(named)!r} of {', '.join(sorted(options.names))}")
    root = subject.real
    for _ in subject.module.split("."):
        root = os.path.dirname(root)
    if os.path.basename(subject.real) == "__init__.py":
        root = os.path.dirname(root)
    reports = probe_file(Task(subject.real, subject.module, root, backend, targets, options.effort))
    return {report.name: report for report in reports}


def _pictures(subject: Subject, facts: Sequence[Fact], options: Options) -> tuple[tuple[int, int], ...]:
    """Where points are drawn: everywhere if all are listed, else at the findings."""
    if options.names or options.everything:
        return ((1, len(subject.text.splitlines())),)
    return tuple(sorted({(fact.span.start.line, fact.span.end.line) for fact in facts}))


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


def _stated(target: Target, subject: Subject, flags: Stated) -> Target:
    """Inputs and ranges of a function: comments above it or on its first line, then flags."""
    inputs: dict[str, str] = {}
    problems: list[Problem] = []
    for pragma in subject.pragmas:
        if pragma.verb == "probe" and _about(pragma.line, target, subject):
            place = f"line {pragma.line}, column {pragma.column}"
            try:
                inputs |= parse_inputs(pragma.arguments)
            except ValueError as error:
                problems.append(Problem(subject.path, place, repr(pragma.arguments), str(error)))
            for name in inputs.keys() - set(target.parameters):
                expected = f"an argument of {target.name}: {', '.join(target.parameters)}"
                problems.append(Problem(subject.path, place, repr(name), expected))
    if problems:
        raise InvalidInput(problems)
    ranges: dict[str, tuple[float, float]] = {}
    for line, stated in subject.ranges.items():
        if _about(line, target, subject):
            ranges |= stated
    return replace(target, inputs={**inputs, **flags.inputs}, ranges={**ranges, **flags.ranges})


def _about(line: int, target: Target, subject: Subject) -> bool:
    """Whether a comment stands on the first line of a function or right above it, other comments between."""
    if line == target.first:
        return True
    between = subject.text.splitlines()[line : target.first - 1]
    return line < target.first and all(text.lstrip().startswith("#") for text in between)
