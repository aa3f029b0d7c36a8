"""The platform of the benchmarks: signs tokens off the clock, and takes grades in a process of its own.

It is as fast as a platform can be: it checks nothing, stores nothing but when each grade came, and never says no.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path
from typing import cast
from urllib.request import urlopen

from bench.servers import free_port, serving
from lti_tool.demo_lms.claims import launch_claims
from lti_tool.demo_lms.config import DemoActivity, DemoConfig, DemoUser
from lti_tool.demo_lms.keys import PlatformKey
from lti_tool.demo_lms.store import LineItem

COLUMN = LineItem(id=1, label="Les mots de la dissertation", maximum=8)
TOKEN = json.dumps({"access_token": "benchmark", "token_type": "bearer", "expires_in": 3600})


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform with one course, one activity and as many pupils as one likes, whose ids are numbers."""

    config: DemoConfig
    key: PlatformKey
    activity: DemoActivity

    @property
    def public_key(self) -> str:
        """The key that its tokens are verified with, as JSON (RFC 7517 §4)."""
        return json.dumps(self.key.jwk)

    def id_token(self, pupil: int, nonce: str) -> str:
        """The token of a launch, signed now: it lives a minute."""
        claims = launch_claims(
            self.config,
            user=DemoUser(str(pupil), f"Élève {pupil}", "pupil"),
            activity=self.activity,
            items=[COLUMN],
            nonce=nonce,
            now=int(time.time()),
        )
        return self.key.sign(claims)

    def login(self, pupil: int) -> dict[str, str]:
        """What the browser of a pupil brings to the tool's login address (LTI security framework §5.1.1)."""
        return {
            "iss": self.config.base_url,
            "login_hint": str(pupil),
            "target_link_uri": self.config.tool_launch_url,
            "client_id": self.config.client_id,
            "lti_deployment_id": self.config.deployment_id,
            "lti_message_hint": "1",
        }

    def arrivals(self) -> dict[int, float]:
        """When the first grade of each pupil came, by `time.monotonic()`."""
        with urlopen(f"{self.config.base_url}/arrivals") as answer:  # noqa: S310 # Our own address.
            return {int(pupil): at for pupil, at in json.load(answer).items()}


@contextmanager
def platform_serving(key: PlatformKey, folder: Path) -> Iterator[str]:
    """Serve a keyset, tokens and line items that take any score, in a process of its own; the address of it."""
    port = free_port()
    environment = {"BENCH_KEYSET": json.dumps({"keys": [key.jwk]})}
    command = [sys.executable, "-m", "bench.fake_platform", str(port)]
    with serving(command, port=port, environment=environment, log=folder / "platform.log"):
        yield f"http://127.0.0.1:{port}"


class _Line(asyncio.Protocol):
    """One connection of the tool to the platform."""

    def __init__(self, keyset: str, arrivals: dict[str, float]) -> None:
        self._keyset = keyset
        self._arrivals = arrivals
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer each request that is whole."""
        self._buffer += data
        while True:
            head, end, rest = self._buffer.partition(b"\r\n\r\n")
            if not end:
                return
            fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
            length = int(fields.get(b"content-length", 0))
            if len(rest) < length:
                return
            self._buffer = rest[length:]
            body = self._answer(head.split(b" ", 2)[1], rest[:length])
            lines = ("HTTP/1.1 200 OK", f"Date: {formatdate(usegmt=True)}", "Content-Type: application/json")
            self._transport.write("\r\n".join((*lines, f"Content-Length: {len(body)}", "", body)).encode())

    def _answer(self, path: bytes, body: bytes) -> str:
        if b"/scores" in path:
            self._arrivals.setdefault(json.loads(body)["userId"], time.monotonic())
            return ""
        if path == b"/certs":
            return self._keyset
        if path == b"/token":
            return TOKEN
        return json.dumps(self._arrivals) if path == b"/arrivals" else "{}"


async def _serve(port: int) -> None:
    keyset = os.environ["BENCH_KEYSET"]
    arrivals: dict[str, float] = {}
    server = await asyncio.get_running_loop().create_server(lambda: _Line(keyset, arrivals), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
