"""Expressions of the intermediate representation."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from difflint.record import record

if TYPE_CHECKING:
    from difflint.ir.statement import Function


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


@record
class Node:
    """An expression or statement; `start` and `end` are offsets into the module's text."""

    start: int
    end: int


# --- expressions -----------------------------------------------------------------------------


@record
class Constant(Node):
    """A literal: int, float, complex, str, bytes, bool, None or Ellipsis."""

    value: object


@record
class Name(Node):
    """A bare name, read from the innermost scope that binds it."""

    name: str


@record
class Attribute(Node):
    """`value.name`."""

    value: Expression
    name: str


@record
class Argument:
    """One argument of a call; `keyword` is None for positional ones, `stars` is 0, 1 or 2."""

    value: Expression
    keyword: str | None = None
    stars: int = 0


@record
class Call(Node):
    """`function(arguments)`."""

    function: Expression
    arguments: tuple[Argument, ...]


@record
class Operation(Node):
    """An operator of the language, named as in the standard module `operator`.

    Unary `neg pos invert not_`; binary `add sub mul truediv floordiv mod pow matmul and_ or_ xor
    lshift rshift`; comparisons `lt le eq ne ge gt is_ is_not contains not_contains` (a chain is an
    `AllOf` of pairwise comparisons). `contains` has the element first, as written.
    """

    operator: str
    operands: tuple[Expression, ...]


@record
class AllOf(Node):
    """`a and b and …`, evaluated from the left; also a comparison chain."""

    values: tuple[Expression, ...]


@record
class AnyOf(Node):
    """`a or b or …`, evaluated from the left."""

    values: tuple[Expression, ...]


@record
class Conditional(Node):
    """`body if test else orelse`."""

    test: Expression
    body: Expression
    orelse: Expression


@record
class Subscript(Node):
    """`value[index]`; several indices are one `Sequence`."""

    value: Expression
    index: Expression


@record
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


@record
class Starred(Node):
    """`*value` in a display or an assignment target."""

    value: Expression


@record
class Sequence(Node):
    """A tuple, list or set display, or a target list."""

    kind: SequenceKind
    elements: tuple[Expression, ...]


@record
class Mapping(Node):
    """A dict display; a `None` key marks `**value`."""

    keys: tuple[Expression | None, ...]
    values: tuple[Expression, ...]


@record
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


@record
class Comprehension(Node):
    """A comprehension; `key` is present for dicts only."""

    kind: ComprehensionKind
    element: Expression
    key: Expression | None
    generators: tuple[Generator, ...]


@record
class Lambda(Node):
    """An anonymous function."""

    function: Function


@record
class Walrus(Node):
    """`target := value`."""

    target: Name
    value: Expression


@record
class Formatted(Node):
    """An f-string or t-string with the expressions it shows."""

    values: tuple[Expression, ...]


@record
class Await(Node):
    """`await value`."""

    value: Expression


@record
class Yield(Node):
    """`yield value` or, with `delegate`, `yield from value`."""

    value: Expression | None
    delegate: bool


@record
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
