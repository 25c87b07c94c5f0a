"""Which one input a function lacks, from the expression that failed, and the flag that gives it."""

from __future__ import annotations

import ast
import inspect
from itertools import islice
from types import TracebackType

from difflint.probe.given import advice
from difflint.probe.reading import Function, behind, is_called, keys, names


def suggestion(error: BaseException | None, free: list[str], function: Function | None, path: str) -> str:
    """What to say to make a call succeed; `free` are the arguments that were made up. Empty if there are none."""
    if not free:
        return ""
    if function is None:
        return f"; say --input {free[0]}='normal(3)'"
    failed = None if error is None else _failed(error.__traceback__, function, path)
    name = _culprit(failed, free, function)
    return f"; {_flag(name, failed, error, function)}"


def _culprit(failed: ast.AST | None, free: list[str], function: Function) -> str:
    """The argument in the failed expression, or behind a name in it; of several the last one."""
    if failed is None:
        return free[0]
    used = [item.id for item in ast.walk(failed) if isinstance(item, ast.Name)]
    direct = [name for name in used if name in free]
    if direct:
        asked = _asked(failed)
        return asked if asked in direct else direct[-1]
    sources = {source for name in used for source in behind(function, name)}
    return next((name for name in reversed(free) if name in sources), free[0])


def _asked(node: ast.AST) -> str:
    """The name that is called, indexed or asked for an attribute."""
    while not isinstance(node, ast.Name):
        inner = getattr(node, "func", None) or getattr(node, "value", None)
        if not isinstance(inner, ast.AST):
            return ""
        node = inner
    return node.id


def _flag(name: str, failed: ast.AST | None, error: BaseException | None, function: Function) -> str:
    texts = keys(function, name)
    if texts:
        table = ", ".join(f"{text!r}: 1.0" for text in texts)
        return f'say --input {name}="{{{table}}}"'
    lacks = isinstance(error, AttributeError) and failed is not None and name in names(failed)
    if is_called(function, name) or lacks:
        return advice(name)
    product = isinstance(failed, ast.BinOp) and isinstance(failed.op, ast.MatMult)
    return f"say --input {name}='normal({'3,2' if product else '3'})'"


def _failed(trace: TracebackType | None, function: Function, path: str) -> ast.AST | None:
    """The smallest expression of the function that was being evaluated."""
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename == path and code.co_name == function.name:
            position = next(islice(code.co_positions(), trace.tb_lasti // 2, None))
            return _at(function, position)
        trace = trace.tb_next
    return None


def _at(function: Function, position: tuple[int | None, ...]) -> ast.AST | None:
    line, end_line, column, end_column = position
    for node in ast.walk(function):
        if isinstance(node, ast.expr):
            place = (node.lineno, node.end_lineno, node.col_offset, node.end_col_offset)
            if place == (line, end_line, column, end_column):
                return node
    return None


def free_arguments(signature: inspect.Signature, known: set[str]) -> list[str]:
    """The arguments nobody said anything about."""
    return [
        item.name
        for item in signature.parameters.values()
        if item.default is item.empty
        and item.name not in known
        and item.kind not in (item.VAR_POSITIONAL, item.VAR_KEYWORD)
    ]
