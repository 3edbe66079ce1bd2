"""The sasl messages (generated; do not edit)."""

from __future__ import annotations

from leftfold.wire.codec import ALWAYS, UNSET, Field, Message, Struct


class SaslHandshakeRequest(Message):
    """SaslHandshakeRequest: key 17, versions 0-1."""

    API_KEY = 17
    VERSIONS = (0, 1)
    FLEXIBLE_FROM = 32767

    __slots__ = ("mechanism",)

    def __init__(self, *, mechanism: str = "") -> None:
        self.mechanism = mechanism
        self.unknown = None


SaslHandshakeRequest.FIELDS = (
    Field("mechanism", "string", default=""),
)


class SaslHandshakeResponse(Message):
    """SaslHandshakeResponse: key 17, versions 0-1."""

    API_KEY = 17
    VERSIONS = (0, 1)
    FLEXIBLE_FROM = 32767

    __slots__ = ("error_code", "mechanisms")

    def __init__(self, *, error_code: int = 0, mechanisms: list[str] = UNSET) -> None:
        self.error_code = error_code
        self.mechanisms = [] if mechanisms is UNSET else mechanisms
        self.unknown = None


SaslHandshakeResponse.FIELDS = (
    Field("error_code", "int16", default=0),
    Field("mechanisms", "string", array=True),
)


class SaslAuthenticateRequest(Message):
    """SaslAuthenticateRequest: key 36, versions 0-2."""

    API_KEY = 36
    VERSIONS = (0, 2)
    FLEXIBLE_FROM = 2

    __slots__ = ("auth_bytes",)

    def __init__(self, *, auth_bytes: bytes = b'') -> None:
        self.auth_bytes = auth_bytes
        self.unknown = None


SaslAuthenticateRequest.FIELDS = (
    Field("auth_bytes", "bytes", default=b''),
)


class SaslAuthenticateResponse(Message):
    """SaslAuthenticateResponse: key 36, versions 0-2."""

    API_KEY = 36
    VERSIONS = (0, 2)
    FLEXIBLE_FROM = 2

    __slots__ = ("error_code", "error_message", "auth_bytes", "session_lifetime_ms")

    def __init__(
        self,
        *,
        error_code: int = 0,
        error_message: str | None = "",
        auth_bytes: bytes = b'',
        session_lifetime_ms: int = 0,
    ) -> None:
        self.error_code = error_code
        self.error_message = error_message
        self.auth_bytes = auth_bytes
        self.session_lifetime_ms = session_lifetime_ms
        self.unknown = None


SaslAuthenticateResponse.FIELDS = (
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=""),
    Field("auth_bytes", "bytes", default=b''),
    Field("session_lifetime_ms", "int64", versions=(1, 2), default=0, ignorable=True),
)


class CreateDelegationTokenRequest(Message):
    """CreateDelegationTokenRequest: key 38, versions 1-3."""

    API_KEY = 38
    VERSIONS = (1, 3)
    FLEXIBLE_FROM = 2

    class CreatableRenewers(Struct):
        __slots__ = ("principal_type", "principal_name")

        def __init__(self, *, principal_type: str = "", principal_name: str = "") -> None:
            self.principal_type = principal_type
            self.principal_name = principal_name
            self.unknown = None

    __slots__ = ("owner_principal_type", "owner_principal_name", "renewers", "max_lifetime_ms")

    def __init__(
        self,
        *,
        owner_principal_type: str | None = "",
        owner_principal_name: str | None = "",
        renewers: list[CreateDelegationTokenRequest.CreatableRenewers] = UNSET,
        max_lifetime_ms: int = 0,
    ) -> None:
        self.owner_principal_type = owner_principal_type
        self.owner_principal_name = owner_principal_name
        self.renewers = [] if renewers is UNSET else renewers
        self.max_lifetime_ms = max_lifetime_ms
        self.unknown = None


