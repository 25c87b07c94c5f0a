"""The torch spellings, signatures and conventions against the installed torch."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from spellings import (
    FRAMEWORKS,
    OPERATORS,
    agree,
    derivative_of,
    documented,
    elementwise,
    find,
    misplaced,
    samples,
    undocumented,
    unresolved,
    value_of,
)

TORCH = FRAMEWORKS["torch"]
NOT_INSTALLED = ("pytorch_lightning", "lightning", "torchmetrics")
UNARY = sorted((spelling.name, operator.id) for spelling, operator in elementwise(TORCH))
Function = Callable[[torch.Tensor], torch.Tensor]


def test_every_spelling_class_and_constant_exists() -> None:
    names = [*TORCH.spellings, *TORCH.classes, *TORCH.constants]
    assert unresolved(names, NOT_INSTALLED) == []


def test_every_alias_names_the_same_objects() -> None:
    for alias, canonical in TORCH.aliases.items():
        if alias.partition(".")[0] in NOT_INSTALLED:
            continue
        found = find(alias)
        if isinstance(found, type):
            assert issubclass(found, find(canonical)), alias
            continue
        known = (*TORCH.spellings, *TORCH.classes)
        shared = [name for name in dir(found) if f"{canonical}.{name}" in known]
        assert shared, alias
        for name in shared:
            assert getattr(found, name) is find(f"{canonical}.{name}"), f"{alias}.{name}"


def test_constants_have_their_value() -> None:
    for name, number in TORCH.constants.items():
        assert math.isnan(number) if math.isnan(find(name)) else find(name) == number


def _known(name: str) -> set[str]:
    """Names from signature, docstring and the schemas of the compiled operator."""
    last = name.rpartition(".")[2]
    packet = getattr(torch.ops.aten, last, None)
    names = documented(name)
    if packet is not None:
        for overload in packet.overloads():
            names |= {argument.name for argument in getattr(packet, overload)._schema.arguments}
    return names | {"input"} if "self" in names else names


def test_every_signature_names_parameters_of_torch() -> None:
    positional = {
        "torch.einsum",
        "torch.chain_matmul",
        "torch.func.vjp",
        "torch.func.linearize",
        "torch.autograd.Variable",
    }
    assert undocumented(TORCH, _known, positional) == {}


NAMED_CALLS: dict[str, Callable[[torch.Tensor], object]] = {
    "torch.clamp_min": lambda x: torch.clamp_min(input=x, min=0.0),
    "torch.clamp_max": lambda x: torch.clamp_max(input=x, max=0.0),
    "torch.masked_fill": lambda x: torch.masked_fill(input=x, mask=x > 0, value=1.0),
    "torch.where": lambda x: torch.where(condition=x > 0, input=x, other=x),
    "torch.nn.functional.normalize": lambda x: F.normalize(input=x, p=2.0, dim=0, eps=1e-12),
    "torch.special.round": lambda x: torch.special.round(input=x, decimals=1),
    "torch.rsub": lambda x: torch.rsub(input=x, other=x),
    "torch.true_divide": lambda x: torch.true_divide(input=x, other=x),
}


@pytest.mark.parametrize("name", NAMED_CALLS)
def test_named_calls_are_accepted(name: str) -> None:
    NAMED_CALLS[name](torch.tensor([1.0, 2.0]))
    assert name in TORCH.spellings


def test_defaults_are_torchs() -> None:
    x = torch.tensor([3e-13, 0.0])
    assert TORCH.spellings["torch.nn.functional.normalize"].defaults["eps"] == 1e-12
    assert torch.equal(F.normalize(x, dim=0), F.normalize(x, dim=0, eps=1e-12))
    y = torch.tensor([3e-9, 0.0])
    assert TORCH.spellings["torch.nn.functional.cosine_similarity"].defaults["eps"] == 1e-8
    assert torch.equal(F.cosine_similarity(y, y, dim=0), F.cosine_similarity(y, y, dim=0, eps=1e-8))
    assert TORCH.spellings["torch.nn.functional.pairwise_distance"].defaults["eps"] == 1e-6
    zero = torch.zeros(1, 2)
    assert torch.equal(F.pairwise_distance(zero, zero), F.pairwise_distance(zero, zero, eps=1e-6))


def test_positions_are_those_of_torch() -> None:
    assert misplaced(TORCH) == {}


@pytest.mark.parametrize(("name", "identifier"), UNARY)
def test_value_and_derivative_agree_with_the_row(name: str, identifier: str) -> None:
    operator = OPERATORS[identifier]
    points = samples(operator)
    x = torch.tensor(points, dtype=torch.float64, requires_grad=not TORCH.spellings[name].in_place)
    y = find(name)(x.clone())
    for point, got in zip(points, y.tolist()):
        assert agree(got, value_of(operator)(point)), (point, got)
    slope = derivative_of(operator)
    if slope is None or not x.requires_grad:
        return
    (gradient,) = torch.autograd.grad(y.sum(), x)
    for point, got in zip(points, (gradient + torch.zeros_like(x)).tolist()):
        assert agree(got, slope(point)), (point, got)


def _pair(function: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]) -> Function:
    return lambda x: function(x, torch.zeros_like(x).detach())


def _rows(function: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]) -> Function:
    return lambda x: function(x.reshape(1, -1), torch.zeros(1, x.numel(), dtype=x.dtype))


ZERO = [0.0, 0.0]
AT: dict[tuple[str, str], tuple[Function, list[float]]] = {
    ("abs", "x == 0"): (torch.abs, [0.0]),
    ("sign", "x == 0"): (torch.sign, [0.0]),
    ("relu", "x == 0"): (torch.relu, [0.0]),
    ("relu6", "x == 0"): (F.relu6, [0.0]),
    ("relu6", "x == 6"): (F.relu6, [6.0]),
    ("leaky-relu", "x == 0"): (F.leaky_relu, [0.0]),
    ("hardtanh", "x == -1"): (F.hardtanh, [-1.0]),
    ("hardtanh", "x == 1"): (F.hardtanh, [1.0]),
    ("hardsigmoid", "x == -3"): (F.hardsigmoid, [-3.0]),
    ("hardsigmoid", "x == 3"): (F.hardsigmoid, [3.0]),
    ("hardswish", "x == -3"): (F.hardswish, [-3.0]),
    ("hardswish", "x == 3"): (F.hardswish, [3.0]),
    ("softshrink", "x == -0.5"): (F.softshrink, [-0.5]),
    ("softshrink", "x == 0.5"): (F.softshrink, [0.5]),
    ("hardshrink", "x == -0.5"): (F.hardshrink, [-0.5]),
    ("hardshrink", "x == 0.5"): (F.hardshrink, [0.5]),
    ("clamp", "x == min"): (lambda x: x.clamp(0, 1), [0.0]),
    ("clamp", "x == max"): (lambda x: x.clamp(0, 1), [1.0]),
    ("clamp-min", "x == y"): (lambda x: x.clamp_min(0), [0.0]),
    ("clamp-max", "x == y"): (lambda x: x.clamp_max(0), [0.0]),
    ("maximum", "x == y"): (_pair(torch.maximum), [0.0]),
    ("minimum", "x == y"): (_pair(torch.minimum), [0.0]),
    ("max-reduce", "tie"): (torch.amax, [1.0, 1.0]),
    ("min-reduce", "tie"): (torch.amin, [1.0, 1.0]),
    ("median", "tie"): (torch.median, [1.0, 1.0]),
    ("max-along", "pick"): (lambda x: x.max(dim=0).values, [1.0, 1.0]),
    ("min-along", "pick"): (lambda x: x.min(dim=0).values, [1.0, 1.0]),
    ("median-along", "pick"): (lambda x: x.median(dim=0).values, [1.0, 1.0]),
    ("sort-values", "pick"): (lambda x: x.sort().values[0], [1.0, 1.0]),
    ("cummax-values", "pick"): (lambda x: x.cummax(0).values[1], [1.0, 1.0]),
    ("cummin-values", "pick"): (lambda x: x.cummin(0).values[1], [1.0, 1.0]),
    ("max-pool", "pick"): (lambda x: F.max_pool1d(x.reshape(1, 1, 2), 2), [1.0, 1.0]),
    ("norm", "x == 0"): (torch.linalg.vector_norm, ZERO),
    ("norm-1", "x == 0"): (lambda x: torch.linalg.vector_norm(x, 1), ZERO),
    ("norm-inf", "x == 0"): (lambda x: torch.linalg.vector_norm(x, math.inf), ZERO),
    ("matrix-norm", "x == 0"): (lambda x: torch.linalg.matrix_norm(x.reshape(1, 2)), ZERO),
    ("dist", "x == y"): (_pair(torch.dist), ZERO),
    ("cdist", "x == y"): (_rows(torch.cdist), ZERO),
    ("pdist", "x == y"): (lambda x: F.pdist(torch.stack([x, torch.zeros_like(x)])), ZERO),
    ("lp-pool", "x == 0"): (lambda x: F.lp_pool1d(x.reshape(1, 1, 2), 2, 2), ZERO),
    ("std", "constant"): (torch.std, [1.0, 1.0]),
    ("atan2", "x == y == 0"): (lambda x: torch.atan2(x[0], x[1]), ZERO),
    ("angle", "x == 0"): (lambda x: torch.angle(torch.complex(x[0], x[1])), ZERO),
    ("sinc", "x == 0"): (torch.sinc, [0.0]),
    ("eigvalsh", "equal"): (lambda x: torch.linalg.eigvalsh(torch.diag(x)), [1.0, 1.0]),
    ("svdvals", "equal"): (lambda x: torch.linalg.svdvals(torch.diag(x)), [1.0, 1.0]),
    ("l1-loss", "x == y"): (_pair(F.l1_loss), [0.0]),
}


def test_every_stated_point_is_probed() -> None:
    stated = {(name, point) for name, row in TORCH.conventions.items() for point in row.derivative}
    assert stated == set(AT)


def _second(gradient: torch.Tensor, x: torch.Tensor) -> list[float]:
    """The second derivative; a gradient that does not depend on x any more has none."""
    found: list[float] = []
    for part in gradient.reshape(-1):
        if part.requires_grad:
            (row,) = torch.autograd.grad(part, x, retain_graph=True)
            found += (row + torch.zeros_like(x)).tolist()
    return found


@pytest.mark.parametrize(("name", "point"), AT)
def test_reported_derivatives(name: str, point: str) -> None:
    function, at = AT[(name, point)]
    convention = TORCH.conventions[name]
    x = torch.tensor(at, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(function(x).sum(), x, create_graph=True)
    values = gradient.tolist()
    if point == "pick":
        assert sorted(values) == [0.0, convention.derivative[point]]
    elif point in ("tie", "equal"):
        assert math.isclose(sum(values) / len(values), convention.derivative[point]), values
    else:
        assert values == [convention.derivative[point]] * len(values)
    try:
        finite = all(math.isfinite(number) for number in _second(gradient, x))
    except RuntimeError:
        finite = False
    assert finite == (convention.finite_order >= 2)


MASK = torch.tensor(True)
REJECTED: dict[str, tuple[Function, float]] = {
    "clamp": (lambda x: x.clamp(0, 1), -1.0),
    "clamp-min": (lambda x: x.clamp_min(0), -1.0),
    "clamp-max": (lambda x: x.clamp_max(0), 1.0),
    "maximum": (_pair(torch.maximum), -1.0),
    "minimum": (_pair(torch.minimum), 1.0),
    "relu": (torch.relu, -1.0),
    "relu6": (F.relu6, -1.0),
    "hardtanh": (F.hardtanh, -2.0),
    "hardsigmoid": (F.hardsigmoid, -4.0),
    "hardswish": (F.hardswish, -4.0),
    "softshrink": (F.softshrink, 0.1),
    "hardshrink": (F.hardshrink, 0.1),
    "threshold": (lambda x: F.threshold(x, 0.0, 0.0), -1.0),
    "where": (lambda x: torch.where(~MASK, x, 0.0), 1.0),
    "masked-fill": (lambda x: x.masked_fill(MASK, 0.0), 1.0),
    "nan-to-num": (torch.nan_to_num, math.nan),
    "abs": (torch.abs, 0.0),
    "leaky-relu": (F.leaky_relu, -1.0),
}


@pytest.mark.parametrize("name", REJECTED)
def test_selects_drops_a_nan_cotangent(name: str) -> None:
    function, at = REJECTED[name]
    x = torch.tensor(at, dtype=torch.float64, requires_grad=True)
    y = function(x)
    (gradient,) = torch.autograd.grad(y, x, grad_outputs=torch.full_like(y, math.nan))
    convention = TORCH.conventions.get(name)
    selects = convention is not None and convention.selects
    assert (gradient.item() == 0.0) == selects


def test_every_select_is_probed() -> None:
    assert {name for name, row in TORCH.conventions.items() if row.selects} <= set(REJECTED)


SQUARE = torch.tensor([[2.0, 0.5], [0.5, 1.0]])
RESULTS: dict[str, Callable[[], object]] = {
    "torch.max": lambda: torch.max(SQUARE, dim=0),
    "torch.min": lambda: torch.min(SQUARE, dim=0),
    "torch.median": lambda: torch.median(SQUARE, dim=0),
    "torch.aminmax": lambda: torch.aminmax(SQUARE),
    "torch.cummax": lambda: torch.cummax(SQUARE, 0),
    "torch.mode": lambda: torch.mode(SQUARE),
    "torch.sort": lambda: torch.sort(SQUARE),
    "torch.topk": lambda: torch.topk(SQUARE, 1),
    "torch.kthvalue": lambda: torch.kthvalue(SQUARE, 1),
    "torch.histogram": lambda: torch.histogram(SQUARE, 3),
    "torch.linalg.eigh": lambda: torch.linalg.eigh(SQUARE),
    "torch.linalg.eig": lambda: torch.linalg.eig(SQUARE),
    "torch.linalg.svd": lambda: torch.linalg.svd(SQUARE),
    "torch.svd": lambda: torch.svd(SQUARE),
    "torch.linalg.qr": lambda: torch.linalg.qr(SQUARE),
    "torch.linalg.slogdet": lambda: torch.linalg.slogdet(SQUARE),
    "torch.linalg.lstsq": lambda: torch.linalg.lstsq(SQUARE, SQUARE),
    "torch.linalg.cholesky_ex": lambda: torch.linalg.cholesky_ex(SQUARE),
    "torch.linalg.inv_ex": lambda: torch.linalg.inv_ex(SQUARE),
    "torch.linalg.solve_ex": lambda: torch.linalg.solve_ex(SQUARE, SQUARE),
}


@pytest.mark.parametrize("name", RESULTS)
def test_several_results_have_torchs_fields(name: str) -> None:
    spelling = TORCH.spellings[name]
    rows = [OPERATORS[spelling.operator], *(OPERATORS[variant.operator] for variant in spelling.variants)]
    result = RESULTS[name]()
    fields = [field for field in dir(result) if not field.startswith(("_", "n_")) and field not in dir(tuple)]
    row = next(row for row in rows if row.outputs)
    assert sorted(row.fields) == sorted(fields)
    assert all(getattr(result, field) is result[position] for position, field in enumerate(row.fields))


def _alias_of(method: str) -> str:
    return method[:-1] if method.endswith("_") and not method.endswith("__") else method


def test_in_place_methods_write_their_receiver() -> None:
    marked = {name for name, spelling in TORCH.spellings.items() if spelling.in_place}
    assert {"torch.Tensor.add_", "torch.Tensor.clamp_", "torch.Tensor.copy_", "torch.Tensor.masked_fill_"} <= marked
    x = torch.tensor([2.0, -3.0])
    assert x.clamp_(min=0.0) is x and x.tolist() == [2.0, 0.0]


def test_in_place_methods_read_what_their_pure_form_reads() -> None:
    for name, spelling in TORCH.spellings.items():
        pure = TORCH.spellings.get(_alias_of(name))
        if spelling.in_place and pure is not None and callable(find(pure.name)):
            assert spelling.operator == pure.operator, name
            assert [inner for _, inner in spelling.parameters] == [inner for _, inner in pure.parameters], name
