"""Listener addresses, from their settings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address

from leftfold.base.errors import SettingError
from leftfold.base.settings import LISTENER_PREFIX

PLAINTEXT = "PLAINTEXT"


@dataclass(frozen=True, slots=True)
class Address:
    """One listener: its name, and where it listens or is reached; port 0 takes a free one."""

    name: str
    host: str
    port: int

    @property
    def text(self) -> str:
        """HOST:PORT, an IPv6 address in brackets."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def parse(setting: str, text: str) -> Address:
    """NAME://HOST:PORT, or HOST:PORT, which is PLAINTEXT; an empty host is every address of this machine."""
    name, separator, rest = text.strip().rpartition("://")
    host, colon, port = rest.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not port.isascii() or not port.isdecimal() or int(port) > 65535:
        raise SettingError(f"{setting}={text}: it must read NAME://HOST:PORT or HOST:PORT with a port from 0 to 65535")
    return Address(name.upper() if separator else PLAINTEXT, host or "0.0.0.0", int(port))


def listeners(items: tuple[str, ...]) -> list[Address]:
    """All listeners; names are unique, and only plain text is spoken in this version."""
    found = [parse("listeners", item) for item in items]
    if len({address.name for address in found}) < len(found):
        raise SettingError(f"listeners={','.join(items)}: each listener needs a name of its own, NAME://HOST:PORT")
    for address in found:
        if address.name in {"SSL", "SASL_PLAINTEXT", "SASL_SSL"}:
            raise SettingError(f"listeners: {address.name} is not spoken by this version; use PLAINTEXT on loopback")
    return found


def advertised(items: tuple[str, ...], known: list[Address]) -> dict[str, tuple[str, int]]:
    """Where clients are told to connect, by listener name."""
    found = {address.name: address for address in (parse("advertised.listeners", item) for item in items)}
    strangers = found.keys() - {address.name for address in known}
    if strangers:
        raise SettingError(f"advertised.listeners: no listener is called {', '.join(sorted(strangers))}")
    for address in found.values():
        if address.host == "0.0.0.0" or address.port == 0:
            raise SettingError(f"advertised.listeners: {address.text} is no address that a client can connect to")
    return {name: (address.host, address.port) for name, address in found.items()}


def check_own_settings(given: Iterable[str], known: list[Address]) -> None:
    """Settings of single listeners (listener.name.NAME.SETTING) belong to listeners that there are."""
    names = {address.name.lower() for address in known}
    for setting in sorted(given):
        listener = setting.removeprefix(LISTENER_PREFIX).partition(".")[0]
        if setting.startswith(LISTENER_PREFIX) and listener.lower() not in names:
            raise SettingError(f"{setting}: no listener is called {listener}; there is {', '.join(sorted(names))}")