CreateDelegationTokenRequest.CreatableRenewers.FIELDS = (
    Field("principal_type", "string", default=""),
    Field("principal_name", "string", default=""),
)
CreateDelegationTokenRequest.FIELDS = (
    Field("owner_principal_type", "string", versions=(3, 3), nullable=(3, 3), default=""),
    Field("owner_principal_name", "string", versions=(3, 3), nullable=(3, 3), default=""),
    Field("renewers", "struct", array=True, struct=CreateDelegationTokenRequest.CreatableRenewers),
    Field("max_lifetime_ms", "int64", default=0),
)


class CreateDelegationTokenResponse(Message):
    """CreateDelegationTokenResponse: key 38, versions 1-3."""

    API_KEY = 38
    VERSIONS = (1, 3)
    FLEXIBLE_FROM = 2

    __slots__ = (
        "error_code",
        "principal_type",
        "principal_name",
        "token_requester_principal_type",
        "token_requester_principal_name",
        "issue_timestamp_ms",
        "expiry_timestamp_ms",
        "max_timestamp_ms",
        "token_id",
        "hmac",
        "throttle_time_ms",
    )

    def __init__(
        self,
        *,
        error_code: int = 0,
        principal_type: str = "",
        principal_name: str = "",
        token_requester_principal_type: str = "",
        token_requester_principal_name: str = "",
        issue_timestamp_ms: int = 0,
        expiry_timestamp_ms: int = 0,
        max_timestamp_ms: int = 0,
        token_id: str = "",
        hmac: bytes = b'',
        throttle_time_ms: int = 0,
    ) -> None:
        self.error_code = error_code
        self.principal_type = principal_type
        self.principal_name = principal_name
        self.token_requester_principal_type = token_requester_principal_type
        self.token_requester_principal_name = token_requester_principal_name
        self.issue_timestamp_ms = issue_timestamp_ms
        self.expiry_timestamp_ms = expiry_timestamp_ms
        self.max_timestamp_ms = max_timestamp_ms
        self.token_id = token_id
        self.hmac = hmac
        self.throttle_time_ms = throttle_time_ms
        self.unknown = None


CreateDelegationTokenResponse.FIELDS = (
    Field("error_code", "int16", default=0),
    Field("principal_type", "string", default=""),
    Field("principal_name", "string", default=""),
    Field("token_requester_principal_type", "string", versions=(3, 3), default=""),
    Field("token_requester_principal_name", "string", versions=(3, 3), default=""),
    Field("issue_timestamp_ms", "int64", default=0),
    Field("expiry_timestamp_ms", "int64", default=0),
    Field("max_timestamp_ms", "int64", default=0),
    Field("token_id", "string", default=""),
    Field("hmac", "bytes", default=b''),
    Field("throttle_time_ms", "int32", default=0),
)


class RenewDelegationTokenRequest(Message):
    """RenewDelegationTokenRequest: key 39, versions 1-2."""

    API_KEY = 39
    VERSIONS = (1, 2)
    FLEXIBLE_FROM = 2

    __slots__ = ("hmac", "renew_period_ms")

    def __init__(self, *, hmac: bytes = b'', renew_period_ms: int = 0) -> None:
        self.hmac = hmac
        self.renew_period_ms = renew_period_ms
        self.unknown = None


RenewDelegationTokenRequest.FIELDS = (
    Field("hmac", "bytes", default=b''),
    Field("renew_period_ms", "int64", default=0),
)


class RenewDelegationTokenResponse(Message):
    """RenewDelegationTokenResponse: key 39, versions 1-2."""

    API_KEY = 39
    VERSIONS = (1, 2)
    FLEXIBLE_FROM = 2

    __slots__ = ("error_code", "expiry_timestamp_ms", "throttle_time_ms")

    def __init__(self, *, error_code: int = 0, expiry_timestamp_ms: int = 0, throttle_time_ms: int = 0) -> None:
        self.error_code = error_code
        self.expiry_timestamp_ms = expiry_timestamp_ms
        self.throttle_time_ms = throttle_time_ms
        self.unknown = None


