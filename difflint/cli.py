"""The command line."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from difflint import __version__
from difflint.mapping import map_command
from difflint.probing import FORMATS, probe

if TYPE_CHECKING:
    from difflint.catalogue.model import Check
    from difflint.config import Config
    from difflint.diagnose import Selection
    from difflint.gather import Progress

_CONTEXT = {"help_option_names": ["-h", "--help"]}


@click.group(context_settings=_CONTEXT)
@click.version_option(__version__, prog_name="difflint", message="%(prog)s %(version)s")
def cli() -> None:
    """A differentiability linter for Python model code.

    Exit status: 0 nothing found, 1 findings, 2 could not run.
    """


cli.add_command(probe)
cli.add_command(map_command)


def fail(message: str) -> NoReturn:
    """End with exit status 2, one line a problem on stderr."""
    for line in message.splitlines():
        click.echo(f"difflint: {line}", err=True)
    raise SystemExit(2)


def _words(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip())


@cli.command(context_settings=_CONTEXT)
@click.argument("paths", nargs=-1, metavar="PATHS...")
@click.option("--select", multiple=True, metavar="CODES", help="Report only these codes, prefixes or rule names.")
@click.option("--ignore", multiple=True, metavar="CODES", help="Do not report these.")
@click.option("--extend-select", multiple=True, metavar="CODES", help="Report these as well.")
@click.option("--min-severity", type=click.Choice(["error", "warning", "info"]), help="The lowest severity to report.")
@click.option(
    "--certainty",
    type=click.Choice(["must", "likely", "possible"]),
    default="likely",
    show_default=True,
    help="The lowest certainty to report.",
)
@click.option(
    "--profile",
    type=click.Choice(["sgd", "second-order", "sampling", "pinn", "strict", "auto"]),
    help="What the optimiser needs, everywhere; `auto` takes it from the code.",
)
@click.option("--probe", "run_code", is_flag=True, help="Run the code in child processes to confirm findings.")
@click.option("--show-unknown", is_flag=True, help="List calls the catalogue does not know.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "--output-file",
    "--output",
    "output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the report to a file; other formats than text leave the text on standard output.",
)
@click.option("--statistics", is_flag=True, help="Count findings by rule.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found.")
@click.option("--force-exclude", is_flag=True, help="Leave out excluded files even where they are named.")
@click.option("--stdin-filename", metavar="NAME", help="The name of the text read from standard input (path `-`).")
def check(
    paths: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    extend_select: tuple[str, ...],
    min_severity: str | None,
    certainty: str,
    profile: str | None,
    run_code: bool,
    show_unknown: bool,
    form: str,
    output: Path | None,
    statistics: bool,
    exit_zero: bool,
    force_exclude: bool,
    stdin_filename: str | None,
) -> None:
    """Check files and folders."""
    from difflint.catalogue.load import load
    from difflint.check import Request
    from difflint.check import check as run_check
    from difflint.config import load_config
    from difflint.errors import DifflintError
    from difflint.output import Output, report
    from difflint.probe.run import Options

    if not paths:
        fail("no paths given, expected files or folders (`.` for this one)")
    from_stdin = "-" in paths
    if (from_stdin or stdin_filename) and (paths != ("-",) or not stdin_filename):
        fail("standard input is checked alone, expected `--stdin-filename NAME -`")
    if from_stdin and run_code:
        fail("standard input cannot be probed, expected a file")
    targets = (Path(stdin_filename),) if from_stdin and stdin_filename else tuple(map(Path, paths))
    try:
        config = load_config(targets)
        if profile is not None:
            config = config.with_profile(profile)
        selection = _selection(config, select, ignore, extend_select, min_severity, certainty)
        _known_codes(config, _words((*select, *ignore, *extend_select)))
        data = sys.stdin.buffer.read() if from_stdin else None
        probe = Options(settings=config.inputs, folders=(str(config.root),)) if run_code else None
        with _progress() as progress:
            result = run_check(Request(targets, config, selection, data, show_unknown, force_exclude, probe), progress)
        report(result, load(config.rules).checks, Output(form, output, statistics))
    except DifflintError as error:
        fail(str(error))
    for line in result.errors:
        click.echo(f"difflint: {line}", err=True)
    if result.errors:
        raise SystemExit(2)
    raise SystemExit(1 if result.diagnostics and not exit_zero else 0)


def _selection(
    config: Config,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    extend: tuple[str, ...],
    severity: str | None,
    certainty: str,
) -> Selection:
    from difflint.diagnose import Selection
    from difflint.diagnostic import Severity
    from difflint.facts import Certainty

    return Selection(
        _words(select) or config.texts("select"),
        _words(ignore) or config.texts("ignore"),
        _words(extend) + config.texts("extend-select"),
        {},
        config.profile,
        Severity(severity) if severity else config.severity,
        Certainty(certainty),
    )


def _known_codes(config: Config, words: tuple[str, ...]) -> None:
    """Raise DifflintError for a word of the command line or the configuration that names no rule."""
    from difflint.catalogue.load import load
    from difflint.diagnose import matches
    from difflint.errors import DifflintError, closest

    checks = load(config.rules).checks.values()
    known = [*(item.code for item in checks), *(item.name for item in checks)]
    places = [("", words), *((f"{config.path}: ", found) for found in config.codes)]
    for place, found in places:
        for word in found:
            if not any(matches(item, (word,)) for item in checks):
                nearest = closest(word, known)
                raise DifflintError(
                    f"{place}no rule matches {word!r}, the nearest is {nearest}; `difflint rules` lists all"
                )


@contextmanager
def _progress() -> Iterator[Progress | None]:
    """A progress bar on stderr, on terminals only, once a run takes long."""
    if not sys.stderr.isatty():
        yield None
        return
    from difflint.progress import bar

    with bar() as progress:
        yield progress


def _checks(path: str | None = None) -> dict[str, Check]:
    from difflint.catalogue.load import load
    from difflint.config import load_config
    from difflint.errors import DifflintError

    try:
        return dict(load(load_config((Path(path or "."),)).rules).checks)
    except DifflintError as error:
        fail(str(error))


@cli.command(context_settings=_CONTEXT)
@click.argument("code")
def rule(code: str) -> None:
    """Explain one rule, by code or name."""
    from difflint.errors import closest

    checks = _checks()
    found = next((item for item in checks.values() if code.upper() == item.code or code == item.name), None)
    if found is None:
        words = [*checks, *(item.name for item in checks.values())]
        fail(f"no rule {code!r}, the nearest is {closest(code, words)}; `difflint rules` lists all")
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.markdown import Markdown

        Console().print(Markdown(f"# {found.code} {found.name}\n\n{found.text}"))
    else:
        click.echo(f"# {found.code} {found.name}\n\n{found.text}")


@cli.command(context_settings=_CONTEXT)
def rules() -> None:
    """List all rules."""
    checks = sorted(_checks().values(), key=lambda check: check.code)
    width = max(len(item.name) for item in checks)
    for item in checks:
        severity = next(iter(item.severity.values())).value
        click.echo(f"{item.code}  {severity:<8} {item.name:<{width}} {item.summary}")


@cli.command(context_settings=_CONTEXT)
@click.argument("path", default=".")
def config(path: str) -> None:
    """Show the effective settings and where each came from."""
    from difflint.config import KEYS, load_config
    from difflint.errors import DifflintError

    if not Path(path).exists():
        fail(f"{path}: no such file or folder")
    try:
        settings = load_config((Path(path),))
    except DifflintError as error:
        fail(str(error))
    defaults: dict[str, object] = {
        "profile": "sgd",
        "min-severity": settings.severity.value,
        "per-file-ignores": {},
        "per-file-profiles": {},
        "probe": {},
    }
    for key in KEYS:
        value = settings.values.get(key, defaults.get(key, []))
        click.echo(f"{key} = {value!r}  # {settings.origin(key)}")


def run() -> None:
    """Run the command line; a closed pipe is not an error, an unforeseen one is a run that failed."""
    try:
        cli(standalone_mode=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        raise SystemExit(1) from None
    except Exception as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        fail(f"internal error, please report it: {error!r} at {Path(frame.filename).name}:{frame.lineno}")
