"""What an evaluation with dual numbers observes, and where in the source.

An event carries *margins*: numbers that are zero on the surface where something happens (`x - y` for
a maximum, the denominator for a division), each with its own tangent. The search walks along them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from itertools import islice
from types import CodeType, FrameType
from typing import Any

import numpy as np
import numpy.typing as npt

from difflint.source import Position, Span

Array = npt.NDArray[Any]
NEAREST = 8
"""Margins kept per event: the closest tie need not be the tie that matters."""
_OWN = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_INSTALLED = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")


class EventKind(Enum):
    """What can happen at one operation. The set is closed."""

    BRANCH = "branch"
    """A condition decided Python control flow."""
    SELECT = "select"
    """A condition decided a `where` or a boolean index."""
    KINK = "kink"
    """The derivative of the operation jumps where the margin is zero."""
    JUMP = "jump"
    """The value of the operation jumps there; its derivative is zero or does not show it."""
    DOMAIN = "domain"
    """The derivative is infinite there, or the value is undefined beyond."""
    MASKED = "masked"
    """A selection dropped elements whose tangent is not finite."""
    NONFINITE = "nonfinite"
    """A value or a tangent becomes infinite or NaN here; the operands were finite."""
    CUT = "cut"
    """A value leaves the dual numbers: its tangent is lost."""
    OVERWRITTEN = "overwritten"
    """A write in place; recorded where reverse mode fails and this may be why."""
    DIFFERENCED = "differenced"
    """There is no rule: the tangent is a central difference."""
    REFUSED = "refused"
    """The framework raises here once it traces or differentiates; the operator says what it says."""


@dataclass(frozen=True, slots=True)
class Margin:
    """A number that is zero on a surface, and its derivative along every direction."""

    value: float
    tangent: Array

    @property
    def distance(self) -> float:
        """How far the surface is in the space of the inputs, to first order."""
        return abs(self.value) / float(np.linalg.norm(self.tangent))

    def gradient(self, basis: Array) -> Array:
        """The gradient, as far as an orthonormal basis of directions tells."""
        found: Array = basis.T @ self.tangent[1:]
        return found


@dataclass(slots=True)
class Event:
    """What happened at one expression during one evaluation, with the nearest margins."""

    kind: EventKind
    operator: str
    span: Span | None
    margins: list[Margin] = field(default_factory=list)


class Recorder:
    """Collects the events of one evaluation in `directions` directions.

    `roots` are the folders or files whose frames are user code. `signature` identifies the smooth
    piece of the function that was evaluated: the signs of all margins, in order.
    """

    def __init__(self, directions: int, roots: tuple[str, ...] = ()) -> None:
        self.directions = directions
        self.roots = roots
        self.signature = 0
        self._quiet = 0
        self._place: tuple[Span | None] | None = None
        self._found: dict[tuple[EventKind, str, Span | None], Event] = {}

    @property
    def events(self) -> list[Event]:
        """The events so far, in order of first appearance."""
        return list(self._found.values())

    @property
    def listening(self) -> bool:
        """Whether events are recorded at the moment."""
        return not self._quiet

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """No events: what is computed is the probe's own."""
        self._quiet += 1
        try:
            yield
        finally:
            self._quiet -= 1

    @contextmanager
    def at(self, span: Span | None) -> Iterator[None]:
        """Events belong to an expression that was run earlier, or elsewhere, than this process's frames say."""
        before, self._place = self._place, (span,)
        try:
            yield
        finally:
            self._place = before

    def record(self, kind: EventKind, operator: str, margin: Array | None = None, tangent: Array | None = None) -> None:
        """Add an event at the user's expression; a margin that depends on no input is none."""
        if self._quiet:
            return
        margins: list[Margin] = []
        if margin is not None and tangent is not None:
            if not tangent.any():
                return
            flat = np.asarray(margin, dtype=float).reshape(-1)
            self.sign(kind, flat)
            margins = _nearest(flat, tangent.reshape(len(tangent), -1))
        self.note(kind, operator, margins, self._place[0] if self._place else user_span(self.roots))

    def sign(self, kind: EventKind, margin: Array) -> None:
        """Let the signs of a margin identify the smooth piece."""
        self.signature = hash((self.signature, kind, np.packbits(margin > 0).tobytes()))

    def note(self, kind: EventKind, operator: str, margins: Sequence[Margin], span: Span | None) -> None:
        """Add an event at an expression, with its nearest margins."""
        event = self._found.setdefault((kind, operator, span), Event(kind, operator, span))
        if margins:
            event.margins = sorted([*event.margins, *margins], key=lambda item: item.distance)[:NEAREST]


