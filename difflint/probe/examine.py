"""Probing one function: find how to call it, search, prove, report."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import FrameType, ModuleType
from typing import Any

import numpy as np

from difflint.probe.backends import Backend
from difflint.probe.boxes.certify import certify
from difflint.probe.boxes.number import Ranged
from difflint.probe.callee import Callee, Uncallable, failure, find
from difflint.probe.curves import Drawing
from difflint.probe.evaluation import Evaluate, directions
from difflint.probe.inputs import Plan
from difflint.probe.protocol import Proof, Report, Seen, Target, Task
from difflint.probe.rays import overflow_points
from difflint.probe.reach import alternatives, difference, obstacle
from difflint.probe.reading import Function, definition
from difflint.probe.replay import Script
from difflint.probe.search import analyse


def examine(module: ModuleType, target: Target, task: Task, backend: Backend, roots: tuple[str, ...]) -> Report:
    """The report on one function of an imported module."""
    try:
        callee = find(module, target, backend, roots)
    except Uncallable as error:
        return Report(target.name, str(error))
    evaluate, plan = callee.evaluator(), callee.plan
    if not _deterministic(evaluate, plan):
        return Report(target.name, "two calls with the same input differ")
    report = _searched(callee, evaluate, target, task)
    source = definition(task.path, target)
    for lines in target.wanted:
        if source is not None and not _has_run(report, lines):
            report = _elsewhere(report, callee, source, lines, target, task)
    run = backend.over_box(callee.call) if plan.stated else None
    return report if run is None else replace(report, proof=_proof(run, plan, roots, task.effort.boxes))


def _searched(callee: Callee, evaluate: Evaluate, target: Target, task: Task) -> Report:
    """The points of a function with one plan of its arguments."""
    effort, plan = task.effort, callee.plan
    until = time.monotonic() + effort.timeout / 2
    analysis = analyse(evaluate, (plan.low, plan.high), plan.limits, effort.seed, effort.samples, effort.budget)
    if not target.inputs and not target.ranges:
        analysis.points += overflow_points(evaluate, plan.low, plan.high, effort.seed)
    lines = ((1, sys.maxsize),) if target.listed else target.wanted
    draw = Drawing(evaluate, plan.limits, plan.scale, lines, until)
    points = [draw(point) for point in analysis.points]
    write = Script(task.module, target.name, callee.called, plan, callee.backend, callee.given)
    return Report(
        target.name,
        "",
        tuple(Seen(item.kind.value, item.spans, write.witness(item)) for item in points),
        _executed(evaluate, plan, task.path),
        tuple((item.span, item.margin) for item in analysis.reached),
        write.inputs(),
        analysis.evaluations,
    )


Lines = tuple[int, int]
"""The first and the last line of a finding."""


def _has_run(report: Report, wanted: Lines) -> bool:
    executed = report.lines.union(*(lines for _, lines in report.others))
    return not executed.isdisjoint(range(wanted[0], wanted[1] + 1))


def _elsewhere(report: Report, callee: Callee, source: Function, wanted: Lines, target: Target, task: Task) -> Report:
    """The report with what another argument shows, one that makes the function run the lines of a finding."""
    condition = obstacle(source, wanted[0], report.lines)
    if condition is None:
        return report
    rng = np.random.default_rng(0)
    problems: list[str] = []
    for plan in alternatives(source, condition, callee.plan, {*target.inputs, *callee.given.values}):
        other = replace(callee, plan=plan)
        text, problem = difference(plan, callee.plan), failure(other, rng)
        if problem:
            problems.append(f"with {text} it raises {problem}")
            continue
        evaluate = other.evaluator()
        lines = _executed(evaluate, plan, task.path)
        if not lines.isdisjoint(range(wanted[0], wanted[1] + 1)):
            return _joined(report, _searched(other, evaluate, target, task), text, lines)
    live = sorted(item.name for item in callee.plan.arguments if item.differentiable and item.name in condition.names)
    advice = [f"say --range {live[0]}=LOW:HIGH"] if live and not problems else []
    parts = (f"guarded by {condition.text}", *problems[:1], *advice)
    return replace(report, obstacles=(*report.obstacles, (wanted[0], "; ".join(parts))))


def _joined(report: Report, more: Report, text: str, lines: frozenset[int]) -> Report:
    """Two reports as one; what only the second shows says which argument it needs."""
    known = {(item.kind, item.spans) for item in report.points}
    points = tuple(
        replace(item, witness=replace(item.witness, detail=f"{item.witness.detail} with {text}".strip()))
        for item in more.points
        if (item.kind, item.spans) not in known
    )
    return replace(
        report,
        points=report.points + points,
        margins=report.margins + more.margins,
        evaluations=report.evaluations + more.evaluations,
        others=(*report.others, (text, lines)),
    )


def _proof(run: Callable[[list[Ranged]], Any], plan: Plan, roots: tuple[str, ...], boxes: int) -> Proof:
    """What cannot happen in the stated box."""
    found = certify(run, plan.low.tolist(), plan.high.tolist(), roots, boxes)
    absent, present = (tuple((span, kind.value) for span, kind in part) for part in (found.absent, found.present))
    return Proof(absent, present, found.boxes, plan.box, found.open)


def _deterministic(evaluate: Evaluate, plan: Plan) -> bool:
    x = (plan.low + plan.high) / 2 + 0.01
    along = directions(len(plan.low), np.random.default_rng(0))[:1]
    first, second = evaluate(x, along), evaluate(x, along)
    return first.value.shape == second.value.shape and np.array_equal(first.value, second.value, equal_nan=True)


def _executed(evaluate: Evaluate, plan: Plan, path: str) -> frozenset[int]:
    """The lines of the file that a few evaluations run."""
    lines: set[int] = set()
    rng = np.random.default_rng(0)

    def line(frame: FrameType, event: str, _: Any) -> Any:
        lines.add(frame.f_lineno)
        return line

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        return line(frame, event, argument) if frame.f_code.co_filename == path else None

    for x in _spread(plan, rng):
        sys.settrace(trace)
        try:
            evaluate(x, np.ones((1, len(x))))
        finally:
            sys.settrace(None)
    return frozenset(lines)


def _spread(plan: Plan, rng: np.random.Generator) -> Iterator[Any]:
    for _ in range(8):
        yield rng.uniform(plan.low, plan.high)
    yield (plan.low + plan.high) / 2
    yield plan.low
    yield plan.high
