"""The rows of the outbox as the delivery takes and gives them back. Each function is one short transaction's work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.engine import Connection

from lti_tool.contexts.models import people, resource_links
from lti_tool.db import AnyRow
from lti_tool.gradebook.models import deliveries, line_items

LEASE = timedelta(seconds=12)
"""How long a claimed row is its claimer's, and longer than a call: a process that dies holds it no longer."""


@dataclass(frozen=True, slots=True)
class Column:
    """A line item, with what is needed to find it on the platform, or to make it."""

    id: int
    registration_id: int
    link_key: str
    resource_id: str
    tag: str
    label: str
    maximum: float
    url: str | None
    container_url: str | None
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A score that is ours to post until `lease_ends`. `timestamp`: whole seconds since 1970, greater than before."""

    id: int
    revision: int
    timestamp: int
    lease_ends: datetime
    tries: int
    sub: str
    score: float
    maximum: float
    comment: str | None
    started_at: datetime | None
    submitted_at: datetime | None
    column: Column


def something_due(connection: Connection, now: datetime) -> bool:
    """Whether `claim` would find a row: one look into an index that holds only open rows."""
    return connection.execute(select(deliveries.c.id).where(_due(now)).limit(1)).first() is not None


def claim(connection: Connection, now: datetime, *, limit: int) -> list[Claimed]:
    """Take at most `limit` due rows, in one statement: no two claimers get the same one.

    The timestamp is stored with the claim, before it is posted: a process that dies after posting cannot make the
    next one post it again, which the platform would refuse. A row whose last timestamp is this very second waits for
    the next one.
    """
    due = select(deliveries.c.id).where(_due(now)).order_by(deliveries.c.due_at).limit(limit)
    taken = connection.scalars(
        update(deliveries)
        .where(deliveries.c.id.in_(due.with_for_update(skip_locked=True)))
        .values(due_at=now + LEASE, last_timestamp=_seconds(now))
        .returning(deliveries.c.id)
    ).all()
    if not taken:
        return []
    rows = connection.execute(
        select(deliveries, people.c.sub, *_COLUMN)
        .join(line_items, line_items.c.id == deliveries.c.line_item_id)
        .join(resource_links, resource_links.c.id == line_items.c.link_id)
        .join(people, people.c.id == deliveries.c.person_id)
        .where(deliveries.c.id.in_(taken))
        .order_by(line_items.c.registration_id, deliveries.c.id)
    )
    return [_claimed(row) for row in rows]


def settle(connection: Connection, claimed: Claimed, **values: Any) -> bool:
    """Write what became of a claimed row, unless a newer score or a newer claim has taken its place."""
    changed = connection.execute(
        update(deliveries)
        .where(
            deliveries.c.id == claimed.id,
            deliveries.c.revision == claimed.revision,
            deliveries.c.last_timestamp == claimed.timestamp,
        )
        .values(**values)
    )
    return changed.rowcount == 1


def put_off(connection: Connection, registration_id: int, now: datetime, *, until: datetime) -> None:
    """Have what is due for a platform wait, without counting it as a failure."""
    columns = select(line_items.c.id).where(line_items.c.registration_id == registration_id)
    connection.execute(update(deliveries).where(_due(now), deliveries.c.line_item_id.in_(columns)).values(due_at=until))


def take_making(connection: Connection, line_item_id: int, now: datetime) -> datetime | None:
    """Become the one who makes the column of a line item; the end of the lease, or `None`: there is one already."""
    making_until = line_items.c.making_until
    return _hold_making(connection, line_item_id, now, or_(making_until.is_(None), making_until <= now))


def keep_making(connection: Connection, line_item_id: int, now: datetime, *, held: datetime) -> datetime | None:
    """Make the lease last anew, also one that has ended, if nobody else has had it since."""
    return _hold_making(connection, line_item_id, now, line_items.c.making_until == held)


def keep_url(connection: Connection, line_item_id: int, url: str) -> None:
    """Note the address of the column, unless a launch has named one meanwhile."""
    connection.execute(
        update(line_items)
        .where(line_items.c.id == line_item_id)
        .values(url=func.coalesce(line_items.c.url, url), making_until=None)
    )


def column_url(connection: Connection, line_item_id: int) -> str | None:
    """The address of a line item as it is now."""
    return connection.scalar(select(line_items.c.url).where(line_items.c.id == line_item_id))


def _hold_making(
    connection: Connection, line_item_id: int, now: datetime, free: ColumnElement[bool]
) -> datetime | None:
    ends = now + LEASE
    changed = connection.execute(
        update(line_items)
        .where(line_items.c.id == line_item_id, line_items.c.url.is_(None), free)
        .values(making_until=ends)
    )
    return ends if changed.rowcount == 1 else None


def _due(now: datetime) -> ColumnElement[bool]:
    row = deliveries.c
    return and_(row.state == "open", row.due_at <= now, row.last_timestamp < _seconds(now))


def _seconds(now: datetime) -> int:
    return int(now.timestamp())


_COLUMN = (
    line_items.c.registration_id,
    line_items.c.resource_id,
    line_items.c.tag,
    line_items.c.label,
    line_items.c.maximum.label("column_maximum"),
    line_items.c.url,
    line_items.c.container_url,
    line_items.c.scopes,
    resource_links.c.link_key,
)


def _claimed(row: AnyRow) -> Claimed:
    column = Column(
        id=row.line_item_id,
        registration_id=row.registration_id,
        link_key=row.link_key,
        resource_id=row.resource_id,
        tag=row.tag,
        label=row.label,
        maximum=row.column_maximum,
        url=row.url,
        container_url=row.container_url,
        scopes=frozenset(row.scopes.split()),
    )
    return Claimed(
        id=row.id,
        revision=row.revision,
        timestamp=row.last_timestamp,
        lease_ends=row.due_at,
        tries=row.tries,
        sub=row.sub,
        score=row.score,
        maximum=row.maximum,
        comment=row.comment,
        started_at=row.started_at,
        submitted_at=row.submitted_at,
        column=column,
    )
