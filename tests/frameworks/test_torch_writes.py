"""Generated programs: an operation, a write in place, the backward pass; reported if and only if torch refuses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from difflint.check import Request, check
from difflint.config import Config
from difflint.diagnose import Selection

OPERATIONS = {
    "sin": "y = torch.sin(h)",
    "exp": "y = torch.exp(h)",
    "tanh": "y = h.tanh()",
    "relu": "y = torch.relu(h)",
    "sqrt": "y = h.sqrt()",
    "doubled": "y = h * 2.0",
    "shifted": "y = h + w",
    "scaled": "y = h * w",
    "times data": "y = h * d",
    "data times": "y = d * w + h",
    "divided": "y = h / w",
    "divided by data": "y = h / d",
    "divisor": "y = d / h",
    "halved": "y = h / 2.0",
    "squared": "y = h ** 2",
    "product": "y = h.prod(0, keepdim=True)",
    "summed": "y = h.sum(0, keepdim=True)",
    "largest": "y = h.max(0)[0]",
    "largest of all": "y = h.max()",
    "size": "y = torch.linalg.norm(h)",
    "spread": "y = h.std()",
    "softmax": "y = torch.softmax(h, 0)",
    "logsumexp": "y = torch.logsumexp(h, 0)",
    "matrix": "y = h.view(2, 2) @ w.view(2, 2)",
    "matrix of data": "y = h.view(2, 2) @ d.view(2, 2)",
    "chosen": "y = torch.where(m, h, w)",
    "filled": "y = h.masked_fill(m, 0.0)",
    "picked": "y = h[m]",
    "by position": "y = h[i]",
    "gathered": "y = h.gather(0, i)",
    "selected": "y = h.index_select(0, i)",
    "lerp": "y = torch.lerp(h, w, 0.5)",
    "lerp to data": "y = torch.lerp(h, d, w)",
    "mul-add": "y = torch.addcmul(h, w, d)",
    "clamped": "y = h.clamp(0.2, 0.8)",
    "a part scaled": "y = h[1:] * w[1:]",
    "a part scaled by data": "y = h[1:] * d[1:]",
    "a view": "y = h.view(2, 2)",
    "a copy scaled": "y = h.clone() * w",
    "joined": "y = torch.cat([h, w])",
    "stacked and squared": "y = torch.stack([h, w]).square()",
    "mean": "y = h.mean()",
    "detached": "y = w * h.detach()",
}
WRITES = {
    "add_": "h.add_(1.0)",
    "augmented": "h += 1.0",
    "element": "h[0] = 0.5",
    "slice": "h[1:] *= 2.0",
    "part scaled": "h[0:1] = h[0:1] * 3.0",
    "view": "h.view(2, 2).mul_(2.0)",
    "masked": "h[m] = 0.5",
    "of the other": "w.mul_(2.0)",
    "of data": "d.add_(1.0)",
    "of the mask": "m[0] = True",
    "of the index": "i[0] = 1",
    "of the result": "y.add_(1.0)",
    "of the result by element": "y[..., 0] = 0.5",
    "unrecorded": "with torch.no_grad():\n        h.mul_(2.0)",
    "of a copy": "c = h.clone()\n    c.add_(1.0)\n    y = y + c.sum()",
    "of another name": "g = h\n    g.add_(1.0)",
    "of a new array": "h = h * 1.0\n    h.add_(1.0)",
    "of a list": "z = [h, y]\n    z[0] = w\n    y = z[1]",
    "taken from a number": "n = 3\n    n -= 1\n    y = y * n",
    "in a branch": "if y.sum() > -1e9:\n        h.add_(1.0)",
    "in the other branch": "if y.sum() > -1e9:\n        return y.sum()\n    h.add_(1.0)\n    return h.sum()",
    "of a detached one": "h.detach().add_(1.0)",
    "of its data": "h.data.add_(1.0)",
    "exchanged": "h.copy_(w)",
}
MISSED: dict[str, set[str]] = {}
"""Writes by operation that torch refuses and that are not reported."""
HEAD = "import torch\n"
PROGRAM = """

def program_{number}(x: torch.Tensor, v: torch.Tensor):
    d = torch.tensor([0.4, 0.7, 0.3, 0.9])
    m = torch.tensor([True, False, True, False])
    i = torch.tensor([0, 2])
    h = x + 0.0
    w = v + 0.0
    {operation}
    {write}
    return y.sum() + v.sum()
"""


def _refuses(program: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]) -> bool | None:
    """Whether the backward pass of a program fails for a write; None if the program itself does."""
    torch.manual_seed(0)
    x, v = (torch.rand(4).add(0.1).requires_grad_() for _ in range(2))
    try:
        y = program(x, v)
    except (RuntimeError, IndexError):
        return None
    try:
        y.backward()
    except RuntimeError as error:
        assert "modified by an inplace" in str(error)
        return True
    return False


def _reported(text: str, folder: Path) -> set[int]:
    """The lines at which a write is reported."""
    file = folder / "programs.py"
    file.write_text(text, encoding="utf-8")
    result = check(Request((file,), Config(root=folder), Selection(), cwd=folder))
    return {item.span.start.line for item in result.diagnostics if item.code == "DIF508"}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_writes_are_reported_where_torch_refuses(operation: str, tmp_path: Path) -> None:
    text, places = HEAD, {}
    for number, write in enumerate(WRITES):
        first = text.count("\n") + 1
        text += PROGRAM.format(number=number, operation=OPERATIONS[operation], write=WRITES[write])
        places[write] = range(first, text.count("\n") + 1)
    scope: dict[str, Callable[[torch.Tensor, torch.Tensor], torch.Tensor]] = {}
    exec(text, scope)
    lines = _reported(text, tmp_path)
    false, missed = set(), set()
    for number, (write, place) in enumerate(places.items()):
        refuses, found = _refuses(scope[f"program_{number}"]), not lines.isdisjoint(place)
        if found and refuses is False:
            false.add(write)
        if refuses and not found:
            missed.add(write)
    assert false == set()
    assert missed == MISSED.get(operation, set())
