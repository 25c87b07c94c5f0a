"""Text from checked files made harmless: for terminals, and as markup."""

from __future__ import annotations

import html

CONTROL = {code: "?" for code in (*range(9), *range(10, 32), *range(127, 160))}
"""Characters of a file that would steer a terminal, or that have no place in one line."""
_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
"""What stands for bytes of a file name that are no text."""


def markup(text: str) -> str:
    """One line of text as HTML or XML, content or attribute: pure ASCII."""
    cleaned = html.escape(text.translate(CONTROL).translate(_SURROGATES))
    return cleaned.encode("ascii", "xmlcharrefreplace").decode()
