"""The admin port: health and metrics over HTTP."""

# Nothing here is imported by a broker that has no admin port, and starlette and uvicorn only once it is opened.

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leftfold.api.http.context import View as View
    from leftfold.api.http.server import Serving as Serving

__all__ = ["serve"]


async def serve(view: View, host: str, port: int) -> Serving:
    """Answer HTTP on the running loop, from now on; OSError if the port cannot be opened. Port 0 takes a free one."""
    from leftfold.api.http.app import application
    from leftfold.api.http.server import Serving

    return await Serving.open(application(view, host), host, port)
