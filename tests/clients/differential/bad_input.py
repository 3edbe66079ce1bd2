"""Requests that lie: forged members, epochs, sequences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from leftfold.wire.generated.group_offsets import OffsetCommitRequest
from leftfold.wire.generated.groups import JoinGroupRequest, LeaveGroupRequest, SyncGroupRequest
from leftfold.wire.generated.produce import ProduceRequest
from leftfold.wire.generated.producers import InitProducerIdRequest
from leftfold.wire.generated.transactions import (
    AddOffsetsToTxnRequest,
    AddPartitionsToTxnRequest,
    DescribeTransactionsRequest,
    EndTxnRequest,
    TxnOffsetCommitRequest,
    WriteTxnMarkersRequest,
)
from tests.clients.batches import Batch
from tests.clients.differential.group_stories import Consumer, Group
from tests.clients.differential.side import Question, Side, id_of
from tests.clients.differential.words import list_offsets, produce, producers, records

METADATA_BYTES_MAX = 4096  # offset.metadata.max.bytes
LARGEST = 2**31 - 1
TRANSACTIONAL, CONTROL = 16, 32
"""Attributes of a batch."""

Asks = Iterator[tuple[str, Question]]


@dataclass(frozen=True, slots=True)
class Game:
    """Questions that show how things are, and questions that must not change it."""

    look: tuple[Question, ...]
    bad: dict[str, Question]


def strangers_in_a_classic_group(side: Side, topic: str) -> Game:
    """Who speaks for a member without being it, or of another generation."""
    group = _joined(side, topic)
    other = _joined(side, f"{topic}-other", topic)
    mine, later = group.member, group.generation + 1
    bad = {
        f"{what} in generation {'of now' if generation == later - 1 else generation - later + 1}, as {who}": ask(
            generation=generation, member=member
        )
        for what, ask in _of_a_member(group, topic).items()
        for who, member in (("itself", mine), ("another's member", other.member), ("nobody", ""), ("a long id", "x" * 2000))
        for generation in (later - 1, later, later - 2, -2, LARGEST)
        if (who, generation) != ("itself", later - 1)
    }
    bad |= {
        "join as another's member": group.join(member=other.member),
        "join of another type": Group(topic, kind="connect").join(4, member=mine),
        "join with another protocol": group.join(member="", instance="i", protocols="sticky"),
        "join without protocols": group.join(member=mine, protocols=""),
        "join in no time": _join(group, session_timeout_ms=0),
        "join for ever": _join(group, session_timeout_ms=LARGEST),
        "leave as another's member": group.leave(member=other.member),
        "leave as nobody": group.leave(member=""),
        "leave as an instance that is not": group.leave(member=mine, instance="i"),
        "leave in a crowd of strangers": Question(_leave(topic, *(f"stranger {number}" for number in range(200))), 5),
        "commit of an outsider": group.commit(topic, 9, member_id="", generation_id_or_member_epoch=-1),
        "commit as an instance that is not": group.commit(topic, 9, group_instance_id="i"),
        "forget what is read": group.forget(topic),
        "delete while it lives": group.delete(),
        "a leader that is not assigns": _assign(group, later, {mine: b"\xff" * 100, "stranger": b""}),
    }
    return Game((group.describe(), group.fetch(topic)), bad)


def _of_a_member(group: Group, topic: str) -> dict[str, Callable[..., Question]]:
    def commit(generation: int, member: str) -> Question:
        return group.commit(topic, 9, member_id=member, generation_id_or_member_epoch=generation)

    return {
        "heartbeat": lambda generation, member: group.heartbeat(generation_id=generation, member_id=member),
        "sync": lambda generation, member: group.sync(generation_id=generation, member_id=member),
        "commit": commit,
    }


def too_much_metadata(side: Side, topic: str) -> Game:
    """Offsets whose metadata is larger than offset.metadata.max.bytes are not kept."""
    group = _joined(side, topic)
    sizes = {"a byte too many": METADATA_BYTES_MAX + 1, "far too many": 32_767}
    bad = {f"commit with {words}": _commit(group, topic, "x" * size) for words, size in sizes.items()}
    bad |= {f"commit with {words} of an outsider": _commit(Group(f"{topic}-new"), topic, "x" * 5000) for words in ("too many",)}
    bad |= {
        "commit with too many letters that Java counts twice": _commit(
            group, topic, "\U0001f600" * (METADATA_BYTES_MAX // 2 + 1)
        )
    }
    return Game((group.describe(), group.fetch(topic), Group(f"{topic}-new").describe()), bad)


def strangers_in_a_consumer_group(side: Side, topic: str) -> Game:
    """The same for the newer protocol: epochs, instances, and partitions that nobody gave."""
    side.create([topic], partitions=4)
    side.wait_assigned(topic)
    one, stranger = Consumer(topic, "one"), Consumer(topic, "stranger")
    one.told(side.ask(one.joins(topic)))
    one.told(side.ask(one.owns()))
    group = Group(topic)
    assert not _codes(side.ask(group.commit(topic, 3, member_id="one", generation_id_or_member_epoch=one.epoch)))
    epochs = {"to come": one.epoch + 1, "of the past": one.epoch - 1, "the last": LARGEST, "under all": -3}
    bad: dict[str, Question] = {}
    for words, epoch in epochs.items():
        bad[f"heartbeat in an epoch {words}"] = one.beats(member_epoch=epoch)
        bad[f"heartbeat of a stranger in an epoch {words}"] = stranger.beats(member_epoch=epoch)
        for who in ("one", "stranger", ""):
            bad[f"commit in an epoch {words} as {who or 'nobody'}"] = group.commit(
                topic, 9, member_id=who, generation_id_or_member_epoch=epoch
            )
            bad[f"fetch in an epoch {words} as {who or 'nobody'}"] = group.fetch(topic, member_id=who, member_epoch=epoch)
    bad |= {
        "leave of a stranger": stranger.beats(member_epoch=-1),
        "away without an instance": one.beats(member_epoch=-2),
        "away as an instance that is not": stranger.beats(member_epoch=-2, instance_id="i"),
        "join without an id": Consumer(topic, "").joins(topic),
        "join with what nobody gave": stranger.joins(topic, topic_partitions=_owned(topic, 0)),
        "join without topics": stranger.joins(subscribed_topic_names=None),
        "join without a timeout": stranger.joins(topic, rebalance_timeout_ms=-1),
        "join with no such assignor": stranger.joins(topic, server_assignor="sticky"),
        "join by a pattern that is none": stranger.joins(subscribed_topic_names=None, subscribed_topic_regex="a["),
        "join with an empty instance": stranger.joins(topic, instance_id=""),
        "join with more topics than a record holds": stranger.joins(*(f"{number:0200}" for number in range(6000))),
        "join with an empty rack": stranger.joins(topic, rack_id=""),
        "join of another type": Group(topic, kind="connect").join(3),
        "sync of a classic member": group.sync(member_id="one", generation_id=one.epoch),
        "leave of a classic stranger": group.leave(member="stranger"),
        "leave of an instance that is not": group.leave(member="", instance="i"),
        "it owns what is not there": one.beats(topic_partitions=_owned(topic, 0, 1, 2, 3, 4, -1, LARGEST)),
        "it owns of no such topic": one.beats(topic_partitions=_owned("nobody's", 0)),
        "it owns all twice": one.beats(topic_partitions=[*_owned(topic, 0, 1, 2, 3), *_owned(topic, 0, 1, 2, 3)]),
        "forget what is read": group.forget(topic),
        "delete while it lives": group.delete(),
    }
    return Game((one.described(), group.fetch(topic)), bad)


def sequence_games(side: Side, topic: str) -> Game:
    """A producer's batches out of order, of another epoch, of no epoch, or in another's name."""
    side.create([topic])

    def sent(sequence: int, epoch: int = 3, count: int = 2, **more: Any) -> Question:
        return produce(topic, _batch(count, 4711, epoch, sequence, **more))

    for sequence in range(0, 14, 2):
        assert not _codes(side.ask(sent(sequence)))
    bad = {f"sequence {sequence}": sent(sequence) for sequence in (13, 16, 15, 1000, LARGEST, 12, 10, 0, 7)}
    bad |= {f"a batch of {count} at the last sequence": sent(12, count=count) for count in (1, 3)}
    bad |= {f"epoch {epoch}, sequence {sequence}": sent(sequence, epoch) for epoch in (2, 0) for sequence in (14, 0)}
    bad |= {f"epoch {epoch} in its middle": sent(14, epoch) for epoch in (4, 2**15 - 1)}
    bad |= {
        "without a sequence": sent(-1),
        "without an epoch": sent(14, -1),
        "with a sequence before the first": sent(-5),
        "as a marker": sent(14, attributes=CONTROL),
        "as a transaction that is not": sent(14, attributes=TRANSACTIONAL),
        "as a transaction of nobody": produce(topic, records(1, attributes=TRANSACTIONAL)),
        "two batches, the second behind a gap": _two(topic, _batch(2, 4711, 3, 14), _batch(2, 4711, 3, 18)),
        "two batches, both right": _two(topic, _batch(2, 4711, 3, 14), _batch(2, 4711, 3, 16)),
    }
    return Game((producers(topic), list_offsets(topic, -1)), bad)


def games_in_a_transaction(side: Side, topic: str) -> Game:
    """Producers that are not the one whose transaction it is, or say what it never said."""
    side.create([topic], partitions=2)
    group = _joined(side, f"{topic}-group", topic)
    for _ in range(2):  # the second time an epoch has been before
        told: Any = side.ask(_begins(topic, 60_000))
        assert not told.error_code
    mine, epoch = told.producer_id, told.producer_epoch
    asks = Transaction(topic, f"{topic}-group")
    assert not _codes(side.ask(asks.adds(mine, epoch, 0)))
    assert not _codes(side.ask(asks.adds_offsets(mine, epoch)))
    assert not _codes(side.ask(asks.writes(mine, epoch, 0)))
    assert not _codes(side.ask(asks.commits_offsets(group, mine, epoch)))
    forged = {"a later epoch": (mine, epoch + 1), "an earlier epoch": (mine, epoch - 1), "another id": (mine + 100_000, epoch)}
    bad: dict[str, Question] = {}
    for words, who in forged.items():
        bad |= {
            f"end with {words}": asks.ends(*who),
            f"end with {words}, newer": asks.ends(*who, version=5),
            f"add with {words}": asks.adds(*who, 1),
            f"add offsets with {words}": asks.adds_offsets(*who),
            f"commit offsets with {words}": asks.commits_offsets(group, *who, offset=99),
            f"write with {words}": asks.writes(*who, 2),
        }
    bad |= {
        "a marker of an earlier epoch": asks.marks(mine, epoch - 1),
        "begin again with another id": _begins(topic, 60_000, mine + 100_000, epoch),
    }
    strangers = {"stranger": "stranger", "nobody of a generation": ""}
    for words, member in strangers.items():
        bad[f"commit offsets as {words}"] = asks.commits_offsets(
            group, mine, epoch, offset=99, member_id=member, generation_id_or_member_epoch=1
        )
    bad |= {
        "commit offsets of a later generation": asks.commits_offsets(
            group, mine, epoch, offset=99, generation_id_or_member_epoch=LARGEST
        ),
        "commit offsets as an instance that is not": asks.commits_offsets(group, mine, epoch, offset=99, group_instance_id="i"),
        "commit offsets with too much metadata": asks.commits_offsets(group, mine, epoch, offset=99, metadata="x" * 5000),
        "add no such partition": asks.adds(mine, epoch, 1, 99),
        "write a gap": asks.writes(mine, epoch, 7),
        "write outside of it": produce(topic, _batch(1, mine, epoch, 1)),
        "begin for no time": _begins(topic, 0),
        "begin for ever": _begins(topic, LARGEST),
        "begin without a name": _begins("", 1000),
    }
    described = Question(DescribeTransactionsRequest(transactional_ids=[topic]), 0)
    outcome = (list_offsets(topic, -1), group.fetch(topic), group.describe())
    return Game((described, producers(topic), *outcome), bad)


class Transaction:
    """What may be asked about one transactional id, by whoever."""

    def __init__(self, name: str, group: str) -> None:
        self.name = name
        self.group = group

    def adds(self, producer: int, epoch: int, *partitions: int) -> Question:
        made = AddPartitionsToTxnRequest
        topics = [made.AddPartitionsToTxnTopic(name=self.name, partitions=list(partitions))]
        who: dict[str, Any] = {"v3_and_below_producer_id": producer, "v3_and_below_producer_epoch": epoch}
        return Question(made(v3_and_below_transactional_id=self.name, v3_and_below_topics=topics, **who), 3)

    def adds_offsets(self, producer: int, epoch: int) -> Question:
        who: dict[str, Any] = {"producer_id": producer, "producer_epoch": epoch}
        return Question(AddOffsetsToTxnRequest(transactional_id=self.name, group_id=self.group, **who), 3)

    def writes(self, producer: int, epoch: int, sequence: int) -> Question:
        batch = _batch(1, producer, epoch, sequence, attributes=TRANSACTIONAL)
        return _of(self.name, produce(self.name, batch, version=11))

    def commits_offsets(
        self, group: Group, producer: int, epoch: int, *, offset: int = 1, metadata: str = "", **more: Any
    ) -> Question:
        made = TxnOffsetCommitRequest
        part = made.TxnOffsetCommitRequestPartition(partition_index=0, committed_offset=offset, committed_metadata=metadata)
        topics = [made.TxnOffsetCommitRequestTopic(name=self.name, partitions=[part])]
        who: dict[str, Any] = {"producer_id": producer, "producer_epoch": epoch}
        who |= {"member_id": group.member, "generation_id_or_member_epoch": group.generation} | more
        return Question(made(transactional_id=self.name, group_id=self.group, topics=topics, **who), 3)

    def ends(self, producer: int, epoch: int, *, version: int = 3) -> Question:
        who: dict[str, Any] = {"producer_id": producer, "producer_epoch": epoch}
        return Question(EndTxnRequest(transactional_id=self.name, committed=True, **who), version)

    def marks(self, producer: int, epoch: int) -> Question:
        made = WriteTxnMarkersRequest
        topics = [made.WritableTxnMarkerTopic(name=self.name, partition_indexes=[0])]
        who: dict[str, Any] = {"producer_id": producer, "producer_epoch": epoch, "coordinator_epoch": 0}
        return Question(made(markers=[made.WritableTxnMarker(topics=topics, transaction_result=True, **who)]), 1)


GAMES = {
    game.__name__: game
    for game in (
        strangers_in_a_classic_group,
        too_much_metadata,
        strangers_in_a_consumer_group,
        sequence_games,
        games_in_a_transaction,
    )
}


def _joined(side: Side, name: str, topic: str = "") -> Group:
    """A stable group of one that has read 3 of a topic, made for it where none is named."""
    if not topic:
        side.create([name], partitions=2)
    group = Group(name, topics=(topic or name,))
    group.joined(side.ask(group.join(3)))
    assert not _codes(side.ask(group.sync()))
    assert not _codes(side.ask(group.commit(topic or name, 3)))
    return group


def _join(group: Group, **more: Any) -> Question:
    question = group.join()
    assert isinstance(question.request, JoinGroupRequest)
    for name, value in more.items():
        setattr(question.request, name, value)
    return question


def _leave(group: str, *members: str) -> LeaveGroupRequest:
    made = LeaveGroupRequest
    return made(group_id=group, members=[made.MemberIdentity(member_id=member) for member in members])


def _assign(group: Group, generation: int, assignments: dict[str, bytes]) -> Question:
    made = SyncGroupRequest
    given = [made.SyncGroupRequestAssignment(member_id=member, assignment=each) for member, each in assignments.items()]
    return group.sync(generation_id=generation, assignments=given)


def _commit(group: Group, topic: str, metadata: str) -> Question:
    question = group.commit(topic, 9)
    assert isinstance(question.request, OffsetCommitRequest)
    question.request.topics[0].partitions[0].committed_metadata = metadata
    return question


def _owned(topic: str, *partitions: int) -> list[Any]:
    from leftfold.wire.generated.consumer_groups import ConsumerGroupHeartbeatRequest

    return [ConsumerGroupHeartbeatRequest.TopicPartitions(topic_id=id_of(topic), partitions=list(partitions))]


def _batch(count: int, producer: int, epoch: int, sequence: int, **more: Any) -> Batch:
    return records(count, producer_id=producer, producer_epoch=epoch, base_sequence=sequence, **more)


def _two(topic: str, one: Batch, other: Batch) -> Question:
    """Both in one partition's records."""
    question = produce(topic, one)
    assert isinstance(question.request, ProduceRequest)
    question.request.topic_data[0].partition_data[0].records = one.encode() + other.encode()
    return question


def _of(transactional_id: str, question: Question) -> Question:
    question.request.transactional_id = transactional_id  # type: ignore[attr-defined]
    return question


def _begins(name: str, timeout_ms: int, producer: int = -1, epoch: int = -1) -> Question:
    who: dict[str, Any] = {"producer_id": producer, "producer_epoch": epoch}
    return Question(InitProducerIdRequest(transactional_id=name, transaction_timeout_ms=timeout_ms, **who), 4)


def _codes(answer: Any) -> set[int]:
    """The error codes in an answer, but for 0."""
    from tests.clients.differential.compare import fields

    assert not isinstance(answer, str), answer
    found = {value for path, value in fields(answer, max(answer.VERSIONS), "") if path.endswith("error_code")}
    return found - {0}
