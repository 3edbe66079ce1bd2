"""Settings: one table, three sources, clear errors."""

from pathlib import Path

import pytest

from leftfold.base import settings
from leftfold.base.errors import Failure, SettingError


def test_a_flag_wins_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "server.properties"
    file.write_text("# ours\nnum.partitions=2\nlog.retention.ms = 20\nmessage.max.bytes=2000\n")
    environment = {"LEFTFOLD_NUM_PARTITIONS": "3", "LEFTFOLD_LOG_RETENTION_MS": "30"}
    chosen = settings.load(file, environment, ["num.partitions=4"])
    assert chosen.integer("num.partitions") == 4
    assert chosen.integer("log.retention.ms") == 30
    assert chosen.integer("message.max.bytes") == 2000
    assert chosen.given == {"num.partitions", "log.retention.ms", "message.max.bytes"}


def test_toml_names_may_be_tables_or_quoted(tmp_path: Path) -> None:
    file = tmp_path / "leftfold.toml"
    file.write_text(
        '"max.connections" = 7\n"max.connections.per.ip" = 3\n[auto.create.topics]\nenable = false\n'
        '[log.cleanup]\npolicy = ["delete", "compact"]\n'
    )
    chosen = settings.load(file, {}, [])
    assert chosen.integer("max.connections") == 7
    assert not chosen.flag("auto.create.topics.enable")
    assert chosen.items("log.cleanup.policy") == ("delete", "compact")


@pytest.mark.parametrize(
    ("given", "words", "failure"),
    [
        ("num.partition=3", "did you mean num.partitions?", Failure.SETTING_UNKNOWN),
        ("num.partitions=0", "at least 1", Failure.SETTING_INVALID),
        ("num.partitions=three", "whole number", Failure.SETTING_INVALID),
        ("num.partitions=99999999999999999999999", "whole number", Failure.SETTING_INVALID),
        ("message.max.bytes=2147483648", "between", Failure.SETTING_INVALID),
        ("auto.create.topics.enable=yes", "true or false", Failure.SETTING_INVALID),
        ("log.message.timestamp.type=Never", "one of CreateTime, LogAppendTime", Failure.SETTING_INVALID),
        ("log.cleaner.min.cleanable.ratio=nan", "finite", Failure.SETTING_INVALID),
        ("listeners=", "at least one", Failure.SETTING_INVALID),
        ("num.partitions", "NAME=VALUE", Failure.SETTING_INVALID),
    ],
)
def test_what_is_wrong_is_said(given: str, words: str, failure: Failure) -> None:
    with pytest.raises(SettingError, match=words.replace("?", r"\?")) as raised:
        settings.load(None, {}, [given])
    assert raised.value.failure is failure


def test_a_variable_that_is_nearly_a_setting_is_refused_and_a_strange_one_is_not_ours() -> None:
    with pytest.raises(SettingError, match="LEFTFOLD_NUM_PARTITIONS"):
        settings.load(None, {"LEFTFOLD_NUM_PARTITION": "3"}, [])
    assert settings.load(None, {"LEFTFOLD_PROFILE": "dev", "HOME": "/"}, []).given == frozenset()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.properties", b"num.partitions\n", "line 1"),
        ("a.toml", b"max.connections = 1\nmax.connections.per.ip = 1\n", "quote a name"),
        ("a.properties", b"\xff", "UTF-8"),
        ("a.properties", b"#" * (settings.FILE_BYTES_MAX + 1), "larger"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(SettingError, match=words) as raised:
        settings.load(file, {}, [])
    assert str(file) in str(raised.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="No such file"):
        settings.load(tmp_path / "nothing", {}, [])


def test_every_default_lies_within_its_bounds() -> None:
    for row in settings.TABLE:
        if row.default is not None:
            text = settings.render(row.default)
            assert settings.parsed(row.name, text or "", "default") == row.default, row.name


def test_every_row_says_what_it_is_for() -> None:
    for row in settings.TABLE:
        assert row.doc.endswith((".", "`.")), row.name


def test_the_kernel_gets_every_value_that_is_set() -> None:
    values = settings.load(None, {}, ["log.retention.ms=5"]).for_kernel()
    assert values["log_retention_ms"] == 5
    assert values["listeners"] == "PLAINTEXT://127.0.0.1:9092"
    assert "broker_rack" not in values


def test_broker_id_is_an_older_name_of_node_id() -> None:
    assert settings.load(None, {}, ["broker.id=7"]).node_id == 7
    assert settings.load(None, {}, ["broker.id=7", "node.id=3"]).node_id == 3


def test_a_setting_that_may_differ_by_listener_takes_its_prefix() -> None:
    chosen = settings.load(None, {}, ["listener.name.internal.max.connection.creation.rate=5"])
    assert chosen["listener.name.internal.max.connection.creation.rate"] == 5
    assert chosen.for_kernel()["listener_name_internal_max_connection_creation_rate"] == 5
    for wrong in ("listener.name.internal.num.partitions=5", "listener.name.max.connection.creation.rate=5"):
        with pytest.raises(SettingError, match="no setting is called"):
            settings.load(None, {}, [wrong])
