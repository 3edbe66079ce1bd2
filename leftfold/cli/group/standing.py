"""Where a group stands: its commits, its members, its lag."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

from leftfold.base import ports
from leftfold.base.errors import Code, Failure
from leftfold.cli.connection import Cluster, Problem, explained, resolved_from
from leftfold.cli.topic.positions import watermarks

if TYPE_CHECKING:
    from confluent_kafka import TopicPartition
    from confluent_kafka.admin._group import ConsumerGroupDescription, ConsumerGroupListing, MemberDescription

Answer = TypeVar("Answer")
Place = tuple[str, int]
PAUSE_SECONDS = 0.1
COORDINATOR_MOVES = (Code.COORDINATOR_LOAD_IN_PROGRESS, Code.COORDINATOR_NOT_AVAILABLE, Code.NOT_COORDINATOR)
NONE = -1  # the offset of a partition for which nothing is committed


def group_argument(*, several: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`GROUP`, or `GROUPS...`; a shell completes it."""
    name = "groups" if several else "group"
    return click.argument(name, nargs=-1 if several else 1, required=True, shell_complete=_complete)


def _complete(context: click.Context, _: click.Parameter, beginning: str) -> list[str]:
    try:
        return [one for one in names(resolved_from(context.params)) if one.startswith(beginning)]
    except click.ClickException:
        return []


def patiently(cluster: Cluster, what: str, ask: Callable[[], Answer]) -> Answer:
    """Ask again while a coordinator is being found or still reads its topic, as clients do; the admin client does not."""
    from confluent_kafka import KafkaException

    deadline = ports.real().mono_ns() + int(cluster.command_seconds * 1e9)
    while True:
        with explained(cluster, what):
            try:
                return ask()
            except KafkaException as failure:
                if failure.args[0].code() not in COORDINATOR_MOVES or ports.real().mono_ns() > deadline:
                    raise
        time.sleep(PAUSE_SECONDS)


def names(cluster: Cluster) -> list[str]:
    """Every group, in order."""
    return [one.group_id for one in listed(cluster)]


def listed(cluster: Cluster) -> list[ConsumerGroupListing]:
    """Every group as the brokers list it, in order of the names."""

    def ask() -> list[ConsumerGroupListing]:
        found = cluster.admin().list_consumer_groups(request_timeout=cluster.command_seconds).result()
        return found.valid or []

    return sorted(patiently(cluster, "list groups", ask), key=lambda one: one.group_id)


def described(cluster: Cluster, group: str) -> ConsumerGroupDescription:
    """Raises Problem when there is no such group: a broker would call it dead."""
    if group not in names(cluster):
        why = f"group {group} does not exist at {cluster.brokers}; `leftfold group list` shows those there are"
        raise Problem(why, Failure.GROUP_MISSING)

    def ask() -> ConsumerGroupDescription:
        answers = cluster.admin().describe_consumer_groups([group], request_timeout=cluster.command_seconds)
        found: ConsumerGroupDescription = answers[group].result()
        return found

    return patiently(cluster, f"group {group}", ask)


def commits(cluster: Cluster, group: str) -> dict[Place, int]:
    """What a group committed, by partition."""
    from confluent_kafka import ConsumerGroupTopicPartitions

    def ask() -> list[TopicPartition]:
        asked = [ConsumerGroupTopicPartitions(group)]
        answers = cluster.admin().list_consumer_group_offsets(asked, request_timeout=cluster.command_seconds)
        return answers[group].result().topic_partitions or []

    found = patiently(cluster, f"offsets of group {group}", ask)
    return {(one.topic, one.partition): one.offset for one in found if one.offset >= 0}


def lags(cluster: Cluster, description: ConsumerGroupDescription) -> list[dict[str, Any]]:
    """A row for each partition that is committed or assigned. Without a commit all of the partition is lag."""
    committed = commits(cluster, description.group_id)
    owners = _owners(description)
    places = sorted({*committed, *owners})
    marks = _marks(cluster, places)
    rows = []
    for place in places:
        offset, (first, last) = committed.get(place, NONE), marks.get(place, (NONE, NONE))
        owner = owners.get(place)
        rows.append(
            {
                "topic": place[0],
                "partition": place[1],
                "current_offset": offset if offset >= 0 else None,
                "log_start_offset": first if first >= 0 else None,
                "log_end_offset": last if last >= 0 else None,
                "lag": max(0, last - max(offset, first)) if last >= 0 else None,
                "member_id": owner.member_id if owner else None,
                "instance_id": owner.group_instance_id if owner else None,
                "client_id": owner.client_id if owner else None,
                "host": owner.host.lstrip("/") if owner else None,
            }
        )
    return rows


def _owners(description: ConsumerGroupDescription) -> Mapping[Place, MemberDescription]:
    return {
        (one.topic, one.partition): member
        for member in description.members
        for one in (member.assignment.topic_partitions or [] if member.assignment else [])
    }


def _marks(cluster: Cluster, places: list[Place]) -> Mapping[Place, tuple[int, int]]:
    """(log start, end) of partitions; those whose topic is gone are left out."""
    known = cluster.metadata(cluster.admin()).topics
    found: dict[Place, tuple[int, int]] = {}
    for topic in sorted({topic for topic, _ in places} & set(known)):
        wanted = [partition for name, partition in places if name == topic and partition in known[topic].partitions]
        found |= {(topic, one): marks for one, marks in watermarks(cluster, topic, wanted).items()}
    return found
