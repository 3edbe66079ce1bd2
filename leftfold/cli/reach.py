"""Who answers at an address: Kafka, TLS, the web, nobody."""

# Never slower than the two waits below, whoever is there: a newcomer's first error must not take ten seconds.

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from leftfold.base.errors import Failure, WireError
from leftfold.cli.conversation import Conversation, NotKafka
from leftfold.wire.generated.metadata import ApiVersionsRequest, ApiVersionsResponse

KAFKA_SECONDS, OTHER_SECONDS = 1.0, 0.6
PORT = 9092
_HEAD_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Address:
    """Where a broker is said to be."""

    host: str
    port: int

    @property
    def text(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether it means the very machine that connects to it."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host.rstrip(".").lower() in {"localhost", "localhost.localdomain", "ip6-localhost"}

    @property
    def is_nowhere(self) -> bool:
        """Whether nobody can connect to it."""
        try:
            unspecified = ipaddress.ip_address(self.host).is_unspecified
        except ValueError:
            unspecified = not self.host
        return unspecified or self.port == 0


def parse(text: str) -> Address:
    """HOST:PORT, or HOST alone with Kafka's port; ValueError says what is wrong."""
    bare = text.strip().partition("://")[2] or text.strip()
    host, colon, port = bare.rpartition(":")
    if not colon or bare.endswith("]"):
        host, port = bare, str(PORT)
    if not host.strip("[]") or not port.isdecimal() or not 0 < int(port) < 1 << 16:
        raise ValueError(f"{text.strip()!r} is not HOST:PORT")
    return Address(host.strip("[]"), int(port))


@dataclass(frozen=True, slots=True)
class Answer:
    """Who answers: `versions` if it is a Kafka broker, else `failure` and `why`, in words that name the address."""

    address: Address
    versions: ApiVersionsResponse | None = None
    failure: Failure | None = None
    why: str = ""
    resolved: tuple[str, ...] = ()
    connected: bool = False


def ask(address: Address, seconds: float = KAFKA_SECONDS) -> Answer:
    """Connect as a client would and ask for the versions; on no Kafka answer, find out what is there instead."""
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        why = f"{address.host} does not resolve to an address ({getattr(error, 'strerror', None) or error})"
        return Answer(address, failure=Failure.NAME_UNKNOWN, why=why)
    resolved = tuple(dict.fromkeys(str(one[4][0]) for one in found))
    try:
        conversation = Conversation(address.host, address.port, seconds)
    except TimeoutError:
        why = f"{address.text} does not answer within {seconds:g} s"
        return Answer(address, failure=Failure.UNREACHABLE, why=why, resolved=resolved)
    except ConnectionRefusedError:
        why = f"nothing listens at {address.text}"
        return Answer(address, failure=Failure.NOTHING_LISTENS, why=why, resolved=resolved)
    except OSError as error:
        why = f"{address.text} cannot be reached: {error.strerror or error}"
        return Answer(address, failure=Failure.UNREACHABLE, why=why, resolved=resolved)
    with conversation:
        try:
            return Answer(address, versions=_versions(conversation), resolved=resolved, connected=True)
        except NotKafka as error:
            head = error.head
        except (OSError, WireError):
            head = b""
    failure, why = _stranger(address, head)
    return Answer(address, failure=failure, why=why, resolved=resolved, connected=True)


def first(addresses: Sequence[Address], seconds: float = KAFKA_SECONDS) -> Answer:
    """The first Kafka broker of several addresses, asked all at once; if there is none, what the first address said."""
    if len(addresses) == 1:
        return ask(addresses[0], seconds)
    with ThreadPoolExecutor(min(len(addresses), 16)) as pool:
        answers = list(pool.map(lambda address: ask(address, seconds), addresses))
    return next((one for one in answers if one.versions is not None), answers[0])


def _versions(conversation: Conversation) -> ApiVersionsResponse:
    """A broker that does not know version 3 answers in version 0 (KIP-511); both begin with the error code."""
    request = ApiVersionsRequest(client_software_name="leftfold", client_software_version="1")
    try:
        answer: ApiVersionsResponse = conversation.ask(request, 3)
    except WireError:
        answer = conversation.ask(request, 0)
    return answer


def _stranger(address: Address, head: bytes) -> tuple[Failure, str]:
    """Who is there, from its first bytes, or by asking in the two languages that are most often met."""
    if head.startswith(b"HTTP/"):
        return Failure.SPEAKS_HTTP, f"a web server answers at {address.text}"
    if head[:2] == b"\x15\x03":
        return Failure.SPEAKS_TLS, f"TLS is spoken at {address.text}"
    if not head:
        with ThreadPoolExecutor(2) as pool:
            asked = [pool.submit(_or_none, one, address) for one in (_web_server, _tls)]
            web, tls = (one.result() for one in asked)
        if web is not None:
            return Failure.SPEAKS_HTTP, f"a web server answers at {address.text}{f' ({web})' if web else ''}"
        if tls is not None:
            return Failure.SPEAKS_TLS, f"TLS is spoken at {address.text} ({tls})"
    said = f"says {head[:_HEAD_SHOWN]!r}" if head else "says nothing"
    return Failure.SPEAKS_OTHERWISE, f"{address.text} accepts connections, but who is there {said} when asked as a Kafka broker"


def _or_none(asked: Callable[[Address], str | None], address: Address) -> str | None:
    try:
        return asked(address)
    except (OSError, ValueError):
        return None


def _web_server(address: Address) -> str | None:
    """What a web server calls itself; None where there is none."""
    with socket.create_connection((address.host, address.port), OTHER_SECONDS) as connection:
        connection.sendall(f"HEAD / HTTP/1.0\r\nHost: {address.text}\r\n\r\n".encode())
        said = connection.recv(4096)
    if not said.startswith(b"HTTP/"):
        return None
    lines = said.decode("latin-1").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.lower().startswith("server:")), "")


def _tls(address: Address) -> str | None:
    """The version of TLS that is spoken; None where it is not. Nothing is trusted: no certificate is looked at."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with socket.create_connection((address.host, address.port), OTHER_SECONDS) as connection:
        connection.settimeout(OTHER_SECONDS)
        try:
            with context.wrap_socket(connection) as secure:
                return secure.version()
        except ssl.SSLError as error:
            # An alert in answer is TLS as well: it only does not like us.
            return "it wants more than a handshake" if "ALERT" in (error.reason or "") else None
