"""Work that one process at a time does, by a row in the database that ends by itself when the process dies."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, or_, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.sql.dml import ReturningInsert

from lti_tool.db import insert_in
from lti_tool.gradebook.models import delivery_leases

_LEASE = delivery_leases.c
_FREE: ColumnElement[bool] = or_(
    _LEASE.holder == bindparam("me"),
    _LEASE.expires_at <= bindparam("now"),
    # One that ends later than it can is from before our clock was set back.
    _LEASE.expires_at > bindparam("furthest"),
)

# Built once: building a statement costs more than running it.
_HELD = select(_LEASE.name).where(_LEASE.name == bindparam("name"), ~_FREE)
_END = (
    update(delivery_leases)
    .where(_LEASE.name == bindparam("this"), _LEASE.holder == bindparam("me"))
    .values(expires_at=bindparam("at"), holder="")
)


def is_held(connection: Connection, name: str, *, but_by: str, now: datetime, span: timedelta) -> bool:
    """Whether another one than `but_by` has a lease: one read, while `take_lease` would write to learn it."""
    asked = {"name": name, "me": but_by, "now": now, "furthest": now + span}
    return connection.execute(_HELD, asked).first() is not None


def take_lease(
    connection: Connection, name: str, *, holder: str, now: datetime, span: timedelta, longest: timedelta | None = None
) -> bool:
    """Take a lease for `span`, or keep it, unless another one has it. `longest`: the furthest that it is ever set."""
    lease = {"name": name, "holder": holder, "expires_at": now + span}
    free = {"me": holder, "now": now, "furthest": now + (longest or span)}
    return connection.execute(_take(connection.dialect.name), {**lease, **free}).first() is not None


def end_lease(connection: Connection, name: str, *, holder: str, at: datetime) -> None:
    """Have a lease that one holds end at this time."""
    connection.execute(_END, {"this": name, "me": holder, "at": at})


@cache
def _take(dialect: str) -> ReturningInsert[Any]:
    statement = insert_in(dialect, delivery_leases)
    taken = {"holder": statement.excluded.holder, "expires_at": statement.excluded.expires_at}
    return statement.on_conflict_do_update(index_elements=["name"], set_=taken, where=_FREE).returning(_LEASE.holder)
