"""The doors of the tool: addresses that administrators copy and that outlive us."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol
from urllib.parse import unquote_to_bytes

from flask import Blueprint, Response, g, jsonify, make_response, redirect, render_template, request, url_for
from sqlalchemy.engine import Connection

from lti_tool.errors import Invalid
from lti_tool.launches.browser import (
    keep_browser,
    keep_first_login,
    new_browser,
    read_browser,
    read_first_login,
)
from lti_tool.launches.service import Launches, LaunchRequest, WithoutCookie
from lti_tool.launches.sessions import LaunchSession, LaunchSessions
from lti_tool.platforms.service import Platforms
from lti_tool.web import accepts_cross_site, trace
from lti_tool.web.security import ANYONE


class Landing(Protocol):
    """The page that a session opens on."""

    def begin(self, connection: Connection, session: LaunchSession) -> Callable[[str], str]:
        """Write what the page of a new session needs; gives what makes the page, from the id in its address."""

    def page(self, session: LaunchSession, secret: str) -> str:
        """The page of a session that is open; `secret` is the id in its address."""


def launch_views(launches: Launches, sessions: LaunchSessions, platforms: Platforms, landing: Landing) -> Blueprint:
    """`/lti/…` and the front page of a session."""
    views = Blueprint("launches", __name__, template_folder="templates")

    @views.route("/lti/login", methods=["GET", "POST"])
    @accepts_cross_site
    def login() -> Response:
        g.frame_ancestors = ANYONE
        answer = launches.login(_fields(), read_browser())
        response = make_response(redirect(answer.location, 302))
        keep_browser(response, answer.browser)
        if answer.first_login:
            keep_first_login(response, answer.browser)
        return response

    @views.post("/lti/launch")
    @accepts_cross_site
    def launch() -> Response:
        g.frame_ancestors = ANYONE
        form = _fields()
        state, registration = launches.read_state(form)
        trace(registration=registration.id)
        g.frame_ancestors = registration.origin
        first_login = read_first_login(state.browser_hash)
        asked = LaunchRequest(form, read_browser(), first_login, request.headers.get("Sec-Fetch-Dest"))
        launched = launches.launch(asked, state, registration, landing.begin)
        if isinstance(launched, WithoutCookie):
            page = render_template("launches/new_tab.html", session=launched.session, code=launched.code)
            return make_response(page)
        g.course_url = launched.course_url
        response = make_response(launched.begun(launched.secret))
        if first_login or launched.browser != asked.browser:
            # Another frame may have logged in for the first time meanwhile: its cookie is not this session's.
            keep_browser(response, launched.browser)
        return response

    @views.post("/lti/continue")
    def take_code() -> Response:
        browser = read_browser() or new_browser()
        secret = sessions.take(request.form.get("code", ""), browser)
        response = make_response(redirect(url_for("launches.front", secret=secret), 303))
        keep_browser(response, browser)
        return response

    @views.get("/lti/jwks")
    def jwks() -> Response:
        response = jsonify({"keys": [key.public_jwk() for key in platforms.tool_keys()]})
        response.headers["Cache-Control"] = "public, max-age=300"
        return response

    @views.get("/s/<secret>/")
    def front(secret: str) -> str:
        return landing.page(session_of(sessions, secret), secret)

    return views


def session_of(sessions: LaunchSessions, secret: str) -> LaunchSession:
    """The session of the page being asked for; its platform, and no other site, may frame the answer.

    A refusal may be read in the frame that it appears in, whose platform is not known.
    """
    g.frame_ancestors = ANYONE
    session = sessions.find(secret, read_browser())
    trace(registration=session.registration_id)
    g.frame_ancestors = session.frame_origin
    return session


def _fields() -> dict[str, str]:
    """The first value of each field: of the form, or of the query of a GET. Raises `Invalid("login-malformed")`."""
    raw = request.get_data() if request.method == "POST" else request.query_string
    if request.mimetype != "multipart/form-data":
        try:
            # Bytes that are not UTF-8, lone surrogates among them, would pass as `%` and digits.
            unquote_to_bytes(raw).decode()
        except UnicodeDecodeError:
            raise Invalid("login-malformed") from None
    return (request.form if request.method == "POST" else request.args).to_dict()
