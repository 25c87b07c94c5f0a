"""User code that misbehaves is a result for its function; the others go on, and nothing outside is touched."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from difflint.probe.protocol import Effort, Report, Target, Task
from difflint.probe.sandbox import probe_file

HEAD = """
import ctypes, json, os, random, socket, subprocess, sys, threading, time
import numpy as np

"""
BODIES = {
    "fine": "return np.abs(x).sum()",
    "hangs": "\n    while True: pass",
    "sleeps": "time.sleep(1000)",
    "leaves": "os._exit(3)",
    "crashes": "return ctypes.string_at(0)",
    "exits": "sys.exit('no')",
    "allocates": "return np.ones((1 << 34,)) * x[0]",
    "recurses": "return recurses(x)",
    "reads": "return float(input()) * x",
    "prints": "print('x' * 2_000_000); return x @ x",
    "writes": "open(OUTSIDE + '/written', 'w').write('x'); return x.sum()",
    "writes_inside": "open('here', 'w').write('x'); return x @ x",
    "removes": "os.remove(OUTSIDE + '/kept'); return x.sum()",
    "connects": "socket.create_connection(('127.0.0.1', 9)); return x.sum()",
    "spawns": "subprocess.run(['touch', OUTSIDE + '/spawned']); return x.sum()",
    "shells": "os.system('touch ' + OUTSIDE + '/shelled'); return x.sum()",
    "kills": "os.kill(os.getppid(), 9); return x.sum()",
    "raises": "raise RuntimeError('never works')",
    "says": "return 'a string'",
    "nothing": "pass",
    "mapping": "return {'loss': np.abs(x).sum(), 'name': 'a'}",
    "pair": "return np.abs(x).sum(), None",
    "wavers": "return x.sum() * time.perf_counter_ns()",
    "draws": "return x.sum() * random.random() * np.random.rand()",
    "needs_gpu": "raise RuntimeError('No CUDA GPUs are available')",
    "interrupts": "raise KeyboardInterrupt",
    "closes": "os.closerange(3, 99); return x.sum()",
    "threads": "threading.active_count() > 2 or threading.Thread(target=time.sleep, args=(99,)).start(); return x @ x",
    "generates": "yield x.sum()",
    "number": "return 3",
    "text_of": "return str(x.sum())",
    "array_of_texts": "return np.array(['a', 'b'])",
    "empty": "return np.zeros(0)",
    "nested": "return {'a': [np.abs(x), ({'b': None},)]}",
    "last": "return np.maximum(x, 0.5).sum()",
}


def run(folder: Path, text: str, names: list[str], timeout: float = 3.0) -> dict[str, Report]:
    path = folder / "subject.py"
    path.write_text(text)
    targets = tuple(Target(name, 1, 1) for name in names)
    effort = Effort(samples=6, budget=100, timeout=timeout, memory=2 << 30)
    reports = probe_file(Task(str(path), "subject", str(folder), "numpy", targets, effort))
    return {report.name: report for report in reports}


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Report]:
    folder = tmp_path_factory.mktemp("user")
    (folder / "kept").write_text("x")
    text = HEAD + f"OUTSIDE = {str(folder)!r}\n"
    text += "".join(f"def {name}(x):\n    {body}\n\n" for name, body in BODIES.items())
    found = run(folder, text, list(BODIES))
    found[""] = Report(",".join(sorted(path.name for path in folder.iterdir() if path.name != "__pycache__")))
    return found


def test_every_function_has_a_result(reports: dict[str, Report]) -> None:
    assert set(reports) - {""} == set(BODIES)


@pytest.mark.parametrize("name", ["fine", "last", "mapping", "pair", "nested"])
def test_the_others_go_on(reports: dict[str, Report], name: str) -> None:
    assert not reports[name].problem
    assert {seen.kind for seen in reports[name].points} == {"kink"}


@pytest.mark.parametrize("name", ["prints", "writes_inside", "draws", "threads"])
def test_harmless_effects_are_allowed(reports: dict[str, Report], name: str) -> None:
    assert not reports[name].problem
    assert not reports[name].points


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("hangs", "longer than 3 s"),
        ("sleeps", "longer than 3 s"),
        ("leaves", "status 3"),
        ("crashes", "SIGSEGV"),
        ("exits", "SystemExit: no"),
        ("allocates", "MemoryError"),
        ("recurses", "RecursionError"),
        ("reads", "EOFError"),
        ("writes", "writing"),
        ("removes", "os.remove"),
        ("connects", "using the network"),
        ("spawns", "subprocess.Popen"),
        ("shells", "os.system"),
        ("kills", "os.kill"),
        ("raises", "never works"),
        ("says", "no floating-point number"),
        ("nothing", "no floating-point number"),
        ("needs_gpu", "RuntimeError: No CUDA GPUs are available"),
        ("interrupts", "running it ends the process with SIGINT"),
        ("closes", "running it ends the process"),
        ("generates", "no floating-point number"),
        ("text_of", "no floating-point number"),
        ("array_of_texts", "no floating-point number"),
        ("empty", "no floating-point number"),
        ("wavers", "two calls with the same input differ"),
    ],
)
def test_bad_functions_say_why(reports: dict[str, Report], name: str, words: str) -> None:
    assert words in reports[name].problem


def test_nothing_outside_is_touched(reports: dict[str, Report]) -> None:
    assert reports[""].name == "kept,subject.py"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import missing_package\n", "ModuleNotFoundError"),
        ("import sys; sys.exit(2)\n", "SystemExit"),
        ("import os; os._exit(4)\n", "status 4"),
        ("while True: pass\n", "importing the file takes longer"),
        ("import sys; sys.exit()\n", "importing the file ends in SystemExit"),
        ("raise KeyboardInterrupt\n", "KeyboardInterrupt"),
        ("import ctypes; ctypes.string_at(0)\n", "importing the file ends the process with SIGSEGV"),
        ("import numpy; numpy.ones(1 << 34)\n", "MemoryError"),
        ("open('/nowhere/file', 'w')\n", "writing"),
        ("answer = input('really? ')\n", "EOFError"),
        ("import socket; socket.create_connection(('127.0.0.1', 9))\n", "using the network"),
        ("import subprocess; subprocess.run(['true'])\n", "subprocess.Popen"),
        ("import os; os.fork()\n", "os.fork"),
        ("1 / 0\n", "importing the file ends in ZeroDivisionError"),
    ],
)
def test_files_that_cannot_be_imported(tmp_path: Path, text: str, words: str) -> None:
    started = time.monotonic()
    found = run(tmp_path, text + "def f(x): return x\n", ["f"], timeout=0.5)

    assert words in found["f"].problem
    assert time.monotonic() - started < 30


def test_a_file_that_prints_much_while_imported(tmp_path: Path) -> None:
    found = run(tmp_path, "print('x' * 5_000_000)\ndef f(x): return x * x\n", ["f"])

    assert not found["f"].problem
