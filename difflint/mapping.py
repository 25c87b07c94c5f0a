"""`difflint map`: where functions are not smooth, for their documentation."""

from __future__ import annotations

import io
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from difflint.errors import DifflintError
from difflint.probing import Failure

if TYPE_CHECKING:
    from difflint.chart import Chart


@click.command(name="map", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", nargs=-1, required=True, metavar="PATH[::NAME]...")
@click.option(
    "--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True,
    help="Markdown is a section for a docstring.",
)  # fmt: skip
@click.option(
    "--output-file", "--output", "output", type=click.Path(dir_okay=False, path_type=Path),
    help="Write the map to a file.",
)  # fmt: skip
@click.option("--force-exclude", is_flag=True, help="Leave out excluded files even where they are named.")
def map_command(paths: tuple[str, ...], form: str, output: Path | None, force_exclude: bool) -> None:
    """List every point where public functions are not smooth.

    NAME is a function, a class or a method, public or not. The code is read, never run. Exit status:
    0 mapped, 2 could not run.
    """
    from difflint.chart import chart
    from difflint.check import Request
    from difflint.config import load_config
    from difflint.diagnose import Selection
    from difflint.output import write
    from difflint.progress import bar

    targets = _targets(paths)
    try:
        config = load_config(tuple(targets))
        request = Request(tuple(targets), config, Selection(), force_exclude=force_exclude)
        with bar() if sys.stderr.isatty() else nullcontext() as progress:
            found = chart(request, targets, progress)
        text = _rendered(found, form, bool(output), any(targets.values()))
        if output is not None:
            write(output, text.encode("utf-8", "backslashreplace"))
    except DifflintError as error:
        raise Failure(str(error)) from None
    if output is None:
        encoding = sys.stdout.encoding or "utf-8"
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
    for line in found.errors:
        click.echo(f"difflint: {line}", err=True)
    raise SystemExit(2 if found.errors else 0)


def _targets(paths: tuple[str, ...]) -> dict[Path, frozenset[str]]:
    """The names asked for by path; none of them where the whole path is asked for as well."""
    names: dict[Path, set[str]] = {}
    whole: set[Path] = set()
    for path in paths:
        file, _, name = path.partition("::")
        names.setdefault(Path(file), set()).update({name} if name else ())
        whole |= set() if name else {Path(file)}
    return {path: frozenset() if path in whole else frozenset(found) for path, found in names.items()}


def _rendered(found: Chart, form: str, to_file: bool, named: bool) -> str:
    from difflint.report import map as report

    if form == "json":
        return report.as_json(found.functions, found.files)
    functions = [item for item in found.functions if item.arguments or named or not item.whole]
    if form == "markdown":
        return report.markdown(functions)
    buffer = io.StringIO() if to_file else _Terminal()
    report.text(buffer, functions, found.files)
    return buffer.getvalue()


class _Terminal(io.StringIO):
    """Text for standard output, coloured where that is a terminal."""

    def isatty(self) -> bool:
        """Whether standard output is a terminal."""
        return sys.stdout.isatty()
