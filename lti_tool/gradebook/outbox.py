"""The rows of the outbox as the delivery takes and gives them back. Each function is one short transaction's work."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, bindparam, func, literal_column, or_, select, tuple_, update
from sqlalchemy.engine import Connection

from lti_tool.contexts.models import people, resource_links
from lti_tool.db import AnyRow
from lti_tool.gradebook import breaker
from lti_tool.gradebook.models import deliveries, line_items, platform_health

LEASE = timedelta(seconds=12)
"""How long a claimed row is its claimer's, and longer than a call: a process that dies holds it no longer."""

LONG = timedelta(seconds=5)
"""A wait for our own clock that somebody may wonder about."""


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

_HEALTH = (
    func.coalesce(platform_health.c.failures, 0).label("failures"),
    func.coalesce(platform_health.c.clock_lag, 0).label("lag"),
)

# Built once: building a statement costs more than running it. The second of a pair leaves registrations out.
_DUE = (
    select(deliveries.c.id)
    .select_from(deliveries)
    .join(line_items, line_items.c.id == deliveries.c.line_item_id)
    .outerjoin(platform_health, platform_health.c.registration_id == line_items.c.registration_id)
    # Written out: a parameter would hide from the planner that the index of the open rows serves.
    .where(
        deliveries.c.state == literal_column("'open'"), deliveries.c.due_at <= bindparam("now"), breaker.OPEN_TO_POSTS
    )
)
_BESIDES = line_items.c.registration_id.not_in(bindparam("besides", expanding=True))
_LOOK = (_DUE.limit(1), _DUE.where(_BESIDES).limit(1))
_WANTED = (
    _DUE.with_only_columns(*deliveries.c, people.c.sub, *_COLUMN, *_HEALTH)
    .join(people, people.c.id == deliveries.c.person_id)
    .join(resource_links, resource_links.c.id == line_items.c.link_id)
    .order_by(deliveries.c.due_at)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True, of=deliveries)
)
_CLAIM = (_WANTED, _WANTED.where(_BESIDES))
_TAKE = (
    update(deliveries)
    .where(deliveries.c.id.in_(bindparam("these", expanding=True)))
    .values(due_at=bindparam("until"), last_timestamp=bindparam("stamp"))
)
_DELIVERED = (
    update(deliveries)
    .where(
        # SQLite looks for no index where several columns are compared at once, and would read the whole table.
        deliveries.c.id.in_(bindparam("ids", expanding=True)),
        tuple_(deliveries.c.id, deliveries.c.revision, deliveries.c.last_timestamp).in_(
            bindparam("these", expanding=True)
        ),
    )
    .values(state="delivered", reason=None, delivered_at=bindparam("now"), due_at=bindparam("now"))
)


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
    """A score that is ours to post until `lease_ends`.

    `timestamp`: whole seconds since 1970, greater than `last_timestamp`, that of the post before. `failures` and `lag`
    are the platform's.
    """

    id: int
    revision: int
    timestamp: int
    last_timestamp: int
    lease_ends: datetime
    tries: int
    sub: str
    score: float
    maximum: float
    comment: str | None
    started_at: datetime | None
    submitted_at: datetime | None
    column: Column
    failures: int
    lag: int

    @property
    def is_probe(self) -> bool:
        """Whether it is the one score by which a platform that could not answer is tried."""
        return self.failures >= breaker.PATIENCE


def something_due(connection: Connection, now: datetime, *, besides: Collection[int] = ()) -> bool:
    """Whether `claim` would look at a row: one look into an index that holds only open rows."""
    return connection.execute(_LOOK[bool(besides)], _asked(now, besides)).first() is not None


def claim(connection: Connection, now: datetime, *, limit: int, besides: Collection[int] = ()) -> list[Claimed]:
    """Take at most `limit` due rows of platforms that may be called, and not of the registrations `besides`.

    No two claimers get the same row. The timestamp is stored with the claim, before it is posted: a process that dies
    after posting cannot make the next one post it again, which the platform would refuse. It is dated back by what the
    platform's clock is behind. A row whose last timestamp is not in the past yet waits until it is, and says so where
    our clock was set back.
    """
    wanted, asked = _CLAIM[bool(besides)], {**_asked(now, besides), "most": limit}
    while rows := connection.execute(wanted, asked).all():
        early = [row for row in rows if row.last_timestamp >= _seconds(now) - row.lag]
        for row in early:
            _put_off(connection, row, now)
        ready = _without_crowd(connection, [row for row in rows if row not in early], now)
        if ready or not early:
            return _take(connection, ready, now)
    return []


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


def settle_delivered(connection: Connection, claimed: Collection[Claimed], now: datetime) -> None:
    """The same for many rows that are delivered, in one statement."""
    these = [(score.id, score.revision, score.timestamp) for score in claimed]
    connection.execute(_DELIVERED, {"ids": [score.id for score in claimed], "these": these, "now": now})


def give_back(connection: Connection, claimed: Claimed, due_at: datetime) -> None:
    """Undo the claim of a row that was not posted."""
    settle(connection, claimed, due_at=due_at, last_timestamp=claimed.last_timestamp)


def take_making(connection: Connection, line_item_id: int, now: datetime) -> datetime | None:
    """Become the one who makes the column of a line item; the end of the lease, or `None`: there is one already."""
    # One that ends later than a lease can is from before our clock was set back.
    making_until = line_items.c.making_until
    return _hold_making(
        connection, line_item_id, now, or_(making_until.is_(None), making_until <= now, making_until > now + LEASE)
    )


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


def _asked(now: datetime, besides: Collection[int]) -> dict[str, Any]:
    return {"now": now, "besides": list(besides)} if besides else {"now": now}


def _put_off(connection: Connection, row: AnyRow, now: datetime) -> None:
    due_at = datetime.fromtimestamp(row.last_timestamp + row.lag + 1, UTC)
    reason = "grade-clock" if due_at - now > LONG else row.reason
    connection.execute(update(deliveries).where(deliveries.c.id == row.id).values(due_at=due_at, reason=reason))


def _without_crowd(connection: Connection, rows: list[AnyRow], now: datetime) -> list[AnyRow]:
    """The rows, of a platform whose breaker is half-open only one, and none if another claimer is trying it."""
    seen: set[int] = set()
    kept = []
    for row in rows:
        if row.failures >= breaker.PATIENCE:
            known = row.registration_id in seen
            seen.add(row.registration_id)
            if known or not breaker.take_probe(connection, row.registration_id, now, until=now + LEASE):
                continue
        kept.append(row)
    return kept


def _take(connection: Connection, rows: list[AnyRow], now: datetime) -> list[Claimed]:
    stamps: dict[int, list[int]] = {}
    for row in rows:
        stamps.setdefault(_seconds(now) - row.lag, []).append(row.id)
    for stamp, ids in stamps.items():
        connection.execute(_TAKE, {"these": ids, "until": now + LEASE, "stamp": stamp})
    return [_claimed(row, timestamp=_seconds(now) - row.lag, lease_ends=now + LEASE) for row in rows]


def _seconds(now: datetime) -> int:
    return int(now.timestamp())


def _claimed(row: AnyRow, *, timestamp: int, lease_ends: datetime) -> Claimed:
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
        timestamp=timestamp,
        last_timestamp=row.last_timestamp,
        lease_ends=lease_ends,
        tries=row.tries,
        sub=row.sub,
        score=row.score,
        maximum=row.maximum,
        comment=row.comment,
        started_at=row.started_at,
        submitted_at=row.submitted_at,
        column=column,
        failures=row.failures,
        lag=row.lag,
    )
