"""A running broker, looked at as a client would meet it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from leftfold.base.errors import Code, Failure
from leftfold.cli import reach
from leftfold.cli.doctor import admin, advertised
from leftfold.cli.doctor.findings import Report
from leftfold.cli.numbers import counted
from leftfold.cli.reach import Address, Answer
from leftfold.cli.visit import Unanswered, Visit
from leftfold.wire.generated.configs import DescribeConfigsRequest
from leftfold.wire.generated.log_dirs import DescribeLogDirsRequest
from leftfold.wire.generated.metadata import MetadataRequest, MetadataResponse
from leftfold.wire.generated.sasl import SaslHandshakeRequest
from leftfold.wire.messages import request_class

NEEDED = (0, 1, 2, 3)  # Produce, Fetch, ListOffsets, Metadata: without them no client reads or writes
NAMES_SHOWN = 5
LOW_SPACE_SHARE = 0.05
FREE_BYTES_MIN = 96 << 20  # with less, a broker refuses appends before it writes (the kernel's LogSettings)
BROKER_RESOURCE = 4
CONFIGS = ("listeners", "admin.listener", "default.replication.factor")


def look(report: Report, addresses: Sequence[Address], admin_address: Address | None) -> bool:
    """Every check, one after the other; True when clients can talk to the broker at all."""
    answers = [_reach(report, address) for address in addresses]
    answer = next((one for one in answers if one.versions is not None), None)
    if answer is None:
        admin.look_for_recovery(report, addresses[0], admin_address)
        return False
    visit = Visit.of(answer)
    _served(report, visit)
    metadata = _metadata(report, visit)
    if metadata is None:
        return False
    advertised.look(report, visit, metadata)
    _partitions(report, metadata)
    configs = _configs(report, visit, metadata)
    _replicas(report, metadata, configs)
    _open_listeners(report, configs)
    folder = _disk(report, visit)
    admin.look(report, visit, admin_address, configs.get("admin.listener"), folder)
    return True


def _reach(report: Report, address: Address) -> Answer:
    """Name, connection, protocol: the first that fails is where a client would stop."""
    answer = reach.ask(address)
    steps: list[tuple[str, bool, str]] = [
        ("name", bool(answer.resolved), resolved(answer)),
        ("connection", answer.connected, f"{address.text} accepts connections"),
        ("protocol", answer.versions is not None, f"a Kafka broker answers at {address.text}"),
    ]
    for check, done, what in steps:
        if not done:
            assert answer.failure is not None, "who stops says why"
            report.fail(check, answer.failure, f"{answer.why}{_holder(answer)}")
            break
        report.ok(check, what)
    return answer


def resolved(answer: Answer) -> str:
    """What a name leads to."""
    host = answer.address.host
    return f"{host} is an address" if answer.resolved == (host,) else f"{host} is {', '.join(answer.resolved)}"


def _holder(answer: Answer) -> str:
    """The process that has the port, where it is on this machine and may be looked at."""
    if not (answer.connected and answer.address.is_loopback):
        return ""
    from leftfold.node import holders

    holder = holders.of_port(answer.address.port)
    return f"; the port is held by {holder}" if holder else ""


def _served(report: Report, visit: Visit) -> None:
    missing = []
    for key in NEEDED:
        known = request_class(key)
        lowest, highest = visit.served.get(key, (1, 0))
        if min(highest, known.VERSIONS[1]) < max(lowest, known.VERSIONS[0]):
            missing.append(known.__name__.removesuffix("Request"))
    if missing:
        what = f"{visit.address.text} does not serve {', '.join(missing)} as clients need it"
        report.fail("requests", Failure.API_MISSING, what)
    else:
        report.ok("requests", f"{len(visit.served)} kinds of requests are served")


def _metadata(report: Report, visit: Visit) -> MetadataResponse | None:
    try:
        found: MetadataResponse = visit.ask(MetadataRequest(topics=None, allow_auto_topic_creation=False))
    except Unanswered as why:
        mechanisms = _mechanisms(visit)
        if mechanisms:
            report.fail("metadata", Failure.ASKS_WHO, f"{why}; it offers SASL {', '.join(mechanisms)}")
        else:
            report.fail("metadata", Failure.SPEAKS_OTHERWISE, str(why))
        return None
    partitions = sum(len(topic.partitions) for topic in found.topics)
    report.ok(
        "metadata",
        f"cluster {found.cluster_id}: {counted(len(found.brokers), 'broker')}, controller {found.controller_id}, "
        f"{counted(len(found.topics), 'topic')} with {counted(partitions, 'partition')}",
        cluster=found.cluster_id,
    )
    return found


def _mechanisms(visit: Visit) -> list[str]:
    """How a broker that wants to know who connects lets itself be told; empty where it does not say."""
    try:
        return list(visit.ask(SaslHandshakeRequest(mechanism="")).mechanisms)
    except Unanswered:
        return []


def named(names: Sequence[str]) -> str:
    """The first of many names, and how many more there are."""
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    return f"{', '.join(names[:NAMES_SHOWN])}{more}"


def _where(metadata: MetadataResponse, holds: Callable[[Any], bool]) -> list[str]:
    """Partitions of which something holds, as topic/number."""
    return [
        f"{topic.name}/{partition.partition_index}"
        for topic in metadata.topics
        for partition in topic.partitions
        if holds(partition)
    ]


def _partitions(report: Report, metadata: MetadataResponse) -> None:
    without = _where(metadata, lambda one: one.leader_id < 0 or one.error_code == Code.LEADER_NOT_AVAILABLE)
    if without:
        report.fail("partitions", Failure.PARTITIONS_UNSERVED, f"without a leader: {named(without)}", partitions=without)
    else:
        report.ok("partitions", "every partition has a leader")


def _replicas(report: Report, metadata: MetadataResponse, configs: dict[str, str]) -> None:
    brokers = len(metadata.brokers)
    behind = _where(metadata, lambda one: len(one.isr_nodes) < len(one.replica_nodes) or one.offline_replicas)
    wanted = configs.get("default.replication.factor", "")
    if wanted.isdecimal() and int(wanted) > brokers:
        what = f"new topics get {wanted} replicas (default.replication.factor), but {counted(brokers, 'broker')} there is"
        report.fail("replicas", Failure.TOO_FEW_BROKERS, what)
    elif behind:
        report.warn("replicas", Failure.TOO_FEW_BROKERS, f"not all replicas are there: {named(behind)}", partitions=behind)
    else:
        report.ok("replicas", "every partition has all its replicas")


def _configs(report: Report, visit: Visit, metadata: MetadataResponse) -> dict[str, str]:
    """What a look at the broker's own settings tells; empty where it may not be looked at."""
    node = str(min((one.node_id for one in metadata.brokers), default=0))
    resource = DescribeConfigsRequest.DescribeConfigsResource(
        resource_type=BROKER_RESOURCE, resource_name=node, configuration_keys=list(CONFIGS)
    )
    try:
        answer = visit.ask(DescribeConfigsRequest(resources=[resource]))
    except Unanswered as why:
        report.skip("settings", f"the settings of broker {node} cannot be seen: {why}")
        return {}
    results = [result for result in answer.results if result.error_code == Code.NONE]
    return {entry.name: entry.value for result in results for entry in result.configs if entry.value is not None}


