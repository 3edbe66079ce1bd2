"""Groups that change their protocol, told to both brokers."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from leftfold.wire.generated.consumer_protocol import ConsumerProtocolAssignment, ConsumerProtocolSubscription
from leftfold.wire.generated.groups import SyncGroupRequest
from leftfold.wire.records import encode_value
from tests.clients.differential.group_stories import Consumer, Group
from tests.clients.differential.side import Question, Side

Steps = Generator[tuple[str, Question], Any, None]


def a_group_takes_in_the_newer_protocol_and_lets_it_go(side: Side, topic: str) -> Steps:
    """One classic member, then one of each kind, then the classic one alone again."""
    side.create([topic], partitions=2)
    side.wait_assigned(topic)
    classic, newer = Group(topic, topics=(topic,)), Consumer(topic, "one")
    answer = yield "the classic one asks for an id", classic.join()
    classic.joined(answer)
    answer = yield "joins", classic.join()
    classic.joined(answer)
    yield "takes everything", takes(classic, topic, [0, 1])
    answer = yield "the newer one joins", newer.joins(topic)
    newer.told(answer)
    yield "described as a classic group", classic.describe()
    yield "listed", classic.listed("Reconciling")
    yield "the classic one may commit", classic.commit(topic, 1)
    yield "it is told to join anew", classic.heartbeat()
    yield "and may not sync", classic.sync()
    answer = yield "it joins with nothing", classic.join()
    classic.joined(answer)
    yield "it may not sync for another protocol", classic.sync(protocol_name="sticky")
    yield "nor in another generation", classic.sync(generation_id=classic.generation + 1)
    yield "nor may a stranger", classic.sync(member_id="stranger")
    yield "it syncs", classic.sync()
    yield "it syncs again", classic.sync()
    yield "it is up to date", classic.heartbeat()
    yield "not so in another generation", classic.heartbeat(generation_id=classic.generation - 1)
    yield "the newer one has no classic heartbeat", classic.heartbeat(member_id="one", generation_id=newer.epoch)
    yield "a commit in another generation", classic.commit(topic, 2, generation_id_or_member_epoch=classic.generation - 1)
    yield "a commit", classic.commit(topic, 2)
    answer = yield "the newer one has its share", newer.beats()
    newer.told(answer)
    yield "the newer one leaves", newer.beats(member_epoch=-1)
    yield "the classic one is told to join anew", classic.heartbeat()
    answer = yield "it joins", classic.join()
    classic.joined(answer)
    yield "takes everything again", takes(classic, topic, [0, 1])
    yield "described as it was before", classic.describe()
    yield "no consumer group any more", newer.described()
    yield "leaves", classic.leave()
    yield "what was committed is there", classic.fetch(topic)


def a_cooperative_member_in_a_consumer_group(side: Side, topic: str) -> Steps:
    """It says what it holds, gives back half, and joins once more."""
    side.create([topic], partitions=2)
    side.wait_assigned(topic)
    newer, classic = Consumer(topic, "one"), Group(topic, topics=(topic,))
    answer = yield "the newer one has everything", newer.joins(topic)
    newer.told(answer)
    answer = yield "a classic one asks for an id", classic.join()
    classic.joined(answer)
    answer = yield "joins", holding(classic, topic, [])
    classic.joined(answer)
    yield "syncs, and has nothing yet", classic.sync()
    yield "waits", classic.heartbeat()
    answer = yield "the newer one is told to give back", newer.beats()
    newer.told(answer)
    answer = yield "it has given back", newer.owns()
    newer.told(answer)
    yield "the classic one is told to join anew", classic.heartbeat()
    answer = yield "joins for more", holding(classic, topic, [])
    classic.joined(answer)
    yield "syncs, and has its share", classic.sync()
    third = Consumer(topic, "other")
    answer = yield "a third joins, for whom nothing is left", third.joins(topic)
    third.told(answer)
    yield "the classic one is told so", classic.heartbeat()
    answer = yield "joins, and keeps what it holds", holding(classic, topic, [1])
    classic.joined(answer)
    yield "syncs to the same", classic.sync()
    yield "a classic one of another protocol", Group(topic, topics=(topic,)).join(protocols="roundrobin")
    yield "a worker", Group(topic, kind="connect").join()
    yield "the classic one leaves", classic.leave()
    yield "it is gone", classic.heartbeat()
    yield "described without it", newer.described()


def takes(group: Group, topic: str, partitions: list[int]) -> Question:
    """A leader's Sync that gives itself these."""
    made = ConsumerProtocolAssignment.TopicPartition(topic=topic, partitions=partitions)
    content = encode_value(ConsumerProtocolAssignment(assigned_partitions=[made]), 1)
    return group.sync(assignments=[SyncGroupRequest.SyncGroupRequestAssignment(member_id=group.member, assignment=content)])


def holding(group: Group, topic: str, partitions: list[int]) -> Question:
    """A Join that says what it holds."""
    made = ConsumerProtocolSubscription.TopicPartition(topic=topic, partitions=partitions)
    owned = [made] if partitions else []
    group.subscription = encode_value(ConsumerProtocolSubscription(topics=[topic], owned_partitions=owned), 1)
    return group.join()


MIGRATION_STORIES = (a_group_takes_in_the_newer_protocol_and_lets_it_go, a_cooperative_member_in_a_consumer_group)
