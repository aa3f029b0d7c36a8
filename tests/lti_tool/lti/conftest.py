"""A platform that answers, the door to it, and the service client."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lti_tool.lti.outgoing import OutgoingHTTP
from tests.lti_tool.lti.scripted_server import Reply, ScriptedServer
from tests.lti_tool.lti.service_bench import bench, library_forgets

__all__ = ["bench", "library_forgets"]


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """Says that it has no keys."""
    with ScriptedServer(lambda _asked: Reply(body=b'{"keys": []}')) as running:
        yield running


@pytest.fixture
def http() -> OutgoingHTTP:
    """The door, where platforms may be on this machine."""
    return OutgoingHTTP(development=True, connect_seconds=2, total_seconds=5)
