"""How to call a function of the user: which object it belongs to, which arguments it takes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from difflint.probe.backends import Backend
from difflint.probe.evaluation import Evaluate, describe, directions
from difflint.probe.given import NOTHING, WIDTHS, Given, Unusable, from_factory, from_record
from difflint.probe.inputs import MissingInput, Plan, plans
from difflint.probe.protocol import Target
from difflint.probe.stated import Stated

_DRAWS = 3


class Uncallable(Exception):
    """Why a function cannot be called, for the report."""


@dataclass(frozen=True, slots=True)
class Callee:
    """A function that can be called: `call` takes the flat vector that `plan` makes arguments of."""

    function: Callable[..., Any]
    plan: Plan
    call: Callable[[Any], Any]
    evaluate: Evaluate
    given: Given


def find(module: ModuleType, target: Target, backend: Backend, roots: tuple[str, ...]) -> Callee:
    """The first way to call a function that it accepts. Raises Uncallable."""
    given = _given(module, target)
    function = _resolve(module, target.name, given.owner)
    stated = Stated(target.inputs, target.ranges)
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        raise Uncallable("it has no signature") from None
    problem = "no argument is a number to differentiate by"
    rng = np.random.default_rng(0)
    try:
        for plan in _plans(signature, stated, given, backend):
            callee = planned(function, plan, given, backend, roots)
            problem = failure(callee, rng)
            if not problem:
                return callee
    except MissingInput as error:
        raise Uncallable(str(error)) from None
    raise Uncallable(problem + _advice(signature, stated))


def _given(module: ModuleType, target: Target) -> Given:
    """What a record or a factory gives. Raises Uncallable."""
    try:
        if target.factory:
            return from_factory(target.factory, 0)
        if target.record:
            return from_record(target.record, module.__name__, _is_method(*_owner(module, target.name)))
    except Unusable as error:
        raise Uncallable(str(error)) from None
    return NOTHING


def _plans(signature: inspect.Signature, stated: Stated, given: Given, backend: Backend) -> Iterator[Plan]:
    """Plans to try: for values that are given the widest box comes first. Raises MissingInput, Uncallable."""
    free = [item for item in signature.parameters.values() if item.name not in stated.inputs]
    open_ended = any(item.kind is item.VAR_KEYWORD for item in free)
    extra = sorted(given.values.keys() - signature.parameters.keys())
    if extra and given.strict and not open_ended:
        raise Uncallable(f"the factory gives {extra[0]!r}, expected arguments among {', '.join(signature.parameters)}")
    for width in WIDTHS if given.values else WIDTHS[:1]:
        yield from plans(signature, stated, given.arguments(free, width, backend.numbers))


def planned(function: Callable[..., Any], plan: Plan, given: Given, backend: Backend, roots: tuple[str, ...]) -> Callee:
    """A function with a plan of its arguments; draws are the same in every call."""

    def call(x: Any) -> Any:
        return plan.call(function, x)

    def seeded(x: Any) -> Any:
        backend.seed()
        return call(x)

    return Callee(function, plan, call, backend.evaluator(seeded, roots), given)


def failure(callee: Callee, rng: np.random.Generator) -> str:
    """What a few inputs raise, empty once one gives a number."""
    problem = ""
    for _ in range(_DRAWS):
        x = rng.uniform(callee.plan.low, callee.plan.high)
        item = callee.evaluate(x, directions(len(x), rng)[:1])
        if not item.error:
            return "" if len(item.value) else "it returns no floating-point number"
        problem = item.error
    return problem


def _owner(module: ModuleType, name: str) -> tuple[Any, str]:
    """The module or class that has a function, and the function's own name. Raises Uncallable."""
    owner: Any = module
    parts = name.split(".")
    for part in parts[:-1]:
        owner = getattr(owner, part, None)
        if owner is None:
            raise Uncallable(f"{name} is defined inside of another function")
    return owner, parts[-1]


def _is_method(owner: Any, name: str) -> bool:
    """Whether an object comes first among the arguments."""
    return inspect.isclass(owner) and not isinstance(
        inspect.getattr_static(owner, name, None), (staticmethod, classmethod)
    )


def _resolve(module: ModuleType, name: str, given: Any) -> Callable[..., Any]:
    """A function, or a method of an object that is given or made without arguments."""
    owner, own = _owner(module, name)
    function = getattr(owner, own, None)
    if function is not None and _is_method(owner, own):
        function = _bound(owner, own, _made(owner) if given is None else given)
    if not callable(function):
        raise Uncallable(f"the module has no function {name}")
    made: Callable[..., Any] = function
    return made


def _made(owner: Any) -> Any:
    try:
        return owner()
    except (Exception, SystemExit) as error:
        advice = (
            "say --inputs-from FILE.py:FACTORY, a function that returns (object, arguments), or --record -- COMMAND"
        )
        raise Uncallable(f"{owner.__name__}() fails: {describe(error)}; {advice}") from None


def _bound(owner: type, name: str, instance: Any) -> Any:
    """A method of an object; the one of this class, even where the object's own class has another."""
    function = inspect.getattr_static(owner, name)
    return function.__get__(instance) if inspect.isfunction(function) else getattr(instance, name)


def _advice(signature: inspect.Signature, stated: Stated) -> str:
    """The flag that gives the input nothing is known about."""
    for parameter in signature.parameters.values():
        free = parameter.default is parameter.empty and parameter.name not in stated.inputs
        if free and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            return f"; say --input {parameter.name}='normal(3)'"
    return ""
