"""Who may see the class: those who teach in the course of the session, and nobody else."""

from __future__ import annotations

from lti_tool.errors import Refused
from lti_tool.launches.sessions import LaunchSession, LaunchSessions
from lti_tool.launches.views import session_of


def teacher_session(sessions: LaunchSessions, secret: str) -> LaunchSession:
    """The session of a teacher's page. Raises `Refused("class-teachers-only")` and as `session_of` does."""
    session = session_of(sessions, secret)
    if not session.is_teacher:
        raise Refused("class-teachers-only")
    return session
