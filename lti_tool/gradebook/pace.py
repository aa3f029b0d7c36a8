"""How fast a platform is called."""

from __future__ import annotations

import threading
import time


class Pace:
    """Lets at most `per_second` calls a second through to each platform, evenly spread. Threads share it."""

    def __init__(self, per_second: float) -> None:
        self.per_second = per_second
        self._next: dict[int, float] = {}
        self._lock = threading.Lock()

    def wait(self, registration_id: int) -> None:
        """Return when it is one's turn to call."""
        with self._lock:
            now = time.monotonic()
            turn = max(self._next.get(registration_id, now), now)
            self._next[registration_id] = turn + 1 / self.per_second
        if turn > now:
            time.sleep(turn - now)
