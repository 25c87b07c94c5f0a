"""Dotted names, and relative imports made absolute."""

from __future__ import annotations

import libcst as cst


def dotted(node: cst.BaseExpression) -> str:
    """The text of a dotted name."""
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if isinstance(node, cst.Name):
        parts.append(node.value)
    return ".".join(reversed(parts))


def absolute(module: str, package: bool, level: int, name: str) -> str:
    """The absolute name of `from {'.' * level}{name} import …` inside `module`."""
    if level == 0:
        return name
    parts = module.split(".")
    keep = len(parts) - level + (1 if package else 0)
    base = parts[: max(keep, 0)]
    return ".".join([*base, name] if name else base)
