"""Arguments for a function nobody calls: stated inputs, annotations, defaults, then shapes by trial.

The differentiable arguments together are one flat vector in a box; a plan maps it to a call.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from difflint.errors import DifflintError
from difflint.probe.events import Array
from difflint.probe.stated import Stated, read_input

Shape = tuple[int, ...]
_BOX = (-2.0, 2.0)
_POSITIVE = (0.1, 2.0)
_FAR = 1e3
"""How far outside of an assumed box the search may go."""
_SHAPES: tuple[Shape, ...] = (
    (3,), (4,), (2,), (5,), (6,), (8,), (10,), (16,), (4, 3), (3, 3), (2, 2), (1, 3), (4, 1), (8, 8), (2, 3, 4),
    (2, 3, 8, 8), (), (1,),
)  # fmt: skip
"""Vectors first, numbers last: what is meant for a vector often broadcasts a number."""
_PAIRS: tuple[tuple[Shape, Shape], ...] = (
    ((3,), ()), ((), (3,)), ((3, 3), (3,)), ((4, 3), (3,)), ((3,), (4, 3)), ((4, 3), (4,)), ((4, 3), (3, 2)),
    ((3,), (3, 4)),
)  # fmt: skip
_TRIALS = 120
_ARRAY = re.compile(r"ndarray|NDArray|ArrayLike|\bArray\b|Tensor")
_AXES = re.compile(r"""\[[^\]]*["']([\w\s.*]*)["']\s*\]$""")
_LITERAL = re.compile(r"Literal\[(.*)\]")


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument: differentiable in a box of some shape, or a constant.

    `items` makes it a list of numbers rather than an array; `low` and `high` have the shape. The box
    is `assumed` where nobody stated it: samples lie in it, points that matter may lie outside.
    `text` is the expression that makes a constant which cannot be written down.
    """

    name: str
    low: Array | None = None
    high: Array | None = None
    constant: Any = None
    items: bool = False
    keyword: bool = False
    assumed: bool = False
    text: str = ""

    @property
    def differentiable(self) -> bool:
        """Whether the argument is part of the vector."""
        return self.low is not None

    @property
    def shape(self) -> Shape:
        """The shape of a differentiable argument."""
        return () if self.low is None else self.low.shape


@dataclass(frozen=True, slots=True)
class Plan:
    """How a flat vector becomes the arguments of a call."""

    arguments: tuple[Argument, ...]

    @property
    def low(self) -> Array:
        """The lower corner of the box."""
        return np.concatenate([np.ravel(item.low) for item in self._live])

    @property
    def high(self) -> Array:
        """The upper corner of the box."""
        return np.concatenate([np.ravel(item.high) for item in self._live])

    @property
    def scale(self) -> float:
        """A quarter of the box, the unit of distances."""
        return float(np.max(self.high - self.low)) / 4.0

    @property
    def stated(self) -> bool:
        """Whether somebody stated the whole box."""
        return not any(item.assumed for item in self._live)

    @property
    def box(self) -> str:
        """The box as text, with the constants it was probed with."""
        return ", ".join(
            _spread(item) if item.differentiable else f"{item.name}={item.constant!r}" for item in self.arguments
        )

    @property
    def limits(self) -> tuple[Array, Array]:
        """The lower and upper corner of where the search may go."""
        reach = np.concatenate([np.full(math.prod(item.shape), _FAR * item.assumed) for item in self._live])
        return self.low - reach, self.high + reach

    @property
    def _live(self) -> list[Any]:
        return [item for item in self.arguments if item.differentiable]

    def values(self, x: Any) -> dict[str, Any]:
        """The arguments by name; `x` may be a dual vector."""
        start = 0
        found: dict[str, Any] = {}
        for item in self.arguments:
            if not item.differentiable:
                found[item.name] = item.constant
                continue
            size = math.prod(item.shape)
            part = x[start] if item.shape == () else x[start : start + size].reshape(item.shape)
            found[item.name] = list(part) if item.items else part
            start += size
        return found

    def call(self, function: Callable[..., Any], x: Any) -> Any:
        """Call the function with the arguments that `x` stands for."""
        values = self.values(x)
        keywords = {item.name: values.pop(item.name) for item in self.arguments if item.keyword}
        return function(*values.values(), **keywords)


def _spread(argument: Any) -> str:
    shape = "×".join(map(str, argument.shape))
    power = f"^({shape})" if shape else ""
    return f"{argument.name} in [{float(np.min(argument.low)):.6g}, {float(np.max(argument.high)):.6g}]{power}"


class MissingInput(DifflintError):
    """No argument can be made up for a parameter; the text says which flag would give it."""


def argument_of(name: str, text: str) -> Argument:
    """An argument from its stated input. Raises ValueError."""
    word, arguments = read_input(name, text)
    return _GENERATORS[word](name, *arguments) if word else Argument(name, constant=arguments[0])


def _box(name: str, low: float, high: float, *shape: int) -> Argument:
    return Argument(name, np.full(shape, float(low)), np.full(shape, float(high)))


def _assumed(name: str, *shape: int, box: tuple[float, float] = _BOX) -> Argument:
    return replace(_box(name, *box, *shape), assumed=True)


def _linspace(name: str, low: float, high: float, count: int = 5) -> Argument:
    points = np.linspace(low, high, count)
    half = (high - low) / max(count - 1, 1) / 2
    return Argument(name, points - half, points + half)


def _constant(make: Callable[..., Any]) -> Callable[..., Argument]:
    return lambda name, *args: Argument(name, constant=make(*args))


_GENERATORS: dict[str, Callable[..., Argument]] = {
    "normal": _assumed,
    "uniform": _box,
    "linspace": _linspace,
    "ints": _constant(lambda low, high, *shape: np.random.default_rng(0).integers(low, high, shape)),
    "zeros": _constant(lambda *shape: np.zeros(shape)),
    "ones": _constant(lambda *shape: np.ones(shape)),
}


Arguments = Mapping[str, tuple[Argument, ...]]
"""Arguments by parameter; several for `*args` and `**kwargs`."""


def plans(signature: inspect.Signature, stated: Stated, given: Arguments = MappingProxyType({})) -> Iterator[Plan]:
    """Plans to try, the likeliest first. Raises MissingInput for a parameter nothing is known about."""
    known: list[Argument | None] = []
    names: list[inspect.Parameter] = []
    sizes: dict[str, int] = {}
    for parameter in signature.parameters.values():
        if parameter.name in given:
            known += given[parameter.name]
            names += [parameter] * len(given[parameter.name])
            continue
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        names.append(parameter)
        argument = _known(parameter, stated, sizes)
        if argument is not None:
            argument = replace(argument, keyword=parameter.kind is parameter.KEYWORD_ONLY)
        known.append(argument)
    unknown = [k for k, item in enumerate(known) if item is None]
    for box in (_BOX, _POSITIVE):
        for shapes in itertools.islice(_shapes(len(unknown)), _TRIALS):
            arguments = list(known)
            for k, shape in zip(unknown, shapes):
                made = _assumed(names[k].name, *shape, box=box)
                arguments[k] = replace(made, keyword=names[k].kind is names[k].KEYWORD_ONLY)
            plan = Plan(tuple(_ranged(item, stated) for item in arguments if item is not None))
            if any(item.differentiable for item in plan.arguments):
                yield plan
        if not unknown:
            return


def _shapes(count: int) -> Iterator[tuple[Shape, ...]]:
    """Shapes for parameters of unknown shape: all alike, matrices with vectors, then products."""
    if count == 0:
        yield ()
        return
    for shape in _SHAPES:
        yield (shape,) * count
    if count == 2:
        yield from _PAIRS
    if count > 2:
        yield from itertools.product(((3,), (), (3, 3)), repeat=count)


def _ranged(argument: Argument, stated: Stated) -> Argument:
    limits = stated.ranges.get(argument.name)
    if limits is None or not argument.differentiable:
        return argument
    low, high = limits
    return replace(argument, low=np.full(argument.shape, low), high=np.full(argument.shape, high), assumed=False)


def _known(parameter: inspect.Parameter, stated: Stated, sizes: dict[str, int]) -> Argument | None:
    """What is known about a parameter, None if its shape is to be tried."""
    name = parameter.name
    if name in stated.inputs:
        return argument_of(name, stated.inputs[name])
    if parameter.default is not parameter.empty:
        return Argument(name, constant=parameter.default)
    annotation = parameter.annotation
    if annotation is parameter.empty:
        return _by_name(name)
    text = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "") or ""
    text = text if text and text == str(getattr(annotation, "__qualname__", text)) else str(annotation)
    return _annotated(name, text, sizes)


def _annotated(name: str, text: str, sizes: dict[str, int]) -> Argument | None:
    literal = _LITERAL.search(text)
    if literal:
        return Argument(name, constant=ast.literal_eval(f"[{literal.group(1)}]")[0])
    axes = _AXES.search(text)
    if axes and _ARRAY.search(text):
        return _assumed(name, *(_size(word, sizes) for word in axes.group(1).split()))
    if _ARRAY.search(text):
        return None
    if re.search(r"(list|List|Sequence|tuple|Tuple|Iterable)\[\s*float", text):
        return replace(_assumed(name, 3), items=True)
    if re.search(r"\bfloat\b", text):
        return _assumed(name)
    if re.search(r"\bbool\b", text):
        return Argument(name, constant=False)
    if re.search(r"\bint\b", text):
        return Argument(name, constant=2)
    if re.search(r"\bGenerator\b", text):
        return Argument(name, constant=np.random.default_rng(0))
    if re.search(r"None\b|Optional", text):
        return Argument(name, constant=None)
    raise MissingInput(
        f"nothing is known about `{name}: {text}`; say --input {name}=SPEC or --inputs-from FILE.py:FACTORY"
    )


def _size(word: str, sizes: dict[str, int]) -> int:
    """One size per name of an axis; names get different sizes."""
    if word.isdigit():
        return int(word)
    return sizes.setdefault(word.strip("*."), 3 + len(sizes))


_USUAL: Mapping[str, Any] = {"axis": -1, "dim": -1, "rng": None, "n": 3, "eps": 1e-6}


def _by_name(name: str) -> Argument | None:
    """Names that by custom are no numbers to differentiate by."""
    if name == "rng":
        return Argument(name, constant=np.random.default_rng(0))
    return Argument(name, constant=_USUAL[name]) if name in _USUAL else None
