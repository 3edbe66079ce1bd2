"""Every explanation is needed: runs after all comparisons."""

from __future__ import annotations

import pytest

from leftfold.api.kafka.table import BY_KEY
from tests.clients.differential.compare import Ledger
from tests.clients.differential.stories import STORIES
from tests.clients.differential.test_requests import VERSIONS


def test_every_explanation_explains_something(ledger: Ledger) -> None:
    wanted = {f"{BY_KEY[key].name}.v{version}." for key, version in VERSIONS} | set(STORIES)
    missing = wanted - ledger.compared
    if missing:
        pytest.skip(f"{len(missing)} of {len(wanted)} comparisons were not made: only all of them show what is needed")
    unused = "\n".join(map(str, ledger.unused()))
    assert not unused, f"no difference is as explained.toml has it; delete or mend these rows:\n{unused}"
