"""PyTorch code: dual tensors under a function mode, and a pass backwards over the same evaluation."""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.autograd import forward_ad
from torch.nn.attention import SDPBackend, sdpa_kernel

from difflint.probe.backends.torch_duals import Backwards, differenced, dual_parts, is_live, with_tangent
from difflint.probe.backends.torch_mode import Observer, conditions_of
from difflint.probe.backends.torch_objects import TorchObjects
from difflint.probe.backends.torch_reverse import look_back
from difflint.probe.boxes.number import Ranged
from difflint.probe.evaluation import Evaluate, Evaluation, describe
from difflint.probe.events import Array, EventKind, Recorder, current, recording, user_span

IMPORTS = "import torch; torch.set_default_dtype(torch.float64); torch.set_printoptions(precision=12)"
OBJECTS = TorchObjects()


@contextmanager
def hook(roots: tuple[str, ...]) -> Iterator[None]:
    """Double precision, kernels with forward mode, hand-written functions and parameters observed."""
    default, threads = torch.get_default_dtype(), torch.get_num_threads()
    fast = torch.backends.mha.get_fastpath_enabled()
    torch.set_default_dtype(torch.float64)
    torch.backends.mha.set_fastpath_enabled(False)
    torch.set_num_threads(1)
    apply, new = torch.autograd.Function.__dict__["apply"], torch.nn.Parameter.__dict__["__new__"]
    torch.autograd.Function.apply = classmethod(_applied)  # type: ignore[assignment, method-assign]
    torch.nn.Parameter.__new__ = staticmethod(_rewrapped)  # type: ignore[method-assign]
    try:
        with torch.backends.mkldnn.flags(enabled=False), sdpa_kernel(SDPBackend.MATH):
            yield
    finally:
        torch.set_default_dtype(default)
        torch.set_num_threads(threads)
        torch.backends.mha.set_fastpath_enabled(fast)
        torch.autograd.Function.apply = apply  # type: ignore[method-assign]
        torch.nn.Parameter.__new__ = new  # type: ignore[method-assign]


_apply = torch.autograd.Function.apply.__func__  # type: ignore[attr-defined]
_parameter = torch.nn.Parameter.__new__


def _applied(cls: Any, *args: Any, **kwargs: Any) -> Any:
    """A function with a hand-written gradient: forward it is what its values say, in reverse what it says."""

    def real(*args: Any, **kwargs: Any) -> Any:
        return _apply(cls, *args, **kwargs)

    recorder = current()
    if recorder is None or not any(map(is_live, args)) or cls.jvp is not torch.autograd.Function.jvp:
        return real(*args, **kwargs)
    recorder.note(EventKind.CUT, cls.__name__, [], user_span(recorder.roots))
    return differenced(real, args, kwargs)


def _rewrapped(cls: Any, data: Any = None, requires_grad: bool = True) -> Any:
    """A parameter made of a computed tensor: a new leaf."""
    recorder = current()
    if recorder is not None and is_live(data):
        recorder.note(EventKind.CUT, cls.__name__, [], user_span(recorder.roots))
    return _parameter(cls, data, requires_grad)


def seed() -> None:
    """Make the draws of the next call those of every call."""
    random.seed(0)
    np.random.seed(0)
    torch.default_generator.manual_seed(0)


def array(value: Array) -> Tensor:
    """A constant as a tensor: real numbers in double precision."""
    return torch.from_numpy(np.array(value))


def numbers(value: Any) -> Array | None:
    """A tensor of real numbers is one."""
    real = isinstance(value, Tensor) and value.is_floating_point() and value.layout is torch.strided
    return value.detach().cpu().to(torch.float64).numpy() if real else None


def text(value: Array) -> str:
    """An array as an expression; zeros have no sign."""
    if value.dtype.kind == "f":
        return f"torch.tensor({(value + 0).tolist()!r}, dtype=torch.float64)"
    return f"torch.tensor({value.tolist()!r})"


