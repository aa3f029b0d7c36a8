"""The teacher's pages of a link: which activity it plays, and with which settings."""

from __future__ import annotations

from typing import BinaryIO, cast

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lti_tool.catalogue.imports import Importer
from lti_tool.catalogue.service import Catalogue
from lti_tool.catalogue.visibility import Owner
from lti_tool.db import Database
from lti_tool.errors import Invalid, NotFound, Refused
from lti_tool.launches.sessions import LaunchSession, LaunchSessions
from lti_tool.launches.views import session_of
from lti_tool.placements.placement import Placement
from lti_tool.placements.service import Placements
from lti_tool.placements.settings_form import SettingsForm, read_settings
from lti_tool.placements.shelf import picked_revisions, shelf_of
from lti_tool.web import accept_upload, leading_back, post_limiter, upload_limiter
from lti_tool.web.texts import load_texts


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

    def choose(self, session: LaunchSession, secret: str, *, lost: bool = False) -> str:
        """The page of the choice: what this person may place here, and a file of one's own.

        `lost`: the link names an activity that is gone or may not be seen here.
        """
        placement = self._placement(session)
        return render_template(
            "placements/choose.html",
            session=session,
            secret=secret,
            shelf=shelf_of(self._catalogue, session, request.args),
            chosen=self._catalogue.revision(placement.revision_id) if placement else None,
            lost=lost,
            max_upload_mb=self._max_upload_mb,
        )

    def views(self) -> Blueprint:
        """The addresses of the choice and of the settings, all below a session."""
        views = Blueprint("placements", __name__, template_folder="templates", url_prefix="/s/<secret>")

        @views.get("/choose")
        def choose(secret: str) -> str:
            return self.choose(self._teacher(secret), secret)

        @views.post("/choose")
        def keep(secret: str) -> Response:
            session = self._teacher(secret)
            self._choices.check((session.registration_id, session.person_id))
            with leading_back(url_for("placements.choose", secret=secret)):
                revisions = picked_revisions(request.form)
                if len(revisions) != 1:
                    raise Invalid("request-malformed")
                self._placements.choose(session, revisions[0])
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
                    cast("BinaryIO", file.stream), name=file.filename, owner=Owner.of(session)
                )
                self._placements.choose(session, revision)
            return redirect(url_for("launches.front", secret=secret), 303)

        @views.get("/settings")
        def settings(secret: str) -> str:
            session = self._teacher(secret)
            placement = self._placed(session)
            revision = self._catalogue.revision(placement.revision_id)
            kind, own = revision.kind, revision.settings
            form = SettingsForm.of(
                placement,
                title=revision.title,
                points=kind.maximum(own),
                tolerance=kind.tolerance(own),
                zone=session.time_zone,
            )
            return self._settings_page(session, secret, form)

        @views.post("/settings")
        def keep_settings(secret: str) -> str | Response:
            session = self._teacher(secret)
            self._choices.check((session.registration_id, session.person_id))
            with leading_back(url_for("launches.front", secret=secret)):
                form, meant = read_settings(request.form, prefix="", zone=session.time_zone)
                if form.errors:
                    return make_response(self._settings_page(session, secret, form), 400)
                self._placements.change(session, meant)
            return redirect(url_for("launches.front", secret=secret), 303)

        return views

    def _settings_page(self, session: LaunchSession, secret: str, form: SettingsForm) -> str:
        return render_template(
            "placements/settings.html", session=session, secret=secret, form=form, texts=load_texts()
        )

    def _placement(self, session: LaunchSession) -> Placement | None:
        with self._database.read() as connection:
            return self._placements.of_link(connection, session.link_id)

    def _placed(self, session: LaunchSession) -> Placement:
        placement = self._placement(session)
        if placement is None:
            raise NotFound("placement-unknown")
        return placement

    def _teacher(self, secret: str) -> LaunchSession:
        session = session_of(self._sessions, secret)
        if not session.is_teacher:
            raise Refused("teachers-only")
        if session.link is None:
            raise Refused("session-without-link")
        return session
