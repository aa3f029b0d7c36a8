"""What a worker of the web service does beside answering."""

from __future__ import annotations

from flask import Flask

from lti_tool.app.services import EXTENSION, Services
from lti_tool.launches.housekeeping import Housekeeping


def start_background(app: Flask) -> None:
    """Start what runs beside the pages. Call it in each worker, after the fork."""
    services: Services = app.extensions[EXTENSION]
    services.database.engine.dispose(close=False)
    Housekeeping(
        services.sessions.purge,
        services.previews.purge,
        services.rosters.forget_names,
        services.reconciliation.nightly,
    ).start()
    if services.settings.delivery == "embedded":
        services.delivery.start()
    if services.wake_ups is not None:
        services.wake_ups.start()


def stop_background(app: Flask) -> None:
    """Let the scores that are being sent arrive before the worker goes."""
    services: Services = app.extensions[EXTENSION]
    services.delivery.stop(timeout=8)
    if services.wake_ups is not None:
        services.wake_ups.stop(timeout=8)
