"""Sessions, followers that are none, edges of what is asked."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from leftfold.wire.generated.fetch import FetchRequest
from leftfold.wire.generated.metadata import MetadataRequest
from leftfold.wire.generated.offsets import ListOffsetsRequest
from tests.clients.batches import Batch
from tests.clients.differential.side import Question, Side, id_of
from tests.clients.differential.words import Asked, Story, epoch_end, fetch, list_offsets, produce, records

Steps = Generator[Asked, Any, None]


def _session_without_end(version: int) -> Story:
    def a_session_loses_its_topics(side: Side, topic: str) -> Steps:
        one, two, never = f"{topic}.one", f"{topic}.two", f"{topic}.never"
        side.create([one, two])
        side.produce([one, two], records(1).encode())
        answer = yield "opened", fetch({one: 0, two: 0, never: 0}, session=(0, 0), version=version)
        mine = answer.session_id
        side.delete(one)
        yield "one is gone", fetch({}, session=(mine, 1), version=version)
        side.create([one])
        side.produce([one], records(3).encode())
        yield "one is there anew", fetch({}, session=(mine, 2), version=version)
        yield "its new life is asked for", fetch({one: 0}, session=(mine, 3), version=version)
        other = 12 if version >= 13 else 13
        yield "spoken of otherwise", fetch({}, session=(mine, 4), version=other)
        yield "spoken of otherwise, at a wrong epoch", fetch({}, session=(mine, 40), version=other)
        yield "still as it was", fetch({}, session=(mine, 4), version=version)
        yield "asked for and forgotten at once", fetch({two: 0}, session=(mine, 5), forget=(two,), version=version)
        answer = yield "of one topic", fetch({two: 1}, session=(0, 0), version=version)
        mine = answer.session_id
        yield "nothing is left", fetch({}, session=(mine, 1), forget=(two,), version=version)
        yield "after nothing was left", fetch({}, session=(mine, 2), version=version)
        answer = yield "opened with nothing", fetch({}, session=(0, 0), version=version)
        yield "went on with nothing", fetch({}, session=(answer.session_id, 1), version=version)
        yield "after going on with nothing", fetch({}, session=(answer.session_id, 2), version=version)

    a_session_loses_its_topics.__name__ = f"a_session_loses_its_topics_v{version}"
    return a_session_loses_its_topics


def followers_that_are_none(side: Side, topic: str) -> Steps:
    side.create([topic])
    side.produce([topic], records(2).encode())
    for version in (12, 14, 15, 16, 17):
        for replica in (-2, -1, 0, 1, 5):
            for offset, epoch in ((0, -1), (99, -1), (0, 7)):
                question = fetch({topic: offset, topic + ".never": 0}, version=version, current_leader_epoch=epoch)
                state = FetchRequest.ReplicaState(replica_id=replica, replica_epoch=1)
                given = {"replica_state": state} if version >= 15 else {"replica_id": replica}
                for name, value in given.items():
                    setattr(question.request, name, value)
                yield f"v{version}, replica {replica} from {offset} in {epoch}", question
    for replica in (-2, 0, 1, 5):
        for question in (list_offsets(topic, -1), list_offsets(topic, 0), epoch_end(topic, 0)):
            question.request.replica_id = replica  # type: ignore[attr-defined]
            yield f"replica {replica}", question


def acks_that_do_not_exist(side: Side, topic: str) -> Steps:
    side.create([topic])
    for acks in (2, -2):
        for version in (12, 13):
            yield f"acks={acks}, v{version}", produce(topic, records(1), acks=acks, version=version)
            yield f"acks={acks} to nobody, v{version}", produce(topic + ".never", records(1), acks=acks, version=version)
            yield (
                f"acks={acks} to no partition, v{version}",
                produce(topic, records(1), partition=7, acks=acks, version=version),
            )


def records_large_once_decompressed(side: Side, topic: str) -> Steps:
    side.create([topic], {"max.decompressed.message.bytes": "1000"})
    for codec in ("gzip", "snappy", "lz4", "zstd"):
        for size in (993, 994):  # with seven bytes around them: 1000 and 1001
            yield f"{codec}, {size}", produce(topic, Batch(values=(b"a", b"x" * size), codec=codec))
    yield "many small ones", produce(topic, Batch(values=(b"x" * 900,) * 20, codec="gzip"))
    yield "uncompressed", produce(topic, Batch(values=(b"x" * 5000,)))


def partitions_named_twice(side: Side, topic: str) -> Steps:
    side.create([topic])
    side.produce([topic], records(2).encode())
    made = ListOffsetsRequest

    def asked(*topics: tuple[str, tuple[int, ...]]) -> Question:
        named = [
            made.ListOffsetsTopic(
                name=name, partitions=[made.ListOffsetsPartition(partition_index=one, timestamp=-1) for one in indexes]
            )
            for name, indexes in topics
        ]
        return Question(made(replica_id=-1, topics=named), 9)

    yield "in one topic", asked((topic, (0, 0, 1)))
    yield "in two mentions", asked((topic, (0,)), (topic + ".never", (0,)), (topic, (0,)))
    yield "apart", asked((topic, (0,)), (topic, (1,)))
    yield "of nobody", asked((topic + ".never", (0, 0)))


def ids_before_their_time(side: Side, topic: str) -> Steps:
    side.create([topic])
    made = MetadataRequest
    by_name, by_id = made.MetadataRequestTopic(name=topic), made.MetadataRequestTopic(topic_id=id_of(topic), name=None)
    for version in (10, 11):
        for words, topics in {"an id": [by_id], "an id and a name": [by_id, by_name], "neither": [_NEITHER]}.items():
            yield f"v{version}, {words}", Question(made(topics=topics, allow_auto_topic_creation=False), version)
    yield "v12, an id", Question(made(topics=[by_id], allow_auto_topic_creation=False), 12)


_NEITHER = MetadataRequest.MetadataRequestTopic(name=None)

FETCH_STORIES: tuple[Story, ...] = (
    _session_without_end(12),
    _session_without_end(17),
    followers_that_are_none,
    acks_that_do_not_exist,
    records_large_once_decompressed,
    partitions_named_twice,
    ids_before_their_time,
)
