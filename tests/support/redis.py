"""A Redis of the tests' own: it may be stopped, and nobody else's messages are in it."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path

from tests.support.servers import free_port, wait_until


class RedisServer:
    """Keeps everything in memory. Made stopped."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """What `TRAAM_BROKER_URL` is."""
        return f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """Serve, and return once it answers."""
        settings = ["--port", str(self._port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "redis-server", *settings],
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        wait_until(self._answers, what="Redis answers")

    def stop(self) -> None:
        """Stop at once and forget everything, if it serves."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=30)
            self._process = None

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
        except OSError:
            return False
        return True
