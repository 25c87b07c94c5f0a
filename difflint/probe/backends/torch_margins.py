"""Margins of torch operations: from the operator tables where a row says it, from ties and determinants elsewhere."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from difflint.catalogue.expression import MATH, compile_formula
from difflint.catalogue.model import Operator, Role
from difflint.domain.smoothness import Smoothness
from difflint.probe.backends.torch_duals import is_live, minus
from difflint.probe.backends.torch_rules import Call, catalogue
from difflint.probe.dual.elementwise import ends
from difflint.probe.events import EventKind

Note = Callable[[EventKind, str, Tensor], None]
_SEPARATE = 16
"""So many gaps of an order are events of their own: the closest tie need not be the tie that matters."""


def _number(name: str) -> Callable[..., Any]:
    """A function of the formula language on tensors and plain numbers."""

    def call(*values: Any) -> Any:
        if not any(isinstance(item, Tensor) for item in values):
            return MATH[name](*values)
        like = next(item for item in values if isinstance(item, Tensor))
        return _TENSOR[name](*(item if isinstance(item, Tensor) else torch.as_tensor(item).to(like) for item in values))

    return call


def _where(condition: Any, x: Any, y: Any) -> Any:
    return torch.where(condition, x, y) if isinstance(condition, Tensor) else (x if condition else y)


_TENSOR: Mapping[str, Callable[..., Any]] = {
    **{name: getattr(torch, name) for name in MATH if hasattr(torch, name) and callable(MATH[name])},
    "max": torch.maximum,
    "min": torch.minimum,
    "cbrt": lambda x: x.sign() * x.abs() ** (1 / 3),
}
_NUMBERS: Mapping[str, Any] = {name: _number(name) if name in _TENSOR else item for name, item in MATH.items()} | {
    "where": _where
}


@lru_cache(maxsize=512)
def _formula(text: str, arguments: tuple[str, ...]) -> Callable[..., Any]:
    return compile_formula(text, arguments, _NUMBERS)


_KINDS = {Smoothness.LIPSCHITZ: EventKind.KINK, Smoothness.ANY: EventKind.JUMP}


def announce(call: Call, note: Note) -> None:
    """Note the margins of a call's operands."""
    own = _OWN.get(call.name.rstrip("_"))
    if own is not None:
        own(call, note)
    row = call.row
    if row is None or row.operand == "result":
        return
    _ends(row, _subject(row, call.operands), note)
    if row.role is Role.CLAMP:
        _clamped(call, note)
    if row.exceptional and all(name in call.operands for name in row.arguments):
        margin = _formula(row.exceptional, row.arguments)(*(call.operands[name] for name in row.arguments))
        if isinstance(margin, Tensor):
            note(_KINDS.get(row.smoothness, EventKind.DOMAIN), row.id, margin)


def announce_result(call: Call, result: Any, note: Note) -> None:
    """Note the margins of what a call returned."""
    if call.row is not None and call.row.operand == "result" and isinstance(result, Tensor):
        _ends(call.row, result, note)


def _subject(row: Operator, operands: Mapping[str, Any]) -> Any:
    return operands.get(row.operand or row.arguments[0]) if row.arguments else None


def _ends(row: Operator, subject: Any, note: Note) -> None:
    """Ends of the domains of value and derivative, and the kinks of a function of one number."""
    if not is_live(subject):
        return
    for end in ends(row.value_domain, row.derivative_domain):
        note(EventKind.DOMAIN, row.id, minus(subject, end))
    for point in row.kinks:
        note(EventKind.KINK, row.id, minus(subject, point))


def _clamped(call: Call, note: Note) -> None:
    x = call.operands["x"]
    for name in ("min", "max"):
        end = call.operands.get(name)
        if end is not None:
            note(EventKind.KINK, f"clamp {name}", minus(x, end))


def fraction(x: Tensor) -> Tensor:
    """Zero where conversion to an integer jumps."""
    row = catalogue().operators["trunc"]
    margin: Tensor = _formula(row.exceptional, row.arguments)(x)
    return margin


def _dimension(call: Call, default: int | None = None) -> Any:
    """The axis of a reduction or an order, None for all elements."""
    if "dim" in call.given:
        return call.given["dim"]
    place = _PLACES.get(call.name, 1)
    return call.arguments[place] if len(call.arguments) > place else default


_PLACES = {"topk": 2, "kthvalue": 2, "quantile": 2, "nanquantile": 2}


def _along(x: Tensor, dim: Any) -> Tensor:
    """The elements that are compared, along the last axis."""
    if dim is None or dim == ():
        return x.reshape(1, -1)
    dims = (dim,) if isinstance(dim, int) else tuple(dim)
    if not x.dim():
        return x.reshape(1, 1)
    moved = x.movedim(dims, tuple(range(-len(dims), 0)))
    return moved.flatten(-len(dims))


def _extremum(kind: EventKind, sign: int) -> Callable[[Call, Note], None]:
    def own(call: Call, note: Note) -> None:
        x, dim = call.arguments[0], _dimension(call)
        if isinstance(dim, Tensor):
            return  # two operands, which the row describes
        flat = sign * _along(x, dim)
        note(kind, call.name, flat.amax(-1, keepdim=True) - flat)

    return own


def _order(kind: EventKind, all_gaps: bool) -> Callable[[Call, Note], None]:
    """Gaps between neighbours in the order: all of them, or those beside the ranks that are asked for."""

    def own(call: Call, note: Note) -> None:
        default = None if call.name in ("median", "nanmedian", "quantile", "nanquantile") else -1
        flat = _along(call.arguments[0], _dimension(call, default))
        gaps = flat.sort(-1).values.diff(dim=-1)
        count = gaps.shape[-1]
        places = range(count) if all_gaps else _ranks(call, count + 1)
        if count > _SEPARATE and all_gaps:
            note(kind, call.name, gaps)
            return
        for k in places:
            if 0 <= k < count:
                note(kind, f"{call.name} {k}", gaps[..., k])

    return own


