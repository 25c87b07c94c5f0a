"""What a closure reads of the functions around it: a call that is not run depends on that, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from difflint import ir
from difflint.analysis.graph import Value
from difflint.analysis.objects import Container
from difflint.ir.search import nodes_in

if TYPE_CHECKING:
    from difflint.analysis.interpreter import Interpreter
    from difflint.analysis.objects import FunctionObject, Object, Scope


def captured(interpreter: Interpreter, function: FunctionObject) -> tuple[Object, ...]:
    """The values that names in a closure are bound to in the functions around it; none for any other function.

    Of an instance a closure reads this or that attribute, which is not told here.
    """
    if function.scope.parent is None:
        return ()
    names = interpreter.reads.get(function.key)
    if names is None:
        own = {parameter.name for parameter in function.node.parameters}
        mentioned = {node.name for node in nodes_in(function.node.body, ir.Name)}
        names = interpreter.reads[function.key] = tuple(sorted(mentioned - own))
    found = (_outside(function.scope, name) for name in names)
    return tuple(item for item in found if isinstance(item, (Container, Value)))


def _outside(scope: Scope, name: str) -> Object | None:
    """What an enclosing function, as opposed to the module, binds a name to."""
    while scope.parent is not None:
        if name in scope.names:
            return scope.names[name]
        scope = scope.parent
    return None
