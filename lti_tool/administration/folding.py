"""Folding one row into another: what pointed to it points to the other, and what that makes double is folded too."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table, UniqueConstraint, and_, delete, func, select, update
from sqlalchemy.engine import Connection

from lti_tool.attempts.models import attempts
from lti_tool.contexts.models import context_groups, contexts, roster_members
from lti_tool.db import AnyRow, metadata
from lti_tool.gradebook.models import deliveries
from lti_tool.placements.models import placements

NUMBERED: Mapping[Table, tuple[str, ...]] = {
    attempts: ("link_id", "person_id", "preview"),
    roster_members: ("context_id",),
}
"""Tables whose `number` counts within these columns: a number that is taken becomes the next one."""

ASIDE = "aside"
"""Status of an open attempt beside which another one of the same person is open and was saved later."""


def fold(connection: Connection, table: Table, old: int, new: int) -> None:
    """Give everything that hangs on the row `old` of `table` to the row `new`, and delete `old`."""
    settle = _SETTLE.get(table)
    if settle is not None:
        settle(connection, _row(connection, table, old), _row(connection, table, new))
    for child, column in _references(table):
        for row in connection.execute(select(child).where(child.c[column] == old)).all():
            repoint(connection, child, row, {column: new})
    connection.execute(delete(table).where(table.c.id == old))


def repoint(connection: Connection, table: Table, row: AnyRow, changes: Mapping[str, Any]) -> None:
    """Change columns of a row; where a unique row like that is there already, fold the row into it."""
    values = {**row._mapping, **changes}  # noqa: SLF001 # SQLAlchemy's public name for it.
    twin = _twin(connection, table, values)
    if twin is not None:
        fold(connection, table, row.id, twin)
        return
    changed = dict(changes)
    scope = NUMBERED.get(table)
    if scope is not None and _taken(connection, table, values, (*scope, "number")):
        here = _matching(table, values, scope)
        changed["number"] = connection.execute(select(func.max(table.c.number)).where(here)).scalar_one() + 1
    if table is attempts and values["status"] == "open":
        changed |= _one_open(connection, values)
    connection.execute(update(table).where(table.c.id == row.id).values(**changed))


def _references(table: Table) -> Iterator[tuple[Table, str]]:
    """The columns of the database that point to `table`."""
    for child in metadata.sorted_tables:
        for column in child.columns:
            if any(key.column.table is table for key in column.foreign_keys):
                yield child, column.name


def _twin(connection: Connection, table: Table, values: Mapping[str, Any]) -> int | None:
    """Another row with the same unique columns, numbers apart."""
    for constraint in table.constraints:
        names = tuple(column.name for column in constraint.columns) if isinstance(constraint, UniqueConstraint) else ()
        if not names or (table in NUMBERED and "number" in names) or any(values[name] is None for name in names):
            continue
        found = _taken(connection, table, values, names)
        if found is not None:
            return found
    return None


def _taken(connection: Connection, table: Table, values: Mapping[str, Any], names: tuple[str, ...]) -> int | None:
    statement = select(table.c.id).where(_matching(table, values, names), table.c.id != values["id"])
    found = connection.execute(statement.limit(1)).scalar()
    return None if found is None else int(found)


def _matching(table: Table, values: Mapping[str, Any], names: tuple[str, ...]) -> ColumnElement[bool]:
    return and_(*(table.c[name] == values[name] for name in names))


def _row(connection: Connection, table: Table, id: int) -> AnyRow:
    return connection.execute(select(table).where(table.c.id == id)).one()


def _one_open(connection: Connection, values: Mapping[str, Any]) -> dict[str, Any]:
    """A person has one open attempt at a link: the one saved last."""
    here = and_(
        _matching(attempts, values, ("link_id", "person_id", "preview")),
        attempts.c.status == "open",
        attempts.c.id != values["id"],
    )
    other = connection.execute(select(attempts.c.id, attempts.c.saved_at).where(here)).first()
    if other is None:
        return {}
    if other.saved_at >= values["saved_at"]:
        return {"status": ASIDE}
    connection.execute(update(attempts).where(attempts.c.id == other.id).values(status=ASIDE))
    return {}


def _fill(table: Table, *names: str) -> Callable[[Connection, AnyRow, AnyRow], None]:
    """Where the new row says nothing, the old one's word stands."""

    def settle(connection: Connection, old: AnyRow, new: AnyRow) -> None:
        told = {name: getattr(old, name) for name in names if not getattr(new, name) and getattr(old, name)}
        if told:
            connection.execute(update(table).where(table.c.id == new.id).values(**told))

    return settle


def _keep_better_grade(connection: Connection, old: AnyRow, new: AnyRow) -> None:
    """Of two grades for one column the better one stays, and is sent to where it goes now."""
    if old.score / old.maximum <= new.score / new.maximum:
        return
    content = {name: getattr(old, name) for name in ("score", "maximum", "comment", "started_at", "submitted_at")}
    again = {"state": "open", "due_at": old.due_at, "tries": 0, "reason": None, "delivered_at": None}
    revision = max(old.revision, new.revision) + 1
    last = max(old.last_timestamp, new.last_timestamp)
    this = deliveries.c.id == new.id
    connection.execute(
        update(deliveries).where(this).values(**content, **again, revision=revision, last_timestamp=last)
    )


def _keep_older_place(connection: Connection, old: AnyRow, new: AnyRow) -> None:
    """Of two placements of one link the older one stays: a teacher may have set it, a launch has copied the other."""
    if old.created_at > new.created_at:
        return
    told = {name: value for name, value in old._mapping.items() if name not in {"id", "link_id", "model_of"}}  # noqa: SLF001 # As above.
    connection.execute(update(placements).where(placements.c.id == new.id).values(**told))


_SETTLE: Mapping[Table, Callable[[Connection, AnyRow, AnyRow], None]] = {
    contexts: _fill(contexts, "title", "history"),
    roster_members: _fill(roster_members, "nickname", "name", "groups"),
    context_groups: _fill(context_groups, "name"),
    deliveries: _keep_better_grade,
    placements: _keep_older_place,
}
