"""The chain of smoothness classes and their composition."""

from __future__ import annotations

import itertools
import math

import pytest

from difflint.domain.lattice import Lattice
from difflint.domain.smoothness import Smoothness

PAIRS = list(itertools.product(Smoothness, repeat=2))
TRIPLES = list(itertools.product(Smoothness, repeat=3))


def test_words_in_order() -> None:
    words = ["constant", "smooth", "C2", "C1", "lipschitz", "continuous", "any"]

    assert words == [item.value for item in Smoothness]
    assert all(a.leq(b) == (words.index(a.value) <= words.index(b.value)) for a, b in PAIRS)


def test_is_a_lattice() -> None:
    element: Lattice = Smoothness.SMOOTH

    assert element.leq(Smoothness.ANY)


def test_join_is_the_larger() -> None:
    for a, b in PAIRS:
        assert a.join(b) == b.join(a)
        assert a.join(b) in (a, b)
        assert a.leq(a.join(b))
        assert a.leq(b) == (a.join(b) is b)


def test_composition_is_associative_and_commutative() -> None:
    for a, b, c in TRIPLES:
        assert a.after(b).after(c) is a.after(b.after(c))
        assert a.after(b) is b.after(a)


def test_smooth_is_the_identity_and_constant_absorbs() -> None:
    for item in Smoothness:
        assert item.after(Smoothness.SMOOTH) is item
        assert item.after(Smoothness.CONSTANT) is Smoothness.CONSTANT


def test_composition_is_monotone_and_distributes_over_join() -> None:
    for a, b, c in TRIPLES:
        assert not a.leq(b) or a.after(c).leq(b.after(c))
        assert a.join(b).after(c) is a.after(c).join(b.after(c))


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("constant", math.inf),
        ("smooth", math.inf),
        ("C2", 2),
        ("C1", 1),
        ("lipschitz", 0),
        ("continuous", 0),
        ("any", -1),
    ],
)
def test_order_counts_continuous_derivatives(name: str, order: float) -> None:
    assert Smoothness(name).order == order


def test_order_falls_along_the_chain() -> None:
    assert all(a.order >= b.order for a, b in PAIRS if a.leq(b))
