"""Dual numbers on arrays: a value and its derivative along several directions.

Importing the package registers every rule.
"""

from difflint.probe.dual import build, decompose, elementwise, linear, multilinear, order, reduce, select
from difflint.probe.dual.array import Dual, Truth, plain

__all__ = [
    "Dual",
    "Truth",
    "build",
    "decompose",
    "elementwise",
    "linear",
    "multilinear",
    "order",
    "plain",
    "reduce",
    "select",
]
