"""Flows against what they stand for: maps on cotangents, applied from the sink to the source."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from difflint.domain.flow import Flow, FlowSet, after, compose, join

PAIRS = list(itertools.product(Flow, repeat=2))
TRIPLES = list(itertools.product(Flow, repeat=3))
sets = st.frozensets(st.sampled_from(Flow), max_size=4)

Cotangent = float | None
ACTIONS: dict[Flow, Callable[[float], Cotangent]] = {
    Flow.EXACT: lambda g: 2.0 * g,
    Flow.SURROGATE: lambda g: 2.0 * g,
    Flow.ZERO: lambda g: 0.0 * g,
    Flow.MASKED: lambda g: 0.0,
    Flow.UNBOUNDED: lambda g: math.inf * g,
    Flow.NAN: lambda g: math.nan * g,
    Flow.CUT: lambda g: None,
}


def run(flow: Flow, cotangent: Cotangent) -> Cotangent:
    return None if cotangent is None else ACTIONS[flow](cotangent)


def kind(cotangent: Cotangent) -> str:
    if cotangent is None:
        return "absent"
    if math.isnan(cotangent):
        return "nan"
    if math.isinf(cotangent):
        return "infinite"
    return "finite" if cotangent else "zero"


@pytest.mark.parametrize(("outer", "inner"), PAIRS)
@pytest.mark.parametrize("cotangent", [1.0, 0.0, math.inf, math.nan, None])
def test_a_composed_flow_does_what_its_parts_do(outer: Flow, inner: Flow, cotangent: Cotangent) -> None:
    step_by_step = run(inner, run(outer, cotangent))

    assert kind(run(after(outer, inner), cotangent)) == kind(step_by_step)


def test_words() -> None:
    assert [item.value for item in Flow] == ["exact", "surrogate", "zero", "masked", "unbounded", "nan", "cut"]


def test_composition_is_associative() -> None:
    for a, b, c in TRIPLES:
        assert after(after(a, b), c) is after(a, after(b, c))


def test_exact_is_the_identity_and_cut_absorbs() -> None:
    for item in Flow:
        assert after(Flow.EXACT, item) is item is after(item, Flow.EXACT)
        assert after(Flow.CUT, item) is Flow.CUT is after(item, Flow.CUT)


@pytest.mark.parametrize("item", [Flow.ZERO, Flow.MASKED, Flow.UNBOUNDED, Flow.NAN, Flow.CUT])
def test_a_surrogate_changes_nothing_but_exact(item: Flow) -> None:
    assert after(Flow.SURROGATE, item) is item is after(item, Flow.SURROGATE)
    assert after(Flow.SURROGATE, Flow.EXACT) is Flow.SURROGATE


def test_the_order_of_mask_and_pole_matters() -> None:
    root_of_clamped = after(Flow.UNBOUNDED, Flow.MASKED)
    masked_root = after(Flow.MASKED, Flow.UNBOUNDED)

    assert root_of_clamped is Flow.MASKED
    assert masked_root is Flow.NAN


def test_a_multiplied_zero_does_not_hide_a_pole_on_either_side() -> None:
    assert after(Flow.ZERO, Flow.UNBOUNDED) is Flow.NAN
    assert after(Flow.UNBOUNDED, Flow.ZERO) is Flow.NAN


@given(sets, sets, sets)
@settings(deadline=None)
def test_sets_compose_associatively_and_distribute_over_join(a: FlowSet, b: FlowSet, c: FlowSet) -> None:
    assert compose(compose(a, b), c) == compose(a, compose(b, c))
    assert compose(join(a, b), c) == join(compose(a, c), compose(b, c))
    assert compose(a, join(b, c)) == join(compose(a, b), compose(a, c))


@given(sets, sets)
@settings(deadline=None)
def test_sets_keep_what_alternatives_and_compositions_contain(a: FlowSet, b: FlowSet) -> None:
    assert join(a, b) == join(b, a) >= a
    assert compose(a, b) == {after(x, y) for x in a for y in b}
    assert compose(a, frozenset({Flow.EXACT})) == a == compose(frozenset({Flow.EXACT}), a)
