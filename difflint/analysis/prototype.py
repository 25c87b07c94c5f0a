"""Instances nobody constructs: what `__init__` leaves behind on default arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from difflint.analysis.arguments import assumed_arguments, read, setting_of
from difflint.analysis.graph import Form, Grade, Site, Value
from difflint.analysis.objects import ClassObject, FunctionObject, Instance, Object
from difflint.catalogue.model import ClassKind

if TYPE_CHECKING:
    from difflint.analysis.interpreter import Interpreter


def make_prototype(interpreter: Interpreter, cls: ClassObject) -> dict[str, Object]:
    """The attributes of a default instance; constructor arguments are settings, never sources."""
    instance = Instance(cls, {})
    site = Site(cls.scope.module.node.path, cls.node.start, cls.node.end)
    activation = interpreter.activation(cls.scope, None, None)
    initialiser = cls.member("__init__")
    sinks, writes = len(interpreter.sinks), len(interpreter.writes)
    outer, interpreter.constructing = interpreter.constructing, True
    with interpreter.share():
        if isinstance(initialiser, FunctionObject):
            bound = assumed_arguments(interpreter, activation, initialiser, None)
            if initialiser.node.parameters:
                bound[initialiser.node.parameters[0].name] = instance
            interpreter.run(activation, initialiser, bound, site)
        elif cls.record:
            _record_fields(interpreter, cls, instance, site)
        setup = cls.member("setup")
        if cls.record and isinstance(setup, FunctionObject) and setup.node.parameters:
            interpreter.run(activation, setup, {setup.node.parameters[0].name: instance}, site)
    interpreter.constructing = outer
    del interpreter.sinks[sinks:], interpreter.writes[writes:]
    return instance.attributes


def _record_fields(interpreter: Interpreter, cls: ClassObject, instance: Instance, site: Site) -> None:
    """Annotated fields: arrays are trained leaves of a module, everything else is a setting."""
    activation = interpreter.activation(cls.scope, None, None)
    trained = cls.is_a(ClassKind.RECORD)
    for name, (annotation, default) in cls.fields.items():
        said = read(interpreter, activation, annotation)
        given = interpreter.evaluate(activation, default) if default is not None else None
        if said.array:
            grade = Grade.PARAMETER if trained else Grade.ASSUMED
            instance.attributes[name] = interpreter.make_source(grade, name, site, framework=said.framework)
        elif isinstance(given, Value) and given.form is Form.CONSTANT:
            instance.attributes[name] = setting_of(interpreter, site, given)
        elif given is not None and not isinstance(given, Value):
            instance.attributes[name] = given
        else:
            instance.attributes[name] = interpreter.setting(site)
