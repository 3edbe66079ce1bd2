"""The groups messages (generated; do not edit)."""

from __future__ import annotations

from leftfold.wire.codec import UNSET, Field, Message, Struct


class JoinGroupRequest(Message):
    """JoinGroupRequest: key 11, versions 0-9."""

    API_KEY = 11
    VERSIONS = (0, 9)
    FLEXIBLE_FROM = 6

    class JoinGroupRequestProtocol(Struct):
        __slots__ = ("name", "metadata")

        def __init__(self, *, name: str = "", metadata: bytes = b'') -> None:
            self.name = name
            self.metadata = metadata
            self.unknown = None

    __slots__ = (
        "group_id",
        "session_timeout_ms",
        "rebalance_timeout_ms",
        "member_id",
        "group_instance_id",
        "protocol_type",
        "protocols",
        "reason",
    )

    def __init__(
        self,
        *,
        group_id: str = "",
        session_timeout_ms: int = 0,
        rebalance_timeout_ms: int = -1,
        member_id: str = "",
        group_instance_id: str | None = None,
        protocol_type: str = "",
        protocols: list[JoinGroupRequest.JoinGroupRequestProtocol] = UNSET,
        reason: str | None = None,
    ) -> None:
        self.group_id = group_id
        self.session_timeout_ms = session_timeout_ms
        self.rebalance_timeout_ms = rebalance_timeout_ms
        self.member_id = member_id
        self.group_instance_id = group_instance_id
        self.protocol_type = protocol_type
        self.protocols = [] if protocols is UNSET else protocols
        self.reason = reason
        self.unknown = None


JoinGroupRequest.JoinGroupRequestProtocol.FIELDS = (
    Field("name", "string", default=""),
    Field("metadata", "bytes", default=b''),
)
JoinGroupRequest.FIELDS = (
    Field("group_id", "string", default=""),
    Field("session_timeout_ms", "int32", default=0),
    Field("rebalance_timeout_ms", "int32", versions=(1, 9), default=-1, ignorable=True),
    Field("member_id", "string", default=""),
    Field("group_instance_id", "string", versions=(5, 9), nullable=(5, 9), default=None),
    Field("protocol_type", "string", default=""),
    Field("protocols", "struct", array=True, struct=JoinGroupRequest.JoinGroupRequestProtocol),
    Field("reason", "string", versions=(8, 9), nullable=(8, 9), default=None, ignorable=True),
)


class JoinGroupResponse(Message):
    """JoinGroupResponse: key 11, versions 0-9."""

    API_KEY = 11
    VERSIONS = (0, 9)
    FLEXIBLE_FROM = 6

    class JoinGroupResponseMember(Struct):
        __slots__ = ("member_id", "group_instance_id", "metadata")

        def __init__(self, *, member_id: str = "", group_instance_id: str | None = None, metadata: bytes = b'') -> None:
            self.member_id = member_id
            self.group_instance_id = group_instance_id
            self.metadata = metadata
            self.unknown = None

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "generation_id",
        "protocol_type",
        "protocol_name",
        "leader",
        "skip_assignment",
        "member_id",
        "members",
    )

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        generation_id: int = -1,
        protocol_type: str | None = None,
        protocol_name: str | None = "",
        leader: str = "",
        skip_assignment: bool = False,
        member_id: str = "",
        members: list[JoinGroupResponse.JoinGroupResponseMember] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.generation_id = generation_id
        self.protocol_type = protocol_type
        self.protocol_name = protocol_name
        self.leader = leader
        self.skip_assignment = skip_assignment
        self.member_id = member_id
        self.members = [] if members is UNSET else members
        self.unknown = None


