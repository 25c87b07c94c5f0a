"""The table of rules: which function of the array library is computed how on dual numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import numpy as np

Rule = Callable[..., Any]
F = TypeVar("F", bound=Rule)

FUNCTIONS: dict[Any, Rule] = {}
"""Functions of the array library to rules with the same signature."""
METHODS: dict[tuple[str, str], Rule] = {}
"""(ufunc, method) to rules for `reduce`, `accumulate`, `at`; the ufunc may be "" for all."""


def library(name: str) -> Any:
    """A function of the array library by its dotted name, None where this version has none."""
    found: Any = np
    for part in name.split("."):
        found = getattr(found, part, None)
    return found


def implements(*names: str) -> Callable[[F], F]:
    """Register a rule for functions of the array library."""

    def register(rule: F) -> F:
        for name in names:
            found = library(name)
            if found is not None:
                FUNCTIONS[found] = rule
        return rule

    return register


def implements_method(ufunc: str, method: str) -> Callable[[F], F]:
    """Register a rule for a method of a ufunc."""

    def register(rule: F) -> F:
        METHODS[ufunc, method] = rule
        return rule

    return register


def call(name: str, *args: Any, **kwargs: Any) -> Any:
    """Apply the rule of a function of the array library."""
    return FUNCTIONS[library(name)](*args, **kwargs)


class Protocols:
    """The entry points that the array library calls; filled by `elementwise` and `linear`."""

    ufunc: Rule
    function: Callable[[Any, tuple[Any, ...], Mapping[str, Any]], Any]
