"""Branch and bound: boxes are split until none of them may contain a surface, or the patience ends."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from difflint.probe.boxes.number import Ranged, box
from difflint.probe.boxes.paths import MOST, Infeasible, Open, Path, Surface, following

Run = Callable[[list[Ranged]], object]


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was proven: no input of the box reaches the surfaces in `absent`, some may reach those in `present`.

    `boxes` counts the boxes needed; `open` says why nothing at all could be proven.
    """

    absent: frozenset[Surface]
    present: frozenset[Surface]
    boxes: int
    open: str = ""


def certify(run: Run, low: list[float], high: list[float], roots: tuple[str, ...], most: int) -> Certificate:
    """Prove surfaces absent from a box with at most `most` smaller boxes."""
    pending = deque([(low, high)])
    visited: set[Surface] = set()
    present: set[Surface] = set()
    boxes = 0
    while pending:
        here = pending.popleft()
        boxes += 1
        try:
            seen, reachable, influence = _survey(run, *here, roots)
        except Open as reason:
            return Certificate(frozenset(), frozenset(), boxes, str(reason))
        visited |= seen
        doubtful = reachable - present
        if not doubtful:
            continue
        if boxes + len(pending) + 2 > most:
            present |= doubtful
            continue
        halves = _halves(*here, influence)
        if halves is None:
            present |= doubtful
        else:
            pending.extend(halves)
    return Certificate(frozenset(visited - present), frozenset(present), boxes)


def _survey(
    run: Run, low: list[float], high: list[float], roots: tuple[str, ...]
) -> tuple[set[Surface], set[Surface], dict[int, float]]:
    """Surfaces visited, those some path through the box may reach, and how much every input moves those."""
    visited: set[Surface] = set()
    reachable: set[Surface] = set()
    influence: dict[int, float] = {}
    waiting: list[tuple[bool, ...]] = [()]
    for _ in range(MOST):
        if not waiting:
            return visited, reachable, influence
        path = Path(roots, waiting.pop())
        with following(path):
            try:
                run(box(low, high))
            except Infeasible:
                continue
            except AssertionError:
                pass  # the user excludes this part of the box; what ran before it counts
            except Open:
                raise
            except Exception as error:
                raise Open(f"{type(error).__name__}: {error}") from None
            finally:
                waiting += path.others
        visited |= path.visited
        reachable |= path.reachable
        for k, distance in path.influence.items():
            influence[k] = influence.get(k, 0.0) + distance
    return visited, reachable | visited, influence


def _halves(
    low: list[float], high: list[float], influence: dict[int, float]
) -> Iterable[tuple[list[float], list[float]]] | None:
    """Two boxes across the side that moves the doubtful operands most, None where no float lies between."""
    k = max(range(len(low)), key=lambda index: (influence.get(index, 0.0), high[index] - low[index]))
    middle = low[k] + (high[k] - low[k]) / 2
    if not low[k] < middle < high[k]:
        return None
    return (low, [*high[:k], middle, *high[k + 1 :]]), ([*low[:k], middle, *low[k + 1 :]], high)
