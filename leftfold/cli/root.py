"""`leftfold` itself: the commands and a newcomer's lines."""

from __future__ import annotations

import sys

import click
from click.exceptions import NoArgsIsHelpError

from leftfold.cli.lazy import LazyGroup

WELCOME = """\
leftfold demo                        see real data stream through a broker of its own, in seconds
leftfold start                       run a broker here; any Kafka client connects to 127.0.0.1:9092
leftfold topic create orders         then: echo hello | leftfold topic produce orders
leftfold topic consume orders        read it back; -o :end stops at the end
leftfold doctor                      what is wrong, and what to do; leftfold explain CODE says more
leftfold --help                      every command; each has --help of its own
"""

INTERRUPTED = 130

ROWS = {
    "start": ("leftfold.cli.start", "Run a broker from one folder."),
    "demo": ("leftfold.cli.demo", "Real flights through a broker of its own, live."),
    "topic": ("leftfold.cli.topic", "Topics and their records."),
    "group": ("leftfold.cli.group", "Consumer groups, their lag and offsets."),
    "cluster": ("leftfold.cli.cluster", "The brokers, their health and settings."),
    "profile": ("leftfold.cli.profile", "Named clusters of your own."),
    "dump-log": ("leftfold.cli.dump_log", "Read segment files and name damage."),
    "doctor": ("leftfold.cli.doctor", "What is wrong with a broker or a folder, and the fix."),
    "bench": ("leftfold.cli.bench", "How fast a cluster is from here, through one client."),
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
    """Run the command line: 0 done, 1 failed, 2 not understood, 3 not healthy, 130 interrupted; one line says what is wrong.

    A reader of our output that goes away (`| head`) ends us quietly.
    """
    try:
        status = command.main(prog_name="leftfold", standalone_mode=False)
    except NoArgsIsHelpError as error:  # a group alone: its help is the answer
        error.show()
        sys.exit(error.exit_code)
    except click.UsageError as error:
        told = f"; see `{error.ctx.command_path} --help`" if error.ctx else ""
        click.echo(f"leftfold: {error.format_message().removesuffix('.')}{told}", err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)
