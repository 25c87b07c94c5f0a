"""The knowledge under `rules/` as typed, checked, immutable objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from difflint.diagnostic import Applicability, Profile, Severity
from difflint.domain.flow import Flow
from difflint.domain.interval import Interval
from difflint.domain.smoothness import Smoothness
from difflint.facts import Cause, Kind


class Role(Enum):
    """How the analysis transfers values through an operator. The set is closed.

    The comment behind each role gives the argument names that the analysis reads; a row may name
    more, they are then values that `flow` describes.
    """

    __hash__ = object.__hash__  # by identity: the default hashes the name in Python, at every look-up

    # arithmetic the interval domain knows exactly
    ADD = "add"  # x y
    SUBTRACT = "subtract"  # x y
    MULTIPLY = "multiply"  # x y
    DIVIDE = "divide"  # x y
    POWER = "power"  # x y
    NEGATE = "negate"  # x
    ABSOLUTE = "absolute"  # x
    SQUARE = "square"  # x
    FLOOR_DIVIDE = "floor-divide"  # x y
    MODULO = "modulo"  # x y
    MAXIMUM = "maximum"  # x y
    MINIMUM = "minimum"  # x y
    CLAMP = "clamp"  # x min max
    # functions described by their row alone
    FUNCTION = "function"  # any; range from `value` if monotone, else `range`
    # reductions and linear maps
    HULL = "hull"  # x y value: every result lies between the least and the largest of these (mean, max, sort)
    SUM = "sum"  # x
    PRODUCT = "product"  # x
    BILINEAR = "bilinear"  # any: sums of products (matmul, einsum, convolution)
    # movement of values
    SHAPE = "shape"  # x: the same values elsewhere (reshape, transpose, clone, pad)
    VIEW = "view"  # x: as `shape`, and the result shares memory with x
    CONCATENATE = "concatenate"  # sequence, or any: the values of all of them
    INDEX = "index"  # x index
    WRITE = "write"  # x index value: x with some entries replaced
    ACCUMULATE = "accumulate"  # x index value: x (or zero) plus sums of values; an entry may get none
    CAST = "cast"  # x dtype
    SELECT = "select"  # condition x y
    FILL = "fill"  # x condition value
    REPAIR = "repair"  # x: NaN and infinity replaced afterwards
    # truth values
    COMPARE = "compare"  # x y, with `relation`
    LOGIC = "logic"  # x y, with `relation` and, or, not, xor
    TEST = "test"  # x, with `relation` finite, infinite, nan, close
    ANY = "any"  # x
    ALL = "all"  # x
    # values without a derivative
    FACTORY = "factory"  # any: a fresh value in `range`; arguments in `flow` as cut are lost
    RANDOM = "random"  # any: a draw in `range`
    QUERY = "query"  # x: shapes, sizes, types; static, in `range`
    DETACH = "detach"  # x
    EXTRACT = "extract"  # x: a Python number or list
    CONVERT = "convert"  # x: an array of a host framework
    REBUILD = "rebuild"  # x: a new array from values
    PARAMETER = "parameter"  # x: a new trained leaf, or a variable of a model within bounds and domain
    MARK = "mark"  # x: makes its receiver a source
    # callables
    LAYER = "layer"  # a constructor; the call of the result is the operator `calls`
    CONTAINER = "container"  # a constructor of a callable made of its callable arguments
    WRAP = "wrap"  # function: returns a function with the same values (jit, vmap, checkpoint)
    MAP = "map"  # function, then operands: calls the function with them (checkpoint(f, x))
    BRANCH = "branch"  # condition true false (or index branches), then operands: only the taken arm is run
    ITERATE = "iterate"  # body init, then the rest: a loop; `relation` forward if reverse mode has no rule
    BOUNDARY = "boundary"  # function: its derivative is written by hand
    # sinks
    DIFFERENTIATE = "differentiate"  # function, then `argnums`: returns a differentiating function
    OBJECTIVE = "objective"  # function x: differentiates function at x at once
    BACKWARD = "backward"  # x: differentiates x at once
    SITE = "site"  # x y: differentiates the density x of a random variable; observed as y, or a new source
    MODEL = "model"  # expression function sense: an objective (`relation` min) or constraints for a solver
    # regions
    NO_GRADIENT = "no-gradient"  # context or decorator
    GRADIENT = "gradient"  # context or decorator that switches recording on again
    TAPE = "tape"  # context that records
    # nothing is known but that it is harmless
    STATIC = "static"  # the result carries no derivative and is no number from a source
    OPAQUE = "opaque"  # the result depends on the arguments, no derivative exists


class Monotone(Enum):
    """Monotonicity in the first argument on the value domain."""

    INCREASING = "increasing"
    DECREASING = "decreasing"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Operator:
    """One row of `rules/operators`: a mathematical operator, free of frameworks.

    `value` and `derivative` are texts in the language of `catalogue.expression`, `derivative` keyed
    by argument. `trained` marks constructors of layers with weights. `flow` says per argument what
    reverse mode returns (default exact). `value_domain` and `derivative_domain` are intervals of the
    argument `operand` (default: the first; `result` for what an operator returns). `kinks` are the
    points of the first argument where a function is not smooth; none listed means that no interval
    excludes them. `exceptional` is a formula that is zero exactly there, for sets that are no points.
    Between neighbouring `turns`, which repeat after each `period`, a function of one argument is monotone.
    `saves` says what the backward pass keeps, hence what must not be overwritten: an argument, or
    `result`, if any of the arguments listed for it is differentiated.
    """

    id: str
    role: Role
    arguments: tuple[str, ...]
    family: str = ""
    operand: str = ""
    value: str = ""
    derivative: Mapping[str, str] = field(default_factory=dict)
    flow: Mapping[str, Flow] = field(default_factory=dict)
    smoothness: Smoothness = Smoothness.SMOOTH
    kinks: tuple[float, ...] = ()
    exceptional: str = ""
    turns: tuple[float, ...] = ()
    period: float = 0.0
    order: int | None = None
    value_domain: Interval = Interval.TOP
    derivative_domain: Interval = Interval.TOP
    range: Interval = Interval.TOP
    monotone: Monotone = Monotone.NONE
    relation: str = ""
    saves: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    calls: str = ""
    outputs: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    integer: bool = False
    trained: bool = False
    stable: Mapping[str, str] = field(default_factory=dict)
    methods: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    source: str = ""

    def flow_of(self, argument: str) -> Flow:
        """What reverse mode returns for `argument` on its own."""
        return self.flow.get(argument, Flow.EXACT)


@dataclass(frozen=True, slots=True)
class Variant:
    """Another operator for calls in which `argument` has one of `values`.

    An empty `values` asks only that the argument is given (and is not None or False); `array` asks
    that it is an array rather than a Python number or an axis.
    """

    argument: str
    operator: str
    values: tuple[object, ...] = ()
    array: bool = False


@dataclass(frozen=True, slots=True)
class Implied:
    """The profile that a call implies, if any condition on it holds.

    `argument` must have one of `values`. `nested`: a derivative is taken of a derivative, or by a
    function that is differentiated itself.
    """

    profile: Profile
    argument: str = ""
    values: tuple[object, ...] = ()
    nested: bool = False


@dataclass(frozen=True, slots=True)
class Spelling:
    """One dotted name of a framework for an operator.

    `parameters` are pairs of the framework's parameter name and the operator's argument name, in
    positional order; a parameter the operator does not know is paired with "". `defaults` are
    values of parameters that are not given.
    """

    name: str
    framework: str
    operator: str
    parameters: tuple[tuple[str, str], ...]
    defaults: Mapping[str, object] = field(default_factory=dict)
    variants: tuple[Variant, ...] = ()
    in_place: bool = False


class ClassKind(Enum):
    """What deriving from a framework's class means."""

    MODULE = "module"
    """Calls run `call`; parameters and layers in its attributes are trained."""
    RECORD = "record"
    """As `module`, with annotated fields instead of an `__init__`; array fields are trained."""
    BOUNDARY = "boundary"
    """Its derivative is written by hand in `backward`."""
    NO_GRADIENT = "no-gradient"
    """Its methods run outside of differentiation: data sets, callbacks, metrics."""
    OPTIMISER = "optimiser"
    """As `no-gradient`, and so does what only they call, or what it is made of: optimisers, samplers."""
    ARRAY = "array"
    """An array; an annotation with it makes a parameter an array."""
    INTEGERS = "integers"
    """An array of integers or truth values, which nobody differentiates."""
    MODEL = "model"
    """Holds the variables, objectives and constraints that are assigned to it."""
    STATIC = "static"
    """Never an array: configurations, random keys, devices."""


