"""Which topics a pattern names now, looked up once."""

from __future__ import annotations

from collections.abc import Iterable

from leftfold.base.errors import Code, Refusal
from leftfold.kernel import KernelError, matching
from leftfold.machines.cluster.state import Topic

PATTERNS_MAX = 1000
PATTERN_LENGTH_MAX = 10_000


class Patterns:
    """The topics that each pattern named when it was last asked about, as long as the topics are the same.

    Invariant: everything in `_found` was looked up at `_version` of the cluster.
    """

    def __init__(self) -> None:
        self._version = -1
        self._found: dict[str, tuple[str, ...]] = {}

    def topics(self, pattern: str, topics: Iterable[Topic], version: int) -> tuple[str, ...] | Refusal:
        """The names that a pattern matches as a whole, in order; `version` changes whenever `topics` may have."""
        if version != self._version or len(self._found) >= PATTERNS_MAX:
            self._version, self._found = version, {}
        if pattern not in self._found:
            if len(pattern) > PATTERN_LENGTH_MAX:
                why = f"a pattern of {len(pattern)} characters, {PATTERN_LENGTH_MAX} are allowed"
                return Refusal(Code.INVALID_REGULAR_EXPRESSION, why)
            try:
                self._found[pattern] = tuple(sorted(matching(pattern, [topic.name for topic in topics])))
            except KernelError as error:
                return Refusal(Code.INVALID_REGULAR_EXPRESSION, f"SubscribedTopicRegex {pattern[:200]!r}: {error}")
        return self._found[pattern]
