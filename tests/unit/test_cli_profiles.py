"""Which cluster is meant: flag, environment, profile, file."""

from __future__ import annotations

import stat
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftfold.cli import options, profiles
from leftfold.cli.connection import Cluster, resolve
from leftfold.cli.problem import Problem
from leftfold.cli.profiles import Profiles

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
names = st.from_regex(profiles.NAME, fullmatch=True)
settings = st.dictionaries(st.from_regex(r"[a-z]{1,8}(\.[a-z_]{1,8})?", fullmatch=True), texts, max_size=4)


@given(st.dictionaries(names, settings, max_size=4), settings, st.data())
def test_what_is_written_is_read(named: dict[str, dict[str, str]], defaults: dict[str, str], data: st.DataObject) -> None:
    import tempfile

    current = data.draw(st.sampled_from(["", *named]))
    before = Profiles(current, defaults, named)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "deep" / "profiles.toml"
        profiles.write(file, before)
        assert profiles.read(file) == before
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_nearest_word_counts(tmp_path: Path) -> None:
    file = tmp_path / "profiles.toml"
    known = Profiles(
        "here", {"brokers": "file:1", "client.id": "me"}, {"here": {"brokers": "profile:1"}, "there": {"user": "u"}}
    )
    profiles.write(file, known)
    given = str(file)
    none = {"LEFTFOLD_CONFIG": given}
    assert resolve({}, {"HOME": str(tmp_path)}).brokers == options.BROKERS
    assert resolve({}, none, profile="there").brokers == "file:1"
    assert resolve({}, none).brokers == "profile:1"
    assert resolve({}, {"RPK_BROKERS": "rpk:1"}, file=given).brokers == "rpk:1"
    assert resolve({}, {"RPK_BROKERS": "rpk:1", "LEFTFOLD_BROKERS": "ours:1"}, file=given).brokers == "ours:1"
    assert resolve({"brokers": "flag:1"}, {"RPK_BROKERS": "rpk:1"}, file=given).brokers == "flag:1"
    assert resolve({}, none, ignore_profile=True).brokers == "file:1"
    assert resolve({}, {**none, "LEFTFOLD_PROFILE": "there"}).config()["sasl.username"] == "u"
    assert resolve({}, none).config()["client.id"] == "me"
    with pytest.raises(Problem, match="no profile is called nowhere; there are here, there"):
        resolve({}, none, profile="nowhere")


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    file = tmp_path / "profiles.toml"
    for content in ("current = ", "profile = 1", "[profile]\na = 1", 'current = "gone"', "defaults = 2"):
        file.write_text(content)
        with pytest.raises(Problem):
            profiles.read(file)


def test_security_is_said_in_rpks_words() -> None:
    told = options.client_config({"user": "u", "pass": "p", "tls.ca": "/ca", "tls.insecure_skip_verify": "true"})
    assert told == {
        "sasl.username": "u",
        "sasl.password": "p",
        "ssl.ca.location": "/ca",
        "enable.ssl.certificate.verification": "false",
        "security.protocol": "SASL_SSL",
    }
    assert options.client_config({"tls.enabled": "true"}) == {"security.protocol": "SSL"}
    assert options.client_config({"tls.enabled": "false", "client.id": "me"}) == {"client.id": "me"}
    assert options.from_environment({"RPK_TLS_CA": "/a", "LEFTFOLD_PASS": ""}) == {"tls.ca": "/a"}


@pytest.mark.parametrize("flag", ["brokers", "=x", "borkers=x"])
def test_an_unknown_option_is_refused(flag: str) -> None:
    with pytest.raises(click.BadParameter):
        options.from_flags((flag,))


@pytest.mark.parametrize("text", [":9092", "h:0", "h:65536", "h:x", ",", "a:1,b:x"])
def test_no_address_is_said(text: str) -> None:
    with pytest.raises(Problem, match="HOST:PORT"):
        Cluster({"brokers": text}).check()
