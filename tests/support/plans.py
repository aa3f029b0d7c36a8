"""How SQLite finds the rows of a statement: by an index, or by reading a whole table, which a small one hides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from lti_tool.attempts.models import attempts
from lti_tool.contexts.models import contexts, people, resource_links
from lti_tool.gradebook.models import deliveries, line_items
from lti_tool.launches.models import launch_sessions
from lti_tool.placements.models import placements

GROWING = (people, contexts, resource_links, launch_sessions, placements, attempts, line_items, deliveries)
"""The tables that grow with the years."""

SCAN = re.compile(rf"SCAN ({'|'.join(table.name for table in GROWING)})\b")
"""How SQLite says that it reads one from end to end, or an index of it."""


@contextmanager
def whole_reads(engine: Engine) -> Iterator[list[str]]:
    """Afterwards: the statements of meanwhile that read a whole table that grows, after SQLite's words for it."""
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans by what a table holds: in an empty one it reads all")
    given: dict[str, Any] = {}
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        given[statement] = parameters

    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)
    assert given
    with engine.connect() as connection:
        for statement, parameters in given.items():
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            # A table that the statement does not name is that of a foreign key: not read unless a key changes.
            found += [
                f"{row.detail}: {statement}"
                for row in plan
                if (scan := SCAN.match(row.detail)) and re.search(rf"\b{scan[1]}\b", statement)
            ]
