"""What pictures show: limits, gaps, the point itself; and what a terminal shows of them."""

from __future__ import annotations

import io
import math
import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from curves import JUMP, KINK, NOWHERE, OFFSETS, POLE, ROOT, curve
from hypothesis import given
from hypothesis import strategies as st

from difflint.report.panel import panels
from difflint.report.svg import Figure, document
from difflint.report.terminal import plot
from difflint.report.text import console
from difflint.verdict import Curve


class Ascii(io.StringIO):
    encoding = "ascii"  # type: ignore[assignment]


def drawn(shown: Curve, width: int = 80, stream: io.StringIO | None = None) -> list[str]:
    stream = stream or io.StringIO()
    out = console(stream)
    out.width = width
    for line in plot(out, shown, 4):
        out.print(line, no_wrap=True, crop=True)
    return stream.getvalue().splitlines()


def test_a_picture_spans_all_values_and_breaks_at_the_point() -> None:
    value, slope = panels(KINK)

    assert (value.low, value.high, slope.low, slope.high) == (0.0, 0.5, -1.0, 1.0)
    assert [stroke[0][1] for stroke in slope.strokes] == [0.0, 1.0]
    assert value.dot == (0.5, 0.0)
    assert slope.dot == (0.5, 1.0)
    assert value.gaps == slope.gaps == ()


def test_a_pole_does_not_flatten_the_rest() -> None:
    value, slope = panels(POLE)

    assert max(abs(value.low), abs(value.high)) < 60.0
    assert value.dot is None and value.gaps == (0.5,)
    for panel in (value, slope):
        assert all(0.0 <= y <= 1.0 for stroke in panel.strokes for _, y in stroke)
        assert any(y in (0.0, 1.0) for stroke in panel.strokes for _, y in stroke)
        assert len(panel.strokes) == 2


def test_what_is_not_defined_is_a_gap() -> None:
    value, _ = panels(ROOT)

    assert value.gaps == tuple((h + 0.5) for h in OFFSETS if h < 0)
    assert all(x > 0.5 for stroke in value.strokes for x, _ in stroke)
    assert panels(NOWHERE)[0].strokes == () and panels(NOWHERE)[0].labels == ()


def test_a_constant_stands_in_the_middle() -> None:
    _, slope = panels(JUMP)

    assert slope.labels == ((0.5, "0"),)
    assert {y for stroke in slope.strokes for _, y in stroke} == {0.5}


def test_a_value_of_the_point_alone_is_in_the_picture() -> None:
    value, _ = panels(curve(lambda h: float(h == 0), lambda h: 0.0))

    assert (value.low, value.high, value.dot) == (0.0, 1.0, (0.5, 1.0))


@pytest.mark.parametrize("base", [0.0, 1.0, 1e6, -3.14159e-8])
def test_labels_tell_the_ends_apart(base: float) -> None:
    span = 1e-5 * (abs(base) or 1.0)
    (_, low), (_, high) = panels(curve(lambda h: base + span * h, lambda h: 1.0))[0].labels

    assert float(low) == pytest.approx(base - span / 2, abs=0.03 * span)
    assert float(high) == pytest.approx(base + span / 2, abs=0.03 * span)


@pytest.mark.parametrize("shown", [KINK, JUMP, POLE, ROOT, NOWHERE])
@pytest.mark.parametrize("make", [io.StringIO, Ascii])
def test_a_plot_fits_into_80_columns(shown: Curve, make: type[io.StringIO]) -> None:
    lines = drawn(shown, stream=make())

    assert len(lines) == 9
    assert all(len(line) <= 80 and line == line.rstrip() and line.startswith("    ") for line in lines)
    assert "value" in lines[0] and "slope" in lines[0]
    assert re.fullmatch(r" +-0.5 +h=0 +0.5 +-0.5 +h=0 +0.5", lines[-1])
    assert make is io.StringIO or "".join(lines).isascii()


def test_a_narrow_terminal_has_the_slope_below() -> None:
    lines = drawn(KINK, width=50)

    assert len(lines) == 18
    assert "value" in lines[0] and "slope" in lines[9]


def test_the_plot_shows_the_jump_of_the_slope() -> None:
    lines = drawn(KINK, stream=Ascii())
    slopes = [line[line.index("slope") - 2 :] if "slope" in line else line[len(lines[-1]) // 2 :] for line in lines]
    rows = [row for row, line in enumerate(slopes) if re.search(r"[.':]{8}", line)]

    assert rows == [1, 6]
    assert "o" in lines[1]


def test_the_plot_marks_what_is_not_finite() -> None:
    floor = drawn(ROOT)[-2]

    assert floor.count("x") == 2 * floor[: floor.rindex("x")].count("x") // 2 + 1
    assert "x: not finite" in drawn(ROOT)[0] and "not finite" not in drawn(KINK)[0]
    assert "xxxxxxxxxxxx" in floor


@given(numbers=st.lists(st.floats(width=64), min_size=3, max_size=9), at=st.floats(width=64))
def test_any_numbers_can_be_drawn(numbers: list[float], at: float) -> None:
    offsets = tuple(float(k) for k in range(-len(numbers), len(numbers) + 1))
    shown = Curve(offsets, (*numbers, at, *numbers), (*reversed(numbers), at, *numbers))

    for panel in panels(shown):
        places = [place for stroke in panel.strokes for place in stroke]
        assert all(0.0 <= x <= 1.0 and 0.0 <= y <= 1.0 for x, y in places)
        assert not any(math.isnan(float(text)) for _, text in panel.labels)
    assert len(drawn(shown, stream=Ascii())) in (9, 18)
    ElementTree.fromstring(document([Figure("a", "b", shown)]))


def test_strokes_run_from_left_to_right() -> None:
    for shown in (KINK, JUMP, POLE, ROOT):
        for panel in panels(shown):
            for stroke in panel.strokes:
                assert all(one[0] <= two[0] and math.isfinite(two[1]) for one, two in pairwise(stroke))
