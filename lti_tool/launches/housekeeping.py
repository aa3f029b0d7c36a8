"""Once an hour, old launch sessions are forgotten."""

from __future__ import annotations

import logging
import threading

from lti_tool.launches.sessions import LaunchSessions

HOUR_SECONDS = 3600.0

log = logging.getLogger(__name__)


class Housekeeping:
    """A thread of the web service; start it after the fork. It keeps no process alive."""

    def __init__(self, sessions: LaunchSessions, *, every_seconds: float = HOUR_SECONDS) -> None:
        self._sessions = sessions
        self._every = every_seconds

    def start(self) -> None:
        """Begin: a first round at once, then one an hour."""
        threading.Thread(target=self._run, name="housekeeping", daemon=True).start()

    def _run(self) -> None:
        pause = threading.Event()
        while True:
            try:
                self._sessions.purge()
            except Exception:
                log.exception("old launch sessions were not forgotten")
            pause.wait(self._every)
