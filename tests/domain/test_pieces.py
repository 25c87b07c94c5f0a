"""Images between turning points and mixtures, against members."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from interval_strategies import with_member

from difflint.domain import pieces
from difflint.domain.interval import Interval

law = settings(deadline=None, max_examples=200)
Member = tuple[Interval, Fraction]
FUNCTIONS: list[tuple[Callable[[float], float], list[float], float]] = [
    (math.cos, [0.0], math.pi),
    (math.sin, [math.pi / 2], math.pi),
    (math.cosh, [0.0], 0.0),
    (lambda x: x * x * (x * x - 2.0), [-1.0, 0.0, 1.0], 0.0),
]


@pytest.mark.parametrize("number", range(len(FUNCTIONS)))
@law
@given(drawn=with_member())
def test_images_contain_images_of_members(number: int, drawn: Member) -> None:
    function, turns, period = FUNCTIONS[number]
    result = pieces.image(drawn[0], function, turns, period)
    exact = function(max(-700.0, min(700.0, float(drawn[1]))))

    near = 1e-12 * max(1.0, abs(exact))
    assert result.contains(exact) or result.lo - near <= exact <= result.hi + near


@pytest.mark.parametrize(
    ("interval", "image"),
    [
        ("[-1, 2]", f"[{math.cos(2.0)!r}, 1]"),
        ("(0, 1)", f"({math.cos(1.0)!r}, 1)"),
        ("[1, 2]", f"[{math.cos(2.0)!r}, {math.cos(1.0)!r}]"),
        ("[3, 6]", f"[{math.cos(math.pi)!r}, {math.cos(6.0)!r}]"),
        ("[0, inf)", "(-inf, inf)"),
        ("[0, 50]", "(-inf, inf)"),
        ("{0}", "{1}"),
    ],
)
def test_cosines(interval: str, image: str) -> None:
    found = pieces.image(Interval.parse(interval), math.cos, [0.0], math.pi)

    assert found.join(Interval.parse(image)) == Interval.parse(image)


@law
@given(with_member(), with_member(), st.integers(0, 16))
def test_mixtures_lie_between(x: Member, y: Member, sixteenths: int) -> None:
    weight = Fraction(sixteenths, 16)

    assert pieces.between(x[0], y[0]).contains(weight * x[1] + (1 - weight) * y[1])


@law
@given(with_member(), with_member())
def test_powers_contain_powers_of_members(x: Member, y: Member) -> None:
    found = pieces.power(x[0], y[0])
    base, exponent = float(x[1]), float(y[1])
    if base <= 0.0 or not math.isfinite(exponent) or abs(exponent * math.log(base)) > 700.0:
        return

    exact = base**exponent
    assert found.contains(exact) or math.isclose(exact, found.lo) or math.isclose(exact, found.hi)


@pytest.mark.parametrize(
    ("base", "exponent", "power"),
    [
        ("(0, 1)", "(0, inf)", "(~0, ~1)"),
        ("[0.5, 1]", "[0, inf)", "(~0, 1]"),
        ("[0, 0.5]", "[0, 2]", "[0, 1]"),
        ("[0, 0.5]", "[-1, 2]", "[0, inf)"),
        ("[0, 2]", "[0, 2]", "[0, inf)"),
    ],
)
def test_powers_of_shares(base: str, exponent: str, power: str) -> None:
    assert pieces.power(Interval.parse(base), Interval.parse(exponent)) == Interval.parse(power)
