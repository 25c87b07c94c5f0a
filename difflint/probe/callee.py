"""How to call a function of the user: which object it belongs to, which arguments it takes."""

from __future__ import annotations

import inspect
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

import numpy as np

from difflint.probe.backends import Backend, Want
from difflint.probe.evaluation import Evaluate, describe, directions
from difflint.probe.given import NOTHING, Given, Unusable, from_factory, from_record, ways
from difflint.probe.inputs import (
    Argument,
    Found,
    Maker,
    MissingInput,
    Plan,
    integers,
    keyed,
    listed,
    plans,
    shares,
    truths,
)
from difflint.probe.keys import keys_of
from difflint.probe.missing import free_arguments, suggestion
from difflint.probe.protocol import Target
from difflint.probe.reading import Function, definition
from difflint.probe.stated import Stated
from difflint.probe.subject import OBJECTS, Subject, Uncallable, is_method, subjects

_DRAWS = 3
_LESSONS = 24
"""Sets of replaced arguments that failures may teach."""
_MAKERS: Mapping[Want, Maker] = {Want.INTEGERS: integers, Want.TRUTHS: truths, Want.ITEMS: listed}
_NUMBER = 0.5
_PATIENCE = 6.0
"""Seconds of processor time for finding arguments, shared by objects: what nobody can guess should not use up the
time of the function."""
NO_NUMBER = "it returns no floating-point number"


@dataclass(frozen=True, slots=True)
class Callee:
    """A function and how to call it."""

    subject: Subject
    plan: Plan
    given: Given
    backend: Backend
    roots: tuple[str, ...]

    def call(self, x: Any) -> Any:
        """Call it with the arguments that the flat vector stands for."""
        return self.plan.call(self.subject.function, x)

    def evaluator(self) -> Evaluate:
        """How it is evaluated with dual numbers; draws are the same in every call."""
        return self.backend.evaluator(self._seeded, self.roots)

    def native(self) -> Evaluate | None:
        """The same in the precision the code runs in by default, None if that is double precision."""
        return self.backend.native(self._seeded, self.roots)

    def switched(self) -> Callee | None:
        """The method of the same object in use instead of in training, None if there is no difference."""
        made, objects = self.subject.made, self.backend.OBJECTS
        how = objects.switched(made.owner) if made is not None and objects is not None else None
        if made is None or how is None:
            return None
        return replace(self, subject=replace(self.subject, made=replace(made, text=made.text + how)))

    def _seeded(self, x: Any) -> Any:
        self.backend.seed()
        return self.call(x)


@dataclass(frozen=True, slots=True)
class _Trial:
    """A function whose arguments are looked for until a time of the processor, and what is said about them."""

    subject: Subject
    signature: inspect.Signature
    stated: Stated
    given: Given
    backend: Backend
    roots: tuple[str, ...]
    until: float

    def callees(self, found: Found) -> Iterator[Callee]:
        """Ways to call it, the likeliest first. Raises MissingInput."""
        for plan in plans(self.signature, self.stated, found):
            arguments = (*plan.arguments, *(self.subject.state or ()))
            plan = replace(plan, arguments=arguments, array=self.backend.array)
            yield Callee(self.subject, plan, self.given, self.backend, self.roots)


def find(module: ModuleType, target: Target, backend: Backend, roots: tuple[str, ...]) -> Callee:
    """The first way to call a function that it accepts. Raises Uncallable."""
    given = _given(module, target)
    stated = Stated(target.inputs, target.ranges)
    path = str(module.__file__)
    source = definition(path, target)
    problem = ""
    for subject in subjects(module, target.name, given, backend):
        try:
            signature = inspect.signature(subject.function)
        except (TypeError, ValueError):
            raise Uncallable("it has no signature") from None
        try:
            until = time.process_time() + _PATIENCE / (
                1 if subject.made is None or given.owner is not None else OBJECTS
            )
            return _first(_Trial(subject, signature, stated, given, backend, roots, until), source, path)
        except Uncallable as error:
            problem = problem or str(error)
    raise Uncallable(problem)


