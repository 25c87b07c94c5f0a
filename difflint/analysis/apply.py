"""Applying an operator of the catalogue: binding its arguments, and the value it makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from difflint.analysis.counts import note_counts, note_sizes, places
from difflint.analysis.graph import Form, Site, Term, Value
from difflint.analysis.numeric import is_integer_type, is_number, names_type
from difflint.analysis.objects import Container, External, Instance, Object, flatten, is_array
from difflint.analysis.passed import holding
from difflint.analysis.shapes import NUMBER, TRUTH, role, unmodified
from difflint.catalogue.model import Implied, Operator, Role, Spelling, Variant
from difflint.domain.flow import Flow
from difflint.domain.interval import Interval
from difflint.record import record

if TYPE_CHECKING:
    from difflint.analysis.activation import Activation
    from difflint.analysis.interpreter import Interpreter

_LANGUAGE = ("operator.", "builtins.", "typing.")
_LOSING = {Role.DETACH, Role.EXTRACT, Role.CONVERT, Role.REBUILD, Role.OPAQUE, Role.PARAMETER}
_NUMBERS = frozenset({Role.EXTRACT, Role.QUERY})
_CASTING = frozenset({Role.CONVERT, Role.REBUILD, Role.EXTRACT, Role.QUERY, Role.STATIC, Role.CONCATENATE})
"""The framework of Python numbers that were taken out of arrays."""
_SILENT = frozenset({Role.QUERY, Role.STATIC, Role.TEST})
_NUMBERED = frozenset({Role.ADD, Role.SUBTRACT, Role.MULTIPLY, Role.POWER, Role.SQUARE})
"""Roles whose results are known to be equal by more than their operands in order."""
_LIVE = (Flow.EXACT, Flow.SURROGATE, Flow.MASKED)
_NOT_VALUES = frozenset({"condition", "index", "dtype", "axis"})


@record
class Binding:
    """Arguments by the operator's names, by the framework's names, and what is left over."""

    arguments: Mapping[str, Object]
    given: Mapping[str, Object]
    rest: tuple[Object, ...]


def bind(spelling: Spelling, positional: tuple[Object, ...], keywords: Mapping[str, Object]) -> Binding:
    """Match a call's arguments with a spelling's parameters."""
    arguments: dict[str, Object] = {}
    given: dict[str, Object] = {}
    names = dict(spelling.parameters)
    for (name, argument), item in zip(spelling.parameters, positional):
        given[name] = item
        if argument:
            arguments[argument] = item
    for name, item in keywords.items():
        given[name] = item
        argument = names.get(name, name)
        if argument:
            arguments.setdefault(argument, item)
    return Binding(arguments, given, positional[len(spelling.parameters) :])


def literal(item: Object | None) -> object:
    """The Python constant an object is known to be, else None."""
    if isinstance(item, Value) and item.form in (Form.CONSTANT, Form.SETTING):
        return item.constant
    return None


def applies(row: Variant | Implied, given: Mapping[str, Object], defaults: Mapping[str, object]) -> bool:
    """Whether the argument a row is about has one of the row's values."""
    item = given.get(row.argument)
    if item is None:
        return bool(row.values) and defaults.get(row.argument) in row.values
    if isinstance(row, Variant) and row.array:
        return is_array(item)
    content = item.name if isinstance(item, External) else literal(item)
    if row.values:
        return any(content == value and type(content) is type(value) for value in row.values)
    return not (isinstance(item, Value) and item.form is Form.CONSTANT and (content is None or content is False))


def resolve(interpreter: Interpreter, spelling: Spelling, binding: Binding) -> Operator | None:
    """The operator a call means, its variants considered."""
    for variant in spelling.variants:
        if applies(variant, binding.given, spelling.defaults):
            return interpreter.operator(variant.operator)
    return interpreter.operator(spelling.operator)


def static_key(item: Object | None) -> object:
    """A hashable key of an argument that is not a value of the derivative."""
    if isinstance(item, Value):
        return item.number
    if isinstance(item, External):
        return item.name
    if isinstance(item, Container):
        return ("of", *(static_key(element) for element in item.elements))
    return id(item)


