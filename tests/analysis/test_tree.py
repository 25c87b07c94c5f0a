"""Which file of the checked tree an import means."""

from __future__ import annotations

from pathlib import Path

from difflint.check import Request, check
from difflint.config import Config
from difflint.diagnose import Selection

USE = """import torch
from losses import distance

def objective(x):
    return distance(x.square().sum(-1)).sum()
"""
RISKY = "import torch\n\ndef distance(squared):\n    return torch.sqrt(squared)\n"
SAFE = "import torch\n\ndef distance(squared):\n    return torch.sqrt(squared + 1e-6)\n"


def test_scripts_of_one_name_in_two_folders_do_not_meet(tmp_path: Path) -> None:
    for folder, text in (("first", SAFE), ("second", RISKY)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "losses.py").write_text(text)
        (tmp_path / folder / "train.py").write_text(USE)

    result = check(Request((tmp_path,), Config(root=tmp_path), Selection(), cwd=tmp_path))

    found = {(item.span.path, item.code) for item in result.diagnostics}
    assert ("second/losses.py", "DIF301") in found
    assert not any(path.startswith("first/") for path, _ in found)


def test_records_that_hold_themselves_end(tmp_path: Path) -> None:
    text = "import torch\n\ndef f(x):\n    d = {}\n    d['me'] = d\n    d['x'] = x.sqrt()\n    return d\n"
    (tmp_path / "loop.py").write_text(text)

    assert check(Request((tmp_path,), Config(root=tmp_path), Selection(), cwd=tmp_path)).files == 1


def test_an_import_in_a_circle_means_the_function_of_its_module(tmp_path: Path) -> None:
    unit = "def unit(x: torch.Tensor):\n    return (x * x).sum().sqrt()\n"
    shown = "@torch.no_grad()\ndef shown(x):\n    return unit(x)\n"
    texts = {
        "__init__": "",
        "first": f"import torch\nfrom pkg.second import doubled\n\n{unit}\n{shown}",
        "second": "import torch\nfrom pkg.first import unit\n\ndef doubled(x: torch.Tensor):\n    return unit(x) * 2\n",
        "third": f"import torch\n\n{unit}\n{shown}",
    }
    (tmp_path / "pkg").mkdir()
    for name, text in texts.items():
        (tmp_path / "pkg" / f"{name}.py").write_text(text)

    result = check(Request((tmp_path,), Config(root=tmp_path), Selection(), cwd=tmp_path))

    assert {(item.span.path, item.code) for item in result.diagnostics} == {("pkg/first.py", "DIF301")}


def test_a_module_that_is_too_long_to_be_run_mentions_what_it_imports(tmp_path: Path) -> None:
    numbers = "".join(f"N{number} = {number}\n" for number in range(800))
    unit = "def unit(x: torch.Tensor):\n    return (x * x).sum().sqrt()\n"
    texts = {
        "__init__": "",
        "early": f"import torch\n{numbers}from pkg.late import unit\n\ndef doubled(x):\n    return unit(x) * 2\n",
        "late": f"import torch\n\n{unit}",
        "other": f"import torch\n\n{unit}\n@torch.no_grad()\ndef shown(x):\n    return unit(x)\n",
    }
    (tmp_path / "pkg").mkdir()
    for name, text in texts.items():
        (tmp_path / "pkg" / f"{name}.py").write_text(text)

    result = check(Request((tmp_path,), Config(root=tmp_path), Selection(), cwd=tmp_path))

    assert {(item.span.path, item.code) for item in result.diagnostics} == {("pkg/late.py", "DIF301")}


def test_what_a_long_function_takes_is_not_taken_from_a_class_or_module(tmp_path: Path) -> None:
    steps = "".join(f"    x = x * {number}.5 + x\n" for number in range(500))
    numbers = "".join(f"N{number} = {number}\n" for number in range(800))
    layer = (
        "class Size(nn.Module):\n    def __init__(self, eps=0.0):\n"
        "        super().__init__()\n        self.eps = eps\n\n"
        "    def forward(self, x):\n        return torch.sqrt(x.square().sum(-1) + self.eps)\n"
    )
    texts = {
        "__init__": "",
        "layers": f"import torch\nfrom torch import nn\n\ndef long(x):\n{steps}    return torch.sin(x)\n\n{layer}",
        "limits": f"{numbers}TINY = 1e-6\n",
        "use": "import torch\nfrom pkg.limits import TINY\n\ndef root(x):\n"
        "    return torch.sqrt((x * x).sum() + TINY)\n",
    }
    (tmp_path / "pkg").mkdir()
    for name, text in texts.items():
        (tmp_path / "pkg" / f"{name}.py").write_text(text)

    result = check(Request((tmp_path,), Config(root=tmp_path), Selection(), cwd=tmp_path))

    assert {(item.span.path, item.code) for item in result.diagnostics} == {("pkg/layers.py", "DIF301")}
