"""How an engine finds the rows of a statement: by an index, or by reading a whole table, which a small one hides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from lti_tool.attempts.models import attempts
from lti_tool.contexts.models import contexts, people, resource_links
from lti_tool.gradebook.models import deliveries, line_items
from lti_tool.launches.models import launch_sessions
from lti_tool.placements.models import placements

GROWING = (people, contexts, resource_links, launch_sessions, placements, attempts, line_items, deliveries)
"""The tables that grow with the years."""

NAMES = "|".join(table.name for table in GROWING)
WHOLE = {"sqlite": re.compile(rf"SCAN ({NAMES})\b"), "postgresql": re.compile(rf"Seq Scan on ({NAMES})\b")}
"""How an engine says that it reads a table from end to end; SQLite also says so of an index."""

EXPLAIN = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}


@contextmanager
def whole_reads(engine: Engine) -> Iterator[list[str]]:
    """Afterwards: the statements of meanwhile that read a whole table that grows, after the engine's words for it."""
    kind = engine.dialect.name
    given: dict[str, Any] = {}
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
            given[statement] = parameters

    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)
    assert given
    with engine.connect() as connection:
        if kind == "postgresql":
            # It plans by what a table holds, and reads a small one whole: so, only where no index serves.
            connection.exec_driver_sql("SET enable_seqscan = off")
        for statement, parameters in given.items():
            plan = connection.exec_driver_sql(EXPLAIN[kind] + statement, parameters)
            lines = [row.detail if kind == "sqlite" else row[0] for row in plan]
            # A table that the statement does not name is that of a foreign key: not read unless a key changes.
            found += [
                f"{line}: {statement}"
                for line in lines
                if (scan := WHOLE[kind].search(line)) and re.search(rf"\b{scan[1]}\b", statement)
            ]
        connection.invalidate()  # Not back into the pool with that setting.
