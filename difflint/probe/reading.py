"""What the source of a function says about its arguments: conditions, literals, uses."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from difflint.probe.protocol import Target

Function = ast.FunctionDef | ast.AsyncFunctionDef
_LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold, or must not, for a line to run."""

    test: ast.expr
    holds: bool

    @property
    def text(self) -> str:
        """The condition for people."""
        return f"`{ast.unparse(self.test)}` on line {self.test.lineno}{'' if self.holds else ' not holding'}"

    @property
    def names(self) -> set[str]:
        """The names in it."""
        return names(self.test)


@lru_cache(maxsize=8)
def _tree(path: str) -> ast.Module:
    with open(path, "rb") as stream:
        return ast.parse(stream.read())


def definition(path: str, target: Target) -> Function | None:
    """The definition of a function in its file."""
    for node in ast.walk(_tree(path)):
        if isinstance(node, Function) and node.end_lineno == target.last and node.lineno >= target.first:
            if node.name == target.name.rpartition(".")[2]:
                return node
    return None


def names(node: ast.AST) -> set[str]:
    """The names in an expression."""
    return {item.id for item in ast.walk(node) if isinstance(item, ast.Name)}


def conditions(function: Function, line: int) -> list[Condition]:
    """The conditions on the way to a line, the first one first."""
    return list(_conditions(function.body, line))


def _conditions(block: list[ast.stmt], line: int) -> Iterator[Condition]:
    for statement in block:
        if statement.lineno <= line <= (statement.end_lineno or statement.lineno):
            yield from _inside(statement, line)
            return
        if isinstance(statement, ast.If) and isinstance(statement.body[-1], _LEAVING) and not statement.orelse:
            yield Condition(statement.test, False)


def _inside(statement: ast.stmt, line: int) -> Iterator[Condition]:
    blocks: list[tuple[list[Any], Condition | None]] = [
        (getattr(statement, name, []), None) for name in ("body", "orelse", "finalbody")
    ]
    if isinstance(statement, (ast.If, ast.While)):
        blocks = [
            (statement.body, Condition(statement.test, True)),
            (statement.orelse, Condition(statement.test, False)),
        ]
    if isinstance(statement, ast.Match):
        blocks = [(case.body, _case(statement.subject, case.pattern)) for case in statement.cases]
    if isinstance(statement, ast.Try):
        blocks += [(handler.body, None) for handler in statement.handlers]
    for block, condition in blocks:
        if block and block[0].lineno <= line <= (block[-1].end_lineno or block[-1].lineno):
            if condition is not None:
                yield condition
            yield from _conditions(block, line)


def _case(subject: ast.expr, pattern: ast.pattern) -> Condition | None:
    if not isinstance(pattern, ast.MatchValue):
        return None
    return Condition(ast.copy_location(ast.Compare(subject, [ast.Eq()], [pattern.value]), subject), True)


def compared(node: ast.AST, name: str) -> list[Any]:
    """The literals that a name is compared with, in order."""
    found: list[Any] = []
    for item in ast.walk(node):
        if isinstance(item, ast.Compare) and any(
            isinstance(part, ast.Name) and part.id == name for part in _sides(item)
        ):
            for side in _sides(item):
                parts = side.elts if isinstance(side, (ast.Tuple, ast.List, ast.Set)) else [side]
                found += [part.value for part in parts if isinstance(part, ast.Constant)]
        if isinstance(item, ast.Match) and isinstance(item.subject, ast.Name) and item.subject.id == name:
            values = [case.pattern.value for case in item.cases if isinstance(case.pattern, ast.MatchValue)]
            found += [value.value for value in values if isinstance(value, ast.Constant)]
    return list(dict.fromkeys(found))


def _sides(item: ast.Compare) -> list[ast.expr]:
    return [item.left, *item.comparators]


def keys(function: Function, name: str) -> list[str]:
    """The texts that a name is indexed with."""
    found = [
        (item.lineno, item.col_offset, item.slice.value)
        for item in ast.walk(function)
        if isinstance(item, ast.Subscript)
        and isinstance(item.value, ast.Name)
        and item.value.id == name
        and isinstance(item.slice, ast.Constant)
        and isinstance(item.slice.value, str)
    ]
    return list(dict.fromkeys(text for _, _, text in sorted(found)))


def is_called(function: Function, name: str) -> bool:
    """Whether a name is called."""
    calls = (item.func for item in ast.walk(function) if isinstance(item, ast.Call))
    return any(isinstance(item, ast.Name) and item.id == name for item in calls)


def behind(function: Function, name: str) -> set[str]:
    """The names that a local name is computed from, itself included."""
    found: set[str] = {name}
    assigned = [
        (names_of, item.value)
        for item in ast.walk(function)
        if isinstance(item, (ast.Assign, ast.AugAssign, ast.AnnAssign)) and item.value is not None
        for names_of in [{part for target in _targets(item) for part in names(target)}]
    ]
    for _ in range(len(assigned)):
        more = {part for names_of, value in assigned if names_of & found for part in names(value)}
        if more <= found:
            break
        found |= more
    return found


def _targets(item: ast.Assign | ast.AugAssign | ast.AnnAssign) -> list[ast.expr]:
    return item.targets if isinstance(item, ast.Assign) else [item.target]
