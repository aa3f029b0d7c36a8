"""A machine in front of an LMS that does to its answers what networks and busy servers do."""

from __future__ import annotations

import http.client
import random
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


class Fault(StrEnum):
    """What can happen to a request, or to its answer."""

    DROPPED = "the connection breaks before the LMS hears of it"
    BROKEN = "500"
    DOWN = "503"
    BUSY = "429 with Retry-After"
    FORBIDDEN = "403, as from a firewall that is wrong for a moment"
    PAGE = "200 with a web page, and nothing stored"
    LOST = "stored, and the answer breaks off in its body"
    SILENT = "stored, and no answer in time"
    SLOW = "an answer that takes its time"
    EXPIRED = "every token forgotten"
    DOUBLED = "the same request twice"
    LATE = "no answer, and the request arrives after later ones"


SHARES: Mapping[Fault, float] = {
    Fault.DROPPED: 5,
    Fault.BROKEN: 5,
    Fault.DOWN: 3,
    Fault.BUSY: 0.2,
    Fault.FORBIDDEN: 0.5,
    Fault.PAGE: 2,
    Fault.LOST: 5,
    Fault.SILENT: 0.3,
    Fault.SLOW: 2,
    Fault.EXPIRED: 1,
    Fault.DOUBLED: 3,
    Fault.LATE: 3,
}
"""In a hundred requests: thirty in all."""

SLOWNESS = 0.1
SILENCE = 3.0
"""Seconds; whoever waits gives up sooner."""
LATENESS = (0.2, 4.0)
WAIT_SECONDS = "1"


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it goes."""

    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes = b""


class FaultProxy:
    """Passes requests on to the LMS at `port`: those of tools with the faults of `SHARES` while `is_on`, by `seed`.

    What browsers ask for passes as it is.
    """

    def __init__(self, port: int, *, seed: int) -> None:
        self.faults: Counter[Fault] = Counter()
        self.requests = 0
        self.is_on = True
        self._target = port
        self._random = random.Random(seed)  # noqa: S311 - The same faults at each run.
        self.forget_tokens: Callable[[], None] = lambda: None
        self._late: list[threading.Timer] = []
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def settle(self) -> None:
        """Wait until what is late has arrived."""
        for timer in self._late:
            timer.join()

    def draw(self, request: Request) -> Fault | None:
        """What happens to this request."""
        if not request.path.startswith(("/token", "/services/")):
            return None
        self.requests += 1
        if not self.is_on or self._random.uniform(0, 100) >= sum(SHARES.values()):
            return None
        (fault,) = self._random.choices(list(SHARES), weights=list(SHARES.values()))
        self.faults[fault] += 1
        return fault

    def play(self, fault: Fault | None, request: Request) -> Answer | None:
        """The answer to a request; `None`: the connection breaks."""
        if fault is Fault.EXPIRED:
            self.forget_tokens()
        if fault is Fault.SLOW:
            time.sleep(SLOWNESS)
        if fault is Fault.LATE:
            timer = threading.Timer(self._random.uniform(*LATENESS), self._pass_on, [request])
            timer.start()
            self._late.append(timer)
        if fault in {Fault.DOUBLED, Fault.SILENT}:
            self._pass_on(request)
        if fault is Fault.SILENT:
            time.sleep(SILENCE)
        if fault in {Fault.DROPPED, Fault.LATE, Fault.SILENT}:
            return None
        return _INSTEAD.get(fault) or self._pass_on(request)

    def _pass_on(self, request: Request) -> Answer | None:
        connection = http.client.HTTPConnection("127.0.0.1", self._target, timeout=30)
        try:
            connection.request(request.method, request.path, body=request.body, headers=dict(request.headers))
            answer = connection.getresponse()
            kept = {name: value for name, value in answer.getheaders() if name.lower() not in _HOP_BY_HOP}
            return Answer(answer.status, answer.reason, kept, answer.read())
        except OSError:
            return None
        finally:
            connection.close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                self._answer()

            def do_POST(self) -> None:
                self._answer()

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                request = Request(self.command, self.path, dict(self.headers.items()), body)
                fault = proxy.draw(request)
                answer = proxy.play(fault, request)
                with suppress(OSError):
                    self._say(answer, breaks_off=fault is Fault.LOST)

            def _say(self, answer: Answer | None, *, breaks_off: bool) -> None:
                if answer is not None:
                    length = len(answer.body) + (100 if breaks_off else 0)
                    self.send_response_only(answer.status, answer.reason)
                    for name, value in {**answer.headers, "Content-Length": str(length)}.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(answer.body + (b"[" if breaks_off else b""))
                if answer is None or breaks_off:
                    # Not an orderly end: a reset.
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    self.close_connection = True

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        return Handler


class _Server(ThreadingHTTPServer):
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed is no news."""


_HOP_BY_HOP = frozenset({"connection", "content-length", "server"})
_INSTEAD: Mapping[Fault | None, Answer] = {
    Fault.BROKEN: Answer(500, "Internal Server Error", {}, b"[]"),
    Fault.DOWN: Answer(503, "Service Unavailable", {}, b"maintenance"),
    Fault.BUSY: Answer(429, "Too Many Requests", {"Retry-After": WAIT_SECONDS}),
    Fault.FORBIDDEN: Answer(403, "Forbidden", {"Content-Type": "text/html"}, b"<h1>Blocked</h1>"),
    Fault.PAGE: Answer(200, "OK", {"Content-Type": "text/html; charset=windows-1252"}, b"<h1>\xe9teint</h1>"),
}
