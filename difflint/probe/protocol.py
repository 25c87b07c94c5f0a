"""What parent and child tell each other, as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from difflint.source import Position, Span
from difflint.verdict import Curve, Side, Witness


@dataclass(frozen=True, slots=True)
class Target:
    """One function of a file: its qualified name, the lines of its definition, what it takes and what is stated.

    `record` is the file with a recorded call, `factory` the user's function that makes arguments, if
    there is one. `wanted` are first and last lines of the findings; `listed`: all points are, curves
    are made of them wherever they lie.
    """

    name: str
    first: int
    last: int
    parameters: tuple[str, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    record: str = ""
    factory: str = ""
    wanted: tuple[tuple[int, int], ...] = ()
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to look and to prove, and what a function may use: seconds, bytes."""

    samples: int = 24
    budget: int = 600
    boxes: int = 1
    seed: int = 0
    timeout: float = 20.0
    memory: int = 4 << 30
    effects: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """One file to probe: where it is, its module name and import root, its backend and its functions.

    `folders` are where else modules are looked for.
    """

    path: str
    module: str
    root: str
    backend: str
    targets: tuple[Target, ...]
    effort: Effort
    folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """A point as the child reports it: the expressions responsible and the witness."""

    kind: str
    spans: tuple[Span, ...]
    witness: Witness


@dataclass(frozen=True, slots=True)
class Proof:
    """Expressions and kinds of events that no input of a box has, and those that some may have.

    `box` is the box as text, `open` why nothing could be proven.
    """

    absent: tuple[tuple[Span, str], ...]
    present: tuple[tuple[Span, str], ...]
    boxes: int
    box: str
    open: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What probing one function gave. `problem` says why it could not be called, empty if it could.

    `others` are lines that ran only with another argument than the usual one, with that argument;
    `obstacles` say what kept the call away from the lines of a finding.
    """

    name: str
    problem: str = ""
    points: tuple[Seen, ...] = ()
    lines: frozenset[int] = frozenset()
    margins: tuple[tuple[Span, float | None], ...] = ()
    inputs: str = ""
    evaluations: int = 0
    notes: tuple[str, ...] = ()
    proof: Proof | None = None
    others: tuple[tuple[str, frozenset[int]], ...] = ()
    obstacles: tuple[tuple[int, str], ...] = ()


def encode(item: Any) -> str:
    """A dataclass as one line of JSON; numbers that are not finite stay numbers."""
    return json.dumps(asdict(item), default=_plain)


def _plain(item: Any) -> Any:
    return sorted(item) if isinstance(item, (set, frozenset)) else str(item)


def decode_task(text: str) -> Task:
    """The task of a child."""
    data = json.loads(text)
    targets = tuple(
        Target(
            item["name"],
            item["first"],
            item["last"],
            tuple(item["parameters"]),
            item["inputs"],
            {name: (low, high) for name, (low, high) in item["ranges"].items()},
            item["record"],
            item["factory"],
            tuple((first, last) for first, last in item["wanted"]),
            item["listed"],
        )
        for item in data["targets"]
    )
    return Task(
        data["path"], data["module"], data["root"], data["backend"], targets, Effort(**data["effort"]),
        tuple(data["folders"]),
    )  # fmt: skip


def decode_report(data: Mapping[str, Any]) -> Report:
    """A report of a child."""
    return Report(
        data["name"],
        data["problem"],
        tuple(
            Seen(item["kind"], tuple(map(_span, item["spans"])), _witness(item["witness"])) for item in data["points"]
        ),
        frozenset(data["lines"]),
        tuple((_span(span), margin) for span, margin in data["margins"]),
        data["inputs"],
        data["evaluations"],
        tuple(data["notes"]),
        _proof(data["proof"]) if data["proof"] else None,
        tuple((text, frozenset(lines)) for text, lines in data["others"]),
        tuple((line, text) for line, text in data["obstacles"]),
    )


def _proof(data: Mapping[str, Any]) -> Proof:
    absent, present = (tuple((_span(span), kind) for span, kind in data[key]) for key in ("absent", "present"))
    return Proof(absent, present, data["boxes"], data["box"], data["open"])


def _span(data: Mapping[str, Any]) -> Span:
    return Span(data["path"], Position(**data["start"]), Position(**data["end"]))


def _witness(data: Mapping[str, Any]) -> Witness:
    sides = {key: Side(**data[key]) if data[key] else None for key in ("at", "left", "right")}
    return Witness(
        data["function"],
        data["kind"],
        tuple((name, value) for name, value in data["inputs"]),
        sides["at"],
        sides["left"],
        sides["right"],
        data["detail"],
        tuple(data["replay"]),
        Curve(**{key: tuple(numbers) for key, numbers in data["curve"].items()}) if data["curve"] else None,
    )
