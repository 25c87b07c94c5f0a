"""The intermediate representation: Python without syntax trivia and without any framework.

Every node carries `start` and `end`, 0-based offsets in Unicode code points into `Module.text`
(end exclusive). Offsets of a whole statement cover its header only, so that a diagnostic on an
`if` underlines the condition and not the body. Nodes are immutable; the front end builds them
bottom-up and the analysis never changes them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class ScopeKind(Enum):
    """What a `Function` was written as."""

    FUNCTION = "function"
    ASYNC = "async"
    LAMBDA = "lambda"


class ParameterKind(Enum):
    """How a parameter receives its argument."""

    POSITIONAL_ONLY = "positional-only"
    POSITIONAL = "positional"
    VARIADIC = "variadic"
    KEYWORD = "keyword"
    KEYWORD_VARIADIC = "keyword-variadic"


@dataclass(frozen=True, slots=True)
class Node:
    """An expression or statement; `start` and `end` are offsets into the module's text."""

    start: int
    end: int


# --- expressions -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Constant(Node):
    """A literal: int, float, complex, str, bytes, bool, None or Ellipsis."""

    value: object


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A bare name, read from the innermost scope that binds it."""

    name: str


@dataclass(frozen=True, slots=True)
class Attribute(Node):
    """`value.name`."""

    value: Expression
    name: str


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a call; `keyword` is None for positional ones, `stars` is 0, 1 or 2."""

    value: Expression
    keyword: str | None = None
    stars: int = 0


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`function(arguments)`."""

    function: Expression
    arguments: tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class Operation(Node):
    """An operator of the language, named as in the standard module `operator`.

    Unary `neg pos invert not_`; binary `add sub mul truediv floordiv mod pow matmul and_ or_ xor
    lshift rshift`; comparisons `lt le eq ne ge gt is_ is_not contains not_contains` (a chain is an
    `AllOf` of pairwise comparisons). `contains` has the element first, as written.
    """

    operator: str
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class AllOf(Node):
    """`a and b and …`, evaluated from the left; also a comparison chain."""

    values: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class AnyOf(Node):
    """`a or b or …`, evaluated from the left."""

    values: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    """`body if test else orelse`."""

    test: Expression
    body: Expression
    orelse: Expression


@dataclass(frozen=True, slots=True)
class Subscript(Node):
    """`value[index]`; several indices are one `Sequence`."""

    value: Expression
    index: Expression


@dataclass(frozen=True, slots=True)
class Slice(Node):
    """`lower:upper:step` inside a subscript."""

    lower: Expression | None
    upper: Expression | None
    step: Expression | None


class SequenceKind(Enum):
    """Which display a `Sequence` was written as."""

    TUPLE = "tuple"
    LIST = "list"
    SET = "set"


@dataclass(frozen=True, slots=True)
class Starred(Node):
    """`*value` in a display or an assignment target."""

    value: Expression


@dataclass(frozen=True, slots=True)
class Sequence(Node):
    """A tuple, list or set display, or a target list."""

    kind: SequenceKind
    elements: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Mapping(Node):
    """A dict display; a `None` key marks `**value`."""

    keys: tuple[Expression | None, ...]
    values: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Generator:
    """One `for target in iterable if conditions` of a comprehension."""

    target: Expression
    iterable: Expression
    conditions: tuple[Expression, ...]


class ComprehensionKind(Enum):
    """What a comprehension builds."""

    LIST = "list"
    SET = "set"
    DICT = "dict"
    GENERATOR = "generator"


@dataclass(frozen=True, slots=True)
class Comprehension(Node):
    """A comprehension; `key` is present for dicts only."""

    kind: ComprehensionKind
    element: Expression
    key: Expression | None
    generators: tuple[Generator, ...]


@dataclass(frozen=True, slots=True)
class Lambda(Node):
    """An anonymous function."""

    function: Function


@dataclass(frozen=True, slots=True)
class Walrus(Node):
    """`target := value`."""

    target: Name
    value: Expression


@dataclass(frozen=True, slots=True)
class Formatted(Node):
    """An f-string or t-string with the expressions it shows."""

    values: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Await(Node):
    """`await value`."""

    value: Expression


@dataclass(frozen=True, slots=True)
class Yield(Node):
    """`yield value` or, with `delegate`, `yield from value`."""

    value: Expression | None
    delegate: bool


@dataclass(frozen=True, slots=True)
class Top(Node):
    """A construct the front end does not model; `parts` are evaluated for their effects."""

    parts: tuple[Expression, ...]


Expression = (
    Constant
    | Name
    | Attribute
    | Call
    | Operation
    | AllOf
    | AnyOf
    | Conditional
    | Subscript
    | Slice
    | Starred
    | Sequence
    | Mapping
    | Comprehension
    | Lambda
    | Walrus
    | Formatted
    | Await
    | Yield
    | Top
)


# --- statements ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Evaluate(Node):
    """An expression statement."""

    value: Expression


@dataclass(frozen=True, slots=True)
class Assign(Node):
    """`targets[0] = targets[1] = … = value`; `value` is None for a bare annotation."""

    targets: tuple[Expression, ...]
    value: Expression | None
    annotation: Expression | None = None


@dataclass(frozen=True, slots=True)
class AugmentedAssign(Node):
    """`target operator= value`, the operator named as in `Operation`."""

    target: Expression
    operator: str
    value: Expression


@dataclass(frozen=True, slots=True)
class Return(Node):
    """`return value`."""

    value: Expression | None


@dataclass(frozen=True, slots=True)
class If(Node):
    """`if test: body else: orelse`; `elif` is a nested `If`."""

    test: Expression
    body: Block
    orelse: Block


@dataclass(frozen=True, slots=True)
class While(Node):
    """`while test: body else: orelse`."""

    test: Expression
    body: Block
    orelse: Block


@dataclass(frozen=True, slots=True)
class For(Node):
    """`for target in iterable: body else: orelse`."""

    target: Expression
    iterable: Expression
    body: Block
    orelse: Block


@dataclass(frozen=True, slots=True)
class WithItem:
    """`context as target`."""

    context: Expression
    target: Expression | None


@dataclass(frozen=True, slots=True)
class With(Node):
    """`with items: body`."""

    items: tuple[WithItem, ...]
    body: Block


@dataclass(frozen=True, slots=True)
class Handler:
    """`except kind as name: body`."""

    kind: Expression | None
    name: str | None
    body: Block


@dataclass(frozen=True, slots=True)
class Try(Node):
    """`try: body except … else: orelse finally: final`."""

    body: Block
    handlers: tuple[Handler, ...]
    orelse: Block
    final: Block


@dataclass(frozen=True, slots=True)
class Case:
    """One case of a `match`: `tests` must hold, `bindings` are names the pattern captures."""

    pattern: Expression
    bindings: tuple[str, ...]
    guard: Expression | None
    body: Block


@dataclass(frozen=True, slots=True)
class Match(Node):
    """`match subject: cases`.

    A case's `pattern` is the expression compared with the subject: a `Constant` or `Attribute` for
    value patterns, a `Sequence` for sequence patterns, a `Call` for class patterns, an `AnyOf` for
    alternatives, and `Constant(None)`-free `Top` for wildcards and captures.
    """

    subject: Expression
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Raise(Node):
    """`raise value`."""

    value: Expression | None


@dataclass(frozen=True, slots=True)
class Assert(Node):
    """`assert test`."""

    test: Expression


@dataclass(frozen=True, slots=True)
class Delete(Node):
    """`del targets`."""

    targets: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Break(Node):
    """`break`."""


@dataclass(frozen=True, slots=True)
class Continue(Node):
    """`continue`."""


@dataclass(frozen=True, slots=True)
class Import(Node):
    """`import qualified as name` (with `member` None) or `from qualified import member as name`.

    `qualified` is absolute: relative imports are resolved against the module's own name. `import
    a.b` binds `name = "a"` with `qualified = "a"`. A star import has `member == "*"`.
    """

    name: str
    qualified: str
    member: str | None


@dataclass(frozen=True, slots=True)
class Scope(Node):
    """`global names` or `nonlocal names`."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a function; offsets cover its name."""

    name: str
    kind: ParameterKind
    default: Expression | None
    annotation: Expression | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Function(Node):
    """A function definition; offsets cover its name (or the whole lambda).

    `assigned` are the names the body binds, `captured` those declared `global` or `nonlocal`.
    """

    name: str
    kind: ScopeKind
    parameters: tuple[Parameter, ...]
    returns: Expression | None
    decorators: tuple[Expression, ...]
    body: Block
    assigned: frozenset[str] = frozenset()
    captured: frozenset[str] = frozenset()
    generator: bool = False


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
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
