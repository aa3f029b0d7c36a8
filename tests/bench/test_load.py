"""The load generator of the benchmarks: what it says, and what it makes of the answers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from bench.load import TALKS_A_CONNECTION, Answer, Talk, request, speak

GREETING = request("GET", "/", host="localhost", headers={})


class Server:
    """Answers every request by `answer`, in two pieces; counts connections."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            while connection.recv(65536):
                middle = len(self.answer) // 2
                connection.sendall(self.answer[:middle])
                connection.sendall(self.answer[middle:])
                if b"Connection: close" in self.answer:
                    return

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1; Path=/\r\nset-cookie: b=2\r\nContent-Length: 5\r\n\r\nhello")
    yield made
    made.close()


def ask_twice() -> Talk[list[Answer]]:
    first = yield GREETING
    second = yield GREETING
    return [first, second]


def test_a_talk_gets_each_answer_whole(server: Server) -> None:
    _, [spoken] = speak(server.port, [ask_twice()], at_once=1)
    assert [(answer.status, answer.body) for answer in spoken.result] == [(200, b"hello")] * 2


def test_cookies_are_sent_back_as_a_browser_does(server: Server) -> None:
    _, [spoken] = speak(server.port, [ask_twice()], at_once=1)
    assert spoken.result[0].cookies == "a=1; b=2"


def test_every_talk_is_held_once_however_many_lines_there_are(server: Server) -> None:
    for at_once in (1, 3, 8):
        _, spoken = speak(server.port, [ask_twice() for _ in range(7)], at_once=at_once)
        assert len(spoken) == 7


def test_connections_are_kept_for_some_talks_and_then_made_anew(server: Server) -> None:
    speak(server.port, [ask_twice() for _ in range(TALKS_A_CONNECTION + 1)], at_once=1)
    assert server.connections == 2


def test_a_server_that_hangs_up_in_mid_talk_is_an_error(server: Server) -> None:
    server.answer = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 50\r\n\r\nhello"
    with pytest.raises(ConnectionError):
        speak(server.port, [ask_twice()], at_once=1)


def test_a_form_is_the_body_of_its_request() -> None:
    sent = request("POST", "/lti/login", host="localhost:1", headers={"Accept": "*/*"}, form={"iss": "http://é"})
    head, _, body = sent.partition(b"\r\n\r\n")
    assert body == b"iss=http%3A%2F%2F%C3%A9"
    assert head.endswith(b"Content-Length: %d" % len(body))
