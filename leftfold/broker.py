"""A real broker inside your process, for tests and notebooks."""

from __future__ import annotations

import asyncio
import logging
import shutil
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from leftfold.base import ports, settings
from leftfold.base.errors import StoppedError
from leftfold.node.build import Running


class Broker:
    """One broker on a thread and an event loop of its own; `with` and `async with` start and stop it.

    `given` are settings by name (`{"num.partitions": 3}`). Without `data` it keeps everything in a temporary folder that goes
    when it stops; without `port` it takes a free one of 127.0.0.1. It changes no setting of the host process, and raises
    where `leftfold start` would exit: StartError and SettingError from starting, StoppedError from stopping after the disk
    broke its promise.
    """

    def __init__(self, given: Mapping[str, object] | None = None, *, data: str | Path | None = None, port: int = 0) -> None:
        self._given = {name: _text(value) for name, value in (given or {}).items()}
        self._data = data
        self._port = port
        self._temporary: str | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running: Running | None = None
        self._failure: BaseException | None = None
        self._stop: asyncio.Event | None = None
        self._started = threading.Event()
        self._fatal: str | None = None

    @property
    def bootstrap(self) -> str:
        """What a client takes as bootstrap.servers: HOST:PORT."""
        assert self._running is not None and self._running.bound, "the broker has not been started"
        return self._running.bound[0].text

    @property
    def port(self) -> int:
        """The port of its first listener."""
        assert self._running is not None and self._running.bound, "the broker has not been started"
        return self._running.bound[0].port

    @property
    def data(self) -> Path:
        """The data folder."""
        assert self._running is not None, "the broker has not been started"
        return Path(self._running.settings.text("log.dirs"))

    def start(self) -> Self:
        """Start it and return when it answers."""
        assert self._thread is None, "the broker has been started already"
        if self._data is None:
            self._temporary = tempfile.mkdtemp(prefix="leftfold-")
        own = {"listeners": f"PLAINTEXT://127.0.0.1:{self._port}", "log.dirs": str(self._data or self._temporary)}
        chosen = settings.Settings().with_({**own, **self._given}, "Broker")
        self._started.clear()
        self._thread = threading.Thread(target=self._run, args=(chosen,), name="leftfold", daemon=True)
        self._thread.start()
        self._started.wait()
        if self._failure is not None:
            failure, self._failure = self._failure, None
            self._give_back()
            raise failure
        return self

    def stop(self) -> None:
        """Stop it cleanly; everything acknowledged is safe in the data folder."""
        if self._thread is None:
            return
        if self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._give_back()
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure
        if self._fatal is not None:
            raise StoppedError(f"the broker stopped by itself: {self._fatal}")

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        return await asyncio.to_thread(self.start)

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.stop)

    # -- on its own thread -------------------------------------------------------------------------------------------------

    def _run(self, chosen: settings.Settings) -> None:
        try:
            with asyncio.Runner(loop_factory=_new_loop) as runner:
                runner.run(self._live(chosen))
        except BaseException as failure:
            self._failure = failure
        finally:
            self._started.set()

    async def _live(self, chosen: settings.Settings) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self._running = Running(chosen, ports.real(), HostLog(), self._on_fatal)
        await self._running.start()
        self._started.set()
        await self._stop.wait()
        await self._running.stop()

    def _on_fatal(self, reason: str) -> None:
        self._fatal = reason
        assert self._stop is not None
        self._stop.set()

    def _give_back(self) -> None:
        """The thread is gone, and so is a folder that was only lent."""
        assert self._thread is not None
        self._thread.join()
        self._thread = self._loop = self._stop = None
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)
            self._temporary = None


class HostLog:
    """Log lines through the host's own logging, as `leftfold`."""

    def __init__(self) -> None:
        self._logger = logging.getLogger("leftfold")

    def info(self, event: str, **values: object) -> None:
        """Something ordinary."""
        self._say(logging.INFO, event, values)

    def warning(self, event: str, **values: object) -> None:
        """Something that somebody should look at."""
        self._say(logging.WARNING, event, values)

    def error(self, event: str, **values: object) -> None:
        """Something that went wrong."""
        self._say(logging.ERROR, event, values)

    def _say(self, level: int, event: str, values: dict[str, object]) -> None:
        bug = values.pop("exc_info", None)
        words = " ".join(f"{name}={value!r}" for name, value in values.items())
        self._logger.log(level, "%s %s", event, words, exc_info=bug if isinstance(bug, BaseException) else None)


def _new_loop() -> asyncio.AbstractEventLoop:
    try:
        import uvloop
    except ImportError:  # no wheel for this platform
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


def _text(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case list() | tuple():
            return ",".join(map(str, value))
        case _:
            return str(value)
