"""The teacher's page of one pupil: every attempt to read, the grade, what to call them; and submission reviews."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.engine import Connection
from werkzeug.wrappers import Response

from lti_tool.attempts.reading import AttemptReader, Reading
from lti_tool.catalogue.service import Catalogue
from lti_tool.catalogue.serving import send_blob
from lti_tool.contexts.roster import give_nickname
from lti_tool.db import Database
from lti_tool.errors import NotFound, ToolError
from lti_tool.gradebook.service import Gradebook
from lti_tool.launches.sessions import LaunchSession, LaunchSessions
from lti_tool.lti.strings import is_clean
from lti_tool.placements.placement import Placement
from lti_tool.placements.service import Placements
from lti_tool.teaching.access import teacher_session
from lti_tool.teaching.choice import read_choice
from lti_tool.teaching.comparison import Comparison, PlatformGrades, failed_deliveries
from lti_tool.teaching.service import Line, class_of
from lti_tool.teaching.words import told, words_for
from lti_tool.web import leading_back, post_limiter

LONGEST_PATH = 255
MOST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Found:
    """A pupil's line in the class, with everything that there is to read, the newest attempt first."""

    line: Line
    placement: Placement
    readings: list[Reading]


class ReadingPages:
    """Shows a teacher what one pupil has done. A pupil is named by their number in the course."""

    def __init__(
        self,
        *,
        database: Database,
        catalogue: Catalogue,
        placements: Placements,
        gradebook: Gradebook,
        reader: AttemptReader,
        grades: PlatformGrades,
        sessions: LaunchSessions,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._placements = placements
        self._gradebook = gradebook
        self._reader = reader
        self._grades = grades
        self._sessions = sessions
        self._limiter = post_limiter()

    def review(self, session: LaunchSession, secret: str) -> str:
        """The pupil whose grade a teacher has clicked in the platform's gradebook."""
        with self._database.write() as connection:
            found = self._find(connection, session, person_id=session.review_person_id)
        if found is None or not found.readings:
            return render_template("teaching/no_work.html", session=session, secret=secret, pupil=found)
        return self._page(session, secret, found)

    def _find(
        self, connection: Connection, session: LaunchSession, *, person_id: int | None = None, number: int | None = None
    ) -> Found | None:
        placement = self._placements.of_link(connection, session.link_id)
        if placement is None:
            return None
        for line in class_of(connection, session, self._gradebook, placement.policy):
            if line.pupil.person_id == person_id or line.pupil.number == number:
                return Found(line, placement, self._reader.of(connection, session.link_id, line.pupil.person_id))
        return None

    def _pupil(self, session: LaunchSession, number: int) -> Found:
        """A pupil of this course. Raises `NotFound("pupil-unknown")`."""
        with self._database.write() as connection:
            found = self._find(connection, session, number=number)
        if found is None:
            raise NotFound("pupil-unknown")
        return found

    def _page(
        self,
        session: LaunchSession,
        secret: str,
        found: Found,
        *,
        comparison: Comparison | None = None,
        trouble: ToolError | None = None,
    ) -> str:
        asked = request.args.get("attempt", "")
        wanted = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= MOST_DIGITS else None
        chosen = [reading for reading in found.readings if reading.number == wanted] or found.readings
        number = found.line.pupil.number
        shown: dict[str, Any] = {"reading": None}
        if chosen:
            reading = chosen[0]
            view = self._reader.view(reading, found.placement.tolerance)
            shown = {
                "reading": reading,
                "view": view.data,
                "kind_template": view.template,
                "media": lambda path: url_for(
                    "reading.medium", secret=secret, number=number, revision=reading.revision_id, path=path
                ),
            }
        activity = self._catalogue.revision(found.placement.revision_id)
        return render_template(
            "teaching/pupil.html",
            session=session,
            secret=secret,
            address=url_for("reading.pupil", secret=secret, number=number, attempt=wanted),
            line=found.line,
            placement=found.placement,
            activity=activity,
            points=found.placement.points or activity.kind.maximum(activity.settings),
            readings=found.readings,
            comparison=comparison,
            trouble=told(trouble),
            **shown,
            **words_for(session),
        )

    def views(self) -> Blueprint:
        """The addresses of a pupil's page, all below a session."""
        views = Blueprint("reading", __name__, template_folder="templates", url_prefix="/s/<secret>/class/<int:number>")

        @views.get("")
        def pupil(secret: str, number: int) -> str:
            session = teacher_session(self._sessions, secret)
            with leading_back(url_for("teaching.class_page", secret=secret)):
                return self._page(session, secret, self._pupil(session, number))

        @views.post("/nickname")
        def nickname(secret: str, number: int) -> Response:
            session, here = self._writer(secret), url_for("reading.pupil", secret=secret, number=number)
            with leading_back(here), self._database.write() as connection:
                give_nickname(connection, session.context_id, number, request.form.get("nickname", ""))
            return redirect(here, 303)

        @views.post("/resend")
        def resend(secret: str, number: int) -> Response:
            session = self._writer(secret)
            with leading_back(url_for("teaching.class_page", secret=secret)):
                person_id = self._pupil(session, number).line.pupil.person_id
            with self._database.read() as connection:
                failed = failed_deliveries(connection, session.link_id, person_id)
            self._gradebook.retry(failed)
            if "from_class" in request.args:
                return redirect(url_for("teaching.class_page", secret=secret, **read_choice(request.args).query), 303)
            return redirect(url_for("reading.pupil", secret=secret, number=number), 303)

        @views.post("/compare")
        def compare(secret: str, number: int) -> str:
            session = self._writer(secret)
            with leading_back(url_for("teaching.class_page", secret=secret)):
                found = self._pupil(session, number)
            try:
                comparison = self._grades.compare(session.link_id, found.line.pupil.person_id)
            except ToolError as error:
                return self._page(session, secret, found, trouble=error)
            return self._page(session, secret, found, comparison=comparison)

        @views.get("/media/<int:revision>/<path:path>")
        def medium(secret: str, number: int, revision: int, path: str) -> Response:
            found = self._pupil(teacher_session(self._sessions, secret), number)
            met = {reading.revision_id for reading in found.readings}
            if not is_clean(path, LONGEST_PATH) or revision not in met:
                raise NotFound("medium-unknown")
            media_type, sha256 = self._catalogue.medium(revision, path)
            return send_blob(self._catalogue.blobs, sha256, media_type)

        return views

    def _writer(self, secret: str) -> LaunchSession:
        session = teacher_session(self._sessions, secret)
        self._limiter.check((session.registration_id, session.person_id))
        return session
