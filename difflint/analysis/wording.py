"""The operand of an operation as the code writes it, for messages."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from difflint import ir
from difflint.analysis.graph import Form, Site, Value

_WIDTH = 60


def shortened(text: str) -> str:
    """Source text on one line, cut to a readable length."""
    text = " ".join(text.split())
    return text if len(text) <= _WIDTH else text[: _WIDTH - 3] + "…"


def operand_text(modules: Mapping[str, ir.Module], value: Value, operand: Value) -> str:
    """How the operation `value` spells its operand, with the definition of a bare name.

    The text of the operand's definition where the operation does not show its operands. `modules` are the
    texts by path: an operand may come from another one.
    """
    site = operand.site
    computed = modules[site.path].text[site.start : site.end]
    module = modules[value.site.path]
    used = _used(module, value, operand)
    if used is None:
        return shortened(computed)
    text = module.text[used.start : used.end]
    defined = computed if operand.form is Form.OPERATION else ""  # arguments and choices have none
    if isinstance(used, (ir.Name, ir.Attribute)) and defined and not defined.startswith(text):
        return shortened(f"{text} = {defined}")
    return shortened(text)


def argument_text(module: ir.Module, value: Value, operand: Value) -> str:
    """The expression that the operation `value` is written with for an operand; the empty text if none is."""
    used = _used(module, value, operand)
    return shortened(module.text[used.start : used.end]) if used is not None else ""


def is_configured(module: ir.Module, value: Value) -> bool:
    """Whether a call is given more than operands and switches: a number that its operator's row does not know of."""
    node = _find(module.body, value.site) if value.form is Form.OPERATION else None
    if not isinstance(node, ir.Call):
        return False
    given = [argument.value for argument in node.arguments]
    numbers = [item for item in given if not (isinstance(item, ir.Constant) and isinstance(item.value, (bool, str)))]
    receiver = (
        value.spelling is not None and value.spelling.parameters[:1] and value.spelling.parameters[0][0] == "self"
    )
    return len(numbers) + bool(receiver) > len(value.operands)


def _used(module: ir.Module, value: Value, operand: Value) -> ir.Expression | None:
    name = next((name for name, item in value.operands if item is operand), "")
    node = _find(module.body, value.site) if name and value.form is Form.OPERATION else None
    return _argument(node, value, name) if node is not None else None


def _argument(node: ir.Node, value: Value, name: str) -> ir.Expression | None:
    """The expression in an operation's node that is bound to an operator's argument."""
    index = next((place for place, (key, _) in enumerate(value.operands) if key == name), -1)
    if isinstance(node, ir.Operation):
        return node.operands[index] if 0 <= index < len(node.operands) else None
    if isinstance(node, ir.AugmentedAssign):
        return (node.target, node.value)[index] if 0 <= index < 2 else None
    if not isinstance(node, ir.Call) or value.spelling is None:
        return None
    parameters = value.spelling.parameters
    place = next((place for place, (_, argument) in enumerate(parameters) if argument == name), -1)
    if place < 0:
        return None
    keyword = parameters[place][0]
    if parameters[0][0] == "self":
        if place == 0:
            return node.function.value if isinstance(node.function, ir.Attribute) else None
        place -= 1
    for argument in node.arguments:
        if argument.keyword == keyword:
            return argument.value
    given = [argument for argument in node.arguments if argument.keyword is None]
    if place < len(given) and not any(argument.stars for argument in given):
        return given[place].value
    return None


def _find(block: ir.Block, site: Site) -> ir.Node | None:
    """The node of a module that spans a site."""
    pending: list[object] = [block]
    while pending:
        item = pending.pop()
        if isinstance(item, ir.Node) and (item.start, item.end) == (site.start, site.end):
            if isinstance(item, (ir.Operation, ir.Call, ir.AugmentedAssign)):
                return item
        if isinstance(item, ir.Node) and item.start > site.start:
            continue
        pending += _children(item, site)
    return None


def _children(item: object, site: Site) -> Iterator[object]:
    if isinstance(item, tuple) and item and isinstance(item[0], ir.Statement):
        # A long file is one long block: looked through for each finding, it would cost their product.
        last = bisect_right(item, site.start, key=lambda part: part.start) - 1
        if last >= 0:
            yield item[last]
    elif isinstance(item, tuple):
        # Nodes of a block are in order of appearance: only the last one before the site can hold it.
        before = [part for part in item if not isinstance(part, ir.Node) or part.start <= site.start]
        nodes = before and all(isinstance(part, ir.Node) for part in before)
        yield from before[-1:] if nodes else before
    elif is_dataclass(item):
        for entry in fields(item):
            child = getattr(item, entry.name)
            if isinstance(child, tuple) or is_dataclass(child):
                yield child
