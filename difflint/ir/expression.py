"""Expressions of the intermediate representation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

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
