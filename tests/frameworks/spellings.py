"""Looking the catalogue's spellings up in the installed packages."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import math
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from difflint.catalogue.expression import compile_formula
from difflint.catalogue.load import load
from difflint.catalogue.model import Framework, Operator, Spelling

OPERATORS = load().operators
FRAMEWORKS = load().frameworks
_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
PAIRS = ((0.12, 0.77), (0.41, 0.3), (0.9, 1.3), (1.7, 0.64), (2.6, 3.1))
"""Points (x, y) in the domain of every operator of two arguments."""
_GRID = (-7.3, -3.4, -2.2, -1.7, -0.83, -0.31, 0.12, 0.41, 0.77, 1.3, 1.9, 2.6, 4.4, 6.7)


def find(name: str) -> Any:
    """The object a dotted name denotes; LookupError if there is none."""
    parts = name.split(".")
    found: Any = importlib.import_module(parts[0])
    for position, part in enumerate(parts[1:], start=2):
        if part in dir(found) or hasattr(found, part):
            found = getattr(found, part, None)
            continue
        try:
            found = importlib.import_module(".".join(parts[:position]))
        except ImportError as error:
            raise LookupError(f"{name}: no {part!r}") from error
    return found


def is_installed(name: str) -> bool:
    """Whether the package of a dotted name can be imported here."""
    return importlib.util.find_spec(name.partition(".")[0]) is not None


def unresolved(names: Iterable[str], absent: tuple[str, ...] = ()) -> list[str]:
    """Names the installed packages do not have; packages in `absent` are not asked."""
    missing = []
    for name in names:
        if name.partition(".")[0] in absent:
            continue
        try:
            find(name)
        except LookupError:
            missing.append(name)
    return missing


def documented(name: str) -> set[str]:
    """Parameter names by signature and by the calls in the docstring; empty if neither says."""
    found = find(name)
    try:
        names = set(inspect.signature(found).parameters)
    except (TypeError, ValueError):
        names = set()
    last = name.rpartition(".")[2]
    calls = re.findall(rf"\b{re.escape(last)}\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)", found.__doc__ or "")
    return names.union(*(re.findall(r"(?:^|,)\s*(?:\w+ )?([A-Za-z_]\w*)", call) for call in calls))


def undocumented(framework: Framework, known: Callable[[str], set[str]], skip: Iterable[str]) -> dict[str, list[str]]:
    """Parameters in signatures that the installed framework does not have, by spelling."""
    wrong: dict[str, list[str]] = {}
    for spelling in framework.spellings.values():
        if not is_installed(spelling.name):
            continue
        stated = tuple((name, name) for name in OPERATORS[spelling.operator].arguments)
        if spelling.parameters == stated or spelling.in_place or spelling.name in skip:
            continue
        names = known(spelling.name)
        strange = [name for name in given_names(spelling, framework.array) if name not in names]
        if strange:
            wrong[spelling.name] = strange
    return wrong


def misplaced(framework: Framework, older: dict[str, set[str]] | None = None) -> dict[str, list[str]]:
    """Parameters whose name or position differs from the installed signature, by spelling.

    `older` are names that earlier versions of the framework use.
    """
    wrong: dict[str, list[str]] = {}
    for spelling in framework.spellings.values():
        actual = _parameters(spelling.name)
        kinds = {parameter.kind for parameter in actual}
        if not actual or inspect.Parameter.VAR_KEYWORD in kinds:
            continue
        receives = bool(framework.array) and spelling.name.startswith(f"{framework.array}.")
        if actual[0].name == "self" and not receives and not _takes_self(spelling):
            actual = actual[1:]  # a method of an object that the call does not pass
        names = [parameter.name for parameter in actual]
        stated = spelling.parameters != tuple((name, name) for name in OPERATORS[spelling.operator].arguments)
        strange = []
        for place, (name, _) in enumerate(spelling.parameters):
            if name not in names:
                if stated and inspect.Parameter.VAR_POSITIONAL not in kinds:
                    strange.append(name)
            elif actual[names.index(name)].kind in _POSITIONAL and names.index(name) != place:
                strange.append(f"{name} at {place} rather than {names.index(name)}")
        strange = [name for name in strange if name not in (older or {}).get(spelling.name, ())]
        if strange:
            wrong[spelling.name] = strange
    return wrong


def _takes_self(spelling: Spelling) -> bool:
    return bool(spelling.parameters) and spelling.parameters[0][0] == "self"


def _parameters(name: str) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(find(name)).parameters.values())
    except (ImportError, LookupError, TypeError, ValueError):
        return []


def given_names(spelling: Spelling, array: str) -> list[str]:
    """The parameters of a spelling that a caller may name: all but the receiver of a method."""
    names = [outer for outer, _ in spelling.parameters]
    return names[1:] if array and spelling.name.startswith(f"{array}.") else names


def samples(operator: Operator) -> list[float]:
    """Points well inside the derivative domain of an operator of one argument."""
    domain = operator.derivative_domain
    points = [point for point in _GRID if domain.lo + 1e-3 < point < domain.hi - 1e-3]
    return points or [domain.lo + (domain.hi - domain.lo) * part for part in (0.1, 0.3, 0.6, 0.9)]


def elementwise(framework: Framework) -> Iterator[tuple[Spelling, Operator]]:
    """Spellings of operators of one argument whose row states the value."""
    for spelling in framework.spellings.values():
        operator = OPERATORS[spelling.operator]
        if operator.value and operator.arguments == ("x",):
            yield spelling, operator


def of_two(framework: Framework) -> Iterator[tuple[Spelling, Operator]]:
    """Spellings of operators of two arguments whose row states the value, that take just those two."""
    for spelling in framework.spellings.values():
        operator = OPERATORS[spelling.operator]
        if operator.value and operator.derivative and operator.arguments == ("x", "y"):
            if sorted(inner for _, inner in spelling.parameters) == ["x", "y"] and not spelling.in_place:
                yield spelling, operator


def in_order(spelling: Spelling, x: Any, y: Any) -> tuple[Any, ...]:
    """Two arguments in the order a spelling takes them."""
    return tuple({"x": x, "y": y}[inner] for _, inner in spelling.parameters)


def value_of(operator: Operator) -> Callable[[float], float]:
    """The value of a row as a function on floats."""
    return compile_formula(operator.value, ("x",))


def derivative_of(operator: Operator) -> Callable[[float], float] | None:
    """The derivative of a row as a function on floats."""
    text = operator.derivative.get("x", "")
    return compile_formula(text, ("x",)) if text else None


def agree(x: float, y: float, tolerance: float = 1e-7) -> bool:
    """Whether two numbers agree up to rounding."""
    return math.isclose(x, y, rel_tol=tolerance, abs_tol=tolerance)
