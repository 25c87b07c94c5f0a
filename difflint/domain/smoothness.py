"""How smooth a function is: a chain, from constant to anything."""

from __future__ import annotations

import math
from enum import Enum


class Smoothness(Enum):
    """Classes of functions, each contained in the next."""

    CONSTANT = "constant"
    SMOOTH = "smooth"
    C2 = "C2"
    C1 = "C1"
    LIPSCHITZ = "lipschitz"
    """Continuous with bounded slopes: kinks."""
    CONTINUOUS = "continuous"
    """Continuous; slopes may be unbounded."""
    ANY = "any"
    """Jumps."""

    @property
    def rank(self) -> int:
        """The place in the chain, 0 for constants."""
        return _CHAIN.index(self)

    @property
    def order(self) -> float:
        """The largest k with C^k, -1 for functions that jump."""
        return _ORDER[self]

    def leq(self, other: Smoothness) -> bool:
        """Whether this class is contained in the other."""
        return self.rank <= other.rank

    def join(self, other: Smoothness) -> Smoothness:
        """The smaller class that contains both."""
        return other if self.leq(other) else self

    def after(self, inner: Smoothness) -> Smoothness:
        """The class of outer ∘ inner: a constant on either side makes a constant."""
        if Smoothness.CONSTANT in (self, inner):
            return Smoothness.CONSTANT
        return self.join(inner)


_CHAIN = tuple(Smoothness)
_ORDER = {
    Smoothness.CONSTANT: math.inf,
    Smoothness.SMOOTH: math.inf,
    Smoothness.C2: 2,
    Smoothness.C1: 1,
    Smoothness.LIPSCHITZ: 0,
    Smoothness.CONTINUOUS: 0,
    Smoothness.ANY: -1,
}
