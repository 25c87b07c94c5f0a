"""Types of numbers, by their names."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from difflint.analysis.objects import External, Object

if TYPE_CHECKING:
    from difflint.catalogue.model import Catalogue

_INTEGER_TYPE = re.compile(r"(u?int\d*|u?long|short|byte|char|bool_?|boolean)$")


def is_integer_type(name: str) -> bool:
    """Whether a type of numbers, by its dotted name, is one of integers or truth values."""
    return _INTEGER_TYPE.search(name.rpartition(".")[2]) is not None


def names_type(catalogue: Catalogue, name: str) -> bool:
    """Whether a dotted name from elsewhere may be that of a type: the language and the frameworks have such."""
    root = name.partition(".")[0]
    return root == "builtins" or any(root in known.modules for known in catalogue.frameworks.values())


def is_number(catalogue: Catalogue, item: Object) -> bool:
    """Whether a name from elsewhere stands for a number other than infinity, which bounds nothing."""
    content = catalogue.constants.get(item.name) if isinstance(item, External) else None
    return content is not None and not math.isinf(content)
