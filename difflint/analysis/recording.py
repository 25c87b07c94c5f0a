"""Guards that ask whether anything is recorded: `x.requires_grad`, recording itself, types and classes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from difflint.analysis.graph import TRAINED, Form, Graph, Value
from difflint.analysis.narrow import Narrowed
from difflint.analysis.objects import Object
from difflint.analysis.passed import HOLDER
from difflint.analysis.shapes import MOVES, role
from difflint.analysis.typed import typed
from difflint.catalogue.model import Role

if TYPE_CHECKING:
    from difflint.analysis.interpreter import Interpreter

_EVERYTHING = -1
_DEPTH = 24


@dataclass(frozen=True, slots=True)
class _Known:
    """Sources that nobody records, and the numbers of values that are no arrays, though they may hold some."""

    bits: int = 0
    holders: frozenset[int] = frozenset()

    def __or__(self, other: _Known) -> _Known:
        return _Known(self.bits | other.bits, self.holders | other.holders)

    def __and__(self, other: _Known) -> _Known:
        return _Known(self.bits & other.bits, self.holders & other.holders)


_NOTHING = _Known()


def stop(interpreter: Interpreter, names: dict[str, Object], condition: Value | None, holds: bool) -> Narrowed:
    """Take from the names of an arm the sources that nobody differentiates where its condition holds (or fails)."""
    graph = interpreter.graph
    known = _unrecorded(graph, condition, holds, 0) if condition is not None else _NOTHING
    found: Narrowed = {}
    for name, item in list(names.items()) if known.bits or known.holders else []:
        if not isinstance(item, Value) or not graph.owns(item) or not item.alive:
            continue
        if item.number in known.holders:
            found[name] = item, _holder(graph, item)
        elif item.alive & known.bits:
            found[name] = item, _without(graph, item, known.bits)
    names.update({name: after for name, (_, after) in found.items()})
    return found


def is_guarded(graph: Graph, conditions: tuple[tuple[Value, bool], ...]) -> bool:
    """Whether one of the conditions that hold (or fail) at a place says that some source is not recorded there."""
    return any(_unrecorded(graph, condition, holds, 0).bits for condition, holds in conditions)


def _holder(graph: Graph, value: Value) -> Value:
    """A value that is no array: data, except for what it may hold."""
    made = _without(graph, value, value.alive | value.depends)
    return graph.replace(made, replace(made, operands=(("x", value),), mode=HOLDER))


def _without(graph: Graph, value: Value, bits: int) -> Value:
    """The same value with fewer sources: equal to it, as data."""
    return graph.add(
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


def _unrecorded(graph: Graph, condition: Value, holds: bool, depth: int) -> _Known:
    """What is certainly not recorded where a condition holds (or fails)."""
    operator = condition.operator
    if depth > _DEPTH or (operator is None and condition.form is not Form.JOIN):
        return _NOTHING
    x, y = condition.operand("x"), condition.operand("y")
    if condition.form is Form.JOIN and x is not None and y is not None:
        return _chosen(graph, condition.operand("condition"), x, y, holds, depth)
    if operator is None:
        return _NOTHING
    if operator.relation == "recorded":
        return _NOTHING if holds else _Known(_EVERYTHING if x is None else x.alive)
    if operator.relation in ("integral", "fractional") and x is not None:
        return _Known((typed(x) or x).alive) if holds is (operator.relation == "integral") else _NOTHING
    if operator.relation == "array" and x is not None:
        return _no_array(graph, x) if not holds else _NOTHING
    if role(condition) is Role.LOGIC and operator.relation == "not" and x is not None:
        return _unrecorded(graph, x, not holds, depth + 1)
    if role(condition) is Role.LOGIC and operator.relation in ("and", "or") and x is not None and y is not None:
        first, second = _unrecorded(graph, x, holds, depth + 1), _unrecorded(graph, y, holds, depth + 1)
        return first | second if (operator.relation == "and") is holds else first & second
    return _NOTHING


def _chosen(graph: Graph, condition: Value | None, x: Value, y: Value, holds: bool, depth: int) -> _Known:
    """What holds in every way in which one of two values, chosen by a condition, can be true (or false)."""
    found: _Known | None = None
    for arm, chosen in ((x, True), (y, False)):
        impossible = condition is not None and arm.number == condition.number and holds is not chosen
        if impossible or (arm.form is Form.CONSTANT and bool(arm.constant) is not holds):
            continue
        known = _unrecorded(graph, arm, holds, depth + 1)
        if condition is not None:
            known |= _unrecorded(graph, condition, chosen, depth + 1)
        found = known if found is None else found & known
    return found or _NOTHING


def _no_array(graph: Graph, value: Value) -> _Known:
    """What is not recorded where a value is no array; what the code itself differentiates by is one."""
    if graph.grades(value.alive) & TRAINED:
        return _NOTHING
    return _Known(_own(value, 0), frozenset((value.number,)))


def _own(value: Value, depth: int) -> int:
    """The source that a value is, whichever way it came."""
    x, y = value.operand("x"), value.operand("y")
    if value.form is Form.JOIN and x is not None and y is not None and depth < _DEPTH:
        return _own(x, depth + 1) & _own(y, depth + 1)
    if role(value) in MOVES and x is not None and depth < _DEPTH:
        return _own(x, depth + 1)
    return value.alive if value.form is Form.SOURCE else 0
