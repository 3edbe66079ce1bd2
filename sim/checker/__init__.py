"""Names what a history of clients shows a log did wrong.

    python -m sim.checker HISTORY.jsonl

A history is what clients asked for and were told: each operation's begin and end as JSON lines (history.py). Nothing of
Leftfold is imported here: any log that speaks to Kafka's clients may be put to the test.
The kinds of anomalies are those of Jepsen's Kafka tests, see verdict.py for the table.
"""

from sim.checker.history import COMPACTED, Event, File, HistoryError, Operation, operations, read
from sim.checker.verdict import KINDS, Verdict, judge

__all__ = ["COMPACTED", "KINDS", "Event", "File", "HistoryError", "Operation", "Verdict", "judge", "operations", "read"]
