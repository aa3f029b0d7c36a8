"""What the platforms' gradebooks say, beside what was sent: read by night, or when an operator asks."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, or_, select, true, tuple_, update
from sqlalchemy.engine import Connection

from lti_tool.contexts.models import people
from lti_tool.db import AnyRow, Database
from lti_tool.errors import ToolError
from lti_tool.gradebook.leases import Lease
from lti_tool.gradebook.models import deliveries, line_items
from lti_tool.gradebook.pace import Pace
from lti_tool.gradebook.posting import PlatformsPort, ServicesPort
from lti_tool.lti.ags import Result
from lti_tool.lti.connector import ServiceAnswer
from lti_tool.lti.outgoing import PlatformUnreachable

Finding = Literal["equal", "missing", "vanished", "overridden", "gone"]

MOST_RESENDS = 3
"""A grade that is still missing after so many times is not sent again: its platform takes it and does not show it."""

GONE = "grade-column-gone"
NOT_FOUND = 404
CHUNK = 500
"""Rows that one statement changes."""

NIGHT = range(1, 5)
"""Hours of the night (UTC) in which a run may begin."""

LEASE_NAME = "reconcile"
LEASE = timedelta(minutes=15)
REST = timedelta(hours=20)
LOOK_BACK = timedelta(days=60)
"""By night, columns with a grade delivered since then are read."""

NIGHTLY_PER_SECOND = 20
"""Columns of a platform that are read by night, for a fifth of one core: somewhere it is day, and pupils are at work.

