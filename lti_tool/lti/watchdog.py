"""Who ends what lasts too long: one thread for all that a process waits for, where a timer each costs a thread each."""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Callable

Cut = Callable[[], None]


class Watchdog:
    """Calls what is watched when its time has come, unless it is forgotten before. Threads share it.

    Its thread begins with the first call, and sleeps through calls that end in time: it wakes for the first end of
    those it knew of, not once a call. A child of a fork needs one of its own.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition(threading.Lock())
        self._ends: dict[Cut, float] = {}
        self._wakes = math.inf
        self._thread: threading.Thread | None = None

    def watch(self, cut: Cut, *, until: float) -> None:
        """Have `cut` called, from another thread and at most once, when the monotonic clock says `until`.

        It must be quick, and must raise nothing.
        """
        with self._changed:
            if self._thread is None:
                thread = threading.Thread(target=self._run, name="watchdog", daemon=True)
                thread.start()
                self._thread = thread
            self._ends[cut] = until
            if until < self._wakes:
                self._changed.notify()

    def forget(self, cut: Cut) -> None:
        """Watch it no more. From here on it is not called, nor still running."""
        with self._changed:
            self._ends.pop(cut, None)

    def _run(self) -> None:
        with self._changed:
            while True:
                now = time.monotonic()
                for cut in [cut for cut, until in self._ends.items() if until <= now]:
                    del self._ends[cut]
                    cut()
                self._wakes = min(self._ends.values(), default=math.inf)
                self._changed.wait(None if math.isinf(self._wakes) else self._wakes - now)


_watchdog = Watchdog()
watch, forget = _watchdog.watch, _watchdog.forget
# The thread stays with the parent, and the lock may be held there at that moment.
os.register_at_fork(after_in_child=_watchdog.__init__)  # type: ignore[misc]
