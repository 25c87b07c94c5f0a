"""Time to load the catalogue: cold from the rule files, then from its compiled form.

    python tests/bench/bench_load.py

Prints milliseconds of CPU and of the clock, the best of several runs each.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from difflint.catalogue import compiled, load

RUNS = 7


def best(work: Callable[[], object], prepare: Callable[[], object]) -> str:
    """The shortest of several runs."""
    clocks, seconds = [], []
    for _ in range(RUNS):
        prepare()
        clock, cpu = time.perf_counter(), time.process_time()
        work()
        clocks.append(time.perf_counter() - clock)
        seconds.append(time.process_time() - cpu)
    return f"{1000 * min(seconds):.0f} ms CPU, {1000 * min(clocks):.0f} ms by the clock"


def forget(entries: bool) -> None:
    """As a new process, with the compiled form or without."""
    load._load.cache_clear()
    folder = compiled.cache_folder()
    for path in folder.iterdir() if entries and folder.is_dir() else ():
        path.unlink()


def main() -> None:
    """Measure both ways."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = folder
        catalogue = load.load()
        size = sum(path.stat().st_size for path in Path(folder, "difflint").iterdir())
        print(f"{len(catalogue.operators)} operators, {len(catalogue.spellings)} spellings, {size / 1e3:.0f} kB")
        print(f"cold: {best(load.load, lambda: forget(entries=True))}")
        print(f"compiled: {best(load.load, lambda: forget(entries=False))}")


if __name__ == "__main__":
    main()
