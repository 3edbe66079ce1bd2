"""The broker's admin port: ready, whole, and on time."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from shlex import quote
from typing import Any

from leftfold.base import ports
from leftfold.base.errors import Failure
from leftfold.cli import reach
from leftfold.cli.doctor.findings import Report
from leftfold.cli.reach import Address
from leftfold.cli.visit import Visit

PORT = 9644
READY = "/v1/status/ready"
HTTP_OK = 200
SECONDS = 2.0
BODY_BYTES_MAX = 1 << 20
SKEW_MS_WARN, SKEW_MS_FAIL = 5_000, 3_600_000  # from an hour on, records are refused (message.timestamp.after.max.ms)
NAMES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Page:
    """What a route answered, and when by the broker's clock."""

    status: int
    body: Mapping[str, Any]
    date_ms: int | None


def look_for_recovery(report: Report, broker: Address, named: Address | None) -> None:
    """Nobody answers as a broker: it may run and not serve clients yet. Says nothing where there is no admin port either."""
    address = named or Address(broker.host, PORT)
    try:
        ready = get(address, READY)
    except OSError:
        return
    if ready.status != HTTP_OK:
        _tell_not_ready(report, ready)


def _tell_not_ready(report: Report, page: Page) -> None:
    what = f"the node is {page.body.get('status', 'not ready')}: {page.body.get('message', page.status)}"
    share = page.body.get("recovery", {}).get("share")
    progress = f" ({share:.0%} done)" if isinstance(share, float) else ""
    report.fail("admin", Failure.NOT_READY, f"{what}{progress}")


def look(report: Report, visit: Visit, named: Address | None, told: str | None, folder: str) -> None:
    """Readiness, health and clock. `named` is what the user said, `told` the broker's own setting, `folder` its data."""
    address = named or _address(report, visit, told)
    if address is None:
        return
    try:
        ready = get(address, READY)
    except OSError as error:
        what = f"the admin port {address.text} does not answer ({error}); name another with --admin HOST:PORT"
        if named is None:
            report.skip("admin", what)
        else:
            report.fail("admin", Failure.UNREACHABLE, what)
        return
    if ready.status == HTTP_OK:
        report.ok("admin", f"http://{address.text}{READY} says {ready.body.get('status', 'ready')}")
    else:
        _tell_not_ready(report, ready)
    judge_clock(report, ready.date_ms, ports.real().wall_ms())
    if ready.status == HTTP_OK:
        _health(report, address, folder)


def _address(report: Report, visit: Visit, told: str | None) -> Address | None:
    """Where the admin port must be, from what the broker says of itself."""
    if told is None:
        report.skip("admin", "this broker says nothing of an admin port; name one with --admin HOST:PORT")
        return None
    try:
        address = reach.parse(told)
    except ValueError:
        why = "has no admin port" if not told else "took a free admin port"
        report.skip("admin", f"this broker {why} (admin.listener={told or 'empty'}); name one with --admin HOST:PORT")
        return None
    if address.is_nowhere:
        return Address(visit.address.host, address.port)
    if address.is_loopback and not visit.is_local:
        report.skip("admin", f"{address.text} answers on the broker's own machine only: run doctor there to look at it")
        return None
    return address


def get(address: Address, path: str) -> Page:
    """One route of the admin port; OSError where nothing sensible answers."""
    connection = http.client.HTTPConnection(address.host, address.port, timeout=SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = json.loads(answer.read(BODY_BYTES_MAX) or b"{}")
        date = answer.getheader("date")
        date_ms = int(parsedate_to_datetime(date).timestamp() * 1000) if date else None
        return Page(answer.status, body if isinstance(body, dict) else {}, date_ms)
    except (http.client.HTTPException, ValueError) as error:
        raise OSError(f"it does not answer as an admin port: {error}") from None
    finally:
        connection.close()


def judge_clock(report: Report, there_ms: int | None, here_ms: int) -> None:
    """The two clocks. HTTP's date has whole seconds: less than that is not known."""
    if there_ms is None:
        report.skip("clock", "the broker does not tell its time")
        return
    skew_ms = there_ms + 500 - here_ms
    ahead = "ahead of" if skew_ms > 0 else "behind"
    what = f"the broker's clock is {abs(skew_ms) / 1000:.0f} s {ahead} this machine's"
    if abs(skew_ms) >= SKEW_MS_FAIL:
        report.fail("clock", Failure.CLOCK_SKEW, what)
    elif abs(skew_ms) >= SKEW_MS_WARN:
        report.warn("clock", Failure.CLOCK_SKEW, what)
    else:
        report.ok("clock", "the broker's clock and this machine's agree within seconds")


def _health(report: Report, address: Address, folder: str) -> None:
    try:
        health = get(address, "/v1/cluster/health_overview").body
    except OSError as error:
        report.skip("health", f"the broker does not tell of its health: {error}")
        return
    damaged = list(health.get("damaged_partitions", ()))
    reasons = [one for one in health.get("unhealthy_reasons", ()) if one != "damaged_partitions"]
    if damaged:
        more = f" and {len(damaged) - NAMES_SHOWN} more" if len(damaged) > NAMES_SHOWN else ""
        names = ", ".join(one.partition("/")[2] for one in damaged[:NAMES_SHOWN])
        what = f"offsets are quarantined in {names}{more}: kept, never served, never cut"
        fix = f"`leftfold doctor --data {quote(folder)}`, on its machine, names each range and the command that gives it up."
        report.fail("health", Failure.CORRUPT_BATCH, what, fix, partitions=damaged)
    if reasons:
        report.fail("health", Failure.PARTITIONS_UNSERVED, f"the broker calls itself unhealthy: {', '.join(reasons)}")
    if not damaged and not reasons:
        report.ok("health", "the broker knows of no damage and calls itself healthy")
