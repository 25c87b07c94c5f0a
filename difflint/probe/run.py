"""Probing files: which functions, in which child process, for which findings."""

from __future__ import annotations

import ast
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from difflint.errors import InvalidInput, Problem
from difflint.facts import Fact
from difflint.probe.backends import numpy as backend
from difflint.probe.inputs import Stated, argument_of, parse_inputs
from difflint.probe.match import answered, can_answer
from difflint.probe.protocol import Effort, Report, Target, Task
from difflint.probe.sandbox import probe_file
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


Progress = Callable[[int, int], None]


def probe(
    subjects: Iterable[Subject], facts: Sequence[Fact], options: Options, progress: Progress | None = None
) -> tuple[list[Fact], list[Probed]]:
    """The facts with verdicts, and the reports they rest on. Raises InvalidInput for inputs that cannot be read."""
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
    return [verdicts.get(id(fact), fact) for fact in facts], probed


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
    strange = [name for name in subject.frameworks if name not in backend.FRAMEWORKS]
    if strange:
        problem = f"the probe has no backend for {' and '.join(strange)} yet"
        return {target.name: Report(target.name, problem) for target in chosen}
    targets = tuple(_stated(target, subject, options.stated) for target in chosen)
    root = subject.real
    for _ in subject.module.split("."):
        root = os.path.dirname(root)
    if os.path.basename(subject.real) == "__init__.py":
        root = os.path.dirname(root)
    reports = probe_file(Task(subject.real, subject.module, root, targets, options.effort))
    return {report.name: report for report in reports}


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
                found.append(Target(prefix + child.name, first, child.end_lineno or child.lineno))
            elif isinstance(child, ast.ClassDef):
                pending.append((f"{prefix}{child.name}.", child))
            elif isinstance(child, (ast.If, ast.Try, ast.With)):
                pending.append((prefix, child))
    return found


def _stated(target: Target, subject: Subject, flags: Stated) -> Target:
    """Inputs and ranges of a function: comments above it or on its first line, then flags."""
    inputs: dict[str, str] = {}
    problems: list[Problem] = []
    for pragma in subject.pragmas:
        if pragma.verb == "probe" and _about(pragma.line, target, subject):
            try:
                inputs |= parse_inputs(pragma.arguments)
            except ValueError as error:
                place = f"line {pragma.line}, column {pragma.column}"
                problems.append(Problem(subject.path, place, repr(pragma.arguments), str(error)))
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


def stated_flags(inputs: Iterable[str], ranges: Iterable[str]) -> Stated:
    """`--input x=normal(3)` and `--range x=lo:hi`. Raises ValueError with what is wrong."""
    given: dict[str, str] = {}
    for text in inputs:
        name, equals, value = text.partition("=")
        if not equals or not name.strip().isidentifier():
            raise ValueError(f"--input {text!r}: expected NAME=SPEC such as x='normal(3,2)'")
        argument_of(name.strip(), value)
        given[name.strip()] = value
    limits: dict[str, tuple[float, float]] = {}
    for text in ranges:
        name, _, value = text.partition("=")
        low, colon, high = value.partition(":")
        try:
            limits[name.strip()] = (float(low), float(high))
        except ValueError:
            colon = ""
        if not colon or not name.strip().isidentifier() or not limits[name.strip()][0] < limits[name.strip()][1]:
            raise ValueError(f"--range {text!r}: expected NAME=LOW:HIGH such as x=-5:5")
    return Stated(given, limits)
