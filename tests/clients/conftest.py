"""The broker under test and the clients that talk to it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

from tests.clients import evidence
from tests.clients.brokers import Broker, Kafka, Leftfold
from tests.clients.drivers import CLIENTS
from tests.clients.drivers.driver import Driver
from tests.clients.proxy import LossyProxy
from tests.clients.runtimes import need

HERE = Path(__file__).parent
SECONDS_MAX = 150
"""No test takes so long, on a busy machine either."""

Connect = Callable[[str, str], Driver]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--against-kafka", action="store_true", help="run the client tests on Apache Kafka: proves the tests")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A client that waits for ever is a failure soon, and shows where it waits: pytest-timeout prints all stacks."""
    for item in items:
        if HERE in item.path.parents and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(SECONDS_MAX))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure shows what the brokers and the clients' processes said last, and what they wait for."""
    report = yield
    if report.failed and HERE in item.path.parents:
        report.sections.extend(evidence.sections())
    return report


@pytest.fixture(scope="session")
def kind(pytestconfig: pytest.Config) -> type[Broker]:
    """Leftfold, or Kafka with --against-kafka."""
    if pytestconfig.getoption("--against-kafka", default=False):
        need("java")
        return Kafka
    return Leftfold


@pytest.fixture(scope="session")
def proxy() -> Iterator[LossyProxy]:
    with LossyProxy() as proxy:
        yield proxy


@pytest.fixture(scope="session")
def broker(kind: type[Broker], proxy: LossyProxy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """One broker for all tests that leave it as they found it, but for topics of their own."""
    with kind(tmp_path_factory.mktemp("broker"), advertise=proxy.port) as broker:
        proxy.target = broker.second_port
        yield broker


@pytest.fixture(scope="session")
def connect() -> Iterator[Connect]:
    """A client by name and bootstrap address; each is made once."""
    made: dict[tuple[str, str], Driver] = {}

    def connect(name: str, bootstrap: str) -> Driver:
        need(*CLIENTS[name].needs)
        if (name, bootstrap) not in made:
            made[name, bootstrap] = CLIENTS[name].load()(bootstrap)
        return made[name, bootstrap]

    yield connect
    for one in made.values():
        one.close()


@pytest.fixture(params=CLIENTS)
def client(request: pytest.FixtureRequest, broker: Broker, connect: Connect) -> Driver:
    """Each client in turn, or those that a test names."""
    return connect(request.param, broker.bootstrap)


@pytest.fixture
def witness(broker: Broker, connect: Connect) -> Driver:
    """A client that can do everything, for what the client under test cannot, and to see with other eyes."""
    return connect("librdkafka", broker.bootstrap)


@pytest.fixture
def topic(request: pytest.FixtureRequest) -> str:
    """A topic's name of this test's own; nothing has made it yet."""
    legal = "".join(letter if letter.isalnum() else "-" for letter in request.node.name)
    return f"{legal}"[:200]
