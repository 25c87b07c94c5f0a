"""One file: bytes to text, text to tree, tree to IR. Never raises for any bytes."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from dataclasses import dataclass

import libcst as cst

from difflint import ir
from difflint.lower.depth import too_deep
from difflint.lower.offsets import offsets
from difflint.lower.statement import Lowering
from difflint.source import Lines, Pragma, Unreadable

_PLACE = re.compile(r"(?:parser error: )?error at (\d+):(\d+): (.*)$")
_PRAGMA = re.compile(r"#\s*difflint:\s*([a-z-]+)\s*(.*?)\s*$")
_BLANK = (tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)


@dataclass(frozen=True, slots=True)
class Lowered:
    """A lowered file, or why it could not be.

    `statements` are the first and last lines of simple statements and of the heads of others, where
    they take more than one line and the file has comments that concern us.
    """

    module: ir.Module | None
    pragmas: tuple[Pragma, ...]
    problem: Unreadable | None
    text: str = ""
    statements: tuple[tuple[int, int], ...] = ()


def lower_file(path: str, name: str, data: bytes, package: bool) -> Lowered:
    """Lower the bytes of one file; `name` is its dotted module name."""
    try:
        text = decode(data)
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        return Lowered(None, (), _undecodable(error, data))
    problem = _null(text) or too_deep(text)
    if problem is not None:
        return Lowered(None, (), problem, text)
    pragmas, statements = _comments(text) if "difflint:" in text else ((), ())
    try:
        tree = cst.parse_module(text)
        lowering = Lowering(name, package, *offsets(tree, text))
        body = lowering.block(tree.body)
    except cst.ParserSyntaxError as error:
        return Lowered(None, pragmas, _unparsable(error, text), text, statements)
    except RecursionError:
        return Lowered(None, pragmas, Unreadable("nested too deeply to be analysed", 1, 1), text, statements)
    except (cst.CSTValidationError, ValueError, AttributeError, TypeError) as error:
        return Lowered(None, pragmas, Unreadable(f"not understood: {error}", 1, 1), text, statements)
    module = ir.Module(name, path, text, package, body, frozenset(lowering.imports))
    return Lowered(module, pragmas, None, text, statements)


def decode(data: bytes) -> str:
    """The text of a Python file: its coding line or byte order mark decides, UTF-8 otherwise."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    text = data.decode(encoding)
    return text.removeprefix("\ufeff")


def _undecodable(error: Exception, data: bytes) -> Unreadable:
    if isinstance(error, SyntaxError):
        error = _stumble(data) or error
    if isinstance(error, UnicodeDecodeError):
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        found = data[error.start]
        return Unreadable(f"not {error.encoding}: byte 0x{found:02x}", line, column)
    return Unreadable(str(error), 1, 1)


def _stumble(data: bytes) -> UnicodeDecodeError | None:
    """The byte in the first two lines at which the search for a coding line gave up without naming it."""
    try:
        b"".join(data.splitlines(keepends=True)[:2]).decode()
    except UnicodeDecodeError as error:
        return error
    return None


def _null(text: str) -> Unreadable | None:
    offset = text.find("\0")
    if offset < 0:
        return None
    position = Lines("", text).position(offset)
    return Unreadable("a null character", position.line, position.column)


def _unparsable(error: cst.ParserSyntaxError, text: str) -> Unreadable:
    """The parser's message without its own notion of the place, whose columns are 0-based.

    Its tokenizer knows no places: Python says where that stumbles.
    """
    first = error.message.strip().splitlines()[0] if error.message.strip() else "invalid syntax"
    match = _PLACE.match(first)
    if match:
        return Unreadable(f"invalid syntax, {match.group(3)}", int(match.group(1)), int(match.group(2)) + 1)
    line, column = _place(text) or (error.raw_line, error.raw_column + 1)
    return Unreadable(first, max(line, 1), max(column, 1))


def _place(text: str) -> tuple[int, int] | None:
    """Where Python itself finds a text wrong."""
    try:
        with warnings.catch_warnings(action="ignore"):
            compile(text, "<file>", "exec", dont_inherit=True, flags=ast.PyCF_ONLY_AST)
    except SyntaxError as error:
        return (error.lineno or 1, error.offset or 1)
    except (ValueError, MemoryError, RecursionError):
        return None
    return None


def _comments(text: str) -> tuple[tuple[Pragma, ...], tuple[tuple[int, int], ...]]:
    """The comments that concern us, and the lines of every statement that takes more than one."""
    found: list[Pragma] = []
    statements: list[tuple[int, int]] = []
    first = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
            if token.type == tokenize.COMMENT:
                match = _PRAGMA.search(token.string)
                if match:
                    alone = not token.line[: token.start[1]].strip()
                    found.append(Pragma(token.start[0], token.start[1] + 1, match.group(1), match.group(2), alone))
            elif token.type == tokenize.NEWLINE:
                if first and token.start[0] > first:
                    statements.append((first, token.start[0]))
                first = 0
            elif token.type not in _BLANK:
                first = first or token.start[0]
    except (tokenize.TokenError, SyntaxError, IndentationError):
        pass  # what stands before the error still counts
    return tuple(found), tuple(statements)
