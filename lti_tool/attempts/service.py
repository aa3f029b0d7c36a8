"""Attempts: one open at a time per link and person; the newest page that wrote is the one that may write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from activities.kind import Context, View
from lti_tool.attempts.models import attempts
from lti_tool.attempts.policy import grade_of
from lti_tool.attempts.records import COLUMNS, apply_step, attempt_of, redraw_attempt, start_attempt
from lti_tool.attempts.work import Attempt, Closed, PageWrite, Work
from lti_tool.catalogue.service import Catalogue, Revision
from lti_tool.contexts.service import ags_of_link
from lti_tool.db import AnyRow, Database, again_if_overtaken
from lti_tool.errors import Conflict, NotFound
from lti_tool.gradebook.service import Gradebook
from lti_tool.launches.sessions import LaunchSession
from lti_tool.placements.models import placements
from lti_tool.placements.placement import TAG, Door, Placement, placement_of
from lti_tool.placements.service import Placements

WORKING = frozenset({Door.OPEN, Door.LATE})
"""When an attempt that is open can be changed and handed in."""

# The statements of every launch and step, built once: building one costs more than running it. `_part` fills them.
_OWN = (attempts.c.person_id == bindparam("person_id")) & (attempts.c.preview == bindparam("preview"))
_NEWEST = (
    select(placements, *COLUMNS)
    .outerjoin(attempts, (attempts.c.link_id == placements.c.link_id) & _OWN)
    .where(placements.c.link_id == bindparam("link_id"))
    .order_by(attempts.c.number.desc())
    .limit(1)
)
_NAMED = (
    select(placements, *COLUMNS)
    .join(attempts, attempts.c.link_id == placements.c.link_id)
    .where(attempts.c.public_id == bindparam("public_id"), attempts.c.link_id == bindparam("link_id"), _OWN)
)
_HANDED_IN = (
    select(attempts.c.raw, attempts.c.maximum, attempts.c.started_at)
    .where(attempts.c.link_id == bindparam("link_id"), _OWN, attempts.c.status == "submitted", attempts.c.maximum > 0)
    .order_by(attempts.c.number)
)


class Attempts:
    """Starts attempts, applies what pupils do, hands scores to the gradebook."""

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        placed: Placements,
        gradebook: Gradebook,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._placements = placed
        self._gradebook = gradebook
        self._clock = clock

    @again_if_overtaken
    def current(self, session: LaunchSession) -> Work | Closed | None:
        """The newest attempt of this person at this link; the first visit starts one, while the activity is open.

        None while no activity has been chosen for the link. Raises as `Placements.copy_model` does.
        """
        with self._database.write() as connection:
            return self.begin(connection, session)

    def begin(self, connection: Connection, session: LaunchSession) -> Work | Closed | None:
        """As `current`, in the caller's transaction, which another tab may overtake (`again_if_overtaken`)."""
        found = None if session.link_is_new else self._newest(connection, session)
        if found is not None and found.attempt_public_id is not None:
            work = self._work(found)
            door = self.door(session, work.placement)
            if work.attempt.is_open and door not in WORKING:
                return Closed(work.revision, work.placement, door, has_begun=True)
            return self._brought_up_to_date(connection, session, work)
        placement = placement_of(found) if found else self._placements.copy_model(connection, session)
        if placement is None:
            return None
        revision = self._catalogue.revision(placement.revision_id)
        door = self.door(session, placement)
        if door is not Door.OPEN:
            return Closed(revision, placement, door, has_begun=False)
        return Work(self._start(connection, session, revision, 1), revision, placement)

    def _brought_up_to_date(self, connection: Connection, session: LaunchSession, work: Work) -> Work:
        """What the teacher has chosen or mended since is met at once, unless a pupil's answers would be lost."""
        attempt, chosen = work.attempt, work.placement.revision_id
        untouched = attempt.version == 0 or not session.is_learner
        if not attempt.is_open or attempt.revision_id == chosen or not untouched:
            return work
        revision = self._catalogue.revision(chosen)
        return Work(redraw_attempt(connection, attempt, revision, now=self._clock()), revision, work.placement)

    def door(self, session: LaunchSession, placement: Placement) -> Door:
        """Whether this person may work now: who teaches always may."""
        return placement.door(self._clock()) if session.is_learner else Door.OPEN

    def find(self, session: LaunchSession) -> Work:
        """The newest attempt of this person at this link. Raises `NotFound("attempt-unknown")`."""
        with self._database.read() as connection:
            found = self._newest(connection, session)
        if found is None or found.attempt_public_id is None:
            raise NotFound("attempt-unknown")
        return self._work(found)

    def _newest(self, connection: Connection, session: LaunchSession) -> AnyRow | None:
        """One statement: the placement of the link with the newest attempt of the person, if any."""
        return connection.execute(_NEWEST, _part(session)).first()

    def _work(self, row: AnyRow) -> Work:
        attempt = attempt_of(row)
        return Work(attempt, self._catalogue.revision(attempt.revision_id), placement_of(row))

    def _start(self, connection: Connection, session: LaunchSession, revision: Revision, number: int) -> Attempt:
        return start_attempt(
            connection,
            revision,
            link_id=session.link_id,
            person_id=session.person_id,
            preview=not session.is_learner,
            number=number,
            now=self._clock(),
        )

    @again_if_overtaken
    def start_again(self, session: LaunchSession) -> None:
        """Start another attempt; nothing happens when one is open.

        Raises `Conflict("no-attempt-left")`, `Conflict("activity-closed")` or `NotFound("attempt-unknown")`.
        """
        with self._database.write() as connection:
            found = self._newest(connection, session)
            if found is None or found.attempt_public_id is None:
                raise NotFound("attempt-unknown")
            work = self._work(found)
            if work.attempt.is_open:
                return
            if not work.may_start_again:
                raise Conflict("no-attempt-left")
            if self.door(session, work.placement) is not Door.OPEN:
                raise Conflict("activity-closed")
            # The newest content of the place: a corrected exercise is met at the next attempt.
            revision = self._catalogue.revision(work.placement.revision_id)
            # Another tab may be a moment faster: an attempt is open then.
            with suppress(IntegrityError), connection.begin_nested():
                self._start(connection, session, revision, work.attempt.number + 1)

    def step(self, session: LaunchSession, public_id: str, event: Mapping[str, Any], page: PageWrite) -> int | None:
        """Apply what a pupil did; a finished attempt and its grade are written in one transaction.

        Returns the new version of the attempt; None, and nothing is changed, when the page has taken an action
        already: the answer to it was lost, and the pupil pressed again.

        Raises `NotFound("attempt-unknown")`, `Conflict("activity-closed")`, and as `apply_step` does.
        """
        with self._database.write(durable=event.get("action") == "finish") as connection:
            work = self._mine(connection, session, public_id)
            attempt = work.attempt
            if attempt.is_open and self.door(session, work.placement) not in WORKING:
                raise Conflict("activity-closed")
            now = self._clock()
            tolerance = work.placement.tolerance
            outcome = apply_step(
                connection, attempt, work.revision, event=event, page=page, now=now, tolerance=tolerance
            )
            if outcome is None:
                return None
            if outcome.completed and work.placement.graded and session.is_learner:
                self._hand_over(connection, session, work, now)
        if outcome.completed:
            self._gradebook.wake()
        return attempt.version + 1

    def _mine(self, connection: Connection, session: LaunchSession, public_id: str) -> Work:
        row = connection.execute(_NAMED, {**_part(session), "public_id": public_id}).first()
        if row is None:
            raise NotFound("attempt-unknown")
        return self._work(row)

    def _hand_over(self, connection: Connection, session: LaunchSession, work: Work, now: datetime) -> None:
        """Make one grade of all handed-in attempts and put it in the outbox, in this transaction."""
        rows = connection.execute(_HANDED_IN, _part(session)).all()
        ags = ags_of_link(connection, session.link_id)
        if not rows or ags is None:
            return
        fraction = grade_of([row.raw / row.maximum for row in rows], work.placement.policy)
        points = work.placement.points or work.revision.kind.maximum(work.revision.settings)
        self._gradebook.record(
            connection,
            registration_id=session.registration_id,
            link_id=session.link_id,
            ags=ags,
            resource_id=work.placement.resource_id,
            tag=TAG,
            label=work.title,
            maximum=points,
            person_id=session.person_id,
            score=round(fraction * points, 6),
            comment=None,
            started_at=rows[0].started_at,
            submitted_at=now,
        )

    def identifiers(self, work: Work) -> tuple[str, ...] | None:
        """What distinguishes the page of an attempt from that of others of its content; None: more than that."""
        attempt = work.attempt
        if not attempt.is_open or attempt.version:
            return None
        return work.revision.kind.identifiers(work.revision.settings, attempt.state)

    def view(self, work: Work) -> View:
        """What the pupil sees of an attempt now."""
        context = Context(now=self._clock(), seed=work.attempt.seed, tolerance=work.placement.tolerance)
        return work.revision.kind.view(work.revision.settings, work.attempt.state, context)


def _part(session: LaunchSession) -> dict[str, int | bool]:
    """Which attempts are a person's, in the part that the session gives: what a teacher tries is apart."""
    return {"link_id": session.link_id, "person_id": session.person_id, "preview": not session.is_learner}
