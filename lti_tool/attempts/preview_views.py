"""The pages of a preview: an activity as a pupil meets it, in the frame in which the teacher chooses."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from lti_tool.attempts.forms import read_form, send_medium
from lti_tool.attempts.previews import Previews
from lti_tool.attempts.service import Attempts
from lti_tool.catalogue.search import Search
from lti_tool.catalogue.service import Catalogue
from lti_tool.errors import Conflict
from lti_tool.launches.sessions import LaunchSession, LaunchSessions
from lti_tool.launches.views import session_of
from lti_tool.libraries.player import Player
from lti_tool.lti.claims import Purpose
from lti_tool.placements.shelf import picked_revisions, query_of
from lti_tool.web import leading_back, post_limiter


class PreviewPages:
    """Renders previews. The query of their addresses is the search and the choice to come back to."""

    def __init__(
        self, previews: Previews, attempts: Attempts, catalogue: Catalogue, sessions: LaunchSessions, player: Player
    ) -> None:
        self._previews = previews
        self._attempts = attempts
        self._catalogue = catalogue
        self._sessions = sessions
        self._player = player
        self._limiter = post_limiter()

    def views(self) -> Blueprint:
        """The addresses of previews, all below a session."""
        views = Blueprint("previews", __name__, template_folder="templates", url_prefix="/s/<secret>/previews")

        @views.post("/of/<int:of>")
        def open(secret: str, of: int) -> AnyResponse:  # noqa: A001 # The name in addresses.
            session = self._session(secret)
            with leading_back(_back(session, secret)):
                public_id = self._previews.open(session, of)
            return redirect(url_for("previews.show", secret=secret, public_id=public_id, **_query()), 303)

        @views.get("/<public_id>")
        def show(secret: str, public_id: str) -> str:
            session = session_of(self._sessions, secret)
            with leading_back(_back(session, secret)):
                work = self._previews.find(session, public_id)
            view = self._attempts.view(work)

            def url(endpoint: str, **values: Any) -> str:
                return url_for(endpoint, secret=secret, **values, **_query())

            return render_template(
                "attempts/preview.html",
                session=session,
                work=work,
                view=view.data,
                kind_template=view.template,
                tab=secrets.token_hex(16),
                address=url("previews.show", public_id=public_id),
                step_url=url("previews.step", public_id=public_id),
                again_url=url("previews.open", of=work.revision.id),
                back_url=_back(session, secret),
                media=lambda path: url_for("previews.medium", secret=secret, public_id=public_id, path=path),
                player=lambda: self._player.frame(work.revision.id),
            )

        @views.post("/<public_id>/step")
        def step(secret: str, public_id: str) -> AnyResponse:
            session = self._session(secret)
            with leading_back(url_for("previews.show", secret=secret, public_id=public_id, **_query())):
                event, page = read_form()
                version = self._previews.step(session, public_id, event, page)
                if request.accept_mimetypes.best == "application/json":
                    if version is None:
                        raise Conflict("attempt-elsewhere")
                    return jsonify({"saved": True, "version": version})
            return redirect(url_for("previews.show", secret=secret, public_id=public_id, **_query()), 303)

        @views.get("/<public_id>/media/<path:path>")
        def medium(secret: str, public_id: str, path: str) -> Response:
            work = self._previews.find(session_of(self._sessions, secret), public_id)
            return send_medium(self._catalogue, work.revision.id, path)

        return views

    def _session(self, secret: str) -> LaunchSession:
        session = session_of(self._sessions, secret)
        self._limiter.check((session.registration_id, session.person_id))
        return session


def _back(session: LaunchSession, secret: str) -> str:
    """Where the teacher was choosing."""
    page = "picker.pick" if session.purpose is Purpose.DEEP_LINKING else "placements.choose"
    return url_for(page, secret=secret, **_query())


def _query() -> dict[str, Any]:
    # The fields of the form that opened the preview, or the query that has kept them since.
    return query_of(Search.read(request.values), picked_revisions(request.values))
