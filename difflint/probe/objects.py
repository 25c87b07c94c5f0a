"""Objects nobody makes: constructors called with sizes, numbers and smooth functions until one accepts them."""

from __future__ import annotations

import ast
import inspect
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from difflint.probe.backends import Objects, Written

_SIZES = (4, 3, 8)
_NUMBER = 0.5
_TRIALS = 40
_LITERAL = re.compile(r"Literal\[(.*)\]")


@dataclass(frozen=True, slots=True)
class Made:
    """An object, and the expression that makes it."""

    owner: Any
    text: str


def makings(cls: type, objects: Objects | None) -> Iterator[Made]:
    """Objects of a class, the likeliest constructor arguments first. Raises what the last attempt raises."""
    failure: Exception | None = None
    made = False
    for arguments in itertools.islice(_arguments(cls, objects), _TRIALS):
        text = f"{cls.__name__}({', '.join(f'{name}={word}' for name, (_, word) in arguments)})"
        try:
            owner = cls(**{name: value for name, (value, _) in arguments})
        except (Exception, SystemExit) as error:
            failure = error if isinstance(error, Exception) else RuntimeError("it exits")
            continue
        made = True
        yield Made(owner, text)
    if not made and failure is not None:
        raise failure


def _arguments(cls: type, objects: Objects | None) -> Iterator[Sequence[tuple[str, Written]]]:
    """Values for what a constructor asks: one size for all of them at first, then mixtures."""
    try:
        signature = inspect.signature(cls)
    except (TypeError, ValueError):
        yield ()
        return
    required = [
        item
        for item in signature.parameters.values()
        if item.default is item.empty and item.kind not in (item.VAR_POSITIONAL, item.VAR_KEYWORD)
    ]
    choices = [list(_choices(item, objects)) for item in required]
    if not required or not all(choices):
        yield from ([()] if not required else [])
        return
    names = [item.name for item in required]
    seen: list[tuple[str, ...]] = []
    alike = (tuple(words[min(k, len(words) - 1)] for words in choices) for k in range(max(map(len, choices))))
    for values in itertools.chain(alike, itertools.product(*choices)):
        written = tuple(word for _, word in values)
        if written not in seen:
            seen.append(written)
            yield tuple(zip(names, values))


def _choices(parameter: inspect.Parameter, objects: Objects | None) -> Iterator[Written]:
    """What one parameter of a constructor may be."""
    annotation = parameter.annotation
    text = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "") or str(annotation)
    constant = objects.constant(annotation) if objects is not None else None
    literal = _LITERAL.search(str(annotation))
    if literal:
        value = ast.literal_eval(f"[{literal.group(1)}]")[0]
        yield value, repr(value)
    elif constant is not None:
        yield constant
    elif re.search(r"\bbool\b", text):
        yield False, "False"
    elif re.search(r"\bfloat\b", text):
        yield _NUMBER, repr(_NUMBER)
    else:
        anything = annotation is parameter.empty
        if anything or re.search(r"\bint\b", text):
            yield from ((size, repr(size)) for size in _SIZES)
        if objects is not None and (anything or re.search(r"Callable|Module", text)):
            yield from objects.STAND_INS
        if objects is not None and (anything or re.search(r"Array|Tensor", text)):
            yield from objects.ARRAYS
        if objects is not None and anything:
            yield from objects.RANDOM
        if anything:
            yield _NUMBER, repr(_NUMBER)
