"""Searching the intermediate representation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import TypeVar

from difflint.ir.expression import Argument, Generator, Node
from difflint.ir.statement import Case, Handler, Parameter, WithItem

_MADE = (Node, Argument, Parameter, Generator, WithItem, Handler, Case)
_FIELDS: dict[type[object], tuple[str, ...]] = {}
_Node = TypeVar("_Node", bound=Node)


def nodes_in(node: object, kind: type[_Node]) -> Iterator[_Node]:
    """Every node of one kind in a part of the intermediate representation."""
    pending = [node]
    while pending:
        item = pending.pop()
        if isinstance(item, kind):
            yield item
        pending += item if isinstance(item, tuple) else parts_of(item)


def parts_of(node: object) -> list[object]:
    """What a node is made of, through tuples."""
    found: list[object] = []
    for name in _names(type(node)):
        part = getattr(node, name)
        if type(part) is tuple:
            found += _flat(part)
        elif isinstance(part, _MADE):
            found.append(part)
    return found


def _names(kind: type) -> tuple[str, ...]:
    """The fields of a kind of node that may hold others, looked up once a kind; none of what is no node."""
    found = _FIELDS.get(kind)
    if found is None:
        names = (item.name for item in fields(kind)) if issubclass(kind, _MADE) else ()
        found = _FIELDS[kind] = tuple(name for name in names if name not in ("start", "end", "name"))
    return found


def _flat(parts: tuple[object, ...]) -> list[object]:
    found: list[object] = []
    for item in parts:
        if isinstance(item, _MADE):
            found.append(item)
        elif type(item) is tuple:
            found += _flat(item)
    return found
