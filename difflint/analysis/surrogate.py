"""Gradients that are meant to differ from the derivative of the value."""

from __future__ import annotations

from difflint.analysis.graph import Value
from difflint.analysis.shapes import MOVES, role, stripped
from difflint.catalogue.model import Role
from difflint.domain.flow import Flow

_LIMIT = 16


def surrogate_family(value: Value) -> str:
    """The family of a surrogate gradient at an operation, the empty text if it has none."""
    operator = value.operator
    if operator is None:
        return ""
    if operator.family in ("straight-through", "relaxation"):
        return operator.family if any(operator.flow_of(name) is Flow.SURROGATE for name, _ in value.operands) else ""
    return "straight-through" if is_straight_through(value) else ""


def is_straight_through(value: Value) -> bool:
    """Whether a sum passes the gradient of x and the value of something else: x + detach(y - x)."""
    if role(value) not in (Role.ADD, Role.SUBTRACT) or not value.alive:
        return False
    if any(is_straight_through(stripped(operand, MOVES)) for _, operand in value.operands):
        return False  # reported there
    parts = _terms(value)
    for live, sign, detached in parts:
        if detached or not live.alive:
            continue
        others = [part for part in parts if part[2]]
        cancelled = any(part.number == live.number and way != sign for part, way, _ in others)
        if cancelled and any(part.number != live.number and part.depends for part, _, _ in others):
            return True
    return False


def _terms(value: Value) -> list[tuple[Value, bool, bool]]:
    """Summands with their sign, and whether they stand behind a detach."""
    found: list[tuple[Value, bool, bool]] = []
    pending = [(value, True, False)]
    while pending and len(found) < _LIMIT:
        item, positive, detached = pending.pop()
        below = stripped(item, MOVES)
        kind = role(below)
        x, y = below.operand("x"), below.operand("y")
        if kind is Role.DETACH and x is not None:
            pending.append((x, positive, True))
        elif kind is Role.NEGATE and x is not None:
            pending.append((x, not positive, detached))
        elif kind in (Role.ADD, Role.SUBTRACT) and x is not None and y is not None:
            pending += [(x, positive, detached), (y, positive if kind is Role.ADD else not positive, detached)]
        else:
            found.append((below, positive, detached))
    return found
