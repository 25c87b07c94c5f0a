"""Comments that silence diagnostics, and those that silence nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from difflint.diagnostic import Diagnostic
from difflint.domain.interval import Interval
from difflint.errors import InvalidInput, Problem
from difflint.source import Pragma

_WORDS = re.compile(r"^\s*(?:\[([^\]]*)\])?\s*(.*)$")
_RANGE = re.compile(r"([A-Za-z_]\w*)\s*=\s*([\[({][^\])}]*[\])}](?:\s+(?:integer|nonzero)\b)*)")
VERBS = ("ignore", "ignore-next-line", "ignore-file", "range", "probe")


@dataclass(slots=True)
class Suppression:
    """One comment: the first and last line it covers (all if None), the codes (all if empty), those used."""

    path: str
    pragma: Pragma
    lines: tuple[int, int] | None
    codes: tuple[str, ...]
    reason: str
    used: set[str] = field(default_factory=set)

    def covers(self, diagnostic: Diagnostic) -> bool:
        """Whether the comment silences a diagnostic."""
        if self.lines is not None:
            first, last = self.lines
            if diagnostic.span.end.line < first or last < diagnostic.span.start.line:
                return False
        return not self.codes or any(names(code, diagnostic) for code in self.codes)

    @property
    def unused(self) -> tuple[str, ...] | None:
        """The codes that silenced nothing, () if the comment has no codes at all, None if all did something."""
        left = tuple(code for code in self.codes if code not in self.used)
        return left if left or not self.used else None


def names(code: str, diagnostic: Diagnostic) -> bool:
    """Whether a word of a comment, a code, a prefix of one or a rule's name, names a diagnostic's rule."""
    return diagnostic.code.startswith(code) or diagnostic.name == code


def suppressions(path: str, pragmas: Iterable[Pragma], statements: Iterable[tuple[int, int]] = ()) -> list[Suppression]:
    """The silencing comments of one file; each covers the whole statement of the line it is about.

    `statements` are the first and last lines of those that take more than one.
    """
    extents = {line: extent for extent in statements for line in range(extent[0], extent[1] + 1)}
    found: list[Suppression] = []
    for pragma in pragmas:
        if pragma.verb not in ("ignore", "ignore-next-line", "ignore-file"):
            continue
        match = _WORDS.match(pragma.arguments)
        listed = match.group(1) if match else None
        codes = tuple(word.strip() for word in (listed or "").split(",") if word.strip())
        below = pragma.verb == "ignore-next-line" or pragma.alone
        line = pragma.line + 1 if below else pragma.line
        lines = None if pragma.verb == "ignore-file" else extents.get(line, (line, line))
        found.append(Suppression(path, pragma, lines, codes, match.group(2) if match else ""))
    return found


def apply(
    diagnostics: Iterable[Diagnostic], comments: Mapping[str, Sequence[Suppression]]
) -> tuple[list[Diagnostic], list[Suppression]]:
    """The diagnostics that remain, and the comments that silenced nothing."""
    remaining: list[Diagnostic] = []
    for diagnostic in diagnostics:
        silenced = False
        for comment in comments.get(diagnostic.span.path, ()):
            if comment.covers(diagnostic):
                comment.used.update(code for code in comment.codes if names(code, diagnostic))
                comment.used.add("")
                silenced = True
        if not silenced:
            remaining.append(diagnostic)
    unused = [comment for file in comments.values() for comment in file if comment.unused is not None]
    return remaining, unused


def reported(about: Diagnostic, comments: Iterable[Suppression]) -> bool:
    """Whether a diagnostic about a comment stays: only a comment that names its rule silences it."""
    return not any(comment.codes and comment.covers(about) for comment in comments)


def ranges(path: str, pragmas: Iterable[Pragma]) -> tuple[tuple[int, dict[str, Interval]], ...]:
    """The ranges a file states, by line. Raises InvalidInput for what cannot be read."""
    found: list[tuple[int, dict[str, Interval]]] = []
    problems: list[Problem] = []
    for pragma in pragmas:
        place = f"line {pragma.line}, column {pragma.column}"
        if pragma.verb not in VERBS:
            problems.append(Problem(path, place, f"`difflint: {pragma.verb}`", f"one of: {', '.join(VERBS)}"))
        if pragma.verb != "range":
            continue
        stated: dict[str, Interval] = {}
        rest = _RANGE.sub("", pragma.arguments)
        if "=" in rest or rest == pragma.arguments:
            problems.append(Problem(path, place, repr(rest.strip(" ,")), "ranges such as `x=(0, inf), p=[0, 1]`"))
        for name, text in _RANGE.findall(pragma.arguments):
            try:
                stated[name] = Interval.parse(text)
            except ValueError as error:
                problems.append(Problem(path, place, text, f"an interval: {error}"))
        found.append((pragma.line, stated))
    if problems:
        raise InvalidInput(problems)
    return tuple(found)