def _default_operands(
    interpreter: Interpreter, operator: Operator, spelling: Spelling, binding: Binding, site: Site
) -> dict[str, Object]:
    """Arguments that are not given but have a default that matters."""
    arguments = dict(binding.arguments)
    names = dict(spelling.parameters)
    for name, content in spelling.defaults.items():
        argument = names.get(name, name)
        if argument in operator.arguments and argument not in arguments and content is not None:
            arguments[argument] = interpreter.constant(content, site)
    return arguments


def compute(
    interpreter: Interpreter,
    activation: Activation,
    operator: Operator,
    spelling: Spelling | None,
    arguments: Mapping[str, Object],
    site: Site,
    *,
    extra: object = None,
    source: int = 0,
    deciding: Iterable[Value] = (),
) -> Value:
    """The value of an operator on arguments bound to its names; `source` adds trained weights.

    Settings that are `deciding` choose what it does like an index.
    """
    operands: list[tuple[str, Value]] = []
    for name in operator.arguments:
        item = arguments.get(name)
        if item is None:
            continue
        if type(item) is Value:
            operands.append((name, interpreter.adopt(holding(item) if operator.role is Role.CONCATENATE else item)))
        elif operator.role is Role.CONCATENATE and isinstance(item, Container):
            operands += [(name, interpreter.value(activation, part, site)) for part in item.elements]
        elif isinstance(item, (Container, Instance)) or is_number(interpreter.catalogue, item):
            operands.append((name, interpreter.value(activation, item, site)))
        elif name == "dtype" and not (isinstance(item, External) and names_type(interpreter.catalogue, item.name)):
            operands.append((name, interpreter.setting(site)))
    operands += [("index", item) for item in deciding]
    alive, depends, steered = _masks(operator, operands)
    if operands and operands[0][1].depends & interpreter.graph.unproven:
        if _proves_arrays(interpreter, operator, spelling):
            shared = spelling is not None and _is_shared(interpreter, spelling, operands[0][1])
            _mark_arrays(interpreter, operands[0][1], shared, 0)
    _mark_hosted(interpreter, operator, spelling, operands)
    note_counts(interpreter, operator, operands)
    alive |= source
    depends |= source
    framework = NUMBER if operator.role in _NUMBERS else _framework(interpreter, operator, spelling, operands)
    mode = _cast_mode(operator, arguments.get("dtype"))
    lost = 0
    if alive and (
        mode
        or operator.integer
        or _loses(interpreter, operator, operands)
        or _is_foreign(interpreter, spelling, operands)
    ):
        lost, alive = alive, 0
    if not activation.recording:
        lost, alive = alive | lost, 0
    number = _number(interpreter, operator, operands, extra, mode)
    bound = tuple(operands)
    return interpreter.graph.add(
        Form.OPERATION,
        bound,
        site,
        frame=activation.frame,
        path=activation.path,
        range=_range(interpreter, activation, Term(Form.OPERATION, operator, bound, mode), framework, number),
        alive=alive,
        depends=depends,
        steered=steered,
        operator=operator,
        spelling=spelling,
        framework=framework,
        recording=activation.recording,
        lost=lost,
        mode=mode,
        number=number,
        storage=operands[0][1].storage if operands and _shares(operator, spelling) else 0,
    )


def _proves_arrays(interpreter: Interpreter, operator: Operator, spelling: Spelling | None) -> bool:
    """Whether the first operand of this call must be an array of a framework that differentiates."""
    if spelling is None or operator.role in (Role.REBUILD, Role.FACTORY, Role.RANDOM, Role.QUERY, Role.STATIC):
        return False
    framework = interpreter.catalogue.frameworks.get(spelling.framework)
    return framework is not None and framework.differentiable


def _is_shared(interpreter: Interpreter, spelling: Spelling, receiver: Value) -> bool:
    """Whether a call is a method that arrays of the host have as well, of something nothing else is known about."""
    catalogue = interpreter.catalogue
    known = catalogue.frameworks[spelling.framework]
    owner, _, name = spelling.name.rpartition(".")
    hosts = (item.array for item in catalogue.frameworks.values() if item.host and item.array)
    return (
        owner == known.array
        and receiver.framework in ("", spelling.framework)
        and any(f"{host}.{name}" in catalogue.spellings for host in hosts)
    )


