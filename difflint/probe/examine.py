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
from difflint.probe.callee import Callee, Uncallable, find
from difflint.probe.curves import Drawing
from difflint.probe.evaluation import Evaluate, directions
from difflint.probe.inputs import Plan
from difflint.probe.protocol import Proof, Report, Seen, Target, Task
from difflint.probe.rays import narrow_points, overflow_points
from difflint.probe.replay import Script
from difflint.probe.search import analyse


def examine(module: ModuleType, target: Target, task: Task, backend: Backend, roots: tuple[str, ...]) -> Report:
    """The report on one function of an imported module."""
    until = time.monotonic() + task.effort.timeout / 2
    try:
        callee = find(module, target, backend, roots)
    except Uncallable as error:
        return Report(target.name, str(error))
    report = _report(callee, callee.made.text if callee.made else "", target, task, backend, roots, until)
    how = backend.OBJECTS.switched(callee.made.owner) if callee.made and backend.OBJECTS else None
    if callee.made is None or how is None or _executed(callee.evaluate, callee.plan, task.path) <= report.lines:
        return report
    return _joined(report, _report(callee, callee.made.text + how, target, task, backend, roots, until))


def _report(
    callee: Callee, made: str, target: Target, task: Task, backend: Backend, roots: tuple[str, ...], until: float
) -> Report:
    """The report on a function as it is called; `made` is the object whose method it is, pictures end at a time."""
    evaluate, plan = callee.evaluate, callee.plan
    if not _deterministic(evaluate, plan):
        return Report(target.name, "two calls with the same input differ")
    effort = task.effort
    analysis = analyse(evaluate, (plan.low, plan.high), plan.limits, effort.seed, effort.samples, effort.budget)
    if not target.inputs and not target.ranges:
        analysis.points += overflow_points(callee.native or evaluate, plan.low, plan.high, effort.seed)
    if callee.native is not None:
        analysis.points += narrow_points(callee.native, evaluate, plan.low, plan.high, effort.seed)
    draw = Drawing(evaluate, plan.limits, plan.scale, target.pictures, until)
    points = [draw(point) for point in analysis.points]
    write = Script(task.module, target.name, plan, backend, made)
    report = Report(
        target.name,
        "",
        tuple(Seen(item.kind.value, item.spans, write.witness(item)) for item in points),
        _executed(evaluate, plan, task.path),
        tuple((item.span, item.margin) for item in analysis.reached),
        write.inputs(),
        analysis.evaluations,
    )
    run = backend.over_box(callee.call) if plan.stated else None
    return report if run is None else replace(report, proof=_proof(run, plan, roots, effort.boxes))


def _joined(first: Report, second: Report) -> Report:
    """One report on an object in training and in use, which run different lines."""
    return replace(
        first,
        points=first.points + second.points,
        lines=first.lines | second.lines,
        margins=first.margins + second.margins,
        evaluations=first.evaluations + second.evaluations,
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
    yield plan.low
    yield plan.high
