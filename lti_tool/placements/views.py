"""The teacher chooses what a link plays: from the catalogue, or from a file."""

from __future__ import annotations

import re
from typing import BinaryIO, cast

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lti_tool.catalogue.imports import Importer
from lti_tool.catalogue.service import Catalogue
from lti_tool.db import Database
from lti_tool.errors import Invalid, Refused
from lti_tool.launches.sessions import LaunchSession, LaunchSessions
from lti_tool.launches.views import session_of
from lti_tool.placements.service import Placements
from lti_tool.web import accept_upload, leading_back, post_limiter, upload_limiter

_REVISION = re.compile(r"[0-9]{1,15}")


class ChoicePages:
    """Shows the catalogue to a teacher and keeps the choice."""

    def __init__(
        self,
        placements: Placements,
        catalogue: Catalogue,
        importer: Importer,
        sessions: LaunchSessions,
        database: Database,
        *,
        max_upload_mb: int,
    ) -> None:
        self._placements = placements
        self._catalogue = catalogue
        self._importer = importer
        self._sessions = sessions
        self._database = database
        self._max_upload_mb = max_upload_mb
        self._choices = post_limiter()
        self._uploads = upload_limiter()

    def choose(self, session: LaunchSession, secret: str) -> str:
        """The page of the choice: what this course may place, and a file of one's own."""
        with self._database.read() as connection:
            placement = self._placements.of_link(connection, session.link_id)
        return render_template(
            "placements/choose.html",
            session=session,
            secret=secret,
            activities=self._catalogue.visible(context_id=session.context_id),
            chosen=self._catalogue.revision(placement.revision_id) if placement else None,
            max_upload_mb=self._max_upload_mb,
        )

    def views(self) -> Blueprint:
        """The addresses of the choice, all below a session."""
        views = Blueprint("placements", __name__, template_folder="templates", url_prefix="/s/<secret>")

        @views.get("/choose")
        def choose(secret: str) -> str:
            return self.choose(self._teacher(secret), secret)

        @views.post("/choose")
        def keep(secret: str) -> Response:
            session = self._teacher(secret)
            self._choices.check((session.registration_id, session.person_id))
            with leading_back(url_for("placements.choose", secret=secret)):
                revision = request.form.get("revision", "")
                if not _REVISION.fullmatch(revision):
                    raise Invalid("request-malformed")
                self._placements.choose(session, int(revision))
            return redirect(url_for("launches.front", secret=secret), 303)

        @views.post("/upload")
        def upload(secret: str) -> Response:
            session = self._teacher(secret)
            self._uploads.check((session.registration_id, session.person_id))
            accept_upload(self._max_upload_mb)
            with leading_back(url_for("placements.choose", secret=secret)):
                file = request.files.get("package")
                if file is None or not file.filename:
                    raise Invalid("upload-without-file")
                revision = self._importer.store_package(
                    cast("BinaryIO", file.stream), name=file.filename, owner_context_id=session.context_id
                )
                self._placements.choose(session, revision)
            return redirect(url_for("launches.front", secret=secret), 303)

        return views

    def _teacher(self, secret: str) -> LaunchSession:
        session = session_of(self._sessions, secret)
        if not session.is_teacher:
            raise Refused("teachers-only")
        return session
