"""How often one person may ask: a token bucket each, in the memory of the process.

The key is (registration, person), not an address: a school is one address. With several workers the limit holds
per worker, which is enough against a runaway page or a script.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

from lti_tool.errors import TooMany

MOST_KEYS = 10_000


class Limiter:
    """At most `burst` calls at once for a key, filled again at `per_minute`.

    Remembers the `most_keys` keys last seen; safe to share between threads. `clock` counts seconds.
    """

    def __init__(
        self,
        *,
        per_minute: float,
        burst: int | None = None,
        most_keys: int = MOST_KEYS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rate = per_minute / 60
        self._burst = float(burst if burst is not None else per_minute)
        self._most_keys = most_keys
        self._clock = clock
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, key: Hashable) -> None:
        """Count one call of `key`. Raises `TooMany` with the `seconds` to wait."""
        with self._lock:
            now = self._clock()
            tokens, seen = self._buckets.pop(key, (self._burst, now))
            tokens = min(self._burst, tokens + (now - seen) * self._rate)
            allowed = tokens >= 1
            self._buckets[key] = (tokens - 1 if allowed else tokens, now)
            if len(self._buckets) > self._most_keys:
                self._buckets.popitem(last=False)
        if not allowed:
            raise TooMany("too-many-requests", seconds=math.ceil((1 - tokens) / self._rate))


def post_limiter() -> Limiter:
    """For what a pupil's or a teacher's page posts: 120 a minute."""
    return Limiter(per_minute=120)


def upload_limiter() -> Limiter:
    """For uploads, which cost disk and time: 10 a minute."""
    return Limiter(per_minute=10)