JoinGroupResponse.JoinGroupResponseMember.FIELDS = (
    Field("member_id", "string", default=""),
    Field("group_instance_id", "string", versions=(5, 9), nullable=(5, 9), default=None, ignorable=True),
    Field("metadata", "bytes", default=b''),
)
JoinGroupResponse.FIELDS = (
    Field("throttle_time_ms", "int32", versions=(2, 9), default=0, ignorable=True),
    Field("error_code", "int16", default=0),
    Field("generation_id", "int32", default=-1),
    Field("protocol_type", "string", versions=(7, 9), nullable=(7, 9), default=None, ignorable=True),
    Field("protocol_name", "string", nullable=(7, 9), default=""),
    Field("leader", "string", default=""),
    Field("skip_assignment", "bool", versions=(9, 9), default=False),
    Field("member_id", "string", default=""),
    Field("members", "struct", array=True, struct=JoinGroupResponse.JoinGroupResponseMember),
)


class HeartbeatRequest(Message):
    """HeartbeatRequest: key 12, versions 0-4."""

    API_KEY = 12
    VERSIONS = (0, 4)
    FLEXIBLE_FROM = 4

    __slots__ = ("group_id", "generation_id", "member_id", "group_instance_id")

    def __init__(
        self,
        *,
        group_id: str = "",
        generation_id: int = 0,
        member_id: str = "",
        group_instance_id: str | None = None,
    ) -> None:
        self.group_id = group_id
        self.generation_id = generation_id
        self.member_id = member_id
        self.group_instance_id = group_instance_id
        self.unknown = None


HeartbeatRequest.FIELDS = (
    Field("group_id", "string", default=""),
    Field("generation_id", "int32", default=0),
    Field("member_id", "string", default=""),
    Field("group_instance_id", "string", versions=(3, 4), nullable=(3, 4), default=None),
)


class HeartbeatResponse(Message):
    """HeartbeatResponse: key 12, versions 0-4."""

    API_KEY = 12
    VERSIONS = (0, 4)
    FLEXIBLE_FROM = 4

    __slots__ = ("throttle_time_ms", "error_code")

    def __init__(self, *, throttle_time_ms: int = 0, error_code: int = 0) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.unknown = None


HeartbeatResponse.FIELDS = (
    Field("throttle_time_ms", "int32", versions=(1, 4), default=0, ignorable=True),
    Field("error_code", "int16", default=0),
)


class LeaveGroupRequest(Message):
    """LeaveGroupRequest: key 13, versions 0-5."""

    API_KEY = 13
    VERSIONS = (0, 5)
    FLEXIBLE_FROM = 4

    class MemberIdentity(Struct):
        __slots__ = ("member_id", "group_instance_id", "reason")

        def __init__(self, *, member_id: str = "", group_instance_id: str | None = None, reason: str | None = None) -> None:
            self.member_id = member_id
            self.group_instance_id = group_instance_id
            self.reason = reason
            self.unknown = None

    __slots__ = ("group_id", "member_id", "members")

    def __init__(
        self,
        *,
        group_id: str = "",
        member_id: str = "",
        members: list[LeaveGroupRequest.MemberIdentity] = UNSET,
    ) -> None:
        self.group_id = group_id
        self.member_id = member_id
        self.members = [] if members is UNSET else members
        self.unknown = None


LeaveGroupRequest.MemberIdentity.FIELDS = (
    Field("member_id", "string", versions=(3, 5), default=""),
    Field("group_instance_id", "string", versions=(3, 5), nullable=(3, 5), default=None),
    Field("reason", "string", versions=(5, 5), nullable=(5, 5), default=None, ignorable=True),
)
LeaveGroupRequest.FIELDS = (
    Field("group_id", "string", default=""),
    Field("member_id", "string", versions=(0, 2), default=""),
    Field("members", "struct", versions=(3, 5), array=True, struct=LeaveGroupRequest.MemberIdentity),
)


