"""Output for people: the source line with the expression underlined, what happens, what helps."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TextIO

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from difflint.diagnostic import Diagnostic, Severity
from difflint.facts import Certainty, Fact
from difflint.probe.run import Answers
from difflint.report.escape import CONTROL
from difflint.report.terminal import plot
from difflint.report.verdict import (
    NOTHING,
    call_lines,
    counted,
    place_of,
    point_lines,
    proven_line,
    smooth_lines,
    summary,
)  # fmt: skip
from difflint.report.verdict import lines as verdict_lines
from difflint.source import Lines
from difflint.verdict import Witness

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.INFO: "bold blue"}


def console(stream: TextIO) -> Console:
    """A console on a stream: colour only on terminals, never past what the stream can encode."""
    return Console(file=stream, highlight=False, soft_wrap=False, emoji=False, markup=False, safe_box=True)


def render(
    stream: TextIO,
    diagnostics: Sequence[Diagnostic],
    files: int,
    lines: Mapping[str, Lines],
    statistics: bool = False,
    unknown: Sequence[Fact] = (),
    answers: Answers = NOTHING,
    pictures: bool = True,
) -> None:
    """Write the report to a stream; `pictures` are curves below confirmed findings."""
    out = console(_Encodable(stream))
    if statistics:
        _statistics(out, diagnostics)
    else:
        for item in diagnostics:
            _one(out, item, lines.get(item.span.path), pictures)
    for fact in unknown:
        out.print(Text(f"{place_of(fact.span.path, fact.span)} unknown call {fact.call}"), soft_wrap=True)
    out.print(Text(counted(diagnostics, files)))
    for fact in answers.proven:
        out.print(Text(f"{place_of(fact.span.path, fact.span)} {proven_line(fact)}"), soft_wrap=True)
    if answers.probed:
        out.print(Text(summary(diagnostics, answers)))


def functions(stream: TextIO, answers: Answers) -> None:
    """Write what was probed, and every point that was found."""
    out = console(_Encodable(stream))
    for item in answers.probed:
        _unwrapped(out, call_lines(item))
        for seen in item.report.points:
            _unwrapped(out, point_lines(seen))
            _picture(out, seen.witness)
        _unwrapped(out, smooth_lines(item.report))
    out.print()


class _Encodable(io.StringIO):
    """Passes text on to a stream, with a question mark for what it cannot encode."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding of the stream below."""
        return getattr(self._stream, "encoding", None) or "utf-8"

    def isatty(self) -> bool:
        """Whether the stream below is a terminal."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """The descriptor of the stream below."""
        return self._stream.fileno()

    def write(self, text: str) -> int:
        """Write what can be written."""
        encoding = self.encoding
        self._stream.write(text.encode(encoding, "replace").decode(encoding))
        return len(text)

    def flush(self) -> None:
        """Flush the stream below."""
        self._stream.flush()


def _unwrapped(out: Console, lines: Sequence[str]) -> None:
    for line in lines:
        out.print(Text(line.translate(CONTROL)), soft_wrap=True)


def _picture(out: Console, witness: Witness) -> None:
    """Value and slope across a point; its lines are cut rather than wrapped."""
    if witness.curve is not None:
        for line in plot(out, witness.curve, 4):
            out.print(line, no_wrap=True, crop=True)


def _one(out: Console, item: Diagnostic, lines: Lines | None, pictures: bool) -> None:
    head = Text()
    head.append(f"{item.span.path.translate(CONTROL)}:{item.span.start.line}:{item.span.start.column}", "bold")
    head.append(" ")
    head.append(f"{item.severity.value}", _STYLES.get(item.severity, ""))
    head.append(f" {item.code} ", "bold")
    head.append(f"{item.name}", "dim")
    if item.certainty is Certainty.POSSIBLE:
        head.append(" (possible)", "dim")
    out.print(head, soft_wrap=True)
    if lines is not None:
        _excerpt(out, item, lines)
    _indented(out, Text(item.message.translate(CONTROL)), 2)
    if len(item.trace) > 1:
        for step in item.trace:
            place = f"{step.span.path}:{step.span.start.line}"
            _indented(out, Text.assemble((place.translate(CONTROL), "dim"), " ", step.text.translate(CONTROL)), 4)
    if item.verdict is not None:
        _unwrapped(out, [f"  {line}" for line in verdict_lines(item.verdict)])
        if pictures and item.verdict.witness is not None:
            _picture(out, item.verdict.witness)
    if item.suggestion:
        _indented(out, Text.assemble(("help: ", "bold green"), item.suggestion), 2)
    out.print()


def _indented(out: Console, text: Text, indent: int) -> None:
    """Wrapped lines without the blanks at their ends that a padded block would have."""
    for line in text.wrap(out, max(out.width - indent, 20)):
        line.rstrip()
        out.print(Text(" " * indent) + line, soft_wrap=True)


def _excerpt(out: Console, item: Diagnostic, lines: Lines) -> None:
    start, end = item.span.start, item.span.end
    if start.line > len(lines):
        return
    line = lines.line(start.line).translate(CONTROL)
    if not line.strip():
        return
    last = end.column - 1 if end.line == start.line else len(line)
    before, marked = line[: start.column - 1], line[start.column - 1 : last]
    gutter = f"{start.line:>5} | "
    width = max(out.width - len(gutter), 20)
    shift = 0
    if len(line.expandtabs(4)) > width and len(before.expandtabs(4)) > width // 2:
        shift = len(before) - width // 4
    indent = min((len(line) - len(line.lstrip())), len(before)) if not shift else shift
    shown = line[indent:].expandtabs(4)
    shown = set_cell_size(shown, min(cell_len(shown), width))
    offset = cell_len(before[indent:].expandtabs(4))
    length = max(1, min(cell_len(marked.expandtabs(4)), width - offset))
    out.print(Text.assemble((gutter, "dim"), shown), no_wrap=True, crop=True)
    mark = Text.assemble(
        (" " * (len(gutter) - 2) + "| ", "dim"), " " * offset, ("^" * length, _STYLES.get(item.severity, ""))
    )
    out.print(mark, no_wrap=True, crop=True)


def _statistics(out: Console, diagnostics: Sequence[Diagnostic]) -> None:
    counts = Counter((item.code, item.name) for item in diagnostics)
    if not counts:
        return
    out.print("count  code    name")
    for (code, name), count in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])):
        out.print(f"{count:>5}  {code:<6}  {name}", soft_wrap=True)
    out.print()
