"""The scores of one platform that were claimed together, and the writing of their ends."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from lti_tool.db import Database
from lti_tool.gradebook import breaker, outbox
from lti_tool.gradebook.outbox import Claimed
from lti_tool.gradebook.posting import Posted
from lti_tool.gradebook.verdict import MOST_CONFLICTS, delay_after


class Batch:
    """Claimed scores of one registration, and what their ends tell of the platform. Its threads share it."""

    def __init__(self, database: Database, clock: Callable[[], datetime], scores: Sequence[Claimed]) -> None:
        first = scores[0]
        self.registration_id = first.column.registration_id
        self._database = database
        self._clock = clock
        self._scores = deque(scores)
        self._is_probe = first.is_probe
        self._has_failed = first.failures > 0
        self._lag = first.lag
        self.making = threading.Lock()
        self.held_until: datetime | None = None
        """The scores that are left are to be given back; when they are due."""

    def next(self) -> Claimed | None:
        """The next score; `None`: there is none left."""
        try:
            return self._scores.popleft()
        except IndexError:
            return None

    def settle(self, ended: Collection[Posted], unposted: Collection[Claimed]) -> None:
        """Write in one transaction what became of scores, and how the platform does. A newer score stays open."""
        if not ended and not unposted:
            return
        now = self._clock()
        with self._database.write() as connection:
            delivered = [posted.score for posted in ended if posted.verdict.end == "delivered"]
            if delivered:
                outbox.settle_delivered(connection, delivered, now)
            for posted in ended:
                if posted.verdict.end != "delivered":
                    _settle(connection, posted, now)
            self._learn(connection, ended, now)
            for score in unposted:
                outbox.give_back(connection, score, max(self.held_until or now, now))

    def _learn(self, connection: Connection, ended: Collection[Posted], now: datetime) -> None:
        if self._has_failed and any(posted.verdict.weight == 0 for posted in ended):
            breaker.note_answer(connection, self.registration_id, was_probe=self._is_probe, now=now)
            self._has_failed = self._is_probe = False
        for posted in ended:
            if posted.verdict.weight:
                self._has_failed = True
                held = breaker.note_failure(
                    connection,
                    self.registration_id,
                    weight=posted.verdict.weight,
                    wait=posted.verdict.wait,
                    was_probe=self._is_probe,
                    now=now,
                )
                self.held_until = held or self.held_until
            if posted.lag not in (posted.score.lag, self._lag):
                breaker.keep_lag(connection, self.registration_id, posted.lag)
                if posted.lag > self._lag:
                    # The others were dated for a clock that is not the platform's.
                    self.held_until = self.held_until or now
                self._lag = posted.lag


def _settle(connection: Connection, posted: Posted, now: datetime) -> None:
    score, verdict = posted.score, posted.verdict
    if verdict.end == "refused":
        outbox.settle(connection, score, state="refused", reason=verdict.reason, tries=score.tries + 1)
        return
    if not verdict.counts:
        outbox.settle(connection, score, due_at=now + timedelta(seconds=verdict.wait))
        return
    tries = score.tries + 1
    delay = delay_after(tries)
    if delay is None or (verdict.reason == "grade-conflict" and tries >= MOST_CONFLICTS):
        outbox.settle(connection, score, state="parked", reason=verdict.reason, tries=tries)
    else:
        due_at = now + timedelta(seconds=max(delay, verdict.wait))
        outbox.settle(connection, score, due_at=due_at, reason=verdict.reason, tries=tries)