def is_open(listener: str) -> bool:
    """Whether a listener, [NAME://]HOST:PORT, lets everybody in who reaches the machine; without a host it is on all."""
    name, scheme, place = listener.rpartition("://")
    host = place.rpartition(":")[0].strip("[]")
    asks = bool(scheme) and name.upper().startswith(("SSL", "SASL"))
    return not asks and not (host and Address(host, 1).is_loopback)


def _open_listeners(report: Report, configs: dict[str, str]) -> None:
    texts = [one.strip() for one in configs.get("listeners", "").split(",") if ":" in one]
    if not texts:
        return
    open_ones = [text for text in texts if is_open(text)]
    if open_ones:
        report.warn("access", Failure.OPEN_TO_EVERYBODY, f"open to everybody who can reach the machine: {named(open_ones)}")
    else:
        report.ok("access", f"only this machine reaches {named(texts)}")


@dataclass(frozen=True, slots=True)
class Space:
    """Free and total bytes of a disk."""

    free: int
    total: int

    @property
    def is_low(self) -> bool:
        return self.free < self.total * LOW_SPACE_SHARE

    @property
    def text(self) -> str:
        return f"{self.free / 1e9:.2f} GB of {self.total / 1e9:.2f} GB are free"


def _disk(report: Report, visit: Visit) -> str:
    """The data folder, DIR where the broker does not tell."""
    try:
        folders = visit.ask(DescribeLogDirsRequest(topics=[])).results
    except Unanswered as why:
        report.skip("disk", f"the broker does not tell of its disk: {why}")
        return "DIR"
    for folder in folders:
        space = Space(getattr(folder, "usable_bytes", -1), getattr(folder, "total_bytes", -1))
        if folder.error_code != Code.NONE:
            code = Code.known(folder.error_code)
            report.fail("disk", Failure.DISK_ERROR, f"{folder.log_dir}: {code.name if code else folder.error_code}")
        elif space.total < 0:
            report.skip("disk", f"{folder.log_dir}: this broker does not tell how much is free")
        else:
            judge_space(report, folder.log_dir, space)
    return folders[0].log_dir if folders else "DIR"


def judge_space(report: Report, folder: str, space: Space) -> None:
    """One line about the disk under a folder."""
    if space.free < FREE_BYTES_MIN:
        what = f"{folder}: only {space.text}; a broker refuses writes below {FREE_BYTES_MIN >> 20} MiB"
        report.fail("disk", Failure.DISK_FULL, what, free_bytes=space.free)
    elif space.is_low:
        report.warn("disk", Failure.DISK_LOW, f"{folder}: only {space.text}", free_bytes=space.free)
    else:
        report.ok("disk", f"{folder}: {space.text}", free_bytes=space.free)
