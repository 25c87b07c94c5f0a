"""How to call a function of the user: which object it belongs to, which arguments it takes."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import FunctionType, MappingProxyType, ModuleType
from typing import Any

import numpy as np

from difflint.probe.backends import Backend, Want
from difflint.probe.evaluation import Evaluate, describe, directions
from difflint.probe.inputs import (
    Argument,
    Maker,
    MissingInput,
    Plan,
    integers,
    keyed,
    listed,
    plans,
    shares,
    trained,
    truths,
)
from difflint.probe.keys import keys_of
from difflint.probe.objects import Made, makings
from difflint.probe.protocol import Target
from difflint.probe.stated import Stated

_DRAWS = 3
_OBJECTS = 6
"""Objects whose method is tried; constructors seldom tell whether a size fits the input."""
_LESSONS = 24
"""Sets of replaced arguments that failures may teach."""
_MAKERS: Mapping[Want, Maker] = {Want.INTEGERS: integers, Want.TRUTHS: truths, Want.ITEMS: listed}
_NUMBER = 0.5
_PATIENCE = 6.0
"""Seconds of processor time for finding arguments, shared by objects: what nobody can guess should not use up the
time of the function."""
Found = Mapping[str, Argument | Maker]


class Uncallable(Exception):
    """Why a function cannot be called, for the report."""


@dataclass(frozen=True, slots=True)
class Callee:
    """A function that can be called: `call` takes the flat vector that `plan` makes arguments of.

    `made` is the object whose method it is, if it is no plain function. `native` evaluates in the
    precision the code runs in by default.
    """

    plan: Plan
    call: Callable[[Any], Any]
    evaluate: Evaluate
    made: Made | None = None
    native: Evaluate | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """What is called: a function, or a method of an object of the backend's that has trained arrays.

    `body` is what the user wrote, if that is not the function itself.
    """

    function: Callable[..., Any]
    made: Made | None = None
    state: tuple[Argument, ...] = ()
    body: Callable[..., Any] | None = None


def find(module: ModuleType, target: Target, backend: Backend, roots: tuple[str, ...]) -> Callee:
    """The first way to call a function that it accepts. Raises Uncallable."""
    problem = ""
    for subject in _subjects(module, target.name, backend):
        try:
            return _first(subject, target, backend, roots)
        except Uncallable as error:
            problem = problem or str(error)
    raise Uncallable(problem)


def _first(subject: Subject, target: Target, backend: Backend, roots: tuple[str, ...]) -> Callee:
    """The first plan that a function accepts; what it fails with teaches which arguments are no arrays."""
    stated = Stated(target.inputs, target.ranges)
    try:
        signature = inspect.signature(subject.function)
    except (TypeError, ValueError):
        raise Uncallable("it has no signature") from None
    problem = ""
    rng = np.random.default_rng(0)
    pending: list[Found] = [_known(subject, signature, backend)]
    tried: list[Found] = []
    patience = time.process_time() + (_PATIENCE if subject.made is None else _PATIENCE / _OBJECTS)
    while pending and len(tried) < _LESSONS and time.process_time() < patience:
        found = pending.pop(0)
        tried.append(found)
        wants: dict[Want, None] = {}
        try:
            for plan in plans(signature, stated, found):
                callee = _callee(subject, plan, backend, roots)
                failure = _problem(callee, rng, _DRAWS if len(tried) == 1 else 1)
                if not failure:
                    return callee
                problem = problem or failure
                if time.process_time() > patience:
                    break
                want = backend.OBJECTS.wants(failure) if backend.OBJECTS else None
                if want is not None:
                    wants[want] = None
        except MissingInput as error:
            raise Uncallable(str(error)) from None
        pending += [lesson for lesson in _lessons(signature, found, wants, backend) if lesson not in tried]
    problem = problem or "no argument is a number to differentiate by"
    raise Uncallable(problem + _advice(signature, stated))


def _known(subject: Subject, signature: inspect.Signature, backend: Backend) -> Found:
    """Arguments whose items the code takes by name, that the framework's own classes annotate, or that stand for
    truth values."""
    function = subject.body or subject.function
    free = [name for name, item in signature.parameters.items() if item.default is item.empty]
    found: dict[str, Argument | Maker] = {name: keyed(keys) for name, keys in keys_of(function).items() if name in free}
    if backend.OBJECTS is None:
        return found
    converted = backend.OBJECTS.shares(function)
    for name in free:
        written = backend.OBJECTS.constant(signature.parameters[name].annotation)
        if written is not None:
            found[name] = Argument(name, constant=written[0], text=written[1])
        elif name in converted:
            found[name] = shares
    return found


def _lessons(
    signature: inspect.Signature, found: Found, wants: Mapping[Want, None], backend: Backend
) -> Iterator[Found]:
    """What to try after failures: every free parameter in turn as what an error asks for."""
    for want in wants:
        for parameter in signature.parameters.values():
            if parameter.name in found or parameter.default is not parameter.empty:
                continue
            for item in _wanted(want, parameter.name, backend):
                yield {**found, parameter.name: item}


def _wanted(want: Want, name: str, backend: Backend) -> Iterator[Argument | Maker]:
    if want is Want.NUMBER:
        yield Argument(name, constant=_NUMBER)
    elif want in (Want.CALLABLE, Want.RANDOM):
        assert backend.OBJECTS is not None
        for value, text in backend.OBJECTS.STAND_INS if want is Want.CALLABLE else backend.OBJECTS.RANDOM:
            yield Argument(name, constant=value, text=text)
    else:
        yield _MAKERS[want]


def _callee(subject: Subject, plan: Plan, backend: Backend, roots: tuple[str, ...]) -> Callee:
    plan = replace(plan, arguments=(*plan.arguments, *subject.state), array=backend.array)

    def call(x: Any) -> Any:
        return plan.call(subject.function, x)

    def seeded(x: Any) -> Any:
        backend.seed()
        return call(x)

    return Callee(plan, call, backend.evaluator(seeded, roots), subject.made, backend.native(seeded, roots))


def _problem(callee: Callee, rng: np.random.Generator, draws: int) -> str:
    """What a few inputs raise, empty once one gives a number."""
    problem = ""
    for _ in range(draws):
        x = rng.uniform(callee.plan.low, callee.plan.high)
        item = callee.evaluate(x, directions(len(x), rng)[:1])
        if not item.error:
            return "" if len(item.value) else "it returns no floating-point number"
        problem = item.error
    return problem


def _subjects(module: ModuleType, name: str, backend: Backend) -> Iterator[Subject]:
    """A function, or a method of objects that are made up."""
    owner: Any = module
    parts = name.split(".")
    for part in parts[:-1]:
        owner = getattr(owner, part, None)
        if owner is None:
            raise Uncallable(f"{name} is defined inside of another function")
    function = getattr(owner, parts[-1], None)
    if not callable(function):
        raise Uncallable(f"the module has no function {name}")
    if not inspect.isclass(owner) or not isinstance(inspect.getattr_static(owner, parts[-1], None), FunctionType):
        yield Subject(function)
        return
    if parts[-1] == "__init__":
        yield Subject(_constructor(owner))
        return
    backend.seed()
    count = 0
    try:
        for made in makings(owner, backend.OBJECTS):
            count += 1
            yield _method(made, parts[-1], backend)
            if count == _OBJECTS:
                return
    except (Exception, SystemExit) as error:
        raise Uncallable(f"{owner.__name__}() fails: {describe(error)}") from None
    if not count:
        raise Uncallable(f"{owner.__name__}() needs arguments that nothing is known about")


def _constructor(cls: type) -> Callable[..., Any]:
    """A class as a function of its arguments: what an object of it holds."""

    def construct(*args: Any, **kwargs: Any) -> Any:
        return vars(cls(*args, **kwargs))

    construct.__signature__ = inspect.signature(cls)  # type: ignore[attr-defined]
    return construct


def _method(made: Made, name: str, backend: Backend) -> Subject:
    """A method of an object; trained arrays of the object are arguments as well."""
    method = getattr(made.owner, name)
    objects = backend.OBJECTS
    state = objects.state(made.owner) if objects is not None else None
    if objects is None or state is None:
        return Subject(method, made)

    def run(*args: Any, trained: Mapping[str, Any] = MappingProxyType({}), **kwargs: Any) -> Any:
        return objects.run(made.owner, name, trained, args, kwargs)

    run.__signature__ = inspect.signature(method)  # type: ignore[attr-defined]
    return Subject(run, made, tuple(trained(key, value) for key, value in state.items()), method)


def _advice(signature: inspect.Signature, stated: Stated) -> str:
    """The flag that gives the input nothing is known about."""
    for parameter in signature.parameters.values():
        free = parameter.default is parameter.empty and parameter.name not in stated.inputs
        if free and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            return f"; say --input {parameter.name}='normal(3)'"
    return ""