@dataclass(frozen=True, slots=True)
class FrameworkClass:
    """A class of a framework that user classes derive from or annotate with.

    `call` is the method that a call of an instance runs; the framework differentiates what the
    methods `objectives` return.
    """

    name: str
    framework: str
    kind: ClassKind
    call: str = ""
    objectives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Convention:
    """What one framework reports for one operator at its exceptional set.

    `derivative` maps points (as text) to the reported number. `finite_order` is the highest
    derivative that stays finite there: 1 means that only second-order code is at risk. `selects`
    says that the backward pass selects (drops whatever is below, NaN included) rather than
    multiplies by zero. `highest` is the highest derivative that exists at all, 0 for no limit.
    """

    operator: str
    framework: str
    derivative: Mapping[str, float] = field(default_factory=dict)
    finite_order: int = 0
    selects: bool = False
    highest: int = 0


@dataclass(frozen=True, slots=True)
class Framework:
    """One file of `rules/frameworks`.

    `modules` are the import roots that make a file its user. `differentiable`: plain functions of
    such a file may be differentiated by somebody else. `host`: its functions take live arrays of
    other frameworks out of the graph. `mutable`: its arrays can be written in place. `optimises`: it
    calls objectives that plain functions define. `traced`: its arrays have no truth value while a
    transformation traces them. `array` is the dotted class whose methods are spelled as
    `array.method`, `model` that of what a receiver nobody knows may be besides. `copies` are prefixes
    whose names mean the operators of those below another prefix. `digits` is the number of significand bits
    of the default float (24 or 53). `weights` are patterns of the attributes of a layer that are
    trained; without any, all are.
    """

    name: str
    modules: tuple[str, ...]
    array: str = ""
    model: str = ""
    differentiable: bool = False
    host: bool = False
    digits: int = 53
    weights: tuple[str, ...] = ()
    traced: bool = False
    mutable: bool = False
    optimises: bool = False
    constants: Mapping[str, float] = field(default_factory=dict)
    classes: Mapping[str, FrameworkClass] = field(default_factory=dict)
    spellings: Mapping[str, Spelling] = field(default_factory=dict)
    conventions: Mapping[str, Convention] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    implied: Mapping[str, tuple[Implied, ...]] = field(default_factory=dict)
    copies: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Selector:
    """Facts a check claims, by families or by ids of operators; an empty tuple admits every word."""

    kind: Kind
    family: tuple[str, ...] = ()
    operator: tuple[str, ...] = ()
    cause: tuple[Cause, ...] = ()


