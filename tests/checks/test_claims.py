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


GAPS = np.linspace(-4.0, 4.0, 801)


@pytest.mark.parametrize("eps", [1e-3, 0.1, 1.0])
def test_the_errors_of_smooth_absolute_values(eps: float) -> None:
    smooth, huber = np.sqrt(GAPS**2 + eps**2), np.sqrt(1 + GAPS**2) - 1

    assert ((smooth >= np.abs(GAPS)) & (smooth <= np.abs(GAPS) + eps)).all()
    assert ((huber <= np.abs(GAPS)) & (huber >= np.abs(GAPS) - 1)).all()


@pytest.mark.parametrize("beta", [1.0, 20.0, 50.0])
def test_the_errors_of_smooth_maxima(beta: float) -> None:
    hard = np.maximum(GAPS, 0.5)
    soft = np.logaddexp(beta * GAPS, beta * 0.5) / beta
    pair = (GAPS + 0.5 + np.sqrt((GAPS - 0.5) ** 2 + 1 / beta**2)) / 2

    assert ((soft >= hard - 1e-12) & (soft <= hard + math.log(2) / beta + 1e-12)).all()
    assert ((pair >= hard - 1e-12) & (pair <= hard + 1 / (2 * beta) + 1e-12)).all()


@pytest.mark.parametrize(("name", "below"), [("silu", 0.28), ("gelu", 0.171)])
def test_smooth_rectifiers_stay_near(name: str, below: float) -> None:
    x = torch.linspace(-6, 6, 2001)
    gap = torch.relu(x) - getattr(torch.nn.functional, name)(x)

    assert -1e-6 <= gap.min() and gap.max() <= below


def distance(x: np.ndarray) -> float:
    """Two absolute values, minimal at (3, -1)."""
    return float(np.abs(x - np.array([3.0, -1.0])).sum())


@pytest.mark.parametrize(("method", "gap"), [("BFGS", 1.0), ("Newton-CG", 4.0)])
def test_second_order_methods_stop_short_of_kinks(method: str, gap: float) -> None:
    found = minimize(distance, [0.2, 0.7], jac=lambda x: np.sign(x - np.array([3.0, -1.0])), method=method)

    assert found.fun > gap
    assert found.success == (method == "Newton-CG")


def test_a_rectifier_has_no_curvature() -> None:
    network = torch.nn.Sequential(torch.nn.Linear(1, 8), torch.nn.ReLU(), torch.nn.Linear(8, 1))
    x = torch.randn(5, 1, requires_grad=True)
    (slope,) = torch.autograd.grad(network(x).sum(), x, create_graph=True)

    assert slope.any()
    bend = torch.autograd.grad(slope.sum(), x, allow_unused=True)[0] if slope.requires_grad else None
    assert bend is None or not bend.any()


@pytest.mark.parametrize(("function", "point"), [(torch.lgamma, 0.0), (torch.erfinv, 1.0), (torch.special.entr, 0.0)])
def test_special_functions_have_infinite_derivatives_at_their_ends(function: object, point: float) -> None:
    x = torch.tensor(point, requires_grad=True)
    function(x).backward()  # type: ignore[operator]

    assert x.grad is not None and x.grad.isinf()


def test_samples_have_zero_gradients() -> None:
    p = torch.tensor([0.3], requires_grad=True)

    assert not torch.autograd.grad(torch.bernoulli(p).sum(), p)[0].any()
    assert not torch.autograd.grad(torch.normal(p, 1.0).sum(), p)[0].any()
    assert not torch.distributions.Normal(p, 1.0).sample().requires_grad


@pytest.mark.parametrize(
    "function",
    [
        lambda x: torch.cdist(x, torch.ones(2, 3)),
        torch.pdist,
        torch.nn.functional.hardsigmoid,
        lambda x: torch.nn.functional.ctc_loss(
            torch.log_softmax(x[:, None], -1), torch.tensor([[1]]), torch.tensor([4]), torch.tensor([1])
        ),
    ],
)
def test_some_operations_have_no_second_derivative(function: object) -> None:
    x = torch.randn(4, 3, requires_grad=True)
    (slope,) = torch.autograd.grad(function(x).sum(), x, create_graph=True)  # type: ignore[operator]

    with pytest.raises(RuntimeError, match="not implemented"):
        torch.autograd.grad(slope.square().sum(), x)


def test_cancelled_values_and_their_library_forms() -> None:
    assert 1 - torch.cos(torch.tensor(1e-4)) == 0.0
    assert torch.log(1 + torch.tensor(1e-9)) == 0.0
    assert 2 * torch.sin(torch.tensor(1e-4) / 2) ** 2 == pytest.approx(5e-9)


def test_a_masked_row_is_nan() -> None:
    weighted = torch.ones(3, 1, requires_grad=True)
    mask = torch.tensor([[True] * 3, [False] * 3])
    result = torch.softmax(torch.zeros(2, 3).masked_fill(mask, -math.inf), -1) @ weighted
    result.sum().backward()

    assert result[0].isnan()
    assert weighted.grad is not None and weighted.grad.isnan().all()


def test_the_sigmoid_of_a_sigmoid_is_narrow() -> None:
    x = torch.tensor(0.0, requires_grad=True)
    torch.sigmoid(torch.sigmoid(x)).backward()

    assert x.grad is not None and x.grad <= 1 / 16
    assert torch.sigmoid(torch.sigmoid(torch.tensor(50.0))) < 0.74


def test_loops_without_reverse_mode() -> None:
    with pytest.raises(ValueError, match="everse-mode"):
        jax.grad(named("DIF609", "Example", "jax", "root"))(2.0)
