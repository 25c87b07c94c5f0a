"""Statements: LibCST nodes to IR, and the names they bind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import libcst as cst

from difflint import ir
from difflint.lower.expression import AUGMENTED, Expressions
from difflint.lower.names import absolute, dotted


class Lowering(Expressions):
    """Lowers one module; `imports` collects the roots of everything imported."""

    def __init__(self, name: str, package: bool, starts: dict[int, int], ends: dict[int, int]) -> None:
        super().__init__(starts, ends)
        self.name = name
        self.package = package
        self.imports: set[str] = set()

    def block(self, statements: Iterable[cst.CSTNode]) -> ir.Block:
        """Lower a sequence of statements."""
        made: list[ir.Statement] = []
        for statement in statements:
            if isinstance(statement, cst.SimpleStatementLine):
                for part in statement.body:
                    self._add(part, made)
            else:
                self._add(statement, made)
        return tuple(made)

    def _add(self, node: cst.CSTNode, made: list[ir.Statement]) -> None:
        rule = _RULES.get(type(node))
        if rule is not None:
            made.extend(rule(self, node))

    def suite(self, body: cst.BaseSuite) -> ir.Block:
        """Lower the body of a compound statement."""
        if isinstance(body, cst.IndentedBlock):
            return self.block(body.body)
        assert isinstance(body, cst.SimpleStatementSuite)
        made: list[ir.Statement] = []
        for part in body.body:
            self._add(part, made)
        return tuple(made)

    def function_of(self, node: cst.Lambda) -> ir.Function:
        """A lambda as a function that returns its body."""
        place = self.place(node)
        outer = self.yields
        body = self.expression(node.body)
        self.yields = outer
        returned = ir.Return(body.start, body.end, body)
        return ir.Function(*place, "<lambda>", ir.ScopeKind.LAMBDA, self.parameters(node.params), None, (), (returned,))

    def parameters(self, node: cst.Parameters) -> tuple[ir.Parameter, ...]:
        """The parameters of a function, in order."""
        kinds = ir.ParameterKind
        made = [self._parameter(param, kinds.POSITIONAL_ONLY) for param in node.posonly_params]
        made += [self._parameter(param, kinds.POSITIONAL) for param in node.params]
        if isinstance(node.star_arg, cst.Param):
            made.append(self._parameter(node.star_arg, kinds.VARIADIC))
        made += [self._parameter(param, kinds.KEYWORD) for param in node.kwonly_params]
        if node.star_kwarg is not None:
            made.append(self._parameter(node.star_kwarg, kinds.KEYWORD_VARIADIC))
        return tuple(made)

    def _parameter(self, node: cst.Param, kind: ir.ParameterKind) -> ir.Parameter:
        annotation = node.annotation.annotation if node.annotation is not None else None
        return ir.Parameter(
            node.name.value, kind, self.optional(node.default), self.optional(annotation), *self.place(node.name)
        )


def _expr(self: Lowering, node: cst.Expr) -> list[ir.Statement]:
    value = self.expression(node.value)
    return [ir.Evaluate(value.start, value.end, value)]


def _assign(self: Lowering, node: cst.Assign) -> list[ir.Statement]:
    targets = tuple(self.expression(target.target) for target in node.targets)
    return [ir.Assign(*self.place(node), targets, self.expression(node.value))]


def _annotated(self: Lowering, node: cst.AnnAssign) -> list[ir.Statement]:
    return [
        ir.Assign(
            *self.place(node),
            (self.expression(node.target),),
            self.optional(node.value),
            self.expression(node.annotation.annotation),
        )
    ]


def _augmented(self: Lowering, node: cst.AugAssign) -> list[ir.Statement]:
    operator = AUGMENTED.get(type(node.operator), "")
    return [ir.AugmentedAssign(*self.place(node), self.expression(node.target), operator, self.expression(node.value))]


def _return(self: Lowering, node: cst.Return) -> list[ir.Statement]:
    return [ir.Return(*self.place(node), self.optional(node.value))]


def _raise(self: Lowering, node: cst.Raise) -> list[ir.Statement]:
    return [ir.Raise(*self.place(node), self.optional(node.exc))]


def _assert(self: Lowering, node: cst.Assert) -> list[ir.Statement]:
    return [ir.Assert(*self.place(node), self.expression(node.test))]


def _delete(self: Lowering, node: cst.Del) -> list[ir.Statement]:
    return [ir.Delete(*self.place(node), (self.expression(node.target),))]


def _break(self: Lowering, node: cst.Break) -> list[ir.Statement]:
    return [ir.Break(*self.place(node))]


def _continue(self: Lowering, node: cst.Continue) -> list[ir.Statement]:
    return [ir.Continue(*self.place(node))]


def _scope(self: Lowering, node: Any) -> list[ir.Statement]:
    return [ir.Scope(*self.place(node), tuple(item.name.value for item in node.names))]


def _import(self: Lowering, node: cst.Import) -> list[ir.Statement]:
    made: list[ir.Statement] = []
    for alias in node.names:
        qualified = dotted(alias.name)
        self.imports.add(qualified.partition(".")[0])
        if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
            made.append(ir.Import(*self.place(node), alias.asname.name.value, qualified, None))
        else:
            root = qualified.partition(".")[0]
            made.append(ir.Import(*self.place(node), root, root, None))
    return made


def _import_from(self: Lowering, node: cst.ImportFrom) -> list[ir.Statement]:
    qualified = absolute(self.name, self.package, len(node.relative), dotted(node.module) if node.module else "")
    self.imports.add(qualified.partition(".")[0])
    place = self.place(node)
    if isinstance(node.names, cst.ImportStar):
        return [ir.Import(*place, "*", qualified, "*")]
    made: list[ir.Statement] = []
    for alias in node.names:
        member = dotted(alias.name)
        bound = (
            alias.asname.name.value if alias.asname is not None and isinstance(alias.asname.name, cst.Name) else member
        )
        made.append(ir.Import(*place, bound, qualified, member))
    return made


def _if(self: Lowering, node: cst.If) -> list[ir.Statement]:
    """`elif` chains may be long: collect them, then nest from the end."""
    chain: list[cst.If] = []
    current: cst.If | cst.Else | None = node
    while isinstance(current, cst.If):
        chain.append(current)
        current = current.orelse
    orelse: ir.Block = self.suite(current.body) if current is not None else ()
    for item in reversed(chain):
        test = self.expression(item.test)
        orelse = (ir.If(test.start, test.end, test, self.suite(item.body), orelse),)
    return list(orelse)


def _orelse(self: Lowering, node: cst.Else | None) -> ir.Block:
    return self.suite(node.body) if node is not None else ()


def _while(self: Lowering, node: cst.While) -> list[ir.Statement]:
    test = self.expression(node.test)
    return [ir.While(test.start, test.end, test, self.suite(node.body), _orelse(self, node.orelse))]


def _for(self: Lowering, node: cst.For) -> list[ir.Statement]:
    target, iterable = self.expression(node.target), self.expression(node.iter)
    return [ir.For(target.start, iterable.end, target, iterable, self.suite(node.body), _orelse(self, node.orelse))]


def _with(self: Lowering, node: cst.With) -> list[ir.Statement]:
    items = tuple(
        ir.WithItem(self.expression(item.item), self.expression(item.asname.name) if item.asname else None)
        for item in node.items
    )
    start = items[0].context.start if items else 0
    end = items[-1].context.end if items else 0
    return [ir.With(start, end, items, self.suite(node.body))]


def _try(self: Lowering, node: Any) -> list[ir.Statement]:
    handlers = tuple(
        ir.Handler(
            self.optional(handler.type),
            handler.name.name.value if handler.name is not None and isinstance(handler.name.name, cst.Name) else None,
            self.suite(handler.body),
        )
        for handler in node.handlers
    )
    final = self.suite(node.finalbody.body) if node.finalbody is not None else ()
    place = self.place(node)
    return [ir.Try(place[0], place[0] + 3, self.suite(node.body), handlers, _orelse(self, node.orelse), final)]


def _match(self: Lowering, node: cst.Match) -> list[ir.Statement]:
    subject = self.expression(node.subject)
    cases = tuple(
        ir.Case(
            _pattern(self, case.pattern),
            tuple(_captures(case.pattern)),
            self.optional(case.guard),
            self.suite(case.body),
        )
        for case in node.cases
    )
    return [ir.Match(subject.start, subject.end, subject, cases)]


def _pattern(self: Lowering, node: cst.MatchPattern) -> ir.Expression:
    place = self.place(node)
    if isinstance(node, cst.MatchValue):
        return self.expression(node.value)
    if isinstance(node, cst.MatchSingleton):
        return self.expression(node.value)
    if isinstance(node, cst.MatchOr):
        return ir.AnyOf(*place, tuple(_pattern(self, element.pattern) for element in node.patterns))
    if isinstance(node, cst.MatchAs):
        return ir.Top(*place, ()) if node.pattern is None else _pattern(self, node.pattern)
    if isinstance(node, cst.MatchClass):
        return ir.Call(*place, self.expression(node.cls), ())
    if isinstance(node, (cst.MatchList, cst.MatchTuple)):
        parts = tuple(
            _pattern(self, element.value) for element in node.patterns if isinstance(element, cst.MatchSequenceElement)
        )
        return ir.Sequence(*place, ir.SequenceKind.TUPLE, parts)
    return ir.Call(*place, ir.Top(*place, ()), ())


def _captures(node: cst.CSTNode) -> Iterable[str]:
    if isinstance(node, (cst.MatchAs, cst.MatchStar)) and node.name is not None:
        yield node.name.value
    if isinstance(node, cst.MatchMapping) and node.rest is not None:
        yield node.rest.value
    for child in _pattern_children(node):
        yield from _captures(child)


def _pattern_children(node: cst.CSTNode) -> Sequence[cst.CSTNode]:
    if isinstance(node, cst.MatchAs):
        return [node.pattern] if node.pattern is not None else []
    if isinstance(node, cst.MatchOr):
        return [element.pattern for element in node.patterns]
    if isinstance(node, (cst.MatchList, cst.MatchTuple)):
        return [
            element.value if isinstance(element, cst.MatchSequenceElement) else element for element in node.patterns
        ]
    if isinstance(node, cst.MatchClass):
        return [element.value for element in node.patterns] + [element.pattern for element in node.kwds]
    if isinstance(node, cst.MatchMapping):
        return [element.pattern for element in node.elements]
    return []


def _function(self: Lowering, node: cst.FunctionDef) -> list[ir.Statement]:
    kind = ir.ScopeKind.ASYNC if node.asynchronous is not None else ir.ScopeKind.FUNCTION
    returns = node.returns.annotation if node.returns is not None else None
    outer, self.yields = self.yields, False
    body = self.suite(node.body)
    generator, self.yields = self.yields, outer
    return [
        ir.Function(
            *self.place(node.name),
            node.name.value,
            kind,
            self.parameters(node.params),
            self.optional(returns),
            tuple(self.expression(decorator.decorator) for decorator in node.decorators),
            body,
            generator=generator,
        )
    ]


def _class(self: Lowering, node: cst.ClassDef) -> list[ir.Statement]:
    return [
        ir.Class(
            *self.place(node.name),
            node.name.value,
            self.arguments((*node.bases, *node.keywords)),
            tuple(self.expression(decorator.decorator) for decorator in node.decorators),
            self.suite(node.body),
        )
    ]


_RULES: dict[type, Callable[[Any, Any], list[ir.Statement]]] = {
    cst.Expr: _expr,
    cst.Assign: _assign,
    cst.AnnAssign: _annotated,
    cst.AugAssign: _augmented,
    cst.Return: _return,
    cst.Raise: _raise,
    cst.Assert: _assert,
    cst.Del: _delete,
    cst.Break: _break,
    cst.Continue: _continue,
    cst.Global: _scope,
    cst.Nonlocal: _scope,
    cst.Import: _import,
    cst.ImportFrom: _import_from,
    cst.If: _if,
    cst.While: _while,
    cst.For: _for,
    cst.With: _with,
    cst.Try: _try,
    cst.TryStar: _try,
    cst.Match: _match,
    cst.FunctionDef: _function,
    cst.ClassDef: _class,
}
