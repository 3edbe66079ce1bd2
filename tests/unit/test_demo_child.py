"""The demo starts the package that it is part of."""

from pathlib import Path

import pytest

from leftfold.demo.broker import ChildBroker


def test_a_source_tree_where_the_user_stands_is_not_what_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clone = tmp_path / "clone"
    (clone / "leftfold").mkdir(parents=True)
    (clone / "leftfold" / "__init__.py").write_text("raise ImportError('this tree has no kernel')\n")
    monkeypatch.chdir(clone)
    broker = ChildBroker(tmp_path)
    try:
        broker.start()
        assert broker.bootstrap.startswith("127.0.0.1:")
    finally:
        broker.stop()
