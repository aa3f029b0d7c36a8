"""A PostgreSQL server of the tests' own, in memory: nothing is shared, nothing waits for a disk, it may be killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import psycopg
from sqlalchemy import URL

from tests.support.servers import free_port, wait_until

DEBIAN = Path("/usr/lib/postgresql")
OWNER = "postgres"
"""Who runs the server when root runs the tests: PostgreSQL refuses root."""

MEMORY = Path("/dev/shm")  # noqa: S108 # Where Linux keeps files in memory.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "64MB",
    "max_connections": "200",
}


class PostgreSQLServer:
    """Made and started at construction; `stop` and `start` keep the databases, `remove` does not.

    With `crash_safe` what is committed survives SIGQUIT too: it has been given to the system, if not to a disk.
    """

    def __init__(self, *, crash_safe: bool = False) -> None:
        self._settings = {**SETTINGS, "synchronous_commit": "on" if crash_safe else "off"}
        self._folder = Path(tempfile.mkdtemp(prefix="traam-postgresql-", dir=MEMORY if MEMORY.is_dir() else None))
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        if os.geteuid() == 0:
            shutil.chown(self._folder, OWNER)
        made = ["-D", str(self._data), "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run(self._command("initdb", *made), cwd="/", check=True, capture_output=True)
        self.start()

    @property
    def url(self) -> URL:
        """Its first database."""
        return URL.create("postgresql+psycopg", OWNER, host="127.0.0.1", port=self._port, database="postgres")

    def start(self) -> None:
        """Serve, and return once it answers."""
        settings = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        with (self._folder / "log").open("ab") as log:
            command = self._command("postgres", "-D", str(self._data), "-p", str(self._port), *settings)
            self._process = subprocess.Popen(command, cwd="/", stdout=log, stderr=log, start_new_session=True)
        wait_until(self._answers, what="PostgreSQL answers")

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End every connection and stop; SIGQUIT: as in a crash."""
        assert self._process is not None
        self._process.send_signal(how)
        self._process.wait(timeout=30)
        self._process = None

    def remove(self) -> None:
        """Stop, and leave nothing."""
        if self._process is not None:
            self.stop(signal.SIGQUIT)
        shutil.rmtree(self._folder)

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self._folder / "log").read_text(encoding="utf-8")[-4000:]
        try:
            psycopg.connect(host="127.0.0.1", port=self._port, user=OWNER, dbname="postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def _command(self, program: str, *arguments: str) -> list[str]:
        """A command that does not outlive the tests, whatever ends them."""
        as_owner = ["--reuid", OWNER, "--regid", OWNER, "--clear-groups"] if os.geteuid() == 0 else []
        return ["setpriv", *as_owner, "--pdeathsig", "QUIT", find_program(program), *arguments]


def find_program(name: str) -> str:
    """A program of PostgreSQL: on the path, or where Debian keeps the newest version. Fails when there is none."""
    versions = sorted(DEBIAN.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    found = shutil.which(name) or (versions and str(versions[-1]))
    assert found, "PostgreSQL is not installed; on Debian: apt-get install postgresql"
    return found
