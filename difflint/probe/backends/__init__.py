"""One file per framework: how its code is evaluated with dual numbers."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    from difflint.probe.boxes.number import Ranged
    from difflint.probe.evaluation import Evaluate
    from difflint.probe.events import Array

BACKENDS: Mapping[str, str] = {
    **dict.fromkeys(("numpy", "python", "scipy", "einops", "autograd"), "numpy"),
    **dict.fromkeys(("torch", "torchvision", "pyro"), "torch"),
    **dict.fromkeys(("jax", "flax", "equinox", "optax", "haiku", "distrax", "numpyro", "jax-solvers"), "jax"),
}
"""Frameworks of the rules, and the file here whose backend runs their code."""
ENVIRONMENT: Mapping[str, str] = {"PYTORCH_JIT": "0", "TORCH_COMPILE_DISABLE": "1"}
"""What must be set before a framework is imported: compiled code shows no events."""
_ARRAYS = "numpy"
"""The backend whose code every other one runs as well."""


class Want(Enum):
    """What a call that failed asks of one of its arguments instead of an array of numbers. The set is closed."""

    INTEGERS = "integers"
    TRUTHS = "truth values"
    ITEMS = "a list of arrays"
    NUMBER = "a number"
    CALLABLE = "a function"
    RANDOM = "a source of random numbers"


Written = tuple[Any, str]
"""A value and the expression that makes it."""


class Objects(Protocol):
    """How arguments that are no arrays are made up, and objects with trained arrays called."""

    STAND_INS: tuple[Written, ...]
    """Smooth functions for arguments that are called, to be tried in order."""
    RANDOM: tuple[Written, ...]
    """Sources of random numbers."""
    ARRAYS: tuple[Written, ...]
    """Arrays that a constructor may ask for."""

    def wants(self, error: str) -> Want | None:
        """What the text of an error says about an argument."""

    def constant(self, annotation: object) -> Written | None:
        """The value of an argument that the framework's own classes annotate."""

    def shares(self, function: Callable[..., Any]) -> frozenset[str]:
        """Parameters that a function converts to real numbers: they are truth values, or shares of one."""

    def state(self, owner: object) -> Mapping[str, Array] | None:
        """The trained arrays of an object by name, None if it is no object of the framework."""

    def switched(self, owner: object) -> str | None:
        """Switch an object from training to use, and write how; None if there is no difference."""

    def run(
        self, owner: Any, method: str, state: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> Any:
        """A method of an object with other trained arrays; the object is left as it was."""

    def setup(self, made: str, method: str) -> str:
        """Statements that make an object and call its method, for the replay."""

    def applied(self, method: str, state: Mapping[str, str], args: str, kwargs: Mapping[str, str]) -> str:
        """The call of a method with trained arrays of the object and arguments, for the replay."""


class Backend(Protocol):
    """What the probe asks of a framework. A module of this package is one."""

    IMPORTS: str
    """The statement that the replay of a witness begins with."""
    OBJECTS: Objects | None
    """What it knows of objects, None where arguments are arrays and numbers only."""

    def gradient(self, call: str, names: tuple[str, ...]) -> str:
        """Statements that print the reverse gradient of a call by some arguments, empty without reverse mode."""

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

    def native(self, function: Callable[[Any], Any], roots: tuple[str, ...]) -> Evaluate | None:
        """The same in the precision code runs in by default, None if that is double precision."""

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
