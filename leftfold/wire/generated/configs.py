"""The configs messages (generated; do not edit)."""

from __future__ import annotations

from leftfold.wire.codec import ALWAYS, UNSET, Field, Message, Struct


class DescribeConfigsRequest(Message):
    """DescribeConfigsRequest: key 32, versions 1-4."""

    API_KEY = 32
    VERSIONS = (1, 4)
    FLEXIBLE_FROM = 4

    class DescribeConfigsResource(Struct):
        __slots__ = ("resource_type", "resource_name", "configuration_keys")

        def __init__(
            self,
            *,
            resource_type: int = 0,
            resource_name: str = "",
            configuration_keys: list[str] | None = UNSET,
        ) -> None:
            self.resource_type = resource_type
            self.resource_name = resource_name
            self.configuration_keys = [] if configuration_keys is UNSET else configuration_keys
            self.unknown = None

    __slots__ = ("resources", "include_synonyms", "include_documentation")

    def __init__(
        self,
        *,
        resources: list[DescribeConfigsRequest.DescribeConfigsResource] = UNSET,
        include_synonyms: bool = False,
        include_documentation: bool = False,
    ) -> None:
        self.resources = [] if resources is UNSET else resources
        self.include_synonyms = include_synonyms
        self.include_documentation = include_documentation
        self.unknown = None


DescribeConfigsRequest.DescribeConfigsResource.FIELDS = (
    Field("resource_type", "int8", default=0),
    Field("resource_name", "string", default=""),
    Field("configuration_keys", "string", nullable=ALWAYS, array=True),
)
DescribeConfigsRequest.FIELDS = (
    Field("resources", "struct", array=True, struct=DescribeConfigsRequest.DescribeConfigsResource),
    Field("include_synonyms", "bool", default=False),
    Field("include_documentation", "bool", versions=(3, 4), default=False),
)


class DescribeConfigsResponse(Message):
    """DescribeConfigsResponse: key 32, versions 1-4."""

    API_KEY = 32
    VERSIONS = (1, 4)
    FLEXIBLE_FROM = 4

    class DescribeConfigsSynonym(Struct):
        __slots__ = ("name", "value", "source")

        def __init__(self, *, name: str = "", value: str | None = "", source: int = 0) -> None:
            self.name = name
            self.value = value
            self.source = source
            self.unknown = None

    class DescribeConfigsResourceResult(Struct):
        __slots__ = ("name", "value", "read_only", "config_source", "is_sensitive", "synonyms", "config_type", "documentation")

        def __init__(
            self,
            *,
            name: str = "",
            value: str | None = "",
            read_only: bool = False,
            config_source: int = -1,
            is_sensitive: bool = False,
            synonyms: list[DescribeConfigsResponse.DescribeConfigsSynonym] = UNSET,
            config_type: int = 0,
            documentation: str | None = "",
        ) -> None:
            self.name = name
            self.value = value
            self.read_only = read_only
            self.config_source = config_source
            self.is_sensitive = is_sensitive
            self.synonyms = [] if synonyms is UNSET else synonyms
            self.config_type = config_type
            self.documentation = documentation
            self.unknown = None

    class DescribeConfigsResult(Struct):
        __slots__ = ("error_code", "error_message", "resource_type", "resource_name", "configs")

        def __init__(
            self,
            *,
            error_code: int = 0,
            error_message: str | None = "",
            resource_type: int = 0,
            resource_name: str = "",
            configs: list[DescribeConfigsResponse.DescribeConfigsResourceResult] = UNSET,
        ) -> None:
            self.error_code = error_code
            self.error_message = error_message
            self.resource_type = resource_type
            self.resource_name = resource_name
            self.configs = [] if configs is UNSET else configs
            self.unknown = None

    __slots__ = ("throttle_time_ms", "results")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        results: list[DescribeConfigsResponse.DescribeConfigsResult] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.results = [] if results is UNSET else results
        self.unknown = None


