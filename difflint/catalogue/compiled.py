"""The catalogue in compiled form: the typed objects of a set of rule folders, kept between runs.

An entry is found by what it was made from: the bytes of every rule file, of the code that reads
them, and the version of Python. It is written in the format of `marshal`, which holds data alone;
reading a pickle would run what the file says.
"""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from difflint import __version__
from difflint.catalogue.model import (
    Check,
    ClassKind,
    Convention,
    Framework,
    FrameworkClass,
    Implied,
    Monotone,
    Operator,
    Role,
    Selector,
    Spelling,
    Variant,
)
from difflint.diagnostic import Applicability, Profile, Severity
from difflint.domain.flow import Flow
from difflint.domain.interval import Interval
from difflint.domain.smoothness import Smoothness
from difflint.facts import Cause, Kind

T = TypeVar("T")
Parts = tuple[Mapping[str, Operator], Mapping[str, Framework], Mapping[str, Check]]
"""Operators, frameworks and checks by their names."""

_CLASSES = (Check, Convention, Framework, FrameworkClass, Implied, Interval, Operator, Selector, Spelling, Variant)
_WORDS = (Applicability, Cause, ClassKind, Flow, Kind, Monotone, Profile, Role, Severity, Smoothness)


class Lazy(Mapping[str, T]):
    """A mapping whose objects are made when they are first asked for: a tree uses few of thousands."""

    __slots__ = ("_items",)

    def __init__(self, items: dict[str, Any]) -> None:
        self._items = items

    def __getitem__(self, key: str) -> T:
        item = self._items[key]
        if type(item) is list:
            item = self._items[key] = _unpack(item)
        made: T = item
        return made

    def get(self, key: str, default: Any = None) -> Any:
        """As `__getitem__`; most names that are asked for are not there, exceptions would be slow."""
        item = self._items.get(key, default)
        return self[key] if type(item) is list else item

    def __contains__(self, key: object) -> bool:
        return key in self._items

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    @classmethod
    def merged(cls, mappings: Iterable[Mapping[str, T]]) -> Lazy[T]:
        """One mapping of several, later ones overriding; nothing is made for it."""
        items: dict[str, Any] = {}
        for mapping in mappings:
            items.update(mapping._items if isinstance(mapping, Lazy) else mapping)
        return cls(items)


_MAKERS: dict[str, Callable[..., Any]] = {
    "tuple": lambda *parts: parts,
    "words": lambda keys, contents: dict(zip(keys, contents)),
    "mapping": Lazy,
    **{made.__name__: made for made in (*_CLASSES, *_WORDS)},
}
_CODE = ("catalogue/*.py", "domain/*.py", "diagnostic.py", "facts.py")
_DIGEST = 32
_PLAIN = frozenset({str, int, float, bool, type(None)})
_KEPT = 8
"""Entries that stay: one a set of rule folders and version in use; older ones are removed."""


def cache_folder() -> Path:
    """Where this user's caches go on this system."""
    named = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    if named:
        return Path(named) / "difflint"
    return Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "difflint"


def key_of(files: Iterable[Path]) -> str:
    """The name of the entry made from rule files as they are now."""
    package = Path(__file__).resolve().parent.parent
    state = hashlib.sha256(f"{__version__} {sys.version} {sys.implementation.cache_tag}".encode())
    for path in (*files, *(path for pattern in _CODE for path in sorted(package.glob(pattern)))):
        content = path.read_bytes()
        state.update(f"\0{path}\0{len(content)}\0".encode("utf-8", "surrogateescape"))
        state.update(content)
    return state.hexdigest()


def read(key: str) -> Parts | None:
    """What is kept under a key; None if there is nothing or it is damaged."""
    try:
        data = (cache_folder() / key).read_bytes()
        if hashlib.sha256(data[_DIGEST:]).digest() != data[:_DIGEST]:
            return None
        operators, frameworks, checks = _unpack(marshal.loads(data[_DIGEST:]))
    except (OSError, RuntimeError, EOFError, ValueError, TypeError, KeyError):
        return None  # whatever it is, the rule files are there to be read
    return operators, frameworks, checks


def keep(key: str, parts: Parts) -> None:
    """Keep what was read under a key, where the user's cache can be written at all."""
    packed: Any = _pack(parts)
    data = marshal.dumps(packed)
    with contextlib.suppress(OSError, RuntimeError):
        folder = cache_folder()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "wb") as stream:
            stream.write(hashlib.sha256(data).digest() + data)
        Path(name).replace(folder / key)
        entries = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)
        for path in entries[:-_KEPT]:
            path.unlink()


def _pack(item: object) -> object:
    """Data as it is; an object as a list, of its class's name and its parts."""
    kind: Any = type(item)
    if kind in _PLAIN:
        return item
    if isinstance(item, Enum):
        return [kind.__name__, item.value]
    if is_dataclass(item):
        return [kind.__name__, *[_pack(getattr(item, name)) for name in _names(kind)]]
    if isinstance(item, tuple):
        parts = [_pack(part) for part in item]
        return ["tuple", *parts] if _has_object(parts) else item
    if isinstance(item, Mapping):
        keys, contents = [_pack(key) for key in item], [_pack(content) for content in item.values()]
        if _has_object(keys):
            return ["words", ["tuple", *keys], ["tuple", *contents]]
        if _has_object(contents):
            return ["mapping", dict(zip(keys, contents))]
    return item


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(part.name for part in fields(kind))


def _has_object(parts: list[object]) -> bool:
    return any(type(part) is list for part in parts)


def _unpack(item: Any) -> Any:
    if type(item) is not list:
        return item
    return _MAKERS[item[0]](*[part if type(part) is not list else _unpack(part) for part in item[1:]])
