"""A worker: a Celery consumer that looks at the table when a message says so, and a sweep that looks without."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from celery import signals

from lti_tool.db import Database
from lti_tool.gradebook.celery_wake_ups import QUEUE, TASK, make_celery
from lti_tool.gradebook.delivery import Delivery
from lti_tool.gradebook.loop import DeliveryLoop

SWEEP_SECONDS = 10.0

log = logging.getLogger(__name__)


class Worker:
    """Delivers until SIGTERM or SIGINT, in this process and its threads; two messages are not taken at once.

    The sweep needs no Redis. Of several workers one sweeps at a time, while all of them take messages: the leases of
    the rows keep them apart.
    """

    def __init__(
        self,
        broker_url: str,
        database: Database,
        deliveries: Callable[[], Delivery],
        clock: Callable[[], datetime],
        *,
        sweep_seconds: float = SWEEP_SECONDS,
    ) -> None:
        self._celery = make_celery(broker_url)
        self._celery.task(name=TASK)(self._look)
        self._on_message = deliveries()
        sweeping = deliveries()
        self._sweep = DeliveryLoop(
            database,
            sweeping.round,
            finish=sweeping.close,
            wake_up=threading.Event(),
            clock=clock,
            poll_seconds=sweep_seconds,
        )
        self._stopping = threading.Event()

    def run(self) -> None:
        """Work, also while Redis is away; what is being sent at the end is still sent."""
        signals.setup_logging.connect(_leave_the_log_alone)
        signals.worker_shutting_down.connect(self._stop)
        self._sweep.start()
        try:
            self._celery.Worker(
                pool="threads",
                concurrency=1,
                queues=[QUEUE],
                quiet=True,
                without_gossip=True,
                without_heartbeat=True,
                without_mingle=True,
            ).start()
        finally:
            self._stopping.set()
            self._sweep.stop()

    def _look(self) -> None:
        """Send until nothing is due."""
        try:
            while not self._stopping.is_set() and self._on_message.round():
                pass
        except Exception:
            log.exception("delivery-failed error=%s", secrets.token_hex(4))
        if self._stopping.is_set():
            self._on_message.close()

    def _stop(self, **_: Any) -> None:
        self._stopping.set()


def _leave_the_log_alone(**_: Any) -> None:
    """Keep Celery, by answering its signal, from setting up a log of its own."""
    logging.getLogger("celery").setLevel(logging.WARNING)
