"""The circuit breaker of each platform, in the database: all processes leave a platform alone that cannot answer.

Closed, while it answers. Open, after failures in a row: until `resume_at` nobody posts. Half-open then: `claim` lets
one score through, whose end closes the breaker or opens it for longer.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, or_, select, update
from sqlalchemy.engine import Connection

from lti_tool.db import AnyRow, insert_into
from lti_tool.gradebook.models import deliveries, line_items, platform_health

PATIENCE = 6
"""Failures in a row that open the breaker."""

FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=5)
_MOST_DOUBLINGS = 10

PASSING = ("grade-platform-silent", "grade-platform-busy", "grade-answer-wrong")
"""Reasons to wait that are over when the platform is back."""


def pause_after(failures: int) -> timedelta | None:
    """How long the breaker stays open after so many failures in a row: twice as long each time; `None`: it is closed.

    Never longer than five minutes: a platform that was down for a night is found soon after it is back.
    """
    if failures < PATIENCE:
        return None
    doublings: int = min(failures - PATIENCE, _MOST_DOUBLINGS)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


OPEN_TO_POSTS: ColumnElement[bool] = or_(
    platform_health.c.resume_at.is_(None), platform_health.c.resume_at <= bindparam("now")
)
"""Whether a platform may be called; for a statement that joins its health, or finds none, and is given `now`."""


def take_probe(connection: Connection, registration_id: int, now: datetime, *, until: datetime) -> bool:
    """Become the one who tries a platform whose breaker is half-open; nobody else does before `until`."""
    health = platform_health.c
    changed = connection.execute(
        update(platform_health)
        .where(health.registration_id == registration_id, health.failures >= PATIENCE, health.resume_at <= now)
        .values(resume_at=until)
    )
    return changed.rowcount == 1


def note_failure(
    connection: Connection, registration_id: int, *, weight: int, wait: float, was_probe: bool, now: datetime
) -> datetime | None:
    """Count a failure, and give until when the platform is left alone, if it is; `wait`: as many seconds as it asks.

    What is due for it waits until then too, without counting it as a failure. Only a probe in vain makes the next pause
    longer: the others were on their way together, and one bad moment must not cost as many pauses as there are lanes.
    """
    health = platform_health.c
    counted = case(
        (health.failures >= PATIENCE, health.failures + int(was_probe)),
        (health.failures + weight > PATIENCE, PATIENCE),
        else_=health.failures + weight,
    )
    known = _upsert(connection, registration_id, failures=min(weight, PATIENCE), counted=counted)
    pause = max(pause_after(known.failures) or timedelta(), timedelta(seconds=wait))
    if not pause:
        return None
    resume_at = now + pause
    if known.resume_at is not None and known.resume_at > now and not was_probe:
        resume_at = max(known.resume_at, now + timedelta(seconds=wait))
    connection.execute(
        update(platform_health).where(health.registration_id == registration_id).values(resume_at=resume_at)
    )
    # Who holds a row of it just now gives it back by himself; to wait for him could be to wait for each other.
    row = deliveries.c
    waiting = (
        select(row.id)
        .where(row.state == "open", row.due_at <= now, row.line_item_id.in_(_columns(registration_id)))
        .with_for_update(skip_locked=True)
    )
    connection.execute(update(deliveries).where(row.id.in_(waiting)).values(due_at=resume_at))
    return resume_at


def note_answer(connection: Connection, registration_id: int, *, was_probe: bool, now: datetime) -> None:
    """The platform answers: its failures are forgotten. If the breaker was open, all that waits for it is due."""
    health = platform_health.c
    changes = {"failures": 0, "resume_at": None} if was_probe else {"failures": 0}
    connection.execute(
        update(platform_health).where(health.registration_id == registration_id, health.failures > 0).values(**changes)
    )
    if was_probe:
        row = deliveries.c
        waiting = and_(row.state == "open", row.due_at > now, row.reason.in_(PASSING))
        connection.execute(
            update(deliveries).where(waiting, row.line_item_id.in_(_columns(registration_id))).values(due_at=now)
        )


def keep_lag(connection: Connection, registration_id: int, seconds: int) -> None:
    """Note how far the clock of a platform is behind ours."""
    _upsert(connection, registration_id, failures=0, counted=platform_health.c.failures, clock_lag=seconds)


def _upsert(
    connection: Connection, registration_id: int, *, failures: int, counted: ColumnElement[int], **changes: int
) -> AnyRow:
    fresh = {"failures": failures, "clock_lag": 0, **changes}
    statement = insert_into(connection, platform_health).values(registration_id=registration_id, **fresh)
    upsert = statement.on_conflict_do_update(
        index_elements=["registration_id"], set_={"failures": counted, **changes}
    ).returning(platform_health.c.failures, platform_health.c.resume_at)
    return connection.execute(upsert).one()


def _columns(registration_id: int) -> Select[int]:
    return select(line_items.c.id).where(line_items.c.registration_id == registration_id)
