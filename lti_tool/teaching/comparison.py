"""The grade that the platform has, beside the one that was sent: read when a teacher asks, never before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.engine import Connection

from lti_tool.contexts.models import people
from lti_tool.db import Database
from lti_tool.errors import NotFound
from lti_tool.gradebook.models import deliveries, line_items
from lti_tool.lti.ags import AGS, Result
from lti_tool.lti.registration import Registration
from lti_tool.platforms.service import Platforms

_COLUMN = (line_items.c.registration_id, line_items.c.url, line_items.c.scopes)


class AGSPort(Protocol):
    """Who can speak to the platforms: `lti_tool.lti.services.Services`, or a fake."""

    def ags(self, registration: Registration, granted: Collection[str]) -> AGS:
        """Assignment and Grade Services of a platform, with the scopes granted."""
        ...


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was `sent` and what is in the gradebook, where None means nothing."""

    sent: Result
    there: Result | None

    @property
    def differs(self) -> bool:
        """Whether somebody has changed or removed the grade since it was sent."""
        return self.there is None or not self.there.equals(self.sent.score, self.sent.maximum)


class PlatformGrades:
    """Reads grades back (AGS §3.3), outside any transaction: one call of at most 10 s, and a token."""

    def __init__(self, database: Database, platforms: Platforms, services: AGSPort) -> None:
        self._database = database
        self._platforms = platforms
        self._services = services

    def compare(self, link_id: int, person_id: int) -> Comparison:
        """Read the grade of a pupil at a link. Raises `NotFound("grade-not-sent")`, and as `AGS.results`."""
        statement = (
            select(deliveries.c.score, deliveries.c.maximum, people.c.sub, *_COLUMN)
            .join(line_items, line_items.c.id == deliveries.c.line_item_id)
            .join(people, people.c.id == deliveries.c.person_id)
            .where(line_items.c.link_id == link_id, deliveries.c.person_id == person_id)
            .order_by(line_items.c.id.desc())
        )
        with self._database.read() as connection:
            row = connection.execute(statement).first()
        if row is None or row.url is None:
            raise NotFound("grade-not-sent")
        registration = self._platforms.by_id(row.registration_id)
        results = self._services.ags(registration, row.scopes.split()).results(row.url, row.sub)
        return Comparison(Result(row.score, row.maximum), results[0] if results else None)


def failed_deliveries(connection: Connection, link_id: int, person_id: int) -> list[int]:
    """The rows of the outbox that a pupil's work at a link has, and that will not leave by themselves."""
    statement = (
        select(deliveries.c.id)
        .join(line_items, line_items.c.id == deliveries.c.line_item_id)
        .where(
            line_items.c.link_id == link_id,
            deliveries.c.person_id == person_id,
            deliveries.c.state.in_(["refused", "parked"]),
        )
    )
    return list(connection.scalars(statement))
