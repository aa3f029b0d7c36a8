"""From a platform's login to a session of ours."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from urllib.parse import parse_qs, urlsplit

from sqlalchemy.engine import Connection

from lti_tool.contexts.service import DeploymentUnknown, arrive
from lti_tool.db import Database, again_if_overtaken
from lti_tool.errors import Conflict, Invalid, Refused, ToolError
from lti_tool.launches.sessions import LaunchSession, LaunchSessions, session_secret
from lti_tool.lti.claims import LaunchMessage, read_message
from lti_tool.lti.deep_linking import check_return_url
from lti_tool.lti.id_token import verify_id_token
from lti_tool.lti.login import (
    LoginState,
    StateSigner,
    authorization_url,
    hash_browser,
    new_nonce,
    read_login,
    same_browser,
)
from lti_tool.lti.registration import Registration, origin_of
from lti_tool.lti.strings import is_clean
from lti_tool.platforms.service import Platforms

ACTIVITY = "activity"
"""The custom parameter, or query parameter of the target link URI, that names a placement."""
LONGEST_ACTIVITY = 100
FRAMES = frozenset({"iframe", "frame", "embed", "object"})

Begun = TypeVar("Begun")
"""What the first page of a session has written, in the launch's own transaction."""


@dataclass(frozen=True, slots=True)
class LoginAnswer:
    """Where the browser goes, and the cookie that it takes along."""

    location: str
    browser: str
    first_login: bool
    """Whether the browser came without its cookie."""


@dataclass(frozen=True, slots=True)
class Launched(Generic[Begun]):
    """A session that is open: `secret` stands in its address, `browser` is the cookie that goes with it."""

    session: LaunchSession
    begun: Begun
    secret: str
    browser: str
    course_url: str | None
    """Where the platform says that its course is (LTI 1.3 core §5.4.4): on the platform itself, or nowhere."""


@dataclass(frozen=True, slots=True)
class WithoutCookie:
    """A launch in a frame that lost its cookie: `code` opens the session in a new tab, once, within two minutes."""

    session: LaunchSession
    code: str


@dataclass(frozen=True, slots=True)
class LaunchRequest:
    """What the browser posts to `/lti/launch`. `fetch_dest` is its `Sec-Fetch-Dest`, None in an old browser.

    `first_login`: what a browser without a cookie was given for this login alone. Two frames that log in at once
    overwrite each other's `browser` cookie, never this one.
    """

    form: Mapping[str, str]
    browser: str | None
    first_login: str | None
    fetch_dest: str | None


