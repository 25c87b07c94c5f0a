"""Arguments that somebody has: recorded from a call, or made by the user's factory.

Both give values by name, and for a method the object it belongs to. Numbers become boxes around the
values; everything else is passed on as it is.
"""

from __future__ import annotations

import importlib
import inspect
import io
import pickle
import runpy
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from difflint.probe.evaluation import describe
from difflint.probe.events import Array
from difflint.probe.inputs import Argument, Arguments, MissingInput
from difflint.probe.reading import Function, compared
from difflint.probe.stated import Stated

Numbers = Callable[[Any], Array | None]
"""A framework's floating array as numbers, None for anything else."""
WIDTHS = (0.5, 0.05, 1e-3)
"""Half a box, as a share of the values: the widest in which the function runs."""


def advice(name: str) -> str:
    """What to say to give a value that cannot be written down."""
    return f"say --inputs-from FILE.py:FACTORY, a function that returns {{{name!r}: …}}"


class Unusable(Exception):
    """Why a record or a factory gives nothing."""


@dataclass(frozen=True, slots=True)
class Given:
    """Values by name, and why others are missing.

    `owner` is the object of a method. `imports` and `access` are how a replay gets at a value:
    a statement, and an expression with the name in place of `{}`; `owner_text` is the owner's.
    `usual` says that a value which equals
    the default is nobody's choice, thus a constant; `strict` that every value must have its parameter.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    owner: Any = None
    imports: str = ""
    access: str = ""
    owner_text: str = ""
    usual: bool = False
    strict: bool = False

    def arguments(self, parameters: Iterable[inspect.Parameter], width: float, numbers: Numbers) -> Arguments:
        """What is given for some parameters. Raises MissingInput for a value that could not be had."""
        found: dict[str, tuple[Argument, ...]] = {}
        for parameter in parameters:
            name = parameter.name
            if name in self.problems:
                raise MissingInput(f"the recorded argument `{name}` {self.problems[name]}; {advice(name)}")
            if name in self.values:
                parts = _parts(parameter, self.values[name])
                found[name] = tuple(self._argument(*part, parameter, width, numbers) for part in parts)
        return found

    def _argument(
        self, name: str, access: str, value: Any, parameter: inspect.Parameter, width: float, numbers: Numbers
    ) -> Argument:
        text = self.access.format(parameter.name) + access
        keyword = parameter.kind in (parameter.KEYWORD_ONLY, parameter.VAR_KEYWORD)
        array = None if self.usual and _same(value, parameter.default) else _numbers(value, numbers)
        if array is None:
            return Argument(name, constant=value, keyword=keyword, text=text)
        half = width * _sizes(array)
        items = isinstance(value, list)
        return Argument(name, array - half, array + half, items=items, keyword=keyword, assumed=True)


def _parts(parameter: inspect.Parameter, value: Any) -> Iterator[tuple[str, str, Any]]:
    """Name, place inside of the parameter's value, and value of everything passed on for a parameter."""
    if parameter.kind is parameter.VAR_POSITIONAL:
        yield from ((f"{parameter.name}_{k}", f"[{k}]", item) for k, item in enumerate(value))
    elif parameter.kind is parameter.VAR_KEYWORD:
        yield from ((name, f"[{name!r}]", item) for name, item in value.items())
    else:
        yield parameter.name, "", value


def _numbers(value: Any, numbers: Numbers) -> Array | None:
    if isinstance(value, float):
        return np.asarray(value, dtype=float)
    if isinstance(value, list):
        plain = value and all(isinstance(item, (int, float)) and not isinstance(item, bool) for item in value)
        return np.array(value, dtype=float) if plain and any(isinstance(item, float) for item in value) else None
    found = numbers(value)
    return found if found is not None and found.size and np.isfinite(found).all() else None


def _sizes(array: Array) -> Array:
    """How large each number is; a zero is as large as the others, or one."""
    sizes = np.abs(array)
    typical = float(sizes.mean()) or 1.0
    return np.where(sizes > 0, sizes, typical)


def _same(value: Any, default: Any) -> bool:
    return isinstance(value, (int, float)) and isinstance(default, (int, float)) and bool(value == default)


NOTHING = Given()


