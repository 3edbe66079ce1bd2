"""A Kafka client as small as can be: one request, one answer."""

import socket
import struct
from types import TracebackType
from typing import Any, Self

from leftfold.wire.messages import response_class


class Client:
    """One connection; `ask` sends a request object at a version and returns the response object."""

    def __init__(self, bootstrap: str) -> None:
        host, _, port = bootstrap.rpartition(":")
        self.socket = socket.create_connection((host, int(port)), timeout=30)
        self.correlation = 0

    def ask(self, request: Any, version: int) -> Any:
        flexible = request.FLEXIBLE_FROM is not None and version >= request.FLEXIBLE_FROM
        body = self.ask_bytes(request.API_KEY, version, request.encode(version), flexible=flexible)
        if flexible and request.API_KEY != 18:
            assert body[:1] == b"\0", "no tagged fields in the header"
            body = body[1:]
        return response_class(request.API_KEY).decode(version, body)

    def ask_bytes(self, key: int, version: int, body: bytes, *, flexible: bool) -> bytes:
        """Send any bytes as the body of a request; the answer behind its correlation id. EOFError if the broker hangs up."""
        self.correlation += 1
        header = struct.pack(">hhih", key, version, self.correlation, 4) + b"test" + (b"\0" if flexible else b"")
        self.socket.sendall(struct.pack(">i", len(header) + len(body)) + header + body)
        answer = self._read(struct.unpack(">i", self._read(4))[0])
        assert struct.unpack(">i", answer[:4])[0] == self.correlation
        return answer[4:]

    def _read(self, length: int) -> bytes:
        parts = b""
        while len(parts) < length:
            part = self.socket.recv(length - len(parts))
            if not part:
                raise EOFError("the broker closed the connection")
            parts += part
        return parts

    def close(self) -> None:
        self.socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