def _nearest(margin: Array, tangent: Array) -> list[Margin]:
    size = np.sqrt((tangent * tangent).sum(axis=0))
    usable = np.flatnonzero(np.isfinite(margin) & np.isfinite(size) & (size > 0))
    if len(usable) > NEAREST:
        usable = usable[np.argpartition(np.abs(margin[usable]) / size[usable], NEAREST)[:NEAREST]]
    return [Margin(float(margin[k]), tangent[:, k]) for k in usable]


_active: list[Recorder] = []


@contextmanager
def recording(recorder: Recorder) -> Iterator[Recorder]:
    """Events go to `recorder` inside of this context."""
    _active.append(recorder)
    try:
        yield recorder
    finally:
        _active.pop()


def current() -> Recorder | None:
    """The recorder in charge, None outside of an evaluation."""
    return _active[-1] if _active else None


def record(kind: EventKind, operator: str, margin: Array | None = None, tangent: Array | None = None) -> None:
    """Add an event to the recorder in charge, if there is one."""
    if _active:
        _active[-1].record(kind, operator, margin, tangent)


@lru_cache(maxsize=4096)
def is_user_code(filename: str, roots: tuple[str, ...]) -> bool:
    """Whether a code object's file belongs to the user: under a root, neither ours nor installed."""
    return (
        any(filename.startswith(root) for root in roots)
        and not filename.startswith(_OWN)
        and not any(part in filename for part in _INSTALLED)
    )


def user_span(roots: tuple[str, ...]) -> Span | None:
    """The expression of the user that is being evaluated."""
    return _span(_user_frame(roots))


def error_span(error: BaseException, roots: tuple[str, ...]) -> Span | None:
    """The expression of the user that raised an error."""
    found = None
    step = error.__traceback__
    while step is not None:
        if is_user_code(step.tb_frame.f_code.co_filename, roots):
            found = position(step.tb_frame.f_code, step.tb_lasti)
        step = step.tb_next
    return found


def _user_frame(roots: tuple[str, ...]) -> FrameType | None:
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and not is_user_code(frame.f_code.co_filename, roots):
        frame = frame.f_back
    return frame


def _span(frame: FrameType | None) -> Span | None:
    return None if frame is None else position(frame.f_code, frame.f_lasti)


@lru_cache(maxsize=4096)
def position(code: CodeType, instruction: int) -> Span:
    """The span of an instruction; columns of code objects count bytes of UTF-8, spans count characters."""
    line, end_line, column, end_column = next(islice(code.co_positions(), instruction // 2, None))
    first = line or code.co_firstlineno
    last = end_line or first
    return Span(
        code.co_filename,
        Position(first, _characters(code.co_filename, first, column or 0) + 1),
        Position(last, _characters(code.co_filename, last, end_column or 0) + 1),
    )


def _characters(path: str, line: int, column: int) -> int:
    text = _lines(path)
    if line > len(text) or text[line - 1].isascii():
        return column
    return len(text[line - 1].encode()[:column].decode(errors="replace"))


@lru_cache(maxsize=64)
def _lines(path: str) -> list[str]:
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            return stream.read().splitlines()
    except OSError:
        return []
