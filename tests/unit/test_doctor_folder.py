"""What doctor finds in a data folder, without touching it."""

import hashlib
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from leftfold import Broker
from leftfold.base import ids
from leftfold.base.errors import Failure
from leftfold.cli.doctor import folder, give_up, opened
from leftfold.cli.doctor.findings import Finding, Report, Status
from leftfold.cli.problem import Problem
from leftfold.kernel import encode_batch
from leftfold.wire.generated.produce import ProduceRequest
from leftfold.wire.generated.topics import CreateTopicsRequest, DeleteTopicsRequest
from tests.unit.client import Client

BATCHES, RECORDS = 6, 10


def fill(data: Path, topic: str = "orders") -> None:
    """A folder that a broker left cleanly, with six batches of ten records in one partition."""
    with Broker(data=data) as broker, Client(broker.bootstrap) as client:
        made = CreateTopicsRequest.CreatableTopic(name=topic, num_partitions=1, replication_factor=1)
        assert client.ask(CreateTopicsRequest(topics=[made]), 4).topics[0].error_code == 0
        for number in range(BATCHES):
            batch = encode_batch([(None, b"%d-%d" % (number, place), [], 1) for place in range(RECORDS)])
            part = ProduceRequest.PartitionProduceData(index=0, records=batch)
            rows = [ProduceRequest.TopicProduceData(name=topic, partition_data=[part])]
            answer = client.ask(ProduceRequest(transactional_id=None, acks=-1, timeout_ms=5000, topic_data=rows), 9)
            assert answer.responses[0].partition_responses[0].error_code == 0


def segment(data: Path) -> Path:
    """The one segment that clients filled."""
    own = ids.CLUSTER_TOPIC_ID.hex()
    [found] = [path for path in data.glob("topics/*/0/*.log") if own not in path.parts and path.stat().st_size]
    return found


def flip(path: Path, position: int) -> None:
    harmed = bytearray(path.read_bytes())
    harmed[position] ^= 1
    path.write_bytes(harmed)


def looked_at(data: Path, *, quick: bool = False) -> dict[str, Finding]:
    report = Report()
    folder.look(report, data, quick=quick)
    return {finding.check: finding for finding in report.findings}


