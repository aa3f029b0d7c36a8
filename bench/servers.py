"""A server under test, in processes of its own: started, and looked at through `/proc`."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[1]
GUNICORN = (sys.executable, "-m", "gunicorn")
START_SECONDS = 120.0
STOP_SECONDS = 15.0
_PSS = re.compile(r"^Pss: +(\d+)", re.MULTILINE)
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Server:
    """A process and its children, on a port of the loopback."""

    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """What its processes have used up to now, in user and in system mode."""
        return sum(_ticks(pid) for pid in self.pids()) / TICKS

    def pss_mb(self, *, workers: bool = False) -> float:
        """The memory of all its processes, or of its workers alone, in MB; what they share is counted once."""
        pids = self.pids()[1:] if workers else self.pids()
        rolled_up = (Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in pids)
        kilobytes = sum(int(found[1]) for text in rolled_up if (found := _PSS.search(text)))
        return kilobytes / 1024

    def pids(self) -> list[int]:
        """The process and everything below it."""
        found = [self.pid]
        for pid in found:
            found += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        return found


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(
    command: Sequence[str], *, port: int, environment: Mapping[str, str], log: Path, folder: Path = PROJECT
) -> Iterator[Server]:
    """Start a server in `folder` and stop it at the end, whatever ends us; nothing named `TRAAM_*` leaks in.

    Raises `RuntimeError` with the end of its log when it does not listen in time.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TRAAM_")}
    with log.open("ab") as output:
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", *command],
            cwd=folder,
            env={**inherited, **environment},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        _wait(process, port, log)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"{process.args!r} does not listen\n{log.read_text(errors='replace')[-2000:]}")


def _ticks(pid: int) -> int:
    """`utime` and `stime` of /proc/PID/stat: its fields 14 and 15, counted after the name in brackets."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
