"""The cluster messages (generated; do not edit)."""

from __future__ import annotations

from leftfold.wire.codec import ALWAYS, UNSET, Field, Message, Struct


class UpdateFeaturesRequest(Message):
    """UpdateFeaturesRequest: key 57, versions 0-2."""

    API_KEY = 57
    VERSIONS = (0, 2)
    FLEXIBLE_FROM = 0

    class FeatureUpdateKey(Struct):
        __slots__ = ("feature", "max_version_level", "allow_downgrade", "upgrade_type")

        def __init__(
            self,
            *,
            feature: str = "",
            max_version_level: int = 0,
            allow_downgrade: bool = False,
            upgrade_type: int = 1,
        ) -> None:
            self.feature = feature
            self.max_version_level = max_version_level
            self.allow_downgrade = allow_downgrade
            self.upgrade_type = upgrade_type
            self.unknown = None

    __slots__ = ("timeout_ms", "feature_updates", "validate_only")

    def __init__(
        self,
        *,
        timeout_ms: int = 60000,
        feature_updates: list[UpdateFeaturesRequest.FeatureUpdateKey] = UNSET,
        validate_only: bool = False,
    ) -> None:
        self.timeout_ms = timeout_ms
        self.feature_updates = [] if feature_updates is UNSET else feature_updates
        self.validate_only = validate_only
        self.unknown = None


UpdateFeaturesRequest.FeatureUpdateKey.FIELDS = (
    Field("feature", "string", default=""),
    Field("max_version_level", "int16", default=0),
    Field("allow_downgrade", "bool", versions=(0, 0), default=False),
    Field("upgrade_type", "int8", versions=(1, 2), default=1),
)
UpdateFeaturesRequest.FIELDS = (
    Field("timeout_ms", "int32", default=60000),
    Field("feature_updates", "struct", array=True, struct=UpdateFeaturesRequest.FeatureUpdateKey),
    Field("validate_only", "bool", versions=(1, 2), default=False),
)


class UpdateFeaturesResponse(Message):
    """UpdateFeaturesResponse: key 57, versions 0-2."""

    API_KEY = 57
    VERSIONS = (0, 2)
    FLEXIBLE_FROM = 0

    class UpdatableFeatureResult(Struct):
        __slots__ = ("feature", "error_code", "error_message")

        def __init__(self, *, feature: str = "", error_code: int = 0, error_message: str | None = "") -> None:
            self.feature = feature
            self.error_code = error_code
            self.error_message = error_message
            self.unknown = None

    __slots__ = ("throttle_time_ms", "error_code", "error_message", "results")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = "",
        results: list[UpdateFeaturesResponse.UpdatableFeatureResult] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.results = [] if results is UNSET else results
        self.unknown = None


UpdateFeaturesResponse.UpdatableFeatureResult.FIELDS = (
    Field("feature", "string", default=""),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=""),
)
UpdateFeaturesResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=""),
    Field("results", "struct", versions=(0, 1), array=True, ignorable=True, struct=UpdateFeaturesResponse.UpdatableFeatureResult),
)


class EnvelopeRequest(Message):
    """EnvelopeRequest: key 58, versions 0-0."""

    API_KEY = 58
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    __slots__ = ("request_data", "request_principal", "client_host_address")

    def __init__(
        self,
        *,
        request_data: bytes = b'',
        request_principal: bytes | None = b'',
        client_host_address: bytes = b'',
    ) -> None:
        self.request_data = request_data
        self.request_principal = request_principal
        self.client_host_address = client_host_address
        self.unknown = None


EnvelopeRequest.FIELDS = (
    Field("request_data", "bytes", default=b''),
    Field("request_principal", "bytes", nullable=ALWAYS, default=b''),
    Field("client_host_address", "bytes", default=b''),
)


class EnvelopeResponse(Message):
    """EnvelopeResponse: key 58, versions 0-0."""

    API_KEY = 58
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    __slots__ = ("response_data", "error_code")

    def __init__(self, *, response_data: bytes | None = None, error_code: int = 0) -> None:
        self.response_data = response_data
        self.error_code = error_code
        self.unknown = None


