"""One run of user code over a box: undecided branches are taken both ways, by running again.

`Path` remembers the decisions, what was visited and which surfaces the box may contain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from difflint.probe.events import EventKind, user_span
from difflint.source import Span

MOST = 64
"""Paths through one box; more leave it undecided."""
Surface = tuple[Span, EventKind]


class Open(Exception):
    """Nothing can be proven: the reason."""


class Infeasible(Exception):
    """No input of the box takes this path."""


class Path:
    """A run with given decisions; new ones are made `True` and their alternatives are kept in `others`."""

    def __init__(self, roots: tuple[str, ...], decisions: tuple[bool, ...] = ()) -> None:
        self.roots = roots
        self.decisions = list(decisions)
        self.others: list[tuple[bool, ...]] = []
        self.visited: set[Surface] = set()
        self.reachable: set[Surface] = set()
        self.influence: dict[int, float] = {}
        self._next = 0

    @property
    def forked(self) -> bool:
        """Whether a branch has been decided: values are then those of a part of the box."""
        return self._next > 0

    def decide(self) -> bool:
        """The decision at an undecided branch."""
        if self._next == len(self.decisions):
            if len(self.decisions) >= MOST:
                raise Open("too many undecided branches")
            self.others.append((*self.decisions, False))
            self.decisions.append(True)
        self._next += 1
        return self.decisions[self._next - 1]

    def mark(self, kind: EventKind, reachable: bool, reach: Iterable[float] = ()) -> None:
        """An operation at the user's expression has a surface of a kind, and the box may contain it.

        `reach` is how far each input can move the operand.
        """
        span = user_span(self.roots)
        if span is not None:
            self.visited.add((span, kind))
            if reachable:
                self.reachable.add((span, kind))
                for k, distance in enumerate(reach):
                    self.influence[k] = self.influence.get(k, 0.0) + distance


_active: list[Path] = []


@contextmanager
def following(path: Path) -> Iterator[Path]:
    """Operations on intervals belong to `path` inside of this context."""
    _active.append(path)
    try:
        yield path
    finally:
        _active.pop()


def current_path() -> Path | None:
    """The path in charge, None where no box is run."""
    return _active[-1] if _active else None
