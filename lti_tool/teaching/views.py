"""The teacher's page of a link: the class."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from lti_tool.catalogue.service import Catalogue
from lti_tool.contexts.roster import groups_of, name_groups
from lti_tool.contexts.rosters import Rosters
from lti_tool.db import Database
from lti_tool.errors import Invalid, NotFound, ToolError
from lti_tool.gradebook.service import Gradebook
from lti_tool.launches.sessions import LaunchSession, LaunchSessions
from lti_tool.placements.placement import Placement
from lti_tool.placements.service import Placements
from lti_tool.placements.views import ChoicePages
from lti_tool.teaching.access import teacher_session
from lti_tool.teaching.choice import Choice, read_choice
from lti_tool.teaching.service import class_of, summary_of
from lti_tool.teaching.words import told, words_for
from lti_tool.web import Limiter, leading_back, post_limiter

EVERYBODY = Choice()


class TeacherPages:
    """Shows the class, or the choice of an activity while there is none."""

    def __init__(
        self,
        *,
        database: Database,
        catalogue: Catalogue,
        placements: Placements,
        gradebook: Gradebook,
        rosters: Rosters,
        sessions: LaunchSessions,
        choice: ChoicePages,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._placements = placements
        self._gradebook = gradebook
        self._rosters = rosters
        self._sessions = sessions
        self._choice = choice
        self._limiter = post_limiter()
        # A click costs the platform a call.
        self._fetches = Limiter(per_minute=6)

    def home(self, session: LaunchSession, secret: str) -> str:
        """The class at this link; the first launch of a copied link takes its placement. The platform is not called."""
        return self._page(session, secret, EVERYBODY, address=url_for("launches.front", secret=secret))

    def _page(self, session: LaunchSession, secret: str, choice: Choice, *, address: str) -> str:
        try:
            try:
                placement, data = self._placed(session, choice, link_is_new=session.link_is_new)
            except IntegrityError:
                # Another launch of the link was a moment faster: its placement is there now.
                placement, data = self._placed(session, choice, link_is_new=False)
        except NotFound:
            return self._choice.choose(session, secret, lost=True)
        if placement is None:
            return self._choice.choose(session, secret)
        return render_template("teaching/class.html", session=session, secret=secret, address=address, **data)

    def _placed(
        self, session: LaunchSession, choice: Choice, *, link_is_new: bool
    ) -> tuple[Placement | None, dict[str, Any]]:
        """The placement of the link, copied if need be, and what the list of the class shows."""
        with self._database.write() as connection:
            known = None if link_is_new else self._placements.of_link(connection, session.link_id)
            placement = known or self._placements.copy_model(connection, session)
            return placement, self._data(connection, session, placement, choice) if placement else {}

    def _data(
        self, connection: Connection, session: LaunchSession, placement: Placement, choice: Choice
    ) -> dict[str, Any]:
        """What the list of the class shows."""
        activity = self._catalogue.revision(placement.revision_id)
        lines = class_of(connection, session, self._gradebook, placement.policy)
        of_group = choice.of_group(lines)
        roster = self._rosters.state(connection, session.context_id)
        return {
            "activity": activity,
            "placement": placement,
            "points": placement.points or activity.kind.maximum(activity.settings),
            "everybody": lines,
            "lines": choice.shown(of_group),
            "summary": summary_of(of_group),
            "groups": groups_of(connection, session.context_id, [line.pupil for line in lines]),
            "choice": choice,
            "roster": roster,
            "trouble": told(roster.trouble),
            **words_for(session),
        }

    def views(self) -> Blueprint:
        """The addresses of the class, all below a session."""
        views = Blueprint("teaching", __name__, template_folder="templates", url_prefix="/s/<secret>/class")

        @views.get("")
        def class_page(secret: str) -> str:
            session, choice = teacher_session(self._sessions, secret), read_choice(request.args)
            here = url_for("teaching.class_page", secret=secret, **choice.query)
            return self._page(session, secret, choice, address=here)

        @views.get("/list")
        def class_list(secret: str) -> str:
            """The list alone, after the roster was fetched if it is due: the page asks for it when it is shown."""
            session, choice = teacher_session(self._sessions, secret), read_choice(request.args)
            self._rosters.refresh_if_due(session.context_id)
            with self._database.write() as connection:
                placement = self._placements.of_link(connection, session.link_id)
                if placement is None:
                    raise NotFound("placement-unknown")
                data = self._data(connection, session, placement, choice)
            return render_template("teaching/list.html", session=session, secret=secret, **data)

        @views.post("/roster")
        def fetch_roster(secret: str) -> str | Response:
            session, choice = teacher_session(self._sessions, secret), read_choice(request.args)
            here = url_for("teaching.class_page", secret=secret, **choice.query)
            with leading_back(here):
                self._fetches.check((session.registration_id, session.context_id))
            try:
                self._rosters.refresh(session.context_id)
            except ToolError:
                # The last known list, and what went wrong above it.
                return self._page(session, secret, choice, address=here)
            return redirect(here, 303)

        @views.post("/groups")
        def keep_groups(secret: str) -> Response:
            session = teacher_session(self._sessions, secret)
            here = url_for("teaching.class_page", secret=secret)
            with leading_back(here):
                self._limiter.check((session.registration_id, session.person_id))
                keys, names = request.form.getlist("group"), request.form.getlist("name")
                if len(keys) != len(names):
                    raise Invalid("request-malformed")
                with self._database.write() as connection:
                    name_groups(connection, session.context_id, dict(zip(keys, names, strict=True)))
            return redirect(here, 303)

        return views
