"""Sections of docstrings about points that are not differentiable, held against the map."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass

from difflint.facts import Certainty, Effect, Fact, Kind
from difflint.points import Mapped, Point

_TITLE = (
    r"(?:points? of )?non[- ]?differentiab(?:le|ility)(?: points?)?|not differentiable(?: (?:points?|at|where))?"
    r"|differentiability|non[- ]?smooth points?"
)
_MARKED = re.compile(rf"(?:#{{1,6}}\s+|\.\. rubric::\s+)({_TITLE})\s*:?\s*#*", re.IGNORECASE)
_BOLD = re.compile(rf"\*\*({_TITLE}):?\*\*:?", re.IGNORECASE)
_COLON = re.compile(rf"({_TITLE})\s*:", re.IGNORECASE)
_PLAIN = re.compile(rf"({_TITLE})", re.IGNORECASE)
_ANY = re.compile(_TITLE, re.IGNORECASE)
_UNDERLINE = re.compile(r"[-=~^]{3,}")
_ITEM = re.compile(r"\s*[-*+]\s+`+([^`]+)`+|\s*[-*+]\s+([^:`]*(?:[<>=]=?)[^:`]*):|\s*`+([^`]+)`+\s*:")
_CODE = re.compile(r"`+([^`]+)`+")


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its heading, the text of its lines, the conditions that its items begin with."""

    heading: str
    text: str
    items: tuple[str, ...]


def mentions(text: str) -> bool:
    """Whether a file may have such a section at all."""
    return _ANY.search(text) is not None


def section(docstring: str) -> Section | None:
    """The first section about differentiability: under a Markdown, NumPy or Google heading."""
    lines = inspect.cleandoc(docstring).splitlines()
    for number, line in enumerate(lines):
        body = _body(lines, number)
        if body is not None:
            match = _ANY.search(line)
            items = tuple(found for entry in body for found in _items(entry))
            return Section(match.group() if match else line.strip(), "\n".join(body), items)
    return None


def _body(lines: list[str], number: int) -> list[str] | None:
    """The lines below a heading up to the next one of its kind; None if the line is no such heading."""
    line, rest = lines[number].strip(), lines[number + 1 :]
    if _MARKED.fullmatch(line):
        return list(_until(rest, re.compile(r"\s*(#{1,6} |\.\. rubric::)")))
    if _BOLD.fullmatch(line):
        return list(_until(rest, re.compile(r"\s*(#{1,6} |\*\*[^*]+\*\*:?\s*$)")))
    if _PLAIN.fullmatch(line) and rest and _UNDERLINE.fullmatch(rest[0].strip()):
        following = [bool(_UNDERLINE.fullmatch(text.strip())) for text in rest[1:]]
        end = following.index(True) if True in following else len(rest)
        return rest[1:end]
    if _COLON.fullmatch(line):
        indent = len(lines[number]) - len(lines[number].lstrip())
        return list(_deeper(rest, indent))
    return None


def _until(lines: list[str], end: re.Pattern[str]) -> Iterator[str]:
    for line in lines:
        if end.match(line):
            return
        yield line


def _deeper(lines: list[str], indent: int) -> Iterator[str]:
    """Indented lines, and the items of a list that is not indented."""
    for line in lines:
        if line.strip() and len(line) - len(line.lstrip()) <= indent and not re.match(r"\s*[-*+] ", line):
            return
        yield line


def _items(line: str) -> Iterator[str]:
    match = _ITEM.match(line)
    if match:
        yield next(group for group in match.groups() if group)


def outdated(mapped: Mapped) -> Fact | None:
    """A docstring that lists other points than the map has."""
    docstring = mapped.docstring
    found = section(docstring.text) if docstring is not None else None
    if docstring is None or found is None or not mapped.whole:
        return None
    listed = _plain(found.text)
    codes = {_key(text) for text in _CODE.findall(found.text)} | {_key(item) for item in found.items}
    missing = [point for point in mapped.points if not _is_listed(point, codes, listed)]
    known = {_key(point.condition) for point in mapped.points}
    gone = [] if mapped.unknown else [item for item in found.items if _key(item) not in known]
    parts = []
    if missing:
        words = dict.fromkeys(
            f"`{point.condition}` ({point.shape.value}, {_place(point, mapped)})" for point in missing
        )
        parts.append(f"does not list {', '.join(words)}")
    if gone:
        parts.append(f"lists {', '.join(f'`{item}`' for item in gone)}, where the code has no such point")
    if not parts:
        return None
    detail = "; it ".join(parts)
    return Fact(
        Kind.DOCUMENTATION, Certainty.MUST, docstring.span, "", Effect.NONE, call=mapped.name, operand=found.heading,
        detail=detail,
    )  # fmt: skip


def _is_listed(point: Point, codes: set[str], text: str) -> bool:
    return _key(point.condition) in codes or _plain(point.condition) in text


def _place(point: Point, mapped: Mapped) -> str:
    line = f"line {point.span.start.line}"
    return line if point.span.path == mapped.span.path else f"{point.span.path}, {line}"


def _key(condition: str) -> str:
    """A condition without spaces, its equations without an order of their sides."""
    sides = [_plain(side) for side in condition.split("==")]
    return "==".join(sorted(sides)) if len(sides) == 2 else _plain(condition)


def _plain(text: str) -> str:
    return re.sub(r"\s+|`", "", text)
