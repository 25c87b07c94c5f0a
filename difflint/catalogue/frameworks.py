"""Reading one file of `rules/frameworks`."""

from __future__ import annotations

from collections.abc import Mapping

from difflint.catalogue.model import (
    ClassKind,
    Convention,
    Framework,
    FrameworkClass,
    Implied,
    Operator,
    Spelling,
    Variant,
)
from difflint.catalogue.read import Table
from difflint.diagnostic import Profile
from difflint.errors import nearest

_KEYS = (
    "name",
    "modules",
    "array",
    "model",
    "differentiable",
    "host",
    "digits",
    "weights",
    "traced",
    "mutable",
    "optimises",
    "constants",
    "operators",
    "signatures",
    "variants",
    "classes",
    "aliases",
    "copies",
    "conventions",
    "profiles",
)


_DIGITS = (8, 11, 24, 53)


def read_framework(table: Table, operators: Mapping[str, Operator]) -> Framework:
    """The framework a file describes; problems are recorded on the table."""
    table.only(_KEYS)
    name = table.text("name")
    array = table.text("array")
    if not name:
        table.problem("name", "nothing", "the framework's name")
    digits = table.number("digits", 53)
    if digits not in _DIGITS:
        table.problem("digits", repr(digits), f"one of: {', '.join(map(str, _DIGITS))}")
    constants = table.table("constants")
    aliases = table.table("aliases")
    spellings = _spellings(table, name, array, operators)
    copies = table.table("copies")
    return Framework(
        name=name,
        modules=table.texts("modules"),
        array=array,
        model=table.text("model"),
        differentiable=table.truth("differentiable"),
        host=table.truth("host"),
        digits=digits,
        weights=table.texts("weights"),
        traced=table.truth("traced"),
        mutable=table.truth("mutable"),
        optimises=table.truth("optimises"),
        constants={key: constants.real(key, 0.0) for key in constants.keys()},
        classes=_classes(table.table("classes"), name),
        spellings=spellings,
        conventions=_conventions(table.table("conventions"), name, operators),
        aliases={key: aliases.text(key) for key in aliases.keys()},
        implied=_implied(table, spellings),
        copies={key: copies.text(key) for key in copies.keys()},
    )


def _classes(table: Table, framework: str) -> dict[str, FrameworkClass]:
    found: dict[str, FrameworkClass] = {}
    for key in table.keys():
        entry = table.table(key)
        entry.only(("kind", "call", "objectives", "integer"))
        kind = entry.word("kind", ClassKind, ClassKind.STATIC)
        call, objectives = entry.text("call"), entry.texts("objectives")
        found[key] = FrameworkClass(key, framework, kind, call, objectives, entry.truth("integer"))
    return found


def _conventions(table: Table, framework: str, operators: Mapping[str, Operator]) -> dict[str, Convention]:
    found: dict[str, Convention] = {}
    for key in table.keys():
        entry = table.table(key)
        entry.only(("derivative", "finite_order", "selects", "highest"))
        if key not in operators:
            table.problem(key, f"unknown operator {key!r}", nearest(key, operators))
        derivative = entry.table("derivative")
        found[key] = Convention(
            key,
            framework,
            {point: derivative.real(point, 0.0) for point in derivative.keys()},
            entry.number("finite_order", 0),
            entry.truth("selects"),
            entry.number("highest", 0),
        )
    return found