250,000 are read before the night is over."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run has found. `unread`: columns whose platform did not say; `vanished`: missing, and given up.

    `missing` are sent again; `gone`: grades whose column is deleted; `recreated`: of those, sent to a new one.
    """

    columns: int = 0
    equal: int = 0
    missing: int = 0
    vanished: int = 0
    overridden: int = 0
    gone: int = 0
    recreated: int = 0
    unread: int = 0


class Reconciliation:
    """Reads the results of each column (AGS §3.3) and compares them with what was delivered.

    A grade that is missing is sent again; one that differs was changed over there, and is kept.
    """

    def __init__(
        self, database: Database, platforms: PlatformsPort, services: ServicesPort, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._platforms = platforms
        self._services = services
        self._clock = clock
        self._lease = Lease(database, LEASE_NAME, clock, span=LEASE, longest=REST + LEASE)
        self._pace = Pace(NIGHTLY_PER_SECOND)

    def run(self, *, registration_id: int | None = None, recreate: bool = False) -> Figures:
        """Read every column, or those of one registration. With `recreate`, those that are gone are made anew."""
        here = true() if registration_id is None else line_items.c.registration_id == registration_id
        counts = self._read(self._columns(here))
        if recreate:
            counts["recreated"] = self._recreate(here)
        return Figures(**counts)

    def nightly(self) -> Figures | None:
        """By night, once, in one process: read the columns of the last two months. Call it every hour."""
        if self._clock().hour not in NIGHT or not self._lease.keep():
            return None
        now = self._clock()
        row = deliveries.c
        unchecked = or_(row.checked_at.is_(None), row.checked_at < now - REST)
        columns = self._columns(and_(row.delivered_at > now - LOOK_BACK, unchecked))
        figures = Figures(**self._read(self._while_ours(columns), pace=self._pace))
        self._lease.end(rest=REST)
        log.info("grades reconciled: %s", " ".join(f"{name}={count}" for name, count in asdict(figures).items()))
        return figures

    def _while_ours(self, columns: Iterable[AnyRow]) -> Iterator[AnyRow]:
        """The columns, until the lease is lost."""
        for column in columns:
            if not self._lease.keep():
                return
            yield column

    def _columns(self, chosen: ColumnElement[bool]) -> list[AnyRow]:
        """The columns that hold a delivered grade and are among the chosen."""
        column = line_items.c
        statement = (
            select(column.id, column.registration_id, column.url, column.scopes)
            .join(deliveries, deliveries.c.line_item_id == column.id)
            .where(deliveries.c.state == "delivered", column.url.is_not(None), chosen)
            .distinct()
            .order_by(column.registration_id, column.id)
        )
        with self._database.read() as connection:
            return list(connection.execute(statement))

    def _read(self, columns: Iterable[AnyRow], *, pace: Pace | None = None) -> Counter[str]:
        counts: Counter[str] = Counter()
        silent: set[int] = set()
        for column in columns:
            counts["columns"] += 1
            if column.registration_id in silent:
                counts["unread"] += 1
                continue
            if pace is not None:
                pace.wait(column.registration_id)
            sent = self._sent(column.id)
            try:
                results = self._results(column, [row.sub for row in sent])
            except ToolError as error:
                log.warning("column not read: %s line_item=%s", error, column.id)
                counts["unread"] += 1
                if isinstance(error, PlatformUnreachable):
                    silent.add(column.registration_id)
                continue
            found: dict[Finding, list[AnyRow]] = {}
            for row in sent:
                found.setdefault(_finding(row, results), []).append(row)
            with self._database.write() as connection:
                for finding, rows in found.items():
                    counts.update(_note(connection, finding, rows, self._clock()))
        return counts

    def _sent(self, line_item_id: int) -> list[AnyRow]:
        row = deliveries.c
        statement = (
            select(row.id, row.revision, row.last_timestamp, row.score, row.maximum, row.resends, people.c.sub)
            .join(people, people.c.id == row.person_id)
            .where(row.line_item_id == line_item_id, row.state == "delivered")
        )
        with self._database.read() as connection:
            return list(connection.execute(statement))

    def _results(self, column: AnyRow, people: Sequence[str]) -> Mapping[str, Result] | None:
        """The grades of these people in a column; `None`: there is no such column."""
        registration = self._platforms.by_id(column.registration_id)
        ags = self._services.ags(registration, column.scopes.split())
        try:
            return ags.column_results(column.url)
        except PlatformUnreachable as error:
            if error.id != "platform-answer-too-long":
                raise
            # A very large course: one after the other, then.
            return {sub: result for sub in people for result in ags.results(column.url, sub)}
        except ServiceAnswer as error:
            if error.params["status"] != NOT_FOUND:
                raise
            return None

    def _recreate(self, here: ColumnElement[bool]) -> int:
        """Forget the address of the columns that are gone, and send their grades again: the first makes it anew."""
        row = deliveries.c
        gone = and_(row.state == "refused", row.reason == GONE)
        with self._database.write() as connection:
            statement = select(line_items.c.id).join(deliveries, row.line_item_id == line_items.c.id).where(gone, here)
            columns = list(connection.scalars(statement.distinct()))
            connection.execute(update(line_items).where(line_items.c.id.in_(columns)).values(url=None))
            reopened = update(deliveries).where(gone, row.line_item_id.in_(columns)).values(_again(self._clock()))
            return connection.execute(reopened).rowcount


def _finding(row: AnyRow, results: Mapping[str, Result] | None) -> Finding:
    if results is None:
        return "gone"
    result = results.get(row.sub)
    if result is None:
        return "missing" if row.resends < MOST_RESENDS else "vanished"
    return "equal" if result.equals(row.score, row.maximum) else "overridden"


def _note(connection: Connection, finding: Finding, rows: Sequence[AnyRow], now: datetime) -> dict[str, int]:
    """Write a finding about rows, except those to which something newer has happened since they were read."""
    row = deliveries.c
    values: dict[str, Any] = {"finding": finding, "checked_at": now}
    if finding == "equal":
        values["resends"] = 0
    elif finding == "missing":
        values |= _again(now) | {"reason": "grade-was-missing", "resends": row.resends + 1}
    elif finding != "overridden":
        values |= {"state": "refused", "reason": GONE if finding == "gone" else "grade-vanishes"}
    count = 0
    for start in range(0, len(rows), CHUNK):
        these = [(read.id, read.revision, read.last_timestamp) for read in rows[start : start + CHUNK]]
        unchanged = and_(row.state == "delivered", tuple_(row.id, row.revision, row.last_timestamp).in_(these))
        count += connection.execute(update(deliveries).where(unchanged).values(values)).rowcount
    return {finding: count}


def _again(now: datetime) -> dict[str, Any]:
    return {"state": "open", "due_at": now, "tries": 0, "reason": None}
