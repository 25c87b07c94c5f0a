"""A curve as SVG: drawn here, so that a picture needs no library; one such library can make a PNG of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from difflint.diagnostic import Diagnostic
from difflint.errors import DifflintError
from difflint.probe.run import Answers
from difflint.report.escape import markup
from difflint.report.panel import Panel, Place, ends, panels
from difflint.report.verdict import place_of
from difflint.verdict import Curve, Witness

_WIDTH, _HEIGHT = 300, 140
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 10, 26, 24
_PAD = 6
"""Between the axes and what is drawn."""
_HEAD, _MARGIN = 40, 12
_NOTE = 100
_ZOOM = 2.0
STYLE = """\
.plot text { font-family: Arial, Helvetica, "DejaVu Sans", "Liberation Sans", "Noto Sans", sans-serif }
.plot text { font-size: 11px; fill: #57606a }
.plot .name { font-weight: 600 }
.plot .title { font-size: 13px; font-weight: 600; fill: #1f2328 }
.plot .end { text-anchor: end }
.plot .middle { text-anchor: middle }
.plot .paper { fill: #ffffff }
.plot .axis { fill: none; stroke: #8c959f; stroke-width: 1 }
.plot .here { stroke: #8c959f; stroke-width: 1; stroke-dasharray: 2 3 }
.plot .gap { stroke: #cf222e; stroke-width: 3 }
.plot .value, .plot .slope { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round }
.plot .value { stroke: #0969da }
.plot .slope { stroke: #bc4c00 }
.plot .dot { fill: #1f2328 }
@media (prefers-color-scheme: dark) {
.plot text { fill: #9198a1 }
.plot .title { fill: #e6edf3 }
.plot .paper { fill: #0d1117 }
.plot .axis, .plot .here { stroke: #6e7681 }
.plot .gap { stroke: #ff7b72 }
.plot .value { stroke: #58a6ff }
.plot .slope { stroke: #f0883e }
.plot .dot { fill: #e6edf3 }
}
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """A curve and what to write above it."""

    title: str
    note: str
    curve: Curve


def encoder(path: Path) -> Callable[[str], bytes]:
    """What turns an SVG into the kind of file a name asks for. Raises DifflintError if nothing can."""
    if path.suffix.lower() == ".svg":
        return str.encode
    if path.suffix.lower() != ".png":
        raise DifflintError(f"{path}: unknown kind of picture, expected a name in .svg or .png")
    try:
        library = import_module("resvg_py")
    except ImportError:
        raise DifflintError(f"{path}: a PNG needs a library that is not here; install difflint[plot]") from None
    return lambda text: bytes(library.svg_to_bytes(svg_string=text, zoom=_ZOOM))


def figures(diagnostics: Sequence[Diagnostic], answers: Answers, points: bool) -> Iterator[Figure]:
    """A figure for every point that was found, or only for those that confirm a finding."""
    if points:
        for item in answers.probed:
            for seen in item.report.points:
                span = seen.spans[0] if seen.spans else None
                yield from _figure(seen.witness, f"{place_of(item.path, span)} {seen.kind} in {item.report.name}")
        return
    for found in diagnostics:
        if found.verdict is not None and found.verdict.witness is not None:
            witness = found.verdict.witness
            title = f"{place_of(found.span.path, found.span)} {found.code} {witness.kind} in {witness.function}"
            yield from _figure(witness, title)


def _figure(witness: Witness, title: str) -> Iterator[Figure]:
    note = ", ".join(f"{name} = {value}" for name, value in witness.inputs)
    if witness.curve is not None:
        yield Figure(title, note if len(note) <= _NOTE else f"{note[:_NOTE]}…", witness.curve)


def document(drawn: Sequence[Figure]) -> str:
    """One SVG with all figures, one below the other."""
    width, each = 2 * _WIDTH + 2 * _MARGIN, _HEAD + _HEIGHT + _MARGIN
    height = each * len(drawn)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="plot" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">',
        f"<style>\n{STYLE}</style>",
        f'<rect class="paper" width="{width}" height="{height}"/>',
    ]
    for number, figure in enumerate(drawn):
        parts.append(f'<g transform="translate({_MARGIN} {number * each})">')
        parts.append(_text(0, 20, "title", figure.title))
        parts.append(_text(0, 35, "note", figure.note))
        for place, panel in enumerate(panels(figure.curve)):
            parts.append(f'<g transform="translate({place * _WIDTH} {_HEAD})">')
            parts += [*_panel(panel, figure.curve), "</g>"]
        parts.append("</g>")
    return "\n".join([*parts, "</svg>", ""])


def inline(curve: Curve) -> str:
    """Value and slope as two SVG elements of a page that has the style."""
    return "\n".join(
        f'<svg class="plot" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{panel.name} across the point">\n'
        + "\n".join(_panel(panel, curve))
        + "\n</svg>"
        for panel in panels(curve)
    )


def _panel(panel: Panel, curve: Curve) -> Iterator[str]:
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    middle, _ = _at((0.5, 0.0))
    note = " (red: not finite)" if panel.gaps else ""
    yield _text(_LEFT, _TOP - 10, "name", panel.name + note)
    yield f'<path class="axis" d="M{_LEFT} {_TOP}V{bottom}H{right}"/>'
    yield f'<path class="here" d="M{middle} {_TOP}V{bottom}"/>'
    for height, label in panel.labels:
        _, y = _at((0.0, height))
        yield _text(_LEFT - 5, y + 4, "end", label)
    for across, label, anchor in zip((0.0, 0.5, 1.0), ends(curve), ("middle", "middle", "end")):
        x, _ = _at((across, 0.0))
        yield _text(x, bottom + 15, anchor, label)
    for gap in _stretches(panel.gaps, 1.0 / len(curve.offsets)):
        (left, _), (end, _) = _at((gap[0], 0.0)), _at((gap[1], 0.0))
        yield f'<path class="gap" d="M{left - 2:g} {bottom}H{end + 2:g}"/>'
    for stroke in panel.strokes:
        places = " ".join(f"{x:g},{y:g}" for x, y in map(_at, stroke))
        yield f'<polyline class="{panel.name}" points="{places}"/>'
    if panel.dot is not None:
        x, y = _at(panel.dot)
        yield f'<circle class="dot" cx="{x}" cy="{y}" r="3"/>'


def _stretches(places: Sequence[float], step: float) -> Iterator[tuple[float, float]]:
    """Neighbouring places together; they are at most `step` apart, and a little."""
    first = last = None
    for place in places:
        if first is None or last is None:
            first = place
        elif place - last > 1.5 * step:
            yield first, last
            first = place
        last = place
    if first is not None and last is not None:
        yield first, last


def _at(place: Place) -> Place:
    """A place of the unit square on the paper."""
    x = _LEFT + _PAD + place[0] * (_WIDTH - _LEFT - _RIGHT - 2 * _PAD)
    y = _HEIGHT - _BOTTOM - _PAD - place[1] * (_HEIGHT - _TOP - _BOTTOM - 2 * _PAD)
    return round(x, 1), round(y, 1)


def _text(x: float, y: float, name: str, text: str) -> str:
    return f'<text x="{x:g}" y="{y:g}" class="{name}">{markup(text)}</text>'
