"""A broker behind TLS or a login, met with librdkafka's eyes."""

# The small client over wire/ speaks plaintext only: here the library says how far it gets with what the user gave it.

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from leftfold.base.errors import Failure
from leftfold.cli import reach
from leftfold.cli.doctor.broker import resolved
from leftfold.cli.doctor.findings import Report
from leftfold.cli.numbers import counted
from leftfold.cli.reach import Address

if TYPE_CHECKING:
    from leftfold.cli.connection import Cluster

SECONDS = 5
WAYS_SHOWN = 3


def look(report: Report, addresses: Sequence[Address], cluster: Cluster) -> bool:
    """Names, connections, and metadata with the user's own security settings; True when clients get in."""
    for address in addresses:
        answer = reach.ask(address)
        if not answer.resolved:
            report.fail("name", Failure.NAME_UNKNOWN, answer.why)
            continue
        report.ok("name", resolved(answer))
        if answer.connected:
            report.ok("connection", f"{address.text} accepts connections")
        else:
            report.fail("connection", answer.failure or Failure.UNREACHABLE, answer.why)
    return report.healthy and _metadata(report, cluster)


def _metadata(report: Report, cluster: Cluster) -> bool:
    from confluent_kafka import KafkaException, Producer

    met: dict[str, None] = {}
    config: dict[str, Any] = cluster.config(error_cb=lambda error: met.setdefault(error.str()))
    client = Producer(config)
    try:
        found = client.list_topics(timeout=SECONDS)
    except KafkaException as error:
        client.poll(0)  # what it met on the way is told only when asked for
        why = "; ".join(list(met)[:WAYS_SHOWN]) or error.args[0].str()
        report.fail("metadata", Failure.ASKS_WHO, f"with the security settings given, the broker answers nothing: {why}")
        return False
    count = len(found.brokers)
    report.ok("metadata", f"cluster {found.cluster_id}: {counted(count, 'broker')}, {counted(len(found.topics), 'topic')}")
    report.skip("details", "what else there is to see is looked at over plaintext only")
    return True
