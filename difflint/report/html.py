"""One page with everything: findings by file, source, witnesses, pictures and rules; it needs nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files as resources
from itertools import groupby
from string import Template

from difflint import __version__
from difflint.catalogue.model import Check
from difflint.diagnostic import Diagnostic
from difflint.probe.run import Answers, Probed
from difflint.report import svg
from difflint.report.escape import markup
from difflint.report.verdict import (
    NOTHING,
    call_lines,
    counted,
    number,
    place_of,
    proven_line,
    smooth_lines,
    summary,
)  # fmt: skip
from difflint.source import Lines, Span
from difflint.verdict import Outcome, Side, Verdict, Witness

_AROUND = 2
"""Lines of source above and below a finding."""
_LONGEST = 12
"""Of an expression over more lines only the first are shown."""
_LEVEL = 3
"""Headings of a rule's text are so many levels deeper in the page."""


def render(
    diagnostics: Sequence[Diagnostic],
    files: int,
    lines: Mapping[str, Lines],
    checks: Mapping[str, Check],
    answers: Answers = NOTHING,
    errors: Sequence[str] = (),
    points: bool = False,
) -> str:
    """The report as a page, pure ASCII; `points` lists what was probed and every point that was found."""
    body: list[str] = [*_head(diagnostics, files, answers, errors)]
    for number_of_file, (path, found) in enumerate(groupby(diagnostics, key=lambda item: item.span.path)):
        body.append(f'<section>\n<h2 id="file-{number_of_file}">{markup(path)}</h2>')
        body += (part for item in found for part in _finding(item, lines.get(path)))
        body.append("</section>")
    body += _proven(answers)
    if points:
        body += _functions(answers.probed)
    body += _rules(checks[code] for code in sorted({item.code for item in diagnostics}))
    body.append(f'<footer class="soft">difflint {__version__}</footer>')
    page = Template(resources("difflint.report").joinpath("page.html").read_text(encoding="utf-8"))
    return page.substitute(title=markup(counted(diagnostics, files)), style=svg.STYLE, body="\n".join(body))


def _head(diagnostics: Sequence[Diagnostic], files: int, answers: Answers, errors: Sequence[str]) -> Iterator[str]:
    yield f"<h1>difflint</h1>\n<p>{markup(counted(diagnostics, files))}</p>"
    if answers.probed:
        yield f"<p>{markup(summary(diagnostics, answers))}</p>"
    for line in errors:
        yield f'<p class="error"><b class="severity">not checked</b> {markup(line)}</p>'
    if diagnostics:
        paths = Counter(item.span.path for item in diagnostics)
        rules = Counter((item.code, item.name) for item in diagnostics)
        yield '<div class="counts">\n<table>\n<tr><th>findings</th><th>file</th></tr>'
        for position, (path, count) in enumerate(paths.items()):
            yield f'<tr><td class="number">{count}</td><td><a href="#file-{position}">{markup(path)}</a></td></tr>'
        yield "</table>\n<table>\n<tr><th>findings</th><th>rule</th></tr>"
        for (code, name), count in sorted(rules.items(), key=lambda entry: (-entry[1], entry[0])):
            yield f'<tr><td class="number">{count}</td><td>{_rule_link(code)} {markup(name)}</td></tr>'
        yield "</table>\n</div>"


def _rule_link(code: str) -> str:
    return f'<a href="#{markup(code)}">{markup(code)}</a>'


def _finding(item: Diagnostic, lines: Lines | None) -> Iterator[str]:
    severity, start = item.severity.value, item.span.start
    yield f'<article class="finding {severity}">'
    yield (
        f'<h3><span class="severity">{severity}</span> {_rule_link(item.code)} {markup(item.name)} '
        f'<span class="soft">{start.line}:{start.column} {item.certainty.value}</span></h3>'
    )
    if lines is not None:
        yield from _source(item.span, lines)
    yield f"<p>{_prose(item.message)}</p>"
    if len(item.trace) > 1:
        yield f"<details open><summary>{len(item.trace)} steps from the source</summary>\n<ol>"
        for step in item.trace:
            place = markup(f"{step.span.path}:{step.span.start.line}")
            yield f'<li><span class="soft">{place}</span> {_prose(step.text)}</li>'
        yield "</ol></details>"
    if item.suggestion:
        yield f'<p class="help"><b>help</b> {_prose(item.suggestion)}</p>'
    if item.verdict is not None:
        yield from _verdict(item.verdict)
    yield "</article>"


