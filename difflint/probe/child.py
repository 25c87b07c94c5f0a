"""The child process: imports one file of the user and probes its functions, one report each.

Reports go to a pipe of their own, so nothing the user's code prints can corrupt them.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType

from difflint.catalogue.load import load
from difflint.probe.backends import Backend, load_backend
from difflint.probe.evaluation import describe
from difflint.probe.examine import examine
from difflint.probe.given import import_path
from difflint.probe.guard import Guard, limit
from difflint.probe.protocol import Report, Task, decode_task, encode

_FILE_SIZE = 64 << 20
_STARTING = 60
"""Seconds of processor time that are nobody's function."""


def main() -> None:
    """Entry of the child: the task's file and the descriptor to report to are its arguments."""
    with open(sys.argv[1], encoding="utf-8") as stream:
        task = decode_task(stream.read())
    out = int(sys.argv[2])
    seconds = int(task.effort.timeout * (len(task.targets) + 1)) + _STARTING
    limit(task.effort.memory, seconds, _FILE_SIZE)
    load()  # before the guard: reading the rules may write this user's cache
    try:
        backend = load_backend(task.backend)  # before the guard, too: a framework may look for libraries of the system
    except ImportError as error:
        _send(out, "failed", json.dumps(f"{error}; install difflint[{task.backend}]"))
        os._exit(0)
    guard = Guard(os.getcwd())
    if not task.effort.effects:
        guard.install()
    roots = (os.path.realpath(task.root) + os.sep,)
    threading.stack_size(64 << 20)
    sys.dont_write_bytecode = True
    with backend.hook(roots):
        _probe_all(task, backend, roots, guard, lambda kind, data: _send(out, kind, data))
    os._exit(0)


def _send(out: int, kind: str, data: str) -> None:
    line = (json.dumps(kind)[1:-1] + " " + data + "\n").encode()
    while line:
        line = line[os.write(out, line) :]


def _probe_all(
    task: Task, backend: Backend, roots: tuple[str, ...], guard: Guard, send: Callable[[str, str], None]
) -> None:
    try:
        module = _import(task)
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        send("failed", json.dumps(f"importing the file ends in {describe(error)}"))
        return
    send("imported", "{}")
    for target in task.targets:
        send("begin", json.dumps(target.name))
        try:
            report = examine(module, target, task, backend, roots)
        except Exception as error:
            report = Report(target.name, f"the probe itself fails, please report it: {describe(error)}")
        send("report", encode(replace(report, notes=tuple(guard.refused))))


def _import(task: Task) -> ModuleType:
    """The user's file under its dotted name, never `__main__`; its root comes last, so it shadows nothing."""
    sys.path += [task.root, *task.folders]
    for record in [target.record for target in task.targets if target.record][:1]:
        sys.path += import_path(record)
    sys.argv = [task.path]
    spec = importlib.util.spec_from_file_location(task.module, task.path)
    if spec is None or spec.loader is None:
        raise ImportError("no loader for this file")
    if "." in task.module:
        importlib.import_module(task.module.rpartition(".")[0])
    module = importlib.util.module_from_spec(spec)
    sys.modules[task.module] = module
    spec.loader.exec_module(module)
    return module
