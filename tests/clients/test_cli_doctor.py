"""`leftfold doctor` as a new user types it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from leftfold.cli import reach
from tests.clients.brokers import ROOT, Leftfold, free_port


def leftfold(folder: Path, *words: str) -> tuple[int, str, str]:
    """Run a command where the user stands; (status, standard output, standard error)."""
    command = [sys.executable, "-m", "leftfold", *words]
    environment = {"PYTHONPATH": str(ROOT), "HOME": str(folder), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr


def statuses(said: str) -> dict[str, str]:
    return {one["check"]: one["status"] for one in json.loads(said)["checks"]}


def test_a_broker_that_is_well_ends_in_0_with_its_admin_port_and_a_record_of_ours(tmp_path: Path) -> None:
    with Leftfold(tmp_path / "broker") as broker:
        words = ("doctor", "-X", f"brokers={broker.bootstrap}", "--produce")
        status, said, errors = leftfold(tmp_path, *words, "--format", "json")
        assert (status, errors) == (0, ""), said
        assert statuses(said).items() >= {
            "protocol": "ok", "advertised": "ok", "access": "ok", "admin": "ok", "clock": "ok", "health": "ok",
            "create": "ok", "write": "ok", "read": "ok", "delete": "ok",
        }.items()  # fmt: skip
        status, listed, _ = leftfold(tmp_path, "topic", "list", "-X", f"brokers={broker.bootstrap}", "--format", "json")
        assert (status, json.loads(listed)) == (0, []), "the topic was for one look only"
        status, said, _ = leftfold(tmp_path, *words)
        assert (status, said.splitlines()[-1]) == (0, "all is well") or "DISK" in said
        status, said, _ = leftfold(tmp_path, "doctor", "-X", f"brokers={broker.bootstrap}", "--format", "yaml")
        assert (status, said.splitlines()[0]) == (0, "healthy: true")


def test_nobody_there_ends_in_3_with_the_code_and_the_fix(tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_port()}"
    status, said, errors = leftfold(tmp_path, "doctor", "-X", f"brokers={address}")
    assert (status, errors) == (3, "")
    assert f"nothing listens at {address} [LF-2002]" in said
    assert "leftfold start" in said


def test_a_web_server_on_the_port_is_named_with_its_process(tmp_path: Path) -> None:
    port = free_port()
    web = subprocess.Popen(
        [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={"PYTHONUNBUFFERED": "1"}, text=True,
    )  # fmt: skip
    try:
        assert web.stdout is not None
        assert web.stdout.readline()
        status, said, _ = leftfold(tmp_path, "doctor", "-X", f"brokers=127.0.0.1:{port}")
        assert (status, "a web server answers" in said, "[LF-2005]" in said) == (3, True, True)
        if sys.platform == "linux":
            assert f"process {web.pid}" in said
        status, _, errors = leftfold(tmp_path, "topic", "list", "-X", f"brokers=127.0.0.1:{port}")
        assert (status, "a web server answers" in errors, "[LF-2005]" in errors) == (1, True, True)
    finally:
        web.kill()
        web.communicate()


def test_the_first_answer_never_takes_two_seconds() -> None:
    assert reach.KAFKA_SECONDS + reach.OTHER_SECONDS < 2


def test_an_address_that_is_none_and_a_folder_that_is_none(tmp_path: Path) -> None:
    status, _, errors = leftfold(tmp_path, "doctor", "-X", "brokers=nowhere:port")
    assert (status, "HOST:PORT" in errors) == (1, True)
    status, _, errors = leftfold(tmp_path, "doctor", "--data", "nowhere")
    assert (status, "[LF-2016]" in errors) == (1, True)
    status, said, _ = leftfold(tmp_path, "doctor", "--data", ".")
    assert (status, "[LF-1002]" in said) == (3, True)


def test_an_admin_port_that_the_user_named_must_answer(tmp_path: Path) -> None:
    with Leftfold(tmp_path / "broker") as broker, socket.create_server(("127.0.0.1", 0)) as silent:
        taken = silent.getsockname()[1]
        silent.close()
        words = ("doctor", "-X", f"brokers={broker.bootstrap}", "--admin", f"127.0.0.1:{taken}", "--format", "json")
        status, said, _ = leftfold(tmp_path, *words)
    assert (status, statuses(said)["admin"]) == (3, "fail")


@pytest.mark.parametrize("text", ["UNKNOWN_TOPIC_OR_PART", "[LF-1104]", "TOPIC_EXCEPTION", "56", "port_taken"])
def test_explain_knows_codes_as_people_meet_them(tmp_path: Path, text: str) -> None:
    status, said, _ = leftfold(tmp_path, "explain", text)
    assert (status, "WHAT TO DO" in said) == (0, True)


def test_security_that_the_broker_does_not_speak_is_told_in_the_librarys_words(tmp_path: Path) -> None:
    login = [word for one in ("security.protocol=SASL_PLAINTEXT", "sasl.mechanism=PLAIN", "sasl.username=a", "sasl.password=b")
             for word in ("-X", one)]  # fmt: skip
    with Leftfold(tmp_path / "broker") as broker:
        status, said, _ = leftfold(tmp_path, "doctor", "-X", f"brokers={broker.bootstrap}", *login, "--format", "json")
    found = {one["check"]: one for one in json.loads(said)["checks"]}
    assert (status, found["connection"]["status"], found["metadata"]["code"]) == (3, "ok", "LF-2007")
    assert "SASL" in found["metadata"]["what"]
