"""THE TABLE: every Kafka API that is served, one row each."""

# ApiVersions, the dispatcher, the documentation and the tests read this table. Version ranges are those of Apache Kafka 4.4.0.
# Produce is announced from 0 although 0-2 are refused: librdkafka looks there for the message format (KAFKA-18659).

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from leftfold.base.errors import Code
from leftfold.wire.codec import Message
from leftfold.wire.messages import request_class, response_class

# (context, request) -> awaitable answer; of a direct API (context, request, whom to tell the answer) -> None; the same with
# bytes for request and answer if it is raw
Handler = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Api:
    """One row. `family` is the file of its handler; None: the kernel answers alone.

    `permission` is what a principal needs, `quota` which quota counts it, `may_wait` whether its answer may take long by
    nature (the kernel then reads on from the connection only as far as its order allows). A `direct` handler is no coroutine
    but is given whom to tell its answer: what comes ten thousand times a second is worth no task of its own. One
    that is `raw` as well is given the request's bytes and tells those of the answer: the kernel reads and writes them for it.
    """

    key: int
    name: str
    versions: tuple[int, int]
    flexible_from: int | None
    family: str | None
    permission: str
    quota: str
    may_wait: bool = False
    in_kernel: bool = False
    direct: bool = False
    raw: bool = False

    def request(self) -> type[Message]:
        """The class of its request; imported on first use."""
        return request_class(self.key)

    def failure(self, error: Code) -> Message | None:
        """An answer that says nothing but that it failed, if this API's answers can."""
        response: Any = response_class(self.key)
        answer: Message | None = response(error_code=error) if "error_code" in response.__slots__ else None
        return answer

    def handler(self) -> Handler:
        """The function that answers it; imported on first use. A bug if the kernel answers it alone."""
        assert self.family is not None, self.name
        return _handler(self.family, self.name)


@cache
def _handler(family: str, name: str) -> Handler:
    function = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    found: Handler = getattr(import_module(f"leftfold.api.kafka.{family}"), function)
    return found


# fmt: off
TABLE: tuple[Api, ...] = (
    Api(0, "Produce", (0, 13), 9, None, "topic.write", "produce", may_wait=True, in_kernel=True),
    Api(1, "Fetch", (4, 18), 12, None, "topic.read", "fetch", may_wait=True, in_kernel=True),
    Api(2, "ListOffsets", (1, 11), 6, None, "topic.describe", "request", in_kernel=True),
    Api(3, "Metadata", (0, 13), 9, "metadata", "topic.describe", "request", in_kernel=True),
    Api(8, "OffsetCommit", (2, 10), 8, "group_offsets", "group.read", "request", direct=True, raw=True),
    Api(9, "OffsetFetch", (1, 10), 6, "group_offsets", "group.describe", "request"),
    Api(10, "FindCoordinator", (0, 6), 3, "groups", "group.describe", "request"),
    Api(11, "JoinGroup", (0, 9), 6, "groups", "group.read", "request", may_wait=True, direct=True),
    Api(12, "Heartbeat", (0, 4), 4, "groups", "group.read", "request", direct=True),
    Api(13, "LeaveGroup", (0, 5), 4, "groups", "group.read", "request"),
    Api(14, "SyncGroup", (0, 5), 4, "groups", "group.read", "request", may_wait=True, direct=True),
    Api(15, "DescribeGroups", (0, 6), 5, "groups", "group.describe", "request"),
    Api(16, "ListGroups", (0, 5), 3, "groups", "group.describe", "request"),
    Api(18, "ApiVersions", (0, 5), 3, None, "none", "none", in_kernel=True),
    Api(19, "CreateTopics", (2, 7), 5, "topics", "topic.create", "mutation"),
    Api(20, "DeleteTopics", (1, 6), 4, "topics", "topic.delete", "mutation"),
    Api(21, "DeleteRecords", (0, 2), 2, "records", "topic.delete", "request"),
    Api(22, "InitProducerId", (0, 5), 2, "producers", "topic.write", "request"),
    Api(23, "OffsetForLeaderEpoch", (2, 4), 4, None, "topic.describe", "request", in_kernel=True),
    Api(24, "AddPartitionsToTxn", (0, 5), 3, "transactions", "transactional_id.write", "request"),
    Api(25, "AddOffsetsToTxn", (0, 4), 3, "transactions", "transactional_id.write", "request"),
    Api(26, "EndTxn", (0, 5), 3, "transactions", "transactional_id.write", "request"),
    Api(27, "WriteTxnMarkers", (1, 2), 1, "transactions", "cluster.alter", "request"),
    Api(28, "TxnOffsetCommit", (0, 6), 3, "transactions", "group.read", "request"),
    Api(32, "DescribeConfigs", (1, 4), 4, "configs", "describe_configs", "request"),
    Api(33, "AlterConfigs", (0, 2), 2, "configs", "alter_configs", "request"),
    Api(35, "DescribeLogDirs", (1, 5), 2, "log_dirs", "cluster.describe", "request"),
    Api(37, "CreatePartitions", (0, 3), 2, "topics", "topic.alter", "mutation"),
    Api(42, "DeleteGroups", (0, 3), 2, "groups", "group.delete", "request"),
    Api(44, "IncrementalAlterConfigs", (0, 1), 1, "configs", "alter_configs", "request"),
    Api(47, "OffsetDelete", (0, 0), None, "group_offsets", "group.delete", "request"),
    Api(60, "DescribeCluster", (0, 2), 0, "metadata", "cluster.describe", "request"),
    Api(61, "DescribeProducers", (0, 0), 0, "producers", "topic.read", "request"),
    Api(68, "ConsumerGroupHeartbeat", (0, 1), 0, "consumer_groups", "group.read", "request", direct=True),
    Api(69, "ConsumerGroupDescribe", (0, 1), 0, "consumer_groups", "group.describe", "request"),
    Api(65, "DescribeTransactions", (0, 0), 0, "transaction_lists", "transactional_id.describe", "request"),
    Api(66, "ListTransactions", (0, 2), 0, "transaction_lists", "transactional_id.describe", "request"),
    Api(74, "ListConfigResources", (0, 1), 0, "configs", "describe_configs", "request"),
    Api(75, "DescribeTopicPartitions", (0, 0), 0, "metadata", "topic.describe", "request"),
)
# fmt: on

BY_KEY: dict[int, Api] = {api.key: api for api in TABLE}


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature level that clients negotiate (KIP-584); finalized only while every API key it promises is served."""

    name: str
    versions: tuple[int, int]
    needs: tuple[int, ...]


FEATURES: tuple[Feature, ...] = (
    Feature("metadata.version", (7, 33), ()),
    Feature("transaction.version", (0, 2), (24, 25, 26, 28)),
    Feature("group.version", (0, 1), (68, 69)),
    Feature("share.version", (0, 2), (76, 77, 78, 79)),
    Feature("streams.version", (0, 1), (88, 89)),
)


def served_features() -> tuple[Feature, ...]:
    """The features whose keys are all in the table."""
    return tuple(feature for feature in FEATURES if all(key in BY_KEY for key in feature.needs))
