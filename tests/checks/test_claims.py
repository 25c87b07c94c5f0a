"""Numbers and orders that the rule files state beside their examples."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch
from rule_text import named
from scipy.optimize import minimize


def test_a_rounded_objective_is_a_success_at_its_start() -> None:
    stuck = named("DIF101", "Example", "jax", "stuck")

    assert stuck.success
    assert stuck.nit == 0


@pytest.mark.parametrize(("section", "finite"), [("Example", False), ("Use instead", True)])
def test_the_norm_of_torch_has_no_second_derivative_at_zero(section: str, finite: bool) -> None:
    torch.manual_seed(0)
    model = named("DIF302", section, "torch", "Energy")()
    named("DIF302", section, "torch", "force_loss")(model, torch.zeros(4, 3), torch.ones(4, 3)).backward()

    assert all(weight.grad is None or weight.grad.isfinite().all() for weight in model.parameters()) == finite


def test_the_norm_of_torch_has_a_first_derivative_at_zero() -> None:
    x = torch.zeros(4, 3, requires_grad=True)
    named("DIF302", "When it is fine", "torch", "Penalty")()(x).backward()

    assert x.grad is not None
    assert not x.grad.any()


@pytest.mark.parametrize(("name", "widths"), [("tanh", 9.1), ("sigmoid", 16.7)])
def test_a_soft_step_saturates_in_single_precision(name: str, widths: float) -> None:
    for distance, alive in ((0.9 * widths, True), (widths, False)):
        x = torch.tensor(distance, requires_grad=True)
        getattr(torch, name)(x).backward()
        assert bool(x.grad) == alive


@pytest.mark.parametrize("distance", [0.1, 0.5, 1.0, 3.0])
@pytest.mark.parametrize("tau", [0.05, 0.5])
def test_the_errors_of_soft_steps(distance: float, tau: float) -> None:
    assert 1 - math.tanh(distance / tau) <= 2 * math.exp(-2 * distance / tau) + 1e-15
    assert 1 - 1 / (1 + math.exp(-distance / tau)) <= math.exp(-distance / tau) + 1e-15


@pytest.mark.parametrize("margin", [1e-6, 1e-4, 1e-2])
def test_the_error_of_a_clamped_arccosine(margin: float) -> None:
    assert math.acos(1 - margin) <= math.sqrt(2 * margin) * (1 + margin)
    assert 1 / math.sqrt(1 - (1 - margin) ** 2) <= 1 / math.sqrt(2 * margin) * (1 + margin)


def test_the_series_of_removable_singularities() -> None:
    x = np.linspace(1e-3, 1e-2, 50)

    assert np.abs(np.sinc(x / np.pi) - (1 - x**2 / 6)).max() <= 1e-10
    assert np.abs(0.5 * np.sinc(x / (2 * np.pi)) ** 2 - (0.5 - x**2 / 24)).max() <= 1e-8 / 720 + 1e-15


def test_a_cosine_difference_cancels() -> None:
    x = torch.tensor(1e-4)

    assert (1 - torch.cos(x)) / x**2 == 0.0


def test_periods_of_two_units_bound_the_wrapped_square() -> None:
    gap = np.linspace(-np.pi, np.pi, 401)
    smooth = 1 - np.cos(gap)

    assert (smooth >= 2 * gap**2 / np.pi**2 - 1e-12).all()
    assert (smooth <= gap**2 / 2 + 1e-12).all()


def test_a_remainder_has_slope_one_at_its_jump() -> None:
    x = torch.tensor(1.0, requires_grad=True)
    torch.remainder(x, 1.0).backward()

    assert x.grad == 1.0
    assert jax.grad(lambda v: jnp.mod(v, 1.0))(1.0) == 1.0


def test_the_softplus_of_torch_becomes_a_line() -> None:
    x = torch.tensor(20.5, dtype=torch.float64)

    assert torch.nn.functional.softplus(x) == x
    assert 0 < np.logaddexp(20.0, 0.0) - 20.0 <= 2.1e-9


@pytest.mark.parametrize(
    ("eps", "dtype", "held"),
    [
        (1e-45, torch.float32, True),
        (6.9e-46, torch.float32, False),
        (1e-7, torch.float16, True),
        (1e-8, torch.float16, False),
    ],
)
def test_an_epsilon_that_vanishes(eps: float, dtype: torch.dtype, held: bool) -> None:
    assert bool(torch.tensor(eps, dtype=dtype)) == held


@pytest.mark.parametrize("name", ["misfit", "clipped"])
def test_an_objective_that_writes_moves_the_point(name: str) -> None:
    point = np.array([-1.0, 2.0])
    named("DIF508", "Example", "numpy", name)(point)

    assert (point != [-1.0, 2.0]).any()


def test_a_branch_jumps_and_its_blend_does_not() -> None:
    params, below, above = jnp.ones(1), jnp.array([1.0 - 1e-4]), jnp.array([1.0 + 1e-4])
    jump = {
        section: abs(float(hinge(params, above) - hinge(params, below)))
        for section in ("Example", "Use instead")
        for hinge in [named("DIF601", section, "jax", "hinge")]
    }

    assert jump["Example"] > 0.49
    assert jump["Use instead"] < 1e-2


def test_one_newton_step_carries_the_derivative_of_a_search() -> None:
    with jax.enable_x64(True):
        assert jax.grad(named("DIF605", "Example", "jax", "bisect"))(2.0) == 0.0
        slope = jax.grad(named("DIF605", "Use instead", "jax", "bisect"))(2.0)

    assert slope == pytest.approx(1 / math.sqrt(8), abs=1e-15)


def test_an_implicit_step_carries_the_derivative_of_a_loop() -> None:
    a = torch.tensor([2.0], requires_grad=True)
    named("DIF603", "Use instead", "torch", "implicit_root")(a).backward()

    assert a.grad is not None
    assert a.grad.item() == pytest.approx(1 / math.sqrt(8), abs=1e-6)


def test_a_smooth_penalty_reaches_its_minimum() -> None:
    cost = named("DIF103", "Use instead", "scipy", "cost")

    assert minimize(cost, np.zeros(3)).x == pytest.approx(np.ones(3), abs=1e-4)


@pytest.mark.parametrize(("x", "gradient"), [(-1.0, 0.0), (0.0, 0.0), (4.0, 0.25)])
def test_a_rectifier_selects_at_its_end(x: float, gradient: float) -> None:
    leaf = torch.tensor(x, requires_grad=True)
    torch.sqrt(torch.relu(leaf)).backward()

    assert leaf.grad == gradient
    assert jax.grad(lambda v: jnp.sqrt(jax.nn.relu(v)))(x) == gradient


def test_a_clamp_below_its_end_differs_by_framework() -> None:
    leaf = torch.tensor(-1.0, requires_grad=True)
    torch.sqrt(leaf.clamp(min=0)).backward()

    assert leaf.grad == 0.0
    assert jnp.isnan(jax.grad(lambda v: jnp.sqrt(jnp.clip(v, 0.0)))(-1.0))
