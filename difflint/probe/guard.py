"""Limits on what user code can do to its surroundings: damage control, not a security boundary."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Any

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGING = frozenset(
    "os.remove os.rename os.rmdir os.mkdir os.link os.symlink os.truncate os.chmod os.chown os.utime shutil.rmtree "
    "shutil.move shutil.copyfile".split()
)
_FORBIDDEN = ("socket.", "subprocess.", "pty.", "ftplib.", "smtplib.", "urllib.", "http.client.", "winreg.")
_PROCESSES = frozenset(
    "os.fork os.forkpty os.system os.exec os.posix_spawn os.spawn os.kill os.killpg os.startfile "
    "signal.pthread_kill".split()
)


class Guard:
    """An audit hook that refuses effects outside of one folder, and remembers what it refused."""

    def __init__(self, folder: str) -> None:
        self._folder = os.path.realpath(folder) + os.sep
        self.refused: list[str] = []
        self._busy = False

    def install(self) -> None:
        """Refuse from now on; an audit hook cannot be removed."""
        sys.addaudithook(self._audit)

    def _audit(self, event: str, args: tuple[Any, ...]) -> None:
        if self._busy:
            return
        self._busy = True
        try:
            what = self._objection(event, args)
        finally:
            self._busy = False
        if what:
            if what not in self.refused:
                self.refused.append(what)
            raise PermissionError(f"{what} is not allowed in a probe")

    def _objection(self, event: str, args: tuple[Any, ...]) -> str:
        if event == "open":
            path, mode, flags = args
            writes = any(letter in (mode or "") for letter in "wax+") or bool((flags or 0) & _WRITING)
            return f"writing {path}" if writes and not self._inside(path) else ""
        if event in _CHANGING:
            outside = [
                path for path in args[:2] if isinstance(path, (str, bytes, os.PathLike)) and not self._inside(path)
            ]
            return f"{event} {outside[0]!r}" if outside else ""
        if event in _PROCESSES or event.startswith(_FORBIDDEN):
            return "using the network" if event.startswith("socket.") else event
        return ""

    def _inside(self, path: Any) -> bool:
        if isinstance(path, int):
            return True
        try:
            real = os.path.realpath(os.fsdecode(path))
        except (TypeError, ValueError):
            return False
        return real.startswith(self._folder) or real == os.devnull


def limit(memory: int, seconds: int, file_size: int) -> None:
    """Limit this process's memory, time and files, where the system can."""
    try:
        import resource
    except ImportError:
        return
    for name, value in (("AS", memory), ("CPU", seconds), ("FSIZE", file_size), ("CORE", 0)):
        which = getattr(resource, f"RLIMIT_{name}", None)
        if which is not None:
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(which, (value, value))
