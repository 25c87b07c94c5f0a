"""The closed expression language of the operator tables: formulas over numbers.

Names of arguments, numbers, `+ - * / **`, comparisons, `a if c else b`, and the functions below.
A text is parsed once, every node is checked, and only then compiled; nothing else can run.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from difflint.errors import nearest

Namespace = Mapping[str, Any]


def _sign(x: float) -> float:
    return math.copysign(1.0, x) if x else 0.0


def _sigmoid(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x)) if x >= 0 else math.exp(x) / (1.0 + math.exp(x))


def _log(x: float) -> float:
    return -math.inf if x == 0 else math.log(x)


def _log1p(x: float) -> float:
    return -math.inf if x == -1 else math.log1p(x)


def _select(condition: bool, x: float, y: float) -> float:
    return x if condition else y


MATH: Namespace = {
    "exp": math.exp,
    "log": _log,
    "sqrt": math.sqrt,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "tanh": math.tanh,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "atan": math.atan,
    "asin": math.asin,
    "acos": math.acos,
    "asinh": math.asinh,
    "acosh": math.acosh,
    "atanh": math.atanh,
    "atan2": math.atan2,
    "erf": math.erf,
    "erfc": math.erfc,
    "expm1": math.expm1,
    "log1p": _log1p,
    "lgamma": math.lgamma,
    "abs": abs,
    "sign": _sign,
    "min": min,
    "max": max,
    "where": _select,
    "floor": math.floor,
    "ceil": math.ceil,
    "round": round,
    "trunc": math.trunc,
    "sigmoid": _sigmoid,
    "hypot": math.hypot,
    "cbrt": math.cbrt,
    "pi": math.pi,
    "e": math.e,
    "inf": math.inf,
}

_NODES = (
    ast.Expression,
    ast.BinOp,
    ast.UnaryOp,
    ast.Compare,
    ast.IfExp,
    ast.Call,
    ast.Name,
    ast.Constant,
    ast.Load,
    ast.Add,
    ast.Sub,
    ast.Mult,
    ast.Div,
    ast.Pow,
    ast.Mod,
    ast.USub,
    ast.UAdd,
    ast.Lt,
    ast.LtE,
    ast.Gt,
    ast.GtE,
    ast.Eq,
    ast.NotEq,
    ast.BoolOp,
    ast.And,
    ast.Or,
)


def check(text: str, arguments: tuple[str, ...]) -> None:
    """Raise ValueError, saying what is wrong, unless `text` is a formula in `arguments`."""
    try:
        tree = ast.parse(text, mode="eval")
    except SyntaxError as error:
        raise ValueError(f"{text!r} is no expression: {error.msg}") from None
    for node in ast.walk(tree):
        if not isinstance(node, _NODES):
            raise ValueError(f"{type(node).__name__} in {text!r} is not part of the language")
        if isinstance(node, ast.Name) and node.id not in arguments and node.id not in MATH:
            raise ValueError(f"unknown name {node.id!r} in {text!r}, expected {nearest(node.id, (*arguments, *MATH))}")
        if isinstance(node, ast.Call) and (not isinstance(node.func, ast.Name) or node.keywords):
            raise ValueError(f"{text!r} calls something that is not a function of the language")
        if isinstance(node, ast.Constant) and not isinstance(node.value, (int, float)):
            raise ValueError(f"{node.value!r} in {text!r} is not a number")


def compile_formula(text: str, arguments: tuple[str, ...], namespace: Namespace = MATH) -> Callable[..., Any]:
    """A callable of `arguments`; another `namespace` (numpy, duals) gives other numbers."""
    check(text, arguments)
    code = compile(f"lambda {', '.join(arguments)}: ({text})", "<formula>", "eval")
    made: Callable[..., Any] = eval(code, {"__builtins__": {}, **namespace})
    return made


@cache
def function(text: str) -> Callable[[float], float]:
    """The formula as a function of its one argument `x`, on floats."""
    return compile_formula(text, ("x",))
