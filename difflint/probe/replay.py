"""A witness as text: its inputs by name, and three lines that repeat it in an interpreter."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

import numpy as np

from difflint.probe.backends import Backend
from difflint.probe.given import NOTHING, Given
from difflint.probe.inputs import Argument, Plan
from difflint.probe.kinds import PointKind
from difflint.probe.points import Point
from difflint.probe.stated import elided
from difflint.verdict import Side, Witness

_STEP = 1e-6
_FAR = 0.25


@dataclass(frozen=True, slots=True)
class Script:
    """Writes witnesses of one function, in the language of its framework."""

    module: str
    function: str
    called: str
    plan: Plan
    backend: Backend
    given: Given = NOTHING

    def inputs(self) -> str:
        """What the function was called with: shapes, and constants as they are."""
        return ", ".join(
            f"{item.name}: {'×'.join(map(str, item.shape)) or 'number'}"
            if item.differentiable
            else f"{item.name}={elided(self.text(item.constant))}"
            for item in self.plan.arguments
        )

    def witness(self, point: Point) -> Witness:
        """The witness of a point for people and machines."""
        return Witness(
            self.function,
            point.kind.value,
            tuple((name, self.text(value)) for name, value in self.plan.values(point.x).items()),
            None if point.value is None else Side(point.value, point.slope),
            None if point.left is None else Side(*point.left),
            None if point.right is None else Side(*point.right),
            point.detail,
            self._lines(point),
            point.curve,
        )

    def _lines(self, point: Point) -> tuple[str, ...]:
        called, plan, values = self.called, self.plan, self.plan.values(point.x)
        texts = [self._written(item, values[item.name]) for item in plan.arguments]
        imports = f"{self.backend.IMPORTS}; from {self.module} import {self.function.split('.')[0]}"
        if self.given.owner is not None or any(
            item.text and item.text == text for item, text in zip(plan.arguments, texts)
        ):
            imports = f"{imports}; {self.given.imports}"
        given = f"{', '.join(values)} = {', '.join(texts)}"
        live = {item.name for item in plan.arguments if item.differentiable}
        if point.direction is None:
            return imports, given, f"print({called}({_call(plan, dict.fromkeys(values, ''))}))"
        along = plan.values(point.direction)
        moves = {name: f" + h * {self.text(value)}" if name in live else "" for name, value in along.items()}
        flat = point.kind is PointKind.ZERO_GRADIENT
        steps = f"({-_FAR}, {-_STEP}, 0.0, {_STEP}, {_FAR})" if flat else f"({-_STEP}, 0.0, {_STEP})"
        return imports, given, f"print(*({called}({_call(plan, moves)}) for h in {steps}))"

    def _written(self, item: Argument, value: Any) -> str:
        """The value of an argument as an expression that can be evaluated, where there is one."""
        text = self.text(value)
        return item.text if item.text and text == repr(value) and not _is_literal(text) else text

    def text(self, value: Any) -> str:
        """A value as an expression."""
        if isinstance(value, np.ndarray) and value.ndim:
            return self.backend.text(value)
        if isinstance(value, (float, np.floating)) or (isinstance(value, np.ndarray) and value.dtype.kind == "f"):
            return repr(float(value))
        if isinstance(value, list) and value and isinstance(value[0], np.floating):
            return self.text(np.array(value))
        if isinstance(value, np.random.Generator):
            return "np.random.default_rng(0)"
        return repr(value.item()) if isinstance(value, np.generic) else repr(value)


def _is_literal(text: str) -> bool:
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def _call(plan: Plan, moves: dict[str, str]) -> str:
    parts = []
    for item in plan.arguments:
        value = item.name + moves[item.name]
        value = f"list({value})" if item.items else value
        parts.append(f"{item.name}={value}" if item.keyword else value)
    return ", ".join(parts)
