"""A hub that is acted: no hub can be called from a test."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from lti_tool.lti.outgoing import PlatformUnreachable, Response
from lti_tool.lti.registration import Callee

SITE = "5e0c7b5e-0000-4000-8000-000000000000"


def offer(name: str, version: tuple[int, int, int] = (1, 2, 7), core: tuple[int, int] = (1, 26)) -> dict[str, Any]:
    """An entry of the list of content types."""
    return {
        "id": name,
        "title": name,
        "version": dict(zip(("major", "minor", "patch"), version, strict=True)),
        "coreApiVersionNeeded": {"major": core[0], "minor": core[1]},
    }


@dataclass
class FakeHub:
    """Answers as the door would: registrations, the list of what is in `packages`, and those."""

    packages: dict[str, bytes] = field(default_factory=dict)
    offers: list[dict[str, Any]] | None = None
    status: int = 200
    silent: bool = False
    called: list[str] = field(default_factory=list)

    def request(
        self,
        method: str,
        url: str,
        *,
        registration: Callee,
        data: Mapping[str, str] | None = None,
        limit: int = 0,  # noqa: ARG002 # The signature of the real one.
    ) -> Response:
        self._call(method, url, registration)
        if url.endswith("/sites"):
            return self._answer({"uuid": SITE})
        assert data is not None
        assert data["uuid"] == SITE
        offers = self.offers if self.offers is not None else [offer(name) for name in self.packages]
        return self._answer({"contentTypes": offers})

    def download(
        self,
        url: str,
        target: BinaryIO,
        *,
        registration: Callee,
        limit: int,  # noqa: ARG002 # The signature of the real one.
        seconds: float,  # noqa: ARG002 # Same.
        received: Callable[[int, int | None], None],
    ) -> Response:
        self._call("GET", url, registration)
        package = self.packages[url.rpartition("/")[2]]
        target.write(package)
        received(len(package), len(package))
        return Response(self.status, "", {}, b"")

    def _call(self, method: str, url: str, registration: Callee) -> None:
        host = url.split("/")[2]
        assert registration.hosts == {(host, 443)}
        self.called.append(f"{method} {url}")
        if self.silent:
            raise PlatformUnreachable("platform-slow", host=host)

    def _answer(self, value: object) -> Response:
        return Response(self.status, "", {}, json.dumps(value).encode())
