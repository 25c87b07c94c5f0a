"""Record mode, the parent's side: run the user's own command once and keep the arguments of some calls."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from difflint.catalogue.compiled import cache_folder
from difflint.errors import DifflintError
from difflint.probe.stated import elided

_FOLDER = str(Path(__file__).resolve().parent / "recorder")
_REQUEST = "DIFFLINT_RECORD"
Place = tuple[str, str]
"""The real path of a file and the qualified name of a function in it."""


@dataclass(frozen=True, slots=True)
class Command:
    """The user's command; `aside` sends what it prints to standard error, where the report is data."""

    words: tuple[str, ...]
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Recording:
    """The records by function, and what is to be said about the command.

    `missing` is the verdict on a function without a record.
    """

    records: Mapping[Place, str]
    missing: str
    notes: tuple[str, ...] = ()


def record(command: Command, places: Iterable[Place]) -> Recording:
    """Run the command with all of its rights. Raises DifflintError where it cannot be started.

    Records stay in the user's cache folder until the next recording of the same function: the replay
    of a witness loads from there what cannot be written down.
    """
    folder = cache_folder() / "records"
    records = {place: str(folder / f"{_key(place)}.pickle") for place in places}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in records.values():
            Path(path).unlink(missing_ok=True)
    except OSError as error:
        raise DifflintError(f"{folder}: records cannot be written: {error.strerror}") from None
    with tempfile.TemporaryDirectory(prefix="difflint-") as place:
        started = Path(place) / "started"
        request = Path(place) / "request.json"
        wanted = [[path, name, out] for (path, name), out in records.items()]
        request.write_text(json.dumps({"started": str(started), "wanted": wanted}), encoding="utf-8")
        code = _run(command, str(request))
        ran = started.exists()
    found = {place: path for place, path in records.items() if os.path.exists(path)}
    shown = _shown(command)
    ending = _ending(code)
    notes = (f"`{shown}` {ending}; what it recorded is used",) if ending and found else ()
    if not ran:
        return Recording(found, f"`{shown}` started no Python that can be recorded", notes)
    return Recording(found, f"`{shown}` never called it" + (f" and {ending}" if ending else ""), notes)


def _run(command: Command, request: str) -> int:
    paths = [_FOLDER, *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), _REQUEST: request}
    sys.stdout.flush()
    try:
        done = subprocess.run(command.words, env=environment, stdout=sys.stderr if command.aside else None)
    except OSError as error:
        raise DifflintError(f"cannot run {command.words[0]!r}: {error.strerror}") from None
    return done.returncode


def _key(place: Place) -> str:
    return hashlib.sha256("\0".join(place).encode("utf-8", "surrogateescape")).hexdigest()[:24]


def _shown(command: Command) -> str:
    return elided(shlex.join(command.words))


def _ending(code: int) -> str:
    """How the command ended, empty where all was well."""
    if code < 0:
        return f"ended with {signal.Signals(-code).name}"
    return f"ended with status {code}" if code else ""