DescribeConfigsResponse.DescribeConfigsSynonym.FIELDS = (
    Field("name", "string", default=""),
    Field("value", "string", nullable=ALWAYS, default=""),
    Field("source", "int8", default=0),
)
DescribeConfigsResponse.DescribeConfigsResourceResult.FIELDS = (
    Field("name", "string", default=""),
    Field("value", "string", nullable=ALWAYS, default=""),
    Field("read_only", "bool", default=False),
    Field("config_source", "int8", default=-1, ignorable=True),
    Field("is_sensitive", "bool", default=False),
    Field("synonyms", "struct", array=True, ignorable=True, struct=DescribeConfigsResponse.DescribeConfigsSynonym),
    Field("config_type", "int8", versions=(3, 4), default=0, ignorable=True),
    Field("documentation", "string", versions=(3, 4), nullable=ALWAYS, default="", ignorable=True),
)
DescribeConfigsResponse.DescribeConfigsResult.FIELDS = (
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=""),
    Field("resource_type", "int8", default=0),
    Field("resource_name", "string", default=""),
    Field("configs", "struct", array=True, struct=DescribeConfigsResponse.DescribeConfigsResourceResult),
)
DescribeConfigsResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("results", "struct", array=True, struct=DescribeConfigsResponse.DescribeConfigsResult),
)


class AlterConfigsRequest(Message):
    """AlterConfigsRequest: key 33, versions 0-2."""

    API_KEY = 33
    VERSIONS = (0, 2)
    FLEXIBLE_FROM = 2

    class AlterableConfig(Struct):
        __slots__ = ("name", "value")

        def __init__(self, *, name: str = "", value: str | None = "") -> None:
            self.name = name
            self.value = value
            self.unknown = None

    class AlterConfigsResource(Struct):
        __slots__ = ("resource_type", "resource_name", "configs")

        def __init__(
            self,
            *,
            resource_type: int = 0,
            resource_name: str = "",
            configs: list[AlterConfigsRequest.AlterableConfig] = UNSET,
        ) -> None:
            self.resource_type = resource_type
            self.resource_name = resource_name
            self.configs = [] if configs is UNSET else configs
            self.unknown = None

    __slots__ = ("resources", "validate_only")

    def __init__(
        self,
        *,
        resources: list[AlterConfigsRequest.AlterConfigsResource] = UNSET,
        validate_only: bool = False,
    ) -> None:
        self.resources = [] if resources is UNSET else resources
        self.validate_only = validate_only
        self.unknown = None


AlterConfigsRequest.AlterableConfig.FIELDS = (
    Field("name", "string", default=""),
    Field("value", "string", nullable=ALWAYS, default=""),
)
AlterConfigsRequest.AlterConfigsResource.FIELDS = (
    Field("resource_type", "int8", default=0),
    Field("resource_name", "string", default=""),
    Field("configs", "struct", array=True, struct=AlterConfigsRequest.AlterableConfig),
)
AlterConfigsRequest.FIELDS = (
    Field("resources", "struct", array=True, struct=AlterConfigsRequest.AlterConfigsResource),
    Field("validate_only", "bool", default=False),
)


class AlterConfigsResponse(Message):
    """AlterConfigsResponse: key 33, versions 0-2."""

    API_KEY = 33
    VERSIONS = (0, 2)
    FLEXIBLE_FROM = 2

    class AlterConfigsResourceResponse(Struct):
        __slots__ = ("error_code", "error_message", "resource_type", "resource_name")

        def __init__(
            self,
            *,
            error_code: int = 0,
            error_message: str | None = "",
            resource_type: int = 0,
            resource_name: str = "",
        ) -> None:
            self.error_code = error_code
            self.error_message = error_message
            self.resource_type = resource_type
            self.resource_name = resource_name
            self.unknown = None

    __slots__ = ("throttle_time_ms", "responses")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        responses: list[AlterConfigsResponse.AlterConfigsResourceResponse] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.responses = [] if responses is UNSET else responses
        self.unknown = None


AlterConfigsResponse.AlterConfigsResourceResponse.FIELDS = (
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=""),
    Field("resource_type", "int8", default=0),
    Field("resource_name", "string", default=""),
)
AlterConfigsResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("responses", "struct", array=True, struct=AlterConfigsResponse.AlterConfigsResourceResponse),
)


