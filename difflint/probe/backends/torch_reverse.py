"""The reverse pass over one evaluation: the gradient torch reports, and the expression that spoils it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from difflint.probe.backends.torch_duals import Backwards
from difflint.probe.backends.torch_mode import Observer
from difflint.probe.evaluation import Backward, describe
from difflint.probe.events import Array, EventKind, Recorder
from difflint.source import Span


def look_back(
    outputs: list[Tensor], tangents: list[Array], backwards: Backwards, observer: Observer, recorder: Recorder
) -> Backward:
    """Reverse mode from a weighted sum of the outputs, compared with forward mode.

    Random weights: those of the sum would hide what cancels, as the outputs of a softmax do.
    """
    rng = np.random.default_rng(0)
    weights = [np.asarray(rng.normal(size=item.shape)) for item in outputs]
    expected = sum(float((w.reshape(-1) * t).sum()) for w, t in zip(weights, tangents))
    live = [(item, torch.from_numpy(w).to(item.dtype)) for item, w in zip(outputs, weights) if item.requires_grad]
    zero = np.zeros(len(backwards.directions))
    if not live:
        return Backward(zero, expected)
    try:
        gradient = _gradient(live, backwards.leaf)
    except RuntimeError as error:
        for span in observer.written:
            recorder.note(EventKind.OVERWRITTEN, "write", [], span)
        return Backward(zero, expected, describe(error))
    if not np.isfinite(gradient).all():
        origin = _origin(live, backwards.leaf, observer.made)
        finite = all(bool(item.isfinite().all()) for item in outputs)
        if finite and np.isfinite(expected):
            recorder.note(EventKind.MASKED, "reverse", [], origin)
        return Backward(np.full(len(zero), np.nan), expected, "", origin if finite else None)
    return Backward(backwards.directions @ gradient, expected)


def _gradient(live: list[tuple[Tensor, Tensor]], leaf: Tensor) -> Array:
    outputs, weights = zip(*live)
    (found,) = torch.autograd.grad(outputs, leaf, weights, retain_graph=True, allow_unused=True)
    gradient: Array = np.zeros(leaf.shape) if found is None else found.detach().to(torch.float64).numpy()
    return gradient


def _origin(live: list[tuple[Tensor, Tensor]], leaf: Tensor, made: list[tuple[Span | None, str, Any]]) -> Span | None:
    """The expression whose node is the first to make a finite gradient infinite or NaN."""
    guilty: list[Any] = []

    def watch(node: Any) -> Any:
        def hook(inputs: Iterable[Tensor | None], outputs: Iterable[Tensor | None]) -> None:
            if _finite(outputs) and not _finite(inputs):
                guilty.append(node)

        return node.register_hook(hook)

    hooks = [watch(node) for node in _nodes([item.grad_fn for item, _ in live], set())]
    try:
        _gradient(live, leaf)
    finally:
        for hook in hooks:
            hook.remove()
    owners: dict[Any, Span | None] = {}
    known: set[Any] = set()
    for span, _, root in made:
        for node in _nodes([root], known):
            owners[node] = span
    return next((owners[node] for node in guilty if owners.get(node) is not None), None)


def _nodes(roots: Iterable[Any], known: set[Any]) -> Iterator[Any]:
    """The nodes below some, but for those that are known; all of them are known then."""
    pending = [node for node in roots if node is not None]
    while pending:
        node = pending.pop()
        if node in known:
            continue
        known.add(node)
        yield node
        pending += [below for below, _ in node.next_functions if below is not None]


def _finite(items: Iterable[Tensor | None]) -> bool:
    return all(item is None or bool(item.isfinite().all()) for item in items)
