"""Write docs/reference/metrics.md from the table of metrics."""

# python -m tools.generate_metrics; it needs the built kernel, as everything does that imports the table.

from __future__ import annotations

from pathlib import Path

from leftfold.api.http.metrics import TABLE, Metric

FILE = Path(__file__).parents[1] / "docs/reference/metrics.md"
HEAD = """# Metrics

On the admin port: `curl http://127.0.0.1:9644/public_metrics` for those with names of published Redpanda dashboards, `/metrics`
for all. What has no meaning on a node, or has not happened yet, is not shown rather than shown as zero. This page is written
from the table in `leftfold/api/http/metrics.py` by `just generate`.
"""
PARTS = {
    "redpanda_": "As Redpanda names them (`/public_metrics` too)",
    "kafka_": "As kafka_exporter names them",
    "leftfold_": "Our own",
    "process_": "The process, as client libraries name it",
}


def document() -> str:
    """The whole page."""
    return HEAD + "".join(
        _part(title, [one for one in TABLE if one.name.startswith(prefix)]) for prefix, title in PARTS.items()
    )


def _part(title: str, metrics: list[Metric]) -> str:
    rows = "".join(f"| `{one.name}` | {one.kind} | {one.doc} |\n" for one in metrics)
    return f"\n## {title}\n\n| name | kind | what it is |\n|---|---|---|\n{rows}"


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(document(), encoding="utf-8")