RenewDelegationTokenResponse.FIELDS = (
    Field("error_code", "int16", default=0),
    Field("expiry_timestamp_ms", "int64", default=0),
    Field("throttle_time_ms", "int32", default=0),
)


class ExpireDelegationTokenRequest(Message):
    """ExpireDelegationTokenRequest: key 40, versions 1-2."""

    API_KEY = 40
    VERSIONS = (1, 2)
    FLEXIBLE_FROM = 2

    __slots__ = ("hmac", "expiry_time_period_ms")

    def __init__(self, *, hmac: bytes = b'', expiry_time_period_ms: int = 0) -> None:
        self.hmac = hmac
        self.expiry_time_period_ms = expiry_time_period_ms
        self.unknown = None


ExpireDelegationTokenRequest.FIELDS = (
    Field("hmac", "bytes", default=b''),
    Field("expiry_time_period_ms", "int64", default=0),
)


class ExpireDelegationTokenResponse(Message):
    """ExpireDelegationTokenResponse: key 40, versions 1-2."""

    API_KEY = 40
    VERSIONS = (1, 2)
    FLEXIBLE_FROM = 2

    __slots__ = ("error_code", "expiry_timestamp_ms", "throttle_time_ms")

    def __init__(self, *, error_code: int = 0, expiry_timestamp_ms: int = 0, throttle_time_ms: int = 0) -> None:
        self.error_code = error_code
        self.expiry_timestamp_ms = expiry_timestamp_ms
        self.throttle_time_ms = throttle_time_ms
        self.unknown = None


ExpireDelegationTokenResponse.FIELDS = (
    Field("error_code", "int16", default=0),
    Field("expiry_timestamp_ms", "int64", default=0),
    Field("throttle_time_ms", "int32", default=0),
)


class DescribeDelegationTokenRequest(Message):
    """DescribeDelegationTokenRequest: key 41, versions 1-3."""

    API_KEY = 41
    VERSIONS = (1, 3)
    FLEXIBLE_FROM = 2

    class DescribeDelegationTokenOwner(Struct):
        __slots__ = ("principal_type", "principal_name")

        def __init__(self, *, principal_type: str = "", principal_name: str = "") -> None:
            self.principal_type = principal_type
            self.principal_name = principal_name
            self.unknown = None

    __slots__ = ("owners",)

    def __init__(self, *, owners: list[DescribeDelegationTokenRequest.DescribeDelegationTokenOwner] | None = UNSET) -> None:
        self.owners = [] if owners is UNSET else owners
        self.unknown = None


DescribeDelegationTokenRequest.DescribeDelegationTokenOwner.FIELDS = (
    Field("principal_type", "string", default=""),
    Field("principal_name", "string", default=""),
)
DescribeDelegationTokenRequest.FIELDS = (
    Field("owners", "struct", nullable=ALWAYS, array=True, struct=DescribeDelegationTokenRequest.DescribeDelegationTokenOwner),
)


class DescribeDelegationTokenResponse(Message):
    """DescribeDelegationTokenResponse: key 41, versions 1-3."""

    API_KEY = 41
    VERSIONS = (1, 3)
    FLEXIBLE_FROM = 2

    class DescribedDelegationTokenRenewer(Struct):
        __slots__ = ("principal_type", "principal_name")

        def __init__(self, *, principal_type: str = "", principal_name: str = "") -> None:
            self.principal_type = principal_type
            self.principal_name = principal_name
            self.unknown = None

    class DescribedDelegationToken(Struct):
        __slots__ = (
            "principal_type",
            "principal_name",
            "token_requester_principal_type",
            "token_requester_principal_name",
            "issue_timestamp",
            "expiry_timestamp",
            "max_timestamp",
            "token_id",
            "hmac",
            "renewers",
        )

        def __init__(
            self,
            *,
            principal_type: str = "",
            principal_name: str = "",
            token_requester_principal_type: str = "",
            token_requester_principal_name: str = "",
            issue_timestamp: int = 0,
            expiry_timestamp: int = 0,
            max_timestamp: int = 0,
            token_id: str = "",
            hmac: bytes = b'',
            renewers: list[DescribeDelegationTokenResponse.DescribedDelegationTokenRenewer] = UNSET,
        ) -> None:
            self.principal_type = principal_type
            self.principal_name = principal_name
            self.token_requester_principal_type = token_requester_principal_type
            self.token_requester_principal_name = token_requester_principal_name
            self.issue_timestamp = issue_timestamp
            self.expiry_timestamp = expiry_timestamp
            self.max_timestamp = max_timestamp
            self.token_id = token_id
            self.hmac = hmac
            self.renewers = [] if renewers is UNSET else renewers
            self.unknown = None

    __slots__ = ("error_code", "tokens", "throttle_time_ms")

    def __init__(
        self,
        *,
        error_code: int = 0,
        tokens: list[DescribeDelegationTokenResponse.DescribedDelegationToken] = UNSET,
        throttle_time_ms: int = 0,
    ) -> None:
        self.error_code = error_code
        self.tokens = [] if tokens is UNSET else tokens
        self.throttle_time_ms = throttle_time_ms
        self.unknown = None