def _source(span: Span, lines: Lines) -> Iterator[str]:
    """The lines around a finding, with the expression marked."""
    if span.start.line > len(lines):
        return
    last = min(span.end.line, span.start.line + _LONGEST, len(lines))
    shown = list(range(max(span.start.line - _AROUND, 1), min(last + _AROUND, len(lines)) + 1))
    for end in (0, -1):
        while shown[end] != span.start.line and not lines.line(shown[end]).strip():
            del shown[end]
    width = len(str(shown[-1]))
    rows = [(f"{row:>{width}} ", _marked(row, span, lines.line(row))) for row in shown]
    numbered = [f'<span class="number-of-line">{place}</span>{code}' for place, code in rows]
    yield '<pre class="source">' + "\n".join(numbered) + "</pre>"


def _marked(row: int, span: Span, line: str) -> str:
    if not span.start.line <= row <= span.end.line:
        return _code(line)
    first = span.start.column - 1 if row == span.start.line else len(line) - len(line.lstrip())
    last = span.end.column - 1 if row == span.end.line else len(line)
    return f"{_code(line[:first])}<mark>{_code(line[first:last])}</mark>{_code(line[last:])}"


def _prose(text: str) -> str:
    """A sentence, whose parts between backquotes are code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return markup(text)
    return "".join(f"<code>{markup(part)}</code>" if k % 2 else markup(part) for k, part in enumerate(parts))


def _code(line: str) -> str:
    """Source text, whose tabs stay."""
    return "\t".join(map(markup, line.split("\t")))


def _verdict(verdict: Verdict) -> Iterator[str]:
    kind = {Outcome.CONFIRMED: " confirmed", Outcome.PROVEN_ABSENT: " proven"}.get(verdict.outcome, "")
    detail = f": {markup(verdict.detail)}" if verdict.detail else ""
    yield f'<p><span class="verdict{kind}">{verdict.outcome.value}</span>{detail}</p>'
    if verdict.witness is not None:
        yield from _witness(verdict.witness)


def _witness(witness: Witness) -> Iterator[str]:
    yield '<pre class="inputs">' + "\n".join(markup(f"{name} = {value}") for name, value in witness.inputs) + "</pre>"
    sides = [("before", witness.left), ("at", witness.at), ("after", witness.right)]
    if any(side for _, side in sides):
        yield "<table>\n<tr><th></th><th>value</th><th>slope</th></tr>"
        yield from (_side(name, side) for name, side in sides if side is not None)
        yield "</table>"
    if witness.detail:
        yield f"<p>{markup(witness.detail)}</p>"
    if witness.curve is not None:
        yield f'<div class="plots">\n{svg.inline(witness.curve)}\n</div>'
    if witness.replay:
        replay = "\n".join(map(markup, witness.replay))
        yield f'<div class="replay"><pre>{replay}</pre><button type="button">copy</button></div>'


def _side(name: str, side: Side) -> str:
    slope = "" if side.slope is None else number(side.slope)
    cells = "".join(f'<td class="number">{text}</td>' for text in (number(side.value), slope))
    return f"<tr><th>{name}</th>{cells}</tr>"


def _proven(answers: Answers) -> Iterator[str]:
    if answers.proven:
        yield "<section>\n<h2>Proven absent</h2>\n<ul>"
        for fact in answers.proven:
            yield f"<li>{markup(place_of(fact.span.path, fact.span))} {markup(proven_line(fact))}</li>"
        yield "</ul>\n</section>"


def _functions(probed: Iterable[Probed]) -> Iterator[str]:
    """Every function that was probed, with the points where it is not smooth."""
    yield "<section>\n<h2>Functions probed</h2>"
    for item in probed:
        lines = [*call_lines(item), *smooth_lines(item.report)]
        yield '<article class="finding">\n' + "\n".join(f"<p>{markup(line)}</p>" for line in lines)
        for seen in item.report.points:
            place = markup(place_of("", seen.spans[0] if seen.spans else None))
            yield f'<details>\n<summary>{place} <span class="verdict">{markup(seen.kind)}</span></summary>'
            yield from _witness(seen.witness)
            yield "</details>"
        yield "</article>"
    yield "</section>"


def _rules(checks: Iterable[Check]) -> Iterator[str]:
    """What the rules say, each folded until it is asked for."""
    from markdown_it import MarkdownIt  # here, for no other format should wait for it

    yield "<section>\n<h2>Rules</h2>"
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    for check in checks:
        tokens = reader.parse(check.documentation)[3:]  # without the title, which the summary shows
        for token in tokens:
            if token.tag in ("h1", "h2", "h3"):
                token.tag = f"h{int(token.tag[1]) + _LEVEL - 1}"
        text = reader.renderer.render(tokens, reader.options, {}).encode("ascii", "xmlcharrefreplace").decode()
        title = f"<b>{markup(check.code)} {markup(check.name)}</b> {markup(check.summary)}"
        yield f'<details class="rule" id="{markup(check.code)}">\n<summary>{title}</summary>\n{text}</details>'
    yield "</section>"
