"""Listeners and advertised addresses, from text."""

import socket
from pathlib import Path

import pytest

from leftfold.base.errors import SettingError
from leftfold.node import holders
from leftfold.node.addresses import Address, advertised, check_own_settings, listeners, parse


@pytest.mark.parametrize(
    ("text", "address", "shown", "loopback"),
    [
        ("127.0.0.1:9092", Address("PLAINTEXT", "127.0.0.1", 9092), "127.0.0.1:9092", True),
        ("localhost:0", Address("PLAINTEXT", "localhost", 0), "localhost:0", True),
        ("INTERNAL://10.0.0.5:9094", Address("INTERNAL", "10.0.0.5", 9094), "10.0.0.5:9094", False),
        ("PLAINTEXT://[::1]:9092", Address("PLAINTEXT", "::1", 9092), "[::1]:9092", True),
        ("PLAINTEXT://:9092", Address("PLAINTEXT", "0.0.0.0", 9092), "0.0.0.0:9092", False),
    ],
)
def test_an_address_is_read_and_shown(text: str, address: Address, shown: str, loopback: bool) -> None:
    assert parse("listeners", text) == address
    assert (address.text, address.is_loopback) == (shown, loopback)


@pytest.mark.parametrize("text", ["", "localhost", "localhost:", "localhost:x", "localhost:65536", "localhost:-1", "a:²"])
def test_a_wrong_address_is_refused(text: str) -> None:
    with pytest.raises(SettingError, match="HOST:PORT"):
        parse("listeners", text)


def test_listeners_need_names_of_their_own() -> None:
    with pytest.raises(SettingError, match="name of its own"):
        listeners(("127.0.0.1:1", "127.0.0.1:2"))
    assert [one.name for one in listeners(("127.0.0.1:1", "OTHER://127.0.0.1:2"))] == ["PLAINTEXT", "OTHER"]


def test_what_is_not_spoken_yet_is_refused() -> None:
    with pytest.raises(SettingError, match="SSL is not spoken"):
        listeners(("SSL://127.0.0.1:1",))


def test_an_advertised_address_belongs_to_a_listener_and_can_be_reached() -> None:
    known = listeners(("127.0.0.1:1",))
    assert advertised(("PLAINTEXT://broker.example:9092",), known) == {"PLAINTEXT": ("broker.example", 9092)}
    for wrong in ("OTHER://broker.example:9092", "PLAINTEXT://:9092", "PLAINTEXT://broker.example:0"):
        with pytest.raises(SettingError, match=r"advertised\.listeners"):
            advertised((wrong,), known)


def process(proc: Path, number: int, name: str, opened: dict[str, str]) -> None:
    """A process in a made-up /proc, with its open files."""
    folder = proc / str(number) / "fd"
    folder.mkdir(parents=True)
    (folder.parent / "comm").write_text(f"{name}\n")
    for handle, target in opened.items():
        (folder / handle).symlink_to(target)


def test_the_process_that_holds_a_port_or_folder_is_named(tmp_path: Path) -> None:
    proc, data = tmp_path / "proc", tmp_path / "data"
    (proc / "net").mkdir(parents=True)
    line = "   0: 0100007F:2384 00000000:0000 {} 00000000:00000000 00:00000000 00000000     0        0 {} 1\n"
    (proc / "net" / "tcp").write_text("  sl  local_address\n" + line.format("0A", 4242) + line.format("01", 4343))
    process(proc, 10, "java", {"3": "socket:[4242]"})
    process(proc, 11, "leftfold", {"3": "/dev/null", "4": f"{data}/lock"})
    process(proc, 12, "own", {"4": f"{data}/lock"})
    (proc / "self").symlink_to("12")
    assert holders.of_port(0x2384, proc) == "process 10 (java)"
    assert holders.of_port(0x2385, proc) is None
    assert holders.of_folder(data, proc) == "process 11 (leftfold)"
    assert holders.of_folder(tmp_path / "other", proc) is None


def test_without_a_proc_nobody_is_named(tmp_path: Path) -> None:
    assert holders.of_port(1, tmp_path) is None
    assert holders.of_folder(tmp_path, tmp_path / "none") is None


def test_this_process_is_not_named_as_the_holder() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert holders.of_port(server.getsockname()[1]) is None


def test_a_listener_that_is_not_there_has_no_settings_of_its_own() -> None:
    known = listeners(("PLAINTEXT://127.0.0.1:9092", "INTERNAL://127.0.0.1:9093"))
    check_own_settings({"listener.name.internal.max.connection.creation.rate", "num.partitions"}, known)
    with pytest.raises(SettingError, match="no listener is called other; there is internal, plaintext"):
        check_own_settings({"listener.name.other.max.connection.creation.rate"}, known)
