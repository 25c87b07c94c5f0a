"""Where every node of a syntax tree stands, as offsets into the text.

LibCST knows no positions. Generating the code again with a state that counts instead of writing
gives them; parentheses and leading blank lines are outside of a node, as in LibCST's own syntactic
positions.
"""

from __future__ import annotations

import libcst as cst


class _Position:
    """Records where a node begins and ends; a context manager without a generator behind it."""

    __slots__ = ("end_node", "node", "start_node", "state")

    def __init__(
        self,
        state: OffsetState,
        node: cst.CSTNode,
        start_node: cst.CSTNode | None,
        end_node: cst.CSTNode | None,
    ) -> None:
        self.state = state
        self.node = node
        self.start_node = start_node
        self.end_node = end_node

    def __enter__(self) -> None:
        self.state.starts[id(self.node)] = self.state.offset

    def __exit__(self, *_: object) -> None:
        state, node = self.state, self.node
        if self.start_node is not None:
            state.starts[id(node)] = state.starts.get(id(self.start_node), state.starts[id(node)])
        state.ends[id(node)] = (
            state.offset if self.end_node is None else state.ends.get(id(self.end_node), state.offset)
        )


class OffsetState:
    """The state of a code generation that only counts; offsets are code points."""

    def __init__(self, newline: str, indent: str) -> None:
        self.default_newline = newline
        self.default_indent = indent
        self.provider = None
        self.indent_tokens: list[str] = []
        self.indent = 0
        self.offset = 0
        self.starts: dict[int, int] = {}
        self.ends: dict[int, int] = {}
        self.tokens = [""]  # the library asks only whether there are any

    def increase_indent(self, value: str) -> None:
        """Enter an indented block."""
        self.indent_tokens.append(value)
        self.indent += len(value)

    def decrease_indent(self) -> None:
        """Leave an indented block."""
        self.indent -= len(self.indent_tokens.pop())

    def add_indent_tokens(self) -> None:
        """The indentation of a line."""
        self.offset += self.indent

    def add_token(self, value: str) -> None:
        """A piece of text."""
        self.offset += len(value)

    def pop_trailing_newline(self) -> None:
        """Called after a module without a final newline: the newline just written is not there."""
        self.offset -= len(self.default_newline)

    def before_codegen(self, node: cst.CSTNode) -> None:
        """A node begins."""
        self.starts[id(node)] = self.offset

    def after_codegen(self, node: cst.CSTNode) -> None:
        """A node ends."""
        self.ends.setdefault(id(node), self.offset)

    def record_syntactic_position(
        self,
        node: cst.CSTNode,
        *,
        start_node: cst.CSTNode | None = None,
        end_node: cst.CSTNode | None = None,
    ) -> _Position:
        """Where the node proper begins and ends."""
        return _Position(self, node, start_node, end_node)


def offsets(module: cst.Module) -> tuple[dict[int, int], dict[int, int], int]:
    """Start and end offsets by `id(node)`, and the length of the generated text."""
    state = OffsetState(module.default_newline, module.default_indent)
    module._codegen(state)  # type: ignore[arg-type]
    return state.starts, state.ends, state.offset
