"""What -X, the environment and profiles know: one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import click

from leftfold.cli.offsets import duration_ms

PREFIXES = ("LEFTFOLD_", "RPK_")  # rpk's variables mean the same; where both are set ours wins
BROKERS = "127.0.0.1:9092"
DIAL = "1s"
COMMAND = "10s"


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be said about a cluster; `client` is librdkafka's name for it, where it goes straight there."""

    name: str
    meaning: str
    default: str = ""
    client: str = ""
    secret: bool = False

    @property
    def variables(self) -> tuple[str, ...]:
        return tuple(prefix + self.name.upper().replace(".", "_") for prefix in PREFIXES)


TABLE = (
    Option("brokers", "HOST:PORT,... where the cluster is", BROKERS),
    Option("user", "the name to log in with (SASL)", client="sasl.username"),
    Option("pass", "its password", client="sasl.password", secret=True),
    Option("sasl.mechanism", "PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512", client="sasl.mechanism"),
    Option("tls.enabled", "true speaks TLS; any tls.* below does too"),
    Option("tls.ca", "file of the authorities to trust", client="ssl.ca.location"),
    Option("tls.cert", "file of our own certificate", client="ssl.certificate.location"),
    Option("tls.key", "file of its key", client="ssl.key.location"),
    Option("tls.insecure_skip_verify", "true trusts any certificate"),
    Option("globals.dial_timeout", "how long a broker may take to show that it is one", DIAL),
    Option("globals.command_timeout", "how long a request may take", COMMAND),
)
BY_NAME: Mapping[str, Option] = {option.name: option for option in TABLE}


def from_flags(given: tuple[str, ...]) -> dict[str, str]:
    """What `-X name=value` says; raises a usage error."""
    found: dict[str, str] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"{one!r} is not NAME=VALUE; `-X list` shows the names", param_hint="-X")
        if name not in BY_NAME and "." not in name:
            raise click.BadParameter(f"there is no {name}; `-X list` shows the names", param_hint="-X")
        found[name] = value
    return found


def from_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """What LEFTFOLD_BROKERS, RPK_BROKERS and their like say; an empty variable says nothing."""
    told = ((option.name, [environment[one] for one in option.variables if environment.get(one)]) for option in TABLE)
    return {name: values[0] for name, values in told if values}


def seconds(given: Mapping[str, str], name: str) -> float:
    """A duration in seconds; raises a usage error."""
    try:
        return duration_ms(given.get(name) or BY_NAME[name].default) / 1000
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=name) from None


def client_config(given: Mapping[str, str]) -> dict[str, str]:
    """The same in librdkafka's words. What is not in the table is one of its own properties already."""
    passed = {BY_NAME[name].client if name in BY_NAME else name: value for name, value in given.items()}
    passed.pop("", None)  # what librdkafka has no single word for is below
    if given.get("tls.insecure_skip_verify") == "true":
        passed["enable.ssl.certificate.verification"] = "false"
    encrypted = any(value not in ("", "false") for name, value in given.items() if name.startswith("tls."))
    if encrypted or "user" in given:
        protocol = ("SASL_" if "user" in given else "") + ("SSL" if encrypted else "PLAINTEXT")
        passed.setdefault("security.protocol", protocol)
    return passed


def listed() -> str:
    """The table as `-X list` prints it."""
    lines = []
    for option in TABLE:
        default = f" [default: {option.default}]" if option.default else ""
        lines.append(f"{option.name:25} {option.variables[0]:33} {option.meaning}{default}")
    return "\n".join([*lines, "any property of librdkafka   -   under its own name, as in -X client.id=me"])
