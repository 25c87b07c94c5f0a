"""What torch code does while it runs with dual numbers: a function mode sees every call, with its line."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch._C._functorch import is_functorch_wrapped_tensor
from torch.overrides import TorchFunctionMode

from difflint.catalogue.model import Role
from difflint.probe.backends.torch_duals import Backwards, differenced, dual_parts, is_live, minus, still, tensors
from difflint.probe.backends.torch_margins import announce, announce_result, fraction
from difflint.probe.backends.torch_rules import Call, call_of
from difflint.probe.events import NEAREST, EventKind, Margin, Recorder, user_span
from difflint.source import Span

_WIDE = {torch.float16: torch.float64, torch.bfloat16: torch.float64, torch.float32: torch.float64}
_WIDER = {"float": "double", "half": "double", "bfloat16": "double"}
_CUTS = frozenset((Role.DETACH, Role.EXTRACT, Role.CONVERT, Role.REBUILD))
_DECIDED = frozenset((Role.SELECT, Role.FILL, Role.INDEX, Role.WRITE))
_INDEXING = frozenset(("__getitem__", "__setitem__", "masked_select", "index_put", "index_put_", "masked_scatter"))
_SILENT = frozenset(
    ("__get__", "__set__", "__repr__", "__format__", "__len__", "size", "dim", "requires_grad_", "backward")
)


class Observer(TorchFunctionMode):
    """Records the events of one evaluation, and which expression made which node of the graph."""

    def __init__(self, recorder: Recorder, backwards: Backwards, wide: bool) -> None:
        super().__init__()
        self._recorder = recorder
        self._backwards = backwards
        self._wide = wide
        self.made: list[tuple[Span | None, str, Any]] = []
        self.written: list[Span] = []

    def __torch_function__(
        self, function: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        """One call of torch."""
        given = dict(kwargs or {})
        call = call_of(function, args, given)
        if call.name in _SILENT:
            return function(*args, **given)
        if self._wide:
            function, args, given = _widened(function, call.name, args, given)
        operands = list(tensors((args, given)))
        if any(map(is_functorch_wrapped_tensor, operands)):
            return function(*args, **given)  # inside of a transformation values cannot be read
        live = any(map(is_live, operands))
        conditions = tuple(found for item in operands for found in conditions_of(item))
        if not live and not conditions:
            return function(*args, **given)
        span = user_span(self._recorder.roots)
        if live and not conditions and _moves(call) and torch.is_grad_enabled():
            return self._remember(function(*args, **given), call, span)
        note = self._noting(span)
        if live:
            # what torch refuses here it refuses in the call itself, and says so to whom it concerns
            with torch.enable_grad(), suppress(RuntimeError):
                announce(call, note)
            self._lost(call, args, given, span)
        self._decide(call, args, given, conditions, note)
        # what is overwritten cannot be looked at afterwards
        sound = all(map(_is_finite, operands)) if _writes(call.name) else None
        result = self._run(function, call, args, given, span)
        return self._after(call, operands, conditions, result, span, note, sound)

    def _run(
        self, function: Any, call: Call, args: tuple[Any, ...], given: Mapping[str, Any], span: Span | None
    ) -> Any:
        if call.row is not None and call.row.role in _ARITHMETIC and len(args) == 2 and not given:
            function, args = _arithmetic(function, call, args)
        try:
            return function(*args, **given)
        except torch.linalg.LinAlgError:  # type: ignore[attr-defined]
            self._recorder.note(EventKind.NONFINITE, call.name, [], span)
            raise
        except NotImplementedError as error:
            if "forward AD" not in str(error):
                raise
        self._recorder.note(EventKind.DIFFERENCED, call.name, [], span)
        return differenced(function, args, given)

    def _lost(self, call: Call, args: tuple[Any, ...], given: Mapping[str, Any], span: Span | None) -> None:
        """Values that leave the graph."""
        role = call.row.role if call.row else None
        if call.name in ("__bool__", "is_nonzero"):
            return
        if role in _CUTS or call.name in ("data", "_make_subclass", "__int__", "__index__", "__array__"):
            if any(map(is_live, tensors((args, given)))):
                self._recorder.note(EventKind.CUT, call.name, [], span)
        elif not torch.is_grad_enabled():
            self._recorder.note(EventKind.CUT, "no_grad", [], span)
        if _writes(call.name) and span is not None and args and isinstance(args[0], Tensor) and args[0].requires_grad:
            self.written.append(span)

    def _decide(
        self, call: Call, args: tuple[Any, ...], given: Mapping[str, Any], conditions: Any, note: Callable[..., None]
    ) -> None:
        """Conditions that choose a path, elements or operands."""
        if call.name in ("__bool__", "is_nonzero", "item", "tolist") and (conditions or args[0].dtype == torch.bool):
            _announce(conditions, EventKind.BRANCH, note)
        elif call.name in ("__bool__", "is_nonzero"):
            note(EventKind.BRANCH, "ne", args[0])
        elif call.name in ("__int__", "__index__"):
            note(EventKind.JUMP, "int", fraction(args[0]))
        elif call.name in _INDEXING or (call.row is not None and call.row.role in _DECIDED):
            _announce(conditions, EventKind.SELECT, note)

    def _after(
        self, call: Call, operands: list[Tensor], conditions: Any, result: Any, span: Span | None, note: Any,
        sound: bool | None,
    ) -> Any:  # fmt: skip
        """What a result says: conditions it is, jumps it made, numbers that are not finite, its node."""
        found = list(tensors(result))
        if not found and call.name != "__setitem__":
            return result
        for item in found:
            if item.dtype == torch.bool:
                _inherit(call, operands, conditions, item, note)
            elif not item.is_floating_point() and not item.is_complex():
                self._stepped(call, operands, conditions, item, note)
            elif conditions and call.name not in _INDEXING and not (call.row and call.row.role in _DECIDED):
                _announce(conditions, EventKind.JUMP, note)
        if not torch.is_grad_enabled() and not _writes(call.name):
            return _stripped(result)
        with torch.enable_grad():
            announce_result(call, result, note)
        for item in found:
            if not _is_finite(item) and (all(map(_is_finite, operands)) if sound is None else sound):
                self._recorder.note(EventKind.NONFINITE, call.name, [], span)
        return self._remember(result, call, span)

    def _remember(self, result: Any, call: Call, span: Span | None) -> Any:
        """Which expression made which node."""
        for item in (result,) if isinstance(result, Tensor) else tensors(result):
            node = item.grad_fn
            if node is not None:
                self.made.append((span, call.name, node))
        return result

    def _stepped(self, call: Call, operands: list[Tensor], conditions: Any, item: Tensor, note: Any) -> None:
        """An integer made of numbers or of conditions."""
        _announce(conditions, EventKind.JUMP, note)
        number = operands[0]
        if call.row is not None and call.row.role is Role.CAST and is_live(number) and number.shape == item.shape:
            note(EventKind.JUMP, call.name, fraction(number))

    def _noting(self, span: Span | None) -> Callable[[EventKind, str, Tensor], None]:
        def note(kind: EventKind, operator: str, margin: Tensor) -> None:
            with torch.enable_grad():
                self._margin(kind, operator, margin, span)

        return note

    def _margin(self, kind: EventKind, operator: str, margin: Tensor, span: Span | None) -> None:
        """Add an event whose margin depends on an input; gradients are computed for margins that are used."""
        primal, tangent = dual_parts(margin)
        if tangent is None:
            return
        flat, slope = (item.detach().reshape(-1).to(torch.float64).numpy() for item in (primal, tangent))
        if not slope.any():
            return
        self._recorder.sign(kind, flat)
        usable = np.flatnonzero(np.isfinite(flat) & np.isfinite(slope) & (slope != 0))
        if len(usable) > NEAREST:
            distance = np.abs(flat[usable]) / np.abs(slope[usable])
            usable = usable[np.argpartition(distance, NEAREST)[:NEAREST]]
        whole = primal.reshape(-1)
        margins: list[Margin] = [self._backwards.margin(whole, int(k), float(flat[k]), float(slope[k])) for k in usable]
        self._recorder.note(kind, operator, margins, span)


def conditions_of(item: Tensor) -> tuple[tuple[str, Tensor], ...]:
    """The comparisons a truth value was computed from, with their margins."""
    found: tuple[tuple[str, Tensor], ...] = getattr(item, "_difflint_conditions", ())
    return found


def _announce(conditions: Any, kind: EventKind, note: Callable[[EventKind, str, Tensor], None]) -> None:
    for operator, margin in conditions:
        note(kind, operator, margin)


def _inherit(call: Call, operands: list[Tensor], conditions: Any, item: Tensor, note: Any) -> None:
    """A comparison keeps the difference of its sides; what is made of truth values keeps theirs."""
    found = conditions
    sides = [call.operands.get(name) for name in ("x", "y")]
    comparable = all(isinstance(side, (Tensor, int, float)) for side in sides) and any(map(is_live, sides))
    if call.row is not None and call.row.role is Role.COMPARE and comparable:
        with torch.enable_grad():
            found += ((call.row.id, minus(*sides)),)
    elif call.row is not None and call.row.role is Role.CAST and is_live(operands[0]):
        found += (("ne", operands[0]),)
    item._difflint_conditions = found  # type: ignore[attr-defined]


def _arithmetic(function: Any, call: Call, args: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
    """A call of two operands that both have a tangent."""
    if not any(map(is_live, args)) or not all(isinstance(item, (Tensor, int, float)) for item in args):
        return function, args
    like = next(item for item in args if is_live(item))
    if _writes(call.name):
        return function, (args[0], still(args[1], like))
    function = _REFLECTED.get(call.name, function)
    return function, tuple(still(item, like) for item in call.arguments)


_ARITHMETIC = frozenset((Role.ADD, Role.SUBTRACT, Role.MULTIPLY, Role.DIVIDE))
_REFLECTED = {"__rdiv__": torch.div, "__rtruediv__": torch.div, "__rsub__": torch.sub}


def _moves(call: Call) -> bool:
    """Whether a call only puts values elsewhere: nothing can happen to them."""
    if call.name == "__getitem__":
        parts = call.arguments[1] if isinstance(call.arguments[1], tuple) else call.arguments[1:]
        return not any(isinstance(part, Tensor) for part in parts)
    return call.row is not None and call.row.role in _MOVING and not _writes(call.name)


_MOVING = frozenset((Role.SHAPE, Role.VIEW, Role.CONCATENATE))


def _writes(name: str) -> bool:
    return name == "__setitem__" or (name.endswith("_") and not name.endswith("__")) or name in _AUGMENTED


_AUGMENTED = frozenset(f"__i{name}__" for name in "add sub mul div truediv floordiv pow mod and or xor".split())


def _stripped(result: Any) -> Any:
    """What forward mode would ignore: without gradients nothing depends on the inputs."""
    if isinstance(result, Tensor):
        return dual_parts(result)[0] if is_live(result) else result
    if type(result) in (tuple, list):
        return type(result)(map(_stripped, result))
    return result


def _is_finite(item: Tensor) -> bool:
    """Whether value and tangent are finite; a sum that overflows is looked at again."""
    if not item.is_floating_point():
        return True
    primal, tangent = dual_parts(item)
    return _all_finite(primal) and (tangent is None or _all_finite(tangent))


def _all_finite(part: Tensor) -> bool:
    plain = part.detach()
    return math.isfinite(plain.sum().item()) or bool(plain.isfinite().all())


def _widened(function: Any, name: str, args: tuple[Any, ...], given: dict[str, Any]) -> tuple[Any, Any, dict[str, Any]]:
    """The search runs in double precision: narrower types that code asks for by name are widened."""
    if name in _WIDER and isinstance(function, type(Tensor.float)) and len(args) == 1:
        return Tensor.double, args, given
    if any(isinstance(item, torch.dtype) for item in (*args, *given.values())):
        args = tuple(_WIDE.get(item, item) if isinstance(item, torch.dtype) else item for item in args)
        given = {key: _WIDE.get(item, item) if isinstance(item, torch.dtype) else item for key, item in given.items()}
    return function, args, given
