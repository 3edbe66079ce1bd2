"""`leftfold` itself: the commands and a newcomer's lines."""

from __future__ import annotations

import sys

import click

from leftfold.cli.lazy import LazyGroup

WELCOME = """\
leftfold demo                        see real data stream through a broker of its own, in seconds
leftfold start                       run a broker here; any Kafka client connects to 127.0.0.1:9092
leftfold topic create orders         then: echo hello | leftfold topic produce orders
leftfold topic consume orders        read it back; -o :end stops at the end
leftfold doctor                      what is wrong, and what to do; leftfold explain CODE says more
leftfold --help                      every command; each has --help of its own
"""

ROWS = {
    "start": ("leftfold.cli.start", "Run a broker from one folder."),
    "demo": ("leftfold.cli.demo", "Real flights through a broker of its own, live."),
    "topic": ("leftfold.cli.topic", "Topics and their records."),
    "cluster": ("leftfold.cli.cluster", "The brokers, their health and settings."),
    "profile": ("leftfold.cli.profile", "Named clusters of your own."),
    "dump-log": ("leftfold.cli.dump_log", "Read segment files and name damage."),
    "doctor": ("leftfold.cli.doctor", "What is wrong with a broker or a folder, and the fix."),
    "explain": ("leftfold.cli.explain", "What an error means and what to do."),
    "generate": ("leftfold.cli.generate", "Shell completion."),
}


def _say_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            click.echo(f"leftfold {version('leftfold')}")
        except PackageNotFoundError:  # run from the source tree, not installed
            click.echo("leftfold (not installed)")
        context.exit()


@click.group(
    cls=LazyGroup,
    rows=ROWS,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_say_version, help="Say the version.")
@click.pass_context
def command(context: click.Context) -> None:
    """A streaming log that any Kafka client can use, in one process and one folder."""
    if context.invoked_subcommand is None:
        click.echo(WELCOME, nl=False)


def run() -> None:
    """Run the command line; a reader of our output that goes away (`| head`) ends us quietly."""
    try:
        command(prog_name="leftfold")
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
