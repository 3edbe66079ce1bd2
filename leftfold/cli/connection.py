"""Where the cluster is, and clients to it: flag, env, profile."""

from __future__ import annotations

import socket
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from leftfold.base import ports

if TYPE_CHECKING:
    from confluent_kafka import KafkaError
    from confluent_kafka.admin import AdminClient
    from confluent_kafka.admin._metadata import ClusterMetadata, TopicMetadata

BROKERS = "127.0.0.1:9092"
SECONDS_MAX = 10
QUIET = {"log_level": 0}
BROKER_VARIABLES = ("LEFTFOLD_BROKERS", "RPK_BROKERS")


class Problem(click.ClickException):
    """What happened, to what, and what to do; exit status 1."""

    def show(self, file: Any = None) -> None:
        click.echo(f"leftfold: {self.message}", err=True, file=file)


@dataclass(frozen=True, slots=True)
class Cluster:
    """One cluster to talk to; `options` are librdkafka's own."""

    brokers: str = BROKERS
    options: Mapping[str, str] = field(default_factory=dict)

    def config(self, **more: Any) -> dict[str, Any]:
        """Configuration of a client."""
        return {"bootstrap.servers": self.brokers, **QUIET, **self.options, **more}

    def admin(self) -> AdminClient:
        from confluent_kafka.admin import AdminClient

        return AdminClient(self.config())

    def metadata(self, admin: AdminClient) -> ClusterMetadata:
        """Of all topics: asking for all creates none. Raises Problem when nobody answers."""
        from confluent_kafka import KafkaException

        try:
            return admin.list_topics(timeout=SECONDS_MAX)
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
        for address in self.brokers.split(","):
            host, _, port = address.strip().rpartition(":")
            try:
                socket.create_connection((host.strip("[]") or "127.0.0.1", int(port)), timeout=2).close()
            except (OSError, ValueError) as why:
                raise Problem(
                    f"nothing listens at {address} ({why}); start a broker with `leftfold start`, or name another with "
                    "--brokers HOST:PORT"
                ) from None
        raise Problem(
            f"{self.brokers} accepts connections but does not answer as a Kafka broker ({error.str()}); try `leftfold doctor`"
        )


def connected(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say which cluster; it gets `cluster`."""

    def wrapped(*, overrides: tuple[str, ...], brokers: str | None, profile: str | None, **rest: Any) -> Any:
        return command(cluster=resolve(brokers, overrides, profile, ports.real().environment), **rest)

    update_wrapper(wrapped, command)
    options = (
        click.option("--brokers", metavar="HOST:PORT,...", help=f"Where the cluster is. [default: {BROKERS}]"),
        click.option("-X", "overrides", multiple=True, metavar="KEY=VALUE", help="brokers=..., or an option of librdkafka."),
        click.option("--profile", metavar="NAME", help="A named cluster; from ~/.config/leftfold/profiles.toml."),
    )
    for option in reversed(options):
        wrapped = option(wrapped)
    return wrapped


def resolve(brokers: str | None, overrides: tuple[str, ...], profile: str | None, environment: Mapping[str, str]) -> Cluster:
    """The cluster that flags, environment and profile name, in this order."""
    given: dict[str, str] = {}
    for one in overrides:
        name, equals, value = one.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"{one!r} is not KEY=VALUE", param_hint="-X")
        given[name] = value
    flagged = brokers or given.pop("brokers", None)
    from_environment = next((environment[name] for name in BROKER_VARIABLES if environment.get(name)), None)
    chosen = profile or environment.get("LEFTFOLD_PROFILE")
    named = profiled(chosen, environment)
    options = {name: value for name, value in named.items() if name != "brokers"}
    return Cluster(flagged or from_environment or named.get("brokers") or BROKERS, {**options, **given})


def profiles_file(environment: Mapping[str, str]) -> Path:
    """Where profiles are kept."""
    base = environment.get("XDG_CONFIG_HOME") or str(Path(environment.get("HOME", ".")) / ".config")
    return Path(base) / "leftfold" / "profiles.toml"


def read_profiles(environment: Mapping[str, str]) -> dict[str, Any]:
    """The profiles file: `current`, and one table a profile under `profile`."""
    file = profiles_file(environment)
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise Problem(f"profiles file {file} cannot be read: {error}; mend it or remove it") from None


def profiled(name: str | None, environment: Mapping[str, str]) -> Mapping[str, str]:
    """The settings of a profile; without a name those of the current one."""
    known = read_profiles(environment)
    chosen = name or known.get("current")
    if not chosen:
        return {}
    if chosen not in known.get("profile", {}):
        wanted = f'[profile.{chosen}] with brokers = "HOST:PORT"'
        raise Problem(f"there is no profile {chosen}; write {wanted} into {profiles_file(environment)}")
    return {key: str(value) for key, value in known["profile"][chosen].items()}


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
