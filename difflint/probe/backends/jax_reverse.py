"""Reverse mode along a tape: which operations make a finite cotangent infinite or NaN."""

from __future__ import annotations

import numpy as np

from difflint.probe.backends.jax_program import Tape
from difflint.probe.backends.jax_segment import Step, Value, is_float, pull
from difflint.probe.events import Array
from difflint.source import Span


def sources(tape: Tape, count: int) -> list[tuple[str, Span | None]]:
    """The operations that finite cotangents enter and others leave, the last one first.

    `count` results at the front are the function's own; each counts with its size.
    """
    cotangents: dict[int, Array] = {}
    for item in tape.results[:count]:
        if is_float(item.p):
            _add(cotangents, item, np.ones(np.shape(item.p)))
    found: list[tuple[str, Span | None]] = []
    for step in reversed([done for done in tape.done if isinstance(done, Step)]):
        entering = [cotangents.pop(id(out), None) for out in step.outs]
        if all(item is None for item in entering) or all(item.t is None for item in step.ins):
            continue
        filled = [
            np.zeros(np.shape(out.p)) if cotangent is None else cotangent for out, cotangent in zip(step.outs, entering)
        ]
        leaving = pull(step.node, [item.p for item in step.ins], filled)
        live = [(item, part) for item, part in zip(step.ins, leaving) if item.t is not None and part is not None]
        if all(np.isfinite(part).all() for part in filled) and not all(np.isfinite(part).all() for _, part in live):
            found.append((step.node.name, step.node.span))
        for item, part in live:
            _add(cotangents, item, part)
    return list(dict.fromkeys(found))


def _add(cotangents: dict[int, Array], item: Value, part: Array) -> None:
    known = cotangents.get(id(item))
    cotangents[id(item)] = part if known is None else known + part
