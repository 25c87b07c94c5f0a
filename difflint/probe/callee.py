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
from difflint.probe.inputs import MissingInput, Plan, plans
from difflint.probe.protocol import Target
from difflint.probe.stated import Stated

_DRAWS = 3


class Uncallable(Exception):
    """Why a function cannot be called, for the report."""


@dataclass(frozen=True, slots=True)
class Callee:
    """A function that can be called: `call` takes the flat vector that `plan` makes arguments of."""

    plan: Plan
    call: Callable[[Any], Any]
    evaluate: Evaluate


def find(module: ModuleType, target: Target, backend: Backend, roots: tuple[str, ...]) -> Callee:
    """The first way to call a function that it accepts. Raises Uncallable."""
    function = _resolve(module, target.name)
    stated = Stated(target.inputs, target.ranges)
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        raise Uncallable("it has no signature") from None
    problem = "no argument is a number to differentiate by"
    rng = np.random.default_rng(0)
    try:
        for plan in plans(signature, stated):
            callee = _callee(function, plan, backend, roots)
            problem = _problem(callee, rng)
            if not problem:
                return callee
    except MissingInput as error:
        raise Uncallable(str(error)) from None
    raise Uncallable(problem + _advice(signature, stated))


def _callee(function: Callable[..., Any], plan: Plan, backend: Backend, roots: tuple[str, ...]) -> Callee:
    def call(x: Any) -> Any:
        return plan.call(function, x)

    def seeded(x: Any) -> Any:
        backend.seed()
        return call(x)

    return Callee(plan, call, backend.evaluator(seeded, roots))


def _problem(callee: Callee, rng: np.random.Generator) -> str:
    """What a few inputs raise, empty once one gives a number."""
    problem = ""
    for _ in range(_DRAWS):
        x = rng.uniform(callee.plan.low, callee.plan.high)
        item = callee.evaluate(x, directions(len(x), rng)[:1])
        if not item.error:
            return "" if len(item.value) else "it returns no floating-point number"
        problem = item.error
    return problem


def _resolve(module: ModuleType, name: str) -> Callable[..., Any]:
    """A function, or a method of an object made without arguments."""
    owner: Any = module
    parts = name.split(".")
    for part in parts[:-1]:
        owner = getattr(owner, part, None)
        if owner is None:
            raise Uncallable(f"{name} is defined inside of another function")
    function = getattr(owner, parts[-1], None)
    if inspect.isclass(owner) and isinstance(inspect.getattr_static(owner, parts[-1], None), type(_resolve)):
        try:
            function = getattr(owner(), parts[-1])
        except (Exception, SystemExit) as error:
            raise Uncallable(f"{owner.__name__}() fails: {describe(error)}") from None
    if not callable(function):
        raise Uncallable(f"the module has no function {name}")
    made: Callable[..., Any] = function
    return made


def _advice(signature: inspect.Signature, stated: Stated) -> str:
    """The flag that gives the input nothing is known about."""
    for parameter in signature.parameters.values():
        free = parameter.default is parameter.empty and parameter.name not in stated.inputs
        if free and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            return f"; say --input {parameter.name}='normal(3)'"
    return ""