def ways(
    signature: inspect.Signature, stated: Stated, given: Given, source: Function | None, numbers: Numbers
) -> Iterator[Arguments]:
    """What is known of arguments that are not stated, values that are given in the widest box first.

    Raises MissingInput for a value that could not be had, Unusable for one that no argument takes.
    """
    free = [item for item in signature.parameters.values() if item.name not in stated.inputs]
    extra = sorted(given.values.keys() - signature.parameters.keys())
    if extra and given.strict and not any(item.kind is item.VAR_KEYWORD for item in free):
        raise Unusable(f"the factory gives {extra[0]!r}, expected arguments among {', '.join(signature.parameters)}")
    words = _words(free, source) if source is not None else {}
    for width in WIDTHS if given.values else WIDTHS[:1]:
        yield {**words, **given.arguments(free, width, numbers)}


def _words(free: list[inspect.Parameter], source: Function) -> dict[str, tuple[Argument, ...]]:
    """Arguments without a default that are compared with texts: the first of them."""
    found: dict[str, tuple[Argument, ...]] = {}
    for item in free:
        texts = [word for word in compared(source, item.name) if isinstance(word, str)]
        if texts and item.default is item.empty:
            found[item.name] = (Argument(item.name, constant=texts[0], keyword=item.kind is item.KEYWORD_ONLY),)
    return found


def _read(path: str) -> Any:
    with open(path, "rb") as stream:
        return pickle.load(stream)


def import_path(path: str) -> list[str]:
    """Where the recorded process found its modules; of another Python's not what is installed in it."""
    data = _read(path)
    skipped = () if data["version"] == sys.version_info[:2] else tuple(data["prefixes"])
    return [entry for entry in data["path"] if entry not in sys.path and not entry.startswith(skipped)]


def from_record(path: str, module: str, method: bool) -> Given:
    """What was recorded; `module` is the name under which the probe has the file. Raises Unusable."""
    data = _read(path)
    values: dict[str, Any] = {}
    problems = dict(data["problems"])
    for name, pickled in data["arguments"].items():
        try:
            values[name] = _Reader(pickled, data["module"], module).load()
        except Exception as error:
            problems[name] = f"cannot be loaded: {describe(error)}"
    access = "pickle.loads(call['{}'])"
    owner, owner_text = None, ""
    if method:
        first = data["names"][0]
        if first in problems:
            raise Unusable(f"the recorded object `{first}` {problems[first]}")
        owner, owner_text = values.pop(first), access.format(first)
    imports = f"import pickle; call = pickle.load(open({path!r}, 'rb'))['arguments']"
    return Given(values, problems, owner, imports, access, owner_text, True)


class _Reader(pickle.Unpickler):
    """Finds the user's classes where the probe has them: the same file may have another name here."""

    def __init__(self, data: bytes, there: str, here: str) -> None:
        super().__init__(io.BytesIO(data))
        self._there, self._here = there, here

    def find_class(self, module: str, name: str) -> Any:
        return super().find_class(self._here if module == self._there else module, name)


def from_factory(reference: str, seed: int) -> Given:
    """What the user's `factory(rng)` makes. Raises Unusable."""
    place, _, name = reference.rpartition(":")
    try:
        if place.endswith(".py"):
            make = runpy.run_path(place).get(name)
        else:
            make = getattr(importlib.import_module(place), name, None)
        if not callable(make):
            raise Unusable(f"{reference}: there is no function {name!r}")
        made = make(np.random.default_rng(seed))
    except (Exception, SystemExit) as error:
        if isinstance(error, Unusable):
            raise
        raise Unusable(f"{reference} fails: {describe(error)}") from None
    imports = f"import runpy; {name} = runpy.run_path({place!r})[{name!r}]" if place.endswith(".py") else ""
    imports = imports or f"from {place} import {name}"
    pair = isinstance(made, tuple) and len(made) == 2
    owner, values = made if pair else (None, made)
    if not isinstance(values, Mapping) or not all(isinstance(key, str) for key in values):
        raise Unusable(
            f"{reference} returns {type(made).__name__}, expected a dict of arguments, or (object, dict) for a method"
        )
    call = f"{'owner, call' if pair else 'call'} = {name}(np.random.default_rng({seed}))"
    return Given(
        values, {}, owner, f"import numpy as np; {imports}; {call}", "call['{}']", "owner" if pair else "", strict=True
    )
