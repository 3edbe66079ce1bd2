"""The pytest fixture: a real broker for every test that asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from leftfold.broker import Broker


@pytest.fixture
def leftfold_broker() -> Iterator[Broker]:
    """A running broker of this test's own, on a free port and in a temporary folder; `bootstrap` is where clients connect."""
    from leftfold.broker import Broker

    with Broker() as broker:
        yield broker
