"""The process of `leftfold start`, until its exit status."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import logging
import os
import resource
import signal
import sys
from typing import TYPE_CHECKING, Any, TextIO, cast

from leftfold.api.kafka.context import Levels
from leftfold.base import ports
from leftfold.base.errors import Failure, LeftfoldError, StartError
from leftfold.base.settings import Settings
from leftfold.fold.shell import Log
from leftfold.node import addresses, holders
from leftfold.node.addresses import Address
from leftfold.node.build import Running

if TYPE_CHECKING:
    from leftfold.api.http import Serving

EXIT_OK, EXIT_CANNOT_START, EXIT_FATAL = 0, 1, 74  # 74 is EX_IOERR
SWITCH_INTERVAL_S = 0.0005  # calls wait this long at most for a busy thread of ours: p99 17 -> 3.4 ms
COLLECT_AFTER = (20_000, 20, 20)  # values do not refer to each other in circles, so that there is hardly anything to find


def run(settings: Settings) -> int:
    """Run one broker until SIGTERM or SIGINT; prints one line beginning `ready` when it answers. The exit status is returned.

    0 after a clean stop, 1 when it cannot start (one line on standard error says why), 74 when the disk broke its promise.
    """
    import uvloop

    _take_files()
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    gc.set_threshold(*COLLECT_AFTER)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(_run(settings))
    except LeftfoldError as why:
        sys.stderr.write(f"leftfold: {why} [{why.failure.number}]\n")
        return EXIT_CANNOT_START


def _take_files() -> None:
    """As many open files as this process may have. It often begins with 1,024, which the segments of 300 partitions need."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):  # macOS says that there is no limit, and refuses to have none
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def _run(settings: Settings) -> int:
    stopped: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    levels = Levels()
    log = _log(levels)

    def fatal(reason: str) -> None:
        log.error("fatal", why=reason, status=EXIT_FATAL, code=Failure.FSYNC_FAILED.number)
        _end(stopped, EXIT_FATAL)

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, _end, stopped, EXIT_OK)
    running = Running(settings, ports.real(), log, fatal, levels)
    admin = await _admin(running)
    try:
        starting = asyncio.ensure_future(running.start())
        either: set[asyncio.Future[Any]] = {starting, stopped}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if stopped.done():  # told to stop, or stopped by the disk, while it starts
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
            return stopped.result()
        await starting
        gc.collect()
        gc.freeze()  # what is there now stays: a collection that walks through it stops every answer for tens of milliseconds
        _tell_ready(running)
        status = await stopped
        log.info("stopping", status=status)
        if status == EXIT_OK:
            await running.stop()
        return status
    finally:
        if admin is not None:
            await admin.close()


def _end(stopped: asyncio.Future[int], status: int) -> None:
    if not stopped.done():
        stopped.set_result(status)


async def _admin(running: Running) -> Serving | None:
    """Metrics and health, which answer before recovery is done: not ready."""
    text = running.settings.text("admin.listener")
    if not text:
        return None
    from leftfold.api.http import serve

    address = addresses.parse("admin.listener", text)
    try:
        serving = await serve(running, address.host, address.port)
    except OSError as error:
        holder = holders.of_port(address.port)
        why = f"is taken by {holder}" if holder else f"cannot be opened: {error.strerror or error}"
        failure = Failure.PORT_TAKEN if error.errno == errno.EADDRINUSE else Failure.ADDRESS_UNUSABLE
        raise StartError(f"admin port {address.port} {why}; stop it, or choose another with --admin", failure) from None
    running.admin = f"http://{Address(address.name, address.host, serving.port).text}"
    return serving


def _tell_ready(running: Running) -> None:
    bootstrap = ",".join(address.text for address in running.bound)
    where = f" admin={running.admin}" if running.admin else ""
    assert running.node is not None
    cluster_id = running.node.cluster.committed.cluster_id
    data = running.settings.text("log.dirs")
    sys.stdout.write(f"ready bootstrap={bootstrap}{where} data={data} node={running.settings.node_id} cluster={cluster_id}\n")
    sys.stdout.flush()
    for address in running.bound:
        if not address.is_loopback:
            sys.stdout.write(f"{address.name} listens on {address.text}: it is open to everybody who can reach this machine\n")
            sys.stdout.flush()


class _StandardError:
    """Where log lines go, each in one write. What finds no room there, or no reader, is lost: nothing else may fail for it.

    A full disk is when the broker has most to say, and its log may well lie on that disk.
    """

    def write(self, line: str) -> int:
        with contextlib.suppress(OSError):
            os.write(2, line.encode(errors="backslashreplace"))
        return len(line)

    def flush(self) -> None:
        """Nothing is held back."""


def _log(levels: Levels) -> Log:
    """Structured lines on standard error: for people on a terminal, JSON elsewhere."""
    import structlog

    def below_level(_: object, method: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
        if not levels.lets({"warning": "WARN", "critical": "FATAL"}.get(method, method.upper())):
            raise structlog.DropEvent
        return line

    terminal = sys.stderr.isatty()
    last: list[structlog.typing.Processor] = (
        [structlog.dev.ConsoleRenderer()]
        if terminal
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    logger: Log = structlog.wrap_logger(
        structlog.WriteLogger(cast("TextIO", _StandardError())),
        processors=[
            below_level,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
        cache_logger_on_first_use=True,
    )
    return logger
