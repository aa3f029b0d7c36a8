"""A teacher tries an activity before placing it: an attempt without a link, never graded, forgotten after a day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from lti_tool.attempts.models import attempts
from lti_tool.attempts.records import COLUMNS, apply_step, attempt_of, start_attempt
from lti_tool.attempts.work import PageWrite, Work
from lti_tool.catalogue.service import Catalogue
from lti_tool.catalogue.visibility import Viewer
from lti_tool.db import Database
from lti_tool.errors import NotFound, Refused
from lti_tool.launches.sessions import LaunchSession
from lti_tool.placements.placement import Placement

LIFE = timedelta(days=1)
NOWHERE = Placement(graded=False)
"""The place of what is placed nowhere."""


class Previews:
    """Starts previews, applies what is done in them, forgets them."""

    def __init__(self, database: Database, catalogue: Catalogue, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._catalogue = catalogue
        self._clock = clock

    def open(self, session: LaunchSession, revision_id: int) -> str:
        """Start a preview, drawn anew; returns its public id.

        Raises `Refused("teachers-only")`, or `NotFound("activity-unknown")` for what this person may not see.
        """
        _require_teacher(session)
        self._catalogue.find(Viewer.of(session), revision_id)
        revision = self._catalogue.revision(revision_id)
        with self._database.write() as connection:
            attempt = start_attempt(
                connection,
                revision,
                link_id=None,
                person_id=session.person_id,
                preview=True,
                number=1,
                now=self._clock(),
            )
        return attempt.public_id

    def find(self, session: LaunchSession, public_id: str) -> Work:
        """A preview of this person. Raises `Refused("teachers-only")` or `NotFound("preview-over")`."""
        _require_teacher(session)
        mine = (attempts.c.person_id == session.person_id) & attempts.c.link_id.is_(None)
        statement = select(*COLUMNS).where(attempts.c.public_id == public_id, mine)
        with self._database.read() as connection:
            row = connection.execute(statement).first()
        if row is None:
            raise NotFound("preview-over")
        attempt = attempt_of(row)
        return Work(attempt, self._catalogue.revision(attempt.revision_id), NOWHERE)

    def step(self, session: LaunchSession, public_id: str, event: Mapping[str, Any], page: PageWrite) -> int | None:
        """Apply what the teacher did, as `Attempts.step` does. Raises as `find` and `apply_step` do."""
        work = self.find(session, public_id)
        with self._database.write() as connection:
            outcome = apply_step(connection, work.attempt, work.revision, event=event, page=page, now=self._clock())
        return None if outcome is None else work.attempt.version + 1

    def purge(self) -> int:
        """Forget the previews of more than a day ago; returns how many."""
        old = attempts.c.link_id.is_(None) & (attempts.c.started_at < self._clock() - LIFE)
        with self._database.write() as connection:
            return connection.execute(delete(attempts).where(old)).rowcount


def _require_teacher(session: LaunchSession) -> None:
    if not session.is_teacher:
        raise Refused("teachers-only")
