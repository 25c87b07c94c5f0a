"""What the rows say that torch's backward pass keeps, against what a write to it does."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence

import pytest
import torch
from spellings import FRAMEWORKS, OPERATORS, find

from difflint.catalogue.model import Operator, Role, Spelling

TORCH = FRAMEWORKS["torch"]
SHAPES = ((3, 3), (1, 3, 3), (3,), (2, 3, 3, 3), (2, 3, 3, 3, 3))
VALUELESS = frozenset({
    Role.FACTORY, Role.RANDOM, Role.QUERY, Role.STATIC, Role.LAYER, Role.CONTAINER, Role.WRAP, Role.COMPARE,
    Role.LOGIC, Role.TEST, Role.BACKWARD, Role.DIFFERENTIATE, Role.OBJECTIVE, Role.VIEW, Role.MARK, Role.REBUILD,
})  # fmt: skip
COMPOSED = {
    "torch.nuclear_norm", "torch.pca_lowrank", "torch.svd_lowrank", "torch.linalg.matrix_power",
    "torch.Tensor.matrix_power", "torch.matrix_power", "torch.cartesian_prod", "torch.chain_matmul",
    "torch.nn.functional.scaled_dot_product_attention",
}  # fmt: skip
"""Made of other operators, whose intermediate results are kept rather than their own."""
MISSED = {
    "combinations": {"x"}, "float_power": {"result"}, "nanmean": {"x"}, "nansum": {"x"}, "pow": {"result"},
    "put": {"value"}, "sgn": {"x", "result"}, "slogdet": {"x", "result"}, "triangular_solve": {"y"},
    "vander": {"x", "result"},
}  # fmt: skip
"""What is kept and no row says, as the row is that of functions which do not keep it."""


REFUSED = (RuntimeError, TypeError, ValueError, AssertionError, IndexError, AttributeError, BufferError)
"""What functions raise that take no arrays, or none of a shape."""


def _plain(name: str, spelling: Spelling) -> bool:
    operator = OPERATORS[spelling.operator]
    values = bool(operator.arguments) and operator.role not in VALUELESS
    return values and name.startswith("torch.") and not spelling.in_place and name not in COMPOSED


NAMES = sorted(name for name, spelling in TORCH.spellings.items() if _plain(name, spelling))


def _argument(name: str, shape: tuple[int, ...], live: bool) -> torch.Tensor:
    if name == "condition":
        return torch.rand(shape) > 0.5
    if name == "index":
        return torch.zeros(shape, dtype=torch.long)
    made = torch.rand(shape, dtype=torch.float64).mul(0.8).add(0.1)
    return made.requires_grad_() * 1.0 if live else made


def _is_kept(
    function: Callable[..., object], names: Sequence[str], shape: tuple[int, ...], live: str, written: str
) -> bool | None:
    """Whether backward refuses after a write to an argument or the result; None if there is nothing to find out."""
    torch.manual_seed(0)
    made = {name: _argument(name, shape, name == live) for name in names}
    result = function(*([value] if name == "sequence" else value for name, value in made.items()))
    y = result[0] if isinstance(result, (tuple, list)) else result
    if not isinstance(y, torch.Tensor) or not y.requires_grad or y.is_complex():
        return None
    if any(y.data_ptr() == value.data_ptr() for value in made.values()):
        return None  # a view of an argument
    target = y if written == "result" else made[written]
    with torch.no_grad():
        target.copy_(target.clone())
    try:
        y.sum().backward()
    except RuntimeError as error:
        if "modified by an inplace" in str(error):
            return True
        raise
    return False


def _measured(name: str, names: Sequence[str]) -> dict[tuple[str, str], bool] | None:
    """For every argument that is differentiated and everything that can be written whether it is kept."""
    function = find(name)
    for shape in SHAPES:
        try:
            found = {
                (live, written): _is_kept(function, names, shape, live, written)
                for live in names
                for written in (*names, "result")
            }
        except REFUSED:
            continue  # not a function of arrays of this shape
        return {pair: kept for pair, kept in found.items() if kept is not None}
    return None


def _row(operator: Operator) -> Operator:
    return OPERATORS[operator.outputs[0]] if operator.outputs else operator


@pytest.mark.parametrize("name", NAMES)
def test_rows_say_what_is_kept(name: str) -> None:
    warnings.simplefilter("ignore")
    spelling = TORCH.spellings[name]
    operator = OPERATORS[spelling.operator]
    leading = [inner for _, inner in spelling.parameters if inner in operator.arguments]
    for count in range(len(leading), 0, -1):
        names = leading[:count]
        if [inner for _, inner in spelling.parameters[:count]] != names or {"axis", "dtype"} & set(names):
            continue
        measured = _measured(name, names)
        if measured is None:
            continue
        saves = _row(operator).saves
        for (live, written), kept in measured.items():
            claimed = live in saves.get(written, ())
            assert kept or not claimed, f"{written} is not kept for the derivative by {live}"
            assert claimed or not kept or written in MISSED.get(name.rpartition(".")[2], ()), (
                f"{written} is kept for {live}"
            )
        return
