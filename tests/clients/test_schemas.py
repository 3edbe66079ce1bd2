"""What schemas/kafka says is what Kafka's jar says."""

from __future__ import annotations

from tests.clients import jars
from tests.clients.runtimes import need
from tools import draw_schemas


def test_messages_are_those_of_the_jar() -> None:
    need("java")
    assert kept("messages") == draw_schemas.messages(jars.folder(jars.SERVER))


def test_records_are_those_of_the_jars() -> None:
    need("java")
    assert kept("records") == draw_schemas.records(jars.folder(jars.SERVER))


def kept(folder: str) -> dict[str, str]:
    return {path.stem: path.read_text() for path in (draw_schemas.TARGET / folder).glob("*.json")}


def test_errors_are_those_of_the_jar() -> None:
    need("java")
    assert (draw_schemas.TARGET / "errors.json").read_text() == draw_schemas.errors(jars.folder(jars.SERVER))
