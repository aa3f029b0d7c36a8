"""Every page of the house, and which of them a launch opens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from flask import Flask, Response, jsonify, render_template
from sqlalchemy.engine import Connection

from lti_tool.administration.claims_page import ClaimsPage
from lti_tool.administration.views import administration_views
from lti_tool.app.services import Services
from lti_tool.attempts.preview_views import PreviewPages
from lti_tool.attempts.views import PupilPages
from lti_tool.catalogue.views import CardPages
from lti_tool.launches.sessions import LaunchSession
from lti_tool.launches.views import launch_views
from lti_tool.libraries.player_views import PlayerPages
from lti_tool.lti.claims import Purpose
from lti_tool.placements.picker import PickerPages
from lti_tool.placements.views import ChoicePages
from lti_tool.platforms.views import registration_views
from lti_tool.teaching.pupil_views import ReadingPages
from lti_tool.teaching.review import ReviewPages
from lti_tool.teaching.views import TeacherPages


@dataclass(frozen=True, slots=True)
class FirstPage:
    """Which page a session opens on: that of who comes, and of what for."""

    claims: ClaimsPage
    picker: PickerPages
    review: ReviewPages
    teacher: TeacherPages
    pupil: PupilPages

    def begin(self, connection: Connection, session: LaunchSession) -> Callable[[str], str]:
        """A pupil's attempt starts in the transaction of the launch: one lock, one commit."""
        if session.purpose is Purpose.RESOURCE and session.is_learner:
            return self.pupil.begin(connection, session)
        return partial(self.page, session)

    def page(self, session: LaunchSession, secret: str) -> str:
        """The page of a session that is open; `secret` is the id in its address."""
        if test := self.claims.greet(session):
            return test
        if session.purpose is Purpose.DEEP_LINKING:
            return self.picker.pick(session, secret)
        if session.purpose is Purpose.REVIEW:
            return self.review.open(session, secret)
        if session.is_teacher:
            return self.teacher.home(session, secret)
        if session.is_learner:
            return self.pupil.play(session, secret)
        return render_template("launches/no_role.html", session=session)


def add_pages(app: Flask, services: Services) -> None:
    """Give `app` the pages of all rooms."""
    choice = ChoicePages(
        services.placements,
        services.catalogue,
        services.importer,
        services.sessions,
        services.database,
        max_upload_mb=services.settings.max_upload_mb,
    )
    picker = PickerPages(
        services.answers,
        services.catalogue,
        services.importer,
        services.sessions,
        max_upload_mb=services.settings.max_upload_mb,
    )
    preview = PreviewPages(services.previews, services.attempts, services.catalogue, services.sessions, services.player)
    pupil = PupilPages(
        attempts=services.attempts,
        catalogue=services.catalogue,
        gradebook=services.gradebook,
        sessions=services.sessions,
        database=services.database,
        player=services.player,
    )
    teacher = TeacherPages(
        database=services.database,
        catalogue=services.catalogue,
        placements=services.placements,
        gradebook=services.gradebook,
        rosters=services.rosters,
        sessions=services.sessions,
        choice=choice,
    )
    reading = ReadingPages(
        database=services.database,
        catalogue=services.catalogue,
        placements=services.placements,
        gradebook=services.gradebook,
        reader=services.attempt_reader,
        grades=services.platform_grades,
        sessions=services.sessions,
    )
    review = ReviewPages(reading, pupil, services.attempts)

    landing = FirstPage(services.claims_page, picker, review, teacher, pupil)
    app.register_blueprint(launch_views(services.launches, services.sessions, services.platforms, landing))
    app.register_blueprint(registration_views(services.platforms, services.registering))
    app.register_blueprint(
        administration_views(
            services.admin_sessions, services.platforms, services.health, services.claims_page, services.settings
        )
    )
    app.register_blueprint(choice.views())
    app.register_blueprint(picker.views())
    app.register_blueprint(CardPages(services.catalogue, services.sessions).views())
    app.register_blueprint(preview.views())
    app.register_blueprint(pupil.views())
    app.register_blueprint(PlayerPages(services.player, services.catalogue, services.libraries).views())
    app.register_blueprint(teacher.views())
    app.register_blueprint(reading.views())

    @app.get("/")
    def home() -> str:
        return render_template("home.html")

    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify({"status": "ok"})

    @app.get("/readyz")
    def readyz() -> Response:
        missing = services.health.why_not_ready()
        response = jsonify({"status": "not ready", "missing": missing} if missing else {"status": "ok"})
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE if missing else HTTPStatus.OK
        return response