def image(data: Path) -> dict[str, str]:
    files = (path for path in data.rglob("*") if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_a_folder_that_is_well(tmp_path: Path) -> None:
    fill(tmp_path)
    before = image(tmp_path)
    found = looked_at(tmp_path)
    assert {one.status for one in found.values()} <= {Status.OK, Status.WARN}, found  # a full disk here is no fault of ours
    assert found["format"].what == "leftfold data, format 1"
    assert "no broker" in found["use"].what
    assert "all checksums hold" in found["records"].what
    assert image(tmp_path) == before, "to look is not to touch"


def test_a_folder_in_use_is_looked_at_all_the_same(tmp_path: Path) -> None:
    fill(tmp_path)
    flip(segment(tmp_path), 300)
    with Broker(data=tmp_path):
        found = looked_at(tmp_path)
    assert f"process {os.getpid()}" in found["use"].what
    assert found["recovery"].status is Status.SKIP
    assert found["records"].failure is Failure.CORRUPT_BATCH
    assert "stop the broker" in found["records"].fix


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    assert looked_at(tmp_path)["format"].failure is Failure.FOLDER_FORMAT
    with pytest.raises(Problem, match="no folder"):
        looked_at(tmp_path / "nowhere")


def test_a_folder_of_a_later_version_is_refused_by_name(tmp_path: Path) -> None:
    fill(tmp_path)
    (tmp_path / "VERSION").write_text("leftfold data, format 9\n")
    assert looked_at(tmp_path)["recovery"].failure is Failure.FOLDER_FORMAT


def test_a_flipped_bit_is_named_with_the_command_that_gives_it_up(tmp_path: Path) -> None:
    fill(tmp_path)
    path = segment(tmp_path)
    flip(path, path.stat().st_size // 2)
    before = image(tmp_path)
    found = looked_at(tmp_path)["records"]
    assert (found.status, found.failure) == (Status.FAIL, Failure.CORRUPT_BATCH)
    first, last = found.facts["first_offset"], found.facts["last_offset"]
    assert (first % RECORDS, last) == (0, first + RECORDS - 1), "one batch, and no more"
    assert f"leftfold doctor give-up --data {tmp_path} orders 0 {first} {last}" in found.fix
    assert image(tmp_path) == before


def test_a_quick_look_says_that_records_were_not_read(tmp_path: Path) -> None:
    fill(tmp_path)
    flip(segment(tmp_path), 300)
    found = looked_at(tmp_path, quick=True)
    assert (found["records"].status, "--quick" in found["records"].what) == (Status.SKIP, True)
    assert {found[check].status for check in ("format", "use", "recovery")} == {Status.OK}


def test_what_was_given_up_is_kept_and_no_damage_any_more(tmp_path: Path) -> None:
    fill(tmp_path)
    flip(segment(tmp_path), 200)
    facts = looked_at(tmp_path)["records"].facts
    words = ["--data", str(tmp_path), "orders", "0", str(facts["first_offset"]), str(facts["last_offset"])]
    asked = CliRunner().invoke(give_up.records, words)
    assert (asked.exit_code, "--yes" in asked.output) == (1, True)
    would = CliRunner().invoke(give_up.records, [*words, "--dry-run"])
    assert (would.exit_code, "would" in would.output) == (0, True)
    assert looked_at(tmp_path)["records"].status is Status.FAIL
    done = CliRunner().invoke(give_up.records, [*words, "--yes"])
    assert done.exit_code == 0, done.output
    kept = Path(done.output.rpartition(" kept in ")[2].strip())
    assert kept.stat().st_size > 0
    found = looked_at(tmp_path)
    assert found["records"].status is Status.OK
    assert str(kept) in found["given up"].what


def test_only_whole_damage_is_given_up(tmp_path: Path) -> None:
    fill(tmp_path)
    words = ["--data", str(tmp_path), "orders", "0", "0", "9", "--yes"]
    refused = CliRunner().invoke(give_up.records, words)
    assert refused.exit_code == 1
    assert Failure.NOT_DAMAGED.number in refused.output
    unknown = CliRunner().invoke(give_up.records, ["--data", str(tmp_path), "nothing", "0", "0", "9", "--yes"])
    assert Failure.PARTITION_MISSING.number in unknown.output
    with Broker(data=tmp_path):
        in_use = CliRunner().invoke(give_up.records, words)
    assert Failure.FOLDER_IN_USE.number in in_use.output


def test_names_come_from_the_clusters_own_log(tmp_path: Path) -> None:
    fill(tmp_path)
    with Broker(data=tmp_path) as broker, Client(broker.bootstrap) as client:
        gone = CreateTopicsRequest.CreatableTopic(name="gone", num_partitions=1, replication_factor=1)
        client.ask(CreateTopicsRequest(topics=[gone]), 4)
        client.ask(DeleteTopicsRequest(topic_names=["gone"], timeout_ms=1000), 1)
    with opened.recovered(tmp_path, {"changes_nothing": True}) as kernel:
        topics = opened.topics(kernel, tmp_path)
    assert set(topics.names.values()) == {"orders", "__leftfold_cluster"}
    assert len(topics.deleted) == 1
    identity = topics.find("orders")
    assert identity is not None
    assert topics.find(ids.to_text(identity)) == identity
    assert topics.find("neither a name nor an id") is None


def test_a_folder_that_no_event_explains_is_told_of(tmp_path: Path) -> None:
    fill(tmp_path)
    stranger = tmp_path / "topics" / ("ab" * 16) / "0"
    stranger.mkdir(parents=True)
    assert looked_at(tmp_path)["folders"].failure is Failure.FOLDER_UNEXPLAINED
    with Broker(data=tmp_path):
        pass
    assert looked_at(tmp_path)["set aside"].failure is Failure.FOLDER_UNEXPLAINED


def test_a_topic_whose_event_is_damaged_is_known_from_the_snapshot_and_no_stranger(tmp_path: Path) -> None:
    fill(tmp_path)
    [own] = tmp_path.glob(f"topics/{ids.CLUSTER_TOPIC_ID.hex()}/0/*.log")
    flip(own, own.stat().st_size - 3)
    found = looked_at(tmp_path)
    assert "__leftfold_cluster" in found["records"].what
    assert "folders" not in found, found["folders"].what
    snapshot = tmp_path / "folds" / "__leftfold_cluster-0.snapshot"
    flip(snapshot, snapshot.stat().st_size - 3)
    before = image(tmp_path)
    assert looked_at(tmp_path)["folders"].failure is Failure.FOLDER_UNEXPLAINED, "now nothing explains it"
    assert image(tmp_path) == before
