"""`leftfold cluster txn blocking`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click

from leftfold.cli.cluster.txn.brokers import Brokers, Described, age_seconds, at, check
from leftfold.cli.connection import Cluster, connected
from leftfold.cli.listing import Field, formatted, tell_rows
from leftfold.wire.generated.offsets import ListOffsetsRequest
from leftfold.wire.generated.producers import DescribeProducersRequest, DescribeProducersResponse

LATEST, COMMITTED = -1, 1
FIELDS = (
    Field("topic", "text", "the topic's name"),
    Field("partition", "number", "its number"),
    Field("last_stable_offset", "number", "where readers of committed records stop"),
    Field("held_back", "number", "how many offsets lie behind it"),
    Field("transactional_id", "text or null", "whose transaction it is; null where no coordinator knows: nobody will end it"),
    Field("state", "text or null", "how that stands", wide=True),
    Field("producer_id", "number", "the number that its producer was given"),
    Field("epoch", "number", "and the epoch in which it wrote"),
    Field("since", "text or null", "when the transaction began; where no coordinator knows, the time of its last record"),
    Field("open_seconds", "number or null", "how long ago that was"),
)
Place = tuple[str, int]
Producer = DescribeProducersResponse.ProducerState


@dataclass(frozen=True, slots=True)
class Blocked:
    """A partition whose last stable offset is behind its end, and the producer that holds it back."""

    place: Place
    stable: int
    end: int
    producer: Producer


@click.command()
@click.argument("topics", nargs=-1)
@formatted(*FIELDS)
@connected
def command(*, cluster: Cluster, topics: tuple[str, ...], form: str) -> None:
    """What holds back readers of committed records: the oldest open transaction of each partition, of all topics or some."""
    brokers = Brokers.of(cluster)
    blocked = [one for leader, places in _led(brokers, topics).items() for one in _blocked(brokers, leader, places)]
    owners = _owners(brokers, sorted({one.producer.producer_id for one in blocked}))
    rows = [_row(one, owners.get(one.producer.producer_id)) for one in sorted(blocked, key=lambda one: one.place)]
    tell_rows(rows, form, FIELDS)


def _led(brokers: Brokers, topics: Sequence[str]) -> Mapping[int, list[Place]]:
    """The partitions of these topics, or of all, by their leaders."""
    led: dict[int, list[Place]] = defaultdict(list)
    known = {topic.name: topic for topic in brokers.metadata.topics if topic.name}
    for name in topics:
        check(0 if name in known else 3, f"topic {name}")
    for name in topics or known:
        for partition in known[name].partitions:
            if partition.leader_id in brokers.visits:
                led[partition.leader_id].append((name, partition.partition_index))
    return led


def _blocked(brokers: Brokers, leader: int, places: Sequence[Place]) -> Iterator[Blocked]:
    stable, ends = (_latest(brokers, leader, places, isolation) for isolation in (COMMITTED, 0))
    behind = [place for place in places if stable[place] < ends[place]]
    if not behind:
        return
    made = DescribeProducersRequest
    topics = [made.TopicRequest(name=name, partition_indexes=numbers) for name, numbers in _by_topic(behind).items()]
    answer: DescribeProducersResponse = brokers.ask(leader, made(topics=topics))
    for topic in answer.topics:
        for partition in topic.partitions:
            place = (topic.name, partition.partition_index)
            check(partition.error_code, f"describe producers of {topic.name}/{partition.partition_index}")
            writing = [one for one in partition.active_producers if one.current_txn_start_offset >= 0]
            if writing:  # else it has ended since
                oldest = min(writing, key=lambda one: one.current_txn_start_offset)
                yield Blocked(place, stable[place], ends[place], oldest)


def _latest(brokers: Brokers, leader: int, places: Sequence[Place], isolation: int) -> dict[Place, int]:
    made = ListOffsetsRequest
    asked = [
        made.ListOffsetsTopic(
            name=name, partitions=[made.ListOffsetsPartition(partition_index=number, timestamp=LATEST) for number in numbers]
        )
        for name, numbers in _by_topic(places).items()
    ]
    answer = brokers.ask(leader, made(replica_id=-1, isolation_level=isolation, topics=asked))
    found = {}
    for topic in answer.topics:
        for partition in topic.partitions:
            check(partition.error_code, f"offsets of {topic.name}/{partition.partition_index}")
            found[topic.name, partition.partition_index] = partition.offset
    return found


def _by_topic(places: Sequence[Place]) -> Mapping[str, list[int]]:
    topics: dict[str, list[int]] = defaultdict(list)
    for name, number in places:
        topics[name].append(number)
    return topics


def _owners(brokers: Brokers, producer_ids: Sequence[int]) -> Mapping[int, Described]:
    """What coordinators know of producers."""
    if not producer_ids:
        return {}
    listed = [(broker, one.transactional_id) for broker, one in brokers.listed(producer_ids=producer_ids)]
    return {one.producer_id: one for _, one in brokers.described(listed)}


def _row(one: Blocked, owner: Described | None) -> dict[str, Any]:
    topic, partition = one.place
    open_here = owner is not None and any(topic == part.topic and partition in part.partitions for part in owner.topics)
    began_ms = owner.transaction_start_time_ms if owner is not None and open_here else one.producer.last_timestamp
    return {
        "topic": topic,
        "partition": partition,
        "last_stable_offset": one.stable,
        "held_back": one.end - one.stable,
        "transactional_id": owner.transactional_id if owner is not None and open_here else None,
        "state": owner.transaction_state if owner is not None and open_here else None,
        "producer_id": one.producer.producer_id,
        "epoch": one.producer.producer_epoch,
        "since": at(began_ms),
        "open_seconds": age_seconds(began_ms),
    }
