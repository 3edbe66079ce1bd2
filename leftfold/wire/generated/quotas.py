"""The quotas messages (generated; do not edit)."""

from __future__ import annotations

from leftfold.wire.codec import ALWAYS, UNSET, Field, Message, Struct


class DescribeClientQuotasRequest(Message):
    """DescribeClientQuotasRequest: key 48, versions 0-1."""

    API_KEY = 48
    VERSIONS = (0, 1)
    FLEXIBLE_FROM = 1

    class ComponentData(Struct):
        __slots__ = ("entity_type", "match_type", "match")

        def __init__(self, *, entity_type: str = "", match_type: int = 0, match: str | None = "") -> None:
            self.entity_type = entity_type
            self.match_type = match_type
            self.match = match
            self.unknown = None

    __slots__ = ("components", "strict")

    def __init__(self, *, components: list[DescribeClientQuotasRequest.ComponentData] = UNSET, strict: bool = False) -> None:
        self.components = [] if components is UNSET else components
        self.strict = strict
        self.unknown = None


DescribeClientQuotasRequest.ComponentData.FIELDS = (
    Field("entity_type", "string", default=""),
    Field("match_type", "int8", default=0),
    Field("match", "string", nullable=ALWAYS, default=""),
)
DescribeClientQuotasRequest.FIELDS = (
    Field("components", "struct", array=True, struct=DescribeClientQuotasRequest.ComponentData),
    Field("strict", "bool", default=False),
)


class DescribeClientQuotasResponse(Message):
    """DescribeClientQuotasResponse: key 48, versions 0-1."""

    API_KEY = 48
    VERSIONS = (0, 1)
    FLEXIBLE_FROM = 1

    class EntityData(Struct):
        __slots__ = ("entity_type", "entity_name")

        def __init__(self, *, entity_type: str = "", entity_name: str | None = "") -> None:
            self.entity_type = entity_type
            self.entity_name = entity_name
            self.unknown = None

    class ValueData(Struct):
        __slots__ = ("key", "value")

        def __init__(self, *, key: str = "", value: float = 0.0) -> None:
            self.key = key
            self.value = value
            self.unknown = None

    class EntryData(Struct):
        __slots__ = ("entity", "values")

        def __init__(
            self,
            *,
            entity: list[DescribeClientQuotasResponse.EntityData] = UNSET,
            values: list[DescribeClientQuotasResponse.ValueData] = UNSET,
        ) -> None:
            self.entity = [] if entity is UNSET else entity
            self.values = [] if values is UNSET else values
            self.unknown = None

    __slots__ = ("throttle_time_ms", "error_code", "error_message", "entries")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = "",
        entries: list[DescribeClientQuotasResponse.EntryData] | None = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.entries = [] if entries is UNSET else entries
        self.unknown = None


DescribeClientQuotasResponse.EntityData.FIELDS = (
    Field("entity_type", "string", default=""),
    Field("entity_name", "string", nullable=ALWAYS, default=""),
)
DescribeClientQuotasResponse.ValueData.FIELDS = (
    Field("key", "string", default=""),
    Field("value", "float64", default=0.0),
)
DescribeClientQuotasResponse.EntryData.FIELDS = (
    Field("entity", "struct", array=True, struct=DescribeClientQuotasResponse.EntityData),
    Field("values", "struct", array=True, struct=DescribeClientQuotasResponse.ValueData),
)
DescribeClientQuotasResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=""),
    Field("entries", "struct", nullable=ALWAYS, array=True, struct=DescribeClientQuotasResponse.EntryData),
)


class AlterClientQuotasRequest(Message):
    """AlterClientQuotasRequest: key 49, versions 0-1."""

    API_KEY = 49
    VERSIONS = (0, 1)
    FLEXIBLE_FROM = 1

    class EntityData(Struct):
        __slots__ = ("entity_type", "entity_name")

        def __init__(self, *, entity_type: str = "", entity_name: str | None = "") -> None:
            self.entity_type = entity_type
            self.entity_name = entity_name
            self.unknown = None

    class OpData(Struct):
        __slots__ = ("key", "value", "remove")

        def __init__(self, *, key: str = "", value: float = 0.0, remove: bool = False) -> None:
            self.key = key
            self.value = value
            self.remove = remove
            self.unknown = None

    class EntryData(Struct):
        __slots__ = ("entity", "ops")

        def __init__(
            self,
            *,
            entity: list[AlterClientQuotasRequest.EntityData] = UNSET,
            ops: list[AlterClientQuotasRequest.OpData] = UNSET,
        ) -> None:
            self.entity = [] if entity is UNSET else entity
            self.ops = [] if ops is UNSET else ops
            self.unknown = None

    __slots__ = ("entries", "validate_only")

    def __init__(self, *, entries: list[AlterClientQuotasRequest.EntryData] = UNSET, validate_only: bool = False) -> None:
        self.entries = [] if entries is UNSET else entries
        self.validate_only = validate_only
        self.unknown = None


AlterClientQuotasRequest.EntityData.FIELDS = (
    Field("entity_type", "string", default=""),
    Field("entity_name", "string", nullable=ALWAYS, default=""),
)
AlterClientQuotasRequest.OpData.FIELDS = (
    Field("key", "string", default=""),
    Field("value", "float64", default=0.0),
    Field("remove", "bool", default=False),
)
AlterClientQuotasRequest.EntryData.FIELDS = (
    Field("entity", "struct", array=True, struct=AlterClientQuotasRequest.EntityData),
    Field("ops", "struct", array=True, struct=AlterClientQuotasRequest.OpData),
)
AlterClientQuotasRequest.FIELDS = (
    Field("entries", "struct", array=True, struct=AlterClientQuotasRequest.EntryData),
    Field("validate_only", "bool", default=False),
)


class AlterClientQuotasResponse(Message):
    """AlterClientQuotasResponse: key 49, versions 0-1."""

    API_KEY = 49
    VERSIONS = (0, 1)
    FLEXIBLE_FROM = 1

    class EntityData(Struct):
        __slots__ = ("entity_type", "entity_name")

        def __init__(self, *, entity_type: str = "", entity_name: str | None = "") -> None:
            self.entity_type = entity_type
            self.entity_name = entity_name
            self.unknown = None

    class EntryData(Struct):
        __slots__ = ("error_code", "error_message", "entity")

        def __init__(
            self,
            *,
            error_code: int = 0,
            error_message: str | None = "",
            entity: list[AlterClientQuotasResponse.EntityData] = UNSET,
        ) -> None:
            self.error_code = error_code
            self.error_message = error_message
            self.entity = [] if entity is UNSET else entity
            self.unknown = None

    __slots__ = ("throttle_time_ms", "entries")

    def __init__(self, *, throttle_time_ms: int = 0, entries: list[AlterClientQuotasResponse.EntryData] = UNSET) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.entries = [] if entries is UNSET else entries
        self.unknown = None


AlterClientQuotasResponse.EntityData.FIELDS = (
    Field("entity_type", "string", default=""),
    Field("entity_name", "string", nullable=ALWAYS, default=""),
)
AlterClientQuotasResponse.EntryData.FIELDS = (
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=""),
    Field("entity", "struct", array=True, struct=AlterClientQuotasResponse.EntityData),
)
AlterClientQuotasResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("entries", "struct", array=True, struct=AlterClientQuotasResponse.EntryData),
)
