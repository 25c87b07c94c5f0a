"""A witness as text: its inputs by name, and three lines that repeat it in an interpreter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from difflint.probe.backends import Backend
from difflint.probe.inputs import Argument, Plan
from difflint.probe.kinds import PointKind
from difflint.probe.points import Point
from difflint.verdict import Side, Witness

_STEP = 1e-6
_FAR = 0.25


@dataclass(frozen=True, slots=True)
class Script:
    """Writes witnesses of one function, in the language of its framework; `made` is the object of a method."""

    module: str
    function: str
    plan: Plan
    backend: Backend
    made: str = ""

    def inputs(self) -> str:
        """What the function was called with: shapes, and constants as they are."""
        return ", ".join(
            f"{item.name}: {'×'.join(map(str, (item.keys and item.shape[1:]) or item.shape)) or 'number'}"
            if item.differentiable
            else f"{item.name}={item.text or self.text(item.constant)}"
            for item in self.plan.arguments
        )

    def witness(self, point: Point) -> Witness:
        """The witness of a point for people and machines."""
        return Witness(
            self.function,
            point.kind.value,
            tuple(
                (item.name, item.text or self.text(value))
                for item, value in zip(self.plan.arguments, self.plan.values(point.x).values())
            ),
            None if point.value is None else Side(point.value, point.slope),
            None if point.left is None else Side(*point.left),
            None if point.right is None else Side(*point.right),
            point.detail,
            self._lines(point),
            point.curve,
        )

    def _lines(self, point: Point) -> tuple[str, ...]:
        owner, _, method = self.function.rpartition(".")
        plan, values = self.plan, self.plan.values(point.x)
        names = {name: name.replace(".", "_") for name in values}
        trained = [item for item in plan.arguments if item.trained]
        imports = f"{self.backend.IMPORTS}; from {self.module} import {self.function.split('.')[0]}"
        if trained and self.backend.OBJECTS is not None:
            imports += f"; {self.backend.OBJECTS.setup(self.made, method)}"
        texts = {item.name: item.text or self.text(_written(item, values[item.name])) for item in plan.arguments}
        given = f"{', '.join(names.values())} = {', '.join(texts.values())}"
        live = {item.name for item in plan.arguments if item.differentiable}

        called = f"{self.made or f'{owner}()'}.{method}" if owner else self.function

        def call(moves: Mapping[str, str]) -> str:
            moved = {item.name: _value(item, names[item.name], moves[item.name]) for item in plan.arguments}
            words = {item.name: moved[item.name] for item in plan.arguments if item.keyword}
            args = ", ".join(moved[item.name] for item in plan.arguments if not item.keyword and not item.trained)
            if trained and self.backend.OBJECTS is not None:
                return self.backend.OBJECTS.applied({item.name: moved[item.name] for item in trained}, args, words)
            everything = ", ".join([args, *(f"{name}={value}" for name, value in words.items())]).removeprefix(", ")
            return f"vars({owner}({everything}))" if method == "__init__" else f"{called}({everything})"

        if point.kind in _REVERSE and method != "__init__":
            shown = self.backend.gradient(
                call(dict.fromkeys(values, "")), tuple(names[name] for name in names if name in live)
            )
            if shown:
                return imports, given, shown
        if point.direction is None:
            return imports, given, f"print({call(dict.fromkeys(values, ''))})"
        along = plan.values(point.direction)
        moves = {
            item.name: f" + h * {self.text(_written(item, along[item.name]))}" if item.name in live else ""
            for item in plan.arguments
        }
        flat = point.kind is PointKind.ZERO_GRADIENT
        steps = f"({-_FAR}, {-_STEP}, 0.0, {_STEP}, {_FAR})" if flat else f"({-_STEP}, 0.0, {_STEP})"
        return imports, given, f"print(*({call(moves)} for h in {steps}))"

    def text(self, value: Any) -> str:
        """A value as an expression."""
        if isinstance(value, np.ndarray) and value.ndim:
            return self.backend.text(value)
        if isinstance(value, (float, np.floating)) or (isinstance(value, np.ndarray) and value.dtype.kind == "f"):
            return repr(float(value))
        if isinstance(value, list) and value and isinstance(value[0], np.floating):
            return self.text(np.array(value))
        if isinstance(value, dict):
            return f"{{{', '.join(f'{key!r}: {self.text(item)}' for key, item in value.items())}}}"
        if isinstance(value, np.random.Generator):
            return "np.random.default_rng(0)"
        return repr(value.item()) if isinstance(value, np.generic) else repr(value)


def _value(item: Argument, name: str, move: str) -> str:
    if item.keys:
        return f"dict(zip({item.keys!r}, {name}{move}))"
    return f"list({name}{move})" if item.items else name + move


def _written(item: Argument, value: Any) -> Any:
    """A mapping of arrays is written as one array, so that it can be moved along a direction."""
    return np.stack(list(value.values())) if item.keys else value


_REVERSE = frozenset(
    (PointKind.MASKED, PointKind.WRONG_GRADIENT, PointKind.ZERO_GRADIENT, PointKind.RAISES, PointKind.REFUSED)
)
"""What the gradient of reverse mode shows better than values do."""
