"""Looking the catalogue's spellings up in the installed packages."""

from __future__ import annotations

import importlib
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
        stated = tuple((name, name) for name in OPERATORS[spelling.operator].arguments)
        if spelling.parameters == stated or spelling.in_place or spelling.name in skip:
            continue
        names = known(spelling.name)
        strange = [name for name in given_names(spelling, framework.array) if name not in names]
        if strange:
            wrong[spelling.name] = strange
    return wrong


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
