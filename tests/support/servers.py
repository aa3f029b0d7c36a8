"""The tool as an operator runs it: `traam` and gunicorn, in processes of their own, on a data folder of their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from click.testing import CliRunner

from lti_tool.cli import main
from tests.support.certificates import Certificate

PROJECT = Path(__file__).parents[2]
SCRIPTS = Path(sys.executable).parent
PATIENCE = 30.0


def free_port() -> int:
    """A port that nobody listens on, on either loopback."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def wait_until(condition: Callable[[], bool], *, what: str, seconds: float = PATIENCE) -> None:
    """Ask again and again, and fail with `what` when the time is over."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"still not, after {seconds:g} s: {what}")
        time.sleep(0.05)


@dataclass
class ToolServer:
    """The tool on `localhost`, over https where it has a certificate. It can be killed and started again on its data.

    With a certificate it trusts the authority that the certificate is from.
    """

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    certificate: Certificate | None = None
    settings: dict[str, str] = field(default_factory=dict)
    """More of its environment, such as the database."""

    @property
    def base_url(self) -> str:
        """Its public address."""
        return f"{'https' if self.certificate else 'http'}://localhost:{self.port}"

    @property
    def log(self) -> Path:
        """Everything that it said."""
        return self.folder / "tool.log"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its processes: nothing of ours leaks in."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("TRAAM_")}
        own = {"TRAAM_BASE_URL": self.base_url, "TRAAM_DATA_DIR": str(self.folder), "PORT": str(self.port)}
        if self.certificate:
            arguments = f"--certfile={self.certificate.chain} --keyfile={self.certificate.key}"
            own |= {"TRAAM_CA_FILE": str(self.certificate.authority), "GUNICORN_CMD_ARGS": arguments}
        return inherited | own | self.settings

    def traam(self, *arguments: str) -> str:
        """Run a command of the tool and give back what it prints."""
        done = subprocess.run(
            [SCRIPTS / "traam", *arguments],
            cwd=PROJECT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"traam {' '.join(arguments)}\n{done.stdout}{done.stderr}"
        return done.stdout

    def say(self, *arguments: str) -> str:
        """The same in this process, for what is only a preparation: it spares the start of one."""
        done = CliRunner().invoke(main, arguments, env=self.environment, catch_exceptions=False)
        assert done.exit_code == 0, f"traam {' '.join(arguments)}\n{done.output}"
        return done.stdout

    def start(self) -> None:
        """Serve, and return once it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [SCRIPTS / "gunicorn", "wsgi:application"],
                cwd=PROJECT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_until(self.answers, what=f"the tool answers\n{self.log.read_text(encoding='utf-8')[-4000:]}")

    def fetch_keyset(self, url: str) -> Any:
        """The keys of the tool as an LMS gets them, over https from an LMS that trusts its authority."""
        return requests.get(url, timeout=10, verify=self._trusted).json()

    @property
    def _trusted(self) -> str | bool:
        return str(self.certificate.authority) if self.certificate else True

    def answers(self) -> bool:
        """Whether it serves now. Fails when its process is gone."""
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text(encoding="utf-8")[-4000:]
        try:
            return requests.get(f"{self.base_url}/healthz", timeout=2, verify=self._trusted).ok
        except requests.RequestException:
            return False

    def kill(self) -> None:
        """`kill -9` of the master and of all its workers at once."""
        self._end(signal.SIGKILL)

    def kill_worker(self, number: int) -> None:
        """`kill -9` of one of its web workers, which the master replaces."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii")
        workers = children.split()
        os.kill(int(workers[number % len(workers)]), signal.SIGKILL)

    def stop(self) -> None:
        """As Ctrl-C does."""
        if self.process is not None:
            self._end(signal.SIGTERM)

    def _end(self, with_signal: signal.Signals) -> None:
        assert self.process is not None
        os.killpg(self.process.pid, with_signal)
        self.process.wait(timeout=PATIENCE)
        self.process = None
