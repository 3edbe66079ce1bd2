"""Questions one after another, each on what the last one left."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

from leftfold.wire.codec import Message
from leftfold.wire.generated.configs import IncrementalAlterConfigsRequest
from leftfold.wire.generated.metadata import MetadataRequest
from leftfold.wire.generated.topics import (
    CreatePartitionsRequest,
)
from tests.clients.batches import Batch
from tests.clients.differential.fetch_stories import FETCH_STORIES
from tests.clients.differential.group_stories import GROUP_STORIES
from tests.clients.differential.malformed_stories import MALFORMED_STORIES
from tests.clients.differential.migration_stories import MIGRATION_STORIES
from tests.clients.differential.side import Answer, Question, Side, id_of
from tests.clients.differential.transaction_stories import TRANSACTION_STORIES
from tests.clients.differential.words import (
    SPRING,
    Asked,
    Story,
    alter,
    configs,
    create,
    delete,
    delete_records,
    epoch_end,
    fetch,
    list_offsets,
    metadata,
    partitions,
    produce,
    producers,
    records,
    taken,
)


def a_topic_from_its_birth_to_its_next_life(side: Side, topic: str) -> Generator[Asked, Any, None]:
    yield "create", create(topic, retention_ms="100000000000000")
    side.wait([topic], 1)
    yield "create again", create(topic)
    yield "metadata", metadata(topic)
    yield "fetch of nothing", fetch({topic: 0})
    for time in (-1, -2, -3, -4, -5, SPRING):
        yield f"empty at {time}", list_offsets(topic, time)
    for at in (30, 10, 20):
        yield f"produce {at}", produce(topic, records(4, at=SPRING + at))
    for time in (-1, -2, -3, -4, -5, SPRING, SPRING + 15, SPRING + 20, SPRING + 30, SPRING + 31):
        yield f"full at {time}", list_offsets(topic, time)
    yield "fetch", fetch({topic: 0})
    yield "fetch behind", fetch({topic: 13})
    yield "delete to 5", delete_records(topic, 5)
    for offset in (0, 4, 5, 6, 12):
        yield f"fetch {offset}", fetch({topic: offset})
    for time in (-1, -2, -3, -4, SPRING, SPRING + 15):
        yield f"cut at {time}", list_offsets(topic, time)
    yield "delete less", delete_records(topic, 2)
    yield "delete too much", delete_records(topic, 13)
    yield "delete all", delete_records(topic, -1)
    for time in (-1, -2, -3, SPRING):
        yield f"emptied at {time}", list_offsets(topic, time)
    yield "fetch what is gone", fetch({topic: 5})
    yield "epoch", epoch_end(topic, 0)
    yield "more partitions", Question(_more_partitions(topic, 3), 3)
    side.wait([topic], 3)
    yield "produce elsewhere", produce(topic, records(1), partition=2)
    yield "elsewhere", list_offsets(topic, -1, partition=2)
    yield "not there", produce(topic, records(1), partition=3)
    before = side.theirs[id_of(topic)]
    yield "delete", delete(topic)
    side.wait_gone(topic)
    yield "delete again", delete(topic)
    yield "produce to nobody", produce(topic, records(1))
    yield "produce to nobody's id", produce(topic, records(1), version=13)
    yield "fetch from nobody", fetch({topic: 0})
    yield "fetch from nobody's id", fetch({topic: 0}, version=13)
    yield "create once more", create(topic)
    side.wait([topic], 1)
    side.theirs[id_of(topic + ".before")] = before
    side.ours[before] = id_of(topic + ".before")
    yield "the new one is empty", list_offsets(topic, -1)
    yield "produce to the old id", produce(topic + ".before", records(1), version=13)
    yield "fetch from the old id", fetch({topic + ".before": 0}, version=13)
    yield "produce to the new id", produce(topic, records(1), version=13)
    yield "delete for good", delete(topic)


def _more_partitions(topic: str, count: int) -> Message:
    made = CreatePartitionsRequest
    return made(topics=[made.CreatePartitionsTopic(name=topic, count=count, assignments=None)], timeout_ms=10_000)


def _session(version: int) -> Story:
    def fetch_session(side: Side, topic: str) -> Generator[Asked, Any, None]:
        one, two = f"{topic}.one", f"{topic}.two"
        side.create([one, two])
        side.produce([one], records(3).encode())
        answer = yield "full", fetch({one: 0, two: 0}, session=(0, 0), version=version)
        mine = answer.session_id
        yield "nothing new", fetch({}, session=(mine, 1), version=version)
        side.produce([two], records(2).encode())
        yield "the second has news", fetch({}, session=(mine, 2), version=version)
        yield "the first goes on", fetch({one: 3}, session=(mine, 3), version=version)
        yield "both read", fetch({two: 2}, session=(mine, 4), version=version)
        side.produce([one, two], records(1).encode())
        yield "news of both", fetch({}, session=(mine, 5), version=version)
        yield "the second is forgotten", fetch({one: 4}, session=(mine, 6), forget=(two,), version=version)
        side.produce([one, two], records(1).encode())
        yield "news of one", fetch({}, session=(mine, 7), version=version)
        yield "the second is back", fetch({two: 0}, session=(mine, 8), version=version)
        yield "an epoch again", fetch({}, session=(mine, 8), version=version)
        yield "an epoch to come", fetch({}, session=(mine, 20), version=version)
        yield "after the mistakes", fetch({}, session=(mine, 9), version=version)
        yield "a stranger's session", fetch({}, session=(mine + 1 if mine < 2**31 - 1 else 1, 1), version=version)
        yield "out of range", fetch({one: 99}, session=(mine, 10), version=version)
        yield "still out of range", fetch({}, session=(mine, 11), version=version)
        side.delete(two)
        yield "one topic is gone", fetch({one: 5}, session=(mine, 12), version=version)
        yield "still gone", fetch({}, session=(mine, 13), version=version)
        yield "the last one", fetch({one: 0}, session=(mine, -1), version=version)
        yield "after the last one", fetch({}, session=(mine, 14), version=version)
        answer = yield "anew", fetch({one: 0}, session=(0, 0), version=version)
        yield "again full", fetch({one: 1}, session=(answer.session_id, 0), version=version)

    return fetch_session


def an_idempotent_producer(side: Side, topic: str) -> Generator[Asked, Any, None]:
    side.create([topic])

    def sent(sequence: int, count: int = 2, epoch: int = 0, at: int = SPRING) -> Question:
        return produce(topic, records(count, at=at, producer_id=4711, producer_epoch=epoch, base_sequence=sequence))

    for sequence in range(0, 14, 2):
        yield f"sequence {sequence}", sent(sequence)
    for sequence in (12, 10, 8, 6, 4, 2, 0):
        yield f"sequence {sequence} again", sent(sequence)
    yield "the last one, shorter", sent(12, 1)
    yield "the last one, longer", sent(12, 3)
    yield "a gap", sent(20)
    yield "half of the last one", sent(13, 1)
    yield "described", producers(topic)
    yield "the next", sent(14, 1)
    yield "a new epoch in its middle", sent(3, epoch=1)
    yield "a new epoch", sent(0, epoch=1)
    yield "the old epoch", sent(15, epoch=0)
    yield "the old epoch, a duplicate", sent(14, 1, epoch=0)
    yield "the new epoch again", sent(0, epoch=1)
    yield "an epoch that skips", sent(0, epoch=5)
    yield "another producer", produce(topic, records(1, producer_id=99, producer_epoch=7, base_sequence=2**31 - 2))
    yield "up to the largest sequence", produce(topic, records(3, producer_id=99, producer_epoch=7, base_sequence=2**31 - 1))
    yield "round", produce(topic, records(1, producer_id=99, producer_epoch=7, base_sequence=2))
    yield "round again", produce(topic, records(3, producer_id=99, producer_epoch=7, base_sequence=2**31 - 1))
    yield "described at the end", producers(topic)
    yield "all that was written", fetch({topic: 0})
    yield "deleted", delete_records(topic, -1)
    yield "a duplicate of what is deleted", sent(0, epoch=5)
    yield "the next after what is deleted", sent(2, epoch=5)


def segments_roll(side: Side, topic: str) -> Generator[Asked, Any, None]:
    side.create([topic], {"segment.bytes": "1048576"})
    for index in range(5):
        yield f"batch {index}", produce(topic, records(2, size=200_000, at=SPRING + index))
    for time in (-1, -2, -3, SPRING + 1, SPRING + 3, SPRING + 4, SPRING + 5):
        yield f"at {time}", list_offsets(topic, time)
    for offset in (0, 3, 9):
        yield f"fetch {offset}", fetch({topic: offset}, partition_max_bytes=500_000)
    yield "deleted in the middle of a batch", delete_records(topic, 5)
    yield "fetch the start", fetch({topic: 5}, partition_max_bytes=1)
    yield "the start", list_offsets(topic, -2)


def the_brokers_time(side: Side, topic: str) -> Generator[Asked, Any, None]:
    side.create([topic], {"message.timestamp.type": "LogAppendTime", "message.timestamp.before.max.ms": "1"})
    yield "long ago", produce(topic, records(3, at=1))
    yield "compressed", produce(topic, records(3, at=1, codec="gzip"))
    yield "at the first time", list_offsets(topic, 1)
    yield "in the far future", list_offsets(topic, 4_000_000_000_000)


def times_out_of_bounds(side: Side, topic: str) -> Generator[Asked, Any, None]:
    bounds = {"message.timestamp.before.max.ms": "1000", "message.timestamp.after.max.ms": "1000"}
    side.create([topic], bounds)
    for version in (7, 8, 12):
        yield f"too old, v{version}", produce(topic, records(3, at=SPRING), version=version)
        yield f"too new, v{version}", produce(topic, records(2, at=4_000_000_000_000, codec="gzip"), version=version)
        yield f"without a time, v{version}", produce(topic, records(1, at=-1, base_timestamp=-1), version=version)
    yield "half of them", produce(topic, Batch(values=(b"a", b"b"), timestamps=(SPRING, -1)))


def a_compacted_topic_wants_keys(side: Side, topic: str) -> Generator[Asked, Any, None]:
    side.create([topic], {"cleanup.policy": "compact"})
    yield "with a key", produce(topic, records(2))
    for version in (7, 8, 12):
        yield f"without, v{version}", produce(topic, Batch(values=(b"a", b"b", b"c"), keys=(b"k", None, None)), version=version)
    yield "compressed, without", produce(topic, Batch(values=(b"a",), codec="zstd"))
    yield "no longer", alter(topic, cleanup_policy="delete")
    side.settle(produce(topic, Batch(values=(b"a",))), taken)  # Kafka describes the change before its log knows of it
    yield "allowed now", produce(topic, Batch(values=(b"a",)))


def configs_come_and_go(side: Side, topic: str) -> Generator[Asked, Any, None]:
    yield "create", create(topic, max_message_bytes="200", cleanup_policy="compact")
    side.wait([topic], 1)
    names = ("max.message.bytes", "cleanup.policy", "retention.ms")
    yield "described", configs(topic, *names)
    yield "too large", produce(topic, records(1, size=300))
    yield "changed", alter(topic, max_message_bytes="1000", retention_ms="5")
    side.settle(configs(topic, *names), lambda answer: any(one.value == "5" for one in answer.results[0].configs))
    yield "described again", configs(topic, *names)
    side.settle(produce(topic, records(1, size=300)), taken)
    yield "large enough", produce(topic, records(1, size=300))
    made = IncrementalAlterConfigsRequest
    changes = [
        made.AlterableConfig(name="cleanup.policy", config_operation=2, value="delete"),
        made.AlterableConfig(name="max.message.bytes", config_operation=1, value=None),
    ]
    resource = made.AlterConfigsResource(resource_type=2, resource_name=topic, configs=changes)
    yield "appended and deleted", Question(made(resources=[resource]), 1)
    side.settle(configs(topic, *names), lambda answer: any(one.value == "compact,delete" for one in answer.results[0].configs))
    yield "described at last", configs(topic, *names)


def too_few_replicas(side: Side, topic: str) -> Generator[Asked, Any, None]:
    side.create([topic], {"min.insync.replicas": "2"})
    yield "all of them", produce(topic, records(1))
    yield "the leader alone", produce(topic, records(1), acks=1)
    yield "what is there", list_offsets(topic, -1)


def pages_of_partitions(side: Side, topic: str) -> Generator[Asked, Any, None]:
    side.create([topic], partitions=5)
    yield "two", partitions(topic, 2)
    yield "two more", partitions(topic, 2, (topic, 2))
    yield "the last", partitions(topic, 2, (topic, 4))
    yield "behind the last", partitions(topic, 2, (topic, 5))
    yield "at least one", partitions(topic, 0)
    yield "from a topic that is not asked", partitions(topic, 2, (topic + "x", 0))


def a_topic_that_makes_itself(side: Side, topic: str) -> Generator[Asked, Any, None]:
    yield "not without leave", metadata(topic)
    side.settle(metadata(topic, automatic=True), lambda answer: answer.topics[0].error_code == 0)
    side.wait([topic], 1)
    answer = yield "there", _by_name_only(topic)
    assert not isinstance(answer, str)
    yield "written", produce(topic, records(1))


def _by_name_only(topic: str) -> Question:
    made = MetadataRequest
    return Question(made(topics=[made.MetadataRequestTopic(name=topic)], allow_auto_topic_creation=False), 9)


STORIES: Mapping[str, Story] = {
    **{
        story.__name__: story
        for story in (
            a_topic_from_its_birth_to_its_next_life,
            an_idempotent_producer,
            segments_roll,
            the_brokers_time,
            times_out_of_bounds,
            a_compacted_topic_wants_keys,
            configs_come_and_go,
            too_few_replicas,
            pages_of_partitions,
            a_topic_that_makes_itself,
            *GROUP_STORIES,
            *MIGRATION_STORIES,
            *TRANSACTION_STORIES,
            *MALFORMED_STORIES,
            *FETCH_STORIES,
        )
    },
    **{f"fetch_session_v{version}": _session(version) for version in (7, 11, 12, 13, 17)},
}

__all__ = ["STORIES", "Answer", "Story"]