EnvelopeResponse.FIELDS = (
    Field("response_data", "bytes", nullable=ALWAYS, default=None),
    Field("error_code", "int16", default=0),
)


class BrokerRegistrationRequest(Message):
    """BrokerRegistrationRequest: key 62, versions 0-4."""

    API_KEY = 62
    VERSIONS = (0, 4)
    FLEXIBLE_FROM = 0

    class Listener(Struct):
        __slots__ = ("name", "host", "port", "security_protocol")

        def __init__(self, *, name: str = "", host: str = "", port: int = 0, security_protocol: int = 0) -> None:
            self.name = name
            self.host = host
            self.port = port
            self.security_protocol = security_protocol
            self.unknown = None

    class Feature(Struct):
        __slots__ = ("name", "min_supported_version", "max_supported_version")

        def __init__(self, *, name: str = "", min_supported_version: int = 0, max_supported_version: int = 0) -> None:
            self.name = name
            self.min_supported_version = min_supported_version
            self.max_supported_version = max_supported_version
            self.unknown = None

    __slots__ = (
        "broker_id",
        "cluster_id",
        "incarnation_id",
        "listeners",
        "features",
        "rack",
        "is_migrating_zk_broker",
        "log_dirs",
        "previous_broker_epoch",
    )

    def __init__(
        self,
        *,
        broker_id: int = 0,
        cluster_id: str = "",
        incarnation_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
        listeners: list[BrokerRegistrationRequest.Listener] = UNSET,
        features: list[BrokerRegistrationRequest.Feature] = UNSET,
        rack: str | None = "",
        is_migrating_zk_broker: bool = False,
        log_dirs: list[bytes] = UNSET,
        previous_broker_epoch: int = -1,
    ) -> None:
        self.broker_id = broker_id
        self.cluster_id = cluster_id
        self.incarnation_id = incarnation_id
        self.listeners = [] if listeners is UNSET else listeners
        self.features = [] if features is UNSET else features
        self.rack = rack
        self.is_migrating_zk_broker = is_migrating_zk_broker
        self.log_dirs = [] if log_dirs is UNSET else log_dirs
        self.previous_broker_epoch = previous_broker_epoch
        self.unknown = None


BrokerRegistrationRequest.Listener.FIELDS = (
    Field("name", "string", default=""),
    Field("host", "string", default=""),
    Field("port", "uint16", default=0),
    Field("security_protocol", "int16", default=0),
)
BrokerRegistrationRequest.Feature.FIELDS = (
    Field("name", "string", default=""),
    Field("min_supported_version", "int16", default=0),
    Field("max_supported_version", "int16", default=0),
)
BrokerRegistrationRequest.FIELDS = (
    Field("broker_id", "int32", default=0),
    Field("cluster_id", "string", default=""),
    Field("incarnation_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("listeners", "struct", array=True, struct=BrokerRegistrationRequest.Listener),
    Field("features", "struct", array=True, struct=BrokerRegistrationRequest.Feature),
    Field("rack", "string", nullable=ALWAYS, default=""),
    Field("is_migrating_zk_broker", "bool", versions=(1, 4), default=False),
    Field("log_dirs", "uuid", versions=(2, 4), array=True, ignorable=True),
    Field("previous_broker_epoch", "int64", versions=(3, 4), default=-1, ignorable=True),
)


class BrokerRegistrationResponse(Message):
    """BrokerRegistrationResponse: key 62, versions 0-4."""

    API_KEY = 62
    VERSIONS = (0, 4)
    FLEXIBLE_FROM = 0

    __slots__ = ("throttle_time_ms", "error_code", "broker_epoch")

    def __init__(self, *, throttle_time_ms: int = 0, error_code: int = 0, broker_epoch: int = -1) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.broker_epoch = broker_epoch
        self.unknown = None


BrokerRegistrationResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("broker_epoch", "int64", default=-1),
)


