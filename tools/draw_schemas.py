"""Draw the facts of messages, records, errors from Kafka.

    python tools/draw_schemas.py FOLDER

FOLDER holds Kafka's jars; `python -m tests.clients.jars` fetches it by Maven and prints where it is.
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
RECORD_KINDS = {"coordinator-key", "coordinator-value", "data"}
# Which records of which jar are drawn: what Kafka keeps in __consumer_offsets and __transaction_state, and what its consumers
# tell each other.
RECORDS = {
    "kafka-group-coordinator": r"(Legacy)?OffsetCommit\w+|GroupMetadata\w+|ConsumerGroup\w+",
    "kafka-transaction-coordinator": r"TransactionLog\w+",
    "kafka-clients": r"ConsumerProtocol\w+",
}
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


def drawn(jar: Path, kinds: set[str], names: str = r"\w+") -> dict[str, str]:
    """{name: its file} of everything of these kinds that has versions."""
    found = {}
    with zipfile.ZipFile(jar) as archive:
        for entry in sorted(archive.namelist()):
            if not re.fullmatch(rf"common/message/({names})\.json", entry):
                continue
            message = json.loads(without_comments(archive.read(entry).decode()))
            if message["type"] in kinds and message.get("validVersions") != "none":
                text = pretty(message_facts(message))
                assert json.loads(text) == message_facts(message)
                found[message["name"]] = text
    return found


def messages(jars: Path) -> dict[str, str]:
    """Every request, response and header."""
    return drawn(the_jar(jars, "kafka-clients"), KINDS)


def records(jars: Path) -> dict[str, str]:
    """Keys and values of the records that coordinators keep, and the consumers' own protocol."""
    return {
        name: text for jar, names in RECORDS.items() for name, text in drawn(the_jar(jars, jar), RECORD_KINDS, names).items()
    }


def errors(jars: Path) -> str:
    """Every error code, name and whether it may be tried again; needs Java, for they are code and not data."""
    command = ["java", "-cp", f"{jars}/*", str(HERE / "DrawErrors.java")]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def the_jar(jars: Path, name: str) -> Path:
    (jar,) = jars.glob(f"{name}-[0-9]*.jar")
    return jar


def keep(folder: Path, files: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.json"):
        old.unlink()
    for name, text in files.items():
        (folder / f"{name}.json").write_text(text)
    print(f"{len(files)} in {folder}")


def main(jars: Path) -> None:
    keep(TARGET / "messages", messages(jars))
    keep(TARGET / "records", records(jars))
    (TARGET / "errors.json").write_text(errors(jars))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
