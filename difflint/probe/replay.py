"""A witness as text: its inputs by name, and three lines that repeat it in an interpreter."""

from __future__ import annotations

import ast
from collections.abc import Mapping
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
    """Writes witnesses of one function, in the language of its framework.

    `called` is the function as a replay writes it; `model` is the framework's object whose method it is.
    """

    module: str
    function: str
    called: str
    plan: Plan
    backend: Backend
    given: Given = NOTHING
    model: str = ""

    def inputs(self) -> str:
        """What the function was called with: shapes, and constants as they are."""
        return ", ".join(
            f"{item.name}: {'×'.join(map(str, (item.keys and item.shape[1:]) or item.shape)) or 'number'}"
            if item.differentiable
            else f"{item.name}={elided(self._shown(item, item.constant))}"
            for item in self.plan.arguments
        )

    def witness(self, point: Point) -> Witness:
        """The witness of a point for people and machines."""
        return Witness(
            self.function,
            point.kind.value,
            tuple(
                (item.name, self._shown(item, value))
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
        plan, values = self.plan, self.plan.values(point.x)
        texts = {item.name: self._written(item, values[item.name]) for item in plan.arguments}
        imports = self._imports(texts)
        assigned = f"{', '.join(map(_variable, texts))} = {', '.join(texts.values())}"
        live = {item.name for item in plan.arguments if item.differentiable}
        still = self._call(dict.fromkeys(values, ""))
        if point.kind in _REVERSE and not self._constructs:
            shown = self.backend.gradient(still, tuple(_variable(name) for name in values if name in live))
            if shown:
                return imports, assigned, shown
        if point.direction is None:
            return imports, assigned, f"print({still})"
        along = plan.values(point.direction)
        moves = {
            item.name: f" + h * {self.text(_stacked(item, along[item.name]))}" if item.name in live else ""
            for item in plan.arguments
        }
        flat = point.kind is PointKind.ZERO_GRADIENT
        steps = f"({-_FAR}, {-_STEP}, 0.0, {_STEP}, {_FAR})" if flat else f"({-_STEP}, 0.0, {_STEP})"
        return imports, assigned, f"print(*({self._call(moves)} for h in {steps}))"

    @property
    def _method(self) -> str:
        return self.function.rpartition(".")[2]

    @property
    def _constructs(self) -> bool:
        return self._method == "__init__"

    def _imports(self, texts: Mapping[str, str]) -> str:
        """The first line: what must be there before the arguments are."""
        imports = f"{self.backend.IMPORTS}; from {self.module} import {self.function.split('.')[0]}"
        passed = any(item.text and item.text == texts[item.name] for item in self.plan.arguments)
        if self.given.imports and (self.given.owner is not None or passed):
            imports += f"; {self.given.imports}"
        if self.model and self.backend.OBJECTS is not None:
            imports += f"; {self.backend.OBJECTS.setup(self.model, self._method)}"
        return imports

    def _call(self, moves: Mapping[str, str]) -> str:
        """The call with every argument moved by what is said about it."""
        moved = {item.name: _value(item, moves[item.name]) for item in self.plan.arguments}
        words = {item.name: moved[item.name] for item in self.plan.arguments if item.keyword}
        trained = {item.place: moved[item.name] for item in self.plan.arguments if item.trained}
        args = ", ".join(moved[item.name] for item in self.plan.arguments if not item.keyword and not item.trained)
        if self.model and self.backend.OBJECTS is not None:
            return self.backend.OBJECTS.applied(self._method, trained, args, words)
        everything = ", ".join(filter(None, [args, *(f"{name}={value}" for name, value in words.items())]))
        return f"vars({self.called}({everything}))" if self._constructs else f"{self.called}({everything})"

    def _shown(self, item: Argument, value: Any) -> str:
        """The value of an argument for people: what was given as it is, not where it came from."""
        return item.text if item.text and not self.given.access else self.text(value)

    def _written(self, item: Argument, value: Any) -> str:
        """The value of an argument as an expression that can be evaluated, where there is one."""
        foreign = not isinstance(self.backend.array(np.zeros(())), np.ndarray)
        if foreign and item.differentiable and not item.items and not item.shape:
            return self.backend.text(np.asarray(value))  # code may ask it for what numbers do not have
        text = self.text(_stacked(item, value))
        unlike = foreign and isinstance(value, np.ndarray)
        return item.text if item.text and (unlike or (text == repr(value) and not _is_literal(text))) else text

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


def _is_literal(text: str) -> bool:
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def _variable(name: str) -> str:
    """The variable of an argument; trained arrays have names with dots."""
    return name.replace(".", "_")


def _value(item: Argument, move: str) -> str:
    moved = _variable(item.name) + move
    if item.keys:
        return f"dict(zip({item.keys!r}, {moved}))"
    return f"list({moved})" if item.items else moved


def _stacked(item: Argument, value: Any) -> Any:
    """A mapping of arrays is written as one array, so that it can be moved along a direction."""
    return np.stack(list(value.values())) if item.keys else value


_REVERSE = frozenset(
    (PointKind.MASKED, PointKind.WRONG_GRADIENT, PointKind.ZERO_GRADIENT, PointKind.RAISES, PointKind.REFUSED)
)
"""What the gradient of reverse mode shows better than values do."""
