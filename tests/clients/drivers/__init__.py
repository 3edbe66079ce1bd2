"""Every client that the tests talk through, one row each."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from tests.clients.drivers.driver import Driver

CODECS = ("none", "gzip", "snappy", "lz4", "zstd")


@dataclass(frozen=True, slots=True)
class Client:
    """What a client can do at all, and what this machine needs for it: names of runtimes.py."""

    driver: str
    needs: tuple[str, ...] = ()
    codecs: tuple[str, ...] = CODECS
    administers: bool = True
    reads: bool = True
    reconnects: bool = True

    def load(self) -> type[Driver]:
        """Imported on use; a warning that a client earns is its maintainers' to mind."""
        module, name = self.driver.split(":")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return cast("type[Driver]", getattr(import_module(f"tests.clients.drivers.{module}"), name))


CLIENTS = {
    "librdkafka": Client("librdkafka:Librdkafka"),
    "kafka-python": Client("kafka_python:KafkaPython"),
    "aiokafka": Client("aio:Aiokafka"),
    "java": Client("process:Java", ("java",)),
    "franz-go": Client("process:FranzGo", ("go",)),
    # KafkaJS reads only as a member of a group; its other codecs are packages that compile at installation.
    "kafkajs": Client("process:KafkaJs", ("node",), ("none", "gzip", "snappy"), reads=False),
    # kcat ends when the last broker it knows hangs up.
    "kcat": Client("kcat:Kcat", ("kcat",), administers=False, reconnects=False),
}