class LeaveGroupResponse(Message):
    """LeaveGroupResponse: key 13, versions 0-5."""

    API_KEY = 13
    VERSIONS = (0, 5)
    FLEXIBLE_FROM = 4

    class MemberResponse(Struct):
        __slots__ = ("member_id", "group_instance_id", "error_code")

        def __init__(self, *, member_id: str = "", group_instance_id: str | None = "", error_code: int = 0) -> None:
            self.member_id = member_id
            self.group_instance_id = group_instance_id
            self.error_code = error_code
            self.unknown = None

    __slots__ = ("throttle_time_ms", "error_code", "members")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        members: list[LeaveGroupResponse.MemberResponse] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.members = [] if members is UNSET else members
        self.unknown = None


LeaveGroupResponse.MemberResponse.FIELDS = (
    Field("member_id", "string", versions=(3, 5), default=""),
    Field("group_instance_id", "string", versions=(3, 5), nullable=(3, 5), default=""),
    Field("error_code", "int16", versions=(3, 5), default=0),
)
LeaveGroupResponse.FIELDS = (
    Field("throttle_time_ms", "int32", versions=(1, 5), default=0, ignorable=True),
    Field("error_code", "int16", default=0),
    Field("members", "struct", versions=(3, 5), array=True, struct=LeaveGroupResponse.MemberResponse),
)


class SyncGroupRequest(Message):
    """SyncGroupRequest: key 14, versions 0-5."""

    API_KEY = 14
    VERSIONS = (0, 5)
    FLEXIBLE_FROM = 4

    class SyncGroupRequestAssignment(Struct):
        __slots__ = ("member_id", "assignment")

        def __init__(self, *, member_id: str = "", assignment: bytes = b'') -> None:
            self.member_id = member_id
            self.assignment = assignment
            self.unknown = None

    __slots__ = ("group_id", "generation_id", "member_id", "group_instance_id", "protocol_type", "protocol_name", "assignments")

    def __init__(
        self,
        *,
        group_id: str = "",
        generation_id: int = 0,
        member_id: str = "",
        group_instance_id: str | None = None,
        protocol_type: str | None = None,
        protocol_name: str | None = None,
        assignments: list[SyncGroupRequest.SyncGroupRequestAssignment] = UNSET,
    ) -> None:
        self.group_id = group_id
        self.generation_id = generation_id
        self.member_id = member_id
        self.group_instance_id = group_instance_id
        self.protocol_type = protocol_type
        self.protocol_name = protocol_name
        self.assignments = [] if assignments is UNSET else assignments
        self.unknown = None


SyncGroupRequest.SyncGroupRequestAssignment.FIELDS = (
    Field("member_id", "string", default=""),
    Field("assignment", "bytes", default=b''),
)
SyncGroupRequest.FIELDS = (
    Field("group_id", "string", default=""),
    Field("generation_id", "int32", default=0),
    Field("member_id", "string", default=""),
    Field("group_instance_id", "string", versions=(3, 5), nullable=(3, 5), default=None),
    Field("protocol_type", "string", versions=(5, 5), nullable=(5, 5), default=None, ignorable=True),
    Field("protocol_name", "string", versions=(5, 5), nullable=(5, 5), default=None, ignorable=True),
    Field("assignments", "struct", array=True, struct=SyncGroupRequest.SyncGroupRequestAssignment),
)


class SyncGroupResponse(Message):
    """SyncGroupResponse: key 14, versions 0-5."""

    API_KEY = 14
    VERSIONS = (0, 5)
    FLEXIBLE_FROM = 4

    __slots__ = ("throttle_time_ms", "error_code", "protocol_type", "protocol_name", "assignment")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        protocol_type: str | None = None,
        protocol_name: str | None = None,
        assignment: bytes = b'',
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.protocol_type = protocol_type
        self.protocol_name = protocol_name
        self.assignment = assignment
        self.unknown = None


SyncGroupResponse.FIELDS = (
    Field("throttle_time_ms", "int32", versions=(1, 5), default=0, ignorable=True),
    Field("error_code", "int16", default=0),
    Field("protocol_type", "string", versions=(5, 5), nullable=(5, 5), default=None, ignorable=True),
    Field("protocol_name", "string", versions=(5, 5), nullable=(5, 5), default=None, ignorable=True),
    Field("assignment", "bytes", default=b''),
)


