"""Immutable records that are made by the thousand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[_T]) -> type[_T]:
    """A dataclass compared by its fields, frozen for the type checker only.

    A frozen dataclass sets every field through a function call, four times the cost of making one.
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)


@dataclass_transform(frozen_default=True, eq_default=False, field_specifiers=(field,))
def entity(cls: type[_T]) -> type[_T]:
    """As `record`, compared by identity."""
    return dataclass(slots=True, eq=False)(cls)
