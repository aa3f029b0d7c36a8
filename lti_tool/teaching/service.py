"""The class at one link: who has worked, with what result, and where the grades are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from lti_tool.attempts.models import attempts
from lti_tool.contexts.models import resource_links
from lti_tool.gradebook.service import DeliveryStatus, Gradebook
from lti_tool.launches.sessions import LaunchSession


@dataclass(frozen=True, slots=True)
class Line:
    """A pupil: a number that is the same at every visit, the attempts, the best result (0 to 1), the grade."""

    number: int
    attempts: int
    handed_in: int
    progress: float
    best: float | None
    saved_at: datetime | None
    grade: DeliveryStatus | None


def class_of(connection: Connection, session: LaunchSession, gradebook: Gradebook) -> list[Line]:
    """The pupils who have opened this link, numbered in the order in which the course first saw them."""
    numbers = _numbers(connection, session.context_id)
    work = (
        select(
            attempts.c.person_id,
            func.count().label("attempts"),
            func.count(attempts.c.submitted_at).label("handed_in"),
            func.max(attempts.c.progress).label("progress"),
            func.max(attempts.c.raw / attempts.c.maximum).filter(attempts.c.status == "submitted").label("best"),
            func.max(attempts.c.saved_at).label("saved_at"),
        )
        .where(attempts.c.link_id == session.link_id, attempts.c.preview.is_(False))
        .group_by(attempts.c.person_id)
    )
    rows = {row.person_id: row for row in connection.execute(work)}
    grades = gradebook.statuses(connection, session.link_id)
    return [
        Line(
            number=numbers[person],
            attempts=row.attempts,
            handed_in=row.handed_in,
            progress=row.progress,
            best=row.best,
            saved_at=row.saved_at,
            grade=grades.get(person),
        )
        for person, row in sorted(rows.items(), key=lambda item: numbers[item[0]])
    ]


def _numbers(connection: Connection, context_id: int) -> dict[int, int]:
    """Pupils of a course by number, in the order of their first attempt at any of its links."""
    first = func.min(attempts.c.id)
    statement = (
        select(attempts.c.person_id)
        .join(resource_links, resource_links.c.id == attempts.c.link_id)
        .where(resource_links.c.context_id == context_id, attempts.c.preview.is_(False))
        .group_by(attempts.c.person_id)
        .order_by(first)
    )
    return {person: number for number, person in enumerate(connection.scalars(statement), 1)}
