"""The picker, in the platform's dialog (deep linking): choose activities, settle how they count, insert them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import BinaryIO, cast

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lti_tool.catalogue.imports import Importer
from lti_tool.catalogue.service import Catalogue, Listed
from lti_tool.catalogue.visibility import Owner, Viewer
from lti_tool.errors import Invalid
from lti_tool.launches.sessions import LaunchSession, LaunchSessions
from lti_tool.launches.views import session_of
from lti_tool.lti.deep_linking import accepts_links
from lti_tool.placements.answers import Answers, SignedAnswer, settings_of
from lti_tool.placements.placement import PlacementSettings
from lti_tool.placements.service import Pick
from lti_tool.placements.settings_form import SettingsForm, read_settings, whole_points
from lti_tool.placements.shelf import picked_revisions, query_of, shelf_of
from lti_tool.web import accept_upload, allow_form_to, leading_back, post_limiter, upload_limiter
from lti_tool.web.texts import load_texts


class PickerPages:
    """Shows the picker to a teacher and has the browser carry the answer to the platform."""

    def __init__(
        self,
        answers: Answers,
        catalogue: Catalogue,
        importer: Importer,
        sessions: LaunchSessions,
        *,
        max_upload_mb: int,
    ) -> None:
        self._answers = answers
        self._catalogue = catalogue
        self._importer = importer
        self._sessions = sessions
        self._max_upload_mb = max_upload_mb
        self._posts = post_limiter()
        self._uploads = upload_limiter()

    def pick(self, session: LaunchSession, secret: str, *, nothing_picked: bool = False) -> str:
        """The catalogue, to choose from. Raises `Refused("teachers-only")`."""
        settings = settings_of(session)
        if not accepts_links(settings):
            return self._return(secret, self._answers.cancel(session), template="placements/no_links.html")
        return render_template(
            "placements/pick.html",
            session=session,
            secret=secret,
            shelf=shelf_of(self._catalogue, session, request.values),
            several=settings.accept_multiple,
            max_upload_mb=self._max_upload_mb,
            nothing_picked=nothing_picked,
        )

    def views(self) -> Blueprint:
        """The addresses of the picker, all below a session."""
        views = Blueprint("picker", __name__, template_folder="templates", url_prefix="/s/<secret>/pick")

        @views.get("")
        def pick(secret: str) -> str:
            return self.pick(self._teacher(secret), secret)

        @views.get("/settings")
        def settings(secret: str) -> str | Response:
            session = self._teacher(secret)
            lines = self._picked(session)
            if not lines:
                return self._again(session, secret)
            forms = [self._default(line)[0] for line in lines]
            return self._settings_page(session, secret, lines, forms)

        @views.post("/insert")
        def insert(secret: str) -> str | Response:
            session = self._teacher(secret)
            self._posts.check((session.registration_id, session.person_id))
            with leading_back(url_for("picker.pick", secret=secret)):
                lines = self._picked(session)
                if not lines:
                    return self._again(session, secret)
                read = [self._read(line, request.form, session.time_zone) for line in lines]
                if any(form.errors for form, _ in read):
                    page = self._settings_page(session, secret, lines, [form for form, _ in read])
                    return make_response(page, 400)
                picks = [Pick(line, meant) for line, (_, meant) in zip(lines, read, strict=True)]
                return self._return(secret, self._answers.insert(session, picks), count=len(picks))

        @views.post("/cancel")
        def cancel(secret: str) -> str:
            session = self._teacher(secret)
            self._posts.check((session.registration_id, session.person_id))
            return self._return(secret, self._answers.cancel(session))

        @views.post("/upload")
        def upload(secret: str) -> Response:
            session = self._teacher(secret)
            self._uploads.check((session.registration_id, session.person_id))
            accept_upload(self._max_upload_mb)
            with leading_back(url_for("picker.pick", secret=secret)):
                file = request.files.get("package")
                if file is None or not file.filename:
                    raise Invalid("upload-without-file")
                revision = self._importer.store_package(
                    cast("BinaryIO", file.stream), name=file.filename, owner=Owner.of(session)
                )
                several = settings_of(session).accept_multiple
                picked = [*picked_revisions(request.form), revision] if several else [revision]
            return redirect(url_for("picker.settings", secret=secret, revision=picked), 303)

        return views

    def _teacher(self, secret: str) -> LaunchSession:
        session = session_of(self._sessions, secret)
        settings_of(session)
        return session

    def _picked(self, session: LaunchSession) -> list[Listed]:
        viewer = Viewer.of(session)
        return [self._catalogue.find(viewer, revision) for revision in picked_revisions(request.values)]

    def _again(self, session: LaunchSession, secret: str) -> Response:
        return make_response(self.pick(session, secret, nothing_picked=True), 400)

    def _default(self, line: Listed) -> tuple[SettingsForm, PlacementSettings]:
        """Settings with which three clicks suffice: graded, the best attempt counts, at any time."""
        revision = self._catalogue.revision(line.revision_id)
        maximum = revision.kind.maximum(revision.settings)
        points = whole_points(maximum)
        # What is only read has no points: a column for it would stay empty.
        settings = PlacementSettings(graded=maximum > 0, points=points if maximum > 0 else None)
        tolerance = revision.kind.tolerance(revision.settings)
        return SettingsForm.of(settings, title=line.title, points=points, tolerance=tolerance, zone="UTC"), settings

    def _read(self, line: Listed, form: Mapping[str, str], zone: str) -> tuple[SettingsForm, PlacementSettings]:
        prefix = f"p{line.revision_id}-"
        return read_settings(form, prefix=prefix, zone=zone) if prefix + "policy" in form else self._default(line)

    def _settings_page(
        self, session: LaunchSession, secret: str, lines: Sequence[Listed], forms: Sequence[SettingsForm]
    ) -> str:
        shelf = shelf_of(self._catalogue, session, request.values)
        return render_template(
            "placements/pick_settings.html",
            session=session,
            secret=secret,
            items=list(zip(lines, forms, strict=True)),
            search=shelf.search,
            query=query_of(shelf.search, [line.revision_id for line in lines]),
            texts=load_texts(),
        )

    def _return(
        self, secret: str, answer: SignedAnswer, *, count: int = 0, template: str = "placements/returning.html"
    ) -> str:
        allow_form_to(answer.url)
        return render_template(template, secret=secret, answer=answer, count=count)
