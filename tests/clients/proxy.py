"""Ways to a broker that lose or spoil on purpose."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from types import TracebackType
from typing import Self

PRODUCE = 0


class Proxy:
    """Carries Kafka frames to `target`, which may be set after the proxy's port is known. What it spoils is a subclass's."""

    def __init__(self) -> None:
        self.target = 0
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
                produces = struct.unpack_from(">h", frame, 4)[0] == PRODUCE
                produced += produces
                if produces and not doomed and self.loses(produced):
                    doomed.add(frame[8:12])
                far.sendall(self.spoilt(frame, produced) if produces else frame)
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
            self.lost_one()
        _hang_up(near)
        _hang_up(far)

    def loses(self, produced: int) -> bool:
        """Whether the answer to a connection's so-manieth Produce is dropped, and the connection cut."""
        del produced
        return False

    def lost_one(self) -> None:
        """It was."""

    def spoilt(self, frame: bytes, produced: int) -> bytes:
        """What becomes of a connection's so-manieth Produce on its way."""
        del produced
        return frame

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        _hang_up(self._listener)
        self._listener.close()
        with self._lock:
            left = list(self._open)
        for one in left:
            _hang_up(one)


class LossyProxy(Proxy):
    """On each connection one answer to Produce is dropped, and the connection cut.

    The broker has written what the client is told nothing of, so the client must send it again: what an idempotent
    producer is for. Which answer changes from one connection to the next, and is never the first, so that there is progress.
    `lost` counts the dropped answers.
    """

    DROPPED = (4, 2, 6, 3, 7, 5)

    def __init__(self) -> None:
        self.lost = 0
        super().__init__()

    def loses(self, produced: int) -> bool:
        return produced == self.DROPPED[self.lost % len(self.DROPPED)]

    def lost_one(self) -> None:
        with self._lock:
            self.lost += 1


class FlippingProxy(Proxy):
    """Flips a bit in a connection's every third Produce, in its last record, which the batch's checksum covers.

    Never in the first one: a broker that knows nothing of a producer yet takes any sequence of it, so the second batch would
    be taken for its first. `flipped` counts them.
    """

    BEFORE_END = 5

    def __init__(self) -> None:
        self.flipped = 0
        super().__init__()

    def spoilt(self, frame: bytes, produced: int) -> bytes:
        if produced % 3:
            return frame
        with self._lock:
            self.flipped += 1
        at = len(frame) - self.BEFORE_END
        return frame[:at] + bytes([frame[at] ^ 1]) + frame[at + 1 :]


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
