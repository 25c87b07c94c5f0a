"""Denominators that have zero as an end of their interval, and yet are zero for nothing in use."""

from __future__ import annotations

from difflint.analysis.graph import Form, Grade, Graph, Value
from difflint.analysis.shapes import MOVES, is_leaf, role, stripped
from difflint.catalogue.model import Role
from difflint.domain.interval import Interval


def is_never_zero(graph: Graph, operand: Value) -> bool:
    """Whether a denominator that could be zero is so for nothing in use."""
    return (
        is_power_of_input(graph, operand)
        or _is_length(graph, operand)
        or _is_count(graph, operand)
        or _is_size_of_weights(graph, operand)
    )


def is_power_of_input(graph: Graph, operand: Value) -> bool:
    """An even power of a plain argument, or of a parameter away from zero: no zero but that of the argument."""
    below = stripped(operand)
    kind = role(below)
    if kind is Role.MAXIMUM:
        return any(is_power_of_input(graph, part) for _, part in below.operands)
    if kind is Role.FUNCTION and below.family == "root":
        return is_power_of_input(graph, below.operands[0][1])
    if kind in (Role.SQUARE, Role.POWER, Role.MULTIPLY, Role.ABSOLUTE):
        return is_leaf(below.operands[0][1]) and not (graph.is_trained(operand) and graph.may_start_at_zero(operand))
    return False


def _is_length(graph: Graph, operand: Value) -> bool:
    """The length of an argument, of what weights make of one or of what nobody knows: zero for no vector in use."""
    below = stripped(operand)
    return below.family == "norm" and bool(below.operands) and _is_in_use(graph, below.operands[0][1])


def _is_in_use(graph: Graph, vector: Value, depth: int = 0) -> bool:
    """Whether a vector is data or made by weights, whichever of several it is."""
    vector = stripped(vector)
    if vector.form is Form.JOIN and depth < 4:
        arms = [arm for name, arm in vector.operands if name != "condition"]
        return all(_is_in_use(graph, arm, depth + 1) for arm in arms)
    made = vector.form is Form.UNKNOWN or (role(vector) is Role.BILINEAR and graph.is_trained(vector))
    return made or (is_leaf(vector) and not graph.is_trained(vector))


def _is_count(graph: Graph, operand: Value) -> bool:
    """How many entries of a mask hold that comes from outside, as it came: none for no mask in use."""
    below = stripped(operand)
    mask = stripped(below.operands[0][1]) if role(below) is Role.SUM else below
    if role(mask) is Role.LOGIC and len(mask.operands) == 1:
        mask = stripped(mask.operands[0][1])
    return mask is not below and is_leaf(mask) and not graph.is_trained(mask)


def _is_size_of_weights(graph: Graph, operand: Value) -> bool:
    """A size that a parameter adds to, or a sum over one: it vanishes only if much else does, or all of it.

    Unless training starts there.
    """
    below = stripped(operand, MOVES | {Role.DETACH, Role.INDEX})
    kind, parts = role(below), [part for _, part in below.operands if part.depends]
    if not parts or not all(part.range.nonnegative for part in parts):
        return False
    if kind in (Role.SQUARE, Role.POWER, Role.MULTIPLY):
        return all(_is_size_of_weights(graph, part) for part in parts)
    if kind is Role.ADD:
        return len(parts) == 2 and any(_is_weight(graph, part) or _is_size_of_weights(graph, part) for part in parts)
    return kind in (Role.SUM, Role.HULL) and len(parts) == 1 and _is_weight(graph, parts[0])


def _is_weight(graph: Graph, size: Value) -> bool:
    """Whether a value is the size or an even power of a parameter that is not made of zeros."""
    below = stripped(size)
    if role(below) not in (Role.SQUARE, Role.POWER, Role.MULTIPLY, Role.ABSOLUTE):
        return False
    leaf, sources = below.operands[0][1], graph.named(size.alive)
    made = any(source.start == Interval.point(0.0) for source in sources)
    return is_leaf(leaf) and {source.grade for source in sources} == {Grade.PARAMETER} and not made
