"""What the analysis assumes, and what becomes unsound where an assumption fails.

 1. Numbers given as defaults (of parameters, of constructor arguments) are the numbers in use.
    Fails: a caller passes another one; a hazard it opens is found only where that call is seen.
 2. Arrays that no call and no annotation says otherwise of are real, finite and floating point.
    Fails: integer data reported as cut; NaN in the data is not followed.
 3. Arguments of plain functions may be differentiated, if the file uses a framework that differentiates,
    not every call in the checked tree passes data (integers, settings, detached values, or what only
    arguments that get such are computed to), and not all that mentions the function runs unrecorded.
    Tests and metrics say neither. Inputs of modules may be differentiated, if not every call passes
    integers. Fails: preprocessing reported; a caller elsewhere missed.
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
    ranges that these calls pass; a method that only its own object calls happens where that does.
    Fails: a caller elsewhere passes other numbers.
17. A mask from no source that puts something else in an operand's place does so wherever the operand is
    zero; settings that nobody knows are not zero, nor is an entry of them at a position that is passed, and a
    number of either sign is not minus the epsilon that it gets. Fails: what is left out is something else, the
    schedule ends in zero; then the finding is only possible.
18. Parameters do not end in a pole unless training may start there. Fails: one that is driven to zero.
19. Where code refuses what lies outside of two ends that nobody knows, the poles may, too: what is found
    between them is only possible. Fails: ends on both sides of a pole.
20. Determinants, solutions of systems and the like pass zero by accident, so their size and square have no
    end there. Fails: a row of zeros.
21. What is taken from an array at a position that another value decides lies on a known side of that value.
    Fails: a position that says nothing about it.
22. A check that admits zero, a single angle and the sign of an exponent from elsewhere do not say that a pole
    is met: it is only possible. Fails: data at the end that is checked.
23. An argument that is somewhere used as it came as a mask, a position, a class or an operand of logic
    holds no numbers to be differentiated elsewhere either. Fails: soft labels in the other layout.
24. What a branch compares of an unknown call is a size or a mask, then the finding is only possible; the
    arms of a branch that both have a gradient meet unless they provably do not. Fails: a hidden jump.
25. What arithmetic gives either sign is not zero where only its size is a pole's operand, unless it
    compares two values. Fails: a product with a factor that is padded by zeros.
26. What is cast or rounded to say how large something is, or compared with positions, is data, trained parameters
    excepted. Fails: an argument that is differentiated all the same, and learns nothing.
27. A mask from outside, as it came, lets something through. Fails: nothing is left of a row.
28. What a constructor is given may be the model: where what it returns is differentiated at once, hazards on
    the way are of consequence. Fails: a callable without weights, beside the model.
29. Optimisers keep the bounds that a call states, and begin at the start that it states. Fails: methods that
    ignore bounds; another call whose numbers are not written down has a run of its own.
30. Functions handed to a call that differentiates another one (metrics, callbacks) are not differentiated unless
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
