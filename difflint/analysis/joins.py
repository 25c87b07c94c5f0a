"""Joins of the state: one of two names, containers or values, as a condition has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from difflint.analysis.graph import Form, Orders, Site, Term, Value
from difflint.analysis.objects import Container, Object

if TYPE_CHECKING:
    from difflint.analysis.activation import Activation
    from difflint.analysis.interpreter import Interpreter


def join_names(
    interpreter: Interpreter,
    activation: Activation,
    condition: Value | None,
    then: dict[str, Object],
    otherwise: dict[str, Object],
    site: Site,
    apart: tuple[Orders, Orders] = ((), ()),
) -> dict[str, Object]:
    """The state after two arms; `apart` is what is not executed with the one, and with the other."""
    merged = dict(then)
    for name, other in otherwise.items():
        mine = merged.get(name)
        if mine is None:
            merged[name] = other
        elif mine is not other:
            merged[name] = join(interpreter, activation, condition, mine, other, site, apart=apart)
    return merged


def join(
    interpreter: Interpreter,
    activation: Activation,
    condition: Value | None,
    x: Object,
    y: Object,
    site: Site,
    python: bool = True,
    apart: tuple[Orders, Orders] = ((), ()),
) -> Object:
    """One of two objects, `x` where the condition holds; not `python` for a framework's branch.

    `apart` is what is not executed where the result is `x`, and where it is `y`.
    """
    if x is y:
        return x
    if isinstance(x, Container) and isinstance(y, Container):
        if len(x.elements) == len(y.elements) and x.keys == y.keys:
            return Container(
                [
                    join(interpreter, activation, condition, a, b, site, python, apart)
                    for a, b in zip(x.elements, y.elements)
                ],
                x.keys,
                x.open or y.open,
            )
        return x if len(x.elements) > len(y.elements) else y
    if isinstance(x, Container) and not x.elements:
        return y
    if isinstance(y, Container) and not y.elements:
        return x
    if not isinstance(x, Value):
        return x
    if not isinstance(y, Value):
        return y
    x, y = interpreter.adopt(x), interpreter.adopt(y)
    for one, other in ((x, y), (y, x)):
        if one.form is Form.CONSTANT and one.constant is None:
            return other
    if x.number == y.number and x.alive == y.alive and x.depends == y.depends:
        return x
    operands: tuple[tuple[str, Value], ...] = (("x", x), ("y", y))
    steered = 0
    if condition is not None:
        operands = (("condition", condition), *operands)
        steered = condition.depends | condition.steered
    joined = interpreter.graph.add(
        Form.JOIN,
        operands,
        site,
        frame=activation.frame,
        path=activation.path,
        range=interpreter.ranges.of_term(Term(Form.JOIN, None, operands, ""), activation.path),
        alive=x.alive | y.alive,
        depends=x.depends | y.depends,
        steered=steered,
        framework=x.framework or y.framework,
        lost=x.lost | y.lost,
        mode="" if python else "framework",
        number=interpreter.graph.number(("join", condition.number if condition else None, x.number, y.number)),
    )
    interpreter.graph.apart[joined.order, "x"], interpreter.graph.apart[joined.order, "y"] = apart
    return joined
