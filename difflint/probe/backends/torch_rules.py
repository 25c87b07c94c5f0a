"""Which operator of the tables a call of torch is, and which of its arguments is which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import torch

from difflint.catalogue.load import load
from difflint.catalogue.model import Catalogue, Operator, Spelling, Variant

_OWNERS = ("torch.Tensor.", "torch.", "torch.nn.functional.")
_PREFIXES = {"special_": "torch.special.", "linalg_": "torch.linalg.", "fft_": "torch.fft."}
_REFLECTED = {
    "__rdiv__": "div", "__rtruediv__": "div", "__rpow__": "pow", "__rfloordiv__": "floor_divide",
    "__rmod__": "remainder", "__rsub__": "sub",
}  # fmt: skip
_SPELLED = {
    "__floordiv__": "floor_divide", "__ifloordiv__": "floor_divide_", "__div__": "div", "__truediv__": "div",
    "__mod__": "remainder", "__and__": "logical_and", "__or__": "logical_or", "__xor__": "logical_xor",
    "__invert__": "logical_not", "bitwise_and": "logical_and", "bitwise_or": "logical_or",
    "bitwise_not": "logical_not",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """One call: the name of the function and what it is given, positions and parameters; if a table has
    its operator, that and the operands by the operator's names."""

    name: str
    arguments: tuple[Any, ...] = ()
    given: Mapping[str, Any] = field(default_factory=dict)
    row: Operator | None = None
    operands: Mapping[str, Any] = field(default_factory=dict)


def call_of(function: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Call:
    """What a call that the function mode sees means."""
    name = getattr(function, "__name__", "")
    if name == "__get__":
        return Call("data" if function == _DATA else name)
    if not args:
        args = tuple(kwargs[word] for word in ("input", "self", "A") if word in kwargs)[:1]
    if name in _REFLECTED:
        args = (args[1], args[0], *args[2:])
    spelling = _spelling(_SPELLED.get(name, _REFLECTED.get(name, name)), getattr(function, "__module__", None) or "")
    if spelling is None:
        return Call(name, args, kwargs)
    given = dict(zip((parameter for parameter, _ in spelling.parameters), args)) | dict(kwargs)
    row = _row(spelling, given)
    names = dict(spelling.parameters)
    operands = {names.get(key, key): value for key, value in given.items()}
    for key, value in spelling.defaults.items():
        operands.setdefault(names.get(key, key), value)
    return Call(name, args, given, row, {key: value for key, value in operands.items() if key})


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The tables; reading them looks at files, which is too slow for every call of torch."""
    return load()


_DATA: Any = torch.Tensor.data.__get__  # type: ignore[attr-defined]


@lru_cache(maxsize=1024)
def _spelling(name: str, module: str) -> Spelling | None:
    spellings = catalogue().spellings
    for prefix, place in _PREFIXES.items():
        if name.startswith(prefix):
            return spellings.get(place + name.removeprefix(prefix))
    places = (f"{module}.", *_OWNERS) if module.startswith("torch") and module != "torch._tensor" else _OWNERS
    return next((spellings[place + name] for place in places if place + name in spellings), None)


def _row(spelling: Spelling, given: Mapping[str, Any]) -> Operator:
    operators = catalogue().operators
    for variant in spelling.variants:
        if _applies(variant, given, spelling.defaults):
            return operators[variant.operator]
    return operators[spelling.operator]


def _applies(variant: Variant, given: Mapping[str, Any], defaults: Mapping[str, object]) -> bool:
    if variant.argument not in given:
        return bool(variant.values) and defaults.get(variant.argument) in variant.values
    value = given[variant.argument]
    if variant.array:
        return isinstance(value, torch.Tensor)
    if variant.values:
        return any(type(value) is type(wanted) and value == wanted for wanted in variant.values)
    return value is not None and value is not False