def gradient(call: str, names: tuple[str, ...]) -> str:
    """Statements that print the gradient of a call by some arguments."""
    live = f"({', '.join(names)},)"
    shown = f"print(torch.autograd.grad({call}.sum(), {live}, allow_unused=True))"
    return f"[item.requires_grad_() for item in {live}]; {shown}"


class _Vector:
    """The flat vector that arguments are taken from; each is its own storage, so code may write to it."""

    def __init__(self, flat: Tensor) -> None:
        self._flat = flat

    def __getitem__(self, index: Any) -> Tensor:
        return self._flat[index].clone()


def evaluator(function: Callable[[Any], Any], roots: tuple[str, ...]) -> Evaluate:
    """Evaluate a function of one vector; with more than one direction the evaluation is run backwards as well."""
    return lambda x, directions: _evaluate(function, roots, x, directions, torch.float64)


def native(function: Callable[[Any], Any], roots: tuple[str, ...]) -> Evaluate:
    """The same in single precision, which torch code runs in unless it says otherwise."""

    def evaluate(x: Array, directions: Array) -> Evaluation:
        torch.set_default_dtype(torch.float32)
        try:
            return _evaluate(function, roots, x, directions, torch.float32)
        finally:
            torch.set_default_dtype(torch.float64)

    return evaluate


def _evaluate(
    function: Callable[[Any], Any], roots: tuple[str, ...], x: Array, directions: Array, dtype: torch.dtype
) -> Evaluation:
    recorder = Recorder(len(directions), roots)
    leaf = torch.tensor(x, dtype=dtype, requires_grad=True)
    backwards = Backwards(leaf, directions)
    observer = Observer(recorder, backwards, wide=dtype is torch.float64)
    with recording(recorder), warnings.catch_warnings(action="ignore"):
        try:
            with forward_ad.dual_level():
                flat = with_tangent(leaf, torch.from_numpy(directions[0]).to(dtype))
                with observer:
                    result = function(_Vector(flat))
                outputs, values, tangents = _outputs(result, observer)
        except (Exception, SystemExit) as error:
            empty = np.zeros((1, 0))
            return Evaluation(x, np.zeros(0), empty, tuple(recorder.events), recorder.signature, describe(error))
        backward = look_back(outputs, tangents, backwards, observer, recorder) if len(directions) > 1 else None
    value = np.concatenate([np.zeros(0), *values])
    tangent = np.concatenate([np.zeros(0), *tangents])[None]
    return Evaluation(x, value, tangent, tuple(recorder.events), recorder.signature, backward=backward)


def over_box(function: Callable[[Any], Any]) -> Callable[[list[Ranged]], Any] | None:
    """Tensors have no intervals."""
    return None


def _outputs(result: Any, observer: Observer) -> tuple[list[Tensor], list[Array], list[Array]]:
    """The real numbers of a result in order, with the tangents forward mode gives them."""
    outputs: list[Tensor] = []
    values: list[Array] = []
    tangents: list[Array] = []
    for leaf in _leaves(result):
        if isinstance(leaf, Tensor) and leaf.dtype == torch.bool and conditions_of(leaf):
            with observer:
                leaf = leaf.to(torch.float64)
        item = torch.as_tensor(leaf)
        item = torch.view_as_real(item) if item.is_complex() else item
        primal, tangent = dual_parts(item) if item.is_floating_point() else (item.to(torch.float64), None)
        outputs.append(primal)
        values.append(primal.detach().to(torch.float64).reshape(-1).numpy())
        tangents.append(
            np.zeros(primal.numel()) if tangent is None else tangent.detach().to(torch.float64).reshape(-1).numpy()
        )
    return outputs, values, tangents


def _leaves(result: Any) -> Iterator[Any]:
    if isinstance(result, Mapping):
        result = tuple(result.values())
    if isinstance(result, (list, tuple)):
        for part in result:
            yield from _leaves(part)
    elif isinstance(result, (int, float, Tensor)):
        yield result
