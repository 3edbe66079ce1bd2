"""`leftfold doctor`: what is wrong, and what to do about it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from leftfold.base.errors import Failure
from leftfold.cli import reach
from leftfold.cli.connection import Cluster, connected
from leftfold.cli.doctor import give_up
from leftfold.cli.doctor.findings import FIELDS, Report
from leftfold.cli.listing import formatted, tell
from leftfold.cli.problem import Problem

NOT_HEALTHY = 3


@click.group(invoke_without_command=True)
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Look at a data folder instead.")
@click.option("--quick", is_flag=True, help="With --data: do not read every record; damage that lies deep may be missed.")
@click.option("--admin", metavar="HOST:PORT", help="The broker's admin port. [default: what the broker says]")
@click.option("--produce", is_flag=True, help="Write a record to a throw-away topic and read it back.")
@formatted(*FIELDS)
@connected
@click.pass_context
def command(
    context: click.Context, *, cluster: Cluster, data: Path | None, quick: bool, admin: str | None, produce: bool, form: str
) -> None:
    """Connect as a client would, or look at a data folder, step by step; each line is ok, warn or fail, with the fix.

    Exit status 0: nothing failed; 3: something did.
    """
    if context.invoked_subcommand is not None:
        return
    if quick and data is None:
        raise click.UsageError("--quick is for a folder: name it with --data DIR")
    report = Report((lambda finding: click.echo(finding.line)) if form in {"text", "wide"} else (lambda _: None))
    if data is not None:
        from leftfold.cli.doctor import folder

        folder.look(report, data, quick=quick)
    else:
        _look_at_broker(report, cluster, admin, produce=produce)
    tell(report.document, form, lambda: report.summary)
    if not report.healthy:
        sys.exit(NOT_HEALTHY)


def _look_at_broker(report: Report, cluster: Cluster, admin: str | None, *, produce: bool) -> None:
    from leftfold.cli.doctor import broker, secured, trial

    try:
        addresses = [reach.parse(one) for one in cluster.brokers.split(",") if one.strip()]
        admin_address = reach.parse(admin) if admin else None
    except ValueError as why:
        raise Problem(str(why), Failure.SETTING_INVALID) from None
    plain = not cluster.is_secured
    reached = broker.look(report, addresses, admin_address) if plain else secured.look(report, addresses, cluster)
    if reached and produce:
        trial.run(report, cluster)


command.add_command(give_up.records)
command.add_command(give_up.journal)
