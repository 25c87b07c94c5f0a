"""The derivative that a framework reports at a point where there is none, as text."""

from __future__ import annotations

import math

from difflint.analysis.graph import Value
from difflint.analysis.hazard import Escape, Hazard
from difflint.analysis.loci import Locus
from difflint.catalogue.expression import compile_formula
from difflint.catalogue.model import Catalogue, Convention, Operator, Role

PICKED = "1 for one of the equal entries, 0 for the others"
SHARED = "shared by the equal entries"
TAKEN = "of the side taken"
BESIDE = "of the smooth pieces beside it"
NOWHERE = "0 everywhere"
NONE = "none"
EDGE = "inf at the edge, nan beyond"


class Reported:
    """Looks up conventions, and works out formulas where there are none."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def at_bend(self, value: Value, locus: Locus, framework: str) -> str:
        """At a kink: what the framework's file states, the empty text if nothing."""
        convention = self._convention(value, framework)
        if convention is None:
            return ""
        for key in locus.keys:
            if key in convention.derivative:
                return _worded(key, convention.derivative[key])
        return ""

    def at_singularity(self, value: Value, hazard: Hazard, locus: Locus, framework: str) -> str:
        """Where a derivative is infinite or missing."""
        operator = value.operator
        if operator is None or not self.differentiates(framework):
            return ""
        stated = self.at_bend(value, locus, framework)
        if stated:
            return stated
        if operator.role is Role.DIVIDE:
            return "inf or nan"
        if operator.family in ("norm", "deviation", "angle", "decomposition"):
            return "nan"
        if operator.family == "matrix-inverse":
            return "nan or an error"
        if operator.role is Role.POWER:
            return _of_power(value, hazard)
        return _limit(operator, hazard)

    def differentiates(self, framework: str) -> bool:
        """Whether a framework returns derivatives at all."""
        known = self._catalogue.frameworks.get(framework)
        return known is not None and known.differentiable

    def _convention(self, value: Value, framework: str) -> Convention | None:
        known = self._catalogue.frameworks.get(framework)
        return known.conventions.get(value.operator.id) if known is not None and value.operator is not None else None


def _worded(key: str, number: float) -> str:
    words = {"tie": SHARED, "pick": PICKED}
    return words.get(key) or f"{number:g}"


def _of_power(value: Value, hazard: Hazard) -> str:
    if hazard.escape is not Escape.REGION:
        return "inf"
    exponent = value.operand("y")
    return "nan" if exponent is None or exponent.range.lo > 1.0 or not exponent.range.is_point else EDGE


def _limit(operator: Operator, hazard: Hazard) -> str:
    """The derivative's formula at the end of the domain, and that there is none beyond."""
    domain = operator.derivative_domain
    formula = operator.derivative.get(operator.arguments[0], "")
    ends = [0.0] if domain.nonzero else [end for end in (domain.lo, domain.hi) if math.isfinite(end)]
    if not formula or len(operator.arguments) != 1 or not ends:
        return "inf" if hazard.escape is not Escape.REGION else ""
    numbers = {_number(operator, formula, end) for end in ends}
    edge = numbers.pop() if len(numbers) == 1 else "inf"
    return EDGE.replace("inf", edge) if hazard.escape is Escape.REGION else edge


def _number(operator: Operator, formula: str, point: float) -> str:
    try:
        found = compile_formula(formula, operator.arguments)(point)
    except (ArithmeticError, ValueError):
        return "inf"
    return f"{found:g}" if isinstance(found, (int, float)) and not isinstance(found, bool) else "inf"