def _first(trial: _Trial, source: Function | None, path: str) -> Callee:
    """The first arguments that a function accepts. Raises Uncallable, with what to say about which argument."""
    problem, tried = "no argument is a number to differentiate by", None
    rng = np.random.default_rng(0)
    try:
        for known in ways(trial.signature, trial.stated, trial.given, source, trial.backend.numbers):
            callee, said = _taught(trial, {**_known(trial), **known}, rng)
            if callee is not None and not said:
                return callee
            if callee is not None:
                problem, tried = said, callee
    except (MissingInput, Unusable) as error:
        raise Uncallable(str(error)) from None
    if tried is not None and problem != NO_NUMBER:
        raised = _raised(tried)
        free = free_arguments(trial.signature, {*trial.stated.inputs, *trial.given.values})
        problem = (problem if raised is None else describe(raised)) + suggestion(raised, free, source, path)
    raise Uncallable(problem)


def _taught(trial: _Trial, known: Found, rng: np.random.Generator) -> tuple[Callee | None, str]:
    """The first call that succeeds; what others fail with teaches which arguments are no arrays.

    If none succeeds, the last one of those that were not taught and its failure.
    """
    last: Callee | None = None
    problem = ""
    pending, tried = [known], list[Found]()
    while pending and len(tried) < _LESSONS and time.process_time() < trial.until:
        found = pending.pop(0)
        tried.append(found)
        wants: dict[Want, None] = {}
        for callee in trial.callees(found):
            said = failure(callee, rng, _DRAWS if found is known else 1)
            if not said:
                return callee, ""
            if found is known:
                last, problem = callee, said
            if time.process_time() > trial.until:
                break
            want = trial.backend.OBJECTS.wants(said) if trial.backend.OBJECTS else None
            if want is not None:
                wants[want] = None
        pending += [lesson for lesson in _lessons(trial, found, wants) if lesson not in tried]
    return last, problem


def _known(trial: _Trial) -> Found:
    """Arguments whose items the code takes by name, that the framework's own classes annotate, or that stand for
    truth values."""
    function = trial.subject.body or trial.subject.function
    free = free_arguments(trial.signature, set())
    found: dict[str, tuple[Argument, ...] | Maker] = {
        name: keyed(keys) for name, keys in keys_of(function).items() if name in free
    }
    objects = trial.backend.OBJECTS
    if objects is None:
        return found
    converted = objects.shares(function)
    for name in free:
        written = objects.constant(trial.signature.parameters[name].annotation)
        if written is not None:
            found[name] = (Argument(name, constant=written[0], text=written[1]),)
        elif name in converted:
            found[name] = shares
    return found


def _lessons(trial: _Trial, found: Found, wants: Mapping[Want, None]) -> Iterator[Found]:
    """What to try after failures: every free parameter in turn as what an error asks for."""
    for want in wants:
        for name in free_arguments(trial.signature, {*found, *trial.stated.inputs}):
            for item in _wanted(want, name, trial.backend):
                yield {**found, name: item}


def _wanted(want: Want, name: str, backend: Backend) -> Iterator[tuple[Argument, ...] | Maker]:
    if want is Want.NUMBER:
        yield (Argument(name, constant=_NUMBER),)
    elif want in (Want.CALLABLE, Want.RANDOM):
        assert backend.OBJECTS is not None
        for value, text in backend.OBJECTS.STAND_INS if want is Want.CALLABLE else backend.OBJECTS.RANDOM:
            yield (Argument(name, constant=value, text=text),)
    else:
        yield _MAKERS[want]


def _raised(callee: Callee) -> BaseException | None:
    """What a call without dual numbers raises: its text is the one the user knows."""
    try:
        callee.call(callee.backend.array((callee.plan.low + callee.plan.high) / 2))
    except (Exception, SystemExit) as error:
        return error
    return None


def _given(module: ModuleType, target: Target) -> Given:
    """What a record or a factory gives. Raises Uncallable."""
    try:
        if target.factory:
            return from_factory(target.factory, 0)
        if target.record:
            return from_record(target.record, module.__name__, is_method(module, target.name))
    except Unusable as error:
        raise Uncallable(str(error)) from None
    return NOTHING


def failure(callee: Callee, rng: np.random.Generator, draws: int = _DRAWS) -> str:
    """What a few inputs raise, empty once one gives a number."""
    problem, evaluate = "", callee.evaluator()
    for _ in range(draws):
        x = rng.uniform(callee.plan.low, callee.plan.high)
        item = evaluate(x, directions(len(x), rng)[:1])
        if not item.error:
            return "" if len(item.value) else NO_NUMBER
        problem = item.error
    return problem
