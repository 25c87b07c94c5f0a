"""What the rule files claim, run: the examples misbehave, the replacements do not and stay close.

Each case names a function (or a class) of an `Example` and of `Use instead`, a point where the first
one fails, and, where the replacement claims an error bound, a regular point and that bound.
"""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch
from rule_text import FILES, blocks, named, run
from torch import nn

Function = Callable[..., Any]
Inputs = tuple[Any, ...]


class Fails(Enum):
    """How an example misbehaves at its point."""

    NAN = "a value or a gradient that is not finite"
    ZERO = "zero or without a graph"
    RAISES = "an exception"


@dataclass(frozen=True)
class Case:
    """One claim; `at` and `near` are the arguments, the first is differentiated."""

    code: str
    framework: str
    name: str
    fails: Fails
    at: Inputs
    near: Inputs = ()
    bound: float = 0.0
    instead: str = ""
    build: Inputs = ()

    def __str__(self) -> str:
        return f"{self.code}-{self.framework}-{self.name}"


def built(case: Case, section: str, name: str) -> Function:
    """The function of a case; a class is built with the same weights every time."""
    found = named(case.code, section, case.framework, name)
    if isinstance(found, type):
        torch.manual_seed(0)
        return found(*case.build)  # type: ignore[no-any-return]
    return found  # type: ignore[no-any-return]


def leaves(value: Any) -> Iterator[torch.Tensor]:
    """The tensors in an argument that can be differentiated."""
    if isinstance(value, torch.Tensor) and (value.is_floating_point() or value.is_complex()):
        yield value
    if isinstance(value, list | tuple):
        for item in value:
            yield from leaves(item)


def torch_tensor(value: Any) -> Any:
    """Numbers as tensors, also inside of lists."""
    if isinstance(value, list | tuple):
        return [torch_tensor(item) for item in value]
    return torch.tensor(value) if isinstance(value, np.ndarray | np.generic) else value


def torch_gradient(function: Function, inputs: Inputs) -> np.ndarray:
    """The gradient of the sum of the result by the weights of a module and its first argument."""
    arguments = [torch_tensor(item) for item in inputs]
    sources = [leaf.requires_grad_(True) for leaf in leaves(arguments[0])]
    if isinstance(function, nn.Module):
        sources += list(function.parameters())
    result = function(*arguments)
    assert isinstance(result, torch.Tensor)
    if not result.requires_grad:
        return np.zeros(1)
    result.abs().sum().backward()
    found = [source.grad for source in sources if source.grad is not None]
    return np.concatenate([torch.view_as_real(item + 0j).flatten().numpy() for item in found] or [np.zeros(1)])


def jax_gradient(function: Function, inputs: Inputs) -> np.ndarray:
    """The gradient of the sum of the result by the first argument."""
    arguments = [jnp.asarray(item) if isinstance(item, np.ndarray) else item for item in inputs]
    gradient = jax.grad(lambda first: jnp.sum(function(first, *arguments[1:])))(arguments[0])
    return np.concatenate([np.ravel(item) for item in jax.tree.leaves(gradient)])


