"""Snippets and what the map says about them."""

from __future__ import annotations

import tempfile
from pathlib import Path

from difflint.chart import chart
from difflint.check import Request
from difflint.config import Config
from difflint.diagnose import Selection
from difflint.points import Mapped

HEADS = {
    "torch": "import torch\nimport torch.nn.functional as F\nfrom torch import Tensor, nn\n",
    "jax": "import jax\nimport jax.numpy as jnp\nfrom jax import lax\n",
    "numpy": "import math\nimport numpy as np\n",
    "python": "import math\n",
}


def maps(text: str, *names: str) -> list[Mapped]:
    """The maps of the functions of a text, of the named ones if any are named."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "example.py")
        file.write_text(text, encoding="utf-8")
        request = Request((file,), Config(root=Path(folder)), Selection(), cwd=Path(folder))
        found = chart(request, {file: frozenset(names)})
    assert found.errors == []
    return found.functions


def only(framework: str, text: str) -> Mapped:
    """The map of the last function of a snippet below the imports of a framework."""
    return maps(HEADS[framework] + text)[-1]


def of(framework: str, expression: str, parameters: str = "x, y") -> Mapped:
    """The map of a function that returns one expression."""
    return only(framework, f"def f({parameters}):\n    return {expression}\n")


def points(mapped: Mapped) -> set[tuple[str, str, str]]:
    """Condition, class and derivative of every point."""
    return {(point.condition, point.shape.value, point.reported) for point in mapped.points}
