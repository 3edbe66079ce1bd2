"""Draw the facts of every topic config from a real broker.

    python -m tools.draw_topic_configs

Starts Apache Kafka 4.4.0 and asks it: names, types, defaults, validators, the broker settings that give a default, and which
texts near every bound it takes or refuses. Facts only; the words that explain them are ours (base/topic_configs.py).
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

from tests.clients import jars
from tests.clients.brokers import Kafka

HERE = Path(__file__).parent
TARGET = HERE.parent / "schemas" / "kafka" / "topic_configs.json"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, Kafka(Path(folder)) as kafka:
        command = jars.java(jars.SERVER, str(HERE / "DrawTopicConfigs.java"), kafka.bootstrap)
        rows = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    lines = ",\n".join(json.dumps(row) for row in rows)
    TARGET.write_text(f"[\n{lines}\n]\n")
    print(f"{len(rows)} topic configs in {TARGET}")


if __name__ == "__main__":
    main()
