"""The telemetry messages (generated; do not edit)."""

from __future__ import annotations

from leftfold.wire.codec import UNSET, Field, Message


class GetTelemetrySubscriptionsRequest(Message):
    """GetTelemetrySubscriptionsRequest: key 71, versions 0-0."""

    API_KEY = 71
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    __slots__ = ("client_instance_id",)

    def __init__(
        self,
        *,
        client_instance_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
    ) -> None:
        self.client_instance_id = client_instance_id
        self.unknown = None


GetTelemetrySubscriptionsRequest.FIELDS = (
    Field("client_instance_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
)


class GetTelemetrySubscriptionsResponse(Message):
    """GetTelemetrySubscriptionsResponse: key 71, versions 0-0."""

    API_KEY = 71
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "client_instance_id",
        "subscription_id",
        "accepted_compression_types",
        "push_interval_ms",
        "telemetry_max_bytes",
        "delta_temporality",
        "requested_metrics",
    )

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        client_instance_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
        subscription_id: int = 0,
        accepted_compression_types: list[int] = UNSET,
        push_interval_ms: int = 0,
        telemetry_max_bytes: int = 0,
        delta_temporality: bool = False,
        requested_metrics: list[str] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.client_instance_id = client_instance_id
        self.subscription_id = subscription_id
        self.accepted_compression_types = [] if accepted_compression_types is UNSET else accepted_compression_types
        self.push_interval_ms = push_interval_ms
        self.telemetry_max_bytes = telemetry_max_bytes
        self.delta_temporality = delta_temporality
        self.requested_metrics = [] if requested_metrics is UNSET else requested_metrics
        self.unknown = None


GetTelemetrySubscriptionsResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("client_instance_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("subscription_id", "int32", default=0),
    Field("accepted_compression_types", "int8", array=True),
    Field("push_interval_ms", "int32", default=0),
    Field("telemetry_max_bytes", "int32", default=0),
    Field("delta_temporality", "bool", default=False),
    Field("requested_metrics", "string", array=True),
)


class PushTelemetryRequest(Message):
    """PushTelemetryRequest: key 72, versions 0-0."""

    API_KEY = 72
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    __slots__ = ("client_instance_id", "subscription_id", "terminating", "compression_type", "metrics")

    def __init__(
        self,
        *,
        client_instance_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
        subscription_id: int = 0,
        terminating: bool = False,
        compression_type: int = 0,
        metrics: bytes = b'',
    ) -> None:
        self.client_instance_id = client_instance_id
        self.subscription_id = subscription_id
        self.terminating = terminating
        self.compression_type = compression_type
        self.metrics = metrics
        self.unknown = None


PushTelemetryRequest.FIELDS = (
    Field("client_instance_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("subscription_id", "int32", default=0),
    Field("terminating", "bool", default=False),
    Field("compression_type", "int8", default=0),
    Field("metrics", "bytes", default=b''),
)


class PushTelemetryResponse(Message):
    """PushTelemetryResponse: key 72, versions 0-0."""

    API_KEY = 72
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    __slots__ = ("throttle_time_ms", "error_code")

    def __init__(self, *, throttle_time_ms: int = 0, error_code: int = 0) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.unknown = None


PushTelemetryResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("error_code", "int16", default=0),
)
