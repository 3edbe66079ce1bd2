"""What doctor finds in a broker that runs."""

import socket
from collections.abc import Iterator

import pytest

from leftfold import Broker
from leftfold.base.errors import Failure
from leftfold.cli import reach
from leftfold.cli.doctor import admin, advertised, broker
from leftfold.cli.doctor.broker import Space
from leftfold.cli.doctor.findings import Finding, Report, Status
from leftfold.cli.reach import Address
from leftfold.cli.visit import Visit
from leftfold.wire.generated.metadata import MetadataResponse


@pytest.fixture(scope="module")
def running() -> Iterator[Broker]:
    with Broker() as broker:
        yield broker


def visit_to(running: Broker) -> Visit:
    return Visit.of(reach.ask(Address("127.0.0.1", running.port)))


def by_check(report: Report) -> dict[str, Finding]:
    return {finding.check: finding for finding in report.findings}


def told(brokers: list[tuple[int, str, int]], cluster_id: str = "here") -> MetadataResponse:
    rows = [MetadataResponse.MetadataResponseBroker(node_id=number, host=host, port=port) for number, host, port in brokers]
    return MetadataResponse(brokers=rows, cluster_id=cluster_id)


def test_a_broker_that_is_well_has_no_finding_but_ok(running: Broker) -> None:
    report = Report()
    assert broker.look(report, [Address("127.0.0.1", running.port)], None)
    found = by_check(report)
    assert report.healthy
    assert {check for check, one in found.items() if one.status is Status.OK} >= {
        "name", "connection", "protocol", "requests", "metadata", "advertised", "partitions", "replicas", "access", "disk",
    }  # fmt: skip
    assert all(one.status in {Status.OK, Status.SKIP} for one in report.findings), report.document


def test_where_nobody_is_the_first_line_that_fails_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = Address("127.0.0.1", server.getsockname()[1])
    report = Report()
    assert not broker.look(report, [address], None)
    assert [one.status for one in report.findings] == [Status.OK, Status.FAIL]
    assert report.findings[-1].failure is Failure.NOTHING_LISTENS
    assert not report.healthy


def test_more_replicas_than_brokers_are_named_before_a_topic_fails() -> None:
    with Broker({"default.replication.factor": 3}) as running:
        report = Report()
        broker.look(report, [Address("127.0.0.1", running.port)], None)
    found = by_check(report)["replicas"]
    assert (found.status, found.failure) == (Status.FAIL, Failure.TOO_FEW_BROKERS)
    assert "3 replicas" in found.what


def test_an_address_that_is_none_is_no_address_to_tell_clients(running: Broker) -> None:
    report = Report()
    advertised.look(report, visit_to(running), told([(1, "0.0.0.0", 9092)]))
    assert by_check(report)["advertised"].failure is Failure.ADVERTISED_NOWHERE


def test_localhost_is_no_address_to_tell_clients_of_other_machines() -> None:
    report = Report()
    from_afar = Visit(Address("broker.example", 9092), {}, is_local=False)
    advertised.look(report, from_afar, told([(1, "127.0.0.1", 9092)]))
    assert by_check(report)["advertised"].failure is Failure.ADVERTISED_LOOPBACK


def test_an_advertised_address_where_nobody_is(running: Broker) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    report = Report()
    advertised.look(report, visit_to(running), told([(1, "127.0.0.1", port)]))
    found = by_check(report)["advertised"]
    assert found.failure is Failure.ADVERTISED_UNREACHABLE
    assert "nothing listens" in found.what


def test_an_advertised_address_of_another_cluster(running: Broker) -> None:
    with Broker() as other:
        report = Report()
        advertised.look(report, visit_to(running), told([(1, "127.0.0.1", other.port)], cluster_id="elsewhere"))
    assert by_check(report)["advertised"].failure is Failure.ANOTHER_CLUSTER


@pytest.mark.parametrize(
    ("listener", "is_open"),
    [
        ("PLAINTEXT://127.0.0.1:9092", False),
        ("127.0.0.1:9092", False),
        ("[::1]:9092", False),
        ("localhost:9092", False),
        ("0.0.0.0:9092", True),
        ("PLAINTEXT://:9092", True),
        ("OUTER://10.0.0.1:9092", True),
        ("SASL_SSL://0.0.0.0:9092", False),
    ],
)
def test_who_is_let_in(listener: str, is_open: bool) -> None:
    assert broker.is_open(listener) is is_open


@pytest.mark.parametrize(
    ("skew_ms", "status"),
    [(0, Status.OK), (-2_000, Status.OK), (7_000, Status.WARN), (-7_000, Status.WARN), (4_000_000, Status.FAIL)],
)
def test_clocks_are_compared(skew_ms: int, status: Status) -> None:
    report = Report()
    admin.judge_clock(report, 1_000_000_000 + skew_ms, 1_000_000_000)
    assert report.findings[0].status is status
    if status is not Status.OK:
        assert ("ahead" if skew_ms > 0 else "behind") in report.findings[0].what


def test_a_disk_that_is_nearly_full_is_worth_a_warning() -> None:
    report = Report()
    for free in (1, 4_000_000_000, 50_000_000_000):
        broker.judge_space(report, "/data", Space(free=free, total=100_000_000_000))
    assert [one.status for one in report.findings] == [Status.FAIL, Status.WARN, Status.OK]
    assert report.findings[0].failure is Failure.DISK_FULL


def test_a_finding_says_code_and_fix() -> None:
    report = Report()
    report.fail("connection", Failure.NOTHING_LISTENS, "nothing listens at a:1")
    report.skip("admin", "no port")
    assert report.findings[0].line.splitlines()[0] == "fail  connection    nothing listens at a:1 [LF-2002]"
    assert "leftfold start" in report.findings[0].line
    assert report.document["checks"][0]["code"] == "LF-2002"
    assert "1 failed" in report.summary


def test_a_broker_that_recovers_is_told_from_none(monkeypatch: pytest.MonkeyPatch) -> None:
    body = {"status": "recovering", "message": "the node replays its journal", "recovery": {"share": 0.25}}
    monkeypatch.setattr(admin, "get", lambda _address, _path: admin.Page(503, body, None))
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = Address("127.0.0.1", server.getsockname()[1])
    report = Report()
    broker.look(report, [address], None)
    found = by_check(report)["admin"]
    assert found.failure is Failure.NOT_READY
    assert "recovering" in found.what
    assert "25% done" in found.what


def test_damage_is_told_with_the_folder_to_look_at(monkeypatch: pytest.MonkeyPatch, running: Broker) -> None:
    pages = {
        admin.READY: admin.Page(200, {"status": "ready"}, None),
        "/v1/cluster/health_overview": admin.Page(
            200, {"damaged_partitions": ["kafka/orders/0"], "unhealthy_reasons": ["damaged_partitions"]}, None
        ),
    }
    monkeypatch.setattr(admin, "get", lambda _address, path: pages[path])
    report = Report()
    admin.look(report, visit_to(running), Address("127.0.0.1", 1), None, "/data")
    found = by_check(report)["health"]
    assert found.failure is Failure.CORRUPT_BATCH
    assert "orders/0" in found.what
    assert "leftfold doctor --data /data" in found.fix
