"""Look before parsing: the parser's stack is not ours to protect, and depth costs it quadratic time."""

from __future__ import annotations

import io
import re
import tokenize
from dataclasses import dataclass

from difflint.source import Unreadable

BRACKETS = 400
"""Brackets nested deeper than this are not parsed."""
OPERATORS = 1000
"""Operators applied to each other's results more often than this are not parsed."""
_BRACKET = re.compile(r"[\[\](){}]")
_LONG_LINE = re.compile(rf"^.{{{OPERATORS},}}", re.MULTILINE)
_STRING = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
_OPERATOR = re.compile(r"[-+*/%@&|^~<>]|[=!]=|\.(?!\d)|(?<=[\w)\]])[\[(]|\b(?:not|and|or|if|else|await|lambda)\b")
_WORDS = frozenset(("not", "and", "or", "if", "else", "await", "lambda"))


@dataclass(slots=True)
class _Deepest:
    """The most brackets and operators around one token so far, and where that was; 1-based."""

    brackets: int = 0
    operators: int = 0
    line: int = 1
    column: int = 1

    def see(self, brackets: int, operators: int, place: tuple[int, int]) -> None:
        """Take one more token into account."""
        if brackets > self.brackets or operators > self.operators:
            self.line, self.column = place[0], place[1] + 1
            self.brackets, self.operators = max(brackets, self.brackets), max(operators, self.operators)


def too_deep(text: str) -> Unreadable | None:
    """Why a text nests too deeply to be parsed, if it does."""
    if not _is_suspicious(text):
        return None
    found = _deepest(text)
    for number, most, what in ((found.brackets, BRACKETS, "brackets"), (found.operators, OPERATORS, "operators")):
        if number > most:
            message = f"nested too deeply ({number} {what}), expected at most {most}"
            return Unreadable(message, found.line, found.column)
    return None


def _is_suspicious(text: str) -> bool:
    """A quick look at long lines and long brackets."""
    if any(_is_dense(line.group()) for line in _LONG_LINE.finditer(text)):
        return True
    depth = opened = 0
    for match in _BRACKET.finditer(text):
        if match.group() in "([{":
            opened = opened if depth else match.start()
            depth += 1
            if depth > BRACKETS:
                return True
        elif depth:
            depth -= 1
            if not depth and _is_dense(text[opened : match.end()]):
                return True
    return depth > 0 and _is_dense(text[opened:])


def _is_dense(part: str) -> bool:
    """Whether a part of the text has more operators than may be nested, if all of them were."""
    return len(part) > OPERATORS and len(_OPERATOR.findall(_STRING.sub("''", part))) > OPERATORS


def _deepest(text: str) -> _Deepest:
    """What encloses the deepest token: brackets, and operators since the last separator in each."""
    found = _Deepest()
    levels = [0]
    total = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            word = token.string
            if token.type == tokenize.NEWLINE or word in (",", ";", "="):
                total -= levels[-1]
                levels[-1] = 0
            elif word in (")", "]", "}"):
                total -= levels.pop() if len(levels) > 1 else 0
            elif word in _WORDS or (token.type == tokenize.OP and word != ":"):
                levels[-1] += 1
                total += 1
                if word in ("(", "[", "{"):
                    levels.append(0)
                found.see(len(levels) - 1, total, token.start)
    except (tokenize.TokenError, SyntaxError, IndentationError):
        found.brackets = max(found.brackets, BRACKETS + 1)
    return found
