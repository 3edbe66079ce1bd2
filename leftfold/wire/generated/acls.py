"""The acls messages (generated; do not edit)."""

from __future__ import annotations

from leftfold.wire.codec import ALWAYS, UNSET, Field, Message, Struct


class DescribeAclsRequest(Message):
    """DescribeAclsRequest: key 29, versions 1-3."""

    API_KEY = 29
    VERSIONS = (1, 3)
    FLEXIBLE_FROM = 2

    __slots__ = (
        "resource_type_filter",
        "resource_name_filter",
        "pattern_type_filter",
        "principal_filter",
        "host_filter",
        "operation",
        "permission_type",
    )

    def __init__(
        self,
        *,
        resource_type_filter: int = 0,
        resource_name_filter: str | None = "",
        pattern_type_filter: int = 3,
        principal_filter: str | None = "",
        host_filter: str | None = "",
        operation: int = 0,
        permission_type: int = 0,
    ) -> None:
        self.resource_type_filter = resource_type_filter
        self.resource_name_filter = resource_name_filter
        self.pattern_type_filter = pattern_type_filter
        self.principal_filter = principal_filter
        self.host_filter = host_filter
        self.operation = operation
        self.permission_type = permission_type
        self.unknown = None


DescribeAclsRequest.FIELDS = (
    Field("resource_type_filter", "int8", default=0),
    Field("resource_name_filter", "string", nullable=ALWAYS, default=""),
    Field("pattern_type_filter", "int8", default=3),
    Field("principal_filter", "string", nullable=ALWAYS, default=""),
    Field("host_filter", "string", nullable=ALWAYS, default=""),
    Field("operation", "int8", default=0),
    Field("permission_type", "int8", default=0),
)


class DescribeAclsResponse(Message):
    """DescribeAclsResponse: key 29, versions 1-3."""

    API_KEY = 29
    VERSIONS = (1, 3)
    FLEXIBLE_FROM = 2

    class AclDescription(Struct):
        __slots__ = ("principal", "host", "operation", "permission_type")

        def __init__(self, *, principal: str = "", host: str = "", operation: int = 0, permission_type: int = 0) -> None:
            self.principal = principal
            self.host = host
            self.operation = operation
            self.permission_type = permission_type
            self.unknown = None

    class DescribeAclsResource(Struct):
        __slots__ = ("resource_type", "resource_name", "pattern_type", "acls")

        def __init__(
            self,
            *,
            resource_type: int = 0,
            resource_name: str = "",
            pattern_type: int = 3,
            acls: list[DescribeAclsResponse.AclDescription] = UNSET,
        ) -> None:
            self.resource_type = resource_type
            self.resource_name = resource_name
            self.pattern_type = pattern_type
            self.acls = [] if acls is UNSET else acls
            self.unknown = None

    __slots__ = ("throttle_time_ms", "error_code", "error_message", "resources")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = "",
        resources: list[DescribeAclsResponse.DescribeAclsResource] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.resources = [] if resources is UNSET else resources
        self.unknown = None


DescribeAclsResponse.AclDescription.FIELDS = (
    Field("principal", "string", default=""),
    Field("host", "string", default=""),
    Field("operation", "int8", default=0),
    Field("permission_type", "int8", default=0),
)
DescribeAclsResponse.DescribeAclsResource.FIELDS = (
    Field("resource_type", "int8", default=0),
    Field("resource_name", "string", default=""),
    Field("pattern_type", "int8", default=3),
    Field("acls", "struct", array=True, struct=DescribeAclsResponse.AclDescription),
)
DescribeAclsResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=""),
    Field("resources", "struct", array=True, struct=DescribeAclsResponse.DescribeAclsResource),
)


class CreateAclsRequest(Message):
    """CreateAclsRequest: key 30, versions 1-3."""

    API_KEY = 30
    VERSIONS = (1, 3)
    FLEXIBLE_FROM = 2

    class AclCreation(Struct):
        __slots__ = (
            "resource_type",
            "resource_name",
            "resource_pattern_type",
            "principal",
            "host",
            "operation",
            "permission_type",
        )

        def __init__(
            self,
            *,
            resource_type: int = 0,
            resource_name: str = "",
            resource_pattern_type: int = 3,
            principal: str = "",
            host: str = "",
            operation: int = 0,
            permission_type: int = 0,
        ) -> None:
            self.resource_type = resource_type
            self.resource_name = resource_name
            self.resource_pattern_type = resource_pattern_type
            self.principal = principal
            self.host = host
            self.operation = operation
            self.permission_type = permission_type
            self.unknown = None

    __slots__ = ("creations",)

    def __init__(self, *, creations: list[CreateAclsRequest.AclCreation] = UNSET) -> None:
        self.creations = [] if creations is UNSET else creations
        self.unknown = None


CreateAclsRequest.AclCreation.FIELDS = (
    Field("resource_type", "int8", default=0),
    Field("resource_name", "string", default=""),
    Field("resource_pattern_type", "int8", default=3),
    Field("principal", "string", default=""),
    Field("host", "string", default=""),
    Field("operation", "int8", default=0),
    Field("permission_type", "int8", default=0),
)
CreateAclsRequest.FIELDS = (
    Field("creations", "struct", array=True, struct=CreateAclsRequest.AclCreation),
)


