"""The database: one engine, one kind of unit of work, the same statements on SQLite and PostgreSQL."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import DateTime, Engine, MetaData, Row, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, Dialect, make_url
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.sql.dml import ReturningInsert
from sqlalchemy.types import TypeDecorator

P = ParamSpec("P")
R = TypeVar("R")

PATIENCE = 15
"""Seconds that a transaction waits for the lock of another one, on either engine."""

LOOK_SECONDS = 0.0003
"""Between two looks of a writer at SQLite's lock. SQLite itself looks after 1, 2, 5, 10, 15… ms, where a transaction of
ours takes one: half of the time of two workers in a hurry was waiting for nothing."""

HURRY_SECONDS = 0.1
"""How long such transactions may keep a writer waiting; what takes longer is a migration, or an import."""

CALM_LOOK_SECONDS = 0.005
"""Between two looks after that."""

MIGRATION_PATIENCE = {"lock_timeout": "4s", "statement_timeout": "60s"}
"""What a migration may ask of PostgreSQL: everybody else waits behind a lock that it waits for, or holds."""

AnyRow = Row[*tuple[Any, ...]]
"""A row of any columns."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An aware UTC time. SQLite forgets the zone; this gives it back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store in UTC; a naive time is a mistake of the program."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 # SQLAlchemy's signature.
        """Read as aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def make_engine(url: str) -> Engine:
    """The engine for `url`, SQLite or PostgreSQL (psycopg 3); no error shows a parameter.

    Made before a fork, it is to be disposed of after it (`dispose(close=False)`): connections do not cross one.
    """
    parsed = make_url(url)
    return _sqlite_engine(parsed) if parsed.get_backend_name() == "sqlite" else _server_engine(parsed)


def _server_engine(url: URL) -> Engine:
    """At most 20 connections a process, 10 of them kept; one that the server has dropped is replaced unnoticed."""
    limits = f"-c lock_timeout={PATIENCE}s -c idle_in_transaction_session_timeout=60s"
    given = url.query.get("options", "")
    return create_engine(
        url,
        connect_args={"connect_timeout": 5, "application_name": "traam", "options": f"{limits} {given}".strip()},
        pool_size=10,
        max_overflow=10,
        pool_pre_ping=True,
        hide_parameters=True,
    )


def _sqlite_engine(url: URL) -> Engine:
    """WAL, foreign keys and patient locks."""
    engine = create_engine(url, connect_args={"timeout": PATIENCE}, pool_size=20, hide_parameters=True)

    @event.listens_for(engine, "do_connect")
    def _keep_to_ourselves(_dialect: object, _record: object, arguments: Any, _options: object) -> None:
        # The private keys are in it: whoever shares the machine may not read it. SQLite's other files follow it.
        if arguments[0] != ":memory:":
            with suppress(OSError):
                os.close(os.open(arguments[0], os.O_CREAT | os.O_EXCL, 0o600))

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # `_begin` starts the transactions.
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA synchronous=NORMAL")
        # Pages (16 MB): the same page of an index, written by launch after launch, goes into the file once.
        cursor.execute("PRAGMA wal_autocheckpoint=4000")
        cursor.close()

    return engine


def with_transactions(engine: Engine) -> Engine:
    """The engine for who begins by SQLAlchemy alone, as migrations do: in SQLite, nobody would tell the driver.

    `Database` tells it by itself: with an event, SQLAlchemy announces every statement to nobody.
    """
    telling = engine.execution_options()
    if engine.dialect.name == "sqlite":
        event.listen(telling, "begin", _begin)
    return telling


def _begin(connection: Connection, *, writing: bool = True, patience: float = PATIENCE) -> None:
    """Begin a transaction of SQLite, by the driver alone: as a statement it would cost as much as an insert.

    A writer takes the lock at once: upgrading a read lock later can fail at any moment.
    """
    cursor = connection.connection.cursor()
    try:
        if writing:
            _begin_writing(cursor, patience)
        else:
            cursor.execute("BEGIN")
    except sqlite3.Error as error:
        raise OperationalError("BEGIN", None, error, hide_parameters=True) from error
    finally:
        cursor.close()


def _begin_writing(cursor: DBAPICursor, patience: float) -> None:
    """Take SQLite's lock for writing. Raises `sqlite3.OperationalError` after `patience` seconds."""
    began = time.monotonic()
    cursor.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                cursor.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                # The lower byte: the others say why it is busy.
                waited = time.monotonic() - began
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or waited >= patience:
                    raise
                time.sleep(LOOK_SECONDS if waited < HURRY_SECONDS else CALM_LOOK_SECONDS)
            else:
                return
    finally:
        cursor.execute(f"PRAGMA busy_timeout={patience * 1000:.0f}")


