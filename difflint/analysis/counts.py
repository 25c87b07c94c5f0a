"""Arguments that are numbers of things, positions or truth values by what is done with them: none has a gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING

from difflint.analysis.graph import TRAINED, Form, Value
from difflint.analysis.shapes import MOVES, UNCOUNTED, role, stripped
from difflint.catalogue.model import Operator, Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from difflint.analysis.interpreter import Interpreter

_SHARES = MOVES | {Role.ADD, Role.SUBTRACT, Role.MULTIPLY, Role.NEGATE, Role.FLOOR_DIVIDE}
_MOST = 4


def mark_operands(interpreter: Interpreter, operator: Operator, operands: Iterable[tuple[str, Value]]) -> None:
    """Note the arguments that are used as conditions, positions or operands of logic as they came.

    What a fresh array counts to is a number of things if it is a rounded share of one.
    """
    for name, operand in operands:
        if operator.role is Role.LOGIC or name in ("condition", "index"):
            mark_counted(interpreter, operand)
        elif operator.role is Role.FACTORY:
            mark_shares(interpreter, operand)


def mark_counted(interpreter: Interpreter, operand: Value) -> None:
    """Note that an argument is used as it came where only integers and truth values can be."""
    below = stripped(operand)
    if below.form is Form.SOURCE and not interpreter.graph.grades(below.alive) & TRAINED:
        interpreter.graph.counted |= below.alive


def places(interpreter: Interpreter, items: Iterable[object]) -> list[Value]:
    """The integers among settings and bounds of slices that what is trained decides."""
    integers = [item for item in items if isinstance(item, Value) and item.depends and item.integral]
    return [item for item in integers if interpreter.graph.grades(item.depends) & TRAINED]


def mark_shares(interpreter: Interpreter, whole: Value) -> None:
    """Note the arguments that a number of things is a rounded share of: `n` of `2 * (n // 4)`."""
    leaves: list[Value] = []
    pending, rounded = [whole], False
    while pending and len(leaves) < _MOST:
        item = pending.pop()
        if role(item) in _SHARES:
            rounded = rounded or role(item) is Role.FLOOR_DIVIDE
            pending += [operand for name, operand in item.operands if name not in UNCOUNTED]
        else:
            leaves.append(item)
    for leaf in leaves if rounded else ():
        mark_counted(interpreter, leaf)
