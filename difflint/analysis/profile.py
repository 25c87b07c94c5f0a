"""What a call says about the optimiser: the profile that its row in a framework file implies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from difflint import ir
from difflint.analysis.apply import applies, bind, literal
from difflint.analysis.graph import Site
from difflint.analysis.objects import Bound, Container, Derivative, FunctionObject, Object, Partial
from difflint.catalogue.model import Implied
from difflint.diagnostic import Profile

if TYPE_CHECKING:
    from difflint.analysis.activation import Activation
    from difflint.analysis.interpreter import Interpreter


@dataclass(frozen=True, slots=True)
class Implication:
    """A call that implies a profile, as text, and the functions that were given to it."""

    profile: Profile
    call: str
    functions: tuple[Site, ...]


def note_call(
    interpreter: Interpreter,
    activation: Activation,
    name: str,
    positional: tuple[Object, ...],
    keywords: Mapping[str, Object],
    site: Site,
) -> None:
    """Record what a call of a framework's function implies, by the place of the call."""
    rows = interpreter.catalogue.implied.get(name)
    if rows is None or site in interpreter.implications:
        return
    given = (*positional, *keywords.values())
    row = next((row for row in rows if _holds(interpreter, activation, row, name, given, positional, keywords)), None)
    if row is not None:
        functions = tuple(dict.fromkeys(_functions(given)))
        interpreter.implications[site] = Implication(row.profile, _text(name, row, keywords), functions)


def _holds(
    interpreter: Interpreter,
    activation: Activation,
    row: Implied,
    name: str,
    given: tuple[Object, ...],
    positional: tuple[Object, ...],
    keywords: Mapping[str, Object],
) -> bool:
    if row.nested:
        return any(isinstance(item, Derivative) for item in given) or _differentiated(interpreter, activation)
    if not row.argument:
        return True
    spelling = interpreter.catalogue.spellings.get(name)
    if spelling is None:
        return row.argument in keywords and applies(row, keywords, {})
    return applies(row, bind(spelling, positional, keywords).given, spelling.defaults)


def _differentiated(interpreter: Interpreter, activation: Activation) -> bool:
    """Whether the call stands in a function, or is made by one, whose own derivative is taken."""
    frame = activation.frame
    while frame is not None:
        if (frame.path, frame.function) in interpreter.functions_differentiated:
            return True
        frame = frame.caller
    return False


def _functions(items: tuple[Object, ...]) -> Iterator[Site]:
    for item in items:
        while isinstance(item, (Partial, Derivative)):
            item = item.callee
        if isinstance(item, Bound):
            item = item.function
        if isinstance(item, FunctionObject):
            yield Site(item.scope.module.node.path, item.node.start, _end(item.node))
        elif isinstance(item, Container):
            yield from _functions(tuple(item.elements))


def _end(node: ir.Statement) -> int:
    """Where a definition ends; its own place is that of its name."""
    body = node.body if isinstance(node, (ir.Function, ir.Class)) else ()
    return _end(body[-1]) if body else node.end


def _text(name: str, row: Implied, keywords: Mapping[str, Object]) -> str:
    if row.argument not in keywords:
        return name
    content = literal(keywords[row.argument])
    return f'{name}({row.argument}="{content}")' if isinstance(content, str) else f"{name}({row.argument}={content!r})"
