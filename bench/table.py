"""All saved answers as one table: python -m bench.table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from bench.answer import FOLDER

FIGURES = {
    "requests_per_s": "requests/s",
    "records_per_s": "records/s",
    "broker_cpu_us_per_request": "processor time a request",
    "broker_cpu_us_per_record": "processor time a record",
    "broker_cpu_us_per_rebalance": "processor time a rebalance",
    "broker_cpu_us_per_transaction": "processor time a transaction",
    "p99_us": "p99",
    "total_s": "time",
    "ready_s": "time to the first answer",
    "rss_bytes": "memory",
    "compaction_bytes": "memory of compaction",
}
ORDER = (
    *("requests", "batches", "fetch", "end-to-end", "partitions", "start", "memory"),
    *("groups", "commits", "transactions", "compaction"),
)


def main() -> None:
    """Print the table in Markdown, and what it was measured with."""
    answers = {name: json.loads((FOLDER / f"{name}.json").read_text()) for name in ORDER}
    print("| question | pair | case | figure | Leftfold to Kafka | bar | |")
    print("|---|---|---|---|---|---|---|")
    for name, answer in answers.items():
        for row in _rows(name, answer):
            print(f"| {' | '.join(row)} |")
    print()
    for name, answer in answers.items():
        print(f"{name}: commit {answer['commit']}, {answer['date'][:16].replace('T', ' ')}, {answer['rounds']} rounds;")


def _rows(name: str, answer: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    for bar in answer["bars"]:
        value = f"{bar['value'] / 1e6:.0f} MB" if bar["pair"] is None else f"{bar['value']:.3g}"
        limit = bar["bar"] if bar["pair"] else f"{bar['bar'].split()[0]} {float(bar['bar'].split()[1]) / 1e6:.0f} MB"
        word = "met" if bar["holds"] else "**missed**"
        yield name, bar["pair"] or "Leftfold alone", bar["case"], FIGURES[bar["figure"]], value, limit, word


if __name__ == "__main__":
    main()
