"""One of the two brokers that are asked the same."""

from __future__ import annotations

import hashlib
import struct
import time
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from leftfold.base.errors import WireError
from leftfold.wire.codec import Message, Struct
from leftfold.wire.generated.consumer_groups import ConsumerGroupHeartbeatRequest
from leftfold.wire.generated.group_offsets import FindCoordinatorRequest
from leftfold.wire.generated.groups import DescribeGroupsRequest
from leftfold.wire.generated.metadata import ApiVersionsRequest, MetadataRequest
from leftfold.wire.generated.offsets import ListOffsetsRequest
from leftfold.wire.generated.produce import ProduceRequest
from leftfold.wire.generated.producers import InitProducerIdRequest
from leftfold.wire.generated.topics import CreateTopicsRequest, CreateTopicsResponse, DeleteTopicsRequest
from leftfold.wire.generated.transactions import DescribeTransactionsRequest
from leftfold.wire.messages import response_class
from tests.unit.client import Client

API_VERSIONS = 18
UNKNOWN_TOPIC = 3
NOT_FOUND = 105  # a transactional id
TOPICS_AT_ONCE = 200
ANSWER_SECONDS_MAX = 60
READY_SECONDS_MAX = 60

CLOSED, NOTHING, SILENCE = "closed", "nothing", "silence"
"""What may come instead of an answer: the end of the connection; nothing, as is due after acks=0; nothing in time."""

Answer = Message | str


@dataclass(frozen=True, slots=True)
class Question:
    """A request as it is sent. `spoil` changes its bytes, `header_version` is what the header says of its version."""

    request: Message
    version: int
    spoil: Callable[[bytes], bytes] | None = None
    header_version: int | None = None
    answered: bool = True


def id_of(topic: str) -> bytes:
    """What stands for a topic's id in requests and answers; each broker has given it another one."""
    return hashlib.md5(topic.encode()).digest()


