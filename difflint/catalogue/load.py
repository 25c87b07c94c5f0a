"""Loading and checking everything under `rules/` and the user's own rule folders."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from difflint.catalogue import compiled
from difflint.catalogue.checks import read_check, resolve_overlaps
from difflint.catalogue.expression import check as check_formula
from difflint.catalogue.frameworks import read_framework
from difflint.catalogue.model import (
    Catalogue,
    Check,
    Framework,
    Monotone,
    Operator,
    Role,
    Spelling,
)
from difflint.catalogue.read import Table
from difflint.catalogue.vocabulary import FAMILIES, RELATIONS
from difflint.domain.flow import Flow
from difflint.domain.interval import Interval
from difflint.domain.smoothness import Smoothness
from difflint.errors import DifflintError, InvalidInput, Problem, nearest

_KEEPS = ("input", "output", "nothing")
_SUFFIXES = {"operators": ".toml", "frameworks": ".toml", "checks": ".md"}
_OPERATOR_KEYS = (
    "role",
    "arguments",
    "family",
    "operand",
    "value",
    "derivative",
    "flow",
    "smoothness",
    "kinks",
    "methods",
    "exceptional",
    "turns",
    "period",
    "order",
    "value_domain",
    "derivative_domain",
    "range",
    "monotone",
    "relation",
    "saves",
    "calls",
    "outputs",
    "fields",
    "integer",
    "trained",
    "stable",
    "note",
    "source",
)


def rules_root() -> Path:
    """The built-in `rules/`: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    for root in (package / "rules", package.parent / "rules"):
        if (root / "operators").is_dir():
            return root
    raise DifflintError(f"{package}: found no rules, expected a folder 'rules' in it or beside it")


def load(roots: Sequence[Path] = ()) -> Catalogue:
    """The catalogue of the built-in rules and of more folders, later ones overriding.

    Raises InvalidInput with every problem of every file.
    """
    return _load((rules_root(), *roots))


@lru_cache(maxsize=8)
def _load(roots: tuple[Path, ...]) -> Catalogue:
    files = [path for folder in _SUFFIXES for path in _files(roots, folder)]
    try:
        key = compiled.key_of(files) if all(root.is_dir() for root in roots) else ""
    except OSError:
        key = ""  # reading says which file cannot be read
    parts = compiled.read(key) if key else None
    if parts is None:
        parts = _read(roots)
        compiled.keep(key, parts)
    return _assemble(*parts)


def _read(roots: tuple[Path, ...]) -> compiled.Parts:
    problems: list[Problem] = []
    operators: dict[str, Operator] = {}
    tables: dict[str, Table] = {}
    frameworks: dict[str, Framework] = {}
    checks: dict[str, Check] = {}
    for root in roots:
        if not root.is_dir():
            problems.append(Problem(str(root), "", "no folder", "a folder with operators/, frameworks/ or checks/"))
    for path in _files(roots, "operators"):
        for table in _tables(path, problems):
            operators[table.place] = _operator(table)
            tables[table.place] = table
    _cross_check(operators, tables)
    for path in _files(roots, "frameworks"):
        content = _parse(path, problems)
        if content is not None:
            framework = read_framework(Table(str(path), "", content, problems), operators)
            frameworks[framework.name] = framework
    for path in _files(roots, "checks"):
        check = read_check(path, operators, problems)
        if check is not None:
            checks[check.code] = check
    resolve_overlaps(checks.values(), problems)
    if problems:
        raise InvalidInput(problems)
    written = list(frameworks.values())
    copies = {name: _copied(framework, written) for name, framework in frameworks.items() if framework.copies}
    return operators, frameworks | copies, checks


def _assemble(
    operators: Mapping[str, Operator], frameworks: Mapping[str, Framework], checks: Mapping[str, Check]
) -> Catalogue:
    found = frameworks.values()
    return Catalogue(
        operators,
        dict(frameworks),  # few, and asked for at every operation
        checks,
        compiled.Lazy.merged(framework.spellings for framework in found),
        compiled.Lazy.merged(framework.classes for framework in found),
        {name: number for framework in found for name, number in framework.constants.items()},
        {name: target for framework in found for name, target in framework.aliases.items()},
        {name: rows for framework in found for name, rows in framework.implied.items()},
    )


def _copied(framework: Framework, frameworks: Iterable[Framework]) -> Framework:
    """A framework with the names it offers of another one under its own prefix."""
    spellings: dict[str, Spelling] = {}
    constants: dict[str, float] = {}
    for prefix, original in framework.copies.items():
        for other in frameworks:
            for name, spelling in other.spellings.items():
                if name.startswith(f"{original}."):
                    name = prefix + name[len(original) :]
                    spellings[name] = replace(spelling, name=name, framework=framework.name)
            for name, number in other.constants.items():
                if name.startswith(f"{original}."):
                    constants[prefix + name[len(original) :]] = number
    return replace(
        framework, spellings={**spellings, **framework.spellings}, constants={**constants, **framework.constants}
    )


