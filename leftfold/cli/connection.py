"""Where the cluster is, and clients to it: flag, env, profile."""

from __future__ import annotations

import queue
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, cached_property, update_wrapper
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from leftfold.base import ports
from leftfold.cli import options, profiles
from leftfold.cli.problem import Problem

if TYPE_CHECKING:
    from confluent_kafka import Consumer, KafkaError, Producer
    from confluent_kafka.admin import AdminClient
    from confluent_kafka.admin._metadata import ClusterMetadata, TopicMetadata

__all__ = ["Cluster", "Problem", "connected", "explained", "resolve"]

Client = TypeVar("Client")
KAFKA_PORT = 9092
ADDRESSES_MAX = 32
QUIET = {"log_level": 0}


class Cluster:
    """One cluster to talk to. A client of it is made when something answers at one of its addresses, or not at all."""

    def __init__(self, given: Mapping[str, str] | None = None) -> None:
        """`given`: values by the names of options.py, or of librdkafka."""
        self.given = dict(given or {})
        self.brokers = self.given.pop("brokers", "") or options.BROKERS
        self.dial_seconds = options.seconds(self.given, "globals.dial_timeout")
        self.command_seconds = options.seconds(self.given, "globals.command_timeout")

    @property
    def addresses(self) -> list[tuple[str, int]]:
        """Hosts and ports; raises Problem where one is not such."""
        return [address(one.strip()) for one in self.brokers.split(",") if one.strip()][:ADDRESSES_MAX]

    def config(self, **more: Any) -> dict[str, Any]:
        """Configuration of a client."""
        return {"bootstrap.servers": self.brokers, **QUIET, **options.client_config(self.given), **more}

    @cached_property
    def _admin(self) -> AdminClient:
        from confluent_kafka.admin import AdminClient

        return self._made(AdminClient, {})

    def admin(self) -> AdminClient:
        """The one client for everything but records; raises Problem when nobody listens."""
        return self._admin

    def consumer(self, **config: Any) -> Consumer:
        from confluent_kafka import Consumer

        return self._made(Consumer, {"group.id": "leftfold", "enable.auto.commit": False, **config})

    def producer(self, **config: Any) -> Producer:
        from confluent_kafka import Producer

        return self._made(Producer, config)

    def _made(self, kind: Callable[[dict[str, Any]], Client], config: Mapping[str, Any]) -> Client:
        from confluent_kafka import KafkaException

        reach(tuple(self.addresses), self.dial_seconds)
        try:
            return kind(self.config(**config))
        except KafkaException as error:
            raise Problem(f"{error.args[0].str()}; see `-X list`") from None

    def metadata(self, admin: AdminClient) -> ClusterMetadata:
        """Of all topics: asking for all creates none. Raises Problem when nobody answers."""
        from confluent_kafka import KafkaException

        try:
            return admin.list_topics(timeout=self.command_seconds)
        except KafkaException as error:
            self.unreachable(error.args[0])

    def topic(self, admin: AdminClient, name: str) -> TopicMetadata:
        """Raises Problem when it is not there."""
        topics = self.metadata(admin).topics
        if name not in topics:
            raise Problem(f"topic {name} does not exist at {self.brokers}; make it with `leftfold topic create {name}`")
        return topics[name]

    def unreachable(self, error: KafkaError) -> NoReturn:
        """Say whether nothing listens there or something else is wrong."""
        reach.cache_clear()  # it did listen a moment ago
        reach(tuple(self.addresses), self.dial_seconds)
        raise Problem(
            f"{self.brokers} accepts connections but does not answer as a Kafka broker ({error.str()}); try `leftfold doctor`"
        )


def address(text: str) -> tuple[str, int]:
    """HOST, HOST:PORT or [IPV6]:PORT; raises Problem."""
    host, colon, port = text.rpartition(":")
    if not colon or (text.startswith("[") and text.endswith("]")):
        host, port = text, str(KAFKA_PORT)
    if not port.isdigit() or not 0 < int(port) < 65536 or not host.strip("[]"):
        raise Problem(f"{text!r} is no address of a broker; write HOST:PORT")
    return host.strip("[]"), int(port)


