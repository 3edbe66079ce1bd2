"""A way to a broker that loses answers on purpose."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from types import TracebackType
from typing import Self

PRODUCE = 0


class LossyProxy:
    """Carries Kafka frames to `target`; on each connection one answer to Produce is dropped, and the connection cut.

    The broker has written what the client is told nothing of, so the client must send it again: what an idempotent
    producer is for. Which answer changes from one connection to the next, and is never the first, so that there is progress.
    `lost` counts the dropped answers. The target may be set after the proxy's port is known.
    """

    DROPPED = (4, 2, 6, 3, 7, 5)

    def __init__(self) -> None:
        self.target = 0
        self.lost = 0
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: set[socket.socket] = set()
        threading.Thread(target=self._accept, name="proxy", daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(near,), name="proxy connection", daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        """One connection: requests are counted by their correlation id, answers come back in order."""
        try:
            far = socket.create_connection(("127.0.0.1", self.target))
        except OSError:
            near.close()
            return
        doomed: set[bytes] = set()
        produced = 0
        with self._lock:
            self._open |= {near, far}
        answers = threading.Thread(target=self._answers, args=(far, near, doomed), name="proxy answers", daemon=True)
        answers.start()
        with contextlib.suppress(OSError, EOFError):
            while True:
                frame = _frame(near)
                produced += struct.unpack_from(">h", frame, 4)[0] == PRODUCE
                if produced == self.DROPPED[self.lost % len(self.DROPPED)] and not doomed:
                    doomed.add(frame[8:12])
                far.sendall(frame)
        _hang_up(far)
        answers.join()
        with self._lock:
            self._open -= {near, far}
        near.close()
        far.close()

    def _answers(self, far: socket.socket, near: socket.socket, doomed: set[bytes]) -> None:
        with contextlib.suppress(OSError, EOFError):
            while (frame := _frame(far))[4:8] not in doomed:
                near.sendall(frame)
            with self._lock:
                self.lost += 1
        _hang_up(near)
        _hang_up(far)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        _hang_up(self._listener)
        self._listener.close()
        with self._lock:
            left = list(self._open)
        for one in left:
            _hang_up(one)


def _frame(connection: socket.socket) -> bytes:
    """One whole frame, its length in front; EOFError when the other side has gone."""
    head = _exactly(connection, 4)
    return head + _exactly(connection, struct.unpack(">i", head)[0])


def _exactly(connection: socket.socket, count: int) -> bytes:
    parts = bytearray()
    while len(parts) < count:
        part = connection.recv(count - len(parts))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)


def _hang_up(connection: socket.socket) -> None:
    """Not closed as long as another thread may be reading: the next connection could get its number, and lose bytes to it."""
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