class DescribeGroupsRequest(Message):
    """DescribeGroupsRequest: key 15, versions 0-6."""

    API_KEY = 15
    VERSIONS = (0, 6)
    FLEXIBLE_FROM = 5

    __slots__ = ("groups", "include_authorized_operations")

    def __init__(self, *, groups: list[str] = UNSET, include_authorized_operations: bool = False) -> None:
        self.groups = [] if groups is UNSET else groups
        self.include_authorized_operations = include_authorized_operations
        self.unknown = None


DescribeGroupsRequest.FIELDS = (
    Field("groups", "string", array=True),
    Field("include_authorized_operations", "bool", versions=(3, 6), default=False),
)


class DescribeGroupsResponse(Message):
    """DescribeGroupsResponse: key 15, versions 0-6."""

    API_KEY = 15
    VERSIONS = (0, 6)
    FLEXIBLE_FROM = 5

    class DescribedGroupMember(Struct):
        __slots__ = ("member_id", "group_instance_id", "client_id", "client_host", "member_metadata", "member_assignment")

        def __init__(
            self,
            *,
            member_id: str = "",
            group_instance_id: str | None = None,
            client_id: str = "",
            client_host: str = "",
            member_metadata: bytes = b'',
            member_assignment: bytes = b'',
        ) -> None:
            self.member_id = member_id
            self.group_instance_id = group_instance_id
            self.client_id = client_id
            self.client_host = client_host
            self.member_metadata = member_metadata
            self.member_assignment = member_assignment
            self.unknown = None

    class DescribedGroup(Struct):
        __slots__ = (
            "error_code",
            "error_message",
            "group_id",
            "group_state",
            "protocol_type",
            "protocol_data",
            "members",
            "authorized_operations",
        )

        def __init__(
            self,
            *,
            error_code: int = 0,
            error_message: str | None = None,
            group_id: str = "",
            group_state: str = "",
            protocol_type: str = "",
            protocol_data: str = "",
            members: list[DescribeGroupsResponse.DescribedGroupMember] = UNSET,
            authorized_operations: int = -2147483648,
        ) -> None:
            self.error_code = error_code
            self.error_message = error_message
            self.group_id = group_id
            self.group_state = group_state
            self.protocol_type = protocol_type
            self.protocol_data = protocol_data
            self.members = [] if members is UNSET else members
            self.authorized_operations = authorized_operations
            self.unknown = None

    __slots__ = ("throttle_time_ms", "groups")

    def __init__(self, *, throttle_time_ms: int = 0, groups: list[DescribeGroupsResponse.DescribedGroup] = UNSET) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.groups = [] if groups is UNSET else groups
        self.unknown = None


DescribeGroupsResponse.DescribedGroupMember.FIELDS = (
    Field("member_id", "string", default=""),
    Field("group_instance_id", "string", versions=(4, 6), nullable=(4, 6), default=None, ignorable=True),
    Field("client_id", "string", default=""),
    Field("client_host", "string", default=""),
    Field("member_metadata", "bytes", default=b''),
    Field("member_assignment", "bytes", default=b''),
)
DescribeGroupsResponse.DescribedGroup.FIELDS = (
    Field("error_code", "int16", default=0),
    Field("error_message", "string", versions=(6, 6), nullable=(6, 6), default=None),
    Field("group_id", "string", default=""),
    Field("group_state", "string", default=""),
    Field("protocol_type", "string", default=""),
    Field("protocol_data", "string", default=""),
    Field("members", "struct", array=True, struct=DescribeGroupsResponse.DescribedGroupMember),
    Field("authorized_operations", "int32", versions=(3, 6), default=-2147483648),
)
DescribeGroupsResponse.FIELDS = (
    Field("throttle_time_ms", "int32", versions=(1, 6), default=0, ignorable=True),
    Field("groups", "struct", array=True, struct=DescribeGroupsResponse.DescribedGroup),
)


