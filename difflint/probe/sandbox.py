"""The parent's side of the child process: start it, listen, stop it, go on after the function that ended it."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from difflint.catalogue.compiled import cache_folder
from difflint.probe.backends import ENVIRONMENT
from difflint.probe.protocol import Report, Task, decode_report, encode

_PACKAGES = str(Path(__file__).resolve().parents[2])
_START = f"import sys; sys.path.append({_PACKAGES!r}); from difflint.probe.child import main; main()"
_IMPORT = 10.0
"""Seconds that starting Python and the array library may take on top of the timeout."""
_KEPT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "SYSTEMROOT")
_SETTINGS = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "MPLBACKEND": "Agg",
    "CUDA_VISIBLE_DEVICES": "",
}


def probe_file(task: Task) -> list[Report]:
    """One report for every target of a file; a function that ends the process costs only its own."""
    reports: list[Report] = []
    pending = list(task.targets)
    while pending:
        child = _Child(replace(task, targets=tuple(pending)))
        done, problem, current = child.run()
        reports += done
        finished = {item.name for item in done}
        pending = [target for target in pending if target.name not in finished]
        if not problem:
            break
        if current is None:
            reports += [Report(target.name, problem) for target in pending]
            break
        reports.append(Report(current, problem))
        pending = [target for target in pending if target.name != current]
    return reports


class _Child:
    """One child process and what it said."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._done: list[Report] = []
        self._current: str | None = None
        self._problem = ""

    def run(self) -> tuple[list[Report], str, str | None]:
        """The reports, why the child ended early (or nothing), and the function it was in."""
        with tempfile.TemporaryDirectory(prefix="difflint-", ignore_cleanup_errors=True) as folder:
            request = Path(folder) / "task.json"
            request.write_text(encode(self._task), encoding="utf-8")
            reader, writer = os.pipe()
            process = subprocess.Popen(
                [sys.executable, "-B", "-c", _START, str(request), str(writer)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(writer,),
                start_new_session=True,
                cwd=folder,
                env=_environment(folder),
            )
            os.close(writer)
            try:
                self._listen(reader)
            finally:
                os.close(reader)
                _kill(process)
            code = process.wait()
        if not self._problem and (self._current is not None or code != 0):
            self._problem = _ended(code, self._current is None)
        return self._done, self._problem, self._current

    def _listen(self, reader: int) -> None:
        """Read lines until the child closes the pipe or takes too long for one function."""
        rest = b""
        deadline = time.monotonic() + self._task.effort.timeout + _IMPORT
        with selectors.DefaultSelector() as selector:
            selector.register(reader, selectors.EVENT_READ)
            while True:
                left = deadline - time.monotonic()
                if left <= 0 or not selector.select(left):
                    what = "running it" if self._current is not None else "importing the file"
                    self._problem = f"{what} takes longer than {self._task.effort.timeout:g} s"
                    return
                data = os.read(reader, 1 << 16)
                if not data:
                    return
                *lines, rest = (rest + data).split(b"\n")
                for line in lines:
                    if self._heard(line.decode()):
                        deadline = time.monotonic() + self._task.effort.timeout

    def _heard(self, line: str) -> bool:
        """Take one line; whether the child begins something new."""
        kind, _, data = line.partition(" ")
        if kind == "report":
            self._done.append(decode_report(json.loads(data)))
            self._current = None
        elif kind == "begin":
            self._current = json.loads(data)
        elif kind == "failed":
            self._problem = json.loads(data)
        return kind in ("begin", "imported")


def _environment(folder: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    paths = [os.path.abspath(path) for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    places = {name: folder for name in ("HOME", "TMPDIR", "TEMP", "TMP")}
    return {
        **kept,
        **_SETTINGS,
        **ENVIRONMENT,
        **places,
        "PYTHONPATH": os.pathsep.join(paths),
        "XDG_CACHE_HOME": str(cache_folder().parent),
    }


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the child and everything it started; a child that closed its pipe is ending by itself."""
    try:
        process.wait(timeout=0.2)
    except subprocess.TimeoutExpired:
        pass
    if hasattr(os, "killpg"):
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return
    elif process.poll() is None:
        process.kill()


def _ended(code: int, importing: bool) -> str:
    what = "importing the file" if importing else "running it"
    if code < 0:
        return f"{what} ends the process with {signal.Signals(-code).name}"
    return f"{what} ends the process with status {code}"
