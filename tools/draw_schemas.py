"""Draw the facts of every Kafka message from its jar.

    python tools/draw_schemas.py kafka-clients-4.4.0.jar

Names, types, versions, nullability, defaults and tags are facts and stay; prose stays behind. The jar comes from Maven:
`mvn -f tests/clients/java/pom.xml dependency:copy-dependencies`.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "schemas" / "kafka" / "messages"
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


def main(jar: str) -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    for old in TARGET.glob("*.json"):
        old.unlink()
    count = 0
    with zipfile.ZipFile(jar) as archive:
        for entry in sorted(archive.namelist()):
            if not re.fullmatch(r"common/message/\w+\.json", entry):
                continue
            message = json.loads(without_comments(archive.read(entry).decode()))
            if message["type"] not in KINDS or message.get("validVersions") == "none":
                continue
            text = pretty(message_facts(message))
            assert json.loads(text) == message_facts(message)
            (TARGET / f"{message['name']}.json").write_text(text)
            count += 1
    print(f"{count} messages in {TARGET}")


if __name__ == "__main__":
    main(sys.argv[1])
