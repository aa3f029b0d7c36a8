"""The database: one engine, one kind of unit of work, the same statements on SQLite and PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Engine, MetaData, Row, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect, make_url
from sqlalchemy.types import TypeDecorator

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
    """The engine for `url`: SQLite gets WAL, foreign keys and patient locks; no error shows a parameter."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True, hide_parameters=True)
    engine = create_engine(parsed, connect_args={"timeout": 15}, pool_size=20, hide_parameters=True)

    @event.listens_for(engine, "do_connect")
    def _keep_to_ourselves(_dialect: object, _record: object, arguments: Any, _options: object) -> None:
        # The private keys are in it: whoever shares the machine may not read it. SQLite's other files follow it.
        if arguments[0] != ":memory:":
            with suppress(OSError):
                os.close(os.open(arguments[0], os.O_CREAT | os.O_EXCL, 0o600))

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy's `begin` event below starts the transactions.
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes the lock at once: upgrading a read lock later can fail at any moment.
        write = connection.get_execution_options().get("traam_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


class Database:
    """Units of work on one engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads: it sees one moment of the database, and has nothing to commit."""
        with self.engine.connect() as connection, connection.begin() as transaction:
            yield connection
            transaction.rollback()

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[Connection]:
        """A transaction that writes: committed at the end, rolled back on any error.

        With `durable` the bytes are on the disk before it returns, power cut or not (SQLite `synchronous=FULL`).
        """
        with self.engine.connect().execution_options(traam_write=True) as connection:
            sqlite = connection.dialect.name == "sqlite"
            if durable and sqlite:
                _pragma(connection, "synchronous", "FULL")
            try:
                with connection.begin():
                    yield connection
            finally:
                if durable and sqlite:
                    _pragma(connection, "synchronous", "NORMAL")


@contextmanager
def unguarded_keys(connection: Connection) -> Iterator[None]:
    """Let migrations remake SQLite's tables without their foreign keys watching."""
    sqlite_engine = connection.dialect.name == "sqlite"
    if sqlite_engine:
        _pragma(connection, "foreign_keys", "OFF")
    try:
        yield
    finally:
        if sqlite_engine:
            _pragma(connection, "foreign_keys", "ON")


def _pragma(connection: Connection, name: str, value: str) -> None:
    # Outside any transaction, on the raw connection: inside one, SQLite would ignore it.
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA {name}={value}")
    cursor.close()


def insert_into(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An insert that knows `on_conflict_do_update`, in the dialect of the connection."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def insert_or_find(connection: Connection, table: Table, key: tuple[str, ...], values: dict[str, Any]) -> int:
    """Insert a row, or find the one that another request has inserted just before: one statement; its `id`.

    `key` names the columns of the unique constraint that may already be taken.
    """
    statement = (
        insert_into(connection, table)
        .values(**values)
        .on_conflict_do_update(index_elements=list(key), set_={key[0]: values[key[0]]})
        .returning(table.c.id)
    )
    return int(connection.execute(statement).scalar_one())
