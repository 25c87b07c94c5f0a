"""A progress bar on stderr for long runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

_PATIENCE = 1.0
"""Seconds before a bar appears."""


@contextmanager
def bar() -> Iterator[Callable[[int, int], None]]:
    """A callback `(done, total)` that shows a bar once the run has taken a second."""
    started = time.monotonic()
    progress = Progress(
        TextColumn("checking"), BarColumn(), MofNCompleteColumn(), console=Console(stderr=True), transient=True
    )
    task = progress.add_task("checking", total=None)
    shown = False

    def update(done: int, total: int) -> None:
        nonlocal shown
        if not shown and time.monotonic() - started > _PATIENCE:
            progress.start()
            shown = True
        progress.update(task, completed=done, total=total)

    try:
        yield update
    finally:
        if shown:
            progress.stop()
