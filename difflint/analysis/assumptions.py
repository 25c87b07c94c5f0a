"""What the analysis assumes, and what becomes unsound where an assumption fails.

 1. Numbers given as defaults (of parameters, of constructor arguments) are the numbers in use.
    Fails: a caller passes another one; a hazard it opens is found only where that call is seen.
 2. Arrays that no call and no annotation says otherwise of are real, finite and floating point.
    Fails: integer data reported as cut; NaN in the data is not followed.
 3. Arguments of plain functions may be differentiated, if the file uses a framework that differentiates,
    not every call in the checked tree passes data (integers, settings, detached values, or what only
    arguments that get such are computed to), and not all that mentions the function runs unrecorded.
    Tests and metrics say neither. Fails: preprocessing reported; a caller elsewhere missed.
 4. A call that is not known keeps gradients alive and returns any number.
    Fails: a black box that cuts is not reported (it is listed with `--show-unknown`).
 5. Shapes are at least one in every dimension. Fails: empty batches divide by zero unseen.
 6. A loop runs any number of times, over elements at least once; what it carries is widened after
    two rounds. Positions that change from round to round are all written. Fails: an empty list.
 7. Two expressions with equal operators and operands are equal, draws of random numbers and
    unknown calls excepted. Fails: code that overwrites an operand in between through an alias.
 8. Attributes keep what `__init__` gave them. Fails: attributes rewritten from outside.
 9. Recursion, calls deeper than `Limits.depth` and functions beyond `Limits.values` are unknown
    calls; of deep ones it is known what no gradient passes through. Fails: as 4.
10. A derivative written by hand is right. Fails: nothing here sees it.
11. A branch of Python is taken or not; its condition is exact. Fails: at the boundary itself.
12. Ends that only rounding reaches (`exp`, `sigmoid`) count as reached for logarithms, not for
    divisions. Fails: 1/exp(-x) for x above 88.
13. Names decide nothing: neither of variables nor of functions or files.
14. What is reduced for a condition is reduced along the axes of the size that it guards, and a mask
    from no source lets something through in every vector. Fails: a zero row beside others.
15. Where the selected arm is no number either, the other one does no further harm.
16. Arguments of a function that the checked tree calls, tests apart, and does nothing else with lie in the
    ranges that these calls pass. Fails: a caller elsewhere passes other numbers.
17. A mask from no source that puts something else in an operand's place does so wherever the operand is
    zero, and settings that nobody knows are not zero. Fails: what is left out is something else; then the
    finding is only possible.
18. Parameters do not end in a pole unless training may start there. Fails: one that is driven to zero.
19. What a constructor is given may be the model: where what it returns is differentiated at once, hazards on
    the way are of consequence. Fails: a callable without weights, beside the model.
20. Optimisers keep the bounds that a call states, and begin at the start that it states. Fails: methods that
    ignore bounds; another call whose numbers are not written down has a run of its own.
21. Functions handed to a call that differentiates another one (metrics, callbacks) are not differentiated unless
    something calls them that is. Fails: one that is handed on and differentiated there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from difflint.domain.interval import Interval


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on the work per function: call depth (`idle_depth` before anything is differentiated),
    values made, statements run, elements of a loop unrolled, contexts per operation, closures in
    which one nested function is analysed."""

    depth: int = 3
    idle_depth: int = 2
    values: int = 700
    statements: int = 400
    unroll: int = 8
    contexts: int = 4
    closures: int = 3


@dataclass(frozen=True, slots=True)
class Options:
    """What the user states: own sources and sinks (dotted names) and ranges of names.

    `ranges` maps a path to pairs of a 1-based line and the intervals of names stated there.
    `unknown` asks for facts about unknown calls. `numbers`: parameters annotated as floats, and as
    containers of arrays, are arguments like arrays.
    """

    sources: frozenset[str] = frozenset()
    sinks: frozenset[str] = frozenset()
    ranges: Mapping[str, tuple[tuple[int, Mapping[str, Interval]], ...]] = field(default_factory=dict)
    unknown: bool = False
    numbers: bool = False
