"""An HTTP server on a loop that belongs to somebody else."""

# uvicorn's protocol without uvicorn's server: that one takes signal handlers, configures logging and wakes ten times a second.

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any, Self, cast

from starlette.types import ASGIApp
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

CONNECTIONS_MAX = 256
HEAD_BYTES_MAX = 32_768
HEAD_SECONDS_MAX = 10.0
IDLE_SECONDS_MAX = 75
CLOSE_SECONDS_MAX = 2.0

_QUIET = logging.getLogger("leftfold.http")
_QUIET.addHandler(logging.NullHandler())  # what matters is logged by the application, with the node's own log


class Serving:
    """An open port; `close` it once."""

    def __init__(self, server: asyncio.Server, state: ServerState) -> None:
        self._server = server
        self._state = state

    @classmethod
    async def open(cls, app: ASGIApp, host: str, port: int) -> Self:
        """Answer from now on; OSError if the address cannot be had."""
        config, state = _Settings(app), ServerState()
        loop = asyncio.get_running_loop()
        return cls(await loop.create_server(lambda: Connection(config, state), host, port, backlog=64), state)

    @property
    def port(self) -> int:
        """The port it listens on."""
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def close(self) -> None:
        """Accept nothing more, let answers that are under way end, then hang up."""
        self._server.close()
        for connection in list(self._state.connections):
            connection.shutdown()
        if self._state.tasks:
            await asyncio.wait(self._state.tasks, timeout=CLOSE_SECONDS_MAX)
        left: list[Connection] = list(self._state.connections)  # type: ignore[arg-type]  # a set of uvicorn's own kinds
        for connection in left:
            connection.transport.abort()
        if left:  # only then may the loop itself be closed
            await asyncio.wait([connection.lost for connection in left])
        await self._server.wait_closed()


class _Settings(Config):
    """What uvicorn's protocol wants to know, and nothing done to the process's logging."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(
            app,
            http=Connection,
            ws="none",
            lifespan="off",
            interface="asgi3",
            proxy_headers=False,
            limit_concurrency=CONNECTIONS_MAX,
            timeout_keep_alive=IDLE_SECONDS_MAX,
        )
        self.load()

    def configure_logging(self) -> None:
        """Leave it as it is: it belongs to the host process."""


class Connection(HttpToolsProtocol):
    """One connection, with the limits that uvicorn leaves open.

    Invariant: `_head_bytes` counts what came since the last request was complete; it is all head, as no route takes a body.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any] | None = None,
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state or {}, _loop)
        self.logger = _QUIET
        self.access_log = False
        self.lost: asyncio.Future[None] = self.loop.create_future()
        self._head_bytes = 0
        self._late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Its first request must be there soon."""
        super().connection_made(cast("asyncio.Transport", transport))  # uvloop's transports are no subclass
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is expected any more."""
        self._arrived()
        super().connection_lost(exc)
        self.lost.set_result(None)

    def data_received(self, data: bytes) -> None:
        """A head has a limit, in bytes and in time, however it trickles in."""
        self._head_bytes += len(data)
        if self._head_bytes > HEAD_BYTES_MAX:
            self._refuse(431, f"a request may have {HEAD_BYTES_MAX} bytes of headers; send fewer")
            return
        if self._late is None:
            self._expect()
        super().data_received(data)

    def on_message_complete(self) -> None:
        """The request is whole; the next one starts to count anew."""
        self._head_bytes = 0
        self._arrived()
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """The parser stumbled: not HTTP, or a head that two servers could read in two ways."""
        del msg
        self._refuse(400, "this is no HTTP request that has one meaning; Kafka clients connect to the port of --listen instead")

    def _refuse(self, status: int, message: str) -> None:
        body = json.dumps({"message": message, "code": status}).encode()
        head = f"HTTP/1.1 {status} Refused\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
        self.transport.write(f"{head}connection: close\r\n\r\n".encode() + body)
        self.transport.close()

    def _expect(self) -> None:
        self._late = self.loop.call_later(HEAD_SECONDS_MAX, self._refuse, 408, "the request was too slow; send it again")

    def _arrived(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
