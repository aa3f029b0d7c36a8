"""Who is asking, on an administrator's page: the cookie of the session, and what it may see."""

from __future__ import annotations

from flask import Response, request

from lti_tool.administration.sessions import LONGEST, AdminSession, AdminSessions
from lti_tool.errors import NotFound, Refused


class Access:
    """Reads and writes the cookie of administrators; every view begins by asking it."""

    def __init__(self, sessions: AdminSessions, *, https: bool) -> None:
        self._sessions = sessions
        # Browsers refuse the prefix on a plain http address.
        self._cookie = "__Host-traam-admin" if https else "traam-admin"

    def session(self) -> AdminSession:
        """The session of the request. Raises `Unknown("admin-sign-in-needed")`."""
        return self._sessions.find(request.cookies.get(self._cookie))

    def operator(self) -> AdminSession:
        """The session, when it is the operator's. Raises `Refused("admin-operator-only")` too."""
        session = self.session()
        if not session.is_operator:
            raise Refused("admin-operator-only")
        return session

    def over(self, registration_id: int) -> AdminSession:
        """The session, when it may administer this registration. Raises `NotFound("platform-not-here")` too."""
        session = self.session()
        if session.registration_id not in {None, registration_id}:
            raise NotFound("platform-not-here")
        return session

    def keep(self, response: Response, secret: str) -> None:
        """Give the browser its cookie: first-party, readable by no script."""
        life = int(LONGEST.total_seconds())
        response.set_cookie(self._cookie, secret, max_age=life, path="/", secure=True, httponly=True, samesite="Lax")

    def forget(self, response: Response) -> None:
        """Take the cookie back."""
        response.delete_cookie(self._cookie, path="/", secure=True, httponly=True, samesite="Lax")