@cache
def reach(addresses: tuple[tuple[str, int], ...], seconds: float) -> None:
    """Return as soon as one address accepts a connection; raise Problem when none has after `seconds`.

    librdkafka keeps trying in silence where nothing listens; a person wants to be told. Names are looked up beside, since
    the system's resolver knows no timeout.
    """
    answers: queue.SimpleQueue[tuple[tuple[str, int], OSError | None]] = queue.SimpleQueue()

    def knock(at: tuple[str, int]) -> None:
        try:
            socket.create_connection(at, timeout=seconds).close()
        except OSError as why:
            answers.put((at, why))
        else:
            answers.put((at, None))

    for at in addresses:
        threading.Thread(target=knock, args=(at,), daemon=True).start()
    refused = f"no answer within {seconds:g} s"
    deadline = ports.real().mono_ns() + int(seconds * 1e9)
    for _ in addresses:
        try:
            at, why = answers.get(timeout=max(0, deadline - ports.real().mono_ns()) / 1e9)
        except queue.Empty:
            break
        if why is None:
            return
        refused = (why.strerror or str(why)).lower()
    raise Problem(
        f"nothing listens at {', '.join(f'{host}:{port}' for host, port in addresses)} ({refused}); "
        "start a broker with `leftfold start`, or name another with --brokers HOST:PORT"
    )


def connected(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say which cluster; it gets `cluster`.

    Ctrl-C ends it at once: its calls into librdkafka last seconds, and Python's own handler would wait for their end.
    """

    def wrapped(
        *, overrides: tuple[str, ...], brokers: str | None, profile: str | None, config: str | None, alone: bool, **rest: Any
    ) -> Any:
        flags = options.from_flags(overrides) | ({"brokers": brokers} if brokers else {})
        cluster = resolve(flags, ports.real().environment, profile=profile, file=config, ignore_profile=alone)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        return command(cluster=cluster, **rest)

    update_wrapper(wrapped, command)
    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


def _say_options(context: click.Context, _: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    if {"list", "help"} & set(given):
        click.echo(options.listed())
        context.exit()
    return given


_OPTIONS = (
    click.option("--brokers", metavar="HOST:PORT,...", help=f"Where the cluster is. [default: {options.BROKERS}]"),
    click.option(
        "-X", "overrides", multiple=True, metavar="NAME=VALUE", is_eager=True, callback=_say_options,
        help="Anything about the cluster; -X list shows what.",
    ),
    click.option("--profile", metavar="NAME", help="A named cluster; see `leftfold profile`."),
    click.option("--ignore-profile", "alone", is_flag=True, help="Use no profile."),
    click.option("--config", metavar="FILE", help="The file of profiles. [default: ~/.config/leftfold/profiles.toml]"),
)  # fmt: skip


def resolve(
    flags: Mapping[str, str],
    environment: Mapping[str, str],
    *,
    profile: str | None = None,
    file: str | None = None,
    ignore_profile: bool = False,
) -> Cluster:
    """The cluster that flags, environment, profile and the file's defaults name, in this order."""
    known = profiles.read(profiles.place(environment, file))
    chosen = "" if ignore_profile else profile or environment.get("LEFTFOLD_PROFILE") or known.current
    named = known.one(chosen) if chosen else {}
    return Cluster({**known.defaults, **named, **options.from_environment(environment), **flags})


@contextmanager
def explained(cluster: Cluster, what: str) -> Iterator[None]:
    """Turn what the client library raises into a Problem that says to what it happened."""
    from confluent_kafka import KafkaError, KafkaException

    try:
        yield
    except KafkaException as failure:
        error = failure.args[0]
        if not isinstance(error, KafkaError):
            raise Problem(f"{what}: {failure}") from None
        if error.code() in (KafkaError._TRANSPORT, KafkaError._ALL_BROKERS_DOWN, KafkaError._TIMED_OUT):
            cluster.unreachable(error)
        raise Problem(f"{what}: {error.str()} [{error.name()}]{_hint(error.name())}") from None


def _hint(name: str) -> str:
    from leftfold.base.errors import Code

    named = {"UNKNOWN_TOPIC_OR_PART": "UNKNOWN_TOPIC_OR_PARTITION", "TOPIC_EXCEPTION": "INVALID_TOPIC_EXCEPTION"}
    row = Code.__members__.get(named.get(name, name))  # librdkafka shortens some names
    return f"; {row.todo[0].lower()}{row.todo[1:]}" if row else ""
