"""Arguments that are counts by their use: positions, sizes and bounds, rounded on the way there or not.

Where only integers can stand, nothing but data is used: an argument that stands there as it came, or that
whole numbers are added to first, has no gradient at all. What is rounded to be a size (`n = round(share *
width)`) or compared with positions (`arange(width) < n`) is a count by all signs, too: who differentiates it
uses the fraction somewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from difflint.analysis.graph import TRAINED, Form, Graph, Value
from difflint.analysis.objects import Container, Object, flatten
from difflint.analysis.shapes import MOVES, TRUTH, is_pick, is_reduced, role, stripped
from difflint.catalogue.model import Operator, Role

if TYPE_CHECKING:
    from difflint.analysis.interpreter import Interpreter

_WHOLE = (Role.ADD, Role.SUBTRACT, Role.MULTIPLY, Role.NEGATE, Role.HULL, Role.INDEX, Role.MAXIMUM, Role.MINIMUM)
"""What makes integers of integers, and numbers of numbers."""
_LAID = frozenset({Role.SHAPE, Role.VIEW, Role.MARK, Role.DETACH})
_KEPT = MOVES | {Role.DETACH, Role.CONVERT, Role.REBUILD}
_SIZED = (Role.FACTORY, Role.RANDOM, Role.SHAPE, Role.VIEW)
_DEPTH = 8


def note_counts(interpreter: Interpreter, operator: Operator, operands: list[tuple[str, Value]]) -> None:
    """Note the arguments that are used as conditions, counts or operands of logic as they came, or as positions."""
    counts = operator.value_domain.integer
    if _is_in_order(operator, operands):
        for _, operand in operands:
            note_bound(interpreter, operand)
    for position, (name, operand) in enumerate(operands):
        if name == "index":
            note_count(interpreter.graph, operand, _WHOLE)
        elif operator.role is Role.LOGIC or name == "condition" or (counts and not position):
            note_count(interpreter.graph, operand)


def note_sizes(
    interpreter: Interpreter,
    operator: Operator,
    positional: tuple[Object, ...],
    keywords: Mapping[str, Object],
    arguments: Mapping[str, Object],
) -> None:
    """Note what says how large a result is: what a maker or mover of arrays is given besides its operands."""
    if operator.role not in _SIZED:
        return
    operands = {id(arguments[name]) for name in operator.arguments if name in arguments}
    for item in (*positional, *keywords.values()):
        parts = flatten(item, _DEPTH) if isinstance(item, Container) else (item,)
        for part in parts if id(item) not in operands else ():
            if isinstance(part, Value) and part.depends and interpreter.graph.owns(part) and _is_number(part):
                interpreter.graph.sizes.append(part)


def _is_number(value: Value, depth: int = 0) -> bool:
    """Whether a value is one entry, reduced from several or computed of such: no array to take the size of."""
    if value.form in (Form.CONSTANT, Form.SETTING) or is_pick(value) or is_reduced(value):
        return True
    computed = value.form is Form.JOIN or role(value) in _WHOLE or role(value) is Role.FUNCTION
    parts = [operand for name, operand in value.operands if name != "condition"]
    return computed and depth < _DEPTH and all(_is_number(part, depth + 1) for part in parts)


def note_bound(interpreter: Interpreter, bound: Value) -> None:
    """Note a bound of a slice or of a loop, or the key of an entry."""
    graph = interpreter.graph
    note_count(graph, bound, _WHOLE)
    if bound.depends and graph.owns(bound):
        graph.sizes.append(bound)


def note_count(graph: Graph, operand: Value, through: tuple[Role, ...] = (), depth: int = 0) -> None:
    """Note the arguments that a value is, whatever chose it, or is computed of by operators of some roles."""
    below = stripped(operand)
    if below.form is Form.SOURCE:
        if not graph.grades(below.alive) & TRAINED:
            graph.counted |= below.alive
        return
    below = stripped(operand, _LAID)
    if (role(below) in through or below.form is Form.JOIN) and below.alive and depth < _DEPTH:
        for name, part in below.operands:
            if name != "condition" and part.alive:
                note_count(graph, part, through, depth + 1)


def sized(graph: Graph) -> frozenset[int]:
    """The numbers of the values that the size of something is known to be computed of."""
    found: set[int] = set()
    pending = list(graph.sizes)
    while pending:
        value = pending.pop()
        if value.number not in found and value.depends and value.form is not Form.UNKNOWN:
            found.add(value.number)
            pending += [operand for name, operand in graph.inputs(value) if name != "condition"]
    return frozenset(found)


def is_count(graph: Graph, value: Value, bits: int, sizes: frozenset[int]) -> bool:
    """Whether what has no gradient by the sources in `bits` counts by what it is used for: they are data."""
    if graph.grades(bits) & TRAINED:
        return False
    one = _is_positions(value) and len(value.operands) == 1
    return one or value.number in sizes or _compares_positions(value)


def _compares_positions(value: Value, depth: int = 0) -> bool:
    """Whether all that a truth value asks of sources is which positions lie before or behind them."""
    below = stripped(value, _KEPT)
    if role(below) not in TRUTH or depth > _DEPTH:
        return False
    if role(below) is Role.COMPARE:
        return any(_is_positions(operand) for _, operand in below.operands)
    asked = [operand for _, operand in below.operands if operand.depends]
    return bool(asked) and all(_compares_positions(operand, depth + 1) for operand in asked)


def _is_positions(value: Value) -> bool:
    """Whether a value counts the entries of an axis."""
    below = stripped(value, MOVES | {Role.INDEX, Role.DETACH})
    return below.operator is not None and _is_in_order(below.operator, below.operands)


def _is_in_order(operator: Operator, operands: Sequence[tuple[str, Value]]) -> bool:
    """Whether an operator gives the places of an axis: a number of them, or whole steps from a whole start."""
    others = [part for name, part in operands if name != "end"] if len(operands) > 1 else []
    return operator.relation == "positions" and all(part.integral for part in others)


def places(interpreter: Interpreter, items: Iterable[object]) -> list[Value]:
    """The integers among settings and bounds of slices that what is trained decides."""
    integers = [item for item in items if isinstance(item, Value) and item.depends and item.integral]
    return [item for item in integers if interpreter.graph.grades(item.depends) & TRAINED]
