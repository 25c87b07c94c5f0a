"""Guards that ask whether anything is recorded: `x.requires_grad`, recording itself, and types of integers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from difflint.analysis.graph import Form, Value
from difflint.analysis.objects import Object
from difflint.analysis.shapes import role
from difflint.analysis.typed import typed
from difflint.catalogue.model import Role

if TYPE_CHECKING:
    from difflint.analysis.interpreter import Interpreter

_EVERYTHING = -1
_DEPTH = 24


@dataclass(frozen=True, slots=True)
class Stopped:
    """Names of an arm where their values are not recorded, before and after that was known."""

    names: dict[str, tuple[Object, Object]]

    def released(self, names: dict[str, Object]) -> dict[str, Object]:
        """The names after the arm: those that it did not bind again are what they were."""
        kept = {name: before for name, (before, after) in self.names.items() if names.get(name) is after}
        return {**names, **kept} if kept else names


def stop(interpreter: Interpreter, names: dict[str, Object], condition: Value | None, holds: bool) -> Stopped:
    """Take from the names of an arm the sources that nobody differentiates where its condition holds (or fails)."""
    bits = _unrecorded(condition, holds, 0) if condition is not None else 0
    found: dict[str, tuple[Object, Object]] = {}
    for name, item in list(names.items()) if bits else []:
        if isinstance(item, Value) and interpreter.graph.owns(item) and item.alive & bits:
            found[name] = item, _without(interpreter, item, bits)
            names[name] = found[name][1]
    return Stopped(found)


def _without(interpreter: Interpreter, value: Value, bits: int) -> Value:
    """The same value with fewer sources: equal to it, as data."""
    return interpreter.graph.add(
        Form.SETTING if not value.alive & ~bits else value.form,
        value.operands,
        value.site,
        number=value.number,
        frame=value.frame,
        path=value.path,
        range=value.range,
        alive=value.alive & ~bits,
        depends=value.depends & ~bits,
        operator=value.operator,
        spelling=value.spelling,
        framework=value.framework,
        storage=value.storage,
        mode=value.mode,
    )


def _unrecorded(condition: Value, holds: bool, depth: int) -> int:
    """The sources that are certainly not recorded where a condition holds (or fails)."""
    operator = condition.operator
    x, y = condition.operand("x"), condition.operand("y")
    if depth > _DEPTH:
        return 0
    if condition.form is Form.JOIN and x is not None and y is not None:
        return _chosen(condition.operand("condition"), x, y, holds, depth)
    if operator is None:
        return 0
    if operator.relation == "recorded":
        return 0 if holds else _EVERYTHING if x is None else x.alive
    if operator.relation in ("integral", "fractional") and x is not None:
        return (typed(x) or x).alive if holds is (operator.relation == "integral") else 0
    if role(condition) is Role.LOGIC and operator.relation == "not" and x is not None:
        return _unrecorded(x, not holds, depth + 1)
    if role(condition) is Role.LOGIC and operator.relation in ("and", "or") and x is not None and y is not None:
        first, second = _unrecorded(x, holds, depth + 1), _unrecorded(y, holds, depth + 1)
        return first | second if (operator.relation == "and") is holds else first & second
    return 0


def _chosen(condition: Value | None, x: Value, y: Value, holds: bool, depth: int) -> int:
    """What holds in every way in which one of two values, chosen by a condition, can be true (or false)."""
    found: int | None = None
    for arm, chosen in ((x, True), (y, False)):
        impossible = condition is not None and arm.number == condition.number and holds is not chosen
        if impossible or (arm.form is Form.CONSTANT and bool(arm.constant) is not holds):
            continue
        known = _unrecorded(arm, holds, depth + 1)
        if condition is not None:
            known |= _unrecorded(condition, chosen, depth + 1)
        found = known if found is None else found & known
    return found or 0
