"""Predicates: what a program point knows about values, keyed by value number.

A `Path` is a conjunction of atoms "the value with this number lies in this interval". It is the
relational part of the abstract state: names do not occur in it, so a predicate on one expression
refines every other expression that computes the same value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType

from difflint.domain.interval import Interval
from difflint.record import entity

_NOTHING: Mapping[int, Interval] = MappingProxyType({})
_WIDTH = 1021
_BITS = tuple(1 << position for position in range(_WIDTH))


def fingerprint(number: int) -> int:
    """A one-bit signature of a value number, for a quick test whether a set may contain it.

    As many bits as a usual graph has numbers: with fewer, large expressions seem to be about everything.
    """
    return _BITS[number % _WIDTH]


@entity
class Path:
    """The atoms that hold at a program point; `mask` is the union of their fingerprints."""

    atoms: Mapping[int, Interval] = field(default_factory=lambda: _NOTHING)
    mask: int = 0

    def assume(self, number: int, interval: Interval) -> Path:
        """This path with one more atom; atoms on the same value meet."""
        known = self.atoms.get(number)
        met = interval if known is None else known.meet(interval)
        if met is known or met == known:
            return self
        return Path({**self.atoms, number: met}, self.mask | fingerprint(number))

    def extend(self, other: Path) -> Path:
        """Both conjunctions together."""
        if not self.atoms:
            return other
        path = self
        for number, interval in other.atoms.items():
            path = path.assume(number, interval)
        return path

    def about(self, number: int) -> Interval | None:
        """The interval known for a value number, if any."""
        return self.atoms.get(number)

    @property
    def is_contradiction(self) -> bool:
        """Whether some atom leaves no number."""
        return any(interval.is_empty for interval in self.atoms.values())

    def join(self, other: Path) -> Path:
        """What holds on both paths: common atoms, joined."""
        if self is other:
            return self
        path = ROOT
        for number, interval in self.atoms.items():
            met = other.atoms.get(number)
            if met is not None:
                path = path.assume(number, interval.join(met))
        return path


ROOT = Path()
