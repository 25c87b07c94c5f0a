"""Finding an operation's text again."""

from __future__ import annotations

from collections.abc import Iterator

from difflint import ir
from difflint.analysis.graph import Site
from difflint.analysis.wording import _find
from difflint.lower import lower_file


class Long(tuple[ir.Statement, ...]):
    """A block too long to be looked through for each of many findings."""

    def __iter__(self) -> Iterator[ir.Statement]:
        raise AssertionError("looked through")


def test_a_long_block_is_not_looked_through() -> None:
    text = "a = b\n" * 50 + "def f(x):\n    y = x\n    return y / x\n" + "a = b\n" * 50
    module = lower_file("m.py", "m", text.encode(), False).module
    assert module is not None
    start = text.index("y / x")

    found = _find(Long(module.body), Site("m.py", start, start + len("y / x")))

    assert isinstance(found, ir.Operation)
    assert _find(Long(module.body), Site("m.py", 0, 1)) is None
