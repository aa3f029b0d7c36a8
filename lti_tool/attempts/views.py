"""The pupil's page: see, answer, hand in, start again."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request, url_for
from sqlalchemy.engine import Connection
from werkzeug.wrappers import Response as AnyResponse

from lti_tool.attempts.beginnings import Beginning, Beginnings
from lti_tool.attempts.forms import read_form, send_medium
from lti_tool.attempts.service import Attempts
from lti_tool.attempts.work import Closed, Work
from lti_tool.catalogue.service import Catalogue
from lti_tool.db import Database
from lti_tool.errors import Conflict, NotFound, Refused
from lti_tool.gradebook.service import DeliveryStatus, Gradebook
from lti_tool.launches.sessions import LaunchSession, LaunchSessions
from lti_tool.launches.views import session_of
from lti_tool.libraries.player import Player
from lti_tool.placements.dates import spoken
from lti_tool.placements.placement import Door
from lti_tool.web import leading_back, post_limiter


class PupilPages:
    """Renders the pupil's page and answers what is posted from it."""

    def __init__(
        self,
        *,
        attempts: Attempts,
        catalogue: Catalogue,
        gradebook: Gradebook,
        sessions: LaunchSessions,
        database: Database,
        player: Player,
    ) -> None:
        self._attempts = attempts
        self._catalogue = catalogue
        self._gradebook = gradebook
        self._sessions = sessions
        self._database = database
        self._player = player
        self._beginnings = Beginnings()
        self._limiter = post_limiter()

    def play(self, session: LaunchSession, secret: str) -> str:
        """The page of the newest attempt; a first visit starts one."""
        return self._show(session, self._attempts.current(session), secret)

    def begin(self, connection: Connection, session: LaunchSession) -> Callable[[str], str]:
        """The same in the transaction of a launch; gives what makes the page, from the id in its address."""
        return partial(self._show, session, self._attempts.begin(connection, session))

    def _show(self, session: LaunchSession, work: Work | Closed | None, secret: str) -> str:
        if work is None:
            return render_template("attempts/not_ready.html", session=session)
        zone = session.time_zone
        if isinstance(work, Closed):
            return render_template("attempts/closed.html", session=session, closed=work, zone=zone, spoken=spoken)
        door = self._attempts.door(session, work.placement)
        return render_template(
            "attempts/play.html",
            session=session,
            secret=secret,
            work=work,
            zone=zone,
            spoken=spoken,
            # Until when work that is already late can be handed in.
            last_moment=work.placement.last_moment if door is Door.LATE else None,
            may_start_again=work.may_start_again and door is Door.OPEN,
            **self._exercise(work, secret),
            grade=None if work.attempt.is_open else self._grade(session, work),
            tab=secrets.token_hex(16),
        )

    def _exercise(self, work: Work, secret: str) -> dict[str, Any]:
        """What the template shows of the activity itself."""

        def media(path: str) -> str:
            return url_for("attempts.medium", secret=secret, revision=work.revision.id, path=path)

        drawn = self._attempts.identifiers(work)
        if drawn is None:
            view = self._attempts.view(work)
            player = partial(self._player.frame, work.revision.id)
            return {"view": view.data, "kind_template": view.template, "media": media, "player": player}
        identifiers = (secret, *drawn)

        def learn() -> Beginning:
            view = self._attempts.view(work)
            html = current_app.jinja_env.get_template(view.template).render(view=view.data, media=media)
            return Beginning.cut(html, identifiers, view.data.get("scripts", ()))

        beginning = self._beginnings.of((work.revision.id, work.placement.tolerance), learn)
        return {"view": {"scripts": beginning.scripts}, "exercise": beginning.page(identifiers)}

    def _grade(self, session: LaunchSession, work: Work) -> DeliveryStatus | None:
        if not (session.is_learner and work.placement.graded):
            return None
        with self._database.read() as connection:
            return self._gradebook.statuses(connection, session.link_id, [session.person_id]).get(session.person_id)

    def views(self) -> Blueprint:
        """The addresses of a pupil's page, all below its session."""
        views = Blueprint("attempts", __name__, template_folder="templates", url_prefix="/s/<secret>")

        @views.get("/play")
        def play(secret: str) -> str:
            return self.play(self._session(secret), secret)

        @views.post("/attempts/<public_id>/step")
        def step(secret: str, public_id: str) -> AnyResponse:
            session = self._session(secret)
            self._limiter.check((session.registration_id, session.person_id))
            with leading_back(url_for("attempts.play", secret=secret)):
                event, page = read_form()
                version = self._attempts.step(session, public_id, event, page)
                if request.accept_mimetypes.best == "application/json":
                    if version is None:
                        raise Conflict("attempt-elsewhere")
                    return jsonify({"saved": True, "version": version})
            return redirect(url_for("attempts.play", secret=secret), 303)

        @views.post("/attempts")
        def start_again(secret: str) -> AnyResponse:
            session = self._session(secret)
            self._limiter.check((session.registration_id, session.person_id))
            with leading_back(url_for("attempts.play", secret=secret)):
                self._attempts.start_again(session)
            return redirect(url_for("attempts.play", secret=secret), 303)

        @views.get("/grade")
        def grade(secret: str) -> str:
            session = self._session(secret)
            status = self._grade(session, self._attempts.find(session))
            return render_template("attempts/grade.html", grade=status, secret=secret)

        @views.get("/media/<int:revision>/<path:path>")
        def medium(secret: str, revision: int, path: str) -> Response:
            session = self._session(secret)
            if self._attempts.find(session).revision.id != revision:
                raise NotFound("medium-unknown")
            return send_medium(self._catalogue, revision, path)

        return views

    def _session(self, secret: str) -> LaunchSession:
        session = session_of(self._sessions, secret)
        if not (session.is_learner or session.is_teacher):
            raise Refused("work-without-role")
        return session
