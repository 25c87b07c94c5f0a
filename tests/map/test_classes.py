"""One class of points after the other: condition, class, and the derivative that is reported."""

from __future__ import annotations

import pytest
from mapped import of, only, points

from difflint.points import Shape

TAKEN = "of the side taken"
BESIDE = "of the smooth pieces beside it"
BEYOND = "inf at the edge, nan beyond"
PICKED = "1 for one of the equal entries, 0 for the others"
SHARED = "shared by the equal entries"

POINTS: list[tuple[str, str, set[tuple[str, str, str]]]] = [
    # kinks
    ("torch", "torch.relu(x)", {("x == 0", "kink", "0")}),
    ("jax", "jax.nn.relu(x - y)", {("x == y", "kink", "0")}),
    ("torch", "torch.abs(x)", {("x == 0", "kink", "0")}),
    ("torch", "abs(torch.exp(x) - 2)", {("exp(x) == 2", "kink", "0")}),
    ("jax", "jnp.abs(x)", {("x == 0", "kink", "1")}),
    ("numpy", "np.abs(x)", {("x == 0", "kink", "")}),
    ("torch", "torch.maximum(x, y)", {("x == y", "kink", "0.5")}),
    ("jax", "jnp.maximum(x, y)", {("x == y", "kink", "0.5")}),
    ("jax", "jnp.maximum(0, 1 - x * y)", {("x * y == 1", "kink", "0.5")}),
    ("torch", "x.max(dim=-1).values", {("largest entries of x are equal", "kink", PICKED)}),
    ("torch", "x.amax(-1)", {("largest entries of x are equal", "kink", SHARED)}),
    ("jax", "jnp.min(x)", {("smallest entries of x are equal", "kink", SHARED)}),
    ("torch", "torch.sort(x).values", {("entries of x are equal", "kink", PICKED)}),
    ("torch", "torch.clamp(x, -1, 2)", {("x == -1", "kink", "1"), ("x == 2", "kink", "1")}),
    ("torch", "torch.clamp(x**2, -1, 2)", {("x**2 == 2", "kink", "1")}),
    ("torch", "F.hardtanh(x)", {("x == -1", "kink", "0"), ("x == 1", "kink", "0")}),
    ("torch", "F.hardtanh(x, -2, 2)", {("x at a breakpoint of hardtanh", "kink", "")}),
    ("torch", "F.leaky_relu(x)", {("x == 0", "kink", "0.01")}),
    ("torch", "F.leaky_relu(x, 0.2)", {("x == 0", "kink", "")}),
    ("torch", "F.relu(x, inplace=True)", {("x == 0", "kink", "0")}),
    ("torch", "x.relu()", {("x == 0", "kink", "0")}),
    ("torch", "torch.linalg.norm(x - y)", {("norm(x - y) == 0", "kink", "0")}),
    ("jax", "jnp.linalg.norm(x - y)", {("norm(x - y) == 0", "kink", "nan")}),
    ("torch", "F.l1_loss(x, y)", {("x == y", "kink", "0")}),
    ("torch", "x.std()", {("std(x) == 0", "kink", "0")}),
    # what powers leave of them
    ("torch", "torch.relu(x)**2", {("x == 0", "curvature", "0")}),
    ("torch", "torch.abs(x)**2", set()),
    ("torch", "torch.linalg.norm(x)**2", set()),
    ("jax", "jnp.linalg.norm(x)**2", {("norm(x) == 0", "gradient mismatch", "nan")}),
    ("torch", "F.elu(x)", {("x == 0", "curvature", "")}),
    # infinite slopes, poles, edges
    ("torch", "torch.sqrt(x * x)", {("x * x == 0", "infinite slope", "inf")}),
    ("jax", "jnp.cbrt(x)", {("x == 0", "infinite slope", "inf")}),
    ("torch", "torch.clamp(x, -1, 1).acos()",
     {("x == -1", "kink", "1"), ("x == 1", "kink", "1"),
      ("clamp(x, -1, 1) == -1 or clamp(x, -1, 1) == 1", "infinite slope", "inf")}),
    ("torch", "1 / x", {("x == 0", "pole", "inf or nan")}),
    ("torch", "x / (x - y)", {("x == y", "pole", "inf or nan")}),
    ("torch", "x**-2", {("x == 0", "pole", "inf")}),
    ("torch", "torch.rsqrt(x**2)", {("x**2 == 0", "pole", "inf")}),
    ("torch", "torch.log(x)", {("x <= 0", "domain edge", BEYOND)}),
    ("numpy", "math.sqrt(x)", {("x <= 0", "domain edge", "")}),
    ("torch", "torch.sqrt(x)", {("x <= 0", "domain edge", BEYOND)}),
    ("torch", "torch.acos(x)", {("x <= -1 or x >= 1", "domain edge", BEYOND)}),
    ("torch", "torch.log1p(-x)", {("x >= 1", "domain edge", BEYOND)}),
    ("torch", "x / torch.unknown_constant + y.abs()", {("y == 0", "kink", "0")}),
    ("torch", "x / 0.0", {("everywhere", "pole", "inf or nan")}),
    ("torch", "x**1.5", {("x < 0", "domain edge", "nan")}),
    ("torch", "torch.linalg.inv(x)", {("x is singular", "pole", "nan or an error")}),
    ("torch", "torch.linalg.cholesky(x)", {("x is not positive definite", "domain edge", "nan or an error")}),
    # jumps
    ("torch", "torch.floor(x)", {("x is an integer", "jump", "0 everywhere")}),
    ("torch", "torch.round(x * y)", {("x * y is a half-integer", "jump", "0 everywhere")}),
    ("torch", "torch.sign(x - y) * x", {("x == y", "jump", "0 everywhere")}),
    ("torch", "(x > 0.5).float() * x", {("x == 0.5", "jump", "0 everywhere")}),
    ("torch", "x % 1.0", {("x is an integer", "jump", BESIDE)}),
    ("torch", "torch.remainder(x, y)", {("x / y is an integer", "jump", BESIDE)}),
    ("torch", "torch.atan2(y, x)",
     {("y == 0 and x < 0", "jump", BESIDE), ("y == x == 0", "jump", "0")}),
    ("torch", "torch.where(x > 0, 1.0, -1.0) * x", {("x == 0", "jump", TAKEN)}),
    ("torch", "x[(y * 4).long()]", {("y * 4 at an integer", "jump", "0 everywhere")}),
    ("torch", "x[y.long()]", set()),
    # zero gradients, cuts, mismatches
    ("torch", "x.argmax(-1)", {("everywhere", "zero gradient", "0")}),
    ("torch", "(x - y.detach())**2", {("everywhere", "cut", "none")}),
    ("torch", "(x * y).detach()", {("everywhere", "cut", "none")}),
    ("torch", "torch.where(x > 0, torch.sqrt(x), torch.zeros_like(x))",
     {("x == 0", "branch", TAKEN), ("x <= 0", "gradient mismatch", "nan")}),
    # branches
    ("torch", "torch.where(x > y, x.exp(), y.sin())", {("x == y", "branch", TAKEN)}),
    ("torch", "torch.where(x > y, x, y)", {("x == y", "kink", TAKEN)}),
    ("jax", "lax.cond(x > 1, lambda v: v * v, lambda v: 3 * v, x)", {("x == 1", "jump", TAKEN)}),
]  # fmt: skip


