"""Expressions: LibCST nodes to IR, by dispatch on the node's type."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable
from typing import Any

import libcst as cst

from difflint import ir

_BINARY: dict[type, str] = {
    cst.Add: "add",
    cst.Subtract: "sub",
    cst.Multiply: "mul",
    cst.Divide: "truediv",
    cst.FloorDivide: "floordiv",
    cst.Modulo: "mod",
    cst.Power: "pow",
    cst.MatrixMultiply: "matmul",
    cst.BitAnd: "and_",
    cst.BitOr: "or_",
    cst.BitXor: "xor",
    cst.LeftShift: "lshift",
    cst.RightShift: "rshift",
}
_COMPARE: dict[type, str] = {
    cst.LessThan: "lt",
    cst.LessThanEqual: "le",
    cst.Equal: "eq",
    cst.NotEqual: "ne",
    cst.GreaterThanEqual: "ge",
    cst.GreaterThan: "gt",
    cst.Is: "is_",
    cst.IsNot: "is_not",
    cst.In: "contains",
    cst.NotIn: "not_contains",
}
_UNARY: dict[type, str] = {cst.Minus: "neg", cst.Plus: "pos", cst.BitInvert: "invert", cst.Not: "not_"}
AUGMENTED: dict[type, str] = {
    cst.AddAssign: "add",
    cst.SubtractAssign: "sub",
    cst.MultiplyAssign: "mul",
    cst.DivideAssign: "truediv",
    cst.FloorDivideAssign: "floordiv",
    cst.ModuloAssign: "mod",
    cst.PowerAssign: "pow",
    cst.MatrixMultiplyAssign: "matmul",
    cst.BitAndAssign: "and_",
    cst.BitOrAssign: "or_",
    cst.BitXorAssign: "xor",
    cst.LeftShiftAssign: "lshift",
    cst.RightShiftAssign: "rshift",
}
_LITERALS = {"True": True, "False": False, "None": None}
_evaluated = functools.lru_cache(1024)(ast.literal_eval)


class Expressions:
    """Lowers expressions; knows where nodes stand, and whether the function at hand yields."""

    def __init__(self, starts: dict[int, int], ends: dict[int, int]) -> None:
        self._starts = starts
        self._ends = ends
        self.yields = False

    def place(self, node: cst.CSTNode) -> tuple[int, int]:
        """Start and end offset of a node."""
        return self._starts[id(node)], self._ends[id(node)]

    def expression(self, node: cst.BaseExpression) -> ir.Expression:
        """Lower one expression; what is not modelled becomes `ir.Top`."""
        rule = _RULES.get(type(node))
        if rule is None:
            return ir.Top(*self.place(node), ())
        made: ir.Expression = rule(self, node)
        return made

    def optional(self, node: cst.BaseExpression | None) -> ir.Expression | None:
        """Lower an expression that may be missing."""
        return None if node is None else self.expression(node)

    def function_of(self, node: cst.Lambda) -> ir.Function:
        """A lambda as a function; overridden where statements are known."""
        raise AssertionError

    def arguments(self, args: Any) -> tuple[ir.Argument, ...]:
        """The arguments of a call or the bases of a class."""
        return tuple(
            ir.Argument(self.expression(arg.value), arg.keyword.value if arg.keyword else None, len(arg.star))
            for arg in args
        )


def _name(self: Expressions, node: cst.Name) -> ir.Expression:
    place = self.place(node)
    if node.value in _LITERALS:
        return ir.Constant(*place, _LITERALS[node.value])
    return ir.Name(*place, node.value)


def _literal(self: Expressions, node: cst.BaseExpression) -> ir.Expression:
    place = self.place(node)
    text = node.value  # type: ignore[attr-defined]
    try:
        return ir.Constant(*place, _evaluated(text))
    except (ValueError, SyntaxError, MemoryError):
        return ir.Top(*place, ())


def _simple_string(self: Expressions, node: cst.SimpleString) -> ir.Expression:
    text = node.value
    if len(text) > 2000:
        return ir.Constant(*self.place(node), "")
    return _literal(self, node)


def _ellipsis(self: Expressions, node: cst.Ellipsis) -> ir.Expression:
    return ir.Constant(*self.place(node), ...)


def _concatenated(self: Expressions, node: cst.ConcatenatedString) -> ir.Expression:
    left, right = self.expression(node.left), self.expression(node.right)
    place = self.place(node)
    if isinstance(left, ir.Constant) and isinstance(right, ir.Constant) and type(left.value) is type(right.value):
        if isinstance(left.value, (str, bytes)):
            return ir.Constant(*place, left.value + right.value)  # type: ignore[operator]
    return ir.Formatted(*place, (left, right))


def _formatted(self: Expressions, node: Any) -> ir.Expression:
    values: list[ir.Expression] = []
    for part in node.parts:
        inner = getattr(part, "expression", None)
        if inner is not None:
            values.append(self.expression(inner))
    return ir.Formatted(*self.place(node), tuple(values))


def _attribute(self: Expressions, node: cst.Attribute) -> ir.Expression:
    return ir.Attribute(*self.place(node), self.expression(node.value), node.attr.value)


def _call(self: Expressions, node: cst.Call) -> ir.Expression:
    return ir.Call(*self.place(node), self.expression(node.func), self.arguments(node.args))


def _binary(self: Expressions, node: cst.BinaryOperation) -> ir.Expression:
    """Long chains lean to the left: walk down without recursion."""
    chain: list[cst.BinaryOperation] = []
    current: cst.BaseExpression = node
    while isinstance(current, cst.BinaryOperation):
        chain.append(current)
        current = current.left
    made = self.expression(current)
    for item in reversed(chain):
        operator = _BINARY.get(type(item.operator), "")
        made = ir.Operation(*self.place(item), operator, (made, self.expression(item.right)))
    return made


def _boolean(self: Expressions, node: cst.BooleanOperation) -> ir.Expression:
    kind = type(node.operator)
    values: list[ir.Expression] = []
    current: cst.BaseExpression = node
    while (
        isinstance(current, cst.BooleanOperation)
        and type(current.operator) is kind
        and (current is node or not current.lpar)
    ):
        values.append(self.expression(current.right))
        current = current.left
    values.append(self.expression(current))
    made = ir.AllOf if kind is cst.And else ir.AnyOf
    return made(*self.place(node), tuple(reversed(values)))


def _unary(self: Expressions, node: cst.UnaryOperation) -> ir.Expression:
    operand = self.expression(node.expression)
    place = self.place(node)
    operator = _UNARY.get(type(node.operator), "")
    if operator == "neg" and isinstance(operand, ir.Constant) and isinstance(operand.value, (int, float)):
        if not isinstance(operand.value, bool):
            return ir.Constant(*place, -operand.value)
    return ir.Operation(*place, operator, (operand,))


def _comparison(self: Expressions, node: cst.Comparison) -> ir.Expression:
    place = self.place(node)
    left = self.expression(node.left)
    start = left.start
    pairs: list[ir.Expression] = []
    for target in node.comparisons:
        right = self.expression(target.comparator)
        pairs.append(ir.Operation(start, right.end, _COMPARE.get(type(target.operator), ""), (left, right)))
        left, start = right, right.start
    if len(pairs) == 1:
        first = pairs[0]
        assert isinstance(first, ir.Operation)
        return ir.Operation(*place, first.operator, first.operands)
    return ir.AllOf(*place, tuple(pairs))


def _conditional(self: Expressions, node: cst.IfExp) -> ir.Expression:
    return ir.Conditional(
        *self.place(node), self.expression(node.test), self.expression(node.body), self.expression(node.orelse)
    )


def _subscript(self: Expressions, node: cst.Subscript) -> ir.Expression:
    place = self.place(node)
    parts = [_element(self, part) for part in node.slice]
    if len(parts) == 1 and node.slice[0].comma.__class__ is not cst.Comma:
        index = parts[0]
    else:
        index = ir.Sequence(parts[0].start, parts[-1].end, ir.SequenceKind.TUPLE, tuple(parts))
    return ir.Subscript(*place, self.expression(node.value), index)


def _element(self: Expressions, node: cst.SubscriptElement) -> ir.Expression:
    part = node.slice
    if isinstance(part, cst.Slice):
        return ir.Slice(
            *self.place(part), self.optional(part.lower), self.optional(part.upper), self.optional(part.step)
        )
    assert isinstance(part, cst.Index)
    value = self.expression(part.value)
    if part.star:
        return ir.Starred(*self.place(part), value)
    return value


def _display(kind: ir.SequenceKind) -> Callable[[Expressions, Any], ir.Expression]:
    def rule(self: Expressions, node: Any) -> ir.Expression:
        elements: list[ir.Expression] = []
        for element in node.elements:
            value = self.expression(element.value)
            if isinstance(element, cst.StarredElement):
                value = ir.Starred(*self.place(element), value)
            elements.append(value)
        return ir.Sequence(*self.place(node), kind, tuple(elements))

    return rule


def _dict(self: Expressions, node: cst.Dict) -> ir.Expression:
    keys: list[ir.Expression | None] = []
    values: list[ir.Expression] = []
    for element in node.elements:
        keys.append(self.expression(element.key) if isinstance(element, cst.DictElement) else None)
        values.append(self.expression(element.value))
    return ir.Mapping(*self.place(node), tuple(keys), tuple(values))


def _comprehension(kind: ir.ComprehensionKind) -> Callable[[Expressions, Any], ir.Expression]:
    def rule(self: Expressions, node: Any) -> ir.Expression:
        generators: list[ir.Generator] = []
        part = node.for_in
        while part is not None:
            generators.append(
                ir.Generator(
                    self.expression(part.target),
                    self.expression(part.iter),
                    tuple(self.expression(condition.test) for condition in part.ifs),
                )
            )
            part = part.inner_for_in
        if kind is ir.ComprehensionKind.DICT:
            key, element = self.expression(node.key), self.expression(node.value)
        else:
            key, element = None, self.expression(node.elt)
        return ir.Comprehension(*self.place(node), kind, element, key, tuple(generators))

    return rule


def _lambda(self: Expressions, node: cst.Lambda) -> ir.Expression:
    return ir.Lambda(*self.place(node), self.function_of(node))


def _walrus(self: Expressions, node: cst.NamedExpr) -> ir.Expression:
    target = self.expression(node.target)
    assert isinstance(target, ir.Name)
    return ir.Walrus(*self.place(node), target, self.expression(node.value))


def _await(self: Expressions, node: cst.Await) -> ir.Expression:
    return ir.Await(*self.place(node), self.expression(node.expression))


def _yield(self: Expressions, node: cst.Yield) -> ir.Expression:
    self.yields = True
    value = node.value
    if isinstance(value, cst.From):
        return ir.Yield(*self.place(node), self.expression(value.item), True)
    return ir.Yield(*self.place(node), self.optional(value), False)


_RULES: dict[type, Callable[[Expressions, Any], ir.Expression]] = {
    cst.Name: _name,
    cst.Integer: _literal,
    cst.Float: _literal,
    cst.Imaginary: _literal,
    cst.SimpleString: _simple_string,
    cst.Ellipsis: _ellipsis,
    cst.ConcatenatedString: _concatenated,
    cst.FormattedString: _formatted,
    cst.Attribute: _attribute,
    cst.Call: _call,
    cst.BinaryOperation: _binary,
    cst.BooleanOperation: _boolean,
    cst.UnaryOperation: _unary,
    cst.Comparison: _comparison,
    cst.IfExp: _conditional,
    cst.Subscript: _subscript,
    cst.Tuple: _display(ir.SequenceKind.TUPLE),
    cst.List: _display(ir.SequenceKind.LIST),
    cst.Set: _display(ir.SequenceKind.SET),
    cst.Dict: _dict,
    cst.ListComp: _comprehension(ir.ComprehensionKind.LIST),
    cst.SetComp: _comprehension(ir.ComprehensionKind.SET),
    cst.GeneratorExp: _comprehension(ir.ComprehensionKind.GENERATOR),
    cst.DictComp: _comprehension(ir.ComprehensionKind.DICT),
    cst.Lambda: _lambda,
    cst.NamedExpr: _walrus,
    cst.Await: _await,
    cst.Yield: _yield,
}
if hasattr(cst, "TemplatedString"):
    _RULES[cst.TemplatedString] = _formatted
