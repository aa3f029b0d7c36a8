"""Speaks HTTP/1.1 to one server over a few connections, and costs the machine as little as Python can.

What is said is a *talk*: a generator that yields requests and is sent their answers; what it returns is its result.
Requests are bytes that were made beforehand, so that next to nothing but the server is on the clock.
"""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

R = TypeVar("R")

TALKS_A_CONNECTION = 4
"""After so many talks a connection is made anew: else one worker may keep all of them, and the other nothing to do."""

PATIENCE = 30.0
"""Seconds that nobody answers before a run is given up."""

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: its head as it came, its body as it came (perhaps in gzip)."""

    head: bytes
    body: bytes

    @property
    def status(self) -> int:
        """Its status."""
        return int(self.head[9:12])

    def values(self, name: str) -> list[str]:
        """Every value of a header."""
        found: list[bytes] = re.findall(rb"\r\n%s: *([^\r]*)" % name.encode(), self.head, re.IGNORECASE)
        return [value.decode("latin-1") for value in found]

    @property
    def cookies(self) -> str:
        """The `Cookie` header that a browser sends after this answer."""
        return "; ".join(value.partition(";")[0] for value in self.values("Set-Cookie"))


Talk = Generator[bytes, Answer, R]


@dataclass(frozen=True, slots=True)
class Spoken(Generic[R]):
    """A talk that has ended: what it returned, and seconds from its first request to its last answer."""

    result: R
    began: float
    seconds: float


def request(
    method: str, path: str, *, host: str, headers: Mapping[str, str], form: Mapping[str, str] | None = None
) -> bytes:
    """The bytes of a request; `form` becomes its body."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", *(f"{name}: {value}" for name, value in headers.items())]
    body = urlencode(form).encode() if form is not None else b""
    if form is not None:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + _END + body


def speak(port: int, talks: Iterable[Talk[R]], *, at_once: int) -> tuple[float, list[Spoken[R]]]:
    """Have all talks with the server on a loopback port, `at_once` at a time; seconds of the whole, and each talk.

    Raises `ConnectionError` when the server closes in mid-talk, `TimeoutError` when it says nothing for `PATIENCE`.
    """
    waiting = iter(talks)
    spoken: list[Spoken[R]] = []
    with selectors.DefaultSelector() as selector:
        began = time.monotonic()
        lanes = [_Lane(port, waiting, spoken, selector) for _ in range(at_once)]
        try:
            while any(lane.busy for lane in lanes):
                ready = selector.select(PATIENCE)
                if not ready:
                    raise TimeoutError(f"nothing for {PATIENCE:g} s on port {port}")
                for key, _ in ready:
                    key.data.read()
        finally:
            for lane in lanes:
                lane.close()
        seconds = time.monotonic() - began
    return seconds, spoken


class _Lane(Generic[R]):
    """One connection at a time, and the talk that it carries."""

    def __init__(
        self, port: int, waiting: Iterator[Talk[R]], spoken: list[Spoken[R]], selector: selectors.BaseSelector
    ) -> None:
        self._port = port
        self._waiting = waiting
        self._spoken = spoken
        self._selector = selector
        self._carried = TALKS_A_CONNECTION
        self._socket = socket.socket()
        self._buffer = b""
        self._began = 0.0
        self.busy = True
        self._next()

    def read(self) -> None:
        """Take what has arrived; go on with the talk once an answer is whole."""
        data = self._socket.recv(1 << 18)
        if not data:
            raise ConnectionError(f"closed in mid-talk after {self._buffer[:200]!r}")
        self._buffer += data
        head, end, body = self._buffer.partition(_END)
        if not end:
            return
        found = _LENGTH.search(head)
        if len(body) < (int(found[1]) if found else 0):
            return
        self._buffer = b""
        try:
            self._socket.sendall(self._talk.send(Answer(head, body)))
        except StopIteration as last:
            self._spoken.append(Spoken(last.value, self._began, time.monotonic() - self._began))
            self._next()

    def _next(self) -> None:
        """Begin the next talk, or rest."""
        talk = next(self._waiting, None)
        if talk is None:
            self.busy = False
            self.close()
            return
        if self._carried == TALKS_A_CONNECTION:
            self.close()
            self._socket = socket.create_connection(("127.0.0.1", self._port))
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(self._socket, selectors.EVENT_READ, self)
            self._carried = 0
        self._carried += 1
        self._talk = talk
        first = next(talk)
        self._began = time.monotonic()
        self._socket.sendall(first)

    def close(self) -> None:
        """Hang up. It may be closed already."""
        with suppress(KeyError, ValueError):
            self._selector.unregister(self._socket)
        self._socket.close()
