"""Every public function of the frameworks is catalogued, or known to be left out, with a reason."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from difflint.catalogue.load import load

CATALOGUE = load()
UNCLASSIFIED: dict[str, dict[str, str]] = tomllib.loads(
    (Path(__file__).parent / "unclassified.toml").read_text(encoding="utf-8")
)
OWNERS = (
    "torch",
    "torch.nn.functional",
    "torch.linalg",
    "torch.special",
    "torch.fft",
    "torch.Tensor",
    "torch.nn",
    "torch.func",
    "torch.autograd.functional",
    "torch.distributions",
    "torch.nn.init",
    "torch.nn.utils",
    "jax",
    "jax.numpy",
    "jax.numpy.linalg",
    "jax.numpy.fft",
    "jax.nn",
    "jax.nn.initializers",
    "jax.lax",
    "jax.random",
    "jax.scipy.special",
    "jax.scipy.linalg",
    "numpy",
    "numpy.linalg",
    "numpy.fft",
    "numpy.random",
    "numpy.ndarray",
    "scipy.special",
    "scipy.linalg",
    "scipy.optimize",
    "scipy.integrate",
    "math",
)
CLASSES = ("torch.nn", "torch.distributions")
"""Owners whose classes are what one calls; elsewhere a class is no function."""


def owner_of(name: str) -> object:
    """The module or class a dotted name denotes, skipped where its framework is not installed."""
    package, _, rest = name.partition(".")
    found: object = pytest.importorskip(package)
    path = package
    for part in rest.split(".") if rest else ():
        path = f"{path}.{part}"
        found = getattr(found, part) if hasattr(found, part) else pytest.importorskip(path)
    return found


def public(owner: str) -> Iterator[str]:
    """The names of an owner that can be called and are meant to be."""
    found = owner_of(owner)
    for name in dir(found):
        item = getattr(found, name, None)
        if name.startswith("_") or not callable(item) or isinstance(item, ModuleType):
            continue
        if isinstance(item, type):
            if owner not in CLASSES or not item.__module__.startswith(owner):
                continue
        elif str(getattr(item, "__module__", "")).partition(".")[0] in ("typing", "typing_extensions"):
            continue
        yield name


def left_out(owner: str) -> dict[str, str]:
    """The names of an owner that are knowingly not catalogued, each with its reason."""
    return {name: reason for reason, listed in UNCLASSIFIED.items() for name in listed.get(owner, "").split()}


def is_catalogued(name: str) -> bool:
    """Whether the analysis finds something under a dotted name."""
    names = (name, CATALOGUE.canonical(name))
    return any(known in CATALOGUE.spellings or known in CATALOGUE.classes for known in names)


@pytest.mark.parametrize("owner", OWNERS)
def test_every_public_function_is_catalogued_or_left_out(owner: str) -> None:
    reasons = left_out(owner)

    assert [name for name in public(owner) if name not in reasons and not is_catalogued(f"{owner}.{name}")] == []


@pytest.mark.parametrize("owner", OWNERS)
def test_what_is_left_out_exists_and_is_not_catalogued(owner: str) -> None:
    found = owner_of(owner)
    reasons = left_out(owner)

    assert [name for name in reasons if not hasattr(found, name)] == []
    assert [name for name in reasons if is_catalogued(f"{owner}.{name}")] == []


def test_nothing_is_left_out_twice_or_for_an_unknown_owner() -> None:
    listed = [
        (owner, name) for table in UNCLASSIFIED.values() for owner, names in table.items() for name in names.split()
    ]

    assert len(listed) == len(set(listed))
    assert {owner for owner, _ in listed} <= set(OWNERS)