class Side:
    """A connection to one broker, made anew whenever the broker closes it. Topic ids are translated both ways."""

    def __init__(self, bootstrap: str) -> None:
        self.bootstrap = bootstrap
        self.theirs: dict[bytes, bytes] = {}
        self.ours: dict[bytes, bytes] = {}
        self._connect()

    def _connect(self) -> None:
        self.client = Client(self.bootstrap)
        self.client.socket.settimeout(ANSWER_SECONDS_MAX)

    def reconnect(self) -> None:
        self.client.close()
        self._connect()

    def ask(self, question: Question) -> Answer:
        version = question.version
        request = deepcopy(question.request)  # the other side may be asking the same one now
        exchange(request, self.theirs)
        body = request.encode(version)
        body = question.spoil(body) if question.spoil else body
        said = version if question.header_version is None else question.header_version
        flexible = said >= request.FLEXIBLE_FROM
        try:
            if not question.answered:
                return self._ask_silently(request.API_KEY, said, body, flexible)
            found = self.client.ask_bytes(request.API_KEY, said, body, flexible=flexible)
        except (EOFError, ConnectionError):
            self.reconnect()
            return CLOSED
        except TimeoutError:
            self.reconnect()
            return SILENCE
        answer = _decoded(request.API_KEY, said, found, flexible)
        if isinstance(answer, CreateTopicsResponse):
            for one in answer.topics:
                self.learn(one.name, one.topic_id)
        if isinstance(answer, Message):
            exchange(answer, self.ours)
        return answer

    def _ask_silently(self, key: int, version: int, body: bytes, flexible: bool) -> str:
        """What is not answered; another question behind it shows whether the connection lives."""
        client = self.client
        client.correlation += 1
        header = struct.pack(">hhih", key, version, client.correlation, 4) + b"test" + b"\0" * flexible
        client.socket.sendall(struct.pack(">i", len(header) + len(body)) + header + body)
        client.ask(ApiVersionsRequest(), 0)
        return NOTHING

    # -- what must be there before --------------------------------------------------------------------------------------

    def warm(self) -> None:
        """Wait until producer ids are given out: Kafka fetches its first block of them when it is first asked."""
        deadline = time.monotonic() + READY_SECONDS_MAX
        while time.monotonic() < deadline:
            answer: Any = self.client.ask(InitProducerIdRequest(transactional_id=None, transaction_timeout_ms=1000), 0)
            if not answer.error_code:
                return
            time.sleep(0.005)
        raise AssertionError("no producer ids")

    def warm_groups(self) -> None:
        """Wait until every group is coordinated: Kafka makes the topic for it when it is first asked for a coordinator."""
        names = [f"warm {number}" for number in range(400)]  # some in each of the fifty partitions
        deadline = time.monotonic() + READY_SECONDS_MAX
        while time.monotonic() < deadline:
            found: Any = self.client.ask(FindCoordinatorRequest(key="any"), 0)
            described: Any = self.client.ask(DescribeGroupsRequest(groups=names), 0)
            if not found.error_code and not any(group.error_code for group in described.groups):
                return
            time.sleep(0.05)
        raise AssertionError("groups are not coordinated")

    def warm_transactions(self) -> None:
        """The same for transactional ids: nobody knows them, and each coordinator says so."""
        names = [f"warm {number}" for number in range(400)]
        deadline = time.monotonic() + READY_SECONDS_MAX
        while time.monotonic() < deadline:
            found: Any = self.client.ask(FindCoordinatorRequest(key="any", key_type=1), 1)
            told: Any = self.client.ask(DescribeTransactionsRequest(transactional_ids=names), 0)
            if not found.error_code and {one.error_code for one in told.transaction_states} == {NOT_FOUND}:
                return
            time.sleep(0.05)
        raise AssertionError("transactions are not coordinated")

    def wait_assigned(self, topic: str) -> None:
        """Kafka's coordinator learns of topics a little after they can be written: ask it until it gives one away."""
        made = ConsumerGroupHeartbeatRequest
        joins = made(
            group_id=f"{topic} wait",
            member_id="m",
            rebalance_timeout_ms=1000,
            subscribed_topic_names=[topic],
            topic_partitions=[],
        )
        self.settle(Question(joins, 1), lambda answer: bool(answer.assignment and answer.assignment.topic_partitions))

    def create(self, topics: Sequence[str], configs: dict[str, str] | None = None, partitions: int = 1) -> None:
        """Make topics and wait until each can be written."""
        for begin in range(0, len(topics), TOPICS_AT_ONCE):
            names = topics[begin : begin + TOPICS_AT_ONCE]
            self._create(names, configs or {}, partitions)
            self.wait(names, partitions)

    def _create(self, names: Sequence[str], configs: dict[str, str], partitions: int) -> None:
        made = CreateTopicsRequest
        given = [made.CreatableTopicConfig(name=name, value=value) for name, value in configs.items()]
        topics = [
            made.CreatableTopic(name=name, num_partitions=partitions, replication_factor=1, configs=given) for name in names
        ]
        answer: Any = self.client.ask(made(timeout_ms=30_000, topics=topics), 7)
        failed = [(one.name, one.error_code, one.error_message) for one in answer.topics if one.error_code]
        assert not failed, failed
        for one in answer.topics:
            self.learn(one.name, one.topic_id)

    def learn(self, name: str, topic_id: bytes) -> None:
        """This broker calls a topic so from now on; no id is nobody's."""
        if topic_id == bytes(16):
            return
        self.theirs[id_of(name)] = topic_id
        self.ours[topic_id] = id_of(name)

    def wait(self, names: Sequence[str], partitions: int) -> None:
        """Kafka answers a creation before its leaders lead."""
        asked = ListOffsetsRequest
        places = [asked.ListOffsetsPartition(partition_index=index, timestamp=-1) for index in range(partitions)]
        request = asked(replica_id=-1, topics=[asked.ListOffsetsTopic(name=name, partitions=places) for name in names])
        deadline = time.monotonic() + READY_SECONDS_MAX
        while time.monotonic() < deadline:
            answer: Any = self.client.ask(request, 5)
            if not any(part.error_code for topic in answer.topics for part in topic.partitions):
                return
            time.sleep(0.005)
        raise AssertionError(f"{names[0]} and others cannot be written")

    def settle(self, question: Question, done: Callable[[Any], bool]) -> None:
        """Ask again until the answer is as it must become: Kafka tells its brokers of a change after it answered it."""
        deadline = time.monotonic() + READY_SECONDS_MAX
        while time.monotonic() < deadline:
            if done(self.ask(question)):
                return
            time.sleep(0.005)
        raise AssertionError(f"{question.request} is still answered as before")

    def delete(self, topic: str) -> None:
        made = DeleteTopicsRequest
        answer: Any = self.client.ask(made(topics=[made.DeleteTopicState(name=topic)], timeout_ms=30_000), 6)
        assert not answer.responses[0].error_code
        self.wait_gone(topic)

    def wait_gone(self, topic: str) -> None:
        made = MetadataRequest
        request = made(topics=[made.MetadataRequestTopic(name=topic)], allow_auto_topic_creation=False)
        self.settle(Question(request, 12), lambda answer: answer.topics[0].error_code == UNKNOWN_TOPIC)

    def produce(self, topics: Sequence[str], *batches: bytes) -> None:
        """Write the same batches to partition 0 of each topic."""
        made = ProduceRequest
        for batch in batches:
            parts = [made.PartitionProduceData(index=0, records=batch)]
            request = made(
                acks=-1,
                timeout_ms=30_000,
                topic_data=[made.TopicProduceData(name=name, partition_data=parts) for name in topics],
            )
            answer: Any = self.client.ask(request, 9)
            failed = [part for one in answer.responses for part in one.partition_responses if part.error_code]
            assert not failed, failed

    def close(self) -> None:
        self.client.close()


def _decoded(key: int, version: int, body: bytes, flexible: bool) -> Answer:
    """An answer to a version that the broker does not know is one of version 0, whatever the header said."""
    response = response_class(key)
    if key == API_VERSIONS:
        version = version if response.VERSIONS[0] <= version <= response.VERSIONS[1] else 0
    elif flexible:
        body = body[1:]
    try:
        return response.decode(version, body)
    except WireError as error:
        return f"{len(body)} bytes: {error}"


def exchange(message: Struct, ids: dict[bytes, bytes]) -> None:
    """Exchange every id in a message that is a key of `ids` for its value, in place."""
    for field in message.FIELDS:
        value = getattr(message, field.name)
        if not value:
            continue
        if field.kind == "uuid":
            found = [ids.get(one, one) for one in value] if field.array else ids.get(value, value)
            setattr(message, field.name, found)
        elif field.struct is not None:
            for one in value if field.array else [value]:
                exchange(one, ids)