def _mark_hosted(
    interpreter: Interpreter, operator: Operator, spelling: Spelling | None, operands: list[tuple[str, Value]]
) -> None:
    """Note the arguments that a function of the host computes with: were they others', it would refuse them."""
    framework = interpreter.catalogue.frameworks.get(spelling.framework) if spelling is not None else None
    if framework is None or not (framework.host and framework.array) or operator.role in _CASTING:
        return
    for _, operand in operands:
        if operand.framework != NUMBER:
            interpreter.graph.hosted |= operand.depends


def _mark_arrays(interpreter: Interpreter, value: Value, shared: bool, depth: int) -> None:
    """Note the sources an array is computed from by arithmetic, element access and selection alone."""
    if value.form is Form.SOURCE:
        if shared:
            interpreter.graph.likely |= value.alive
            interpreter.graph.supposed &= ~value.alive
        else:
            interpreter.graph.prove(value.alive)
    elif (value.form in (Form.LOOP, Form.JOIN) or role(value) is Role.SELECT) and depth < 6:
        for name, operand in value.operands:
            if name != "condition":
                _mark_arrays(interpreter, operand, shared, depth + 1)
    elif value.form is Form.OPERATION and depth < 6 and value.depends & interpreter.graph.unproven:
        if value.spelling is None or value.spelling.name.startswith(_LANGUAGE):
            for _, operand in value.operands:
                _mark_arrays(interpreter, operand, shared, depth + 1)


def _range(
    interpreter: Interpreter, activation: Activation, term: Term, framework: str, number: int | None
) -> Interval:
    """The interval of a new operation, as the framework's default precision has it."""
    interval = interpreter.ranges.of_term(term, activation.path)
    known = interpreter.catalogue.frameworks.get(framework)
    if known is not None and known.digits < 53 and not interval.is_top:
        interval = interval.rounded(known.digits)
    atom = activation.path.about(number) if number is not None else None
    if atom is not None:
        interval = interval.meet(atom)
    integer = bool(term.mode) or (term.operator is not None and term.operator.integer)
    return interval.truncated() if integer and not interval.integer else interval


def _masks(operator: Operator, operands: list[tuple[str, Value]]) -> tuple[int, int, int]:
    alive = depends = steered = 0
    if operator.role in _SILENT:
        return 0, 0, 0
    for name, operand in operands:
        if name in _NOT_VALUES:
            steered |= operand.depends | operand.steered
            if name == "index":
                depends |= operand.depends
            continue
        depends |= operand.depends
        if operand.alive and operator.flow_of(name) in _LIVE:
            alive |= operand.alive
    if operator.role in TRUTH:
        alive = 0
    return alive, depends, steered


def _framework(
    interpreter: Interpreter, operator: Operator, spelling: Spelling | None, operands: list[tuple[str, Value]]
) -> str:
    if spelling is not None and not spelling.name.startswith(_LANGUAGE):
        leaves = operator.role is Role.CONVERT and any(part.framework == spelling.framework for _, part in operands)
        return (leaves and interpreter.catalogue.host) or spelling.framework
    known = [operand.framework for _, operand in operands if operand.framework]
    return next((name for name in known if name != NUMBER), NUMBER if known else "")


def _loses(interpreter: Interpreter, operator: Operator, operands: list[tuple[str, Value]]) -> bool:
    """Whether an operator takes its result out of the graph; converting to one's own kind does not."""
    if operator.role is Role.CONVERT:
        frameworks = interpreter.catalogue.frameworks
        return not all(
            operand.framework in frameworks and frameworks[operand.framework].host
            for _, operand in operands
            if operand.alive
        )
    if operator.role is Role.REBUILD and operands:
        return not all(interpreter.catalogue.is_symbolic(operand.framework) for _, operand in operands)
    return operator.role in _LOSING


def _is_foreign(interpreter: Interpreter, spelling: Spelling | None, operands: list[tuple[str, Value]]) -> bool:
    """Whether a function of a host framework receives a live array of another framework."""
    if spelling is None or spelling.name.startswith(_LANGUAGE):
        return False
    framework = interpreter.catalogue.frameworks.get(spelling.framework)
    if framework is None or not framework.host:
        return False
    for _, operand in operands:
        if framework.array and interpreter.catalogue.is_symbolic(operand.framework):
            continue  # an array library passes its functions on to the symbols
        other = interpreter.catalogue.frameworks.get(operand.framework)
        if operand.alive and other is not None and not other.host:
            return True
        if operand.alive and not operand.framework and unmodified(operand):
            return True
    return False