class ListGroupsRequest(Message):
    """ListGroupsRequest: key 16, versions 0-5."""

    API_KEY = 16
    VERSIONS = (0, 5)
    FLEXIBLE_FROM = 3

    __slots__ = ("states_filter", "types_filter")

    def __init__(self, *, states_filter: list[str] = UNSET, types_filter: list[str] = UNSET) -> None:
        self.states_filter = [] if states_filter is UNSET else states_filter
        self.types_filter = [] if types_filter is UNSET else types_filter
        self.unknown = None


ListGroupsRequest.FIELDS = (
    Field("states_filter", "string", versions=(4, 5), array=True),
    Field("types_filter", "string", versions=(5, 5), array=True),
)


class ListGroupsResponse(Message):
    """ListGroupsResponse: key 16, versions 0-5."""

    API_KEY = 16
    VERSIONS = (0, 5)
    FLEXIBLE_FROM = 3

    class ListedGroup(Struct):
        __slots__ = ("group_id", "protocol_type", "group_state", "group_type")

        def __init__(self, *, group_id: str = "", protocol_type: str = "", group_state: str = "", group_type: str = "") -> None:
            self.group_id = group_id
            self.protocol_type = protocol_type
            self.group_state = group_state
            self.group_type = group_type
            self.unknown = None

    __slots__ = ("throttle_time_ms", "error_code", "groups")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        groups: list[ListGroupsResponse.ListedGroup] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.groups = [] if groups is UNSET else groups
        self.unknown = None


ListGroupsResponse.ListedGroup.FIELDS = (
    Field("group_id", "string", default=""),
    Field("protocol_type", "string", default=""),
    Field("group_state", "string", versions=(4, 5), default="", ignorable=True),
    Field("group_type", "string", versions=(5, 5), default="", ignorable=True),
)
ListGroupsResponse.FIELDS = (
    Field("throttle_time_ms", "int32", versions=(1, 5), default=0, ignorable=True),
    Field("error_code", "int16", default=0),
    Field("groups", "struct", array=True, struct=ListGroupsResponse.ListedGroup),
)


class DeleteGroupsRequest(Message):
    """DeleteGroupsRequest: key 42, versions 0-3."""

    API_KEY = 42
    VERSIONS = (0, 3)
    FLEXIBLE_FROM = 2

    __slots__ = ("groups_names",)

    def __init__(self, *, groups_names: list[str] = UNSET) -> None:
        self.groups_names = [] if groups_names is UNSET else groups_names
        self.unknown = None


DeleteGroupsRequest.FIELDS = (
    Field("groups_names", "string", array=True),
)


class DeleteGroupsResponse(Message):
    """DeleteGroupsResponse: key 42, versions 0-3."""

    API_KEY = 42
    VERSIONS = (0, 3)
    FLEXIBLE_FROM = 2

    class DeletableGroupResult(Struct):
        __slots__ = ("group_id", "error_code", "error_message")

        def __init__(self, *, group_id: str = "", error_code: int = 0, error_message: str | None = None) -> None:
            self.group_id = group_id
            self.error_code = error_code
            self.error_message = error_message
            self.unknown = None

    __slots__ = ("throttle_time_ms", "results")

    def __init__(self, *, throttle_time_ms: int = 0, results: list[DeleteGroupsResponse.DeletableGroupResult] = UNSET) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.results = [] if results is UNSET else results
        self.unknown = None


DeleteGroupsResponse.DeletableGroupResult.FIELDS = (
    Field("group_id", "string", default=""),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", versions=(3, 3), nullable=(3, 3), default=None, ignorable=True),
)
DeleteGroupsResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("results", "struct", array=True, struct=DeleteGroupsResponse.DeletableGroupResult),
)
