"""The delivery of grades: claim what is due, post it, note what became of it.

The row is the truth and the lease protects it: whoever delivers, how often and from how many processes, no score is
lost, and a score that is posted twice is the same score.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta

from lti_tool.db import Database
from lti_tool.gradebook import outbox
from lti_tool.gradebook.batch import Batch
from lti_tool.gradebook.outbox import Claimed
from lti_tool.gradebook.pace import Pace
from lti_tool.gradebook.posting import PlatformsPort, Posted, Poster, ServicesPort

ENOUGH_LEASE = timedelta(seconds=5)
"""A post begins only with so much of its lease left; else the row is given back."""

LANES = 2
"""Posts to one platform at the same time, per process."""

PER_SECOND = 500
"""Posts to one platform a second, per process: a class that hands in is no attack."""

LARGEST_ROUND = 50
PLATFORMS_AT_ONCE = 8
SETTLE_AT = 20
GLANCE_SECONDS = 0.05

GATHER_SECONDS = 0.02
"""After scores were taken up, until more are: those of a class that hands in go together, which costs half."""

log = logging.getLogger(__name__)


class Delivery:
    """Delivers what is due, platform by platform: one that is slow holds up nobody but itself.

    The scores of a platform go through at most `lanes` threads; its next ones are claimed when these are done. Threads
    begin with the first score: it may be made before a fork.
    """

    def __init__(
        self,
        database: Database,
        platforms: PlatformsPort,
        services: ServicesPort,
        clock: Callable[[], datetime],
        *,
        lanes: int = LANES,
    ) -> None:
        self._database = database
        self._clock = clock
        self._lanes = lanes
        self._poster = Poster(database, platforms, services, clock)
        self.pace = Pace(PER_SECOND)
        self._pool: ThreadPoolExecutor | None = None
        self._under_way: dict[Future[None], int] = {}
        self._closing = threading.Event()

    def take_up(self, *, limit: int = LARGEST_ROUND) -> int:
        """Claim at most `limit` due scores of platforms that have none under way, begin to post, give their number."""
        busy = {id for lane, id in self._under_way.items() if not lane.done()}
        self._under_way = {lane: id for lane, id in self._under_way.items() if not lane.done()}
        if len(busy) >= PLATFORMS_AT_ONCE:
            return 0
        if busy:
            with self._database.read() as connection:
                if not outbox.something_due(connection, self._clock(), besides=busy):
                    return 0
        with self._database.write() as connection:
            claimed = outbox.claim(connection, self._clock(), limit=limit, besides=busy)
        by_platform: dict[int, list[Claimed]] = {}
        for score in claimed:
            by_platform.setdefault(score.column.registration_id, []).append(score)
        for registration_id, scores in by_platform.items():
            batch = Batch(self._database, self._clock, scores)
            for _ in range(min(self._lanes, len(scores))):
                self._under_way[self._threads().submit(self._lane, batch)] = registration_id
        return len(claimed)

    def round(self) -> int:
        """As `take_up`, for a loop: where nothing new is due, wait a moment for what is under way.

        0: nothing is due and nothing is under way.
        """
        count = self.take_up()
        if count == 0 and self._under_way:
            wait(self._under_way, timeout=GLANCE_SECONDS, return_when=FIRST_COMPLETED)
            return len(self._under_way)
        if 0 < count < LARGEST_ROUND:
            self._closing.wait(GATHER_SECONDS)
        return count

    def close(self) -> None:
        """Have the scores that are being posted end, and give back those that are not. It may be used again."""
        self._closing.set()
        self.finish()
        self._closing.clear()

    def finish(self) -> None:
        """Wait for what is under way, and let the threads go."""
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None
        self._under_way = {}

    def _lane(self, batch: Batch) -> None:
        """Post the scores of a batch one after the other."""
        ended: list[Posted] = []
        unposted: list[Claimed] = []
        try:
            while (score := batch.next()) is not None:
                enough_time = score.lease_ends - self._clock() >= ENOUGH_LEASE
                if self._closing.is_set() or batch.held_until is not None or not enough_time:
                    unposted.append(score)
                    continue
                self.pace.wait(batch.registration_id)
                ended.append(posted := self._poster.post(score, making=batch.making))
                if len(ended) >= SETTLE_AT or posted.tells_something:
                    batch.settle(ended, ())
                    ended.clear()
            batch.settle(ended, unposted)
        except Exception:
            # Of the database: what is not written comes due again when its lease ends.
            log.exception("delivery-lane-failed error=%s", secrets.token_hex(4))

    def _threads(self) -> ThreadPoolExecutor:
        if self._pool is None:
            most = PLATFORMS_AT_ONCE * self._lanes
            self._pool = ThreadPoolExecutor(most, thread_name_prefix="grade-delivery")
        return self._pool
