"""The embedded loop: a thread of the web service that sends grades, in one process at a time."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from lti_tool.db import Database
from lti_tool.gradebook.leases import end_lease, is_held, take_lease
from lti_tool.gradebook.outbox import something_due

LEASE = timedelta(seconds=10)
POLL_SECONDS = 0.5
PAUSE_AFTER_FAILURE = 5.0
LEASE_NAME = "embedded"

KEPT_SECONDS = LEASE.total_seconds() / 2
"""How long a loop relies on its lease before it makes it last anew."""

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
        self._holder = secrets.token_hex(16)
        self._kept_until = 0.0
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin in a thread of this process, which does not keep the process alive."""
        self._holder = secrets.token_hex(16)  # Anew: a fork has copied the first.
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
        now = self._clock()
        with self._database.read() as connection:
            if not something_due(connection, now):
                return 0
            elsewhere = is_held(connection, LEASE_NAME, but_by=self._holder, now=now, span=LEASE)
        if elsewhere:
            self._stopping.wait(GIVE_WAY_SECONDS)
            self._wake_up.set()  # The other one may have ended its round without this.
            return 0
        sent = 0
        try:
            while not self._stopping.is_set() and self._keep_lease():
                count = self._deliver()
                if count == 0:
                    break
                sent += count
        finally:
            self._release_lease()
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

    def _keep_lease(self) -> bool:
        """Take the lease, or make it last anew, unless another process has it."""
        if time.monotonic() < self._kept_until:
            return True
        kept_until = time.monotonic() + KEPT_SECONDS
        with self._database.write() as connection:
            taken = take_lease(connection, LEASE_NAME, holder=self._holder, now=self._clock(), span=LEASE)
        if taken:
            self._kept_until = kept_until
        return taken

    def _release_lease(self) -> None:
        self._kept_until = 0.0
        with self._database.write() as connection:
            end_lease(connection, LEASE_NAME, holder=self._holder, at=self._clock())