def _files(roots: Iterable[Path], folder: str) -> list[Path]:
    return [path for root in roots for path in sorted((root / folder).glob(f"*{_SUFFIXES[folder]}"))]


def _parse(path: Path, problems: list[Problem]) -> dict[str, object] | None:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(Problem(str(path), "", str(error), "a readable TOML file"))
        return None


def _tables(path: Path, problems: list[Problem]) -> list[Table]:
    content = _parse(path, problems) or {}
    return [Table(str(path), key, item, problems) for key, item in content.items()]


def _operator(table: Table) -> Operator:
    table.only(_OPERATOR_KEYS)
    arguments = table.texts("arguments")
    flow = table.table("flow")
    derivative = table.table("derivative")
    stable = table.table("stable")
    methods = table.table("methods")
    operator = Operator(
        id=table.place,
        role=table.word("role", Role, Role.FUNCTION),
        arguments=arguments,
        family=table.one_of("family", FAMILIES),
        operand=table.one_of("operand", (*arguments, "result")),
        value=_formula(table, "value", arguments),
        derivative={name: _formula(derivative, name, arguments) for name in derivative.keys()},
        flow={name: flow.enum(name, flow.content[name], Flow, Flow.EXACT) for name in flow.keys()},
        smoothness=table.word("smoothness", Smoothness, Smoothness.SMOOTH),
        kinks=table.reals("kinks"),
        exceptional=_formula(table, "exceptional", arguments),
        turns=table.reals("turns"),
        period=table.real("period", 0.0),
        order=table.number("order", 0) or None,
        value_domain=table.interval("value_domain", Interval.TOP),
        derivative_domain=table.interval("derivative_domain", Interval.TOP),
        range=table.interval("range", Interval.TOP),
        monotone=table.word("monotone", Monotone, Monotone.NONE),
        relation=table.one_of("relation", RELATIONS),
        saves=_saves(table, arguments),
        calls=table.text("calls"),
        outputs=table.texts("outputs"),
        fields=table.texts("fields"),
        integer=table.truth("integer"),
        trained=table.truth("trained"),
        methods={name: methods.text(name) for name in methods.keys()},
        stable={name: stable.text(name) for name in stable.keys()},
        note=table.text("note"),
        source=table.text("source"),
    )
    if "role" not in table.content:
        table.problem("role", "nothing", nearest("", (role.value for role in Role)))
    for part in (flow, derivative):
        for name in part.keys():
            if name not in arguments:
                part.problem(name, f"no argument {name!r}", nearest(name, arguments))
    if operator.outputs and operator.fields and len(operator.fields) != len(operator.outputs):
        table.problem("fields", f"{len(operator.fields)} names", f"one for each of {len(operator.outputs)} outputs")
    return operator


def _saves(table: Table, arguments: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """What the backward pass keeps: words for whole rows, or per kept value whose derivatives need it."""
    if isinstance(table.content.get("saves"), Mapping):
        kept = table.table("saves")
        named = {name: (kept, tuple(kept.text(name).split())) for name in kept.keys()}
    else:
        words = table.text("saves").split()
        named = {name: (table, arguments) for name in arguments if "input" in words}
        named |= {"result": (table, arguments)} if "output" in words else {}
        for word in words:
            if word not in _KEEPS:
                table.problem("saves", repr(word), nearest(word, _KEEPS))
    for name, (place, needs) in named.items():
        for word in (name, *needs):
            if word not in (*arguments, "result"):
                place.problem(name, f"no argument {word!r}", nearest(word, (*arguments, "result")))
    return {name: needs for name, (_, needs) in named.items()}


def _formula(table: Table, key: str, arguments: tuple[str, ...]) -> str:
    text = table.text(key)
    if text:
        try:
            check_formula(text, arguments)
        except ValueError as error:
            table.problem(key, repr(text), str(error))
            return ""
    return text


def _cross_check(operators: Mapping[str, Operator], tables: Mapping[str, Table]) -> None:
    """Operators that a row names must exist."""
    for operator in operators.values():
        for key, names in (
            ("calls", (operator.calls,) if operator.calls else ()),
            ("outputs", operator.outputs),
            ("stable", (*operator.stable, *operator.stable.values())),
            ("methods", tuple(operator.methods.values())),
        ):
            for name in names:
                if name not in operators:
                    tables[operator.id].problem(key, f"unknown operator {name!r}", nearest(name, operators))
