"""What somebody states about the inputs of a function: a small language of generators and literals."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

GENERATORS: Mapping[str, tuple[int, str]] = {
    "normal": (0, "sizes…"),
    "uniform": (2, "low, high, sizes…"),
    "ints": (2, "low, high, sizes…"),
    "linspace": (2, "low, high, count"),
    "zeros": (0, "sizes…"),
    "ones": (0, "sizes…"),
}
"""Generators: how many limits come before the sizes, and how they are called."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What somebody said about the inputs of a function: generators by name, and ranges by name."""

    inputs: Mapping[str, str] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)


FACTORY = "inputs-from"
"""The setting that names a function which makes the arguments."""


def elided(text: str, shown: int = 60) -> str:
    """A text for a message: of a long one the beginning and the end."""
    return text if len(text) <= shown else f"{text[: shown * 2 // 3]} … {text[-shown // 4 :]}"


def parse_inputs(text: str) -> dict[str, str]:
    """`x=normal(3,2), dim=-1` as names and texts. Raises ValueError."""
    try:
        call = ast.parse(f"f({text})", mode="eval").body
    except SyntaxError:
        raise ValueError(f"{elided(text)!r} is no list of inputs such as `x=normal(3,2), dim=-1`") from None
    if not isinstance(call, ast.Call) or call.args or any(item.arg is None for item in call.keywords):
        raise ValueError(f"{elided(text)!r} is no list of inputs such as `x=normal(3,2), dim=-1`")
    found = {str(item.arg): ast.unparse(item.value) for item in call.keywords}
    for name, value in found.items():
        read_input(name, value)
    return found


def read_input(name: str, text: str) -> tuple[str, tuple[object, ...]]:
    """A generator and its arguments, or "" and a literal. Raises ValueError."""
    try:
        node = ast.parse(text, mode="eval").body
        if not isinstance(node, ast.Call):
            return "", (ast.literal_eval(node),)
        if isinstance(node.func, ast.Name) and node.func.id in GENERATORS and not node.keywords:
            arguments = tuple(ast.literal_eval(item) for item in node.args)
            if _fits(arguments, *GENERATORS[node.func.id]):
                return node.func.id, arguments
    except (SyntaxError, ValueError):
        pass
    words = ", ".join(f"{word}({usage})" for word, (_, usage) in GENERATORS.items())
    raise ValueError(f"{name}={elided(text)!r} is no input, expected a literal or one of {words}") from None


def _fits(arguments: tuple[object, ...], count: int, _: str) -> bool:
    """Whether the first `count` arguments are limits in order and the others are sizes."""
    limits, sizes = arguments[:count], arguments[count:]
    ordered = count == 0 or (
        len(limits) == 2
        and isinstance(limits[0], (int, float))
        and isinstance(limits[1], (int, float))
        and limits[0] < limits[1]
    )
    return ordered and all(isinstance(size, int) and size > 0 for size in sizes)


def factory_of(text: str, folder: str) -> str:
    """`MODULE:NAME` or `FILE.py:NAME`, the file's path as an absolute one. Raises ValueError."""
    place, _, name = text.rpartition(":")
    is_file = place.endswith(".py")
    if not name.isidentifier() or not (is_file or all(part.isidentifier() for part in place.split("."))):
        raise ValueError(f"{elided(text)!r} is no factory, expected MODULE:NAME or FILE.py:NAME")
    path = os.path.join(folder, place)
    if is_file and not os.path.isfile(path):
        raise ValueError(f"{path}: no such file, expected an existing file")
    return f"{path}:{name}" if is_file else text


def stated_flags(inputs: Iterable[str], ranges: Iterable[str]) -> Stated:
    """`--input x=normal(3)` and `--range x=lo:hi`. Raises ValueError with what is wrong."""
    given: dict[str, str] = {}
    for text in inputs:
        name, equals, value = text.partition("=")
        if not equals or not name.strip().isidentifier():
            raise ValueError(f"--input {elided(text)!r}: expected NAME=SPEC such as x='normal(3,2)'")
        read_input(name.strip(), value)
        given[name.strip()] = value
    limits: dict[str, tuple[float, float]] = {}
    for text in ranges:
        name, _, value = text.partition("=")
        low, colon, high = value.partition(":")
        try:
            limits[name.strip()] = (float(low), float(high))
        except ValueError:
            colon = ""
        if not colon or not name.strip().isidentifier() or not limits[name.strip()][0] < limits[name.strip()][1]:
            raise ValueError(f"--range {text!r}: expected NAME=LOW:HIGH such as x=-5:5")
    return Stated(given, limits)
