"""What other rooms ask of the gradebook: record a score, say what became of it, try again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal

from sqlalchemy import Insert, func, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.sql.dml import ReturningInsert

from lti_tool.db import AnyRow, Database, insert_in
from lti_tool.gradebook.models import deliveries, line_items
from lti_tool.lti.claims import AGSEndpoint

State = Literal["open", "delivered", "refused", "parked"]
"""open: to be sent, or being sent; delivered; refused: the platform says no; parked: tried for days, in vain."""

TEXTS = {"open": "grade-waiting", "delivered": "grade-delivered", "refused": "grade-refused", "parked": "grade-parked"}


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
    """What became of a person's score. `reason` is a text id, `tries` counts the failures since it was recorded.

    `overridden`: at `checked_at`, the last reconciliation since its delivery, the platform had another grade.
    """

    state: State
    score: float
    maximum: float
    reason: str | None
    delivered_at: datetime | None
    tries: int
    overridden: bool = False
    checked_at: datetime | None = None

    @property
    def text(self) -> str:
        """The text id of the state, such as `grade-delivered`, or of what was found since."""
        return "grade-overridden" if self.overridden else TEXTS[self.state]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A row of the outbox, for an operator: numbers of rows, no name and no pseudonym."""

    id: int
    registration_id: int
    link_id: int
    person_id: int
    label: str
    status: DeliveryStatus
    due_at: datetime


class Gradebook:
    """The outbox. `record` and `statuses` work in the caller's transaction, the others open their own."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self.wake_up = threading.Event()
        """Set when there may be something to send; the loop of this process waits for it."""

    def wake(self) -> None:
        """Have the loop of this process look at once. Call it after the commit; a call too many does no harm."""
        self.wake_up.set()

    def record(
        self,
        connection: Connection,
        *,
        registration_id: int,
        link_id: int,
        ags: AGSEndpoint | None,
        resource_id: str,
        tag: str,
        label: str,
        maximum: float,
        person_id: int,
        score: float,
        comment: str | None,
        started_at: datetime | None,
        submitted_at: datetime | None,
    ) -> None:
        """Write the score down for delivery, in the transaction that makes it true (transactional outbox).

        It replaces a score of the same person that has not left yet. The same score is sent again: a platform forgets a
        grade, as Moodle does when a pupil leaves the course and comes back. Without a gradebook on the platform's side
        (`ags` absent or empty) nothing is written, and `statuses` has no entry for the person.
        """
        if ags is None or not (ags.lineitem or ags.lineitems):
            return
        line_item_id = self._line_item(
            connection,
            registration_id=registration_id,
            link_id=link_id,
            resource_id=resource_id,
            tag=tag,
            label=label,
            maximum=maximum,
            url=ags.lineitem,
            container_url=ags.lineitems,
            scopes=" ".join(ags.scopes),
        )
        now = self._clock()
        content = {
            "score": score,
            "maximum": maximum,
            "comment": comment,
            "started_at": started_at,
            "submitted_at": submitted_at,
        }
        unsent = {"state": "open", "due_at": now, "tries": 0, "reason": None, "delivered_at": None}
        fresh = {**content, **unsent, "finding": None, "checked_at": None, "resends": 0}
        first = {"line_item_id": line_item_id, "person_id": person_id, "revision": 1, "last_timestamp": 0}
        connection.execute(_write_down(connection.dialect.name, tuple(fresh)), {**first, **fresh})

    def statuses(
        self, connection: Connection, link_id: int, person_ids: Collection[int] | None = None
    ) -> dict[int, DeliveryStatus]:
        """The scores of a link by person, of all persons or of those named. No entry: nothing was ever to be sent."""
        wanted = (
            select(deliveries)
            .join(line_items, line_items.c.id == deliveries.c.line_item_id)
            .where(line_items.c.link_id == link_id)
            .order_by(line_items.c.id)
        )
        if person_ids is not None:
            wanted = wanted.where(deliveries.c.person_id.in_(person_ids))
        return {row.person_id: _status(row) for row in connection.execute(wanted)}

    def retry(self, ids: Sequence[int] | None = None) -> int:
        """Send again what is parked or refused: all of it, or the deliveries named. Gives how many there were."""
        statement = (
            update(deliveries)
            .where(deliveries.c.state.in_(["parked", "refused"]))
            .values(state="open", due_at=self._clock(), tries=0, resends=0)
        )
        if ids is not None:
            statement = statement.where(deliveries.c.id.in_(ids))
        with self._database.write() as connection:
            count = connection.execute(statement).rowcount
        self.wake()
        return count

    def list_deliveries(self, *, states: Collection[State] | None = None, limit: int = 100) -> list[Delivery]:
        """The newest rows of the outbox, of all states or of those named."""
        wanted = (
            select(deliveries, line_items.c.registration_id, line_items.c.link_id, line_items.c.label)
            .join(line_items, line_items.c.id == deliveries.c.line_item_id)
            .order_by(deliveries.c.id.desc())
            .limit(limit)
        )
        if states is not None:
            wanted = wanted.where(deliveries.c.state.in_(states))
        with self._database.read() as connection:
            return [
                Delivery(row.id, row.registration_id, row.link_id, row.person_id, row.label, _status(row), row.due_at)
                for row in connection.execute(wanted)
            ]

    def _line_item(self, connection: Connection, **values: str | float | None) -> int:
        """The id of the line item of a link and resource; an address that the launch named replaces ours."""
        return int(connection.execute(_name_column(connection.dialect.name), values).scalar_one())


# Each built once a dialect: building a statement costs more than running it.
@cache
def _write_down(dialect: str, fresh: tuple[str, ...]) -> Insert:
    """A delivery, or in its place all that is fresh."""
    statement = insert_in(dialect, deliveries)
    replaced = {name: statement.excluded[name] for name in fresh}
    return statement.on_conflict_do_update(
        index_elements=["line_item_id", "person_id"], set_={**replaced, "revision": deliveries.c.revision + 1}
    )


@cache
def _name_column(dialect: str) -> ReturningInsert[Any]:
    """A line item, or what is said of it now: an address that is not said is kept."""
    statement = insert_in(dialect, line_items)
    new, old = statement.excluded, line_items.c
    kept = {name: func.coalesce(new[name], old[name]) for name in ("url", "container_url")}
    changed = {name: new[name] for name in ("tag", "label", "maximum", "scopes")}
    upsert = statement.on_conflict_do_update(index_elements=["link_id", "resource_id"], set_={**changed, **kept})
    return upsert.returning(line_items.c.id)


def _status(row: AnyRow) -> DeliveryStatus:
    told = (row.state, row.score, row.maximum, row.reason, row.delivered_at, row.tries)
    if row.state != "delivered" or row.checked_at is None or row.checked_at < row.delivered_at:
        return DeliveryStatus(*told)
    return DeliveryStatus(*told, overridden=row.finding == "overridden", checked_at=row.checked_at)
