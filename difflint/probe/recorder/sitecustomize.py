"""Records the arguments of the first call of some functions, in whatever Python the user's command starts.

Nothing of the user's is changed: functions keep their code, so signatures, decorators and compilers
see what they always see, and closures and `__main__` are recorded like everything else. Where the
interpreter has `sys.monitoring` a code object costs one event in all; before, a profile function
watches calls from the first file of interest on until all are recorded: four to five times slower
for code that does nothing but call small Python functions, no difference for array code.

This file stands alone: it may run in another interpreter than the rest of this project.
"""

from __future__ import annotations

import importlib
import json
import os
import pickle
import sys
import threading
from types import CodeType, FrameType
from typing import Any

REQUEST = "DIFFLINT_RECORD"
"""The environment variable that names the request, a JSON file."""
_TRIES = 3
"""Calls that are looked at in search of one that can be pickled."""
_ARGS, _KWARGS = 0x04, 0x08
"""Flags of code objects that take `*args`, `**kwargs`."""


class _Wanted:
    """One function to record: the real path and qualified name, and where the record goes."""

    def __init__(self, path: str, name: str, out: str) -> None:
        self.path, self.name, self.out = path, name, out
        self.tries = 0


class _Recorder:
    """What is still to be recorded, by the bare name of the function."""

    def __init__(self, wanted: list[_Wanted]) -> None:
        self._pending: dict[str, list[_Wanted]] = {}
        for item in wanted:
            self._pending.setdefault(item.name.rpartition(".")[2], []).append(item)
        self._files = {os.path.basename(item.path) for item in wanted}
        self._busy = threading.local()

    def start(self) -> None:
        """Watch from now on, in the cheapest way the interpreter has."""
        if sys.version_info < (3, 12) or not self._monitor():
            sys.addaudithook(self._audit)

    def _monitor(self) -> bool:
        if sys.version_info < (3, 12):
            return False
        monitoring = sys.monitoring
        tool = next((number for number in (4, 3) if monitoring.get_tool(number) is None), None)
        if tool is None:
            return False

        def started(code: CodeType, _: int) -> object:
            wanted = self._find(code)
            if wanted is None:
                return monitoring.DISABLE
            self._record(wanted, sys._getframe(1))
            return None

        monitoring.use_tool_id(tool, "difflint")
        monitoring.register_callback(tool, monitoring.events.PY_START, started)
        monitoring.set_events(tool, monitoring.events.PY_START)
        return True

    def _audit(self, event: str, args: tuple[Any, ...]) -> None:
        """Watch calls once a file of interest is about to run."""
        code = args[0] if event == "exec" and self._files else None
        if isinstance(code, CodeType) and os.path.basename(code.co_filename) in self._files:
            self._files.clear()
            pending = self._pending

            def called(frame: FrameType, event: str, _: object) -> None:
                if event == "call" and frame.f_code.co_name in pending:  # runs for every call: nothing else here
                    self._called(frame)

            threading.setprofile(called)
            sys.setprofile(called)

    def _called(self, frame: FrameType) -> None:
        wanted = self._find(frame.f_code)
        if wanted is not None:
            self._record(wanted, frame)
        if not self._pending:
            threading.setprofile(None)
            sys.setprofile(None)

    def _find(self, code: CodeType) -> _Wanted | None:
        for item in self._pending.get(code.co_name, ()):
            if code.co_qualname == item.name and os.path.realpath(code.co_filename) == item.path:
                return item
        return None

    def _record(self, wanted: _Wanted, frame: FrameType) -> None:
        if getattr(self._busy, "now", False):
            return  # what pickling calls is no call of the user's
        self._busy.now = True
        try:
            found = _arguments(frame)
            wanted.tries += 1
            complete = not found["problems"]
            if complete or wanted.tries == 1:
                _write(wanted.out, found)
            if complete or wanted.tries == _TRIES:
                name = frame.f_code.co_name
                self._pending[name] = [item for item in self._pending[name] if item is not wanted]
                if not self._pending[name]:
                    del self._pending[name]
        finally:
            self._busy.now = False


def _arguments(frame: FrameType) -> dict[str, Any]:
    """The arguments of a call that has just begun, each pickled by itself: what cannot be is said."""
    code, values = frame.f_code, frame.f_locals
    count = code.co_argcount + code.co_kwonlyargcount
    rest = count + bool(code.co_flags & _ARGS) + bool(code.co_flags & _KWARGS)
    arguments: dict[str, bytes] = {}
    problems: dict[str, str] = {}
    for name in code.co_varnames[:rest]:
        try:
            arguments[name] = pickle.dumps(values[name])
        except Exception as error:
            problems[name] = f"cannot be pickled: {type(error).__name__}: {' '.join(str(error).split())[:120]}"
    return {
        "module": frame.f_globals.get("__name__", ""),
        "path": [os.path.abspath(entry) for entry in sys.path],
        "version": sys.version_info[:2],
        "prefixes": (sys.prefix, sys.base_prefix),
        "names": code.co_varnames[:rest],
        "arguments": arguments,
        "problems": problems,
    }


def _write(out: str, found: dict[str, Any]) -> None:
    """Write a record as a whole or not at all; several processes may record the same call."""
    part = f"{out}.{os.getpid()}"
    with open(part, "wb") as stream:
        pickle.dump(found, stream)
    os.replace(part, out)


def _begin(request: str) -> None:
    with open(request, encoding="utf-8") as stream:
        data = json.load(stream)
    with open(data["started"], "a", encoding="utf-8"):
        pass
    _Recorder([_Wanted(*item) for item in data["wanted"]]).start()


def _give_way() -> None:
    """Load the `sitecustomize` that this one stands before, as `site` would."""
    own = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [path for path in sys.path if os.path.abspath(path) != own]
    mine = sys.modules.pop("sitecustomize")
    try:
        importlib.import_module("sitecustomize")
    except ModuleNotFoundError as error:
        if error.name != "sitecustomize":
            raise
    finally:
        sys.modules.setdefault("sitecustomize", mine)


if __name__ == "sitecustomize":
    try:
        if REQUEST in os.environ:
            _begin(os.environ[REQUEST])
    except OSError as error:
        print(f"difflint: nothing can be recorded: {error}", file=sys.stderr)
    _give_way()
