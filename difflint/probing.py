"""`difflint probe`: run the code with dual numbers and answer the findings."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from difflint.errors import DifflintError

if TYPE_CHECKING:
    from difflint.check import Result


FORMATS = ("text", "json", "sarif", "github", "html")


class Failure(click.ClickException):
    """A run that cannot go on: exit status 2, one line a problem."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """Write the problems to stderr."""
        for line in self.message.splitlines():
            click.echo(f"difflint: {line}", err=True)


class _Recording(click.Command):
    """With `--record`, what stands behind `--` is a command of the user's."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the command out before the options are read."""
        ctx.obj = ()
        if "--record" in args and "--" in args[args.index("--record") :]:
            place = args.index("--", args.index("--record"))
            ctx.obj = tuple(args[place + 1 :])
            args = args[:place]
        return super().parse_args(ctx, args)


@click.command(cls=_Recording, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", nargs=-1, metavar="[PATH[::NAME]]...")
@click.option("--record", "recorded", is_flag=True, help="Run the command behind `--` and use its arguments.")
@click.option("--inputs-from", "factory", metavar="MODULE:NAME", help="A function that makes the arguments.")
@click.option("--input", "inputs", multiple=True, metavar="NAME=SPEC", help="An argument, such as x='normal(32,3)'.")
@click.option("--range", "ranges", multiple=True, metavar="NAME=LOW:HIGH", help="Where an argument lies.")
@click.option("--all", "everything", is_flag=True, help="Probe every function and list every point found.")
@click.option(
    "--samples", type=click.IntRange(1, 1000), default=24, show_default=True, help="Random inputs to start from."
)
@click.option("--budget", type=click.IntRange(10), default=600, show_default=True, help="Evaluations per function.")
@click.option("--prove", is_flag=True, help="Split stated ranges into up to 4000 boxes to prove findings absent.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--timeout", type=click.FloatRange(0.1), default=20.0, show_default=True, help="Seconds per function.")
@click.option("--memory", type=click.FloatRange(0.1), default=4.0, show_default=True, help="Gigabytes per process.")
@click.option("--allow-effects", is_flag=True, help="Let the code write files, use the network, start processes.")
@click.option(
    "--certainty", type=click.Choice(["must", "likely", "possible"]), default="likely", show_default=True,
    help="The lowest certainty to report of findings that are not confirmed.",
)  # fmt: skip
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "--output-file",
    "--output",
    "output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the report to a file; other formats than text leave the text on standard output.",
)
@click.option(
    "--plot", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.svg|.png",
    help="Write pictures of value and slope across the points found.",
)  # fmt: skip
@click.pass_context
def probe(
    context: click.Context,
    /,
    paths: tuple[str, ...],
    form: str,
    output: Path | None,
    plot: Path | None,
    certainty: str,
    recorded: bool,
    **flags: Any,
) -> None:
    """Run functions with dual numbers and answer the findings about them.

    The code runs in a child process without network, input or writes. With
    `--record -- pytest tests/test_x.py` your command runs first, with all of its rights; the arguments
    it calls the functions with are where the probe looks. Exit status: 0 nothing confirmed,
    1 a finding confirmed, 2 could not run.
    """
    from difflint.catalogue.load import load
    from difflint.check import Request, check
    from difflint.config import load_config
    from difflint.diagnose import Selection
    from difflint.facts import Certainty
    from difflint.output import Output, draw, report
    from difflint.probe.record import Command
    from difflint.report.svg import encoder

    words = context.obj
    if recorded and not words:
        raise Failure("--record needs a command, such as `--record -- pytest tests`")
    if not paths and not recorded:
        raise Failure("no paths given, expected files or folders (`.` for this one)")
    files, names = _targets(paths or (".",))
    points = bool(names) or flags["everything"]
    try:
        encode = encoder(plot) if plot is not None else None
        config = load_config(files)
        selection = Selection(
            config.texts("select"), config.texts("ignore"), config.texts("extend-select"), {}, config.profile,
            config.severity, Certainty(certainty),
        )  # fmt: skip
        folders = (str(Path.cwd()), str(config.root))
        options = replace(
            _options(names, **flags), settings=config.inputs, folders=folders,
            command=Command(words, form != "text") if recorded else None,
        )  # fmt: skip
        result = check(Request(files, config, selection, probe=options))
        _named(names, result)
        report(result, load(config.rules).checks, Output(form, output, points=points))
        if plot is not None and encode is not None and not draw(result, plot, encode, points):
            click.echo(f"difflint: {plot}: not written, for there is no point to draw", err=True)
    except DifflintError as error:
        raise Failure(str(error)) from None
    for line in (*result.answers.notes, *result.errors, *result.unparsed):
        click.echo(f"difflint: {line}", err=True)
    if result.errors or result.unparsed:
        raise SystemExit(2)
    raise SystemExit(1 if _confirmed(result) else 0)


def _targets(paths: tuple[str, ...]) -> tuple[tuple[Path, ...], frozenset[str]]:
    parts = [path.partition("::") for path in paths]
    return tuple(dict.fromkeys(Path(file) for file, _, _ in parts)), frozenset(name for _, _, name in parts if name)


def _options(
    names: frozenset[str], *, inputs: tuple[str, ...], ranges: tuple[str, ...], everything: bool, samples: int,
    budget: int, prove: bool, seed: int, timeout: float, memory: float, allow_effects: bool, factory: str | None,
) -> Any:  # fmt: skip
    from difflint.probe.protocol import Effort
    from difflint.probe.run import Options
    from difflint.probe.stated import factory_of, stated_flags

    if factory and not names:
        raise DifflintError("--inputs-from is about one function, expected PATH::NAME")
    try:
        stated = stated_flags(inputs, ranges)
        factory = factory_of(factory, os.getcwd()) if factory else ""
    except ValueError as error:
        raise DifflintError(str(error)) from None
    effort = Effort(samples, budget, 4000 if prove else 1, seed, timeout, int(memory * 2**30), allow_effects)
    return Options(effort, stated, names, everything, factory)


def _named(names: frozenset[str], result: Result) -> None:
    """Every function that was named must exist."""
    from difflint.errors import nearest

    missing = sorted(names - {item.report.name for item in result.answers.probed})
    if missing and not result.errors and not result.unparsed:
        known = nearest(missing[0], result.functions) if result.functions else "a file with functions"
        raise DifflintError(f"no function {missing[0]!r}, expected {known}")


def _confirmed(result: Result) -> bool:
    from difflint.facts import Certainty

    return any(item.certainty is Certainty.CONFIRMED for item in result.diagnostics)
