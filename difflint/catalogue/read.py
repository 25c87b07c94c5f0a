"""Typed access to parsed tables that collects every problem instead of stopping at the first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import TypeVar

from difflint.domain.interval import Interval
from difflint.errors import Problem, nearest

E = TypeVar("E", bound=Enum)
T = TypeVar("T")
_MISSING = object()


class Table:
    """One table of one file; `place` names it in problems."""

    def __init__(self, path: str, place: str, content: object, problems: list[Problem]) -> None:
        self.path = path
        self.place = place
        self.problems = problems
        self.content: Mapping[str, object] = {}
        if isinstance(content, Mapping):
            self.content = content
        else:
            self.problem("", repr(content), "a table")

    def problem(self, key: str, found: str, expected: str) -> None:
        """Record a problem at a key."""
        place = ".".join(part for part in (self.place, key) if part)
        self.problems.append(Problem(self.path, f"[{place}]" if place else "", found, expected))

    def only(self, allowed: Iterable[str]) -> None:
        """Every other key is a problem."""
        words = set(allowed)
        for key in self.content:
            if key not in words:
                self.problem(key, f"unknown key {key!r}", nearest(key, words))

    def _get(self, key: str, kind: type | tuple[type, ...], expected: str, default: T) -> T:
        content = self.content.get(key, _MISSING)
        if content is _MISSING:
            return default
        if not isinstance(content, kind) or (isinstance(content, bool) and kind is not bool):
            self.problem(key, repr(content), expected)
            return default
        return content  # type: ignore[return-value]

    def text(self, key: str, default: str = "") -> str:
        """A text."""
        return self._get(key, str, "a text", default)

    def truth(self, key: str) -> bool:
        """A truth value, false if missing."""
        return self._get(key, bool, "true or false", False)

    def number(self, key: str, default: int) -> int:
        """An integer."""
        return self._get(key, int, "an integer", default)

    def real(self, key: str, default: float) -> float:
        """A number."""
        return float(self._get(key, (int, float), "a number", default))

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        content: list[object] = self._get(key, list, "a list of texts", [])
        for item in content:
            if not isinstance(item, str):
                self.problem(key, repr(item), "a text")
        return tuple(item for item in content if isinstance(item, str))

    def constants(self, key: str) -> tuple[object, ...]:
        """A list of texts, numbers and truth values."""
        content: list[object] = self._get(key, list, "a list of texts, numbers and truth values", [])
        for item in content:
            if not isinstance(item, (str, int, float)):
                self.problem(key, repr(item), "a text, a number or a truth value")
        return tuple(content)

    def reals(self, key: str) -> tuple[float, ...]:
        """A list of numbers."""
        content: list[object] = self._get(key, list, "a list of numbers", [])
        for item in content:
            if not isinstance(item, (int, float)) or isinstance(item, bool):
                self.problem(key, repr(item), "a number")
        return tuple(float(item) for item in content if isinstance(item, (int, float)))

    def word(self, key: str, words: type[E], default: E) -> E:
        """A word of an enum."""
        content = self.content.get(key, _MISSING)
        if content is _MISSING:
            return default
        return self.enum(key, content, words, default)

    def enum(self, key: str, content: object, words: type[E], default: E) -> E:
        """`content` as a word of an enum."""
        for word in words:
            if word.value == content:
                return word
        self.problem(key, repr(content), nearest(str(content), (str(word.value) for word in words)))
        return default

    def one_of(self, key: str, words: Iterable[str]) -> str:
        """A word of a closed list, or nothing."""
        content = self.text(key)
        if content and content not in set(words):
            self.problem(key, repr(content), nearest(content, words))
            return ""
        return content

    def interval(self, key: str, default: Interval) -> Interval:
        """An interval."""
        return self.parsed(key, Interval.parse, default)

    def parsed(self, key: str, parse: Callable[[str], T], default: T) -> T:
        """A text that `parse` understands."""
        content = self.text(key)
        if not content:
            return default
        try:
            return parse(content)
        except ValueError as error:
            self.problem(key, repr(content), f"an interval: {error}")
            return default

    def table(self, key: str) -> Table:
        """A table, empty if missing."""
        return Table(self.path, f"{self.place}.{key}" if self.place else key, self.content.get(key, {}), self.problems)

    def tables(self, key: str) -> list[Table]:
        """A list of tables."""
        content: list[object] = self._get(key, list, "a list of tables", [])
        return [
            Table(self.path, f"{self.place}.{key}[{index}]" if self.place else f"{key}[{index}]", item, self.problems)
            for index, item in enumerate(content)
        ]

    def keys(self) -> Iterable[str]:
        """The keys in the order of the file."""
        return self.content.keys()