class IncrementalAlterConfigsRequest(Message):
    """IncrementalAlterConfigsRequest: key 44, versions 0-1."""

    API_KEY = 44
    VERSIONS = (0, 1)
    FLEXIBLE_FROM = 1

    class AlterableConfig(Struct):
        __slots__ = ("name", "config_operation", "value")

        def __init__(self, *, name: str = "", config_operation: int = 0, value: str | None = "") -> None:
            self.name = name
            self.config_operation = config_operation
            self.value = value
            self.unknown = None

    class AlterConfigsResource(Struct):
        __slots__ = ("resource_type", "resource_name", "configs")

        def __init__(
            self,
            *,
            resource_type: int = 0,
            resource_name: str = "",
            configs: list[IncrementalAlterConfigsRequest.AlterableConfig] = UNSET,
        ) -> None:
            self.resource_type = resource_type
            self.resource_name = resource_name
            self.configs = [] if configs is UNSET else configs
            self.unknown = None

    __slots__ = ("resources", "validate_only")

    def __init__(
        self,
        *,
        resources: list[IncrementalAlterConfigsRequest.AlterConfigsResource] = UNSET,
        validate_only: bool = False,
    ) -> None:
        self.resources = [] if resources is UNSET else resources
        self.validate_only = validate_only
        self.unknown = None


IncrementalAlterConfigsRequest.AlterableConfig.FIELDS = (
    Field("name", "string", default=""),
    Field("config_operation", "int8", default=0),
    Field("value", "string", nullable=ALWAYS, default=""),
)
IncrementalAlterConfigsRequest.AlterConfigsResource.FIELDS = (
    Field("resource_type", "int8", default=0),
    Field("resource_name", "string", default=""),
    Field("configs", "struct", array=True, struct=IncrementalAlterConfigsRequest.AlterableConfig),
)
IncrementalAlterConfigsRequest.FIELDS = (
    Field("resources", "struct", array=True, struct=IncrementalAlterConfigsRequest.AlterConfigsResource),
    Field("validate_only", "bool", default=False),
)


class IncrementalAlterConfigsResponse(Message):
    """IncrementalAlterConfigsResponse: key 44, versions 0-1."""

    API_KEY = 44
    VERSIONS = (0, 1)
    FLEXIBLE_FROM = 1

    class AlterConfigsResourceResponse(Struct):
        __slots__ = ("error_code", "error_message", "resource_type", "resource_name")

        def __init__(
            self,
            *,
            error_code: int = 0,
            error_message: str | None = "",
            resource_type: int = 0,
            resource_name: str = "",
        ) -> None:
            self.error_code = error_code
            self.error_message = error_message
            self.resource_type = resource_type
            self.resource_name = resource_name
            self.unknown = None

    __slots__ = ("throttle_time_ms", "responses")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        responses: list[IncrementalAlterConfigsResponse.AlterConfigsResourceResponse] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.responses = [] if responses is UNSET else responses
        self.unknown = None


IncrementalAlterConfigsResponse.AlterConfigsResourceResponse.FIELDS = (
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=""),
    Field("resource_type", "int8", default=0),
    Field("resource_name", "string", default=""),
)
IncrementalAlterConfigsResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("responses", "struct", array=True, struct=IncrementalAlterConfigsResponse.AlterConfigsResourceResponse),
)


class ListConfigResourcesRequest(Message):
    """ListConfigResourcesRequest: key 74, versions 0-1."""

    API_KEY = 74
    VERSIONS = (0, 1)
    FLEXIBLE_FROM = 0

    __slots__ = ("resource_types",)

    def __init__(self, *, resource_types: list[int] = UNSET) -> None:
        self.resource_types = [] if resource_types is UNSET else resource_types
        self.unknown = None


ListConfigResourcesRequest.FIELDS = (
    Field("resource_types", "int8", versions=(1, 1), array=True),
)


class ListConfigResourcesResponse(Message):
    """ListConfigResourcesResponse: key 74, versions 0-1."""

    API_KEY = 74
    VERSIONS = (0, 1)
    FLEXIBLE_FROM = 0

    class ConfigResource(Struct):
        __slots__ = ("resource_name", "resource_type")

        def __init__(self, *, resource_name: str = "", resource_type: int = 16) -> None:
            self.resource_name = resource_name
            self.resource_type = resource_type
            self.unknown = None

    __slots__ = ("throttle_time_ms", "error_code", "config_resources")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        config_resources: list[ListConfigResourcesResponse.ConfigResource] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.config_resources = [] if config_resources is UNSET else config_resources
        self.unknown = None


ListConfigResourcesResponse.ConfigResource.FIELDS = (
    Field("resource_name", "string", default=""),
    Field("resource_type", "int8", versions=(1, 1), default=16, ignorable=True),
)
ListConfigResourcesResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("config_resources", "struct", array=True, struct=ListConfigResourcesResponse.ConfigResource),
)
