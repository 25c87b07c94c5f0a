"""Searching the intermediate representation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import TypeVar

from difflint.ir.expression import Node

_Node = TypeVar("_Node", bound=Node)


def nodes_in(node: object, kind: type[_Node]) -> Iterator[_Node]:
    """Every node of one kind in a part of the intermediate representation."""
    pending = [node]
    while pending:
        item = pending.pop()
        if isinstance(item, kind):
            yield item
        if isinstance(item, tuple):
            pending += item
        elif is_dataclass(item):
            pending += [getattr(item, entry.name) for entry in fields(item)]
