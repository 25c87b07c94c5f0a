"""Arguments whose use proves that they hold truth values, positions or counts: nobody differentiates them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from difflint.analysis.graph import TRAINED, Form, Value
from difflint.analysis.shapes import stripped
from difflint.catalogue.model import Operator, Role

if TYPE_CHECKING:
    from difflint.analysis.interpreter import Interpreter

_DEPTH = 6


def mark_operands(interpreter: Interpreter, operator: Operator, operands: list[tuple[str, Value]]) -> None:
    """Note the arguments that are used as conditions, positions, counts or operands of logic as they came."""
    counts = operator.value_domain.integer
    for position, (name, operand) in enumerate(operands):
        if operator.role is Role.LOGIC or name in ("condition", "index") or (counts and not position):
            mark_counted(interpreter, operand)


def mark_counted(interpreter: Interpreter, operand: Value, depth: int = 0) -> None:
    """Note that an argument is used as it came where only integers and truth values can be, whatever chose it."""
    below = stripped(operand)
    if below.form is Form.SOURCE and not interpreter.graph.grades(below.alive) & TRAINED:
        interpreter.graph.counted |= below.alive
    elif below.form is Form.JOIN and depth < _DEPTH:
        for name, arm in below.operands:
            if name != "condition":
                mark_counted(interpreter, arm, depth + 1)