class Launches:
    """Answers logins and launches. `check_activity` refuses a placement that is not one of ours."""

    def __init__(
        self,
        database: Database,
        platforms: Platforms,
        sessions: LaunchSessions,
        *,
        secret: str,
        base_url: str,
        clock: Callable[[], datetime],
        check_activity: Callable[[str], object],
    ) -> None:
        self._database = database
        self._platforms = platforms
        self._sessions = sessions
        self._secret = secret
        self._base_url = base_url
        self._clock = clock
        self._check_activity = check_activity
        self._signer = StateSigner(secret)

    def login(self, parameters: Mapping[str, str], browser: str | None) -> LoginAnswer:
        """Answer a login initiation. Writes nothing. `browser` is the cookie of an earlier visit, if any."""
        request = read_login(parameters, base_url=self._base_url)
        registration = self._platforms.find(request.issuer, request.client_id)
        cookie = browser or secrets.token_hex(16)
        nonce = new_nonce()
        state = LoginState(registration.id, nonce, hash_browser(cookie), known_browser=browser is not None)
        location = authorization_url(
            registration,
            request,
            state=self._signer.sign(state),
            nonce=nonce,
            launch=f"{self._base_url}/lti/launch",
        )
        return LoginAnswer(location, cookie, first_login=browser is None)

    def read_state(self, form: Mapping[str, str]) -> tuple[LoginState, Registration]:
        """Which login a launch belongs to.

        Raises `Invalid("launch-state-missing")`, and as `StateSigner.read` and `Platforms.by_id` do.
        """
        token = form.get("state")
        if not token:
            raise Invalid("launch-state-missing")
        state = self._signer.read(token)
        return state, self._platforms.by_id(state.registration_id)

    def launch(
        self,
        request: LaunchRequest,
        state: LoginState,
        registration: Registration,
        begin: Callable[[Connection, LaunchSession], Begun],
    ) -> Launched[Begun] | WithoutCookie:
        """Verify a launch and open its session: one RS256 verification, one transaction.

        `begin` writes what the first page of the session needs, unless the browser has lost its cookie.

        Raises a `ToolError` with an id per fault, and as `begin` does; nothing is written then.
        """
        cookies = (request.browser, request.first_login)
        if any(cookies) and not any(same_browser(state, cookie) for cookie in cookies):
            raise Refused("launch-of-another-browser")
        browser = request.browser or request.first_login
        message = self._verified(request.form, state, registration)
        in_frame = request.fetch_dest in FRAMES if request.fetch_dest else message.document_target in FRAMES
        if browser is None and not in_frame:
            raise Refused("launch-without-cookie")
        activity = activity_of(message)
        if activity is not None:
            self._check_activity(activity)
        secret = session_secret(self._secret, registration.id, state.nonce)
        code = "" if browser else secrets.token_hex(32)
        course_url = course_of(message, registration)

        @again_if_overtaken
        def open_session() -> Launched[Begun] | WithoutCookie:
            with self._database.write() as connection:
                arrival = arrive(connection, registration, message, self._clock())
                session = self._sessions.open(
                    connection,
                    registration=registration,
                    state=state,
                    message=message,
                    arrival=arrival,
                    custom_activity=activity,
                    secret=secret,
                    browser=browser,
                    code=code,
                )
                if not browser:
                    return WithoutCookie(session, code)
                begun = begin(connection, session)
            return Launched(session, begun, secret, browser, course_url)

        try:
            try:
                return open_session()
            except DeploymentUnknown:
                self._platforms.deployments.meet(registration.id, message.deployment_id)
                return open_session()
        except ToolError as error:
            error.course_url = course_url
            if isinstance(error, Conflict) and self._sessions.is_open(secret, browser):
                error.resume_url = f"/s/{secret}/"
            raise

    def _verified(self, form: Mapping[str, str], state: LoginState, registration: Registration) -> LaunchMessage:
        token = form.get("id_token")
        if not token:
            # OpenID Connect core §3.1.2.6: the platform says why it did not launch.
            raise Refused("launch-refused-by-platform") if form.get("error") else Invalid("launch-token-missing")
        claims = verify_id_token(token, registration, nonce=state.nonce, find_key=self._platforms.public_key)
        message = read_message(claims, base_url=self._base_url)
        if message.deep_linking:
            check_return_url(message.deep_linking, registration)
        return message


def course_of(message: LaunchMessage, registration: Registration) -> str | None:
    """The return address of a launch, if it leads to the platform's own pages."""
    url = message.return_url
    # Browsers read a `\` as a `/`, and the host may end there.
    if not url or not url.isprintable() or "\\" in url:
        return None
    try:
        return url if origin_of(url) == registration.origin else None
    except ValueError:
        return None


def activity_of(message: LaunchMessage) -> str | None:
    """The placement that a launch names: its custom parameter, else the query of its target link URI.

    Raises `Refused("placement-forged")` for a value that cannot be one of ours.
    """
    value = message.custom.get(ACTIVITY) or _in_query(message.target_link_uri)
    if not value:
        return None
    if not is_clean(value, LONGEST_ACTIVITY):
        raise Refused("placement-forged")
    return value


def _in_query(url: str) -> str | None:
    """The value in a query of any length: a target link URI has at most 2048 characters."""
    values = parse_qs(urlsplit(url).query).get(ACTIVITY)
    return values[0] if values else None