def _ranks(call: Call, size: int) -> list[int]:
    """The gaps around the elements that a call selects."""
    if call.name in ("quantile", "nanquantile"):
        shares = torch.as_tensor(call.arguments[1] if len(call.arguments) > 1 else call.given["q"]).reshape(-1).tolist()
        low = {math.floor(share * (size - 1)) for share in shares}
        return sorted({k + step for k in low for step in (-1, 0, 1)})
    if call.name == "kthvalue":
        k = int(call.arguments[1] if len(call.arguments) > 1 else call.given["k"]) - 1
    else:
        k = (size - 1) // 2
    return [k - 1, k]


def _singular(call: Call, note: Note) -> None:
    x = call.arguments[0]
    if x.dim() >= 2 and x.shape[-1] == x.shape[-2]:
        note(EventKind.DOMAIN, call.name, torch.linalg.det(x))


def _indefinite(call: Call, note: Note) -> None:
    note(EventKind.DOMAIN, call.name, torch.linalg.eigvalsh(call.arguments[0])[..., 0])


def _eigenvalues(call: Call, note: Note) -> None:
    note(EventKind.KINK, call.name, torch.linalg.eigvalsh(call.arguments[0]).diff(dim=-1))


def _singular_values(call: Call, note: Note) -> None:
    values = torch.linalg.svdvals(call.arguments[0])
    note(EventKind.KINK, call.name, values.diff(dim=-1))
    note(EventKind.KINK, f"{call.name} least", values[..., -1])


def _length(name: str, default: int) -> Callable[[Call, Note], None]:
    def own(call: Call, note: Note) -> None:
        dim = call.given.get("dim", default)
        for x in call.arguments[: 2 if name == "pair" else 1]:
            if isinstance(x, Tensor):
                note(EventKind.DOMAIN, call.name, x.square().sum(dim).sqrt())

    return own


def _thresholds(call: Call, note: Note) -> None:
    """The values among which a value is looked up."""
    x, points = call.arguments[:2]
    if call.name == "searchsorted":
        x, points = points, x
    note(EventKind.JUMP, call.name, torch.as_tensor(x)[..., None] - torch.as_tensor(points))


def _shrunk(kind: EventKind) -> Callable[[Call, Note], None]:
    def own(call: Call, note: Note) -> None:
        end = call.given.get("lambd", call.arguments[1] if len(call.arguments) > 1 else 0.5)
        note(kind, call.name, minus(call.arguments[0].abs(), end))

    return own


def _stepped(call: Call, note: Note) -> None:
    end = call.given.get("threshold", call.arguments[1] if len(call.arguments) > 1 else 0.0)
    note(EventKind.JUMP, call.name, minus(call.arguments[0], end))


def _difference(call: Call, note: Note) -> None:
    note(EventKind.KINK, call.name, minus(call.arguments[0], call.arguments[1]))


def _whole(call: Call, note: Note) -> None:
    note(EventKind.JUMP, call.name, fraction(call.arguments[0]))


def _pooled(call: Call, note: Note) -> None:
    """Ties in the windows of a two-dimensional maximum without padding."""
    x, size = call.arguments[0], call.given.get("kernel_size", call.arguments[1] if len(call.arguments) > 1 else None)
    if size is None or x.dim() != 4:
        return
    stride = call.given.get("stride", call.arguments[2] if len(call.arguments) > 2 else None) or size
    windows = torch.nn.functional.unfold(x, size, stride=stride)
    flat = windows.reshape(x.shape[0], x.shape[1], -1, windows.shape[-1])
    note(EventKind.KINK, call.name, flat.amax(2, keepdim=True) - flat)


_OWN: Mapping[str, Callable[[Call, Note], None]] = {
    **dict.fromkeys(("max", "amax", "cummax"), _extremum(EventKind.KINK, 1)),
    **dict.fromkeys(("min", "amin", "cummin"), _extremum(EventKind.KINK, -1)),
    "argmax": _extremum(EventKind.JUMP, 1),
    "argmin": _extremum(EventKind.JUMP, -1),
    "aminmax": _extremum(EventKind.KINK, 1),
    **dict.fromkeys(("sort", "topk", "msort"), _order(EventKind.KINK, True)),
    "argsort": _order(EventKind.JUMP, True),
    **dict.fromkeys(("median", "nanmedian", "quantile", "nanquantile", "kthvalue"), _order(EventKind.KINK, False)),
    **dict.fromkeys(
        ("linalg_inv", "inverse", "linalg_solve", "linalg_det", "det", "logdet", "linalg_slogdet", "slogdet"), _singular
    ),
    **dict.fromkeys(("linalg_cholesky", "cholesky"), _indefinite),
    **dict.fromkeys(("linalg_eigh", "linalg_eigvalsh"), _eigenvalues),
    **dict.fromkeys(("linalg_svd", "linalg_svdvals", "svd", "linalg_matrix_norm", "linalg_pinv"), _singular_values),
    "normalize": _length("one", 1),
    "cosine_similarity": _length("pair", 1),
    **dict.fromkeys(("bucketize", "searchsorted"), _thresholds),
    "hardshrink": _shrunk(EventKind.JUMP),
    "softshrink": _shrunk(EventKind.KINK),
    "threshold": _stepped,
    "l1_loss": _difference,
    "frac": _whole,
    "max_pool2d": _pooled,
}
"""Functions whose margins no row expresses, by the name torch gives them."""