@pytest.mark.parametrize(("framework", "expression", "expected"), POINTS, ids=[f"{row[0]} {row[1]}" for row in POINTS])
def test_points(framework: str, expression: str, expected: set[tuple[str, str, str]]) -> None:
    assert points(of(framework, expression)) == expected


GUARDED = [
    ("torch", "torch.sqrt(x**2 + 1e-6)"),
    ("torch", "1 / (1 + x.exp())"),
    ("torch", "torch.relu(x.exp())"),
    ("torch", "torch.abs(F.softplus(x))"),
    ("torch", "torch.log(F.softplus(x) + 1.0)"),
    ("torch", "x / torch.sqrt(x.square().sum() + 1e-9)"),
    ("torch", "torch.maximum(x**2, -torch.ones_like(x))"),
    ("torch", "(x - x.max()).exp().sum().log()"),
    ("torch", "torch.logsumexp(x, -1)"),
    ("jax", "jnp.exp(-x**2) + jnp.tanh(y)"),
    ("numpy", "np.exp(-x**2) * np.cos(y)"),
    ("torch", "torch.atan2(x, y**2 + 1.0)"),
]


@pytest.mark.parametrize(("framework", "expression"), GUARDED)
def test_what_is_not_attained_is_not_listed(framework: str, expression: str) -> None:
    assert points(of(framework, expression)) == set()