def _cast_mode(operator: Operator, dtype: Object | None) -> str:
    """`integer` for a cast to, or a fresh array of, a type that has no derivative."""
    if dtype is None or operator.role not in (Role.CAST, Role.CONCATENATE, Role.FACTORY, Role.REBUILD):
        return ""
    name = dtype.name if isinstance(dtype, External) else literal(dtype)
    return "integer" if isinstance(name, str) and is_integer_type(name) else ""


def _shares(operator: Operator, spelling: Spelling | None) -> bool:
    """Whether the result lies in the memory of the first operand, so that writes to it are writes to that."""
    if operator.role is Role.DETACH:
        return operator.relation != "unwatched"
    return operator.role in (Role.VIEW, Role.MARK) or (spelling is not None and spelling.in_place)


def _number(
    interpreter: Interpreter,
    operator: Operator,
    operands: list[tuple[str, Value]],
    extra: object,
    mode: str,
) -> int | None:
    graph, kind = interpreter.graph, operator.role
    if kind is Role.RANDOM or (kind is Role.FACTORY and not operands):
        return None
    if kind in _NUMBERED:
        named = dict(operands)
        x, y = named.get("x"), named.get("y")
        if kind is Role.SUBTRACT and x is not None and y is not None:
            return graph.difference(x, y)
        doubled = kind is Role.MULTIPLY and x is not None and y is not None and x.number == y.number
        squared = kind is Role.POWER and y is not None and y.constant in (2, 2.0)
        if x is not None and (doubled or squared or kind is Role.SQUARE):
            return graph.number(("square", x.number))
        if kind is Role.ADD or kind is Role.MULTIPLY:
            return graph.number((operator.id, *sorted(operand.number for _, operand in operands)))
    return graph.number((operator.id, *[(name, operand.number) for name, operand in operands], extra, mode))


def extra_key(binding: Binding, operator: Operator) -> object:
    """What distinguishes two calls besides their operands: axes, sizes, modes."""
    known = {id(binding.arguments[name]) for name in operator.arguments if name in binding.arguments}
    settings = tuple((name, static_key(item)) for name, item in binding.given.items() if id(item) not in known)
    return (settings, tuple(static_key(item) for item in binding.rest))


def apply(
    interpreter: Interpreter,
    activation: Activation,
    spelling: Spelling,
    positional: tuple[Object, ...],
    keywords: Mapping[str, Object],
    site: Site,
) -> Object:
    """The result of calling a spelling whose operator makes values."""
    binding = bind(spelling, positional, keywords)
    operator = resolve(interpreter, spelling, binding)
    if operator is None:
        parts = tuple(interpreter.adopt(part) for item in positional for part in flatten(item))
        return interpreter.unknown_value(activation, site, parts)
    note_sizes(interpreter, operator, positional, keywords, binding.arguments)
    arguments = _default_operands(interpreter, operator, spelling, binding, site)
    if operator.role is Role.CONCATENATE and (more := [item for item in binding.rest if literal(item) is None]):
        arguments = {operator.arguments[0]: Container([*arguments.values(), *more])}  # a number is an axis
    if "dtype" in binding.given:
        arguments.setdefault("dtype", binding.given["dtype"])
    extra = extra_key(binding, operator)
    if operator.outputs:
        results: list[Object] = []
        for position, identifier in enumerate(operator.outputs):
            output = interpreter.operator(identifier)
            if output is not None:
                key = (position, extra)
                results.append(compute(interpreter, activation, output, spelling, arguments, site, extra=key))
        return Container(results, names=operator.fields)
    known = {id(item) for item in arguments.values()}
    settings = (*binding.given.values(), *binding.rest) if operator.role is not Role.RANDOM else ()  # a seed is none
    deciding = places(interpreter, (item for item in settings if id(item) not in known))
    return compute(interpreter, activation, operator, spelling, arguments, site, extra=extra, deciding=deciding)