Claim = tuple[Kind, str, Cause | None]
"""A kind of fact, a family or `operator:id` or nothing, and a cause or nothing."""


def operator_claim(identifier: str) -> str:
    """The word of a claim that stands for one operator."""
    return f"operator:{identifier}"


@dataclass(frozen=True, slots=True)
class Check:
    """One file of `rules/checks`; `text` is its whole Markdown, `examples` are in it."""

    code: str
    name: str
    summary: str
    message: str
    suggestion: str
    since: str
    facts: tuple[Selector, ...]
    severity: Mapping[Profile, Severity]
    applicability: Applicability
    path: str
    text: str

    def severity_in(self, profile: Profile) -> Severity:
        """How much its findings matter under a profile."""
        return self.severity.get(profile, Severity.OFF)

    @property
    def claims(self) -> Iterator[Claim]:
        """Every combination of words its selectors admit."""
        for selector in self.facts:
            groups = (*selector.family, *map(operator_claim, selector.operator)) or ("",)
            for group in groups:
                for cause in selector.cause or (None,):
                    yield selector.kind, group, cause

    @property
    def documentation(self) -> str:
        """The Markdown for people: a title and what stands below the table."""
        _, _, below = self.text.partition("\n```\n")
        return f"# {self.code} {self.name}\n\n{below.strip()}\n"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything under `rules/`, and under the user's own rule folders."""

    operators: Mapping[str, Operator]
    frameworks: Mapping[str, Framework]
    checks: Mapping[str, Check]
    spellings: Mapping[str, Spelling]
    classes: Mapping[str, FrameworkClass]
    constants: Mapping[str, float]
    aliases: Mapping[str, str]
    implied: Mapping[str, tuple[Implied, ...]]

    def is_symbolic(self, framework: str) -> bool:
        """Whether a solver is given the expressions of a framework themselves."""
        known = self.frameworks.get(framework)
        return known is not None and known.optimises and not known.host

    def is_host(self, framework: str) -> bool:
        """Whether a framework differentiates nothing and takes arrays of others out of the graph."""
        known = self.frameworks.get(framework)
        return known is not None and known.host

    @property
    def host(self) -> str:
        """The framework whose arrays those of others are converted to, or the empty text."""
        return next((known.name for known in self.frameworks.values() if known.host and known.array), "")

    def canonical(self, name: str) -> str:
        """A dotted name with re-exporting prefixes replaced."""
        head = name
        while head:
            target = self.aliases.get(head)
            if target is not None:
                return target + name[len(head) :]
            head = head.rpartition(".")[0]
        return name
