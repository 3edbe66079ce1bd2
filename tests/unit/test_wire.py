"""The Python codec: round trips, limits, errors that point."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from leftfold.base.errors import WireError
from leftfold.wire.generated.fetch import FetchRequest
from leftfold.wire.generated.headers import RequestHeader, ResponseHeader
from leftfold.wire.generated.metadata import ApiVersionsResponse, DescribeTopicPartitionsRequest, MetadataResponse
from leftfold.wire.generated.produce import ProduceRequest
from leftfold.wire.generated.topics import CreateTopicsRequest, DeleteTopicsRequest
from leftfold.wire.messages import request_class, response_class

ROOT = Path(__file__).parents[2]
Topic, Config = CreateTopicsRequest.CreatableTopic, CreateTopicsRequest.CreatableTopicConfig
Doomed = DeleteTopicsRequest.DeleteTopicState


def orders(**changes: object) -> CreateTopicsRequest:
    values: dict[str, object] = {"name": "orders", "num_partitions": 3, "replication_factor": 1, **changes}
    return CreateTopicsRequest(topics=[Topic(**values)])  # type: ignore[arg-type]  # tests give wrong ones on purpose


def test_a_request_is_the_bytes_that_kip_482_describes() -> None:
    request = CreateTopicsRequest(topics=[Topic(name="a", num_partitions=1, replication_factor=2)], timeout_ms=5)
    flexible = "02 02 61 00000001 0002 01 01 00 00000005 00 00"
    classic = "00000001 0001 61 00000001 0002 00000000 00000000 00000005 00"
    assert request.encode(7) == bytes.fromhex(flexible)
    assert request.encode(4) == bytes.fromhex(classic)
    assert CreateTopicsRequest.decode(7, request.encode(7)) == request
    assert CreateTopicsRequest.decode(4, memoryview(request.encode(4))) == request


def test_defaults_are_those_of_the_schema_and_never_shared() -> None:
    one, other = CreateTopicsRequest(), CreateTopicsRequest()
    one.topics.append(Topic())
    assert (other.topics, other.timeout_ms, other.validate_only) == ([], 60000, False)


def test_classes_are_found_by_their_key() -> None:
    assert request_class(19) is CreateTopicsRequest
    assert response_class(3) is MetadataResponse
    with pytest.raises(KeyError):
        request_class(4)


def test_a_header_says_where_its_body_starts() -> None:
    header = RequestHeader(request_api_key=19, request_api_version=7, correlation_id=5, client_id="me")
    frame = header.encode(2) + b"body"
    read, end = RequestHeader.decode_start(2, frame)
    assert (read, frame[end:]) == (header, b"body")
    assert ResponseHeader(correlation_id=5).encode(0) == b"\0\0\0\5"


def test_the_client_id_is_written_the_old_way_in_flexible_headers() -> None:
    header = RequestHeader(request_api_key=18, request_api_version=3, correlation_id=1, client_id="ab")
    assert header.encode(2) == bytes.fromhex("0012 0003 00000001 0002 6162 00")


def test_tags_are_written_only_where_they_say_something() -> None:
    empty = ApiVersionsResponse()
    assert empty.encode(3)[-1:] == b"\0"
    told = ApiVersionsResponse(finalized_features_epoch=7)
    assert told.encode(3)[-11:] == bytes.fromhex("01 01 08 0000000000000007")
    assert ApiVersionsResponse.decode(3, told.encode(3)) == told


def test_tags_that_nobody_knows_are_kept() -> None:
    body = DeleteTopicsRequest().encode(6)[:-1] + bytes.fromhex("01 63 02 dead".replace(" ", ""))
    request = DeleteTopicsRequest.decode(6, body)
    assert request.unknown == {0x63: b"\xde\xad"}
    assert request.encode(6) == body


def test_a_nullable_struct_may_be_there_or_not() -> None:
    without = DescribeTopicPartitionsRequest()
    cursor = DescribeTopicPartitionsRequest.Cursor(topic_name="t", partition_index=4)
    for request in (without, DescribeTopicPartitionsRequest(cursor=cursor)):
        assert DescribeTopicPartitionsRequest.decode(0, request.encode(0)) == request


@pytest.mark.parametrize(
    ("version", "body", "says"),
    [
        (7, "", "CreateTopicsRequest v7: topics: the bytes end at byte 0"),
        (7, "00", "CreateTopicsRequest v7: topics: null where a value is needed"),
        (7, "02 00", "topics: 1 announced at byte 1, 1 bytes are left"),
        (7, "02 00 00000001 0001 01 01 00", "CreateTopicsRequest v7: topics[0].name: null where a value is needed"),
        (7, "02 02 ff 00000001 0001 01 01 00", "topics[0].name: not UTF-8 at byte 2"),
        (7, "02 02 61 00000001 0001 01 02 0000000000000000", "topics[0].configs[0].name: null where a value is needed"),
        (7, "01 0000", "timeout_ms/validate_only: the bytes end inside a number at byte 1"),
        (7, "01 00000000 00 00 ff", "CreateTopicsRequest v7: 1 bytes follow its end at byte 7"),
        (7, "ffffffffff01", "topics: a variable-length number before byte 5 has more than 32 bits"),
        (4, "80000000", "topics: a length of -2147483648 at byte 4"),
        (4, "fffffffe", "topics: a length of -2 at byte 4"),
        (4, "7fffffff", "topics: 2147483647 announced at byte 4, 0 bytes are left"),
    ],
)
def test_wrong_bytes_are_told_with_their_place(version: int, body: str, says: str) -> None:
    with pytest.raises(WireError) as caught:
        CreateTopicsRequest.decode(version, bytes.fromhex(body))
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("request_", "version", "says"),
    [
        (orders(name=None), 7, "CreateTopicsRequest v7: topics[0].name: null where a value is needed"),
        (orders(name=5), 7, "topics[0].name: a value does not fit"),
        (orders(name="x" * 32768), 7, "topics[0].name: a string of 32768 bytes, 32767 are allowed"),
        (orders(name="\ud800"), 7, "topics[0].name: a value does not fit"),
        (orders(num_partitions=1 << 31), 7, "topics[0].num_partitions/replication_factor: a value does not fit"),
        (orders(configs=[Config(name="a"), None]), 7, "topics[0].configs[1].name: a value does not fit"),
        (ProduceRequest(transactional_id="t", acks=70000), 9, "acks/timeout_ms: a value does not fit"),
        (DeleteTopicsRequest(topics=[Doomed(topic_id=b"short")]), 6, "topics[0].topic_id: a uuid has 16 bytes, not 5"),
        (DeleteTopicsRequest(topics=[Doomed()]), 5, "topics: it is set, but this version has no"),
        (FetchRequest(), 3, "FetchRequest has versions 4-18, not 3"),
    ],
)
def test_wrong_values_are_told_with_their_place(request_: CreateTopicsRequest, version: int, says: str) -> None:
    with pytest.raises(WireError) as caught:
        request_.encode(version)
    assert says in str(caught.value)


def test_a_tagged_field_ends_where_it_says() -> None:
    body = ApiVersionsResponse().encode(3)[:-1] + bytes.fromhex("01 01 09 0000000000000007 00".replace(" ", ""))
    with pytest.raises(WireError, match="finalized_features_epoch: 1 bytes follow the end of a tagged field"):
        ApiVersionsResponse.decode(3, body)


def test_families_are_imported_on_first_use_only() -> None:
    program = (
        "import sys; from leftfold.wire.messages import request_class; before = set(sys.modules); request_class(19);"
        "print(sorted(m for m in set(sys.modules) - before if m.startswith('leftfold')))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['leftfold.wire.generated.topics']"
