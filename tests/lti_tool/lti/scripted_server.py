"""A server on this machine that answers as a test tells it to, and remembers what it was asked."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from lti_tool.lti.registration import Registration

MOODLE = Registration(
    1,
    "https://moodle.example",
    "client",
    "Moodle",
    "https://moodle.example/auth",
    "https://moodle.example/token",
    "https://moodle.example/certs",
)
"""A platform that is not on this machine."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request; header names in lower case; `connection` tells connections apart."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    connection: int


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. `raw` pieces, when given, are written to the socket as they are."""

    status: int = 200
    reason: str = "OK"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    raw: Callable[[], Iterator[bytes]] | None = None


def dripping(start: bytes, drop: bytes) -> Reply:
    """An answer that never ends, a drop every 20 ms."""

    def drops() -> Iterator[bytes]:
        yield start
        while not threading.Event().wait(0.02):
            yield drop

    return Reply(raw=drops)


Script = Callable[[Asked], Reply]


class ScriptedServer:
    """Answers with `script` from threads, until the end of its `with`."""

    def __init__(self, script: Script, *, tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[Asked] = []
        self.script = script
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def registration(self, id: int = 1, client_id: str = "client-a") -> Registration:
        """This server as a platform, with one more client per `id`."""
        url = self.url
        return Registration(id, url, client_id, "LMS", f"{url}/auth", f"{url}/token", f"{url}/certs")

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                asked = Asked(self.command, self.path, headers, body, self.client_address[1])
                server.asked.append(asked)
                reply = server.script(asked)
                with suppress(OSError):
                    self._write(reply)

            def _write(self, reply: Reply) -> None:
                if reply.raw is not None:
                    self.close_connection = True
                    for piece in reply.raw():
                        self.wfile.write(piece)
                        self.wfile.flush()
                    return
                self.send_response_only(reply.status, reply.reason)
                for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(reply.body)

            def do_GET(self) -> None:
                self._answer()

            def do_POST(self) -> None:
                self._answer()

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        return Handler
