"""The page: whole, alone, and harmless whatever the code contains."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from curves import NOWHERE, POLE, confirmed

from difflint.catalogue.load import load
from difflint.cli import cli
from difflint.diagnostic import Diagnostic
from difflint.report.html import render
from difflint.source import Lines

SOURCE = 'def f(x):\n    if x < \'</script>"&amp;\' + "名é":  # <b>\n\treturn x\n'
VOID = {"meta", "br", "hr", "img", "input", "link"}


class Page(HTMLParser):
    """What a browser would see: elements that close as they opened, text, references."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.count: dict[str, int] = {}
        self.text = ""
        self.ids: list[str] = []
        self.references: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.count[tag] = self.count.get(tag, 0) + 1
        named = dict(attrs)
        self.ids += [named["id"] or ""] if "id" in named else []
        self.references += [value or "" for key, value in attrs if key in ("href", "src", "xlink:href", "action")]
        assert not any(key.startswith("on") for key in named)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, (tag, self.getpos())

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("style", "script"):
            self.text += data


def page(*found: Diagnostic) -> str:
    paths = {item.span.path for item in found}
    return render(found, 1, {path: Lines(path, SOURCE) for path in paths}, load().checks)


def test_the_page_is_well_formed_and_alone() -> None:
    text = page(confirmed(), confirmed(path="b.py", drawn=POLE), confirmed(path="c.py", drawn=NOWHERE))
    seen = Page(text)

    assert text.isascii()
    assert seen.count["script"] == seen.count["style"] == seen.count["h1"] == 1
    assert seen.count["svg"] == 6
    assert all(reference.startswith("#") for reference in seen.references)
    assert {reference[1:] for reference in seen.references} <= set(seen.ids)
    assert len(set(seen.ids)) == len(seen.ids)
    assert not re.search(r"@import|url\(|<link|<iframe|<img", text)


def test_it_says_what_the_text_report_says() -> None:
    item = confirmed("the operand `x` can be 0")
    seen = Page(page(item))
    rule = load().checks["DIF301"]

    for part in ("the operand x can be 0", "Add eps.", "sqrt-at-zero", "2:5", "confirmed: kink", "f(x)", rule.summary):
        assert part in seen.text
    assert "What it finds" in seen.text
    assert "`x` is differentiated".replace("`", "") in seen.text


def test_code_stays_code() -> None:
    item = confirmed("</script><script>alert('1')</script> & \"名\" \x1b[2J", "<i>&'\"\udcff.py")
    text = page(item)
    seen = Page(text)

    assert seen.count["script"] == 1
    assert "i" not in seen.count
    assert 'x < \'</script>"&amp;\' + "名é":  # <b>' in seen.text
    assert "</script><script>alert('1')</script> & \"名\" ?[2J" in seen.text
    assert "<i>&'\"\ufffd.py" in seen.text
    assert "\treturn x" in seen.text


def test_the_expression_is_marked() -> None:
    assert "    <mark>if x &lt; </mark>&#x27;" in page(confirmed())


def test_a_finding_over_several_lines_is_marked_on_each() -> None:
    item = confirmed()
    end = replace(item.span.end, line=3, column=8)

    assert page(replace(item, span=replace(item.span, end=end))).count("<mark>") == 2


def test_the_same_findings_give_the_same_bytes() -> None:
    assert page(confirmed(), confirmed(path="b.py")) == page(confirmed(), confirmed(path="b.py"))


def test_nothing_found_is_a_page() -> None:
    assert "No findings, 3 files checked." in Page(render([], 3, {}, {})).text


def test_light_and_dark() -> None:
    assert page(confirmed()).count("prefers-color-scheme: dark") == 2  # the page and its pictures
    assert 'name="viewport"' in page(confirmed())


MODEL = "import torch\n\n\ndef loss(x):\n    return torch.sqrt((x * x).sum())  # </pre> ü\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.py").write_text(MODEL, encoding="utf-8")
    return tmp_path


def test_check_writes_the_page(folder: Path) -> None:
    result = CliRunner().invoke(cli, ["check", "bad.py", "missing.py", "--format", "html"])
    seen = Page(result.stdout)

    assert "# </pre> ü" in seen.text
    assert "missing.py" in seen.text
    assert "Found 1 warning; 1 file checked." in seen.text


def test_the_page_in_a_file_leaves_the_text(folder: Path) -> None:
    result = CliRunner().invoke(cli, ["check", "bad.py", "--format", "html", "--output", "page.html"])

    assert "bad.py:5:12 warning DIF301" in result.stdout
    Page((folder / "page.html").read_text(encoding="ascii"))