def gradient(case: Case, function: Function, inputs: Inputs) -> np.ndarray:
    """The gradient in the framework of a case."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return (torch_gradient if case.framework == "torch" else jax_gradient)(function, inputs)


def value(case: Case, function: Function, inputs: Inputs) -> np.ndarray:
    """The value in the framework of a case."""
    if case.framework == "torch":
        return function(*(torch_tensor(item) for item in inputs)).detach().numpy()  # type: ignore[no-any-return]
    return np.asarray(function(*inputs))


def f(*numbers: Any) -> np.ndarray:
    """An array in single precision."""
    return np.array(numbers, dtype=np.float32)


ZEROS, ONES = np.zeros((4, 3), np.float32), np.ones((4, 3), np.float32)
RANDOM = np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32)
OTHER = np.random.default_rng(1).normal(size=(4, 3)).astype(np.float32)
EYE = np.eye(3, dtype=np.float32)
WEIGHT = f(0.3, -0.2, 0.5)

CASES = [
    Case("DIF101", "torch", "code_error", Fails.ZERO, (RANDOM, OTHER), (RANDOM, OTHER), 0.05),
    Case("DIF101", "torch", "to_grid", Fails.ZERO, (RANDOM, 0.5), (RANDOM, 0.5), 1e-6),
    Case("DIF101", "torch", "bucket_error", Fails.RAISES, (RANDOM, 0.5), instead="to_grid"),
    Case("DIF101", "torch", "split_error", Fails.ZERO, (RANDOM, 0.5), instead="to_grid"),
    Case("DIF101", "jax", "grid_loss", Fails.ZERO, (WEIGHT, RANDOM, ONES[:, 0]), (WEIGHT, RANDOM, ONES[:, 0]), 1e-6),
    Case("DIF102", "torch", "agreement", Fails.ZERO, (RANDOM, OTHER), (4 * ONES, -4 * ONES), 1e-6),
    Case("DIF102", "jax", "discordance", Fails.ZERO, (f(0.1, 0.4, -0.2), EYE), (f(1.0, 5.0, -3.0), EYE), 0.01),
    Case("DIF102", "jax", "firing", Fails.ZERO, (WEIGHT, RANDOM), (9 * WEIGHT, ONES), 1e-5),
    Case("DIF103", "torch", "HardDice", Fails.ZERO, (RANDOM, ONES), (1e4 * RANDOM, ONES), 1e-3, instead="SoftDice"),
    Case("DIF103", "jax", "bright_share", Fails.ZERO, (f(0.2, 0.7, 0.4),), (f(0.1, 0.9, 1.0),), 1e-3),
    Case("DIF104", "jax", "truncated", Fails.ZERO, (WEIGHT, RANDOM)),
    Case("DIF104", "jax", "quantile", Fails.ZERO, (0.3, np.arange(9.0) ** 2), (0.5, np.arange(9.0) ** 2), 1e-6),
    Case("DIF105", "torch", "hard_ranks", Fails.ZERO, (f(0.3, 0.1, 0.2),), (f(3, 1, 2),), 1e-4, instead="soft_ranks"),
    Case("DIF105", "jax", "peak", Fails.ZERO, (RANDOM.ravel()[:8], 1.0), (np.eye(8)[2], 2.0), 0.02),
    Case("DIF106", "jax", "tones", Fails.ZERO, (0.5, f(0.2, 0.5, 0.9)), (1.0, np.arctanh(f(0.06, 0.31, 0.7))), 0.01),
    Case("DIF110", "jax", "looked_up", Fails.ZERO, (2.2, f(1.0, 2.0)), (2.0, f(1.0, 2.0)), 1e-6),
    Case("DIF301", "torch", "distance", Fails.NAN, (RANDOM, RANDOM.copy()), (RANDOM, OTHER), 1e-4),
    Case("DIF301", "torch", "magnitude", Fails.NAN, (np.zeros(3, np.complex64),), (f(1, 2) * 1j + 1,), 1e-4),
    Case("DIF301", "torch", "Spread", Fails.NAN, (ONES,), (RANDOM,), 1e-4),
    Case("DIF301", "torch", "rmse", Fails.NAN, (RANDOM, RANDOM.copy()), (RANDOM, OTHER), 1e-4),
    Case("DIF301", "torch", "Unit", Fails.NAN, (ZEROS,), (RANDOM,), 1e-6),
    Case("DIF301", "jax", "gain", Fails.NAN, (f(0, 0),), (f(1, 2),), 1e-6),
    Case("DIF301", "jax", "matern", Fails.NAN, (RANDOM,), (RANDOM,), 1e-4),
    Case("DIF302", "jax", "shrink", Fails.NAN, (f(0, 0),), (f(1, 2),), 1e-5),
    Case("DIF302", "jax", "effort", Fails.NAN, (f(0, 0, 0),), (f(1, 2),), 1e-5),
    Case("DIF302", "jax", "repel", Fails.NAN, (RANDOM,), (RANDOM,), 1e-5),
    Case("DIF303", "torch", "project", Fails.NAN, (RANDOM, ZEROS), (RANDOM, OTHER), 1e-5),
    Case("DIF303", "torch", "masked_mean", Fails.NAN, (RANDOM, -ONES), (RANDOM, ONES), 1e-6),
    Case("DIF303", "torch", "lengths_mean", Fails.NAN, (RANDOM, np.arange(4)), (RANDOM, np.arange(1, 5)), 1e-6),
    Case("DIF303", "torch", "standardise", Fails.NAN, (ONES,), (RANDOM,), 1e-3),
    Case("DIF303", "jax", "share", Fails.NAN, (-(WEIGHT**2), ONES), (WEIGHT**2, ONES), 1e-5),
    Case("DIF303", "jax", "explained", Fails.NAN, (0 * WEIGHT, RANDOM, ONES[:, 0]), (WEIGHT, RANDOM, ONES[:, 0]), 1e-5),
    Case("DIF304", "torch", "level", Fails.NAN, (ZEROS,), (RANDOM,), 1e-6),
    Case("DIF304", "torch", "spectral_loss", Fails.NAN, (ONES, ONES.copy()), (RANDOM, OTHER), 1e-4),
    Case("DIF304", "torch", "noise_ratio", Fails.NAN, (RANDOM, RANDOM.copy()), (RANDOM, OTHER), 1e-5),
    Case("DIF304", "jax", "level", Fails.NAN, (f(0, 0),), (f(1, 2),), 1e-6),
    Case("DIF305", "torch", "angle", Fails.NAN, (f(1, 0, 0), f(1, 0, 0)), (f(1, 0, 1), f(1, 1, 0)), 1e-6),
    Case("DIF305", "torch", "rotation_error", Fails.NAN, (EYE, EYE.copy())),
    Case("DIF305", "torch", "similar", Fails.NAN, (EYE, EYE.copy())),
    Case("DIF305", "torch", "squashed", Fails.NAN, (f(0.0, 12.0),), (f(0.5, -0.7),), 0.01),
    Case("DIF305", "jax", "angle", Fails.NAN, (f(1, 0, 0), f(1, 0, 0)), (f(0.6, 0.8, 0), f(1, 0, 0)), 1e-5),
    Case("DIF306", "jax", "phase", Fails.NAN, (f(0, 0),), (f(1, 2),), 1e-6),
    Case("DIF306", "jax", "tilt", Fails.NAN, (0 * WEIGHT, RANDOM)),
    Case("DIF307", "torch", "inverse_size", Fails.NAN, (ZEROS,), (RANDOM,), 1e-5),
    Case("DIF307", "torch", "lp_loss", Fails.NAN, (ONES, ONES.copy()), (RANDOM, OTHER), 1e-3**0.5),
    Case("DIF307", "torch", "GeneralisedMean", Fails.NAN, (-ONES[None, None],)),
    Case("DIF307", "jax", "cube_root", Fails.NAN, (ZEROS,), (RANDOM,), 1e-5),
    Case("DIF308", "jax", "spread", Fails.NAN, (ONES,), (RANDOM / 9,), 1e-3),
    Case("DIF308", "jax", "standardise", Fails.NAN, (EYE, ONES), (EYE, RANDOM), 1e-3),
    Case("DIF309", "torch", "Unit", Fails.NAN, (ZEROS,), (RANDOM,), 1e-5),
    Case("DIF309", "torch", "Match", Fails.NAN, (ZEROS, ONES), (RANDOM, OTHER), 1e-5),
    Case("DIF311", "torch", "ratio", Fails.NAN, (f(0, 1),), (f(0.01, 1),), 1e-6),
    Case("DIF311", "torch", "growth", Fails.NAN, (f(0, 1),), (f(0.1, 1),), 1e-5),
    Case("DIF311", "torch", "rodrigues", Fails.NAN, (f(0), f(1)), (f(0.5), f(1)), 1e-6),
    Case("DIF311", "jax", "ratio", Fails.NAN, (f(0, 1),), (f(0.5, 1),), 1e-6),
    Case("DIF313", "torch", "Readout", Fails.RAISES, (ONES, ONES), (RANDOM, ONES), 0.02),
    Case("DIF313", "torch", "whiten", Fails.RAISES, (ONES,), (RANDOM,), 0.01),
    Case("DIF313", "torch", "diversity", Fails.NAN, (ZEROS,), (RANDOM[:3] + 2 * EYE,), 0.1),
    Case("DIF313", "jax", "least_squares", Fails.NAN, (ZEROS, ONES[:, 0]), (RANDOM, ONES[:, 0]), 0.01),
    Case("DIF314", "torch", "aligned", Fails.NAN, (EYE,), instead="energy"),
    Case("DIF314", "jax", "first_axis", Fails.NAN, (np.concatenate([EYE, -EYE]),), instead="anisotropy"),
    Case("DIF401", "torch", "lengths", Fails.NAN, (f(0.0, 4.0),), (f(-1.0, 4.0),), 1e-6),
    Case("DIF401", "torch", "entropy", Fails.NAN, (f(0.0, 0.5),), (f(0.5, 0.5),), 1e-6),
    Case("DIF401", "torch", "Pooled", Fails.NAN, (ONES, f([0, 0, 0, 0], [1, 1, 0, 0])), (ONES, np.eye(4)[:2]), 1e-6),
    Case("DIF401", "jax", "elu", Fails.NAN, (1e3 * f(1, 1, 1), ONES), (WEIGHT, RANDOM), 1e-6),
    Case("DIF401", "jax", "unit", Fails.NAN, (f(0, 0),), (f(1, 2),), 1e-6),
    Case("DIF401", "jax", "safe_log", Fails.NAN, (np.float32(0),), (np.float32(2),), 1e-6),
    Case("DIF402", "torch", "masked", Fails.NAN, (f(0.0, 4.0),), (f(1.0, 4.0),), 1e-6),
    Case("DIF402", "torch", "divergence", Fails.NAN, (f(0.0, 1.0), f(-1, -1)), (f(0.5, 0.5), f(-1, -1)), 1e-6),
    Case("DIF402", "torch", "inverse_distance", Fails.NAN, (EYE[:2], EYE[[0, 0]]), (RANDOM, OTHER), 1e-6),
    Case("DIF402", "jax", "masked", Fails.NAN, (f(0.0, 4.0),), (f(1.0, 4.0),), 1e-6),
    Case("DIF402", "jax", "excess", Fails.NAN, (f(0.0, 4.0),), (f(2.0, 4.0),), 1e-6),
    Case("DIF403", "torch", "rooted", Fails.NAN, (f(-1.0, 4.0),), (f(1.0, 4.0),), 1e-6),
    Case("DIF403", "torch", "share", Fails.NAN, (f([0, 0], [1, 2]),), (f([1, 3], [1, 2]),), 1e-6),
    Case("DIF403", "jax", "inverse", Fails.NAN, (f(0, 1), f(0, 2)), (f(3, 1), f(1, 2)), 1e-6),
    Case("DIF403", "jax", "information", Fails.NAN, (f(0.0, 1.0),), (f(0.5, 0.5),), 1e-6),
    Case("DIF404", "torch", "root", Fails.NAN, (f(0.0, 4.0),), (f(-1.0, 4.0),), 2e-6),
    Case("DIF404", "torch", "distances", Fails.NAN, (ONES,), (4 * EYE,), 2e-6),
    Case("DIF404", "torch", "Evidence", Fails.NAN, (f(0.0, 0.5),), (f(0.1, 0.5),), 1e-6),
    Case("DIF404", "torch", "angle", Fails.NAN, (EYE,), (-EYE,), 2e-3),
    Case("DIF404", "torch", "to_display", Fails.NAN, (f(0.0, 0.5),), (f(0.0, 0.5),), 3.3e-3),
    Case("DIF404", "torch", "activity", Fails.NAN, (f(-1.0, 2.0),)),
    Case("DIF404", "jax", "creep", Fails.NAN, (f(-1.0, 4.0), 1.0), (f(-1.0, 4.0), 1.0), 1.1e-4),
    Case("DIF404", "jax", "bearing", Fails.NAN, (1.0,), (1.0,), 1.5e-3),
    Case("DIF404", "jax", "deviation", Fails.NAN, (f(0, 0),), (f(1, 2),), 1e-4),
    Case("DIF405", "torch", "Scale", Fails.NAN, (-1e3 * ONES,), (ONES,), 1e-6, build=(3,)),
    Case("DIF406", "torch", "nll", Fails.NAN, (f([-800, 0]), np.array([0])), (f([1, 0]), np.array([0])), 1e-6),
    Case("DIF406", "torch", "entropy", Fails.NAN, (f([-800, 0]),), (f([1, 0]),), 1e-6),
    Case("DIF406", "torch", "focal", Fails.NAN, (f(-200.0), f(1)), (f(1), f(1)), 1e-6),
    Case("DIF406", "torch", "on_probabilities", Fails.ZERO, (f(20.0), f(0)), (f(1), f(0)), 1e-6),
    Case("DIF406", "torch", "generator_loss", Fails.NAN, (nn.Identity(), f(40.0)), (nn.Identity(), f(4.0)), 1e-5),
    Case("DIF406", "jax", "bce", Fails.NAN, (f(90), f([1]), f(0)), (f(1), f([1]), f(0)), 1e-6),
    Case("DIF407", "torch", "softplus", Fails.NAN, (f(100),), (f(1),), 1e-6),
    Case("DIF407", "torch", "logistic_loss", Fails.NAN, (f(-100), f(1)), (f(-1), f(1)), 1e-6),
    Case("DIF407", "torch", "log_cosh", Fails.NAN, (f(-100.0, 100.0),), (f(-1.0, 2.0),), 1e-6),
    Case("DIF407", "torch", "attention", Fails.NAN, (f([100, 0]), RANDOM[:2]), (f([1, 0]), RANDOM[:2]), 1e-6),
    Case("DIF407", "torch", "contrastive", Fails.NAN, (100 * EYE,), (EYE,), 1e-6),
    Case("DIF407", "jax", "free_energy", Fails.NAN, (-100 * WEIGHT**2, 9 * ONES), (WEIGHT, ONES), 1e-5),
    Case("DIF409", "torch", "distance", Fails.NAN, (RANDOM, RANDOM.copy()), (RANDOM, OTHER), 1e-6),
    Case("DIF409", "torch", "ratio", Fails.NAN, (f(0, 0),), (f(1, 2),), 1e-6),
    Case("DIF409", "torch", "Level", Fails.NAN, (ZEROS,), (RANDOM,), 1e-6),
    Case("DIF409", "jax", "distance", Fails.NAN, (RANDOM, RANDOM.copy()), (RANDOM, OTHER), 1e-6),
    Case("DIF501", "torch", "PolicyLoss", Fails.ZERO, (WEIGHT, f(0, 0, 0), f(1, 2, 3)), (WEIGHT, WEIGHT, WEIGHT), 1e-6),
    Case("DIF501", "torch", "smoothness", Fails.ZERO, (RANDOM,), (RANDOM,), 1e-6),
    Case("DIF501", "jax", "frozen", Fails.ZERO, (WEIGHT, RANDOM), (WEIGHT, RANDOM), 1e-6, instead="trained"),
    Case("DIF502", "torch", "Scored", Fails.ZERO, (RANDOM, OTHER), (RANDOM, OTHER), 1e-6),
    Case("DIF502", "torch", "Sharpness", Fails.ZERO, (RANDOM,), (RANDOM,), 1e-6),
    Case("DIF503", "torch", "mean_shape", Fails.ZERO, ([RANDOM, OTHER],), ([RANDOM, OTHER],), 1e-6),
    Case("DIF503", "torch", "Scaled", Fails.ZERO, (RANDOM, OTHER), (RANDOM, OTHER), 1e-4),
    Case("DIF503", "torch", "energy", Fails.ZERO, (RANDOM,), (RANDOM,), 1e-3),
    Case("DIF503", "jax", "scaled", Fails.ZERO, (RANDOM,), (RANDOM,), 1e-5),
    Case("DIF504", "torch", "rotation", Fails.ZERO, (np.float32(0.3),), (np.float32(0.3),), 1e-6),
    Case("DIF504", "torch", "total", Fails.ZERO, ([RANDOM, OTHER],), ([RANDOM, OTHER],), 1e-5),
    Case("DIF505", "torch", "Filtered", Fails.ZERO, (WEIGHT,), (WEIGHT,), 1e-6),
    Case("DIF505", "torch", "smoothed", Fails.RAISES, (RANDOM[:, 0],), (RANDOM[:, 0],), 1e-6),
    Case("DIF505", "jax", "losses", Fails.RAISES, (WEIGHT, 0.2), (WEIGHT, 0.2), 1e-6),
    Case("DIF506", "torch", "Decay", Fails.ZERO, (RANDOM,), (RANDOM,), 1e-6),
    Case("DIF506", "torch", "bent", Fails.RAISES, (RANDOM,), (RANDOM,), 1e-5),
    Case("DIF506", "jax", "wave", Fails.RAISES, (0.3,), (0.3,), 1e-6),
    Case("DIF507", "torch", "Horizon", Fails.ZERO, (ONES,), (ONES,), 1e-4),
    Case("DIF507", "torch", "trajectory", Fails.ZERO, (np.float32(2),), (np.float32(2),), 1e-4),
    Case("DIF508", "torch", "Gate", Fails.RAISES, (RANDOM, ONES), (RANDOM, ONES), 1e-6, build=(3,)),
    Case("DIF508", "torch", "Anchored", Fails.RAISES, (RANDOM,), (RANDOM,), 1e-6, build=(3,)),
    Case("DIF508", "torch", "shifted", Fails.RAISES, (RANDOM,), (RANDOM,), 1e-4),
    Case("DIF508", "torch", "pinned", Fails.RAISES, (RANDOM,), (RANDOM,), 1e-4),
    Case("DIF605", "jax", "tariff", Fails.ZERO, (5.1,), (9.0,), 1e-6),
    Case("DIF608", "jax", "relu_sum", Fails.RAISES, (WEIGHT, ONES)),
    Case("DIF608", "jax", "doubled", Fails.RAISES, (WEIGHT,)),
    Case("DIF608", "jax", "halved", Fails.RAISES, (WEIGHT,), instead="countdown"),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_example_fails(case: Case) -> None:
    function = built(case, "Example", case.name)

    if case.fails is Fails.RAISES:
        with pytest.raises((RuntimeError, TypeError, ValueError)):
            gradient(case, function, case.at)
        return
    found = gradient(case, function, case.at)
    if case.fails is Fails.ZERO:
        assert not found.any()
    else:
        assert not (np.isfinite(found).all() and np.isfinite(value(case, function, case.at)).all())


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_replacement_works(case: Case) -> None:
    function = built(case, "Use instead", case.instead or case.name)
    found = gradient(case, function, case.at)

    assert np.isfinite(found).all()
    assert found.any() or case.fails is not Fails.ZERO


@pytest.mark.parametrize("case", [case for case in CASES if case.near], ids=str)
def test_the_replacement_stays_within_its_bound(case: Case) -> None:
    example = value(case, built(case, "Example", case.name), case.near)
    replacement = value(case, built(case, "Use instead", case.instead or case.name), case.near)

    assert np.abs(example - replacement).max() <= case.bound


@pytest.mark.parametrize("path", FILES[1:], ids=lambda path: path.stem)
def test_every_block_runs(path: Any) -> None:
    absent = [name for name in ("casadi", "pyomo") if importlib.util.find_spec(name) is None]

    assert all(run(block.text) for block in blocks(path) if not any(f"import {name}" in block.text for name in absent))
