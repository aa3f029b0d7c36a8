"""Work that one process at a time does, by a row in the database that ends by itself when the process dies."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, or_, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.sql.dml import ReturningInsert

from lti_tool.db import PATIENCE, Database, insert_in
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


class Lease:
    """What one process at a time has. Each object is a holder of its own, and another one in each process.

    `span`: how long it lasts when the process dies; `longest`: the furthest that it is ever set, `span` by default.
    """

    def __init__(
        self,
        database: Database,
        name: str,
        clock: Callable[[], datetime],
        *,
        span: timedelta,
        longest: timedelta | None = None,
    ) -> None:
        self._database = database
        self._name = name
        self._clock = clock
        self._span = span
        self._longest = longest or span
        self._holder = ""
        self._process = 0
        self._kept_until = 0.0

    def keep(self) -> bool:
        """Take it, or make it last anew when half of it is over; `False`: another one has it."""
        self._be_one_of_this_process()
        if time.monotonic() < self._kept_until:
            return True
        with self._database.write() as connection:
            # Not before the lock was waited for: who takes the lease meanwhile would seem to have it for too long.
            asked, kept_until = self._asked(), time.monotonic() + self._span.total_seconds() / 2
            taken = {"name": self._name, "holder": self._holder, "expires_at": asked["now"] + self._span}
            if connection.execute(_take(connection.dialect.name), {**asked, **taken}).first() is None:
                return False
        self._kept_until = kept_until
        return True

    def is_elsewhere(self, connection: Connection) -> bool:
        """Whether another one has it: one read, where `keep` would write."""
        self._be_one_of_this_process()
        return connection.execute(_HELD, {**self._asked(), "name": self._name}).first() is not None

    def end(self, *, rest: timedelta = timedelta()) -> None:
        """Let it go; with `rest`, nobody has it before that is over."""
        self._kept_until = 0.0
        with self._database.write() as connection:
            connection.execute(_END, {"this": self._name, "me": self._holder, "at": self._clock() + rest})

    def _be_one_of_this_process(self) -> None:
        if self._process != os.getpid():
            # A fork copies a holder, and both would be one.
            self._process, self._holder, self._kept_until = os.getpid(), secrets.token_hex(16), 0.0

    def _asked(self) -> dict[str, Any]:
        now = self._clock()
        # Somebody else may have waited for the row with an older clock, or be on a machine whose clock is ahead.
        return {"me": self._holder, "now": now, "furthest": now + self._longest + timedelta(seconds=PATIENCE)}


@cache
def _take(dialect: str) -> ReturningInsert[Any]:
    statement = insert_in(dialect, delivery_leases)
    taken = {"holder": statement.excluded.holder, "expires_at": statement.excluded.expires_at}
    return statement.on_conflict_do_update(index_elements=["name"], set_=taken, where=_FREE).returning(_LEASE.holder)
