"""Work that one process at a time does, by a row in the database that ends by itself when the process dies."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, update
from sqlalchemy.engine import Connection

from lti_tool.db import insert_into
from lti_tool.gradebook.models import delivery_leases


def take_lease(
    connection: Connection, name: str, *, holder: str, now: datetime, span: timedelta, longest: timedelta | None = None
) -> bool:
    """Take a lease for `span`, or keep it, unless another one has it. `longest`: the furthest that it is ever set."""
    lease = delivery_leases.c
    statement = insert_into(connection, delivery_leases).values(name=name, holder=holder, expires_at=now + span)
    # One that ends later than it can is from before our clock was set back.
    free = or_(lease.holder == holder, lease.expires_at <= now, lease.expires_at > now + (longest or span))
    taken = connection.execute(
        statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"holder": statement.excluded.holder, "expires_at": statement.excluded.expires_at},
            where=free,
        ).returning(lease.holder)
    )
    return taken.first() is not None


def end_lease(connection: Connection, name: str, *, holder: str, at: datetime) -> None:
    """Have a lease that one holds end at this time."""
    mine = (delivery_leases.c.name == name) & (delivery_leases.c.holder == holder)
    connection.execute(update(delivery_leases).where(mine).values(expires_at=at, holder=""))
