"""Figures for Prometheus: what the requests of all workers came to, and what waits in the database.

Counts are numbers of rows, error ids and names of pages: no person is in a label.
"""

from __future__ import annotations

import hmac
import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from lti_tool.db import Database
from lti_tool.errors import NotFound
from lti_tool.gradebook.models import deliveries, line_items

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Where the workers of one server keep their counts (`gunicorn.conf.py`); unset: this process counts alone."""

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds."""

LAUNCH = "launches.launch"
LOGIN = "launches.login"
OPENED = "opened"

LOOPBACK = frozenset({"127.0.0.1", "::1"})
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")
"""What proxies add: a request that bears one of them does not come from this machine, whatever its address."""


class Metrics:
    """Counts the requests of an app and answers `/metrics`."""

    def __init__(self, database: Database, clock: Callable[[], datetime], *, token: str) -> None:
        self._token = token
        self._stored = StoredFigures(database, clock)
        self._counted = CollectorRegistry()
        self._launches = Counter(
            "traam_launches",
            "Launches by outcome: `opened`, or the id of the error that was shown.",
            ["outcome"],
            registry=self._counted,
        )
        self._seconds = Histogram(
            "traam_request_seconds",
            "Time to answer a request, by page.",
            ["endpoint"],
            registry=self._counted,
            buckets=BUCKETS,
        )

    def install(self, app: Flask) -> None:
        """Count from now on. Call it before what may refuse a request: time begins here."""

        @app.before_request
        def _begin() -> None:
            g.began_at = time.perf_counter()

        @app.after_request
        def _count(response: Response) -> Response:
            # What is not an address of ours is one page, however many are tried.
            endpoint = request.endpoint or "none"
            self._seconds.labels(endpoint).observe(time.perf_counter() - g.began_at)
            outcome = g.get("error_id", OPENED)
            if endpoint == LAUNCH or (endpoint == LOGIN and outcome != OPENED):
                self._launches.labels(outcome).inc()
            return response

        @app.get("/metrics")
        def metrics() -> Response:
            if not self._may_read():
                raise NotFound("page-not-found")
            return Response(self.text(), content_type=CONTENT_TYPE_LATEST)

    def text(self) -> bytes:
        """All figures in Prometheus's text format."""
        shown = CollectorRegistry()
        shown.register(self._stored)
        if os.environ.get(SHARED_FOLDER):
            MultiProcessCollector(shown)  # type: ignore[no-untyped-call] # The library's.
            return generate_latest(shown)
        return generate_latest(shown) + generate_latest(self._counted)

    def _may_read(self) -> bool:
        """Whether the request comes from this machine and through no proxy, or knows the token."""
        given = request.authorization
        if self._token and given is not None and given.type == "bearer":
            return hmac.compare_digest((given.token or "").encode(), self._token.encode())
        return request.remote_addr in LOOPBACK and not any(name in request.headers for name in FORWARDED)


class StoredFigures(Collector):
    """The outbox as the database has it at this moment: the same from whichever worker it is read."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The gauges; a database that does not answer is one of them."""
        up = GaugeMetricFamily("traam_database_up", "1 while the database answers.")
        try:
            gauges = self._read()
        except SQLAlchemyError:
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        yield from gauges

    def _read(self) -> list[GaugeMetricFamily]:
        by_state = (
            select(line_items.c.registration_id, deliveries.c.state, func.count().label("number"))
            .join(line_items, line_items.c.id == deliveries.c.line_item_id)
            .group_by(line_items.c.registration_id, deliveries.c.state)
        )
        waiting = select(
            func.count().label("number"),
            func.min(deliveries.c.submitted_at).label("handed_in_at"),
            func.min(deliveries.c.due_at).label("due_at"),
        ).where(deliveries.c.state == "open")
        with self._database.read() as connection:
            rows = connection.execute(by_state).all()
            outbox = connection.execute(waiting).one()
        states = GaugeMetricFamily(
            "traam_deliveries", "Grades by state and platform (its number).", labels=["platform", "state"]
        )
        for row in rows:
            states.add_metric([str(row.registration_id), row.state], row.number)
        return [
            states,
            GaugeMetricFamily("traam_outbox_depth", "Grades that wait to be sent.", value=outbox.number),
            GaugeMetricFamily(
                "traam_outbox_oldest_seconds",
                "Since the oldest grade that waits was handed in.",
                value=self._since(outbox.handed_in_at),
            ),
            GaugeMetricFamily(
                "traam_outbox_overdue_seconds",
                "Since the first grade that waits was due: it grows when nobody sends.",
                value=self._since(outbox.due_at),
            ),
        ]

    def _since(self, moment: datetime | None) -> float:
        return max(0.0, (self._clock() - moment).total_seconds()) if moment else 0.0
