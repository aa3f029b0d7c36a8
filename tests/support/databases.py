"""The databases of the tests: SQLite files in their data folders or, with `--database=postgresql`, on a server.

The server is one of our own, unless the variable `TEST_POSTGRESQL_URL` names a database of another one.
"""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
from functools import cache
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, make_url

from lti_tool.db import make_engine
from tests.support.postgresql import PostgreSQLServer

PREFIX = "traam_test_"

_names: dict[Path, str] = {}
_on_server = False


def use(kind: str) -> None:
    """Put the databases of this session into `sqlite` files or onto the `postgresql` server."""
    global _on_server  # noqa: PLW0603 # One choice for the whole session, made by an option of pytest.
    _on_server = kind == "postgresql"


def database_of(folder: Path) -> str:
    """`TRAAM_DATABASE_URL` of a data folder: empty for SQLite; on the server it is made, empty, at first asking."""
    if not _on_server:
        return ""
    if folder not in _names:
        _create(folder)
    return _address(_names[folder])


def engine_of(folder: Path) -> Engine:
    """A connection of one's own to the database of a data folder."""
    return make_engine(database_of(folder) or f"sqlite:///{folder / 'traam.sqlite'}")


def copy_data(seed: Path, folder: Path) -> None:
    """Copy a data folder with its database, which nobody may be using."""
    shutil.copytree(seed, folder, dirs_exist_ok=True)
    if _on_server:
        _create(folder, template=_names[seed])


def known_databases() -> set[Path]:
    """The data folders whose databases this process has made on the server."""
    return set(_names)


def drop_databases(folders: set[Path]) -> None:
    """Remove databases from the server, whoever uses them."""
    for folder in folders:
        _admin().exec_driver_sql(f'DROP DATABASE IF EXISTS "{_names.pop(folder)}" WITH (FORCE)')


def _create(folder: Path, template: str = "template0") -> None:
    name = PREFIX + secrets.token_hex(8)
    if template != "template0":
        # A template is not copied while somebody is connected to it: those whom we have forgotten.
        leave = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %(name)s"
        _admin().exec_driver_sql(leave, {"name": template})
    _admin().exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    _names[folder] = name


def _address(name: str) -> str:
    return _server().set(database=name).render_as_string(hide_password=False)


@cache
def _server() -> URL:
    given = os.environ.get("TEST_POSTGRESQL_URL")
    if given:
        return make_url(given)
    server = PostgreSQLServer()
    atexit.register(server.remove)
    return server.url


@cache
def _admin() -> Connection:
    return create_engine(_server(), isolation_level="AUTOCOMMIT").connect()
