"""A curve in a terminal: value and slope side by side, in Braille dots or in ASCII."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from rich.console import Console
from rich.text import Text

from difflint.report.panel import Panel, Place, ends, panels
from difflint.verdict import Curve

_COLUMNS, _ROWS = 25, 6
"""Cells of one picture; the point stands in the middle one."""
_GAP = 3
_STYLES = {"value": "cyan", "slope": "magenta"}
_BRAILLE = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bit of every dot of a Braille cell, by row and column."""


@dataclass(frozen=True, slots=True)
class _Alphabet:
    """Characters to draw with: `dots` of a cell across and down, `cell` makes a character of their bits."""

    dots: tuple[int, int]
    cell: Callable[[int], str]
    bits: tuple[tuple[int, ...], ...]
    side: str
    tick: str
    corner: str
    floor: str
    point: str


_FINE = _Alphabet((2, 4), lambda bits: chr(0x2800 + bits) if bits else " ", _BRAILLE, "│", "┤", "└", "─", "┬")
_PLAIN = _Alphabet((1, 2), lambda bits: " '.:"[bits], ((1,), (2,)), "|", "+", "+", "-", "+")


def plot(out: Console, curve: Curve, indent: int) -> Iterator[Text]:
    """The lines of a picture; where the console is narrow the slope stands below the value."""
    alphabet = _alphabet(out)
    value, slope = (_drawn(panel, curve, alphabet) for panel in panels(curve))
    width = max(line.cell_len for line in value)
    if indent + 2 * width + _GAP > out.width:
        lines = [*value, *slope]
    else:
        for line in value:
            line.pad_right(width - line.cell_len + _GAP)
        lines = [one + two for one, two in zip_longest(value, slope, fillvalue=Text())]
    for line in lines:
        line.rstrip()
        yield Text(" " * indent) + line


def _alphabet(out: Console) -> _Alphabet:
    try:
        "⠿│┤└─┬".encode(out.encoding)
    except UnicodeEncodeError:
        return _PLAIN
    return _FINE


def _drawn(panel: Panel, curve: Curve, alphabet: _Alphabet) -> list[Text]:
    """One picture with its axes."""
    texts = {round((1 - height) * (_ROWS - 1)): text for height, text in panel.labels}
    width = max(map(len, (*texts.values(), ends(curve)[0])))
    note = "  x: not finite" if panel.gaps else ""
    lines = [Text.assemble(" " * (width + 2), (panel.name, "bold"), (note, "dim"))]
    for row, cells in enumerate(_cells(panel, alphabet)):
        label = texts.get(row, "")
        side = alphabet.tick if label else alphabet.side
        lines.append(Text.assemble((f"{label:>{width}} {side}", "dim"), (cells, _STYLES[panel.name])))
    lines.append(Text(" " * (width + 1) + alphabet.corner + _floor(panel, alphabet), "dim"))
    return [*lines, Text(_ruler(curve, width), "dim")]


def _ruler(curve: Curve, width: int) -> str:
    """Numbers below the horizontal axis: its ends and, in the middle, the point."""
    low, middle, high = ends(curve)
    before = max(width + 2 - len(low), 0)
    ruler = (" " * before + low).ljust(width + 2 + (_COLUMNS - len(middle)) // 2) + middle
    return ruler.ljust(width + 2 + _COLUMNS - len(high)) + high


def _floor(panel: Panel, alphabet: _Alphabet) -> str:
    """The horizontal axis: the point marked, and what is not finite."""
    cells = [alphabet.floor] * _COLUMNS
    cells[_COLUMNS // 2] = alphabet.point
    for gap in panel.gaps:
        cells[_index(gap, _COLUMNS)] = "x"
    return "".join(cells)


def _cells(panel: Panel, alphabet: _Alphabet) -> list[str]:
    across, down = alphabet.dots
    bits = [[0] * _COLUMNS for _ in range(_ROWS)]
    for stroke in panel.strokes:
        for column, row in _dots(stroke, _COLUMNS * across, _ROWS * down):
            bits[row // down][column // across] |= alphabet.bits[row % down][column % across]
    rows = [[alphabet.cell(bit) for bit in row] for row in bits]
    if panel.dot is not None:
        rows[_index(1 - panel.dot[1], _ROWS)][_COLUMNS // 2] = "o"
    return ["".join(row) for row in rows]


def _dots(stroke: Sequence[Place], columns: int, rows: int) -> Iterator[tuple[int, int]]:
    """The dots on a stroke, close enough to touch."""
    for (left, below), (right, above) in zip(stroke, [*stroke[1:], stroke[-1]]):
        steps = 1 + int(2 * max(abs(right - left) * columns, abs(above - below) * rows))
        for step in range(steps + 1):
            share = step / steps
            x, y = left + share * (right - left), below + share * (above - below)
            yield _index(x, columns), _index(1 - y, rows)


def _index(share: float, count: int) -> int:
    """The cell of a place between 0 and 1."""
    return min(int(share * count), count - 1)
