"""Which names a block binds: what a loop may carry from one round to the next."""

from __future__ import annotations

from difflint import ir

_CACHE: dict[int, tuple[ir.Block, tuple[str, ...]]] = {}


def bound_names(block: ir.Block) -> tuple[str, ...]:
    """Names assigned anywhere in a block, nested blocks included, in order of appearance."""
    found = _CACHE.get(id(block))
    if found is None or found[0] is not block:
        names: dict[str, None] = {}
        _block(block, names)
        found = _CACHE[id(block)] = (block, tuple(names))
    return found[1]


def forget() -> None:
    """Drop what is remembered of blocks of an earlier run."""
    _CACHE.clear()


def _block(block: ir.Block, names: dict[str, None]) -> None:
    for statement in block:
        if isinstance(statement, ir.Assign):
            for target in statement.targets:
                _target(target, names)
        elif isinstance(statement, ir.AugmentedAssign):
            _target(statement.target, names)
        elif isinstance(statement, ir.Evaluate):
            if isinstance(statement.value, ir.Call):
                _receiver(statement.value, names)
        elif isinstance(statement, (ir.If, ir.While, ir.For)):
            if isinstance(statement, ir.For):
                _target(statement.target, names)
            _block(statement.body, names)
            _block(statement.orelse, names)
        elif isinstance(statement, ir.With):
            _block(statement.body, names)
        elif isinstance(statement, ir.Try):
            for part in (statement.body, statement.orelse, statement.final):
                _block(part, names)
            for handler in statement.handlers:
                _block(handler.body, names)
        elif isinstance(statement, ir.Match):
            for case in statement.cases:
                _block(case.body, names)


def _target(target: ir.Expression, names: dict[str, None]) -> None:
    if isinstance(target, ir.Name):
        names[target.name] = None
    elif isinstance(target, ir.Subscript):
        _target(target.value, names)
    elif isinstance(target, ir.Starred):
        _target(target.value, names)
    elif isinstance(target, ir.Sequence):
        for element in target.elements:
            _target(element, names)


def _receiver(node: ir.Call, names: dict[str, None]) -> None:
    """A statement `x.method_()` may rebind x."""
    if isinstance(node.function, ir.Attribute) and isinstance(node.function.value, ir.Name):
        names[node.function.value.name] = None
