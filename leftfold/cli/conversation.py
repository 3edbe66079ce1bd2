"""A small Kafka client over wire/: one question, one answer."""

# For what librdkafka does not ask, or answers too late: it hides who really answers on a port, and retries for seconds.

from __future__ import annotations

import socket
import time
from types import TracebackType
from typing import Any, Self

from leftfold.wire.codec import Message
from leftfold.wire.generated.headers import RequestHeader
from leftfold.wire.messages import response_class

API_VERSIONS = 18
CLIENT_ID = "leftfold-doctor"
ANSWER_BYTES_MAX = 64 << 20
_ID_BYTES = 4


class NotKafka(Exception):
    """What came back is no Kafka answer; `head` are its first bytes, empty where the other side hung up."""

    def __init__(self, head: bytes) -> None:
        super().__init__(f"no Kafka answer: {head[:32]!r}")
        self.head = head


class Conversation:
    """One plaintext connection. Everything raises OSError (TimeoutError after `seconds`) or NotKafka."""

    def __init__(self, host: str, port: int, seconds: float) -> None:
        self._seconds = seconds
        self._socket = socket.create_connection((host, port), timeout=seconds)
        self._asked = 0

    def ask(self, request: Message, version: int) -> Any:
        """The answer to a request at a version, as its generated class; WireError where the bytes are no such answer."""
        self._asked += 1
        flexible = version >= request.FLEXIBLE_FROM
        header = RequestHeader(
            request_api_key=request.API_KEY,
            request_api_version=version,
            correlation_id=self._asked,
            client_id=CLIENT_ID,
        ).encode(2 if flexible else 1)
        frame = header + request.encode(version)
        deadline = time.monotonic() + self._seconds
        self._socket.sendall(len(frame).to_bytes(4, "big") + frame)
        answer = self._answer(deadline)
        if int.from_bytes(answer[:_ID_BYTES], "big", signed=True) != self._asked:
            raise NotKafka(answer)
        body = answer[_ID_BYTES:]
        if flexible and request.API_KEY != API_VERSIONS:  # KIP-511: its answer never has a flexible header
            body = body[1:]
        return response_class(request.API_KEY).decode_start(version, body)[0]

    def _answer(self, deadline: float) -> bytes:
        head = self._read(4, deadline)
        length = int.from_bytes(head, "big", signed=True)
        if len(head) < 4 or not _ID_BYTES <= length <= ANSWER_BYTES_MAX:
            raise NotKafka(head + self._rest())
        answer = self._read(length, deadline)
        if len(answer) < length:
            raise NotKafka(head + answer)
        return answer

    def _read(self, count: int, deadline: float) -> bytes:
        """So many bytes, or fewer when the other side hung up."""
        found = bytearray()
        while len(found) < count:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("no answer in time")
            self._socket.settimeout(left)
            part = self._socket.recv(min(count - len(found), 1 << 16))
            if not part:
                break
            found += part
        return bytes(found)

    def _rest(self) -> bytes:
        """What more has come already of a greeting that is not Kafka's."""
        try:
            self._socket.settimeout(0.05)
            return self._socket.recv(256)
        except OSError:
            return b""

    def close(self) -> None:
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