class CreateAclsResponse(Message):
    """CreateAclsResponse: key 30, versions 1-3."""

    API_KEY = 30
    VERSIONS = (1, 3)
    FLEXIBLE_FROM = 2

    class AclCreationResult(Struct):
        __slots__ = ("error_code", "error_message")

        def __init__(self, *, error_code: int = 0, error_message: str | None = "") -> None:
            self.error_code = error_code
            self.error_message = error_message
            self.unknown = None

    __slots__ = ("throttle_time_ms", "results")

    def __init__(self, *, throttle_time_ms: int = 0, results: list[CreateAclsResponse.AclCreationResult] = UNSET) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.results = [] if results is UNSET else results
        self.unknown = None


CreateAclsResponse.AclCreationResult.FIELDS = (
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=""),
)
CreateAclsResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("results", "struct", array=True, struct=CreateAclsResponse.AclCreationResult),
)


class DeleteAclsRequest(Message):
    """DeleteAclsRequest: key 31, versions 1-3."""

    API_KEY = 31
    VERSIONS = (1, 3)
    FLEXIBLE_FROM = 2

    class DeleteAclsFilter(Struct):
        __slots__ = (
            "resource_type_filter",
            "resource_name_filter",
            "pattern_type_filter",
            "principal_filter",
            "host_filter",
            "operation",
            "permission_type",
        )

        def __init__(
            self,
            *,
            resource_type_filter: int = 0,
            resource_name_filter: str | None = "",
            pattern_type_filter: int = 3,
            principal_filter: str | None = "",
            host_filter: str | None = "",
            operation: int = 0,
            permission_type: int = 0,
        ) -> None:
            self.resource_type_filter = resource_type_filter
            self.resource_name_filter = resource_name_filter
            self.pattern_type_filter = pattern_type_filter
            self.principal_filter = principal_filter
            self.host_filter = host_filter
            self.operation = operation
            self.permission_type = permission_type
            self.unknown = None

    __slots__ = ("filters",)

    def __init__(self, *, filters: list[DeleteAclsRequest.DeleteAclsFilter] = UNSET) -> None:
        self.filters = [] if filters is UNSET else filters
        self.unknown = None


DeleteAclsRequest.DeleteAclsFilter.FIELDS = (
    Field("resource_type_filter", "int8", default=0),
    Field("resource_name_filter", "string", nullable=ALWAYS, default=""),
    Field("pattern_type_filter", "int8", default=3),
    Field("principal_filter", "string", nullable=ALWAYS, default=""),
    Field("host_filter", "string", nullable=ALWAYS, default=""),
    Field("operation", "int8", default=0),
    Field("permission_type", "int8", default=0),
)
DeleteAclsRequest.FIELDS = (
    Field("filters", "struct", array=True, struct=DeleteAclsRequest.DeleteAclsFilter),
)


class DeleteAclsResponse(Message):
    """DeleteAclsResponse: key 31, versions 1-3."""

    API_KEY = 31
    VERSIONS = (1, 3)
    FLEXIBLE_FROM = 2

    class DeleteAclsMatchingAcl(Struct):
        __slots__ = (
            "error_code",
            "error_message",
            "resource_type",
            "resource_name",
            "pattern_type",
            "principal",
            "host",
            "operation",
            "permission_type",
        )

        def __init__(
            self,
            *,
            error_code: int = 0,
            error_message: str | None = "",
            resource_type: int = 0,
            resource_name: str = "",
            pattern_type: int = 3,
            principal: str = "",
            host: str = "",
            operation: int = 0,
            permission_type: int = 0,
        ) -> None:
            self.error_code = error_code
            self.error_message = error_message
            self.resource_type = resource_type
            self.resource_name = resource_name
            self.pattern_type = pattern_type
            self.principal = principal
            self.host = host
            self.operation = operation
            self.permission_type = permission_type
            self.unknown = None

    class DeleteAclsFilterResult(Struct):
        __slots__ = ("error_code", "error_message", "matching_acls")

        def __init__(
            self,
            *,
            error_code: int = 0,
            error_message: str | None = "",
            matching_acls: list[DeleteAclsResponse.DeleteAclsMatchingAcl] = UNSET,
        ) -> None:
            self.error_code = error_code
            self.error_message = error_message
            self.matching_acls = [] if matching_acls is UNSET else matching_acls
            self.unknown = None

    __slots__ = ("throttle_time_ms", "filter_results")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        filter_results: list[DeleteAclsResponse.DeleteAclsFilterResult] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.filter_results = [] if filter_results is UNSET else filter_results
        self.unknown = None


DeleteAclsResponse.DeleteAclsMatchingAcl.FIELDS = (
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=""),
    Field("resource_type", "int8", default=0),
    Field("resource_name", "string", default=""),
    Field("pattern_type", "int8", default=3),
    Field("principal", "string", default=""),
    Field("host", "string", default=""),
    Field("operation", "int8", default=0),
    Field("permission_type", "int8", default=0),
)
DeleteAclsResponse.DeleteAclsFilterResult.FIELDS = (
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=""),
    Field("matching_acls", "struct", array=True, struct=DeleteAclsResponse.DeleteAclsMatchingAcl),
)
DeleteAclsResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("filter_results", "struct", array=True, struct=DeleteAclsResponse.DeleteAclsFilterResult),
)
