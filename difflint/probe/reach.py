"""Lines that a call did not run: the condition in the way, and arguments that may change it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from difflint.probe.inputs import Argument, Plan
from difflint.probe.reading import Condition, Function, compared, conditions

_FEW = 6
"""Other arguments to try for one line."""


def obstacle(function: Function, line: int, executed: Collection[int]) -> Condition | None:
    """The last condition before a line that was evaluated: what was decided there kept the call away."""
    found = [item for item in conditions(function, line) if item.test.lineno in executed]
    return found[-1] if found else None


def alternatives(function: Function, condition: Condition, plan: Plan, fixed: Collection[str]) -> Iterator[Plan]:
    """Plans with one other constant that the condition depends on; `fixed` ones were somebody's choice."""
    count = 0
    for position, argument in enumerate(plan.arguments):
        if argument.differentiable or argument.name in fixed or argument.name not in condition.names:
            continue
        for changed in _changed(argument, function, condition, plan):
            count += 1
            if count > _FEW:
                return
            yield Plan((*plan.arguments[:position], changed, *plan.arguments[position + 1 :]))


def _changed(argument: Argument, function: Function, condition: Condition, plan: Plan) -> Iterator[Argument]:
    """Other values for a constant, the likeliest first."""
    value = argument.constant
    if value is None:
        like = next(item for item in plan.arguments if item.differentiable)
        yield replace(like, name=argument.name, keyword=argument.keyword)
    for other in _values(value, compared(condition.test, argument.name), compared(function, argument.name)):
        yield replace(argument, constant=other)


def _values(value: Any, near: list[Any], far: list[Any]) -> Iterator[Any]:
    if isinstance(value, bool):
        yield not value
        return
    others: list[Any] = []
    for literal in (*near, *far):
        others.append(literal)
        if isinstance(literal, (int, float)) and not isinstance(literal, bool):
            others += [literal + 1, literal - 1]
    if value is None:
        others += [1.0, True]
    elif isinstance(value, (int, float)):
        others += [0, 1]
    tried = [value]
    for other in others:
        if not any(type(other) is type(item) and other == item for item in tried) and other is not None:
            tried.append(other)
            yield other


def difference(changed: Plan, plan: Plan) -> str:
    """The argument in which two plans differ, as text."""
    for new, old in zip(changed.arguments, plan.arguments):
        if new is not old:
            shape = "×".join(map(str, new.shape)) or "a number"
            return f"{new.name} {shape}" if new.differentiable else f"{new.name}={new.constant!r}"
    return ""
