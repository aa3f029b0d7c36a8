"""Wake-ups through Celery on Redis. Imported only where the settings ask for it: Celery is an extra.

A message says « look at the table » and nothing else: one that is lost, doubled or late changes nothing.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import Literal

from celery import Celery
from kombu.exceptions import KombuError, OperationalError
from redis.exceptions import AuthenticationError, ResponseError

TASK = "traam.deliver"
QUEUE = "deliveries"
LIFE = 60
"""Seconds after which a message is dropped: the workers have looked since without it."""

PAUSE_AFTER_FAILURE = 5.0
HEARD_WITHIN = 3.0
"""Seconds in which a worker takes a message, unless there is none."""

ONE_TRY = {"max_retries": 1, "interval_start": 0, "interval_step": 0}
"""One and no more: Kombu would otherwise try for ever."""

log = logging.getLogger(__name__)


def make_celery(broker_url: str) -> Celery:
    """Celery without results, remote control or events: one queue of wake-ups. Connects to nothing yet."""
    celery = Celery("traam", broker=broker_url, set_as_current=False, fixups=[])
    celery.conf.update(
        accept_content=["json"],
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={
            "global_keyprefix": "traam:",
            "socket_connect_timeout": 3,
            "socket_timeout": 10,
            "visibility_timeout": 300,
        },
        task_acks_late=True,
        task_default_queue=QUEUE,
        task_ignore_result=True,
        task_reject_on_worker_lost=True,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        worker_enable_remote_control=False,
        # No limit: a worker that waits for room, after Redis has died with its acknowledgement, notices no new Redis.
        worker_prefetch_multiplier=0,
    )
    return celery


def try_broker(broker_url: str, *, seconds: float = HEARD_WITHIN) -> Literal["silent", "refuses", "unheard", "heard"]:
    """Send a wake-up, which never does harm, and see whether a worker takes it."""
    celery = make_celery(broker_url)
    celery.conf.broker_transport_options |= ONE_TRY
    ends = time.monotonic() + seconds
    try:
        celery.send_task(TASK, expires=LIFE, retry=False)
        with celery.connection_for_read() as connection:
            while connection.default_channel.queue_declare(queue=QUEUE).message_count:
                if time.monotonic() > ends:
                    return "unheard"
                time.sleep(0.05)
    except (KombuError, OSError) as error:
        return "refuses" if isinstance(error.__cause__, (AuthenticationError, ResponseError)) else "silent"
    finally:
        celery.close()
    return "heard"


class WakeUps:
    """A thread of the web service that tells the workers when there is something to send.

    Many wake-ups of a moment become one message. No request ever waits for Redis: where it is silent, the log says so
    once and the workers find the grade at their next look. Start it after the fork.
    """

    def __init__(self, broker_url: str, *, wake_up: threading.Event) -> None:
        self._celery = make_celery(broker_url)
        self._celery.conf.broker_transport_options |= ONE_TRY
        self._wake_up = wake_up
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._silent = False

    def start(self) -> None:
        """Begin in a thread of this process, which does not keep the process alive."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="wake-ups", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 8.0) -> None:
        """Send a last wake-up, and wait for that at most `timeout` seconds."""
        self._stopping.set()
        self._wake_up.set()
        if self._thread is not None:
            self._thread.join(timeout)
            self._thread = None

    def send(self) -> bool:
        """Send one message; whether Redis took it."""
        try:
            self._celery.send_task(TASK, expires=LIFE, retry=False)
        except (KombuError, OperationalError, OSError) as error:
            if not self._silent:
                log.warning("broker-silent error=%s: the workers look by themselves", type(error).__name__)
            self._silent = True
            return False
        if self._silent:
            log.info("broker-answers")
        self._silent = False
        return True

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake_up.wait()
            self._wake_up.clear()
            if not self.send():
                self._stopping.wait(PAUSE_AFTER_FAILURE)
