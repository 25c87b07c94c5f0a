"""Optimisation models: objectives and constraints that a solver is given as expressions.

An objective or constraint comes as an expression, as a list or record of expressions, or as a rule
that makes one. Relations are taken apart: both of their sides are differentiated, and the relation
itself is kept, since its form decides how well a solver copes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from difflint import ir
from difflint.analysis.activation import Sink
from difflint.analysis.apply import Binding, literal
from difflint.analysis.graph import Site, Value
from difflint.analysis.objects import (
    Bound,
    ClassObject,
    Container,
    External,
    FunctionObject,
    Instance,
    Object,
    Scope,
)
from difflint.analysis.observation import Observation
from difflint.analysis.shapes import MOVES, role, stripped, unmodified
from difflint.catalogue.model import ClassKind, FrameworkClass, Operator, Role, Spelling
from difflint.domain.interval import Interval
from difflint.facts import Cause, Certainty, Effect, Kind

if TYPE_CHECKING:
    from difflint.analysis.activation import Activation
    from difflint.analysis.interpreter import Interpreter

_SCALES = MOVES | {Role.NEGATE}


def new_model(activation: Activation, known: FrameworkClass, site: Site) -> Instance:
    """An object that holds the parts of a model as they are assigned to it."""
    node = ir.Class(site.start, site.end, known.name.rpartition(".")[2], (), (), ())
    return Instance(ClassObject(node, Scope(activation.module, None, {}), (), kinds=(known,)), {})


def apply_model(
    interpreter: Interpreter,
    activation: Activation,
    operator: Operator,
    spelling: Spelling,
    binding: Binding,
    site: Site,
) -> Object:
    """Give a solver an objective or constraints."""
    rule = binding.arguments.get("function")
    if isinstance(rule, (FunctionObject, Bound)):
        differentiate_rule(interpreter, activation, rule, operator, site)
    minimised = operator.relation == "min" and literal(binding.given.get("sense")) not in (-1, -1.0)
    for item in (binding.arguments.get("expression"), *binding.rest):
        if item is not None:
            for part, small in _parts(item, operator, minimised):
                _give(interpreter, activation, part, operator.order or 1, small, site)
    return interpreter.setting(site)


def _parts(item: Object, operator: Operator, minimised: bool) -> list[tuple[Object, bool]]:
    """The expressions of a record, of which only some fields are minimised, or the item itself."""
    if isinstance(item, Container) and item.keys is not None and operator.fields:
        return [(part, key in operator.fields) for key, part in zip(item.keys, item.elements)]
    return [(item, minimised)]


def differentiate_rule(
    interpreter: Interpreter, activation: Activation, rule: FunctionObject | Bound, operator: Operator, site: Site
) -> None:
    """Run a rule on its model and give the solver what it returns."""
    function = rule.function if isinstance(rule, Bound) else rule
    given: list[Object] = [rule.receiver] if isinstance(rule, Bound) else []
    model = _model_of(activation.scope)
    bound: dict[str, Object] = {}
    for parameter in function.node.parameters:
        if given:
            bound[parameter.name] = given.pop(0)
        elif model is not None and model not in bound.values():
            bound[parameter.name] = model
        else:
            bound[parameter.name] = interpreter.setting(site)
    result = interpreter.run(activation, function, bound, site)
    _give(interpreter, activation, result, operator.order or 1, operator.relation == "min", site)


def _model_of(scope: Scope | None) -> Instance | None:
    """The model that a rule belongs to: the one made last in the scopes around."""
    while scope is not None:
        for item in reversed(list(scope.names.values())):
            if isinstance(item, Instance) and item.cls.is_a(ClassKind.MODEL):
                return item
        scope = scope.parent
    return None


def _give(
    interpreter: Interpreter, activation: Activation, item: Object, order: int, minimised: bool, site: Site
) -> None:
    if isinstance(item, Container):
        for element in item.elements:
            _give(interpreter, activation, element, order, minimised, site)
        return
    if not isinstance(item, Value):
        return
    value = interpreter.adopt(item)
    kind = role(value)
    if kind is Role.LOGIC:
        for _, operand in value.operands:
            _give(interpreter, activation, operand, order, minimised, site)
        return
    if kind is Role.COMPARE:
        relation = value.operator.relation if value.operator is not None else ""
        for name, operand in value.operands:
            upper = relation in (("le", "lt") if name == "x" else ("ge", "gt"))
            interpreter.sinks.append(
                Sink(operand, order, True, site, True, upper, value if name == "x" and relation == "eq" else None)
            )
    elif not unmodified(value):
        interpreter.sinks.append(Sink(value, order, True, site, True, minimised))


def interval_of(interpreter: Interpreter, binding: Binding) -> Interval:
    """The interval that bounds and domain of a variable state."""
    interval = Interval.TOP
    bounds, domain = binding.arguments.get("bounds"), binding.arguments.get("domain")
    if isinstance(bounds, Container) and len(bounds.elements) == 2:
        low, high = map(literal, bounds.elements)
        if isinstance(low, (int, float)):
            interval = interval.above(float(low), False)
        if isinstance(high, (int, float)):
            interval = interval.below(float(high), False)
    if isinstance(domain, External):
        spelling = interpreter.catalogue.spellings.get(domain.name)
        row = interpreter.operator(spelling.operator) if spelling is not None else None
        interval = interval.meet(row.range) if row is not None else interval
        interval = interval.as_integer() if row is not None and row.range.integer else interval
    return interval


def _sides(relation: Value | None) -> list[Value]:
    """The two sides of an equation; a difference that has to vanish is one, too."""
    if relation is None:
        return []
    if role(relation) in (Role.COMPARE, Role.SUBTRACT):
        return [operand for _, operand in relation.operands]
    return [relation]


def ratios(interpreter: Interpreter, sinks: list[Sink]) -> Iterator[Observation]:
    """Equations that fix a quotient whose denominator can vanish."""
    for sink in sinks:
        for side in _sides(sink.relation):
            quotient = stripped(side, _SCALES)
            y = quotient.operand("y")
            if role(quotient) is not Role.DIVIDE or y is None or not y.alive or not y.range.contains(0.0):
                continue
            yield Observation(
                Kind.RATIO,
                Certainty.LIKELY,
                quotient.site,
                "division",
                Effect.NAN,
                Cause.MODEL,
                quotient,
                y,
                str(y.range),
                "0",
                quotient.alive,
                quotient.frame,
                sink.site,
            )
