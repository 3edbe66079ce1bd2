"""The last five batches of a producer are known again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from leftfold.base.errors import Code
from leftfold.kernel import encode_batch
from leftfold.wire.generated.offsets import ListOffsetsRequest
from leftfold.wire.generated.produce import ProduceRequest
from leftfold.wire.generated.producers import InitProducerIdRequest
from tests.clients.brokers import Broker
from tests.unit.client import Client
from tests.unit.test_node import create

WINDOW, RECORDS, TOPIC = 5, 3, "window"


def send(client: Client, producer_id: int, number: int) -> tuple[int, int]:
    """The `number`th batch of a producer: its error and base offset."""
    record: tuple[bytes | None, bytes | None, list[tuple[str, bytes | None]], int] = (
        None,
        b"%d" % number,
        [],
        1_700_000_000_000,
    )
    batch = encode_batch([record] * RECORDS, producer_id=producer_id, producer_epoch=0, base_sequence=number * RECORDS)
    made = ProduceRequest
    topic = made.TopicProduceData(name=TOPIC, partition_data=[made.PartitionProduceData(index=0, records=batch)])
    answer: Any = client.ask(made(acks=-1, timeout_ms=10_000, topic_data=[topic]), 9)
    part = answer.responses[0].partition_responses[0]
    return part.error_code, part.base_offset


def end(client: Client) -> int:
    made = ListOffsetsRequest
    part = made.ListOffsetsPartition(partition_index=0, timestamp=-1)
    answer: Any = client.ask(made(replica_id=-1, topics=[made.ListOffsetsTopic(name=TOPIC, partitions=[part])]), 5)
    return int(answer.topics[0].partitions[0].offset)


@pytest.mark.parametrize("how", ["kill", "stop"])
def test_t5_each_of_the_last_five_comes_again_after_a_restart_and_is_there_once(
    kind: type[Broker], tmp_path: Path, how: str
) -> None:
    """KIP-98, KIP-360; what is older than the window is OUT_OF_ORDER_SEQUENCE_NUMBER, as Kafka 4.4 answers."""
    with kind(tmp_path) as broker:
        with Client(broker.bootstrap) as client:
            create(client, TOPIC)
            producer_id = client.ask(InitProducerIdRequest(transactional_id=None, transaction_timeout_ms=1000), 4).producer_id
            for number in range(WINDOW + 1):
                assert send(client, producer_id, number) == (Code.NONE, number * RECORDS)
        getattr(broker, how)()
        broker.start()
        with Client(broker.bootstrap) as client:
            for number in range(1, WINDOW + 1):
                assert send(client, producer_id, number) == (Code.NONE, number * RECORDS), "it was there already"
            assert send(client, producer_id, 0)[0] == Code.OUT_OF_ORDER_SEQUENCE_NUMBER
            assert send(client, producer_id, WINDOW + 2)[0] == Code.OUT_OF_ORDER_SEQUENCE_NUMBER, "one is missing before it"
            assert end(client) == (WINDOW + 1) * RECORDS
            assert send(client, producer_id, WINDOW + 1) == (Code.NONE, (WINDOW + 1) * RECORDS), "and it goes on"