def test_a_norm_below_a_positive_bound_has_no_kink_there() -> None:
    torch = of("torch", "x / torch.linalg.norm(x).clamp(min=1e-6)")
    jax = of("jax", "x / jnp.maximum(jnp.linalg.norm(x), 1e-6)")

    assert points(torch) == {("norm(x) == 1e-06", "kink", "1")}
    assert points(jax) == {("norm(x) == 1e-06", "kink", "0.5"), ("norm(x) == 0", "gradient mismatch", "nan")}


def test_a_double_where_leaves_one_point() -> None:
    text = """
def f(x):
    ok = x > 0
    return torch.where(ok, torch.sqrt(torch.where(ok, x, 1.0)), 0.0)
"""

    (point,) = only("torch", text).points

    assert (point.condition, point.shape, point.note) == ("x == 0", Shape.BRANCH, "the sides meet")


def test_branches_and_loops_of_python() -> None:
    text = """
def f(x: Tensor):
    while x.sum() > 10:
        x = x / 2
    if x.mean() > 1:
        return x * 2
    return x
"""
    found = {(point.condition, point.shape.value) for point in only("torch", text).points}

    assert found == {("x.sum() == 10", "loop"), ("x.mean() == 1", "branch")}


def test_a_guard_that_raises_or_returns_narrows_the_arguments() -> None:
    text = """
def f(x):
    if (x <= 0).any():
        raise ValueError
    return torch.log(x) + torch.relu(x)
"""

    assert points(only("torch", text)) == set()


def test_a_stated_range_narrows_an_argument() -> None:
    assert points(only("torch", "# difflint: range x=(0, inf)\ndef f(x):\n    return x.log() + 1 / x\n")) == set()


def test_defaults_are_the_numbers_in_use() -> None:
    safe = of("torch", "torch.sqrt(x.square() + eps)", "x, eps=1e-6")
    unsafe = of("torch", "torch.sqrt(x.square() + eps)", "x, eps: float")

    assert points(safe) == set()
    assert points(unsafe) == {("x**2 + eps <= 0", "domain edge", BEYOND)}
    assert (safe.arguments, unsafe.arguments) == (("x",), ("x", "eps"))


def test_a_straight_through_estimator_jumps_and_says_so() -> None:
    found = points(of("jax", "x + lax.stop_gradient(jnp.round(x) - x)"))

    assert found == {("everywhere", "gradient mismatch", "none"), ("x is a half-integer", "jump", "0 everywhere")}


def test_a_derivative_written_by_hand() -> None:
    text = "@jax.custom_jvp\ndef f(x):\n    return jnp.abs(x)\n"

    assert points(only("jax", text)) == {("x == 0", "kink", "written by hand")}


def test_a_function_that_records_nothing() -> None:
    text = "@torch.no_grad()\ndef f(x):\n    return torch.relu(x)\n"

    assert points(only("torch", text)) == {("x == 0", "kink", "none"), ("everywhere", "cut", "")}


def test_a_point_in_a_helper_is_in_terms_of_the_caller() -> None:
    text = """
def root(u):
    return torch.sqrt(u)


def f(x, y):
    return root((x - y) ** 2)
"""
    (point,) = only("torch", text).points

    assert (point.condition, point.span.start.line, point.expression) == ("(x - y)**2 == 0", 6, "torch.sqrt(u)")
    assert [(step.text, step.span.start.line) for step in point.via] == [("root((x - y) ** 2)", 10)]


def test_weights_and_layers_go_by_the_names_of_the_class() -> None:
    text = """
class Net(nn.Module):
    def __init__(self, margin=1.0):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(3))
        self.lin = nn.Linear(3, 3)

    def forward(self, x):
        return torch.relu(self.lin(x)) + self.scale.abs()
"""
    found = only("torch", text)

    assert points(found) == {("self.lin(x) == 0", "kink", "0"), ("self.scale == 0", "kink", "0")}
    assert set(found.arguments) == {"x", "self.lin", "self.scale"}


def test_settings_in_a_condition_are_not_listed() -> None:
    text = """
def f(x: Tensor, mode: str, limit: int):
    if mode in ("a", "b") and limit > 3 and x.sum() > 1:
        return x * 2
    return x
"""

    assert [point.condition for point in only("torch", text).points] == ["sum(x) == 1"]
