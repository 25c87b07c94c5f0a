"""Reading the files of `rules/checks`: a table, then documentation that is also the tests."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Collection, Iterable
from itertools import product
from pathlib import Path

from difflint.catalogue.model import Check, Claim, Selector
from difflint.catalogue.read import Table
from difflint.catalogue.vocabulary import FAMILIES, HEADINGS, PLACEHOLDERS
from difflint.diagnostic import Applicability, Profile, Severity
from difflint.errors import Problem, nearest
from difflint.facts import Cause, Kind

_NAME = re.compile(r"^([A-Z]{2,5}\d{3})-([a-z0-9-]+)$")
_BLOCK = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)
_KEYS = ("name", "summary", "message", "suggestion", "since", "applicability", "facts", "severity")


def read_check(path: Path, operators: Collection[str], problems: list[Problem]) -> Check | None:
    """The rule in one file, or None after recording why it is none."""
    match = _NAME.match(path.stem)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problems.append(Problem(str(path), "", str(error), "a readable UTF-8 file"))
        return None
    block = _BLOCK.search(text)
    if match is None or block is None:
        found = "the file name" if match is None else "no toml block"
        problems.append(Problem(str(path), "", found, "DIFnnn-name.md that begins with a fenced toml block"))
        return None
    try:
        content = tomllib.loads(block.group(1))
    except tomllib.TOMLDecodeError as error:
        problems.append(Problem(str(path), "toml", str(error), "valid TOML"))
        return None
    table = Table(str(path), "", content, problems)
    table.only(_KEYS)
    headings = tuple(re.findall(r"^## (.+?)\s*$", text, re.MULTILINE))
    if headings != HEADINGS:
        table.problem("", f"the headings {', '.join(headings) or 'none'}", f"in this order: {', '.join(HEADINGS)}")
    for key in ("summary", "message"):
        if not table.text(key):
            table.problem(key, "nothing", "a text")
    if table.text("name") != match.group(2):
        table.problem("name", repr(table.text("name")), f"the name of the file, {match.group(2)!r}")
    return Check(
        code=match.group(1),
        name=match.group(2),
        summary=table.text("summary"),
        message=_template(table, "message"),
        suggestion=_template(table, "suggestion"),
        since=table.text("since"),
        facts=tuple(_selector(item, operators) for item in table.tables("facts")),
        severity=_severities(table.table("severity")),
        applicability=table.word("applicability", Applicability, Applicability.NONE),
        path=str(path),
        text=text,
    )


def _template(table: Table, key: str) -> str:
    text = table.text(key)
    try:
        names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    except ValueError as error:
        table.problem(key, str(error), "a text with placeholders in braces")
        return ""
    for name in names:
        if name not in PLACEHOLDERS:
            table.problem(key, f"unknown placeholder {name!r}", nearest(name, PLACEHOLDERS))
            return ""
    return text


def _selector(table: Table, operators: Collection[str]) -> Selector:
    table.only(("kind", "family", "operator", "cause"))
    for key, allowed in (("family", FAMILIES), ("operator", operators)):
        for word in table.texts(key):
            if word not in allowed:
                table.problem(key, repr(word), nearest(word, allowed))
    if "family" in table.content and "operator" in table.content:
        table.problem("operator", "operators beside families", "one of the two")
    causes = tuple(table.enum("cause", cause, Cause, Cause.PLAIN) for cause in table.texts("cause"))
    if "kind" not in table.content:
        table.problem("kind", "nothing", nearest("", (kind.value for kind in Kind)))
    kind = table.word("kind", Kind, Kind.UNBOUNDED)
    return Selector(kind, table.texts("family"), table.texts("operator"), causes)


def _severities(table: Table) -> dict[Profile, Severity]:
    table.only(profile.value for profile in Profile)
    return {profile: table.word(profile.value, Severity, Severity.OFF) for profile in Profile}


def resolve_overlaps(checks: Iterable[Check], problems: list[Problem]) -> None:
    """Two checks must not claim the same facts with the same explicitness under the same profile."""
    claimed: dict[tuple[Claim, Profile], Check] = {}
    for check, profile in product(checks, Profile):
        if check.severity_in(profile) is Severity.OFF:
            continue
        for claim in check.claims:
            other = claimed.setdefault((claim, profile), check)
            if other is not check:
                kind, group, _ = claim
                found = f"{kind.value} {group}".strip()
                problems.append(Problem(check.path, "[facts]", found, f"facts that {other.code} does not claim"))
