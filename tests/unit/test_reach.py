"""Who answers on a port, as a newcomer is told."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from leftfold import Broker
from leftfold.base.errors import Failure
from leftfold.cli import reach
from leftfold.cli.reach import Address


@contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[Address]:
    """A port on which every connection is served by `serve`, and then closed."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    try:
                        serve(connection)
                    except OSError:
                        continue

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield Address("127.0.0.1", server.getsockname()[1])
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def test_a_broker_answers_with_its_versions() -> None:
    with Broker() as broker:
        answer = reach.ask(Address("127.0.0.1", broker.port))
    assert (answer.failure, answer.connected) == (None, True)
    assert answer.versions is not None
    assert {row.api_key for row in answer.versions.api_keys} >= {0, 1, 3, 18}


def test_nobody_is_said_to_be_nobody() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = Address("127.0.0.1", server.getsockname()[1])
    answer = reach.ask(address)
    assert answer.failure is Failure.NOTHING_LISTENS
    assert address.text in answer.why


def test_a_name_that_is_none() -> None:
    answer = reach.ask(Address("no-such-host.invalid", 9092))
    assert answer.failure is Failure.NAME_UNKNOWN
    assert "no-such-host.invalid" in answer.why


def test_a_web_server_that_waits_for_a_line_is_known_by_its_name() -> None:
    class Handler(BaseHTTPRequestHandler):
        server_version = "Shop/1"

        def do_HEAD(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        answer = reach.ask(Address("127.0.0.1", server.server_port), seconds=0.1)
        server.shutdown()
        thread.join()
    assert answer.failure is Failure.SPEAKS_HTTP
    assert "Shop/1" in answer.why


def test_an_alert_in_answer_is_tls() -> None:
    def refuse(connection: socket.socket) -> None:
        connection.recv(64)
        connection.sendall(b"\x15\x03\x01\x00\x02\x02\x46")

    with listening(refuse) as address:
        assert reach.ask(address).failure is Failure.SPEAKS_TLS


def test_a_tls_server_that_hangs_up_on_strangers_is_asked_for_a_handshake() -> None:
    def handshake_or_nothing(connection: socket.socket) -> None:
        if connection.recv(1, socket.MSG_PEEK) == b"\x16":
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)  # without a certificate: it answers with an alert
            with pytest.raises(ssl.SSLError):
                context.wrap_socket(connection, server_side=True)

    with listening(handshake_or_nothing) as address:
        assert reach.ask(address).failure is Failure.SPEAKS_TLS


@pytest.mark.parametrize("greeting", [b"SSH-2.0-OpenSSH_9\r\n", b"", b"\x00\x00\x00\x04\x7f\x7f\x7f\x7f"])
def test_whoever_speaks_otherwise_is_told_with_his_first_words(greeting: bytes) -> None:
    with listening(lambda connection: connection.sendall(greeting) if greeting else None) as address:
        answer = reach.ask(address)
    assert answer.failure is Failure.SPEAKS_OTHERWISE
    assert ("SSH-2.0" if b"SSH" in greeting else "says") in answer.why


def test_of_several_addresses_the_broker_counts() -> None:
    with Broker() as broker, socket.create_server(("127.0.0.1", 0)) as server:
        dead = Address("127.0.0.1", server.getsockname()[1])
        server.close()
        answer = reach.first([dead, Address("127.0.0.1", broker.port)])
    assert answer.versions is not None


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [("a:1", "a", 1), ("a", "a", 9092), ("[::1]:7", "::1", 7), ("[::1]", "::1", 9092), ("PLAINTEXT://b:2", "b", 2)],
)
def test_addresses_are_read(text: str, host: str, port: int) -> None:
    assert reach.parse(text) == Address(host, port)


@pytest.mark.parametrize("text", ["", ":1", "a:0", "a:99999", "a:b"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="HOST:PORT"):
        reach.parse(text)


def test_addresses_that_lead_nowhere_or_home_are_known() -> None:
    assert Address("0.0.0.0", 1).is_nowhere
    assert Address("::", 1).is_nowhere
    assert Address("a", 0).is_nowhere
    assert not Address("a", 1).is_nowhere
    assert Address("127.1.2.3", 1).is_loopback
    assert Address("localhost", 1).is_loopback
    assert not Address("10.0.0.1", 1).is_loopback