DescribeDelegationTokenResponse.DescribedDelegationTokenRenewer.FIELDS = (
    Field("principal_type", "string", default=""),
    Field("principal_name", "string", default=""),
)
DescribeDelegationTokenResponse.DescribedDelegationToken.FIELDS = (
    Field("principal_type", "string", default=""),
    Field("principal_name", "string", default=""),
    Field("token_requester_principal_type", "string", versions=(3, 3), default=""),
    Field("token_requester_principal_name", "string", versions=(3, 3), default=""),
    Field("issue_timestamp", "int64", default=0),
    Field("expiry_timestamp", "int64", default=0),
    Field("max_timestamp", "int64", default=0),
    Field("token_id", "string", default=""),
    Field("hmac", "bytes", default=b''),
    Field("renewers", "struct", array=True, struct=DescribeDelegationTokenResponse.DescribedDelegationTokenRenewer),
)
DescribeDelegationTokenResponse.FIELDS = (
    Field("error_code", "int16", default=0),
    Field("tokens", "struct", array=True, struct=DescribeDelegationTokenResponse.DescribedDelegationToken),
    Field("throttle_time_ms", "int32", default=0),
)


class DescribeUserScramCredentialsRequest(Message):
    """DescribeUserScramCredentialsRequest: key 50, versions 0-0."""

    API_KEY = 50
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    class UserName(Struct):
        __slots__ = ("name",)

        def __init__(self, *, name: str = "") -> None:
            self.name = name
            self.unknown = None

    __slots__ = ("users",)

    def __init__(self, *, users: list[DescribeUserScramCredentialsRequest.UserName] | None = UNSET) -> None:
        self.users = [] if users is UNSET else users
        self.unknown = None


DescribeUserScramCredentialsRequest.UserName.FIELDS = (
    Field("name", "string", default=""),
)
DescribeUserScramCredentialsRequest.FIELDS = (
    Field("users", "struct", nullable=ALWAYS, array=True, struct=DescribeUserScramCredentialsRequest.UserName),
)


class DescribeUserScramCredentialsResponse(Message):
    """DescribeUserScramCredentialsResponse: key 50, versions 0-0."""

    API_KEY = 50
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    class CredentialInfo(Struct):
        __slots__ = ("mechanism", "iterations")

        def __init__(self, *, mechanism: int = 0, iterations: int = 0) -> None:
            self.mechanism = mechanism
            self.iterations = iterations
            self.unknown = None

    class DescribeUserScramCredentialsResult(Struct):
        __slots__ = ("user", "error_code", "error_message", "credential_infos")

        def __init__(
            self,
            *,
            user: str = "",
            error_code: int = 0,
            error_message: str | None = "",
            credential_infos: list[DescribeUserScramCredentialsResponse.CredentialInfo] = UNSET,
        ) -> None:
            self.user = user
            self.error_code = error_code
            self.error_message = error_message
            self.credential_infos = [] if credential_infos is UNSET else credential_infos
            self.unknown = None

    __slots__ = ("throttle_time_ms", "error_code", "error_message", "results")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = "",
        results: list[DescribeUserScramCredentialsResponse.DescribeUserScramCredentialsResult] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.results = [] if results is UNSET else results
        self.unknown = None


