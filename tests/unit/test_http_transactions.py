"""Metrics of transactions: what is open, whom it holds back."""

from __future__ import annotations

import asyncio
import urllib.request
from pathlib import Path

from leftfold import Broker
from leftfold.api.http import serve
from leftfold.base.errors import Code
from tests.unit.client import Client
from tests.unit.test_http_metrics import parsed
from tests.unit.test_node import create
from tests.unit.test_node_transactions import FEW, add, begin, end, settled, write

Shown = dict[str, dict[tuple[tuple[str, str], ...], float]]


def test_an_open_transaction_is_shown_with_its_name_until_it_ends(tmp_path: Path) -> None:
    with Broker(FEW, data=tmp_path / "data") as broker, Client(broker.bootstrap) as client:
        assert broker._running is not None
        assert broker._loop is not None
        serving = asyncio.run_coroutine_threadsafe(serve(broker._running, "127.0.0.1", 0), broker._loop).result(10)

        def shown() -> Shown:
            with urllib.request.urlopen(f"http://127.0.0.1:{serving.port}/metrics", timeout=10) as answer:
                return parsed(answer.read().decode())

        create(client, "t")
        assert "leftfold_transaction_open_seconds" not in shown()
        held = begin(client)
        assert add(client, held) == Code.NONE
        assert [write(client, held, sequence) for sequence in range(3)] == [Code.NONE] * 3
        named = (("partition", "0"), ("producer_id", str(held.producer_id)), ("topic", "t"), ("transactional_id", "x"))
        while_open = shown()
        assert while_open["leftfold_transaction_held_back_offsets"] == {named: 3}
        assert 0 <= while_open["leftfold_transaction_open_seconds"][named] < 600
        assert set(while_open["leftfold_transactions_ended_total"].values()) == {0}
        assert end(client, held, version=3).error_code == Code.NONE
        settled(client, "CompleteCommit")
        after = shown()
        assert "leftfold_transaction_open_seconds" not in after
        assert after["leftfold_transactions_ended_total"] == {(("generation", "1"),): 1, (("generation", "2"),): 0}
        asyncio.run_coroutine_threadsafe(serving.close(), broker._loop).result(10)
