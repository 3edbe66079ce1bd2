"""The addresses that a broker tells its clients to use."""

# The classic trap: the first connection works, because the user named an address that does; every later one goes to the
# address in the metadata, and that one is somebody else's localhost.

from __future__ import annotations

from leftfold.base.errors import Failure
from leftfold.cli import reach
from leftfold.cli.doctor.findings import Report
from leftfold.cli.reach import Address
from leftfold.cli.visit import Unanswered, Visit
from leftfold.wire.generated.metadata import MetadataRequest, MetadataResponse

CHECK = "advertised"


def look(report: Report, visit: Visit, metadata: MetadataResponse) -> None:
    """One line a broker."""
    if not metadata.brokers:
        report.fail(CHECK, Failure.PARTITIONS_UNSERVED, "the metadata names no broker")
    for broker in metadata.brokers:
        _one(report, visit, metadata, broker.node_id, Address(broker.host, broker.port))


def _one(report: Report, visit: Visit, metadata: MetadataResponse, node_id: int, address: Address) -> None:
    told = f"broker {node_id} tells clients to use {address.text}"
    if address.is_nowhere:
        report.fail(CHECK, Failure.ADVERTISED_NOWHERE, told)
        return
    if address.is_loopback and not visit.is_local:
        report.fail(CHECK, Failure.ADVERTISED_LOOPBACK, f"{told}, which is each client's own machine")
        return
    if address == visit.address:
        report.ok(CHECK, told)
        return
    answer = reach.ask(address)
    if answer.versions is None:
        report.fail(CHECK, Failure.ADVERTISED_UNREACHABLE, f"{told}; from here, {answer.why}")
        return
    try:
        there: MetadataResponse = Visit.of(answer).ask(MetadataRequest(topics=[]))
    except Unanswered as why:
        report.fail(CHECK, Failure.ADVERTISED_UNREACHABLE, f"{told}; from here, {why}")
        return
    if there.cluster_id != metadata.cluster_id:
        report.fail(CHECK, Failure.ANOTHER_CLUSTER, f"{told}, where cluster {there.cluster_id} answers")
    else:
        report.ok(CHECK, told)
