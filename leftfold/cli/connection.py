"""Where the cluster is, and clients to it: flag, env, profile."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from functools import cached_property, update_wrapper
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from leftfold.base import ports
from leftfold.base.errors import Code, Failure
from leftfold.cli import options, profiles, reach
from leftfold.cli.problem import Problem

if TYPE_CHECKING:
    from confluent_kafka import Consumer, KafkaError, Producer
    from confluent_kafka.admin import AdminClient
    from confluent_kafka.admin._metadata import ClusterMetadata, TopicMetadata

__all__ = ["Cluster", "Problem", "connected", "explained", "refused", "resolve", "resolved_from"]

Client = TypeVar("Client")
QUIET = {"log_level": 0}
LIBRARY_WORDS = ("Broker: ", "Local: ")  # how librdkafka begins what no broker said


class Cluster:
    """One cluster to talk to. A client of it is made when a broker answers at one of its addresses, or not at all."""

    def __init__(self, given: Mapping[str, str] | None = None) -> None:
        """`given`: values by the names of options.py, or of librdkafka."""
        self.given = dict(given or {})
        self.brokers = self.given.pop("brokers", "") or options.BROKERS
        self.dial_seconds = options.seconds(self.given, "globals.dial_timeout")
        self.command_seconds = options.seconds(self.given, "globals.command_timeout")
        self._options = options.client_config(self.given)
        self._answered = False

    @cached_property
    def addresses(self) -> list[reach.Address]:
        """Where brokers may be; raises Problem where one is no address."""
        try:
            found = [reach.parse(one) for one in self.brokers.split(",") if one.strip()]
        except ValueError as why:
            raise Problem(f"{why}; name brokers as --brokers HOST:PORT,...", Failure.SETTING_INVALID) from None
        if not found:
            raise Problem("no broker is named; say --brokers HOST:PORT,...", Failure.SETTING_INVALID)
        return found

    @property
    def is_secured(self) -> bool:
        """Whether TLS or a login is asked for: only librdkafka speaks these."""
        return self._options.get("security.protocol", "plaintext").lower() != "plaintext"

    def check(self) -> None:
        """Raise Problem soon where no Kafka broker can be: librdkafka would try for ten seconds and not say who is there.

        Who is silent may be a slow broker, and who speaks TLS is none of this client's business: librdkafka finds out.
        """
        if self._answered or self.is_secured:
            return
        answer = reach.first(self.addresses, self.dial_seconds)
        if answer.versions is None and answer.failure is not Failure.SPEAKS_OTHERWISE:
            raise _problem(answer)
        if answer.versions is None:
            click.echo(f"{answer.why}; waiting for it, at most {self.command_seconds:g} s more", err=True)
        self._answered = True

    def config(self, **more: Any) -> dict[str, Any]:
        """Configuration of a client."""
        return {"bootstrap.servers": self.brokers, **QUIET, **self._options, **more}

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

        self.check()
        try:
            return kind(self.config(**config))
        except KafkaException as error:
            raise Problem(f"{error.args[0].str()}; see `-X list`", Failure.SETTING_INVALID) from None

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
            raise self.missing(name, topics)
        return topics[name]

    def missing(self, name: str, known: Iterable[str], more: str = "") -> Problem:
        """That a topic is not there, with the one that may be meant; `more` is another way to make it."""
        near = get_close_matches(name, known, n=1)
        meant = f"did you mean {near[0]}? " if near else ""
        why = f"topic {name} does not exist at {self.brokers}; {meant}make it with `leftfold topic create {name}`{more}"
        return Problem(why, Failure.TOPIC_MISSING)

    def unreachable(self, error: KafkaError) -> NoReturn:
        """Say who answers there, and where it is a broker after all, what the client library met."""
        self._answered = False
        self.check()
        why = f"{self.brokers} answers, but not as it should ({error.str()}); `leftfold doctor` looks closer"
        raise Problem(why, Failure.SPEAKS_OTHERWISE)


def _problem(answer: reach.Answer) -> Problem:
    assert answer.failure is not None, "who answers as Kafka is no problem"
    todo = answer.failure.todo
    return Problem(f"{answer.why}; {todo[0].lower()}{todo[1:].removesuffix('.')}", answer.failure)


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


def _profile_names(_: click.Context, __: click.Parameter, beginning: str) -> list[str]:
    """For a shell; none where the file cannot be read."""
    try:
        known = profiles.read(profiles.place(ports.real().environment))
    except Problem:
        return []
    return sorted(one for one in known.named if one.startswith(beginning))


_OPTIONS = (
    click.option("--brokers", metavar="HOST:PORT,...", help=f"Where the cluster is. [default: {options.BROKERS}]"),
    click.option(
        "-X", "overrides", multiple=True, metavar="NAME=VALUE", is_eager=True, callback=_say_options,
        help="Anything about the cluster; -X list shows what.",
    ),
    click.option(
        "--profile", metavar="NAME", help="A named cluster; see `leftfold profile`.",
        shell_complete=_profile_names,
    ),
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


def resolved_from(typed: Mapping[str, Any]) -> Cluster:
    """The cluster that the words typed so far mean, for a shell that completes: it must not wait for long, if not told to."""
    environment = {"LEFTFOLD_GLOBALS_COMMAND_TIMEOUT": "1s", **ports.real().environment}
    flags = {"brokers": typed["brokers"]} if typed.get("brokers") else {}
    return resolve(flags, environment, profile=typed.get("profile"), file=typed.get("config"))


@contextmanager
def explained(cluster: Cluster, what: str) -> Iterator[None]:
    """Turn what the client library raises into a Problem that says to what it happened."""
    from confluent_kafka import KafkaError, KafkaException

    try:
        yield
    except KafkaException as failure:
        error = failure.args[0]
        if not isinstance(error, KafkaError):
            raise Problem(f"{what}: {failure}", Failure.REFUSED) from None
        if error.code() in (KafkaError._TRANSPORT, KafkaError._ALL_BROKERS_DOWN, KafkaError._TIMED_OUT):
            cluster.unreachable(error)
        raise refused(what, error) from None


def refused(what: str, error: KafkaError) -> Problem:
    """What the broker would not do, in its own words; where it has none of its own, our table says what to do."""
    code = Code.known(error.code())
    said = error.str().removesuffix(".")
    if code is not None and said.startswith(LIBRARY_WORDS):
        said += f"; {code.todo[0].lower()}{code.todo[1:].removesuffix('.')}"
    if code is None:
        said += f" ({error.name()})"
    return Problem(f"{what}: {said}" if what else said, code or Failure.REFUSED)
