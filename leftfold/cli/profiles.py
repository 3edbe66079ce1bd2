"""Named clusters, kept in a file of the user's own."""

# The file is TOML: `current`, a table [defaults] that holds for every profile, and one table [profile.NAME] each.

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from leftfold.base.errors import Failure
from leftfold.cli.problem import Problem

Settings = Mapping[str, str]
_BARE = re.compile(r"[A-Za-z0-9_-]+")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")


@dataclass(frozen=True, slots=True)
class Profiles:
    """What the file says. Invariant: `current` names one of `named`, or is empty."""

    current: str = ""
    defaults: Settings = field(default_factory=dict)
    named: Mapping[str, Settings] = field(default_factory=dict)

    def put(self, name: str, settings: Settings) -> Profiles:
        return replace(self, named={**self.named, name: settings})

    def without(self, name: str) -> Profiles:
        left = {one: settings for one, settings in self.named.items() if one != name}
        return replace(self, named=left, current="" if self.current == name else self.current)

    def use(self, name: str) -> Profiles:
        return replace(self, current=name)

    def one(self, name: str) -> Settings:
        """The settings of a profile; raises Problem when there is none of that name."""
        if name not in self.named:
            known = f"there are {', '.join(sorted(self.named))}" if self.named else "there is none yet"
            why = f"no profile is called {name}; {known}; make it with `leftfold profile create {name}`"
            raise Problem(why, Failure.PROFILE_MISSING)
        return self.named[name]


def place(environment: Mapping[str, str], given: str | None = None) -> Path:
    """Where profiles are kept: `--config`, LEFTFOLD_CONFIG, or the user's folder of configuration."""
    if chosen := given or environment.get("LEFTFOLD_CONFIG"):
        return Path(chosen)
    base = environment.get("XDG_CONFIG_HOME") or str(Path(environment.get("HOME", ".")) / ".config")
    return Path(base) / "leftfold" / "profiles.toml"


def read(file: Path) -> Profiles:
    """The profiles in a file; none when there is no file. Raises Problem when it is not such a file."""
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Profiles()
    except (OSError, ValueError) as error:
        raise _unreadable(file, str(error)) from None
    named, defaults, current = found.get("profile", {}), found.get("defaults", {}), found.get("current", "")
    tables = [defaults, *named.values()] if isinstance(named, dict) else [named]
    if not all(isinstance(table, dict) for table in tables):
        raise _unreadable(file, "[defaults] and each [profile.NAME] must be tables")
    profiles = Profiles(str(current), _settings(defaults), {name: _settings(table) for name, table in named.items()})
    if profiles.current:
        profiles.one(profiles.current)
    return profiles


def _unreadable(file: Path, why: str) -> Problem:
    return Problem(f"profiles file {file} cannot be read: {why}; mend it or remove it", Failure.PROFILE_UNREADABLE)


def _settings(table: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    """A table's values as text; `[profile.a.tls] ca = 1` is `tls.ca = 1`."""
    flat: dict[str, str] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            flat |= _settings(value, f"{prefix}{name}.")
        else:
            flat[prefix + name] = str(value).lower() if isinstance(value, bool) else str(value)
    return flat


def write(file: Path, profiles: Profiles) -> None:
    """Put the file in place whole, for its owner's eyes only: a profile may hold a password."""
    lines = [f"current = {_text(profiles.current)}", "", *_table("defaults", profiles.defaults)]
    for name, settings in sorted(profiles.named.items()):
        lines += _table(f"profile.{_key(name)}", settings)
    new = file.with_name(file.name + ".new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        new.touch(mode=0o600)
        new.write_text("\n".join(lines), encoding="utf-8")
        new.replace(file)
    except OSError as error:
        raise Problem(f"profiles file {file} cannot be written: {error}", Failure.PROFILE_UNREADABLE) from None


def _table(name: str, settings: Settings) -> list[str]:
    return [f"[{name}]", *(f"{_key(key)} = {_text(value)}" for key, value in settings.items()), ""]


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _text(value: str) -> str:
    """A basic string of TOML: JSON's, but that DEL is escaped as well."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
