"""Real consumers share, hand over and take up again."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.clients.brokers import Broker
from tests.clients.group_lives import LIVES, Life, World, settings_of

AT_ONCE_MAX = 8
"""Groups that live side by side: they mostly wait, for sessions to be over and for whoever joins last."""


@pytest.fixture(scope="module")
def lived(
    kind: type[Broker], request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[Life, Future[None]]]:
    """All lives that are asked for, begun in the order in which they are asked for."""
    asked = [item.callspec.params["life"] for item in request.session.items if item.fspath == request.fspath]  # type: ignore[attr-defined]
    folder = tmp_path_factory.mktemp("groups")
    with kind(folder / "broker", settings_of(kind)) as broker, ThreadPoolExecutor(AT_ONCE_MAX) as pool:
        world = World(broker, kind, folder)
        yield {life: pool.submit(life.story, world, life) for life in asked}
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("life", LIVES, ids=str)
def test_a_group_lives_through_it(life: Life, lived: dict[Life, Future[None]]) -> None:
    lived[life].result()
