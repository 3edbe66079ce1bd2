"""Apache Kafka's jars: fetched once by Maven, kept in a cache.

    python3 -m tests.clients.jars        # fetch all, print their folders

Broker and command-line tools are class paths of one version each: the newest tools on Maven are
older than the broker, and the tool for configs had not moved to the tools by then.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

SERVER = ("kafka_2.13", "4.4.0")
TOOLS = ("kafka-tools", "4.3.1")
CONFIG_TOOL = ("kafka_2.13", "4.3.1")
OLD_CLIENT = ("kafka-clients", "3.9.1")
"""The last client before transactions had an epoch each."""
STREAMS = ("kafka-streams", "4.4.0")
CONNECT_FILE = ("connect-file", "4.3.1")
"""Connectors for files; the worker that runs them comes with the tools."""
HERE = Path(__file__).parent / "kafka"
CACHE = Path.home() / ".cache" / "leftfold-kafka"


@cache
def folder(what: tuple[str, str]) -> Path:
    """The folder with SERVER's or TOOLS' jars; the first call on a machine takes a minute."""
    artifact, version = what
    target = CACHE / f"{artifact}-{version}"
    if not target.exists():
        partial = target.with_name(f"{target.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        options = [f"-Dwhat={artifact}", f"-Dkafka.version={version}", f"-DoutputDirectory={partial}", "-DincludeScope=runtime"]
        command = [
            "mvn",
            "-q",
            "-B",
            "-Dstyle.color=never",
            "-f",
            str(HERE / "pom.xml"),
            "dependency:copy-dependencies",
            *options,
        ]
        subprocess.run(command, check=True, stdout=sys.stderr)
        partial.rename(target)
    return target


def java(what: tuple[str, str], *arguments: str, heap: str = "256m", beside: Sequence[tuple[str, str]] = ()) -> list[str]:
    """The command that runs a class, or a single source file, with these jars, and those `beside`.

    Compiles in one pass: most runs are short.
    """
    path = ":".join(f"{folder(one)}/*" for one in (what, *beside))
    options = [f"-Xmx{heap}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"]
    logging = f"-Dlog4j2.configurationFile={HERE / 'log4j2.xml'}"
    return ["java", *options, logging, "-cp", path, *arguments]


if __name__ == "__main__":
    for one in (SERVER, TOOLS, CONFIG_TOOL, OLD_CLIENT, STREAMS, CONNECT_FILE):
        print(folder(one))
