"""A steady client's process: one thread writes, one reads."""

from __future__ import annotations

import logging
import os
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable

POLL_SECONDS = 0.2


class Threads(ABC):
    """What a client does in its process; what escapes from its threads is a failure. See steady/client.py for the lines."""

    def __init__(self, bootstrap: str, writes: str, reads: str, in_flight_max: int, patience_seconds: int) -> None:
        self.bootstrap, self.writes, self.reads = bootstrap, writes, reads
        self.in_flight_max, self.patience_seconds = in_flight_max, patience_seconds
        self.writing, self.reading = True, True
        self._lines = threading.Lock()

    @abstractmethod
    def write(self) -> None:
        """Write until `writing` is false, then wait for the answers."""

    @abstractmethod
    def follow(self) -> None:
        """Read until `reading` is false."""

    def say(self, *words: object) -> None:
        with self._lines:
            print(*(str(word).replace("\n", " ") for word in words), flush=True)

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:
            self.say("failed", repr(error))

    def run(self) -> None:
        writer, reader = (
            threading.Thread(target=self._guarded, args=(work,), daemon=True) for work in (self.write, self.follow)
        )
        writer.start()
        reader.start()
        for _ in sys.stdin:
            self.writing = False
            writer.join()
            self.say("finished")
        self.writing = self.reading = False
        reader.join()
        writer.join()


def main(kind: type[Threads]) -> None:
    logging.disable()
    bootstrap, writes, reads, in_flight_max, patience_seconds = sys.argv[1:]
    kind(bootstrap, writes, reads, int(in_flight_max), int(patience_seconds)).run()
    os._exit(0)  # what a client left behind need not be tidied up