class BrokerHeartbeatRequest(Message):
    """BrokerHeartbeatRequest: key 63, versions 0-2."""

    API_KEY = 63
    VERSIONS = (0, 2)
    FLEXIBLE_FROM = 0

    __slots__ = (
        "broker_id",
        "broker_epoch",
        "current_metadata_offset",
        "want_fence",
        "want_shut_down",
        "offline_log_dirs",
        "cordoned_log_dirs",
    )

    def __init__(
        self,
        *,
        broker_id: int = 0,
        broker_epoch: int = -1,
        current_metadata_offset: int = 0,
        want_fence: bool = False,
        want_shut_down: bool = False,
        offline_log_dirs: list[bytes] = UNSET,
        cordoned_log_dirs: list[bytes] | None = None,
    ) -> None:
        self.broker_id = broker_id
        self.broker_epoch = broker_epoch
        self.current_metadata_offset = current_metadata_offset
        self.want_fence = want_fence
        self.want_shut_down = want_shut_down
        self.offline_log_dirs = [] if offline_log_dirs is UNSET else offline_log_dirs
        self.cordoned_log_dirs = cordoned_log_dirs
        self.unknown = None


BrokerHeartbeatRequest.FIELDS = (
    Field("broker_id", "int32", default=0),
    Field("broker_epoch", "int64", default=-1),
    Field("current_metadata_offset", "int64", default=0),
    Field("want_fence", "bool", default=False),
    Field("want_shut_down", "bool", default=False),
    Field("offline_log_dirs", "uuid", versions=(1, 2), array=True, tag=0),
    Field("cordoned_log_dirs", "uuid", versions=(2, 2), nullable=(2, 2), default=None, array=True, tag=1),
)


class BrokerHeartbeatResponse(Message):
    """BrokerHeartbeatResponse: key 63, versions 0-2."""

    API_KEY = 63
    VERSIONS = (0, 2)
    FLEXIBLE_FROM = 0

    __slots__ = ("throttle_time_ms", "error_code", "is_caught_up", "is_fenced", "should_shut_down")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        is_caught_up: bool = False,
        is_fenced: bool = True,
        should_shut_down: bool = False,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.is_caught_up = is_caught_up
        self.is_fenced = is_fenced
        self.should_shut_down = should_shut_down
        self.unknown = None


BrokerHeartbeatResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("is_caught_up", "bool", default=False),
    Field("is_fenced", "bool", default=True),
    Field("should_shut_down", "bool", default=False),
)


class UnregisterBrokerRequest(Message):
    """UnregisterBrokerRequest: key 64, versions 0-0."""

    API_KEY = 64
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    __slots__ = ("broker_id",)

    def __init__(self, *, broker_id: int = 0) -> None:
        self.broker_id = broker_id
        self.unknown = None


UnregisterBrokerRequest.FIELDS = (
    Field("broker_id", "int32", default=0),
)


class UnregisterBrokerResponse(Message):
    """UnregisterBrokerResponse: key 64, versions 0-0."""

    API_KEY = 64
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    __slots__ = ("throttle_time_ms", "error_code", "error_message")

    def __init__(self, *, throttle_time_ms: int = 0, error_code: int = 0, error_message: str | None = "") -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.unknown = None


UnregisterBrokerResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=""),
)


class AllocateProducerIdsRequest(Message):
    """AllocateProducerIdsRequest: key 67, versions 0-0."""

    API_KEY = 67
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    __slots__ = ("broker_id", "broker_epoch")

    def __init__(self, *, broker_id: int = 0, broker_epoch: int = -1) -> None:
        self.broker_id = broker_id
        self.broker_epoch = broker_epoch
        self.unknown = None


AllocateProducerIdsRequest.FIELDS = (
    Field("broker_id", "int32", default=0),
    Field("broker_epoch", "int64", default=-1),
)