class Database:
    """Units of work on one engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._patience = PATIENCE
        self._turn = threading.Lock()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads: it sees one moment of the database, and has nothing to commit."""
        with self.engine.connect() as connection:
            if not self._is_sqlite:
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            transaction = connection.begin()
            if self._is_sqlite:
                _begin(connection, writing=False)
            yield connection
            transaction.rollback()

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[Connection]:
        """A transaction that writes: committed at the end, rolled back on any error.

        With `durable` the bytes are on the disk before it returns, power cut or not (SQLite `synchronous=FULL`).
        """
        turn = self._turn_to_write() if self._is_sqlite else nullcontext()
        with turn, self.engine.connect() as connection:
            if durable and self._is_sqlite:
                _pragma(connection, "synchronous", "FULL")
            try:
                with connection.begin():
                    if self._is_sqlite:
                        _begin(connection, patience=self._patience)
                    yield connection
            finally:
                if durable and self._is_sqlite:
                    _pragma(connection, "synchronous", "NORMAL")

    @contextmanager
    def _turn_to_write(self) -> Iterator[None]:
        """One thread of this process at a time at SQLite's lock: that one is looked at in steps, this one wakes.

        Whoever has waited for too long tries the other one: it says what is wrong.
        """
        mine = self._turn.acquire(timeout=PATIENCE)
        try:
            yield
        finally:
            if mine:
                self._turn.release()


@contextmanager
def migrating(connection: Connection) -> Iterator[None]:
    """What migrations need: SQLite's tables remade unwatched by foreign keys; PostgreSQL's locks not waited for long.

    Give the connection before its first transaction.
    """
    if connection.dialect.name == "sqlite":
        _pragma(connection, "foreign_keys", "OFF")
        try:
            yield
        finally:
            _pragma(connection, "foreign_keys", "ON")
        return
    connection.detach()  # Not back into the pool with these limits.
    for name, value in MIGRATION_PATIENCE.items():
        connection.exec_driver_sql(f"SET {name} = '{value}'")
    connection.commit()
    yield


def _pragma(connection: Connection, name: str, value: str) -> None:
    # Outside any transaction, on the raw connection: inside one, SQLite would ignore it.
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA {name}={value}")
    cursor.close()


class Overtaken(Exception):
    """The row that was to be changed has changed since it was read."""


def again_if_overtaken(work: Callable[P, R]) -> Callable[P, R]:
    """Do a unit of work again, twice at most, when another one has just written the row that it was going to write.

    Where reading takes no lock (PostgreSQL), two can both find that a row is missing; the next time it is there. Twice:
    a pupil may be overtaken by the class, and then by another tab.
    """

    @wraps(work)
    def again(*args: P.args, **kwargs: P.kwargs) -> R:
        for _ in range(2):
            with suppress(IntegrityError, Overtaken):
                return work(*args, **kwargs)
        return work(*args, **kwargs)

    return again


def insert_into(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An insert that knows `on_conflict_do_update`, in the dialect of the connection."""
    return insert_in(connection.dialect.name, table)


def insert_in(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    """The same for a dialect by its name: what builds a statement once keeps one for each."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def insert_or_find(connection: Connection, table: Table, key: tuple[str, ...], values: dict[str, Any]) -> int:
    """Insert a row, or find the one that another request has inserted just before: one statement; its `id`.

    `key` names the columns of the unique constraint that may already be taken; `values` has one column more.
    """
    spare = next(name for name in values if name not in key)
    statement = _insert_or_find(connection.dialect.name, table, key, spare)
    return int(connection.execute(statement, values).scalar_one())


@cache
def _insert_or_find(dialect: str, table: Table, key: tuple[str, ...], spare: str) -> ReturningInsert[Any]:
    # What is found is given a value that it has, for the sake of RETURNING; in a column of no key, because PostgreSQL
    # would lock a key against the rows that point to it, and launches of one course would wait for each other in rings.
    unchanged = {spare: table.c[spare]}
    statement = insert_in(dialect, table).on_conflict_do_update(index_elements=list(key), set_=unchanged)
    return statement.returning(table.c.id)
