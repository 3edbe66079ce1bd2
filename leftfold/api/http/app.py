"""The application: routes of the table behind one guard."""

from __future__ import annotations

import re
from email.utils import formatdate
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route as Row
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from leftfold.api.http import table
from leftfold.api.http.admin import not_ready
from leftfold.api.http.context import Context, View

_HOST = re.compile(rb"(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9_.-]{1,253})(?::[0-9]{1,5})?")


def application(view: View, host: str) -> ASGIApp:
    """All routes, for a port that listens on `host`."""
    context = Context(view, opened_ns=view.ports.mono_ns())
    rows = [Row(route.path, _endpoint(route, context), methods=[route.method]) for route in table.TABLE]
    routes = Starlette(routes=rows, exception_handlers={HTTPException: _refused, Exception: _failed(context)})
    return Guard(routes, context, only_here=_is_loopback(host))


def _endpoint(route: table.Route, context: Context) -> Any:
    """A function for starlette, which tells handlers from applications by what they are: a partial would be neither."""

    async def answer(request: Request) -> Response:
        if not route.before_ready and not context.is_ready:
            return not_ready(context)
        return await route.handler()(context, request)

    return answer


async def _refused(request: Request, why: Exception) -> Response:
    assert isinstance(why, HTTPException)
    match why.status_code:
        case HTTPStatus.NOT_FOUND:
            message = f"nothing answers {request.method} {request.url.path[:100]} here; GET / lists what does"
        case HTTPStatus.METHOD_NOT_ALLOWED:
            allowed = (why.headers or {}).get("Allow", "GET")
            message = f"{request.url.path[:100]} does not take {request.method}; use {allowed}"
        case _:
            message = str(why.detail)
    return error(why.status_code, message, headers=dict(why.headers or {}))


def _failed(context: Context) -> Any:
    async def answer(request: Request, bug: Exception) -> Response:
        context.view.log.error("http_failed", method=request.method, path=request.url.path, exc_info=bug)
        return error(500, "the broker met a bug of its own; its log says more")

    return answer


def error(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    """A refusal: what happened and what to do, in the shape that Redpanda's admin API has."""
    return JSONResponse({"message": message, "code": status}, status_code=status, headers=headers)


class Guard:
    """What every request passes: one Host, a name that is ours, no body. Every answer carries the date.

    Without the check of the name, a web page could read this port through a browser on the same machine, by letting its own
    name resolve to 127.0.0.1 (DNS rebinding). On loopback only addresses and `localhost` are ours; elsewhere a name may be
    anything that resolves to this machine, and who can reach it can read it.
    """

    def __init__(self, inner: ASGIApp, context: Context, *, only_here: bool) -> None:
        self._inner = inner
        self._context = context
        self._only_here = only_here

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        date = formatdate(self._context.view.ports.wall_ms() / 1000, usegmt=True).encode()

        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), (b"date", date), (b"cache-control", b"no-store")]
            await send(message)

        refusal = self._refusal(scope)
        if refusal is not None:
            refusal.headers["Connection"] = "close"  # what follows on this connection is not trusted either
            await refusal(scope, receive, dated)
        else:
            await self._inner(scope, receive, dated)

    def _refusal(self, scope: Scope) -> Response | None:
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        hosts = [value for name, value in headers if name == b"host"]
        match = _HOST.fullmatch(hosts[0]) if len(hosts) == 1 else None
        if match is None:
            return error(400, "a request needs exactly one Host header, HOST or HOST:PORT")
        if self._only_here and not _is_ours(match.group(1).decode()):
            return error(421, f"this port answers to its address and to localhost, not to {match.group(1).decode()[:100]}")
        if any(name == b"transfer-encoding" or (name == b"content-length" and value != b"0") for name, value in headers):
            return error(400, "no route here takes a body; send none")
        return None


def _is_ours(name: str) -> bool:
    return name.rstrip(".").lower() == "localhost" or _address(name) is not None


def _is_loopback(host: str) -> bool:
    address = _address(host)
    return address.is_loopback if address is not None else host == "localhost"


def _address(text: str) -> Any:
    try:
        return ip_address(text.removeprefix("[").removesuffix("]"))
    except ValueError:
        return None
