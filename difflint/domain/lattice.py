"""What every abstract domain offers: an order, and an upper bound of two elements.

Domains meet these protocols by shape; nothing derives from them. The laws, which the tests check:

- `leq` is a partial order, and `x.leq(y)` exactly if `x.join(y) == y`;
- `join` is associative, commutative and idempotent, and an upper bound of its operands;
- `meet`, where there is one, is associative, commutative and idempotent, a lower bound of its
  operands, and absorbs: `x.join(x.meet(y)) == x == x.meet(x.join(y))`;
- every chain `x, x.widen(x.join(y)), ...` becomes stationary after finitely many steps.
"""

from __future__ import annotations

from typing import Protocol, Self


class Lattice(Protocol):
    """An ordered set in which two elements have a least upper bound: `leq` means "says more"."""

    def leq(self, other: Self) -> bool:
        """Whether everything this element admits is admitted by the other."""

    def join(self, other: Self) -> Self:
        """The least element above both: what holds whichever of the two holds."""


class Meeting(Lattice, Protocol):
    """A lattice in which two elements also have a greatest lower bound."""

    def meet(self, other: Self) -> Self:
        """The greatest element below both: what holds if both hold."""


class Widening(Lattice, Protocol):
    """A lattice with infinite ascending chains, and a way to end them at loops."""

    def widen(self, other: Self) -> Self:
        """An upper bound of both.

        `x.widen(y)` assumes `x.leq(y)`; the fixpoint sees to it by calling `old.widen(old.join(new))`.
        """
