"""Brokers as real processes: Leftfold and Apache Kafka."""

from __future__ import annotations

import os
import random
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, ClassVar, Self

from tests.clients import jars
from tests.clients.evidence import Watched

START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 30
ROOT = Path(__file__).parents[2]
PATIENT = {"LEFTFOLD_GLOBALS_DIAL_TIMEOUT": "30s"}
"""For commands to whom a broker of a busy machine may be silent for more than the second that they wait before they say so."""
KEEPS = {"log.retention.ms": "-1"}
"""What tests write often says it is of years ago: with the default of seven days it may be gone before it is read."""


PORTS = range(12_000, 32_000)
"""Below those that the system gives to whoever connects or asks for any (32768 and up on Linux, 49152 on macOS)."""
_ports = iter(random.SystemRandom().sample(PORTS, len(PORTS)))  # another order in each process, whatever the tests' seed


def free_port() -> int:
    """A port that nobody listens on now, and that this process is given once.

    It may be listened on late, and again after a kill. One that the system chose would be free in between for the near end of
    any connection: the broker could not listen then, or a client that tries to connect would meet itself.
    """
    for port in _ports:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


class Broker(ABC):
    """One broker and its folder. `with` starts and stops it; `kill` and `start` again keep port and data.

    With `advertise`, there is a second listener, PROXIED on `second_port`, whose clients are told to connect to that port.
    """

    name: ClassVar[str]

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None, *, advertise: int | None = None) -> None:
        self.folder = folder
        self.settings = {**KEEPS, **(settings or {})}
        self.advertise = advertise
        self.port, self.second_port = free_port(), free_port()
        self.process: subprocess.Popen[str] | None = None
        self.folder.mkdir(parents=True, exist_ok=True)

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    @abstractmethod
    def data(self) -> Path:
        """The folder under which partitions lie."""

    @property
    def errors(self) -> Path:
        """Where standard error goes, of all starts."""
        return self.folder / "errors.log"

    @abstractmethod
    def command(self) -> Sequence[str]: ...

    @abstractmethod
    def wait_until_ready(self, process: subprocess.Popen[str], deadline: float) -> None: ...

    def environment(self) -> dict[str, str]:
        return dict(os.environ)

    def start(self) -> Self:
        assert self.process is None, "it runs already"
        with self.errors.open("a") as errors:
            process = subprocess.Popen(
                self.command(),
                cwd=ROOT,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                start_new_session=True,
            )
        self.process = process
        self.watched = Watched(self.name, process.pid, self.errors)
        try:
            self.wait_until_ready(process, time.monotonic() + START_SECONDS_MAX)
        except BaseException:
            self.kill()
            raise
        return self

    def stop(self) -> int:
        """Ask it to stop and wait; its exit status."""
        return self._end(signal.SIGTERM)

    def kill(self) -> int:
        """kill -9."""
        return self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> int:
        process, self.process = self.process, None
        assert process is not None, "it does not run"
        process.send_signal(how)
        try:
            return process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        finally:
            if process.stdout:
                process.stdout.close()

    def failure(self, what: str) -> RuntimeError:
        tail = self.errors.read_text(errors="replace")[-3000:]
        return RuntimeError(f"{self.name} in {self.folder} {what}:\n{tail}")

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        if self.process is not None:
            self.stop()


class Leftfold(Broker):
    """The broker as it ships: `leftfold start`."""

    name = "leftfold"
    admin_port = 0

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def command(self) -> Sequence[str]:
        self.admin_port = self.admin_port or free_port()
        places = ["--data", str(self.data), "--admin", f"127.0.0.1:{self.admin_port}"]
        settings = dict(self.settings)
        if self.advertise is None:
            places += ["--listen", self.bootstrap]
        else:
            settings["listeners"] = f"PLAINTEXT://{self.bootstrap},PROXIED://127.0.0.1:{self.second_port}"
            settings["advertised.listeners"] = f"PROXIED://127.0.0.1:{self.advertise}"
        sets = [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]
        return [sys.executable, "-m", "leftfold.cli", "start", *places, *sets]

    def wait_until_ready(self, process: subprocess.Popen[str], deadline: float) -> None:
        assert process.stdout is not None
        line = _line_before(process.stdout, deadline)
        if not line.startswith("ready"):
            raise self.failure(f"did not say ready but {line!r}, status {process.poll()}")


class Kafka(Broker):
    """Apache Kafka 4.4.0, one combined broker and controller, small heap, its own defaults otherwise."""

    name = "kafka"
    HEAP = "400m"
    CLUSTER_ID = "bGVmdGZvbGQta2Fma2EtMQ"

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None, *, advertise: int | None = None) -> None:
        super().__init__(folder, settings, advertise=advertise)
        self.controller_port = free_port()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def properties(self) -> dict[str, str]:
        alone = ("default", "offsets.topic", "transaction.state.log", "share.coordinator.state.topic")
        own = f"PLAINTEXT://{self.bootstrap},CONTROLLER://127.0.0.1:{self.controller_port}"
        second = "" if self.advertise is None else f",PROXIED://127.0.0.1:{self.second_port}"
        told = "" if self.advertise is None else f",PROXIED://127.0.0.1:{self.advertise}"
        return {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.voters": f"1@127.0.0.1:{self.controller_port}",
            "listeners": own + second,
            "advertised.listeners": f"PLAINTEXT://{self.bootstrap}{told}",
            "controller.listener.names": "CONTROLLER",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXIED:PLAINTEXT",
            "log.dirs": str(self.data),
            **{f"{one}.replication.factor": "1" for one in alone},
            "transaction.state.log.min.isr": "1",
            "share.coordinator.state.topic.min.isr": "1",
            "group.initial.rebalance.delay.ms": "0",
            **self.settings,
        }

    def command(self) -> Sequence[str]:
        file = self.folder / "server.properties"
        file.write_text("".join(f"{name}={value}\n" for name, value in self.properties().items()))
        if not (self.data / "meta.properties").exists():
            self._format(file)
        return jars.java(jars.SERVER, "kafka.Kafka", str(file), heap=self.HEAP)

    def _format(self, file: Path) -> None:
        """Format the data folder, or copy one that was formatted before: a second of JVM less."""
        jar_folder = jars.folder(jars.SERVER)
        formatted = jar_folder.with_name(f"{jar_folder.name}.formatted")
        if formatted.exists():
            shutil.copytree(formatted, self.data)
            return
        tool = jars.java(jars.SERVER, "kafka.tools.StorageTool", "format", "-t", self.CLUSTER_ID, "-c", str(file))
        with self.errors.open("a") as errors:
            subprocess.run(tool, check=True, stdout=errors, stderr=errors)
        partial = formatted.with_name(f"{formatted.name}.{os.getpid()}")
        shutil.copytree(self.data, partial)
        try:
            partial.rename(formatted)
        except OSError:  # another process was first
            shutil.rmtree(partial)

    def wait_until_ready(self, process: subprocess.Popen[str], deadline: float) -> None:
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise self.failure(f"ended with status {process.returncode}")
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        raise self.failure("did not listen in time")


def _line_before(stream: IO[str], deadline: float) -> str:
    """The first line that a process prints; empty when it ends, or is late, without one."""
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        return stream.readline() if selector.select(max(0, deadline - time.monotonic())) else ""
