"""Modules of torch: made up where code asks for one, and called with other parameters."""

from __future__ import annotations

import ast
import copy
import inspect
import re
import textwrap
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import nn

from difflint.probe.backends import Want, Written
from difflint.probe.backends.torch_rules import catalogue
from difflint.probe.events import Array

_MOST = 128
"""Parameters beyond this number are constants: the search would spend its time on them."""
_ERRORS: tuple[tuple[str, Want], ...] = (
    (r"not callable", Want.CALLABLE),
    (r"must be tuple of Tensors|must be a (list|tuple|sequence) of|expected a (list|tuple|sequence)", Want.ITEMS),
    (r"used as indices|type int64|dtype int|scalar types?:? Long|scalar type Long|integer tensors|must be .*integ"
     r"|object cannot be interpreted as an integer|expected .*Long", Want.INTEGERS),
    (r"boolean tensor|boolean masks?|bool tensor|supports? bool|not implemented for 'Double'|BoolTensor", Want.TRUTHS),
    (r"must be (Number|float|int|bool|str)[^,]*, not Tensor|must be real number", Want.NUMBER),
)  # fmt: skip


class TorchObjects:
    """What the probe knows of modules."""

    STAND_INS: tuple[Written, ...] = (
        (nn.Tanh(), "torch.nn.Tanh()"),
        (
            nn.Sequential(nn.Tanh(), nn.AdaptiveAvgPool1d(1)),
            "torch.nn.Sequential(torch.nn.Tanh(), torch.nn.AdaptiveAvgPool1d(1))",
        ),
        (lambda *values: values[0].tanh().sum(), "(lambda *values: values[0].tanh().sum())"),
    )

    RANDOM: tuple[Written, ...] = ((torch.default_generator, "torch.default_generator"),)
    ARRAYS: tuple[Written, ...] = (
        (torch.tensor(0.5), "torch.tensor(0.5)"),
        (torch.tensor([0.5, 1.0, 1.5]), "torch.tensor([0.5, 1.0, 1.5])"),
    )

    def wants(self, error: str) -> Want | None:
        """What the text of an error says about an argument."""
        return next((want for pattern, want in _ERRORS if re.search(pattern, error)), None)

    def constant(self, annotation: object) -> Written | None:
        """Devices, types, generators, and modules of torch by their class."""
        if isinstance(annotation, str):
            annotation = _NAMED.get(annotation.removeprefix("torch.").removeprefix("nn."))
        if annotation in _CONSTANTS:
            return _CONSTANTS[annotation]
        if annotation in (nn.Module, Callable):
            return self.STAND_INS[0]
        if (
            inspect.isclass(annotation)
            and issubclass(annotation, nn.Module)
            and annotation.__module__.startswith("torch.")
        ):
            return _module(annotation)
        return None

    def shares(self, function: Callable[..., Any]) -> frozenset[str]:
        """Parameters whose elements a function converts to real numbers: they are truth values, or shares."""
        try:
            tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
        except (OSError, TypeError, SyntaxError):
            return frozenset()
        return frozenset(
            node.func.value.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and _casts(node.func.attr, node)
        )

    def state(self, owner: object) -> Mapping[str, Array] | None:
        """The parameters of a module."""
        if not isinstance(owner, nn.Module):
            return None
        owner.double()
        found = {name: item.detach().numpy().copy() for name, item in owner.named_parameters()}
        return found if sum(item.size for item in found.values()) <= _MOST else {}

    def switched(self, owner: object) -> str | None:
        """Modules know training and evaluation."""
        if not isinstance(owner, nn.Module):
            return None
        owner.eval()
        return ".eval()"

    def run(
        self, owner: Any, method: str, state: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> Any:
        """A method of a module with other parameters; buffers are copies, so running statistics stay."""
        real = torch.get_default_dtype()
        buffers = {
            name: item.to(real, copy=True) if item.is_floating_point() else item.clone()
            for name, item in owner.named_buffers()
        }
        values = {**state, **buffers}
        if method != "forward":
            owner, values = _calling(owner, method), {f"model.{name}": item for name, item in values.items()}
        return torch.func.functional_call(owner, values, args, dict(kwargs))

    def setup(self, made: str, method: str) -> str:
        """Statements that make a module, and another one whose call is the method."""
        if method == "forward":
            return f"torch.manual_seed(0); model = {made}.double()"
        called = f"run = torch.nn.Module(); run.model = {made}.double(); run.forward = run.model.{method}"
        return f"torch.manual_seed(0); {called}"

    def applied(self, method: str, state: Mapping[str, str], args: str, kwargs: Mapping[str, str]) -> str:
        """The call of the module with other parameters."""
        module, place = ("model", "") if method == "forward" else ("run", "model.")
        values = ", ".join(f"{place + name!r}: {value}" for name, value in state.items())
        words = ", ".join(f"{name!r}: {value}" for name, value in kwargs.items())
        keywords = f", {{{words}}}" if words else ""
        return f"torch.func.functional_call({module}, {{{values}}}, ({args},){keywords})"


def _calling(owner: nn.Module, method: str) -> nn.Module:
    """A module whose call is a method of another one, which may call that one in turn."""
    run = nn.Module()
    run.model = owner
    run.forward = getattr(owner, method)
    return run


def _casts(name: str, call: ast.Call) -> bool:
    """Whether a method converts to real numbers; `to` does if it names or borrows a type."""
    spelling = catalogue().spellings.get(f"torch.Tensor.{name}")
    if spelling is None or spelling.operator not in ("float-cast", "cast"):
        return False
    operands = [*call.args, *(item.value for item in call.keywords)]
    named = any(
        isinstance(item, ast.Attribute) and item.attr.startswith(("dtype", "float", "double")) for item in operands
    )
    return spelling.operator == "float-cast" or named


_CONSTANTS: Mapping[Any, Written] = {
    torch.device: (torch.device("cpu"), "torch.device('cpu')"),
    torch.dtype: (torch.float64, "torch.float64"),
    torch.Generator: (torch.default_generator, "torch.default_generator"),
}
_NAMED: Mapping[str, Any] = {
    "device": torch.device, "dtype": torch.dtype, "Generator": torch.Generator, "Module": nn.Module,
    "Callable": Callable,
    **{name: item for name, item in vars(nn).items() if inspect.isclass(item) and issubclass(item, nn.Module)},
}  # fmt: skip


def _module(cls: Any) -> Written | None:
    """A module of torch: every size it asks for is 4."""
    names = [
        item.name
        for item in inspect.signature(cls).parameters.values()
        if item.default is item.empty and item.kind is item.POSITIONAL_OR_KEYWORD
    ]
    try:
        made = copy.deepcopy(cls(*[4] * len(names))).double()
    except (TypeError, ValueError, RuntimeError):
        return None
    return made, f"torch.nn.{cls.__name__}({', '.join(['4'] * len(names))})"
