"""What calls hand to functions: noted by parameter and by call, for what is decided when all calls are known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from difflint.analysis.graph import Site, Value
from difflint.analysis.objects import FunctionObject, Key, Object, flatten
from difflint.analysis.recording import is_guarded
from difflint.domain.interval import Interval

if TYPE_CHECKING:
    from difflint.analysis.activation import Activation
    from difflint.analysis.interpreter import Interpreter


def note_arguments(
    interpreter: Interpreter,
    activation: Activation,
    caller: Key,
    function: FunctionObject,
    given: Mapping[str, list[Value]],
) -> None:
    """Note what a call passes to each parameter; a default that is left alone says nothing."""
    path = function.scope.module.node.path
    for parameter in function.node.parameters:
        values = given[parameter.name]
        if values:
            site = Site(path, parameter.start, parameter.end)
            interpreter.passed.note(interpreter.graph, caller, site, values, activation.recording)


def note_ranges(
    interpreter: Interpreter,
    activation: Activation,
    caller: Key,
    function: FunctionObject,
    bound: Mapping[str, Object],
    site: Site,
) -> None:
    """Note the range of what a call passes to each parameter, where the call stands.

    What is passed where a guard says that nothing is recorded is nothing that a derivative depends on.
    """
    guarded = bool(activation.conditions) and is_guarded(interpreter.graph, activation.conditions)
    if guarded and not any(value.alive for item in bound.values() for value in flatten(item)):
        if activation.frame is not None and activation.frame.caller is None:  # all of its arguments were differentiated
            interpreter.passed.unrecorded.add(site)
        interpreter.passed.note_call(caller, site, function.key, ())
        return
    ranges = tuple(_range(interpreter, activation, bound[parameter.name]) for parameter in function.node.parameters)
    interpreter.passed.note_call(caller, site, function.key, ranges)


def _range(interpreter: Interpreter, activation: Activation, item: Object) -> Interval:
    """The range of an object where a call stands."""
    if type(item) is not Value:
        return Interval.TOP
    return interpreter.ranges.under(interpreter.adopt(item), activation.path)
