"""From lowered files to what the probe needs to know of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from difflint.catalogue.model import Catalogue
from difflint.domain.interval import Interval
from difflint.lower import Lowered
from difflint.probe.run import Subject

_OPEN = 1e-3
"""How far inside of an open end the box begins, as a share of its width (of one, if it is unbounded)."""
_WIDE = 2.0
"""The width of a box where a stated range has no end."""


def subjects(
    lowered: Mapping[str, Lowered],
    stated: Mapping[str, tuple[tuple[int, Mapping[str, Interval]], ...]],
    catalogue: Catalogue,
    cwd: Path,
) -> Iterator[Subject]:
    """Every file that could be parsed."""
    for path, item in lowered.items():
        if item.module is None:
            continue
        ranges = {
            line: {name: _box(found) for name, found in by_name.items()} for line, by_name in stated.get(path, ())
        }
        roots = {name.split(".")[0] for name in item.module.imports}
        frameworks = tuple(
            framework.name
            for framework in catalogue.frameworks.values()
            if framework.differentiable and roots & set(framework.modules)
        )
        yield Subject(path, str((cwd / path).resolve()), item.module.name, item.text, item.pragmas, ranges, frameworks)


def _box(interval: Interval) -> tuple[float, float]:
    """A bounded box inside of an interval; open ends are left out."""
    low = interval.lo if interval.lo > float("-inf") else min(-_WIDE, interval.hi - _WIDE)
    high = interval.hi if interval.hi < float("inf") else max(_WIDE, low + _WIDE)
    inside = _OPEN * (high - low)
    return (
        low + (0.0 if interval.contains(low) else inside),
        high - (0.0 if interval.contains(high) else inside),
    )
