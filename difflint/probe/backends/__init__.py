"""One file per framework: how its code is evaluated with dual numbers."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol, cast

from difflint.probe.boxes.number import Ranged
from difflint.probe.evaluation import Evaluate
from difflint.probe.events import Array

BACKENDS: Mapping[str, str] = {"numpy": "numpy", "python": "numpy", "scipy": "numpy"}
"""Frameworks of the rules, and the file here whose backend runs their code."""
_ARRAYS = "numpy"
"""The backend whose code every other one runs as well."""


class Backend(Protocol):
    """What the probe asks of a framework. A module of this package is one."""

    IMPORTS: str
    """The statement that the replay of a witness begins with."""

    def hook(self, roots: tuple[str, ...]) -> AbstractContextManager[None]:
        """What must hold while the user's files, those under `roots`, are imported and run."""

    def seed(self) -> None:
        """Make the draws of the next call those of every call."""

    def array(self, value: Array) -> Any:
        """A constant of the framework."""

    def numbers(self, value: Any) -> Array | None:
        """An array of floating numbers of the framework as one of numpy, None for anything else."""

    def text(self, value: Array) -> str:
        """An array as an expression of the framework."""

    def evaluator(self, function: Callable[[Any], Any], roots: tuple[str, ...]) -> Evaluate:
        """Evaluate a function of one vector of the framework; its floating results are the outputs."""

    def over_box(self, function: Callable[[Any], Any]) -> Callable[[list[Ranged]], Any] | None:
        """The same function of ranged numbers, None where the framework has no intervals."""


def backend_for(frameworks: Iterable[str]) -> str:
    """The backend for a file that uses some frameworks. Raises LookupError: there is none, or more than one."""
    unknown = [name for name in frameworks if name not in BACKENDS]
    if unknown:
        raise LookupError(f"the probe has no backend for {' and '.join(unknown)} yet")
    wanted = sorted({BACKENDS[name] for name in frameworks} - {_ARRAYS})
    if len(wanted) > 1:
        raise LookupError(f"the probe cannot run {' and '.join(wanted)} together")
    return wanted[0] if wanted else _ARRAYS


def load_backend(name: str) -> Backend:
    """The backend of a name. Raises ImportError where its framework is not installed."""
    return cast(Backend, importlib.import_module(f"{__name__}.{name}"))
