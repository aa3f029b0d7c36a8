"""Databases on PostgreSQL: on a server of the benchmarks' own, or on one that is named."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import URL, create_engine, make_url

from bench.contestants import NotHere
from bench.servers import free_port, serving

DEBIAN = Path("/usr/lib/postgresql")
OWNER = "postgres"
"""Who runs the server when root runs the benchmarks: PostgreSQL refuses root."""

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_preload_libraries": "pg_stat_statements",
}
"""The others are PostgreSQL's own: each commit is on the disk before it is answered."""

TRANSACTION = "^(BEGIN|START|COMMIT|ROLLBACK|SET|SHOW)"


@dataclass
class Databases:
    """Makes databases on a server, and removes them at the end."""

    server: URL
    made: list[str] = field(default_factory=list)

    def make(self) -> str:
        """The SQLAlchemy address of a new, empty database."""
        name = f"traam_bench_{secrets.token_hex(4)}"
        self._admin(f'CREATE DATABASE "{name}" TEMPLATE template0')
        self.made.append(name)
        return self.server.set(database=name).render_as_string(hide_password=False)

    def drop_all(self) -> None:
        """Remove what was made, whoever uses it."""
        for name in self.made:
            self._admin(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _admin(self, statement: str) -> None:
        engine = create_engine(self.server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()


def count_statements(database_url: str) -> int:
    """How many statements a database of our own server has been asked; those around transactions are not counted."""
    engine = create_engine(database_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        asked = (
            "SELECT coalesce(sum(calls), 0) FROM pg_stat_statements JOIN pg_database ON pg_database.oid = dbid "
            "WHERE datname = current_database() AND query !~* %(transaction)s AND query !~ 'pg_stat_statements'"
        )
        count = connection.exec_driver_sql(asked, {"transaction": TRANSACTION}).scalar_one()
    engine.dispose()
    return int(count)


@contextmanager
def databases(given: str) -> Iterator[Databases]:
    """Databases on the server `given`, else on one of our own. Raises `NotHere` where PostgreSQL is not installed.

    `given` is the SQLAlchemy address of a database where others may be made.
    """
    if given:
        made = Databases(make_url(given))
        try:
            yield made
        finally:
            made.drop_all()
        return
    with tempfile.TemporaryDirectory(prefix="traam-bench-postgresql-") as name, _own_server(Path(name)) as server:
        yield Databases(server)


@contextmanager
def _own_server(folder: Path) -> Iterator[URL]:
    as_owner: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, OWNER)
        as_owner = ["setpriv", "--reuid", OWNER, "--regid", OWNER, "--clear-groups", "--pdeathsig", "INT"]
    data = folder / "data"
    made = ["-D", str(data), "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
    subprocess.run([*as_owner, _program("initdb"), *made], cwd="/", check=True, capture_output=True)
    port = free_port()
    settings = [part for setting, value in SETTINGS.items() for part in ("-c", f"{setting}={value}")]
    command = [*as_owner, _program("postgres"), "-D", str(data), "-p", str(port), *settings]
    with serving(command, port=port, environment={}, log=folder / "log", folder=Path("/")):
        url = URL.create("postgresql+psycopg", OWNER, host="127.0.0.1", port=port, database="postgres")
        yield url


def _program(name: str) -> str:
    """A program of PostgreSQL: on the path, or where Debian keeps the newest version."""
    versions = sorted(DEBIAN.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    found = shutil.which(name) or (versions and str(versions[-1]))
    if not found:
        raise NotHere("PostgreSQL is not installed (on Debian: apt-get install postgresql)")
    return found
