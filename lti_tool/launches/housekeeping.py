"""Once an hour, what is over is forgotten: launch sessions, previews."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

HOUR_SECONDS = 3600.0

log = logging.getLogger(__name__)


class Housekeeping:
    """A thread of the web service that calls `tasks`; start it after the fork. It keeps no process alive."""

    def __init__(self, *tasks: Callable[[], object], every_seconds: float = HOUR_SECONDS) -> None:
        self._tasks = tasks
        self._every = every_seconds

    def start(self) -> None:
        """Begin: a first round at once, then one an hour."""
        threading.Thread(target=self._run, name="housekeeping", daemon=True).start()

    def _run(self) -> None:
        pause = threading.Event()
        while True:
            for task in self._tasks:
                try:
                    task()
                except Exception:
                    log.exception("what is over was not forgotten")
            pause.wait(self._every)
