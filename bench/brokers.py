"""The two brokers as they are measured: each as it ships."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.clients import brokers, jars

Leftfold = brokers.Leftfold


class Kafka(brokers.Kafka):
    """Apache Kafka with the heap and the JVM flags of its own start script, and its own settings."""

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None, *, heap: str = "1g") -> None:
        # Deleted topics give their space back within a second instead of a minute: the runs of an hour would fill the disk.
        super().__init__(folder, {"log.segment.delete.delay.ms": "1000", **(settings or {})})
        self.heap = heap

    def command(self) -> Sequence[str]:
        """kafka-server-start.sh's KAFKA_HEAP_OPTS and KAFKA_JVM_PERFORMANCE_OPTS."""
        super().command()  # writes the properties, formats the folder
        flags = ["-server", f"-Xmx{self.heap}", f"-Xms{self.heap}", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20"]
        flags += ["-XX:InitiatingHeapOccupancyPercent=35", "-XX:+ExplicitGCInvokesConcurrent", "-Djava.awt.headless=true"]
        logging = f"-Dlog4j2.configurationFile={jars.HERE / 'log4j2.xml'}"
        classes = f"{jars.folder(jars.SERVER)}/*"
        return ["java", *flags, logging, "-cp", classes, "kafka.Kafka", str(self.folder / "server.properties")]


def rss_bytes(pid: int) -> int:
    """Memory that a process holds now."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise LookupError(f"process {pid} has no memory: it has ended")
