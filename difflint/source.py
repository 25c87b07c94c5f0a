"""Files and places in them."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a file: `line` and `column` are 1-based, columns count Unicode code points."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A range in a file; `end` is exclusive."""

    path: str
    start: Position
    end: Position

    def contains(self, other: Span) -> bool:
        """Whether another span lies inside this one."""
        return self.path == other.path and self.start <= other.start and other.end <= self.end


class Lines:
    """Converts offsets in a text to positions and finds lines.

    Line ends are `\\n`, `\\r\\n` and `\\r`, as in Python source; form feeds do not end a line.
    """

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(text))]

    def position(self, offset: int) -> Position:
        """The position of an offset into the text."""
        line = bisect_right(self._starts, offset)
        return Position(line, offset - self._starts[line - 1] + 1)

    def span(self, start: int, end: int) -> Span:
        """The span between two offsets."""
        return Span(self.path, self.position(start), self.position(end))

    def line(self, number: int) -> str:
        """The text of a 1-based line without its line end."""
        start = self._starts[number - 1]
        end = self._starts[number] if number < len(self._starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    def __len__(self) -> int:
        return len(self._starts)


@dataclass(frozen=True, slots=True)
class Pragma:
    """A comment `# difflint: verb…`; `alone` says that nothing but the comment is on its line.

    `line` and `column` are 1-based. `arguments` is the text behind the verb, brackets included.
    """

    line: int
    column: int
    verb: str
    arguments: str
    alone: bool


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a file has no syntax tree, and where; `line` and `column` are 1-based."""

    message: str
    line: int
    column: int
