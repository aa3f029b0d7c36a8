"""The figures of several workers, as gunicorn runs them."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.support.school import stocked_copy
from tests.support.servers import ToolServer, wait_until


@pytest.fixture
def tool(house_seed: Path, tmp_path: Path) -> Iterator[ToolServer]:
    server = stocked_copy(house_seed, tmp_path / "var")
    server.start()
    yield server
    server.stop()


def metrics_folder(master: int) -> Path:
    """Where the workers count: those that have counted hold a file there."""
    said = "".join(Path(f"/proc/{worker}/maps").read_text() for worker in workers(master))
    found = re.search(r"\S*/traam-metrics-[0-9a-f]+", said)
    assert found
    return Path(found[0])


def workers(master: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split()]


def counted(tool: ToolServer) -> int:
    """How many requests to `/lti/jwks` have been counted, by whichever workers."""
    said = requests.get(f"{tool.base_url}/metrics", timeout=5).text
    return sum(
        int(float(number))
        for number in re.findall(r'^traam_request_seconds_count\{endpoint="launches.jwks"\} (\S+)$', said, re.MULTILINE)
    )


def ask(tool: ToolServer, times: int) -> None:
    for _ in range(times):
        assert requests.get(f"{tool.base_url}/lti/jwks", timeout=5).ok


def test_the_counts_of_all_workers_are_added_up_and_outlive_a_worker(tool: ToolServer) -> None:
    assert tool.process is not None
    ask(tool, 12)
    assert counted(tool) == 12
    dead, *_ = workers(tool.process.pid)
    os.kill(dead, signal.SIGKILL)
    master = tool.process.pid
    wait_until(lambda: dead not in workers(master) and len(workers(master)) > 1, what="another worker has come")
    wait_until(tool.answers, what="the tool answers")
    ask(tool, 3)
    assert counted(tool) == 15


def test_nothing_of_the_counts_stays_when_the_server_is_stopped(tool: ToolServer) -> None:
    assert tool.process is not None
    ask(tool, 12)
    master = tool.process.pid
    wait_until(lambda: bool(counted(tool)), what="something is counted")
    folder = metrics_folder(master)
    assert folder.is_dir()
    tool.stop()
    assert not folder.exists()
