"""Comments: what they silence, which of them did nothing, and ranges that cannot be read."""

from __future__ import annotations

import pytest

from difflint.diagnostic import Diagnostic, Severity
from difflint.errors import InvalidInput
from difflint.facts import Certainty
from difflint.source import Position, Pragma, Span
from difflint.suppress import apply, ranges, reported, suppressions


def finding(line: int, end: int | None = None, code: str = "DIF301") -> Diagnostic:
    span = Span("a.py", Position(line, 5), Position(end or line, 9))
    return Diagnostic(code, "sqrt-at-zero", Severity.WARNING, Certainty.LIKELY, span, "", "")


def comment(line: int, verb: str, arguments: str = "", alone: bool = False) -> Pragma:
    return Pragma(line, 1, verb, arguments, alone)


@pytest.mark.parametrize(
    ("pragma", "silenced"),
    [
        (comment(3, "ignore", "[DIF301] a reason"), [3]),
        (comment(3, "ignore"), [3]),
        (comment(3, "ignore", "[DIF3]"), [3]),
        (comment(3, "ignore", "[sqrt-at-zero]"), [3]),
        (comment(3, "ignore", "[DIF303]"), []),
        (comment(3, "ignore", "[DIF303, DIF301]"), [3]),
        (comment(3, "ignore", "[DIF301]", alone=True), [4]),
        (comment(3, "ignore-next-line", "[DIF301]", alone=True), [4]),
        (comment(1, "ignore-file", "[DIF301]", alone=True), [3, 4]),
    ],
)
def test_what_a_comment_silences(pragma: Pragma, silenced: list[int]) -> None:
    findings = [finding(3), finding(4)]
    remaining, _ = apply(findings, {"a.py": suppressions("a.py", [pragma])})

    assert [item.span.start.line for item in findings if item not in remaining] == silenced


def test_any_line_of_an_expression_counts() -> None:
    comments = {"a.py": suppressions("a.py", [comment(5, "ignore", "[DIF301]")])}

    assert apply([finding(3, end=5)], comments) == ([], [])


@pytest.mark.parametrize("line", [3, 4, 5, 6])
def test_any_line_of_the_statement_counts(line: int) -> None:
    comments = suppressions("a.py", [comment(line, "ignore", "[DIF301]")], [(3, 6)])

    assert apply([finding(4)], {"a.py": comments}) == ([], [])


@pytest.mark.parametrize("pragma", [comment(2, "ignore-next-line"), comment(2, "ignore", alone=True)])
def test_the_next_statement_counts_as_a_whole(pragma: Pragma) -> None:
    remaining, _ = apply([finding(4), finding(7)], {"a.py": suppressions("a.py", [pragma], [(3, 6)])})

    assert [item.span.start.line for item in remaining] == [7]


def test_a_comment_of_another_file_counts_for_nothing() -> None:
    remaining, unused = apply([finding(3)], {"b.py": suppressions("b.py", [comment(3, "ignore")])})

    assert len(remaining) == len(unused) == 1


def test_only_the_codes_that_did_nothing_are_unused() -> None:
    _, (half,) = apply([finding(3)], {"a.py": suppressions("a.py", [comment(3, "ignore", "[DIF301, DIF601]")])})

    assert half.unused == ("DIF601",)


def test_only_a_comment_that_names_the_rule_silences_a_finding_about_comments() -> None:
    about = finding(3, code="DIF002")

    assert reported(about, suppressions("a.py", [comment(3, "ignore")]))
    assert not reported(about, suppressions("a.py", [comment(1, "ignore-file", "[DIF002]")]))


def test_ranges() -> None:
    ((line, stated),) = ranges("a.py", [comment(7, "range", "x=(0, inf), n=[1, 8] integer because of f", True)])

    assert line == 7
    assert {name: str(value) for name, value in stated.items()} == {"x": "(0, inf)", "n": "[1, 8] integer"}


@pytest.mark.parametrize(
    ("pragma", "expected"),
    [
        (comment(7, "range"), "such as `x=(0, inf)"),
        (comment(7, "range", "x=(0, inf"), "such as `x=(0, inf)"),
        (comment(7, "range", "x=(0, inf), y=banana"), "y=banana"),
        (comment(7, "range", "x=[1, 0]"), "is empty"),
        (comment(7, "range", "x=[a, b]"), "an interval"),
        (comment(7, "ignroe", "[DIF301]"), "one of: ignore"),
    ],
)
def test_bad_comments_are_named(pragma: Pragma, expected: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        ranges("a.py", [pragma])

    assert "a.py: line 7, column 1: found" in str(caught.value)
    assert expected in str(caught.value)


def test_every_bad_range_is_named() -> None:
    with pytest.raises(InvalidInput) as caught:
        ranges("a.py", [comment(1, "range", "x=3"), comment(2, "range", "y=4")])

    assert len(caught.value.problems) == 2
