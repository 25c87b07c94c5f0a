"""The two formats, on findings made by hand."""

from __future__ import annotations

import io
import json
from dataclasses import replace

from difflint.diagnostic import Diagnostic, Severity
from difflint.facts import Certainty, Step
from difflint.report import json as machine
from difflint.report.text import render
from difflint.source import Lines, Position, Span
from difflint.verdict import Outcome, Verdict

SOURCE = "def f(x):\n\ty = torch.sqrt(x)\n    名 = torch.log(x) + 1\n"


def finding(line: int, start: int, end: int, path: str = "a.py", trace: int = 0) -> Diagnostic:
    span = Span(path, Position(line, start), Position(line, end))
    steps = tuple(Step(span, f"step {number}") for number in range(trace))
    return Diagnostic(
        "DIF301",
        "sqrt-at-zero",
        Severity.WARNING,
        Certainty.LIKELY,
        span,
        "the operand can be 0, where the derivative is infinite",
        "Add eps.",
        steps,
    )


def text(item: Diagnostic, stream: io.StringIO | None = None) -> list[str]:
    stream = stream or io.StringIO()
    render(stream, [item], 1, {item.span.path: Lines(item.span.path, SOURCE)})
    return stream.getvalue().splitlines()


def test_the_expression_is_underlined_behind_tabs_and_wide_characters() -> None:
    _, line, mark, *_ = text(finding(2, 6, 19))
    assert line[mark.index("^") :][: mark.count("^")] == "torch.sqrt(x)"

    _, line, mark, *_ = text(finding(3, 9, 21))
    assert mark.index("^") == line.index("torch") + 1  # 名 takes two cells
    assert mark.count("^") == len("torch.log(x)")


def test_a_path_is_shown_when_it_has_more_than_one_step() -> None:
    assert not any("step" in line for line in text(finding(2, 6, 19, trace=1)))
    assert [line for line in text(finding(2, 6, 19, trace=2)) if "step" in line] == [
        "    a.py:2 step 0",
        "    a.py:2 step 1",
    ]


def test_no_line_ends_in_blanks_and_places_stay_whole() -> None:
    path = "folder/" * 20 + "a.py"
    lines = text(finding(2, 6, 19, path))

    assert lines == [line.rstrip() for line in lines]
    assert lines[0] == f"{path}:2:6 warning DIF301 sqrt-at-zero"


def test_json_is_ascii_and_complete() -> None:
    item = finding(2, 6, 19, path="f\udcffö.py", trace=2)
    rendered = machine.render([item], 3)
    document = json.loads(rendered)

    assert rendered.isascii()
    assert document["version"] == 1
    assert document["summary"]["files"] == 3
    assert document["summary"]["by_severity"] == {"error": 0, "warning": 1, "info": 0}
    (found,) = document["diagnostics"]
    assert found["range"] == {"start": {"line": 2, "column": 6}, "end": {"line": 2, "column": 19}}
    assert [step["text"] for step in found["trace"]] == ["step 0", "step 1"]


def test_a_finding_that_is_only_possible_says_so() -> None:
    likely = finding(2, 6, 19)

    assert text(likely)[0] == "a.py:2:6 warning DIF301 sqrt-at-zero"
    assert text(replace(likely, certainty=Certainty.POSSIBLE))[0] == "a.py:2:6 warning DIF301 sqrt-at-zero (possible)"


def test_control_characters_of_a_file_do_not_reach_the_terminal() -> None:
    item = replace(finding(1, 5, 10, "a\x1b[2J\n.py", trace=2), message="the key `\x1b[2J`")
    stream = io.StringIO()
    render(stream, [item], 1, {item.span.path: Lines(item.span.path, "x = '\x1b[2J\x7f\x9b'\n")})
    head, line, mark, message, step, *_ = stream.getvalue().splitlines()

    assert head == "a?[2J?.py:1:5 warning DIF301 sqrt-at-zero"
    assert line == "    1 | x = '?[2J??'"
    assert mark.index("^") == line.index("'")
    assert message == "  the key `?[2J`"
    assert step == "    a?[2J?.py:1 step 0"


def test_the_message_of_an_exception_in_checked_code_stays_on_its_line() -> None:
    verdict = Verdict(Outcome.NOT_CALLABLE, "ValueError: a\x1b[2J\nb")

    assert "  not callable: ValueError: a?[2J?b" in text(replace(finding(2, 6, 19), verdict=verdict))


def test_an_empty_line_is_not_shown() -> None:
    assert not any("|" in line for line in text(finding(4, 1, 1)))
