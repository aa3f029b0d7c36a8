"""The embedded loop: a thread of the web service that sends grades, in one process at a time."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from lti_tool.db import Database
from lti_tool.gradebook.leases import Lease
from lti_tool.gradebook.outbox import something_due

LEASE = timedelta(seconds=10)
POLL_SECONDS = 0.5
PAUSE_AFTER_FAILURE = 5.0
LEASE_NAME = "embedded"

GIVE_WAY_SECONDS = 0.05
"""How long a loop leaves the work to the process that is at it, whatever wakes it, before it looks again."""

log = logging.getLogger(__name__)


class DeliveryLoop:
    """Waits for a wake-up or half a second, then sends what is due.

    An idle look costs one read of an index. Only a loop that has found something takes the lease, for a round: a
    process that is killed is replaced within 10 s by any other that lives or starts. Should a round outlast the lease,
    the leases of the rows still keep two loops apart.

    `deliver` is called until it gives 0; `finish`, when the loop is stopped, has what is under way end.

    Start it after the fork: a thread does not cross one.
    """

    def __init__(
        self,
        database: Database,
        deliver: Callable[[], int],
        *,
        wake_up: threading.Event,
        clock: Callable[[], datetime],
        poll_seconds: float = POLL_SECONDS,
        finish: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._deliver = deliver
        self._finish = finish
        self._wake_up = wake_up
        self._clock = clock
        self._poll_seconds = poll_seconds
        self._lease = Lease(database, LEASE_NAME, clock, span=LEASE)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin in a thread of this process, which does not keep the process alive."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="grade-delivery", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 12.0) -> None:
        """Have the scores that are under way sent, take up no other, and wait for that at most `timeout` seconds."""
        self._stopping.set()
        self._wake_up.set()
        if self._thread is not None:
            self._thread.join(timeout)
            self._thread = None

    def round(self) -> int:
        """Send until nothing is due, if this process may, and give how many scores were taken up."""
        with self._database.read() as connection:
            if not something_due(connection, self._clock()):
                return 0
            elsewhere = self._lease.is_elsewhere(connection)
        if elsewhere:
            self._stopping.wait(GIVE_WAY_SECONDS)
            self._wake_up.set()  # The other one may have ended its round without this.
            return 0
        sent = 0
        try:
            while not self._stopping.is_set() and self._lease.keep():
                count = self._deliver()
                if count == 0:
                    break
                sent += count
        finally:
            self._lease.end()
        return sent

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake_up.wait(self._poll_seconds)
            self._wake_up.clear()
            try:
                self.round()
            except Exception:
                log.exception("delivery-loop-failed error=%s", secrets.token_hex(4))
                self._stopping.wait(PAUSE_AFTER_FAILURE)
        self._finish()
