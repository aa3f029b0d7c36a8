"""How a web process tells other processes that there is something to send, where the settings ask for it."""

from __future__ import annotations

import threading
from typing import Protocol

from lti_tool.settings import Settings, SettingsRefused


class Messenger(Protocol):
    """Passes wake-ups on, beside the pages."""

    def start(self) -> None:
        """Begin, after the fork."""
        ...

    def stop(self, timeout: float) -> None:
        """Pass the last one on, within `timeout` seconds."""
        ...


def make_wake_ups(settings: Settings, wake_up: threading.Event) -> Messenger | None:
    """The messenger of delivery by Celery; None where nobody else delivers. Raises `SettingsRefused` without Celery."""
    if settings.delivery != "celery":
        return None
    try:
        from lti_tool.gradebook.celery_wake_ups import WakeUps  # noqa: PLC0415 # Slow to import, and an extra.
    except ImportError:
        raise SettingsRefused("TRAAM_DELIVERY=celery needs Celery: install `requirements-engines.lock`") from None
    return WakeUps(settings.broker_url.get_secret_value(), wake_up=wake_up)
