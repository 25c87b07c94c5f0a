"""How to call a function of the user: which object it belongs to, which arguments it takes."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from difflint.probe.backends import Backend
from difflint.probe.evaluation import Evaluate, describe, directions
from difflint.probe.given import NOTHING, Given, Unusable, from_factory, from_record, ways
from difflint.probe.inputs import MissingInput, Plan, plans
from difflint.probe.missing import free_arguments, suggestion
from difflint.probe.protocol import Target
from difflint.probe.reading import definition
from difflint.probe.stated import Stated

_DRAWS = 3
NO_NUMBER = "it returns no floating-point number"


class Uncallable(Exception):
    """Why a function cannot be called, for the report."""


@dataclass(frozen=True, slots=True)
class Callee:
    """A function and how to call it; `called` is the function as a replay writes it."""

    function: Callable[..., Any]
    called: str
    plan: Plan
    given: Given
    backend: Backend
    roots: tuple[str, ...]

    def call(self, x: Any) -> Any:
        """Call it with the arguments that the flat vector stands for."""
        return self.plan.call(self.function, x)

    def evaluator(self) -> Evaluate:
        """How it is evaluated with dual numbers; draws are the same in every call."""

        def seeded(x: Any) -> Any:
            self.backend.seed()
            return self.call(x)

        return self.backend.evaluator(seeded, self.roots)


def find(module: ModuleType, target: Target, backend: Backend, roots: tuple[str, ...]) -> Callee:
    """The first way to call a function that it accepts. Raises Uncallable."""
    given = _given(module, target)
    function = _resolve(module, target.name, given.owner)
    stated = Stated(target.inputs, target.ranges)
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        raise Uncallable("it has no signature") from None
    path = str(module.__file__)
    source = definition(path, target)
    problem = "no argument is a number to differentiate by"
    callee = None
    rng = np.random.default_rng(0)
    try:
        for known in ways(signature, stated, given, source, backend.numbers):
            for plan in plans(signature, stated, known):
                callee = Callee(function, _called(module, target.name, given), plan, given, backend, roots)
                problem = failure(callee, rng)
                if not problem:
                    return callee
    except (MissingInput, Unusable) as error:
        raise Uncallable(str(error)) from None
    if callee is not None and problem != NO_NUMBER:
        raised = _raised(callee)
        free = free_arguments(signature, {*stated.inputs, *given.values})
        problem = (problem if raised is None else describe(raised)) + suggestion(raised, free, source, path)
    raise Uncallable(problem)


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
            return from_record(target.record, module.__name__, _is_method(*_owner(module, target.name)))
    except Unusable as error:
        raise Uncallable(str(error)) from None
    return NOTHING


def failure(callee: Callee, rng: np.random.Generator) -> str:
    """What a few inputs raise, empty once one gives a number."""
    problem, evaluate = "", callee.evaluator()
    for _ in range(_DRAWS):
        x = rng.uniform(callee.plan.low, callee.plan.high)
        item = evaluate(x, directions(len(x), rng)[:1])
        if not item.error:
            return "" if len(item.value) else NO_NUMBER
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


def _called(module: ModuleType, name: str, given: Given) -> str:
    """The function as a replay writes it."""
    owner, own = _owner(module, name)
    if not _is_method(owner, own):
        return name
    if given.owner is None or type(given.owner) is owner:
        return f"{given.owner_text or f'{owner.__name__}()'}.{own}"
    return f"{name}.__get__({given.owner_text})"  # a class below may have a method of its own


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
