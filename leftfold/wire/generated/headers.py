"""The headers messages (generated; do not edit)."""

from __future__ import annotations

from leftfold.wire.codec import ALWAYS, Field, Message


class RequestHeader(Message):
    """RequestHeader: versions 1-2."""

    API_KEY = -1
    VERSIONS = (1, 2)
    FLEXIBLE_FROM = 2

    __slots__ = ("request_api_key", "request_api_version", "correlation_id", "client_id")

    def __init__(
        self,
        *,
        request_api_key: int = 0,
        request_api_version: int = 0,
        correlation_id: int = 0,
        client_id: str | None = "",
    ) -> None:
        self.request_api_key = request_api_key
        self.request_api_version = request_api_version
        self.correlation_id = correlation_id
        self.client_id = client_id
        self.unknown = None


RequestHeader.FIELDS = (
    Field("request_api_key", "int16", default=0),
    Field("request_api_version", "int16", default=0),
    Field("correlation_id", "int32", default=0),
    Field("client_id", "string", nullable=ALWAYS, default="", flexible=False),
)


class ResponseHeader(Message):
    """ResponseHeader: versions 0-1."""

    API_KEY = -1
    VERSIONS = (0, 1)
    FLEXIBLE_FROM = 1

    __slots__ = ("correlation_id",)

    def __init__(self, *, correlation_id: int = 0) -> None:
        self.correlation_id = correlation_id
        self.unknown = None


ResponseHeader.FIELDS = (
    Field("correlation_id", "int32", default=0),
)
