"""Errors that end a run with exit status 2 and one clear line each."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a rule file or a configuration file.

    `place` names table and key, `found` what stands there, `expected` what may stand there.
    """

    path: str
    place: str
    found: str
    expected: str

    def __str__(self) -> str:
        where = f"{self.path}: {self.place}" if self.place else self.path
        return f"{where}: found {self.found}, expected {self.expected}"


class DifflintError(Exception):
    """A run that cannot go on. Its text is complete: it names file, place and expectation."""


class InvalidInput(DifflintError):
    """A file of rules or configuration with all of its problems, one a line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def closest(word: str, allowed: Iterable[str]) -> str:
    """The allowed word most like `word`, for vocabularies too large to list."""
    return repr(get_close_matches(word, sorted(allowed), n=1, cutoff=0.0)[0])


_LISTED = 60
"""More words than this are not listed one by one."""


def nearest(word: str, allowed: Iterable[str]) -> str:
    """The allowed words as text, with the nearest match to `word` first when there is one."""
    words = sorted(allowed)
    close = get_close_matches(word, words, n=1)
    if len(words) > _LISTED:
        return repr(close[0]) if close else f"one of {len(words)} words such as {words[0]!r}"
    listing = ", ".join(words)
    return f"{close[0]!r} (one of: {listing})" if close else f"one of: {listing}"
