"""A pupil's attempts as a teacher reads them: nothing here changes one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from activities.kind import Context, View
from lti_tool.attempts.models import attempts
from lti_tool.catalogue.service import Catalogue


@dataclass(frozen=True, slots=True)
class Reading:
    """An attempt, handed in or not; `raw` of `maximum` points once it is handed in.

    `declared`: some of these points are those that the browser claims.
    """

    number: int
    revision_id: int
    seed: int
    state: dict[str, Any]
    progress: float
    raw: float | None
    maximum: float | None
    declared: bool
    started_at: datetime
    saved_at: datetime
    submitted_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether the pupil may still change it."""
        return self.submitted_at is None


class AttemptReader:
    """Finds attempts and shows them with every answer and verdict. Who may read them, the caller knows."""

    def __init__(self, catalogue: Catalogue, clock: Callable[[], datetime]) -> None:
        self._catalogue = catalogue
        self._clock = clock

    def of(self, connection: Connection, link_id: int, person_id: int) -> list[Reading]:
        """The attempts of a pupil at a link, the newest first; none that was made while teaching."""
        rows = connection.execute(
            select(attempts)
            .where(attempts.c.link_id == link_id, attempts.c.person_id == person_id, attempts.c.preview.is_(False))
            .order_by(attempts.c.number.desc())
        )
        return [
            Reading(
                number=row.number,
                revision_id=row.revision_id,
                seed=int(row.seed, 16),
                state=json.loads(row.state),
                progress=row.progress,
                raw=row.raw,
                maximum=row.maximum,
                declared=row.declared,
                started_at=row.started_at,
                saved_at=row.saved_at,
                submitted_at=row.submitted_at,
            )
            for row in rows
        ]

    def view(self, reading: Reading, tolerance: str | None) -> View:
        """Every answer of an attempt, with its verdict, in the revision that the pupil met.

        `tolerance`, that of the place, judges what is not handed in yet.
        """
        revision = self._catalogue.revision(reading.revision_id)
        context = Context(now=self._clock(), seed=reading.seed, tolerance=tolerance)
        return revision.kind.review(revision.settings, reading.state, context)
