"""Fills a database as a large site has: many people, each with several attempts whose grades have been delivered."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Integer, String, Table, cast, func, insert, literal, literal_column, select, text
from sqlalchemy.engine import Connection

from bench.fake_platform import Platform
from lti_tool.app import Services
from lti_tool.attempts.models import attempts
from lti_tool.contexts.models import contexts, people, resource_links
from lti_tool.db import Instant
from lti_tool.gradebook.models import deliveries, line_items
from lti_tool.placements.models import placements
from lti_tool.platforms.models import deployments, registrations

PEOPLE = 200_000
ATTEMPTS_EACH = 5
CLASS_SIZE = 30
FIRST = 1_000_000
"""The first identifier of the rows that are made here."""

STATE = json.dumps({"answers": ["l’accroche", "la définition", "problématique", "annonce"] * 2})

I = literal_column("i", Integer)  # noqa: E741 # The number of a row that is made, from 0.
ID = I + FIRST
KEY = cast(ID, String)


def fill(services: Services, platform: Platform, *, people_count: int = PEOPLE) -> None:
    """Give the database `people_count` people in classes of thirty; each has done five activities, a link each."""
    now = literal(datetime.now(UTC), Instant)
    title = platform.activity.title
    offer = next(offer for offer in services.placements.offers() if offer.listed.title == title)
    revision = offer.listed.revision_id
    courses = people_count // CLASS_SIZE + 1
    link_of_attempt = FIRST + I // ATTEMPTS_EACH // CLASS_SIZE * ATTEMPTS_EACH + I % ATTEMPTS_EACH
    person_of_attempt = FIRST + I // ATTEMPTS_EACH
    with services.database.write() as connection:
        on_server = connection.dialect.name == "postgresql"
        hexadecimal = func.md5(cast(func.random(), String)) if on_server else func.lower(func.hex(func.randomblob(16)))
        registration = connection.execute(select(registrations.c.id)).scalar_one()
        deployment = connection.execute(select(deployments.c.id)).scalar_one()
        _make(connection, people, people_count, {"issuer": platform.config.base_url, "sub": KEY, "created_at": now})
        _make(connection, contexts, courses, {"deployment_id": deployment, "context_key": KEY, "title": "SES"})
        link = {"deployment_id": deployment, "context_id": FIRST + I // ATTEMPTS_EACH, "link_key": KEY, "title": title}
        _make(connection, resource_links, courses * ATTEMPTS_EACH, {**link, "created_at": now})
        place = {"link_id": ID, "revision_id": revision, "graded": True, "policy": "best", "resource_id": KEY}
        _make(connection, placements, courses * ATTEMPTS_EACH, {**place, "created_at": now})
        column = {"registration_id": registration, "link_id": ID, "resource_id": KEY, "tag": "", "label": title}
        column |= {"maximum": 8.0, "url": platform.config.lineitem_url(2), "scopes": ""}
        _make(connection, line_items, courses * ATTEMPTS_EACH, column)
        work = {"public_id": hexadecimal, "link_id": link_of_attempt, "person_id": person_of_attempt, "preview": False}
        work |= {"revision_id": revision, "number": 1, "status": "submitted", "seed": hexadecimal, "state": STATE}
        work |= {"version": 9, "writer": hexadecimal, "progress": 1.0, "raw": 4.0, "maximum": 8.0}
        work |= {"started_at": now, "saved_at": now, "submitted_at": now}
        _make(connection, attempts, people_count * ATTEMPTS_EACH, work)
        grade = {"line_item_id": link_of_attempt, "person_id": person_of_attempt, "revision": 1, "score": 4.0}
        grade |= {"maximum": 8.0, "state": "delivered", "due_at": now, "tries": 0, "last_timestamp": 1}
        # By night, the tool would compare them with the platform while it is measured.
        grade |= {"delivered_at": now, "finding": "equal", "checked_at": now}
        _make(connection, deliveries, people_count * ATTEMPTS_EACH, grade)
        if on_server:
            # As its autovacuum does by itself, a while after.
            connection.execute(text("ANALYZE"))
    # Half a gigabyte that is still on its way to the disk would hold up every hand-in that waits for it.
    os.sync()


def _make(connection: Connection, table: Table, count: int, values: Mapping[str, Any]) -> None:
    """Insert `count` rows by one statement; `I` in a value is the number of the row, whose id is `ID`."""
    numbers = select(literal(0).label("i")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.i + 1).where(numbers.c.i < count - 1))
    columns = {"id": ID, **values}
    chosen = [
        value if hasattr(value, "compile") else literal(value, table.c[name].type) for name, value in columns.items()
    ]
    connection.execute(insert(table).from_select(list(columns), select(*chosen).select_from(numbers)))
    if connection.dialect.name == "postgresql":
        # The ids were given, not drawn: draw beyond them from now on.
        sequence = func.pg_get_serial_sequence(table.name, "id")
        connection.execute(select(func.setval(sequence, select(func.max(table.c.id)).scalar_subquery())))