class AllocateProducerIdsResponse(Message):
    """AllocateProducerIdsResponse: key 67, versions 0-0."""

    API_KEY = 67
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    __slots__ = ("throttle_time_ms", "error_code", "producer_id_start", "producer_id_len")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        producer_id_start: int = 0,
        producer_id_len: int = 0,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.producer_id_start = producer_id_start
        self.producer_id_len = producer_id_len
        self.unknown = None


AllocateProducerIdsResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("producer_id_start", "int64", default=0),
    Field("producer_id_len", "int32", default=0),
)


class ControllerRegistrationRequest(Message):
    """ControllerRegistrationRequest: key 70, versions 0-0."""

    API_KEY = 70
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    class Listener(Struct):
        __slots__ = ("name", "host", "port", "security_protocol")

        def __init__(self, *, name: str = "", host: str = "", port: int = 0, security_protocol: int = 0) -> None:
            self.name = name
            self.host = host
            self.port = port
            self.security_protocol = security_protocol
            self.unknown = None

    class Feature(Struct):
        __slots__ = ("name", "min_supported_version", "max_supported_version")

        def __init__(self, *, name: str = "", min_supported_version: int = 0, max_supported_version: int = 0) -> None:
            self.name = name
            self.min_supported_version = min_supported_version
            self.max_supported_version = max_supported_version
            self.unknown = None

    __slots__ = ("controller_id", "incarnation_id", "zk_migration_ready", "listeners", "features")

    def __init__(
        self,
        *,
        controller_id: int = 0,
        incarnation_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
        zk_migration_ready: bool = False,
        listeners: list[ControllerRegistrationRequest.Listener] = UNSET,
        features: list[ControllerRegistrationRequest.Feature] = UNSET,
    ) -> None:
        self.controller_id = controller_id
        self.incarnation_id = incarnation_id
        self.zk_migration_ready = zk_migration_ready
        self.listeners = [] if listeners is UNSET else listeners
        self.features = [] if features is UNSET else features
        self.unknown = None


ControllerRegistrationRequest.Listener.FIELDS = (
    Field("name", "string", default=""),
    Field("host", "string", default=""),
    Field("port", "uint16", default=0),
    Field("security_protocol", "int16", default=0),
)
ControllerRegistrationRequest.Feature.FIELDS = (
    Field("name", "string", default=""),
    Field("min_supported_version", "int16", default=0),
    Field("max_supported_version", "int16", default=0),
)
ControllerRegistrationRequest.FIELDS = (
    Field("controller_id", "int32", default=0),
    Field("incarnation_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("zk_migration_ready", "bool", default=False),
    Field("listeners", "struct", array=True, struct=ControllerRegistrationRequest.Listener),
    Field("features", "struct", array=True, struct=ControllerRegistrationRequest.Feature),
)


class ControllerRegistrationResponse(Message):
    """ControllerRegistrationResponse: key 70, versions 0-0."""

    API_KEY = 70
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    __slots__ = ("throttle_time_ms", "error_code", "error_message")

    def __init__(self, *, throttle_time_ms: int = 0, error_code: int = 0, error_message: str | None = "") -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.unknown = None


ControllerRegistrationResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=""),
)


class UnregisterControllerRequest(Message):
    """UnregisterControllerRequest: key 94, versions 0-0."""

    API_KEY = 94
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    __slots__ = ("controller_id",)

    def __init__(self, *, controller_id: int = 0) -> None:
        self.controller_id = controller_id
        self.unknown = None


UnregisterControllerRequest.FIELDS = (
    Field("controller_id", "int32", default=0),
)


class UnregisterControllerResponse(Message):
    """UnregisterControllerResponse: key 94, versions 0-0."""

    API_KEY = 94
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    __slots__ = ("throttle_time_ms", "error_code", "error_message")

    def __init__(self, *, throttle_time_ms: int = 0, error_code: int = 0, error_message: str | None = "") -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.unknown = None


UnregisterControllerResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=""),
)