DescribeUserScramCredentialsResponse.CredentialInfo.FIELDS = (
    Field("mechanism", "int8", default=0),
    Field("iterations", "int32", default=0),
)
DescribeUserScramCredentialsResponse.DescribeUserScramCredentialsResult.FIELDS = (
    Field("user", "string", default=""),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=""),
    Field("credential_infos", "struct", array=True, struct=DescribeUserScramCredentialsResponse.CredentialInfo),
)
DescribeUserScramCredentialsResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=""),
    Field("results", "struct", array=True, struct=DescribeUserScramCredentialsResponse.DescribeUserScramCredentialsResult),
)


class AlterUserScramCredentialsRequest(Message):
    """AlterUserScramCredentialsRequest: key 51, versions 0-0."""

    API_KEY = 51
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    class ScramCredentialDeletion(Struct):
        __slots__ = ("name", "mechanism")

        def __init__(self, *, name: str = "", mechanism: int = 0) -> None:
            self.name = name
            self.mechanism = mechanism
            self.unknown = None

    class ScramCredentialUpsertion(Struct):
        __slots__ = ("name", "mechanism", "iterations", "salt", "salted_password")

        def __init__(
            self,
            *,
            name: str = "",
            mechanism: int = 0,
            iterations: int = 0,
            salt: bytes = b'',
            salted_password: bytes = b'',
        ) -> None:
            self.name = name
            self.mechanism = mechanism
            self.iterations = iterations
            self.salt = salt
            self.salted_password = salted_password
            self.unknown = None

    __slots__ = ("deletions", "upsertions")

    def __init__(
        self,
        *,
        deletions: list[AlterUserScramCredentialsRequest.ScramCredentialDeletion] = UNSET,
        upsertions: list[AlterUserScramCredentialsRequest.ScramCredentialUpsertion] = UNSET,
    ) -> None:
        self.deletions = [] if deletions is UNSET else deletions
        self.upsertions = [] if upsertions is UNSET else upsertions
        self.unknown = None


AlterUserScramCredentialsRequest.ScramCredentialDeletion.FIELDS = (
    Field("name", "string", default=""),
    Field("mechanism", "int8", default=0),
)
AlterUserScramCredentialsRequest.ScramCredentialUpsertion.FIELDS = (
    Field("name", "string", default=""),
    Field("mechanism", "int8", default=0),
    Field("iterations", "int32", default=0),
    Field("salt", "bytes", default=b''),
    Field("salted_password", "bytes", default=b''),
)
AlterUserScramCredentialsRequest.FIELDS = (
    Field("deletions", "struct", array=True, struct=AlterUserScramCredentialsRequest.ScramCredentialDeletion),
    Field("upsertions", "struct", array=True, struct=AlterUserScramCredentialsRequest.ScramCredentialUpsertion),
)


class AlterUserScramCredentialsResponse(Message):
    """AlterUserScramCredentialsResponse: key 51, versions 0-0."""

    API_KEY = 51
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    class AlterUserScramCredentialsResult(Struct):
        __slots__ = ("user", "error_code", "error_message")

        def __init__(self, *, user: str = "", error_code: int = 0, error_message: str | None = "") -> None:
            self.user = user
            self.error_code = error_code
            self.error_message = error_message
            self.unknown = None

    __slots__ = ("throttle_time_ms", "results")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        results: list[AlterUserScramCredentialsResponse.AlterUserScramCredentialsResult] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.results = [] if results is UNSET else results
        self.unknown = None


AlterUserScramCredentialsResponse.AlterUserScramCredentialsResult.FIELDS = (
    Field("user", "string", default=""),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=""),
)
AlterUserScramCredentialsResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("results", "struct", array=True, struct=AlterUserScramCredentialsResponse.AlterUserScramCredentialsResult),
)
