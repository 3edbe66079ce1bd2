"""Whatever bytes come, Python's requests end in WireError."""

from __future__ import annotations

import tracemalloc
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leftfold.base.errors import WireError
from leftfold.wire.codec import Message
from leftfold.wire.generated.families import FAMILIES
from leftfold.wire.generated.headers import RequestHeader, ResponseHeader
from leftfold.wire.generated.topics import CreateTopicsRequest, DeleteTopicsRequest
from leftfold.wire.messages import request_class, response_class
from tests.wire_values import Facts

# What wire/codec.py promises a body may take, and a little for the test itself.
FACTOR, BYTES_MIN = 4, 33 << 20
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
REQUESTS = [*(request_class(key) for key in sorted(FAMILIES)), RequestHeader]
RESPONSES = [*(response_class(key) for key in sorted(FAMILIES)), ResponseHeader]
BOMBS = [b"\xff\xff\xff\xff\x0f", b"\x7f\xff\xff\xff", b"\x80\x80\x80\x80\x08", b"\xff" * 16, b"\x80" * 16, b"\x01" * 16]


def read(owner: type[Message], version: int, body: bytes) -> None:
    """Bytes either are refused, or are a message that can be written and read again."""
    try:
        message = owner.decode(version, body)
    except WireError:
        return
    written = message.encode(version)
    assert owner.decode(version, written) == message


@cache
def values_of(name: str) -> st.SearchStrategy[dict[str, Any]]:
    return Facts(name).any()


@st.composite
def mutated(draw: st.DrawFn, owner: type[Message]) -> tuple[int, bytes]:
    """A legal body with a few bytes changed, put in, or cut off."""
    facts = Facts(owner.__name__)
    version = draw(st.integers(*owner.VERSIONS))
    body = bytearray(facts.python(facts.at(draw(values_of(owner.__name__)), version), owner).encode(version))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(body)))
        size = draw(st.integers(0, 4))
        body[place : place + size] = draw(st.binary(max_size=4) | st.sampled_from(BOMBS))
    return version, bytes(body)


@pytest.mark.parametrize("owner", REQUESTS, ids=lambda owner: owner.__name__)
def test_any_bytes_are_read_or_refused(owner: type[Message]) -> None:
    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=QUIET)
    @given(st.integers(*owner.VERSIONS), st.binary(max_size=80))
    def random(version: int, body: bytes) -> None:
        read(owner, version, body)

    @settings(max_examples=60, deadline=None, database=None, suppress_health_check=QUIET)
    @given(mutated(owner))
    def changed(case: tuple[int, bytes]) -> None:
        read(owner, *case)

    random()
    changed()


@pytest.mark.parametrize("owner", REQUESTS + RESPONSES, ids=lambda owner: owner.__name__)
def test_no_length_is_believed(owner: type[Message]) -> None:
    """Each bomb at each place of a legal body: a claim alone takes no memory."""
    facts = Facts(owner.__name__)
    version = owner.VERSIONS[1]
    body = facts.python(facts.at({}, version), owner).encode(version)
    read(owner, version, body)
    tracemalloc.start()
    try:
        for place in range(len(body) + 1):
            for bomb in BOMBS:
                read(owner, version, body[:place] + bomb + body[place:])
                read(owner, version, body[:place] + bomb + body[place + len(bomb) :])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 << 20, f"{peak} bytes for bodies of {len(body)}"


def test_many_tiny_elements_are_refused_before_they_are_made() -> None:
    """Four megabytes of empty topics would be objects of hundreds of megabytes."""
    count = 700_000
    name_and_id = b"\0" * (1 + 16 + 1)
    bodies: list[tuple[type[Message], int, bytes]] = [
        (DeleteTopicsRequest, 6, varint(count + 1) + name_and_id * count + b"\0" * 5),
        (CreateTopicsRequest, 7, varint(count + 1) + b"\x01\0\0\0\0\0\0\x01\x01\0" * count + b"\0" * 6),
        (DeleteTopicsRequest, 6, b"\x01\0\0\0\0" + varint(count) + b"".join(varint(tag) + b"\0" for tag in range(count))),
    ]
    for owner, version, body in bodies:
        tracemalloc.start()
        try:
            with pytest.raises(WireError, match="many times the memory"):
                owner.decode(version, body)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak <= FACTOR * len(body) + BYTES_MIN


def test_a_large_honest_request_is_read() -> None:
    topics = [
        CreateTopicsRequest.CreatableTopic(name=f"topic-{n}", num_partitions=12, replication_factor=-1) for n in range(100_000)
    ]
    body = CreateTopicsRequest(topics=topics).encode(7)
    tracemalloc.start()
    try:
        assert len(CreateTopicsRequest.decode(7, body).topics) == len(topics)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= FACTOR * len(body) + BYTES_MIN


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
