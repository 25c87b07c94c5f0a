"""Where every node of a syntax tree stands, as offsets into the text.

LibCST knows no positions, and asking it to generate the code again costs twice the parse. The tree
says which tokens come next and the text says where: one walk over the tree moves a cursor from
token to token, and whatever lies between two of them (blanks, comments, line ends) is skipped
without looking at the nodes that hold it. A node's own parentheses are outside of it, as in
LibCST's own syntactic positions.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import libcst as cst

# One line per type of node: its tokens (behind a ') and fields in the order of the text. Fields and
# patterns (behind a ?) may be missing. A node ends at |, or with its last part.
_LAYOUTS = {
    # expressions
    "Arg": "star keyword equal value | comma",
    "Attribute": "value dot attr",
    "Await": "'await expression",
    "BinaryOperation": "left operator right",
    "BooleanOperation": "left operator right",
    "Call": "func '( args ')",
    "CompFor": "asynchronous 'for target 'in iter ifs inner_for_in",
    "CompIf": "'if test",
    "Comparison": "left comparisons",
    "ComparisonTarget": "operator comparator",
    "ConcatenatedString": "left right",
    "Dict": "lbrace elements rbrace",
    "DictComp": "lbrace key ': value for_in rbrace",
    "DictElement": "key ': value | comma",
    "Element": "value | comma",
    "Ellipsis": "'...",
    "Float": "value",
    "FormattedString": "start parts end",
    "FormattedStringExpression": "'{ expression equal ?! conversion ?: format_spec '}",
    "From": "'from item",
    "GeneratorExp": "elt for_in",
    "IfExp": "body 'if test 'else orelse",
    "Imaginary": "value",
    "Index": "star value",
    "Integer": "value",
    "Lambda": "'lambda params colon body",
    "List": "lbracket elements rbracket",
    "ListComp": "lbracket elt for_in rbracket",
    "Name": "value",
    "NamedExpr": "target ':= value",
    "Param": "star name | annotation equal default comma",
    "ParamSlash": "'/ comma",
    "ParamStar": "'* comma",
    "Parameters": "posonly_params posonly_ind params star_arg kwonly_params star_kwarg",
    "Set": "lbrace elements rbrace",
    "SetComp": "lbrace elt for_in rbrace",
    "SimpleString": "value",
    "Slice": "lower first_colon upper second_colon step",
    "StarredDictComp": "lbrace '** value for_in rbrace",
    "StarredDictElement": "'** value | comma",
    "StarredElement": "'* value | comma",
    "Subscript": "value lbracket slice rbracket",
    "SubscriptElement": "slice | comma",
    "TemplatedString": "start parts end",
    "TemplatedStringExpression": "'{ expression equal ?! conversion ?: format_spec '}",
    "Tuple": "elements",
    "UnaryOperation": "operator expression",
    "Yield": "'yield value",
    # small statements
    "AnnAssign": "target annotation equal value | semicolon",
    "Annotation": "?:|-> annotation",
    "AsName": "'as name",
    "Assert": "'assert test comma msg | semicolon",
    "Assign": "targets value | semicolon",
    "AssignTarget": "target | '=",
    "AugAssign": "target operator value | semicolon",
    "Break": "'break | semicolon",
    "Continue": "'continue | semicolon",
    "Del": "'del target | semicolon",
    "Expr": "value | semicolon",
    "Global": "'global names | semicolon",
    "Import": "'import names | semicolon",
    "ImportAlias": "name asname | comma",
    "ImportFrom": "'from relative module 'import lpar names rpar | semicolon",
    "LazyImport": "'lazy 'import names | semicolon",
    "LazyImportFrom": "'lazy 'from relative module 'import lpar names rpar | semicolon",
    "NameItem": "name | comma",
    "Nonlocal": "'nonlocal names | semicolon",
    "ParamSpec": "'** name",
    "Pass": "'pass | semicolon",
    "Raise": "'raise exc cause | semicolon",
    "Return": "'return value | semicolon",
    "TypeAlias": "'type name type_parameters '= value | semicolon",
    "TypeParam": "param equal star default comma",
    "TypeParameters": "lbracket params rbracket",
    "TypeVar": "name colon bound",
    "TypeVarTuple": "'* name",
    # compound statements
    "ClassDef": "decorators 'class name type_parameters lpar bases keywords rpar ': body",
    "Decorator": "'@ decorator",
    "Else": "'else ': body",
    "ExceptHandler": "'except type name ': body",
    "ExceptStarHandler": "'except '* type name ': body",
    "Finally": "'finally ': body",
    "For": "asynchronous 'for target 'in iter ': body orelse",
    "FunctionDef": "decorators asynchronous 'def name type_parameters '( params ') returns ': body",
    "If": "?elif|if test ': body orelse",
    "IndentedBlock": "body",
    "Module": "body",
    "SimpleStatementLine": "body",
    "SimpleStatementSuite": "body",
    "Try": "'try ': body handlers orelse finalbody",
    "TryStar": "'try ': body handlers orelse finalbody",
    "While": "'while test ': body orelse",
    "With": "asynchronous 'with lpar items rpar ': body",
    "WithItem": "item asname | comma",
    # patterns
    "Match": "'match subject ': cases",
    "MatchAs": "pattern ?as\\b name ?_\\b",
    "MatchCase": "'case pattern ?if\\b guard ': body",
    "MatchClass": "cls '( patterns kwds ')",
    "MatchKeywordElement": "key '= pattern | comma",
    "MatchList": "lbracket patterns rbracket",
    "MatchMapping": "lbrace elements ?\\*\\* rest trailing_comma rbrace",
    "MatchMappingElement": "key ': pattern | comma",
    "MatchOr": "patterns",
    "MatchOrElement": "pattern separator",
    "MatchSequenceElement": "value | comma",
    "MatchSingleton": "value",
    "MatchStar": "'* name ?_\\b | comma",
    "MatchTuple": "patterns",
    "MatchValue": "value",
}
_WITHOUT_FIELDS: tuple[type[cst.CSTNode], ...] = (
    *(cst.Asynchronous, cst.Colon, cst.Comma, cst.Dot, cst.ImportStar, cst.Semicolon, cst.AssignEqual),
    *(cst.LeftParen, cst.LeftSquareBracket, cst.LeftCurlyBrace),
    *(cst.RightParen, cst.RightSquareBracket, cst.RightCurlyBrace),
    *cst.BaseUnaryOp.__subclasses__(),
    *cst.BaseBooleanOp.__subclasses__(),
    *cst.BaseBinaryOp.__subclasses__(),
    *cst.BaseCompOp.__subclasses__(),
    *cst.BaseAugOp.__subclasses__(),
)
_SKIPPED = re.compile(r"(?:[ \t\f\r\n]+|\\\r?\n|\\\r|#[^\r\n]*)*")
_BLANK = " \t\f\r\n\\#"


def _part(word: str) -> str:
    """One part of a node as an expression: a token, an optional pattern, the end, or a field."""
    if word == "|":
        return "id(node)"
    if word[0] == "'":
        return repr(word[1:])
    return f"pattern({word[1:]!r})" if word[0] == "?" else f"node.{word}"


def _compile(layout: str) -> Callable[[Any], tuple[object, ...]]:
    """A function from a node to its parts, the last one first: they go onto a stack.

    Made from text as the standard library makes the methods of dataclasses: a loop over the parts
    would take twice as long.
    """
    words = layout.split()
    words = words if "|" in words else [*words, "|"]
    parts = ", ".join(map(_part, reversed(words)))
    made: Callable[[Any], tuple[object, ...]] = eval(f"lambda node: ({parts},)", {"pattern": re.compile})
    return made


def _token(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    """The text of a node without fields, the last word first: `not in` is two."""
    return tuple(reversed(cst.Module([]).code_for_node(kind()).split()))


_PARTS = {getattr(cst, name): _compile(layout) for name, layout in _LAYOUTS.items() if hasattr(cst, name)}
_TOKENS = {kind: _token(kind) for kind in _WITHOUT_FIELDS}
_BRACKETED = frozenset(kind for kind in _PARTS if issubclass(kind, (cst.BaseExpression, cst.MatchPattern)))
_RAW = frozenset(getattr(cst, name) for name in ("FormattedStringText", "TemplatedStringText") if hasattr(cst, name))


def offsets(module: cst.Module, text: str) -> tuple[dict[int, int], dict[int, int]]:
    """Start and end offsets by `id(node)`; ValueError where the tree does not tell of this text."""
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    position = 0
    pending: list[Any] = [module]
    while pending:
        item = pending.pop()
        kind = type(item)
        if kind is cst.Name and not item.lpar:  # what the general case does, at once: many nodes are names
            word = item.value
            if not text.startswith(word, position):
                position = _behind(word, text, position) - len(word)
            starts[id(item)] = position
            position += len(word)
            ends[id(item)] = position
        elif kind in _PARTS:
            if kind in _BRACKETED:
                for _ in item.lpar:
                    position = _behind("(", text, position)
                pending.extend(")" * len(item.rpar))
            if text[position : position + 1] in _BLANK:
                position = _next(text, position)
            starts[id(item)] = position
            pending.extend(_PARTS[kind](item))
        elif kind is int:
            ends[item] = position
        elif kind is str:
            position = position + len(item) if text.startswith(item, position) else _behind(item, text, position)
        elif kind in _TOKENS:
            pending.extend(_TOKENS[kind])
        elif kind is tuple or kind is list:
            pending.extend(reversed(item))
        elif kind in _RAW:
            position += len(item.value)
        elif kind is re.Pattern:
            found = item.match(text, _next(text, position))
            position = found.end() if found else position
    return starts, ends


def _next(text: str, position: int) -> int:
    """Where the next token begins."""
    found = _SKIPPED.match(text, position)
    return found.end() if found else position


def _behind(token: str, text: str, position: int) -> int:
    """Where a token that comes next ends."""
    if not text.startswith(token, position):
        position = _next(text, position)
        if not text.startswith(token, position):
            raise ValueError(f"expected {token!r} at offset {position}")
    return position + len(token)
