"""A witness as text: its inputs by name, and three lines that repeat it in an interpreter."""

from __future__ import annotations

from typing import Any

import numpy as np

from difflint.probe.inputs import Plan
from difflint.probe.kinds import PointKind
from difflint.probe.points import Point
from difflint.verdict import Side, Witness

_STEP = 1e-6
_FAR = 0.25


def witness(point: Point, plan: Plan, module: str, function: str) -> Witness:
    """The witness of a point for people and machines."""
    return Witness(
        function,
        point.kind.value,
        tuple((name, text(value)) for name, value in plan.values(point.x).items()),
        None if point.value is None else Side(point.value, point.slope),
        None if point.left is None else Side(*point.left),
        None if point.right is None else Side(*point.right),
        point.detail,
        _lines(point, plan, module, function),
    )


def _lines(point: Point, plan: Plan, module: str, function: str) -> tuple[str, ...]:
    owner, _, method = function.rpartition(".")
    called = f"{owner}().{method}" if owner else function
    values = plan.values(point.x)
    names = ", ".join(values)
    imports = f"import numpy as np; from {module} import {function.split('.')[0]}"
    given = f"{names} = {', '.join(map(text, values.values()))}"
    live = {item.name for item in plan.arguments if item.differentiable}
    if point.direction is None and point.kind is not PointKind.ZERO_GRADIENT:
        return imports, given, f"print({called}({_call(plan, dict.fromkeys(values, ''))}))"
    direction = point.direction if point.direction is not None else np.ones(len(point.x))
    moves = {name: f" + h * {text(value)}" if name in live else "" for name, value in plan.values(direction).items()}
    steps = f"({-_FAR}, {-_STEP}, 0.0, {_STEP}, {_FAR})" if point.direction is None else f"({-_STEP}, 0.0, {_STEP})"
    return imports, given, f"print(*({called}({_call(plan, moves)}) for h in {steps}))"


def _call(plan: Plan, moves: dict[str, str]) -> str:
    parts = []
    for item in plan.arguments:
        value = item.name + moves[item.name]
        value = f"list({value})" if item.items else value
        parts.append(f"{item.name}={value}" if item.keyword else value)
    return ", ".join(parts)


def text(value: Any) -> str:
    """A value as an expression."""
    if isinstance(value, np.ndarray) and value.ndim:
        return f"np.array({(value + 0 if value.dtype.kind == 'f' else value).tolist()!r})"
    if isinstance(value, (float, np.floating)) or (isinstance(value, np.ndarray) and value.dtype.kind == "f"):
        return repr(float(value))
    if isinstance(value, list) and value and isinstance(value[0], np.floating):
        return text(np.array(value))
    if isinstance(value, np.random.Generator):
        return "np.random.default_rng(0)"
    return repr(value.item()) if isinstance(value, np.generic) else repr(value)
