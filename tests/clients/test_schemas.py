"""What schemas/kafka says is what Kafka's jar says."""

from __future__ import annotations

from tests.clients import jars
from tests.clients.runtimes import need
from tools import draw_schemas


def test_messages_are_those_of_the_jar() -> None:
    need("java")
    drawn = draw_schemas.messages(draw_schemas.clients_jar(jars.folder(jars.SERVER)))
    kept = {path.stem: path.read_text() for path in (draw_schemas.TARGET / "messages").glob("*.json")}
    assert kept == drawn


def test_errors_are_those_of_the_jar() -> None:
    need("java")
    assert (draw_schemas.TARGET / "errors.json").read_text() == draw_schemas.errors(jars.folder(jars.SERVER))
