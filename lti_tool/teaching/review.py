"""Submission review (LTI submission review §2): somebody clicked a grade in the platform's gradebook."""

from __future__ import annotations

from flask import render_template

from lti_tool.attempts.service import Attempts
from lti_tool.attempts.views import PupilPages
from lti_tool.errors import NotFound, Refused
from lti_tool.launches.sessions import LaunchSession
from lti_tool.teaching.pupil_views import ReadingPages


class ReviewPages:
    """Leads a teacher to a pupil's work, and a pupil to their own."""

    def __init__(self, reading: ReadingPages, pupil: PupilPages, attempts: Attempts) -> None:
        self._reading = reading
        self._pupil = pupil
        self._attempts = attempts

    def open(self, session: LaunchSession, secret: str) -> str:
        """The page that a review opens on. Raises `Refused("review-not-yours")` for another pupil's work."""
        if session.is_teacher:
            return self._reading.review(session, secret)
        if not session.is_learner or session.review_person_id != session.person_id:
            raise Refused("review-not-yours")
        try:
            self._attempts.find(session)
        except NotFound:
            return render_template("teaching/no_work.html", session=session, secret=secret, pupil=None)
        return self._pupil.play(session, secret)
