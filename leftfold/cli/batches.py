"""Whole record batches, fetched by hand."""

# librdkafka hands out records and keeps to itself what their batches say: producers, codecs, sizes. Who wants that reads here.

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Self

from leftfold.base.errors import Code, Failure, WireError
from leftfold.cli.connection import Cluster
from leftfold.cli.conversation import Conversation, NotKafka
from leftfold.cli.problem import Problem
from leftfold.cli.reach import Address
from leftfold.wire.generated.fetch import FetchRequest, FetchResponse

if TYPE_CHECKING:
    from leftfold.kernel import Batch

VERSION = 12  # the last that names topics; every broker of Kafka 2.7 and later serves it
WAIT_MS = 250
FETCH_BYTES_MAX = 32 << 20
PARTITION_BYTES_MAX = 4 << 20
Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of one partition: batches from the one that holds the offset asked for, and where the partition stands."""

    place: Place
    log_start: int
    high_watermark: int
    last_stable: int
    batches: Sequence[Batch]


class BatchReader:
    """Plaintext connections to the leaders of some partitions, closed by `with`."""

    def __init__(self, cluster: Cluster, topics: Sequence[str]) -> None:
        if cluster.is_secured:
            raise Problem(
                "whole batches are read without TLS or a login only; leave out %x %y %a %|, or what says security",
                Failure.SETTING_INVALID,
            )
        self._seconds = cluster.command_seconds + WAIT_MS / 1000
        self._open = ExitStack()
        self._conversations: dict[Address, Conversation] = {}
        found = cluster.metadata(cluster.admin())
        self._leaders: dict[Place, Address] = {}
        for topic in topics:
            for partition, one in found.topics[topic].partitions.items():
                if one.leader not in found.brokers:
                    raise Problem(
                        f"topic {topic}, partition {partition} has no leader; see `leftfold cluster health`",
                        Failure.PARTITIONS_UNSERVED,
                    )
                broker = found.brokers[one.leader]
                self._leaders[topic, partition] = Address(broker.host or "", broker.port or 0)

    def fetch(self, places: Mapping[Place, int]) -> Iterator[Fetched]:
        """What is there from these offsets on; waits a moment where nothing is. Raises Problem."""
        asked: dict[Address, dict[str, list[FetchRequest.FetchPartition]]] = defaultdict(lambda: defaultdict(list))
        for (topic, partition), offset in places.items():
            one = FetchRequest.FetchPartition(partition=partition, fetch_offset=offset, partition_max_bytes=PARTITION_BYTES_MAX)
            asked[self._leaders[topic, partition]][topic].append(one)
        for leader, topics in asked.items():
            request = FetchRequest(
                max_wait_ms=WAIT_MS,
                min_bytes=1,
                max_bytes=FETCH_BYTES_MAX,
                topics=[FetchRequest.FetchTopic(topic=name, partitions=each) for name, each in topics.items()],
            )
            yield from self._answered(leader, request)

    def _answered(self, leader: Address, request: FetchRequest) -> Iterator[Fetched]:
        try:
            answer: FetchResponse = self._conversation(leader).ask(request, VERSION)
        except (OSError, NotKafka, WireError) as error:
            raise Problem(f"the broker at {leader.text} does not answer a fetch: {error}", Failure.UNREACHABLE) from None
        if answer.error_code:
            raise _refused(f"fetch from {leader.text}", answer.error_code)
        for topic in answer.responses:
            for one in topic.partitions:
                if one.error_code:
                    raise _refused(f"fetch from topic {topic.topic}, partition {one.partition_index}", one.error_code)
                yield Fetched(
                    (topic.topic, one.partition_index),
                    one.log_start_offset,
                    one.high_watermark,
                    one.last_stable_offset,
                    _decoded(one.records or b"", topic.topic, one.partition_index),
                )

    def _conversation(self, leader: Address) -> Conversation:
        if leader not in self._conversations:
            conversation = self._open.enter_context(Conversation(leader.host, leader.port, self._seconds))
            self._conversations[leader] = conversation
        return self._conversations[leader]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self._open.close()


def _decoded(content: bytes, topic: str, partition: int) -> Sequence[Batch]:
    from leftfold.kernel import KernelError, decode_batches

    try:
        return decode_batches(content)
    except KernelError as error:
        why = f"topic {topic}, partition {partition}: the broker sent a batch that is damaged: {error}"
        raise Problem(why, Failure.CORRUPT_BATCH) from None


def _refused(what: str, number: int) -> Problem:
    code = Code.known(number)
    said = f"{code.happened} {code.todo}" if code else f"the broker answers with error {number}"
    return Problem(f"{what}: {said}", code or Failure.REFUSED)
