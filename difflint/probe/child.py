"""The child process: imports one file of the user and probes its functions, one report each.

Reports go to a pipe of their own, so nothing the user's code prints can corrupt them.
"""

from __future__ import annotations

import importlib.util
import inspect
import json
import os
import random
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import FrameType, ModuleType
from typing import Any

import numpy as np

from difflint.catalogue.load import load
from difflint.probe.backends import numpy as backend
from difflint.probe.boxes.certify import certify
from difflint.probe.evaluation import Evaluate, directions
from difflint.probe.guard import Guard, limit
from difflint.probe.inputs import MissingInput, Plan, plans
from difflint.probe.points import Analysis
from difflint.probe.protocol import Proof, Report, Seen, Target, Task, decode_task, encode
from difflint.probe.rays import overflow_points
from difflint.probe.replay import text, witness
from difflint.probe.search import analyse
from difflint.probe.stated import Stated

_FILE_SIZE = 64 << 20
_DRAWS = 3
_STARTING = 60
"""Seconds of processor time that are nobody's function."""


def main() -> None:
    """Entry of the child: the task's file and the descriptor to report to are its arguments."""
    with open(sys.argv[1], encoding="utf-8") as stream:
        task = decode_task(stream.read())
    out = int(sys.argv[2])
    seconds = int(task.effort.timeout * (len(task.targets) + 1)) + _STARTING
    limit(task.effort.memory, seconds, _FILE_SIZE)
    load()  # before the guard: reading the rules may write this user's cache
    guard = Guard(os.getcwd())
    if not task.effort.effects:
        guard.install()
    roots = (os.path.realpath(task.root) + os.sep,)
    threading.stack_size(64 << 20)
    sys.dont_write_bytecode = True
    with backend.hook(roots):
        _probe_all(task, roots, guard, lambda kind, data: _send(out, kind, data))
    os._exit(0)


def _send(out: int, kind: str, data: str) -> None:
    line = (json.dumps(kind)[1:-1] + " " + data + "\n").encode()
    while line:
        line = line[os.write(out, line) :]


def _probe_all(task: Task, roots: tuple[str, ...], guard: Guard, send: Callable[[str, str], None]) -> None:
    try:
        module = _import(task)
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        send("failed", json.dumps(f"importing the file ends in {backend.describe(error)}"))
        return
    send("imported", "{}")
    for target in task.targets:
        send("begin", json.dumps(target.name))
        send("report", encode(_probe(module, target, task, roots, guard)))


def _import(task: Task) -> ModuleType:
    """The user's file under its dotted name, never `__main__`; its root comes last, so it shadows nothing."""
    sys.path.append(task.root)
    sys.argv = [task.path]
    spec = importlib.util.spec_from_file_location(task.module, task.path)
    if spec is None or spec.loader is None:
        raise ImportError("no loader for this file")
    if "." in task.module:
        importlib.import_module(task.module.rpartition(".")[0])
    module = importlib.util.module_from_spec(spec)
    sys.modules[task.module] = module
    spec.loader.exec_module(module)
    return module


def _probe(module: ModuleType, target: Target, task: Task, roots: tuple[str, ...], guard: Guard) -> Report:
    try:
        function = _resolve(module, target.name)
        evaluate, plan = _callable(function, Stated(target.inputs, target.ranges), roots)
    except (MissingInput, _Uncallable) as error:
        return Report(target.name, str(error), notes=tuple(guard.refused))
    if not _deterministic(evaluate, plan):
        return Report(target.name, "two calls with the same input differ", notes=tuple(guard.refused))
    effort = task.effort
    analysis = analyse(evaluate, (plan.low, plan.high), plan.limits, effort.seed, effort.samples, effort.budget)
    if not target.inputs and not target.ranges:
        analysis.points += overflow_points(evaluate, plan.low, plan.high, effort.seed)
    report = _report(target.name, task.module, plan, analysis, _executed(evaluate, plan, task.path), guard)
    return replace(report, proof=_proof(function, plan, roots, effort.boxes)) if plan.stated else report


def _proof(function: Callable[..., Any], plan: Plan, roots: tuple[str, ...], boxes: int) -> Proof:
    """What cannot happen in the stated box."""
    run = backend.over_box(lambda x: plan.call(function, x))
    found = certify(run, plan.low.tolist(), plan.high.tolist(), roots, boxes)
    absent, present = (tuple((span, kind.value) for span, kind in part) for part in (found.absent, found.present))
    return Proof(absent, present, found.boxes, plan.box, found.open)


def _report(name: str, module: str, plan: Plan, analysis: Analysis, lines: frozenset[int], guard: Guard) -> Report:
    return Report(
        name,
        "",
        tuple(Seen(item.kind.value, item.spans, witness(item, plan, module, name)) for item in analysis.points),
        lines,
        tuple((item.span, item.margin) for item in analysis.reached),
        ", ".join(
            f"{item.name}: {'×'.join(map(str, item.shape)) or 'number'}"
            if item.differentiable
            else f"{item.name}={text(item.constant)}"
            for item in plan.arguments
        ),
        analysis.evaluations,
        tuple(guard.refused),
    )


class _Uncallable(Exception):
    """Why a function cannot be called, for the report."""


def _resolve(module: ModuleType, name: str) -> Callable[..., Any]:
    """A function, or a method of an object made without arguments."""
    owner: Any = module
    parts = name.split(".")
    for part in parts[:-1]:
        owner = getattr(owner, part, None)
        if owner is None:
            raise _Uncallable(f"{name} is defined inside of another function")
    function = getattr(owner, parts[-1], None)
    if inspect.isclass(owner) and isinstance(inspect.getattr_static(owner, parts[-1], None), type(_resolve)):
        try:
            function = getattr(owner(), parts[-1])
        except (Exception, SystemExit) as error:
            raise _Uncallable(f"{owner.__name__}() fails: {backend.describe(error)}") from None
    if not callable(function):
        raise _Uncallable(f"the module has no function {name}")
    made: Callable[..., Any] = function
    return made


def _callable(function: Callable[..., Any], stated: Stated, roots: tuple[str, ...]) -> tuple[Evaluate, Plan]:
    """The first plan that the function accepts."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        raise _Uncallable("it has no signature") from None
    problem = "no argument is a number to differentiate by"
    rng = np.random.default_rng(0)
    for plan in plans(signature, stated):
        evaluate = _evaluator(function, plan, roots)
        along = directions(len(plan.low), rng)[:1]
        for _ in range(_DRAWS):
            item = evaluate(rng.uniform(plan.low, plan.high), along)
            if not item.error and len(item.value):
                return evaluate, plan
            problem = item.error or "it returns no floating-point number"
            if not item.error:
                break
    raise _Uncallable(problem + _advice(signature, stated, problem))


def _advice(signature: inspect.Signature, stated: Stated, problem: str) -> str:
    """The flag that gives the input nothing is known about."""
    for parameter in signature.parameters.values():
        free = parameter.default is parameter.empty and parameter.name not in stated.inputs
        if free and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            return f"; say --input {parameter.name}='normal(3)'"
    return ""


def _evaluator(function: Callable[..., Any], plan: Plan, roots: tuple[str, ...]) -> Evaluate:
    def seeded(x: Any) -> Any:
        random.seed(0)
        np.random.seed(0)
        return plan.call(function, x)

    return backend.evaluator(seeded, roots)


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
