"""Statements of the intermediate representation, and modules."""

from __future__ import annotations

from dataclasses import field

from difflint.ir.expression import Argument, Expression, Node, ParameterKind, ScopeKind
from difflint.record import record


@record
class Evaluate(Node):
    """An expression statement."""

    value: Expression


@record
class Assign(Node):
    """`targets[0] = targets[1] = … = value`; `value` is None for a bare annotation."""

    targets: tuple[Expression, ...]
    value: Expression | None
    annotation: Expression | None = None


@record
class AugmentedAssign(Node):
    """`target operator= value`, the operator named as in `Operation`."""

    target: Expression
    operator: str
    value: Expression


@record
class Return(Node):
    """`return value`."""

    value: Expression | None


@record
class If(Node):
    """`if test: body else: orelse`; `elif` is a nested `If`."""

    test: Expression
    body: Block
    orelse: Block


@record
class While(Node):
    """`while test: body else: orelse`."""

    test: Expression
    body: Block
    orelse: Block


@record
class For(Node):
    """`for target in iterable: body else: orelse`."""

    target: Expression
    iterable: Expression
    body: Block
    orelse: Block


@record
class WithItem:
    """`context as target`."""

    context: Expression
    target: Expression | None


@record
class With(Node):
    """`with items: body`."""

    items: tuple[WithItem, ...]
    body: Block


@record
class Handler:
    """`except kind as name: body`."""

    kind: Expression | None
    name: str | None
    body: Block


@record
class Try(Node):
    """`try: body except … else: orelse finally: final`."""

    body: Block
    handlers: tuple[Handler, ...]
    orelse: Block
    final: Block


@record
class Case:
    """One case of a `match`: `tests` must hold, `bindings` are names the pattern captures."""

    pattern: Expression
    bindings: tuple[str, ...]
    guard: Expression | None
    body: Block


@record
class Match(Node):
    """`match subject: cases`.

    A case's `pattern` is the expression compared with the subject: a `Constant` or `Attribute` for
    value patterns, a `Sequence` for sequence patterns, a `Call` for class patterns, an `AnyOf` for
    alternatives, and `Constant(None)`-free `Top` for wildcards and captures.
    """

    subject: Expression
    cases: tuple[Case, ...]


@record
class Raise(Node):
    """`raise value`."""

    value: Expression | None


@record
class Assert(Node):
    """`assert test`."""

    test: Expression


@record
class Delete(Node):
    """`del targets`."""

    targets: tuple[Expression, ...]


@record
class Break(Node):
    """`break`."""


@record
class Continue(Node):
    """`continue`."""


@record
class Import(Node):
    """`import qualified as name` (with `member` None) or `from qualified import member as name`.

    `qualified` is absolute: relative imports are resolved against the module's own name. `import
    a.b` binds `name = "a"` with `qualified = "a"`. A star import has `member == "*"`.
    """

    name: str
    qualified: str
    member: str | None


@record
class Scope(Node):
    """`global names` or `nonlocal names`."""

    names: tuple[str, ...]


@record
class Parameter:
    """One parameter of a function; offsets cover its name."""

    name: str
    kind: ParameterKind
    default: Expression | None
    annotation: Expression | None
    start: int
    end: int


@record
class Function(Node):
    """A function definition; offsets cover its name (or the whole lambda)."""

    name: str
    kind: ScopeKind
    parameters: tuple[Parameter, ...]
    returns: Expression | None
    decorators: tuple[Expression, ...]
    body: Block
    generator: bool = False


@record
class Class(Node):
    """A class definition; offsets cover its name."""

    name: str
    bases: tuple[Argument, ...]
    decorators: tuple[Expression, ...]
    body: Block


Statement = (
    Evaluate
    | Assign
    | AugmentedAssign
    | Return
    | If
    | While
    | For
    | With
    | Try
    | Match
    | Raise
    | Assert
    | Delete
    | Break
    | Continue
    | Import
    | Scope
    | Function
    | Class
)

Block = tuple[Statement, ...]


@record
class Module:
    """One lowered file.

    `name` is the dotted module name inside the checked tree, `package` whether the file is an
    `__init__.py`; `path` is as given for reports.
    """

    name: str
    path: str
    text: str
    package: bool
    body: Block
    imports: frozenset[str] = field(default=frozenset())
