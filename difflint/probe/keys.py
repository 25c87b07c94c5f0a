"""Which parameters of a function are mappings: those it takes items of by name, or hands to functions that do."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Mapping
from typing import Any

_DEPTH = 4


def keys_of(function: Callable[..., Any], depth: int = _DEPTH) -> Mapping[str, tuple[str, ...]]:
    """The keys by parameter, in the order of the code."""
    plain = inspect.unwrap(getattr(function, "__func__", function))
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(plain)))
        parameters = list(inspect.signature(plain).parameters)
    except (OSError, TypeError, ValueError, SyntaxError):
        return {}
    found: dict[str, dict[str, None]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
            if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
                found.setdefault(node.value.id, {})[node.slice.value] = None
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and depth:
            called = getattr(plain, "__globals__", {}).get(node.func.id)
            if inspect.isfunction(called):
                for name, keys in _handed(node, called, depth - 1).items():
                    found.setdefault(name, {}).update(dict.fromkeys(keys))
    return {name: tuple(found[name]) for name in parameters if name in found}


def _handed(call: ast.Call, called: Callable[..., Any], depth: int) -> Mapping[str, tuple[str, ...]]:
    """The keys that a called function takes of names handed to it."""
    inner = keys_of(called, depth)
    if not inner:
        return {}
    given = dict(zip(inspect.signature(called).parameters, call.args))
    given.update({item.arg: item.value for item in call.keywords if item.arg is not None})
    return {value.id: inner[name] for name, value in given.items() if name in inner and isinstance(value, ast.Name)}
