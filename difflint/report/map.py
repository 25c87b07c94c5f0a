"""The map of points that are not smooth: for people, as a section of a docstring, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TextIO

from rich.console import Console
from rich.text import Text

from difflint.facts import Step
from difflint.points import HEADING, SMOOTH_HEADING, Mapped, Point, Shape
from difflint.report.escape import CONTROL
from difflint.report.text import console
from difflint.source import Span

VERSION = 1
SMOOTH = "Smooth in all arguments."
_STYLES = {Shape.KINK: "cyan", Shape.CURVATURE: "cyan", Shape.BRANCH: "blue", Shape.LOOP: "blue"}
_WIDTH = max(len(shape.value) for shape in Shape)


def text(stream: TextIO, functions: Sequence[Mapped], files: int) -> None:
    """A paragraph a function, with two lines a point: where and what, then by which expression."""
    out = console(stream)
    for item in functions:
        _function(out, item)
    points = sum(len(item.points) for item in functions)
    smooth = sum(item.smooth for item in functions)
    mapped = f"Mapped {_count(len(functions), 'function')} in {_count(files, 'file')}"
    _line(out, (f"{mapped}: {_count(points, 'point')}, {smooth} smooth.", ""))


def _line(out: Console, *parts: tuple[str, str]) -> None:
    """One line of texts and their styles, however long."""
    out.print(Text.assemble(*((text.translate(CONTROL), style) for text, style in parts)), soft_wrap=True)


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _function(out: Console, item: Mapped) -> None:
    _line(out, (f"{item.span.path}:{item.span.start.line} {item.name}", "bold"), (f" {_state(item)}", ""))
    for point in item.points:
        style = _STYLES.get(point.shape, "yellow")
        place = f"  {_place(point.span, item):<8} "
        _line(out, (place, ""), (f"{point.shape.value:<{_WIDTH}}", style), (f" {point.condition}", ""))
        _line(out, (" " * 11 + ", ".join(filter(None, (point.expression, _consequence(point)))), "dim"))
    if item.unknown:
        _line(out, (f"  not followed: {', '.join(dict.fromkeys(step.text for step in item.unknown))}", ""))
    if not item.whole:
        _line(out, ("  too large to be followed to its end", ""))
    out.print()


def _state(item: Mapped) -> str:
    if not item.arguments and item.whole:
        return "depends on no array or number"
    if item.smooth:
        return f"smooth in {', '.join(item.arguments)}"
    return _count(len(item.points), "point") if item.points else "no point found"


def _place(span: Span, item: Mapped) -> str:
    place = f"{span.start.line}:{span.start.column}"
    return place if span.path == item.span.path else f"{span.path}:{place}"


def _consequence(point: Point) -> str:
    """What the framework returns, why, and through which calls."""
    parts = [f"derivative {point.reported}"] if point.reported else []
    parts += [point.note] if point.note else []
    parts += [f"in {point.via[0].text.partition('(')[0]}(), line {point.via[0].span.start.line}"] if point.via else []
    return "; ".join(parts)


def markdown(functions: Sequence[Mapped]) -> str:
    """A section a function; with its name above where there are several."""
    several = len(functions) > 1
    blocks = []
    for item in functions:
        title = [f"# `{item.span.path}::{item.name}`", ""] if several else []
        blocks.append("\n".join([*title, *_section(item)]))
    return "\n\n".join(blocks) + "\n"


def _section(item: Mapped) -> Iterator[str]:
    yield f"## {HEADING if item.points else SMOOTH_HEADING}"
    yield ""
    if item.points:
        yield from dict.fromkeys(map(_bullet, item.points))
    elif item.smooth:
        yield SMOOTH
    else:
        yield "No point found." if item.arguments or not item.whole else "Depends on no array or number."
    if item.unknown:
        names = dict.fromkeys(step.text for step in item.unknown)
        yield from ("", f"Not followed: {', '.join(f'`{name}`' for name in names)}.")
    if not item.whole:
        yield from ("", "Too large to be followed to its end.")


def _bullet(point: Point) -> str:
    number = f", derivative {point.reported}" if point.reported else ""
    note = f"; {point.note}" if point.note else ""
    return f"- `{point.condition}`: {point.shape.value} of `{point.expression}`{number}{note}"


def as_json(functions: Sequence[Mapped], files: int) -> str:
    """The map as JSON, version 1, whose shape only grows; pure ASCII.

    Lines and columns are 1-based, ends exclusive. `class` is a word of `difflint.points.Shape`;
    `derivative` is null where the tables do not say or nothing is differentiated.
    """
    document = {
        "version": VERSION,
        "functions": [_object(item) for item in functions],
        "summary": {
            "files": files,
            "functions": len(functions),
            "points": sum(len(item.points) for item in functions),
            "smooth": sum(item.smooth for item in functions),
        },
    }
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"


def _object(item: Mapped) -> dict[str, object]:
    return {
        "path": item.span.path,
        "name": item.name,
        "range": _range(item.span),
        "arguments": list(item.arguments),
        "smooth": item.smooth,
        "complete": item.whole,
        "points": [_point(point) for point in item.points],
        "unknown": [_step(step) for step in item.unknown],
    }


def _point(point: Point) -> dict[str, object]:
    return {
        "condition": point.condition,
        "class": point.shape.value,
        "derivative": point.reported or None,
        "note": point.note,
        "operator": point.operator,
        "framework": point.framework,
        "expression": point.expression,
        "path": point.span.path,
        "range": _range(point.span),
        "via": [_step(step) for step in point.via],
    }


def _step(step: Step) -> dict[str, object]:
    return {"path": step.span.path, "range": _range(step.span), "call": step.text}


def _range(span: Span) -> dict[str, dict[str, int]]:
    return {
        "start": {"line": span.start.line, "column": span.start.column},
        "end": {"line": span.end.line, "column": span.end.column},
    }
