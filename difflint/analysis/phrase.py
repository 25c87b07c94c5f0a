"""Values as text in terms of the arguments, and the conditions of points."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from difflint import ir
from difflint.analysis.graph import Form, Source, Value
from difflint.analysis.shapes import GETITEM, MOVES, TRUTH, role, stripped
from difflint.analysis.wording import argument_text, is_configured, shortened
from difflint.catalogue.model import Role
from difflint.domain.interval import Interval

_WIDTH = 60
_DEPTH = 12
_INFIX = {
    Role.ADD: ("+", 4),
    Role.SUBTRACT: ("-", 4),
    Role.MULTIPLY: ("*", 5),
    Role.DIVIDE: ("/", 5),
    Role.POWER: ("**", 7),
}
_RELATIONS = {"lt": "<", "le": "<=", "eq": "==", "ne": "!=", "gt": ">", "ge": ">="}
_ATOM = 9
_UNNAMED = frozenset({Role.SELECT, Role.FILL, Role.WRITE, Role.ACCUMULATE, Role.CONCATENATE, Role.LAYER})
_ZERO = Interval.point(0.0)


class Phrases:
    """Writes values of one graph as text; `modules` are the texts the values come from, by path."""

    def __init__(self, modules: Mapping[str, ir.Module]) -> None:
        self._modules = modules

    def of(self, value: Value, user: Value | None = None) -> str:
        """A value in terms of arguments; else, if that is long, as the operation `user` spells it."""
        text = self._text(value, 0)[0]
        if text and len(text) <= _WIDTH:
            return text
        spelled = argument_text(self._modules[user.site.path], user, value) if user is not None else ""
        return spelled or shortened(text) or self.source(value)

    def source(self, value: Value) -> str:
        """The text that computes a value."""
        return shortened(self._modules[value.site.path].text[value.site.start : value.site.end])

    def is_configured(self, value: Value) -> bool:
        """Whether the code gives an operation numbers that move its points or change its slopes."""
        return is_configured(self._modules[value.site.path], value)

    def equation(self, x: Value, y: Value | float, user: Value) -> str:
        """`x == y`, with a difference that is zero as an equation of its own."""
        if not isinstance(y, Value) and y == 0.0:
            below = stripped(x, MOVES)
            left, right = below.operand("x"), below.operand("y")
            if role(below) is Role.SUBTRACT and left is not None and right is not None:
                return self.equation(left, right, below)
            if role(below) is Role.NEGATE and left is not None:
                return self.equation(left, y, below)
        if isinstance(y, Value) and not y.range.is_point and stripped(x).range.is_point:
            x, y = y, x
        if isinstance(y, Value) and y.range == _ZERO:
            return self.equation(x, 0.0, user)
        right_text = self.of(y, user) if isinstance(y, Value) else f"{y:g}"
        return f"{self.of(x, user)} == {right_text}"

    def boundary(self, condition: Value, depth: int = 0) -> str:
        """Where a truth value changes: the equations of its comparisons, none for tests of NaN and infinity."""
        below = stripped(condition)
        x, y = below.operand("x"), below.operand("y")
        if role(below) is Role.COMPARE and x is not None and y is not None:
            return self.equation(x, y, below)
        if role(below) in (Role.LOGIC, Role.ANY, Role.ALL) and depth < 4:
            tests = [operand for _, operand in below.operands if operand.depends and role(stripped(operand)) in TRUTH]
            parts = [self.boundary(operand, depth + 1) for operand in tests]
            if parts:
                return " or ".join(dict.fromkeys(part for part in parts if part))
        return "" if role(below) is Role.TEST else f"{self.of(below)} changes"

    def formula(self, text: str, value: Value) -> str:
        """Where a formula of an operator's row is zero, with the operands of `value` in it."""
        tree = ast.parse(text, mode="eval").body
        if "where" in text or not all(value.operand(name) for name in _names(tree)):
            return ""
        if isinstance(tree, ast.Name):
            operand = value.operand(tree.id)
            return self.equation(operand, 0.0, value) if operand is not None else ""
        words = re.fullmatch(r"(.+) - round\(\1\)", text), re.fullmatch(r"(.+) - floor\(\1\) - 0\.5", text)
        for match, word in zip(words, ("an integer", "a half-integer")):
            if match:
                filled = self._filled(ast.parse(match.group(1), mode="eval").body, value)
                return f"{filled.removesuffix(' / 1')} is {word}"
        if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Sub):
            return f"{self._filled(tree.left, value)} == {self._filled(tree.right, value)}"
        return ""

    def _filled(self, tree: ast.expr, value: Value) -> str:
        names = {name: value.operand(name) for name in _names(tree)}
        if isinstance(tree, ast.Name):
            operand = names[tree.id]
            return self.of(operand, value) if operand is not None else tree.id
        texts = {name: self._grouped(operand, value) for name, operand in names.items() if operand is not None}
        return re.sub(r"[a-z]\w*", lambda match: texts.get(match.group(), match.group()), ast.unparse(tree))

    def _grouped(self, operand: Value, user: Value) -> str:
        text = self.of(operand, user)
        return text if re.fullmatch(r"[\w.]+(\(.*\))?", text) else f"({text})"

    def _text(self, value: Value, depth: int) -> tuple[str, int]:
        """The text and how tightly it binds; the empty text for what cannot be said."""
        if depth > _DEPTH:
            return "", 0
        if value.form is Form.CONSTANT:
            return _constant(value.constant)
        if value.form is Form.SOURCE:
            return (value.constant.name, _ATOM) if isinstance(value.constant, Source) else ("", 0)
        if value.form is Form.SETTING:
            return self._setting(value), _ATOM
        if value.form is not Form.OPERATION or value.operator is None or not value.operands:
            return "", 0
        return self._operation(value, depth)

    def _setting(self, value: Value) -> str:
        match = re.match(r"\**([A-Za-z_]\w*)\s*(?:[:=].*)?$", self.source(value))
        if match:
            return match.group(1)
        return f"{value.range.lo:g}" if value.range.is_point else ""

    def _operation(self, value: Value, depth: int) -> tuple[str, int]:
        kind, first = role(value), value.operands[0][1]
        if kind in MOVES or kind is Role.DETACH:
            if value.spelling is None or value.spelling.name != GETITEM:
                return self._text(first, depth + 1)
        if kind is Role.INDEX or (value.spelling is not None and value.spelling.name == GETITEM):
            text, tightness = self._text(first, depth + 1)
            index = _subscript(self._modules[value.site.path].text[value.site.start : value.site.end])
            return (text + index, _ATOM) if text and index and tightness == _ATOM else ("", 0)
        if kind in _INFIX:
            return self._infix(value, *_INFIX[kind], depth)
        if kind is Role.COMPARE:
            relation = _RELATIONS.get(value.operator.relation if value.operator else "", "")
            return self._infix(value, relation, 2, depth) if relation else ("", 0)
        if kind is Role.NEGATE:
            text, tightness = self._text(first, depth + 1)
            return (f"-{_tight(text, tightness, 6)}", 6) if text else ("", 0)
        if kind is Role.SQUARE:
            text, tightness = self._text(first, depth + 1)
            return (f"{_tight(text, tightness, 8)}**2", 7) if text else ("", 0)
        return self._call(value, depth)

    def _infix(self, value: Value, sign: str, level: int, depth: int) -> tuple[str, int]:
        texts = [self._text(operand, depth + 1) for _, operand in value.operands]
        if len(texts) != 2 or not all(text for text, _ in texts):
            return "", 0
        (x, left), (y, right) = texts
        space = " " if level < 7 else ""
        return f"{_tight(x, left, level + (level == 7))}{space}{sign}{space}{_tight(y, right, level + 1)}", level

    def _call(self, value: Value, depth: int) -> tuple[str, int]:
        if role(value) in _UNNAMED or value.spelling is None or value.operator is None:
            return "", 0
        texts = [self._text(operand, depth + 1)[0] for _, operand in value.operands]
        name = value.spelling.name.rpartition(".")[2]
        if name[:1].isupper():  # a layer: the code calls it by its own name
            name = self._modules[value.site.path].text[value.site.start : value.site.end].partition("(")[0]
        return (f"{name}({', '.join(texts)})", _ATOM) if all(texts) else ("", 0)


def _tight(text: str, tightness: int, wanted: int) -> str:
    return text if tightness >= wanted else f"({text})"


def _constant(content: object) -> tuple[str, int]:
    text = f"{content:g}" if isinstance(content, float) else repr(content)
    return (text, 6 if text.startswith("-") else _ATOM)


def _subscript(text: str) -> str:
    """The index at the end of a subscript's text."""
    if not text.endswith("]"):
        return ""
    open_ = 0
    for place in range(len(text) - 1, -1, -1):
        open_ += {"]": 1, "[": -1}.get(text[place], 0)
        if open_ == 0:
            return " ".join(text[place:].split())
    return ""


def _names(tree: ast.expr) -> set[str]:
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - called