def _spellings(table: Table, framework: str, array: str, operators: Mapping[str, Operator]) -> dict[str, Spelling]:
    signatures = table.table("signatures")
    variants = _variants(table, operators)
    listed = table.table("operators")
    writes = table.truth("mutable") and table.truth("differentiable")
    everything = {name for names in listed.content.values() if isinstance(names, list) for name in names}
    found: dict[str, Spelling] = {}
    for identifier in listed.keys():
        operator = operators.get(identifier)
        if operator is None:
            listed.problem(identifier, f"unknown operator {identifier!r}", nearest(identifier, operators))
            continue
        for name in listed.texts(identifier):
            if name in found:
                listed.problem(
                    identifier, f"{name!r} again", f"one operator for it: it is {found[name].operator!r} already"
                )
                continue
            text = signatures.text(name)
            chosen = variants.get(name, ())
            known = set(operator.arguments)
            for variant in chosen:
                known |= set(operators[variant.operator].arguments) if variant.operator in operators else set()
            for output in operator.outputs:
                known |= set(operators[output].arguments) if output in operators else set()
            parameters, defaults = _signature(signatures, name, text, operator, known)
            in_place = writes and _writes(name, array, everything)
            found[name] = Spelling(name, framework, identifier, parameters, defaults, chosen, in_place)
    for name in signatures.keys():
        if name not in found:
            signatures.problem(name, "a signature of no spelling", nearest(name, found))
    for name in variants:
        if name not in found:
            table.problem("variants", f"a variant of no spelling: {name!r}", nearest(name, found))
    return found


def _writes(name: str, array: str, everything: set[str]) -> bool:
    """Whether a trailing underscore says that the first operand is overwritten."""
    if not name.endswith("_") or name.endswith("__"):
        return False
    return name.startswith(f"{array}.") or name[:-1] in everything


def _signature(
    table: Table, name: str, text: str, operator: Operator, known: set[str]
) -> tuple[tuple[tuple[str, str], ...], dict[str, object]]:
    """`input:x dim: eps=1e-12` as pairs of names, and the defaults."""
    if not text:
        return tuple((argument, argument) for argument in operator.arguments), {}
    parameters: list[tuple[str, str]] = []
    defaults: dict[str, object] = {}
    for word in text.split():
        before, equals, default = word.partition("=")
        outer, colon, inner = before.partition(":")
        argument = inner if colon else outer
        if argument and argument not in known:
            if colon:
                table.problem(name, f"unknown argument {argument!r}", nearest(argument, known))
            argument = ""
        parameters.append((outer, argument))
        if equals:
            defaults[outer] = _default(default)
    return tuple(parameters), defaults


def _default(text: str) -> object:
    words: dict[str, object] = {"true": True, "false": False, "none": None}
    if text.lower() in words:
        return words[text.lower()]
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return text


def _variants(table: Table, operators: Mapping[str, Operator]) -> dict[str, tuple[Variant, ...]]:
    found: dict[str, tuple[Variant, ...]] = {}
    for entry in table.tables("variants"):
        entry.only(("names", "argument", "values", "array", "operator"))
        operator = entry.text("operator")
        if operator not in operators:
            entry.problem("operator", f"unknown operator {operator!r}", nearest(operator, operators))
        for key in ("names", "argument"):
            if not entry.content.get(key):
                entry.problem(key, "nothing", "the spellings it is about" if key == "names" else "a parameter")
        variant = Variant(entry.text("argument"), operator, entry.constants("values"), entry.truth("array"))
        for name in entry.texts("names"):
            found[name] = (*found.get(name, ()), variant)
    return found


def _implied(table: Table, spellings: Mapping[str, Spelling]) -> dict[str, tuple[Implied, ...]]:
    found: dict[str, tuple[Implied, ...]] = {}
    for entry in table.tables("profiles"):
        entry.only(("names", "argument", "values", "nested", "profile"))
        if "profile" not in entry.content:
            entry.problem("profile", "nothing", nearest("", (profile.value for profile in Profile)))
        argument = entry.text("argument")
        row = Implied(
            entry.word("profile", Profile, Profile.SGD), argument, entry.constants("values"), entry.truth("nested")
        )
        for name in entry.texts("names"):
            parameters = [outer for outer, _ in spellings[name].parameters] if name in spellings else [argument]
            if argument and argument not in parameters:
                entry.problem("argument", f"{argument!r}, which {name!r} does not have", nearest(argument, parameters))
            found[name] = (*found.get(name, ()), row)
    return found
