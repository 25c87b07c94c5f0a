"""The evaluation of a function with tangents: trace it once for every path, run, observe, compare with reverse mode."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from difflint.probe.backends.jax_margins import Observed, decided, observe
from difflint.probe.backends.jax_program import Decision, Program, Tape
from difflint.probe.backends.jax_reverse import sources
from difflint.probe.backends.jax_segment import Step, Value, is_float
from difflint.probe.backends.jax_trace import Path, Traced, numbers, trace
from difflint.probe.evaluation import MANY, Evaluation, describe
from difflint.probe.events import Array, EventKind, Recorder, error_span, recording
from difflint.source import Span

_REFUSALS = (
    jax.errors.ConcretizationTypeError,
    jax.errors.TracerArrayConversionError,
    jax.errors.TracerIntegerConversionError,
    jax.errors.UnexpectedTracerError,
)
"""What tracing raises where running does not; the last one where a branch is in a function that is compiled."""


class Evaluator:
    """A function of one vector, evaluated with tangents."""

    def __init__(self, function: Callable[[Any], Any], roots: tuple[str, ...]) -> None:
        self._function = function
        self._roots = roots
        self._paths: dict[Path | None, Traced] = {}
        self._last: Path | None = None
        self._located: dict[tuple[Program, int], list[tuple[str, Span | None]]] = {}
        self._single: Program | None = None
        self._error = ""
        self._refused: list[tuple[str, Any]] = []
        self._untraceable = False

    def __call__(self, x: Array, directions: Array) -> Evaluation:
        if sys.gettrace() is not None:
            self._walk(x)
        recorder = Recorder(len(directions), self._roots)
        try:
            if not self._paths and not self._error:
                self._begin(len(x))
            if self._error:
                raise RuntimeError(self._error)
            value, tangents = self._plainly(x, directions) if self._untraceable else self._run(x, directions, recorder)
        except (Exception, SystemExit) as error:
            return _failed(x, directions, recorder, self._error or describe(error))
        with recording(recorder):
            for what, span in self._refused:
                with recorder.at(span):
                    recorder.record(EventKind.REFUSED, what)
        return Evaluation(x, value, tangents, tuple(recorder.events), recorder.signature)

    def _walk(self, x: Array) -> None:
        """Somebody follows lines: run those that this input reaches, which a traced program does not do."""
        with contextlib.suppress(Exception, SystemExit), jax.disable_jit():
            self._function(jnp.asarray(x))

    def _begin(self, size: int) -> None:
        """Trace as the framework does; where a branch is refused, path by path; where that is too, not at all."""
        for path in (None, ()):
            try:
                self._paths[path] = trace(self._function, size, float, self._roots, path)
                self._last = path
                return
            except jax.errors.TracerBoolConversionError as error:
                self._refuse(error)
            except _REFUSALS as error:
                self._refuse(error)
                break
            except (Exception, SystemExit) as error:
                self._error = describe(error)
                return
        self._untraceable = True

    def _refuse(self, error: Exception) -> None:
        self._refused.append((describe(error).partition(" The error occurred")[0], error_span(error, self._roots)))

    def _plainly(self, x: Array, directions: Array) -> tuple[Array, Array]:
        """Only the value, without compiling: the framework raises before there is a derivative."""
        with jax.disable_jit():
            found = numbers(self._function(jnp.asarray(x)))
        value = np.concatenate([np.ravel(np.asarray(item, dtype=float)) for item in found]) if found else np.zeros(0)
        return value, np.full((len(directions), len(value)), np.nan)

    def _run(self, x: Array, directions: Array, recorder: Recorder) -> tuple[Array, Array]:
        count = len(directions)
        rows = np.zeros((max(count, min(len(x), MANY) + 1), len(x)))
        rows[:count] = directions
        traced, tape = self._follow(x, rows)
        observed = observe(tape, recorder)
        own = traced.program.count
        with recording(recorder):
            for span, item in zip(traced.asked, tape.results[own:]):
                with recorder.at(span):
                    decided(item, EventKind.BRANCH)
            for item in tape.results[:own]:
                decided(item, EventKind.JUMP)
        value, tangents = _joined(tape.results[:own], len(rows))
        if count > 1 and np.isfinite(value).all():
            self._reverse(traced.program, x, tape, observed, recorder)
            if observed.close and self._last is None:
                value = self._singly(x, value, recorder)
        return value, tangents[:count]

    def _singly(self, x: Array, value: Array, recorder: Recorder) -> Array:
        """The value in single precision where that is no number, and what makes it or its gradient none."""
        with jax.enable_x64(False):
            if self._single is None:
                self._single = trace(self._function, len(x), np.float32, self._roots, None).program
            tape = self._single.run(jnp.asarray(x, np.float32), np.zeros((1, len(x)), np.float32))
            found, _ = _joined(tape.results[: self._single.count], 1)
            if np.isfinite(found).all() and np.isfinite(self._single.gradient(jnp.asarray(x, np.float32))).all():
                return value
            steps = [done for done in tape.done if isinstance(done, Step)]
            lost = [step.node for step in steps if _begins(step)]
            kind = EventKind.MASKED if np.isfinite(found).all() else EventKind.NONFINITE
            origins = self._sources(tape, self._single) if kind is EventKind.MASKED else []
        for operator, span in [*((node.name, node.span) for node in lost), *origins]:
            with recorder.at(span):
                recorder.record(kind, operator)
        return value if kind is EventKind.MASKED else found

    def _follow(self, x: Array, rows: Array) -> tuple[Traced, Tape]:
        """The program of the path that an input takes, and its tape."""
        while True:
            traced = self._paths[self._last]
            tape = traced.program.run(x, rows)
            path = tuple(bool(item.p) for item in tape.results[traced.program.count :])
            if self._last is None or (traced.complete and path == self._last):
                return traced, tape
            known = [step for step in range(len(path) + 1) if path[:step] in self._paths]
            best = path[: max(known)] if known else ()
            different = best != self._last and best in self._paths
            self._last = best if different else path
            if self._last not in self._paths:
                self._paths[self._last] = trace(self._function, len(x), float, self._roots, self._last)

    def _reverse(self, program: Program, x: Array, tape: Tape, observed: Observed, recorder: Recorder) -> None:
        """Reverse mode finds what selections hide from tangents."""
        try:
            gradient = program.gradient(x)
        except (TypeError, ValueError, NotImplementedError) as error:
            loop = next((done.span for done in tape.done if isinstance(done, Decision) and done.name == "while"), None)
            if not self._refused:
                self._refused.append((describe(error), error_span(error, self._roots) or loop))
            gradient = np.zeros(0)
        if gradient.size and not np.isnan(gradient).any():
            return
        for operator, span in [*(self._sources(tape, program) if gradient.size else ()), *observed.masks]:
            with recorder.at(span):
                recorder.record(EventKind.MASKED, operator)

    def _sources(self, tape: Tape, program: Program) -> list[tuple[str, Span | None]]:
        """Where the gradient becomes NaN; found once for tapes that are infinite or NaN at the same operations."""
        steps = [done for done in tape.done if isinstance(done, Step)]
        pattern = program, hash(tuple(out.finite for step in steps for out in step.outs))
        if pattern not in self._located:
            self._located[pattern] = sources(tape, program.count)
        return self._located[pattern]


def _begins(step: Step) -> bool:
    """Whether an operation makes a number that is not finite of numbers that are."""
    return not all(out.finite for out in step.outs) and all(item.finite for item in step.operands)


def _joined(results: list[Value], count: int) -> tuple[Array, Array]:
    values, tangents = [np.zeros(0)], [np.zeros((count, 0))]
    for item in results:
        p = np.asarray(item.p)
        t = np.asarray(item.t) if item.t is not None and is_float(p) else np.zeros((count, *p.shape))
        values.append(p.astype(float).reshape(-1))
        tangents.append(t.astype(float).reshape(count, -1))
    return np.concatenate(values), np.concatenate(tangents, axis=1)


def _failed(x: Array, directions: Array, recorder: Recorder, problem: str) -> Evaluation:
    count = len(directions)
    return Evaluation(x, np.zeros(0), np.zeros((count, 0)), tuple(recorder.events), recorder.signature, problem)
