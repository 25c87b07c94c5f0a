"""Where a report goes: to standard output or to a file, in one of the formats."""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from difflint.catalogue.model import Check
from difflint.check import Result
from difflint.errors import DifflintError
from difflint.report import github, html, json, sarif, svg, text


@dataclass(frozen=True, slots=True)
class Output:
    """How to report: a word of `--format`, a file or standard output.

    `statistics` counts by rule in text; `points` lists every function that was probed and its points.
    """

    form: str = "text"
    path: Path | None = None
    statistics: bool = False
    points: bool = False


def report(result: Result, checks: Mapping[str, Check], output: Output) -> None:
    """Write the report; one for machines that goes to a file leaves the text on standard output.

    Raises DifflintError for a file that cannot be written.
    """
    if output.path is not None:
        write(output.path, _rendered(result, checks, output).encode("utf-8", "backslashreplace"))
    elif output.form != "text":
        encoding = sys.stdout.encoding or "utf-8"
        sys.stdout.write(_rendered(result, checks, output).encode(encoding, "backslashreplace").decode(encoding))
    if (output.form == "text") is (output.path is None):
        _text(sys.stdout, result, output)


def _rendered(result: Result, checks: Mapping[str, Check], output: Output) -> str:
    if output.form == "json":
        return json.render(result.diagnostics, result.files, result.unknown, result.answers)
    if output.form == "sarif":
        return sarif.render(result.diagnostics, checks, result.lines, result.errors)
    if output.form == "html":
        return html.render(
            result.diagnostics, result.files, result.lines, checks, result.answers, result.errors, output.points
        )
    if output.form == "github":
        return github.render(result.diagnostics)
    buffer = io.StringIO()
    _text(buffer, result, output)
    return buffer.getvalue()


def _text(stream: TextIO, result: Result, output: Output) -> None:
    if output.points:
        text.functions(stream, result.answers)
    text.render(
        stream, result.diagnostics, result.files, result.lines, output.statistics, result.unknown, result.answers,
        not output.points,
    )  # fmt: skip


def draw(result: Result, path: Path, encode: Callable[[str], bytes], points: bool) -> bool:
    """Write the pictures of a run to a file; False, and no file, if there is none.

    Raises DifflintError for a file that cannot be written.
    """
    figures = list(svg.figures(result.diagnostics, result.answers, points))
    if figures:
        write(path, encode(svg.document(figures)))
    return bool(figures)


def write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; what is no file, such as a device or a pipe, is written to directly."""
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)
            return
        target = path.resolve()  # a link stays a link
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=target.name)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            Path(name).chmod(target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask())
            Path(name).replace(target)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise DifflintError(f"{path}: cannot be written: {error.strerror}") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
