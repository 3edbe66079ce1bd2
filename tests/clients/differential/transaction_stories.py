"""Lives of transactions, told to both brokers step by step."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from leftfold.wire.generated.group_offsets import OffsetFetchRequest
from leftfold.wire.generated.producers import InitProducerIdRequest
from leftfold.wire.generated.transactions import (
    AddOffsetsToTxnRequest,
    AddPartitionsToTxnRequest,
    DescribeTransactionsRequest,
    EndTxnRequest,
    ListTransactionsRequest,
    TxnOffsetCommitRequest,
    WriteTxnMarkersRequest,
)
from tests.clients.differential.side import Question, Side
from tests.clients.differential.words import Asked, Story, delete, fetch, list_offsets, produce, producers, records

Steps = Generator[Asked, Any, None]
TRANSACTIONAL = 0x10
LATER = 51  # CONCURRENT_TRANSACTIONS: the last one is still being ended
OLD, NEW = 1, 2
"""Both generations of the protocol: from the second on every transaction has an epoch of its own (KIP-890)."""


class Producer:
    """What one producer asks in a transactional id; `id` and `epoch` are what it was last told, `sequence` is its next."""

    def __init__(self, name: str, generation: int = NEW, *, timeout_ms: int = 60_000) -> None:
        self.name = name
        self.generation = generation
        self.timeout_ms = timeout_ms
        self.id, self.epoch, self.sequence = -1, -1, 0

    def told(self, answer: Any) -> bool:
        """Remember what an answer said, if it said something."""
        assert not isinstance(answer, str), answer
        if answer.error_code or answer.producer_id < 0:
            return False
        if (self.id, self.epoch) != (answer.producer_id, answer.producer_epoch):
            self.id, self.epoch, self.sequence = answer.producer_id, answer.producer_epoch, 0
        return True

    def myself(self) -> dict[str, Any]:
        return {"transactional_id": self.name, "producer_id": self.id, "producer_epoch": self.epoch}

    def init(self, version: int = 5, **more: Any) -> Question:
        fields: dict[str, Any] = {"transactional_id": self.name, "transaction_timeout_ms": self.timeout_ms}
        return Question(InitProducerIdRequest(**(fields | more)), version)

    def goes_on(self, version: int = 5, **more: Any) -> Question:
        """It says who it was (KIP-360)."""
        return self.init(version, **({"producer_id": self.id, "producer_epoch": self.epoch} | more))

    def add(self, topic: str, *partitions: int, version: int = 3, **more: Any) -> Question:
        made = AddPartitionsToTxnRequest
        topics = [made.AddPartitionsToTxnTopic(name=topic, partitions=list(partitions) or [0])]
        who: dict[str, Any] = self.myself() | {"topics": topics} | more
        if version >= 4:
            return Question(made(transactions=[made.AddPartitionsToTxnTransaction(**who)]), version)
        return Question(made(**{f"v3_and_below_{name}": value for name, value in who.items()}), version)

    def write(self, topic: str, count: int = 2, *, partition: int = 0, version: int | None = None, **more: Any) -> Question:
        """The next records; `name` is the transactional id that the request says."""
        name = more.pop("name", self.name)
        fields = {"producer_id": self.id, "producer_epoch": self.epoch, "base_sequence": self.sequence}
        fields |= {"attributes": TRANSACTIONAL} | more
        version = (12 if self.generation == NEW else 11) if version is None else version
        question = produce(topic, records(count, **fields), partition=partition, version=version)
        question.request.transactional_id = name  # type: ignore[attr-defined]
        return question

    def wrote(self, count: int = 2) -> None:
        self.sequence += count

    def add_offsets(self, version: int = 3, **more: Any) -> Question:
        return Question(AddOffsetsToTxnRequest(**(self.myself() | {"group_id": self.name} | more)), version)

    def commit_offset(self, topic: str, offset: int, *, version: int | None = None, **more: Any) -> Question:
        made = TxnOffsetCommitRequest
        parts = [made.TxnOffsetCommitRequestPartition(partition_index=0, committed_offset=offset, committed_metadata="m")]
        fields = {"group_id": self.name, "topics": [made.TxnOffsetCommitRequestTopic(name=topic, partitions=parts)]}
        return Question(
            made(**(self.myself() | fields | more)), (5 if self.generation == NEW else 4) if version is None else version
        )

    def end(self, *, commit: bool = True, version: int | None = None, **more: Any) -> Question:
        made = EndTxnRequest(**(self.myself() | {"committed": commit} | more))
        return Question(made, (5 if self.generation == NEW else 4) if version is None else version)

    def described(self, *names: str) -> Question:
        return Question(DescribeTransactionsRequest(transactional_ids=list(names) or [self.name]), 0)

    def listed(self, *states: str, **more: Any) -> Question:
        return Question(ListTransactionsRequest(state_filters=list(states), producer_id_filters=[self.id], **more), 1)

    def offsets(self, topic: str, *, stable: bool) -> Question:
        made = OffsetFetchRequest
        asked = [made.OffsetFetchRequestTopics(name=topic, partition_indexes=[0])]
        return Question(made(groups=[made.OffsetFetchRequestGroup(group_id=self.name, topics=asked)], require_stable=stable), 8)

    def settled(self, side: Side, state: str) -> None:
        """Wait until its transaction stands like this: markers are written behind the answer."""
        side.settle(self.described(), lambda answer: answer.transaction_states[0].transaction_state == state)

    def settled_anyhow(self, side: Side) -> None:
        """Wait until nothing is open or about to end."""
        open_or_ending = ("Ongoing", "PrepareCommit", "PrepareAbort")
        side.settle(self.described(), lambda answer: answer.transaction_states[0].transaction_state not in open_or_ending)

    def settled_unless_open(self, side: Side) -> None:
        """Wait until nothing is about to end."""
        ending = ("PrepareCommit", "PrepareAbort")
        side.settle(self.described(), lambda answer: answer.transaction_states[0].transaction_state not in ending)

    def marker(self, topic: str, partition: int = 0, *, commit: bool = False, version: int = 1, **more: Any) -> Question:
        made = WriteTxnMarkersRequest
        topics = [made.WritableTxnMarkerTopic(name=topic, partition_indexes=[partition])]
        fields: dict[str, Any] = {"producer_id": self.id, "producer_epoch": self.epoch, "transaction_result": commit}
        return Question(made(markers=[made.WritableTxnMarker(**(fields | {"topics": topics} | more))]), version)


def make(side: Side, *topics: str) -> None:
    """Topics of two partitions that stay in one segment: Kafka begins another where a marker is much newer than records."""
    side.create(topics, {"segment.ms": str(2**63 - 1)}, partitions=2)


def committed(topic: str, offset: int = 0, **more: Any) -> Question:
    """A fetch of what is committed, and what was aborted on the way."""
    question = fetch({topic: offset}, **more)
    question.request.isolation_level = 1  # type: ignore[attr-defined]
    return question


def stable(topic: str) -> Question:
    """The last stable offset."""
    question = list_offsets(topic, -1)
    question.request.isolation_level = 1  # type: ignore[attr-defined]
    return question


def seen(topic: str, words: str) -> Generator[Asked, Any, None]:
    """How a partition looks from outside."""
    yield f"producers {words}", producers(topic)
    yield f"the last stable offset {words}", stable(topic)
    yield f"what is committed {words}", committed(topic)


def a_transaction_of_the_first_generation(side: Side, topic: str) -> Steps:
    """Everything is said: which partitions, which group, the end; then a second one that is aborted."""
    make(side, topic)
    one = Producer(topic, OLD)
    yield "described before", one.described()
    answer = yield "init", one.init(4)
    one.told(answer)
    yield "described once it is held", one.described()
    yield "listed once it is held", one.listed()
    yield "commit of nothing", one.end()
    yield "abort of nothing", one.end(commit=False)
    yield "write before it is said where", one.write(topic)
    yield "add", one.add(topic)
    yield "described", one.described()
    yield "listed", one.listed("Ongoing")
    yield "listed if older than a day", one.listed("Ongoing", duration_filter=86_400_000)
    yield "add what is there and more", one.add(topic, 0, 1)
    yield "add what does not exist beside what does", one.add(topic, 0, 7)
    yield "add as an old client", one.add(topic, 0, version=0)
    yield "write", one.write(topic)
    one.wrote()
    yield "write to the other", one.write(topic, partition=1)
    yield from seen(topic, "while it is open")
    yield "commit an offset before the group is said", one.commit_offset(topic, 1)
    yield "add offsets", one.add_offsets()
    yield "described with a group", one.described()
    yield "commit an offset", one.commit_offset(topic, 1)
    yield "commit an offset of another generation", one.commit_offset(topic, 2, generation_id_or_member_epoch=3, member_id="m")
    yield "stable offsets while it is open", one.offsets(topic, stable=True)
    yield "offsets while it is open", one.offsets(topic, stable=False)
    yield "commit", one.end()
    one.settled(side, "CompleteCommit")
    yield "described when it is committed", one.described()
    yield from seen(topic, "when it is committed")
    yield "stable offsets when it is committed", one.offsets(topic, stable=True)
    yield "commit again", one.end()
    yield "abort what is committed", one.end(commit=False)
    yield "write behind the end", one.write(topic)


def an_aborted_transaction_of_the_first_generation(side: Side, topic: str) -> Steps:
    """After one that was committed: its offsets stay."""
    make(side, topic)
    one = Producer(topic, OLD)
    answer = yield "init", one.init(3)
    one.told(answer)
    for words, commit in (("first", True), ("second", False)):
        yield f"add for the {words}", one.add(topic)
        yield f"write in the {words}", one.write(topic)
        one.wrote()
        yield f"add offsets to the {words}", one.add_offsets()
        yield f"commit an offset in the {words}", one.commit_offset(topic, 5 if commit else 9)
        if commit:
            yield "commit", one.end()
            one.settled(side, "CompleteCommit")
    yield "abort", one.end(commit=False)
    one.settled(side, "CompleteAbort")
    yield "described when it is aborted", one.described()
    yield from seen(topic, "when it is aborted")
    yield "all of it", fetch({topic: 0})
    yield "offsets when it is aborted", one.offsets(topic, stable=True)
    yield "abort again", one.end(commit=False)
    yield "commit what is aborted", one.end()
    yield "write outside of any", one.write(topic, attributes=0, name=None)
    one.wrote()
    yield "and again outside", one.write(topic, attributes=0, name=None)


def a_transaction_of_the_second_generation(side: Side, topic: str) -> Steps:
    """Writing begins it, and each has its own epoch."""
    make(side, topic)
    one = Producer(topic)
    answer = yield "init", one.init()
    one.told(answer)
    yield "commit of nothing", one.end()
    answer = yield "abort of nothing", one.end(commit=False)
    first = one.epoch
    one.told(answer)
    one.settled(side, "CompleteAbort")
    yield "described after nothing", one.described()
    yield "abort of nothing, asked again", one.end(commit=False, producer_epoch=first)
    yield "write", one.write(topic)
    one.wrote()
    yield "described", one.described()
    yield "write to the other", one.write(topic, partition=1)
    yield "commit an offset", one.commit_offset(topic, 1)
    yield "described with a group", one.described()
    yield "stable offsets while it is open", one.offsets(topic, stable=True)
    yield "write by an older request", one.write(topic, version=11)
    one.wrote()
    yield from seen(topic, "while it is open")
    begun = one.epoch
    answer = yield "commit", one.end()
    one.told(answer)
    one.settled(side, "CompleteCommit")
    yield "described when it is committed", one.described()
    yield from seen(topic, "when it is committed")
    yield "commit, asked again", one.end(producer_epoch=begun)
    yield "abort what is committed", one.end(commit=False, producer_epoch=begun)
    yield "write by the last epoch", one.write(topic, producer_epoch=begun, base_sequence=4)
    yield "commit an offset by the last epoch", one.commit_offset(topic, 7, producer_epoch=begun)
    yield "add by the last epoch", one.add(topic, version=3, producer_epoch=begun)
    yield "init by the last epoch", one.goes_on(producer_epoch=begun)
    answer = yield "init by the newest", one.goes_on()
    one.told(answer)
    yield "write in the next", one.write(topic)
    one.wrote()
    yield "add by hand, too", one.add(topic, 1)
    begun = one.epoch
    answer = yield "abort", one.end(commit=False)
    one.told(answer)
    one.settled(side, "CompleteAbort")
    yield "described when it is aborted", one.described()
    yield from seen(topic, "when it is aborted")
    yield "abort, asked again", one.end(commit=False, producer_epoch=begun)
    yield "abort of nothing at the end", one.end(commit=False)


def a_producer_is_fenced(side: Side, topic: str, generation: int) -> Steps:
    """A second one takes the id while a transaction is open."""
    make(side, topic)
    one, other = Producer(topic, generation), Producer(topic, generation)
    answer = yield "init", one.init()
    one.told(answer)
    if generation == OLD:
        yield "add", one.add(topic)
    yield "write", one.write(topic)
    one.wrote()
    side.settle(other.init(), other.told)
    yield "described", other.described()
    yield from seen(topic, "after the fence")
    yield "the first writes", one.write(topic)
    yield "the first writes outside", one.write(topic, attributes=0, name=None)
    yield "the first adds", one.add(topic)
    yield "the first adds as an old client", one.add(topic, version=1)
    yield "the first adds offsets", one.add_offsets()
    yield "the first adds offsets as an old client", one.add_offsets(1)
    yield "the first commits an offset", one.commit_offset(topic, 3)
    yield "the first commits an offset as an old client", one.commit_offset(topic, 3, version=2)
    yield "the first commits", one.end()
    yield "the first commits as an old client", one.end(version=1)
    yield "the first aborts", one.end(commit=False)
    yield "the first goes on", one.goes_on()
    yield "the first goes on as an old client", one.goes_on(3)
    if generation == OLD:
        yield "the second adds", other.add(topic)
    yield "the second writes", other.write(topic)
    yield from seen(topic, "while the second is open")
    yield "the first writes while the second is open", one.write(topic)
    yield "the first aborts while the second is open", one.end(commit=False)
    yield "the second commits", other.end()
    other.settled(side, "CompleteCommit")
    yield from seen(topic, "at the end")


def a_producer_is_fenced_old(side: Side, topic: str) -> Steps:
    yield from a_producer_is_fenced(side, topic, OLD)


def a_producer_is_fenced_new(side: Side, topic: str) -> Steps:
    yield from a_producer_is_fenced(side, topic, NEW)


def a_fence_is_told_at_once(side: Side, topic: str) -> Steps:
    """Whoever fenced asks but once."""
    make(side, topic)
    one = Producer(topic)
    answer = yield "init", one.init()
    one.told(answer)
    yield "write", one.write(topic)
    yield "another asks", one.init()
    one.settled_anyhow(side)
    yield "the first aborts", one.end(commit=False)
    yield "the first commits as an old client", one.end(version=4)


def a_producer_fences_itself(side: Side, topic: str) -> Steps:
    """It asks to go on while its own transaction is open."""
    make(side, topic)
    one = Producer(topic)
    answer = yield "init", one.init()
    one.told(answer)
    yield "write", one.write(topic)
    epoch = one.epoch
    side.settle(one.goes_on(), one.told)
    answer = yield "goes on, asked again", one.goes_on(producer_epoch=epoch)
    one.told(answer)
    yield from seen(topic, "then")
    yield "write in the next", one.write(topic)
    yield "commit", one.end()
    one.settled(side, "CompleteCommit")


def t1_an_end_comes_late(side: Side, topic: str) -> Steps:
    """While the next transaction is open (KAFKA-17754): of the first generation it ends that one, which nobody can tell."""
    old, new = (Producer(f"{topic}.{generation}", generation) for generation in (OLD, NEW))
    make(side, old.name, new.name)
    for one in (old, new):
        answer = yield f"init {one.name}", one.init()
        one.told(answer)
        for words in ("the first", "the next"):
            if one.generation == OLD:
                yield f"{words} adds, {one.name}", one.add(one.name)
            yield f"{words} writes, {one.name}", one.write(one.name)
            one.wrote()
            if words == "the first":
                before = one.epoch
                answer = yield f"{words} ends, {one.name}", one.end()
                one.told(answer)
                one.settled(side, "CompleteCommit")
        for words, more in {"commit": {}, "abort": {"commit": False}}.items():
            yield f"a late {words} in its own generation, {one.name}", one.end(producer_epoch=before, **more)
            one.settled_unless_open(side)
            yield f"described after a late {words}, {one.name}", one.described()
        yield f"a late commit by an older client, {one.name}", one.end(version=4, producer_epoch=before)
        one.settled_unless_open(side)
        yield f"described at the end, {one.name}", one.described()
        yield from seen(one.name, f"at the end, {one.name}")
    yield "the next ends", new.end()
    new.settled(side, "CompleteCommit")
    yield from seen(new.name, "when it has ended")


def t3_the_same_sequence_follows_an_abort(side: Side, topic: str) -> Steps:
    """It is not taken for the batch that was aborted."""
    make(side, topic)
    one = Producer(topic)
    answer = yield "init", one.init()
    one.told(answer)
    for words in ("first", "second", "third"):
        yield f"write in the {words}", one.write(topic)
        yield f"write in the {words}, asked again", one.write(topic)
        answer = yield f"the {words} ends", one.end(commit=words == "third")
        one.told(answer)
        one.settled_anyhow(side)
    yield from seen(topic, "at the end")


def epochs_that_were_and_will_be(side: Side, topic: str) -> Steps:
    """Who it was, said at InitProducerId (KIP-360)."""
    del side
    one = Producer(topic)
    yield "a stranger goes on", one.goes_on(producer_id=2**40, producer_epoch=3)
    answer = yield "init after a stranger", one.init()
    one.told(answer)
    first = one.epoch
    answer = yield "goes on", one.goes_on()
    one.told(answer)
    yield "asked again", one.goes_on(producer_epoch=first)
    yield "an epoch to come", one.goes_on(producer_epoch=one.epoch + 1)
    yield "a stranger goes on with the id", one.goes_on(producer_id=2**40)
    yield "as an old client, too late", one.goes_on(3, producer_epoch=first - 1 if first else 7)
    answer = yield "init", one.init()
    one.told(answer)
    yield "after an init nothing is asked again", one.goes_on(producer_epoch=one.epoch - 1)
    yield "no time at all", one.init(transaction_timeout_ms=0)
    yield "too much time", one.init(transaction_timeout_ms=900_001)
    yield "an epoch alone", one.init(producer_epoch=3)
    yield "an id alone", one.init(producer_id=3)
    yield "described", one.described()
    yield "described twice and with others", one.described(topic, topic, "", "no such")
    yield "another timeout", one.init(transaction_timeout_ms=5_000)
    yield "described with another timeout", one.described()


def transactions_outlive_their_time(side: Side, topic: str) -> Steps:
    """They are aborted, and whoever had them is told so, and may go on (KIP-588)."""
    both = [Producer(f"{topic}.{generation}", generation, timeout_ms=6000) for generation in (OLD, NEW)]
    make(side, *(one.name for one in both))
    for one in both:
        answer = yield f"init {one.name}", one.init()
        one.told(answer)
        if one.generation == OLD:
            yield "add", one.add(one.name)
        yield f"write {one.name}", one.write(one.name)
        one.wrote()
    for one in both:
        of = "old" if one.generation == OLD else "new"
        one.settled(side, "CompleteAbort")
        yield f"{of}: described", one.described()
        yield from seen(one.name, f"of the {of} when it is aborted")
        yield f"{of}: commit", one.end()
        yield f"{of}: abort", one.end(commit=False)
        yield f"{of}: add", one.add(one.name)
        yield f"{of}: add by a broker", one.add(one.name, version=4)
        yield f"{of}: write", one.write(one.name)
        yield f"{of}: write outside", one.write(one.name, attributes=0, name=None)
        yield f"{of}: commit an offset", one.commit_offset(one.name, 3)
        before = one.epoch
        answer = yield f"{of}: goes on", one.goes_on()
        one.told(answer)
        yield f"{of}: goes on, asked again", one.goes_on(producer_epoch=before)
        answer = yield f"{of}: goes on once more", one.goes_on(transaction_timeout_ms=60_000)
        one.told(answer)
        if one.generation == OLD:
            yield "add in the next", one.add(one.name)
        yield f"{of}: write in the next", one.write(one.name)
        yield f"{of}: commit the next", one.end()
        one.settled(side, "CompleteCommit")
        yield from seen(one.name, f"of the {of} at the end")


def sequences_and_forgeries(side: Side, topic: str, generation: int) -> Steps:
    """Batches that cannot be, inside of a transaction; it is left as it was."""
    make(side, topic)
    one, other = Producer(topic, generation), Producer(f"{topic}.other", generation)
    for producer in (one, other, one):
        answer = yield f"init {producer.name}", producer.init()
        producer.told(answer)
    if generation == OLD:
        yield "write before it is said where", one.write(topic)
        yield "write before it is said where, as an older client", one.write(topic, version=10)
        yield "commit an offset before the group is said", one.commit_offset(topic, 1)
        yield "commit an offset before the group is said, as an older client", one.commit_offset(topic, 1, version=3)
        yield "add", one.add(topic)
    yield "begins in the middle", one.write(topic, base_sequence=7)
    yield "write", one.write(topic)
    yield "described", one.described()
    yield "write again", one.write(topic)
    one.wrote()
    yield "a gap", one.write(topic, base_sequence=9)
    yield "an epoch that was", one.write(topic, producer_epoch=one.epoch - 1)
    yield "the other's producer id", one.write(topic, producer_id=other.id, base_sequence=0)
    yield "nobody's producer id", one.write(topic, producer_id=2**40, base_sequence=0)
    yield "under the other's name", one.write(topic, name=other.name)
    yield "under nobody's name", one.write(topic, name=f"{topic}.nobody")
    yield "without a name", one.write(topic, name=None)
    yield "under an empty name", one.write(topic, name="")
    yield "outside, while it is open", one.write(topic, attributes=0)
    yield "outside and without a name, while it is open", one.write(topic, attributes=0, name=None)
    yield "a marker of its own", one.write(topic, attributes=TRANSACTIONAL | 0x20)
    yield "without a sequence", one.write(topic, base_sequence=-1)
    yield "without a producer", one.write(topic, producer_id=-1, producer_epoch=-1, base_sequence=-1)
    yield "where it was not added", one.write(topic, partition=1, base_sequence=0)
    yield "where nothing is", one.write(f"{topic}.nowhere")
    yield "described after all that", one.described()
    yield from seen(topic, "after all that")
    yield "an epoch to come", one.write(topic, producer_epoch=one.epoch + 1, base_sequence=0)
    yield "commit of the other's", one.end(producer_id=other.id)
    yield "commit of another epoch", one.end(producer_epoch=one.epoch + 1)
    yield "commit of a past epoch", one.end(producer_epoch=one.epoch - 1)
    yield "add of another epoch", one.add(topic, producer_epoch=one.epoch + 1)
    yield "add to the other's", one.add(topic, transactional_id=other.name)
    yield "described after strange ends", one.described()
    yield "commit", one.end()
    one.settled(side, "CompleteCommit")
    yield "all of it", fetch({topic: 0})


def sequences_and_forgeries_old(side: Side, topic: str) -> Steps:
    yield from sequences_and_forgeries(side, topic, OLD)


def sequences_and_forgeries_new(side: Side, topic: str) -> Steps:
    yield from sequences_and_forgeries(side, topic, NEW)


def what_was_aborted_is_told(side: Side, topic: str) -> Steps:
    """Three producers side by side; readers learn which of their records count."""
    make(side, topic)
    many = [Producer(f"{topic}.{number}") for number in range(3)]
    for number, producer in enumerate(many):
        answer = yield f"init {number}", producer.init()
        producer.told(answer)
    for turn in range(2):
        for number, producer in enumerate(many):
            yield f"{number} writes, turn {turn}", producer.write(topic, 1)
            producer.wrote(1)
    yield "outside of all", produce(topic, records(1))
    yield from seen(topic, "while three are open")
    for number, commit in ((1, False), (2, True), (0, False)):
        yield f"{number} ends", many[number].end(commit=commit)
        many[number].settled(side, "CompleteCommit" if commit else "CompleteAbort")
        for offset in (0, 1, 3, 6, 7):
            yield f"committed from {offset} when {number} has ended", committed(topic, offset)
        yield f"the last stable offset when {number} has ended", stable(topic)
    for version in (4, 11, 12, 17):
        yield f"committed, v{version}", committed(topic, version=version)
    yield "a little of it", committed(topic, partition_max_bytes=100)
    yield "behind all", committed(topic, 10)
    yield "uncommitted", fetch({topic: 0})
    yield "at the end, by time", list_offsets(topic, -3)


def an_operator_ends_what_hangs(side: Side, topic: str) -> Steps:
    """Markers by hand, right ones and wrong ones (KIP-664)."""
    make(side, topic)
    one = Producer(topic, OLD)
    for words in ("init", "init again"):
        answer = yield words, one.init()
        one.told(answer)
    yield "a marker where nothing was written", one.marker(topic, coordinator_epoch=0)
    yield "producers after it", producers(topic)
    yield "add", one.add(topic)
    yield "write", one.write(topic)
    one.wrote()
    yield "of an epoch that was", one.marker(topic, producer_epoch=one.epoch - 1, coordinator_epoch=0)
    yield "of a coordinator", one.marker(topic, coordinator_epoch=5)
    yield from seen(topic, "after a marker by hand")
    yield "of a coordinator that was", one.marker(topic, coordinator_epoch=4)
    yield "of the same coordinator again", one.marker(topic, coordinator_epoch=5)
    yield "of nobody", one.marker(topic, 1, producer_id=2**40, coordinator_epoch=0)
    yield "producers after nobody", producers(topic, partition=1)
    yield "where nothing is", one.marker(f"{topic}.nowhere")
    yield "of the first epoch to come", one.marker(topic, producer_epoch=one.epoch + 1, coordinator_epoch=5)
    yield "producers after an epoch to come", producers(topic)
    yield "write behind it", one.write(topic)
    yield "write in the epoch to come", one.write(topic, producer_epoch=one.epoch + 1, base_sequence=0)
    yield "all of it", fetch({topic: 0})
    yield "described", one.described()
    yield "abort", one.end(commit=False)  # Kafka never comes to its end: the partition knows a newer epoch


def a_topic_is_deleted_under_a_transaction(side: Side, topic: str) -> Steps:
    """What is left of it ends."""
    gone = f"{topic}.gone"
    make(side, topic, gone)
    one = Producer(topic)
    answer = yield "init", one.init()
    one.told(answer)
    yield "write", one.write(topic)
    yield "write to what will go", one.write(gone)
    yield "commit an offset of what will go", one.commit_offset(gone, 3)
    yield "described", one.described()
    yield "delete", delete(gone)
    side.wait_gone(gone)
    side.settle(one.offsets(gone, stable=True), lambda answer: not answer.groups[0].topics[0].partitions[0].error_code)
    yield "described without it", one.described()
    yield "commit", one.end()
    one.settled(side, "CompleteCommit")
    yield "described at the end", one.described()
    yield "offsets at the end", one.offsets(gone, stable=True)
    yield from seen(topic, "at the end")


TRANSACTION_STORIES: tuple[Story, ...] = (
    a_transaction_of_the_first_generation,
    an_aborted_transaction_of_the_first_generation,
    a_transaction_of_the_second_generation,
    a_producer_is_fenced_old,
    a_producer_is_fenced_new,
    t1_an_end_comes_late,
    t3_the_same_sequence_follows_an_abort,
    epochs_that_were_and_will_be,
    transactions_outlive_their_time,
    a_fence_is_told_at_once,
    a_producer_fences_itself,
    sequences_and_forgeries_old,
    sequences_and_forgeries_new,
    what_was_aborted_is_told,
    an_operator_ends_what_hangs,
    a_topic_is_deleted_under_a_transaction,
)
