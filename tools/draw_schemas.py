"""Draw the facts of every message and error from Kafka's jar.

    python tools/draw_schemas.py FOLDER

FOLDER holds kafka-clients and what it needs; `python -m tests.clients.jars` fetches it by Maven and prints where it is.
Names, types, versions, nullability, defaults and tags are facts and stay; prose stays behind.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TARGET = HERE.parent / "schemas" / "kafka"
KINDS = {"request", "response", "header"}
FIELD_FACTS = (
    "name",
    "type",
    "versions",
    "nullableVersions",
    "default",
    "tag",
    "taggedVersions",
    "flexibleVersions",
    "ignorable",
    "mapKey",
)
MESSAGE_FACTS = ("apiKey", "type", "name", "validVersions", "latestVersionUnstable", "flexibleVersions")


def without_comments(text: str) -> str:
    return re.sub(r"(?m)^\s*//.*$", "", text)


def field_facts(field: dict[str, Any]) -> dict[str, Any]:
    facts = {name: field[name] for name in FIELD_FACTS if name in field}
    if "fields" in field:
        facts["fields"] = [field_facts(inner) for inner in field["fields"]]
    return facts


def message_facts(message: dict[str, Any]) -> dict[str, Any]:
    facts = {name: message[name] for name in MESSAGE_FACTS if name in message}
    facts["fields"] = [field_facts(field) for field in message.get("fields", [])]
    if message.get("commonStructs"):
        facts["commonStructs"] = [
            {"name": struct["name"], "versions": struct["versions"], "fields": [field_facts(f) for f in struct["fields"]]}
            for struct in message["commonStructs"]
        ]
    return facts


def pretty(facts: dict[str, Any]) -> str:
    """One line a field, so that a change of the protocol shows as a change of lines."""

    def lines(fields: list[dict[str, Any]], depth: int) -> list[str]:
        pad, out = "  " * depth, []
        for position, field in enumerate(fields):
            comma = "," if position + 1 < len(fields) else ""
            flat = {name: value for name, value in field.items() if name != "fields"}
            if "fields" not in field:
                out.append(f"{pad}{json.dumps(flat)}{comma}")
                continue
            out.append(f'{pad}{json.dumps(flat)[:-1]}, "fields": [')
            out.extend(lines(field["fields"], depth + 1))
            out.append(f"{pad}]}}{comma}")
        return out

    head = {name: value for name, value in facts.items() if name not in {"fields", "commonStructs"}}
    body = [json.dumps(head)[:-1] + ', "fields": [', *lines(facts["fields"], 1), "]"]
    if "commonStructs" in facts:
        body[-1] += ', "commonStructs": ['
        body.extend(lines(facts["commonStructs"], 1))
        body.append("]")
    return "\n".join(body) + "}\n"


def messages(jar: Path) -> dict[str, str]:
    """{name: its file} of every request, response and header that has versions."""
    found = {}
    with zipfile.ZipFile(jar) as archive:
        for entry in sorted(archive.namelist()):
            if not re.fullmatch(r"common/message/\w+\.json", entry):
                continue
            message = json.loads(without_comments(archive.read(entry).decode()))
            if message["type"] in KINDS and message.get("validVersions") != "none":
                text = pretty(message_facts(message))
                assert json.loads(text) == message_facts(message)
                found[message["name"]] = text
    return found


def errors(jars: Path) -> str:
    """Every error code, name and whether it may be tried again; needs Java, for they are code and not data."""
    command = ["java", "-cp", f"{jars}/*", str(HERE / "DrawErrors.java")]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def clients_jar(jars: Path) -> Path:
    (jar,) = jars.glob("kafka-clients-*.jar")
    return jar


def main(jars: Path) -> None:
    folder = TARGET / "messages"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.json"):
        old.unlink()
    drawn = messages(clients_jar(jars))
    for name, text in drawn.items():
        (folder / f"{name}.json").write_text(text)
    (TARGET / "errors.json").write_text(errors(jars))
    print(f"{len(drawn)} messages and the errors in {TARGET}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
