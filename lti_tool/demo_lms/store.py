"""What the demo LMS keeps: its keys, the columns of its gradebook, the grades. One SQLite database.

What is written is on the disk before it is acknowledged, so a grade survives a kill.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lti_tool.demo_lms.config import DemoActivity, DemoCourse
from lti_tool.demo_lms.keys import PlatformKey

SCHEMA = """
CREATE TABLE IF NOT EXISTS signing_key (rank INTEGER PRIMARY KEY, kid TEXT NOT NULL, pem TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS added_activity (rank INTEGER PRIMARY KEY, activity TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS line_item (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    label TEXT NOT NULL, maximum REAL NOT NULL,
    link_id TEXT, resource_id TEXT NOT NULL, tag TEXT NOT NULL,
    coupled INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS grade (
    line_item_id INTEGER NOT NULL REFERENCES line_item ON DELETE CASCADE,
    user_id TEXT NOT NULL,
    score REAL, comment TEXT NOT NULL, modified INTEGER NOT NULL,
    PRIMARY KEY (line_item_id, user_id)
);
"""


@dataclass(frozen=True, slots=True)
class LineItem:
    """A column of the gradebook. ``coupled``: made by the LMS for the activity ``link_id``, not by the tool."""

    id: int
    label: str
    maximum: float
    link_id: str | None = None
    resource_id: str = ""
    tag: str = ""
    coupled: bool = False


@dataclass(frozen=True, slots=True)
class Grade:
    """A cell of the gradebook. ``score`` is out of the column's maximum; ``modified`` in whole seconds."""

    line_item_id: int
    user_id: str
    score: float | None
    comment: str
    modified: int


class Store:
    """The database, shared by the threads of the server under one lock."""

    def __init__(self, data_dir: Path | None) -> None:
        if data_dir is not None:
            data_dir.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(
            data_dir / "demo_lms.sqlite" if data_dir else ":memory:", isolation_level=None, check_same_thread=False
        )
        if data_dir is not None:
            (data_dir / "demo_lms.sqlite").chmod(0o600)
        self._db.execute("PRAGMA foreign_keys = ON")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        """Release the file."""
        self._db.close()

    def _rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(statement, values).fetchall()

    def keys(self) -> list[PlatformKey]:
        """The signing keys, the newest first."""
        rows = self._rows("SELECT kid, pem FROM signing_key ORDER BY rank DESC")
        return [PlatformKey.from_pem(kid, pem) for kid, pem in rows]

    def add_key(self, key: PlatformKey) -> None:
        """Keep a key; it becomes the newest."""
        self._rows("INSERT INTO signing_key (kid, pem) VALUES (?, ?)", key.kid, key.pem)

    def remove_key(self, kid: str) -> None:
        """Forget a key."""
        self._rows("DELETE FROM signing_key WHERE kid = ?", kid)

    def added_activities(self) -> list[DemoActivity]:
        """The activities added to those of the configuration, the oldest first."""
        rows = self._rows("SELECT activity FROM added_activity ORDER BY rank")
        return [_activity(json.loads(activity)) for (activity,) in rows]

    def add_activity(self, activity: DemoActivity) -> None:
        """Keep an activity for the next runs."""
        self._rows("INSERT INTO added_activity (activity) VALUES (?)", json.dumps(asdict(activity)))

    def line_items(self) -> list[LineItem]:
        """All columns, the oldest first."""
        statement = "SELECT id, label, maximum, link_id, resource_id, tag, coupled FROM line_item ORDER BY id"
        return [
            LineItem(item_id, label, maximum, link_id, resource_id, tag, bool(coupled))
            for item_id, label, maximum, link_id, resource_id, tag, coupled in self._rows(statement)
        ]

    def add_line_item(
        self, *, label: str, maximum: float, link_id: str | None, resource_id: str, tag: str, coupled: bool
    ) -> int:
        """Make a column and return its id."""
        statement = """
            INSERT INTO line_item (label, maximum, link_id, resource_id, tag, coupled)
            VALUES (?, ?, ?, ?, ?, ?) RETURNING id
        """
        return int(self._rows(statement, label, maximum, link_id, resource_id, tag, coupled)[0][0])

    def change_line_item(self, item: LineItem) -> None:
        """Replace label, maximum, resource id and tag of a column."""
        statement = "UPDATE line_item SET label = ?, maximum = ?, resource_id = ?, tag = ? WHERE id = ?"
        self._rows(statement, item.label, item.maximum, item.resource_id, item.tag, item.id)

    def rescale(self, item_id: int, factor: float, *, modified: int | None) -> None:
        """Multiply the grades of a column, and date them ``modified`` unless it is ``None``."""
        statement = "UPDATE grade SET score = score * ?, modified = coalesce(?, modified) WHERE line_item_id = ?"
        self._rows(statement, factor, modified, item_id)

    def remove_line_item(self, item_id: int) -> None:
        """Delete a column with its grades."""
        self._rows("DELETE FROM line_item WHERE id = ?", item_id)

    def grades(self) -> list[Grade]:
        """All grades."""
        rows = self._rows("SELECT line_item_id, user_id, score, comment, modified FROM grade ORDER BY line_item_id")
        return [Grade(*row) for row in rows]

    def grade(self, item_id: int, user_id: str) -> Grade | None:
        """One grade."""
        statement = """
            SELECT line_item_id, user_id, score, comment, modified FROM grade
            WHERE line_item_id = ? AND user_id = ?
        """
        rows = self._rows(statement, item_id, user_id)
        return Grade(*rows[0]) if rows else None

    def put_grade(self, grade: Grade) -> None:
        """Write a grade, in place of the earlier one."""
        self._rows(
            "INSERT OR REPLACE INTO grade (line_item_id, user_id, score, comment, modified) VALUES (?, ?, ?, ?, ?)",
            *(grade.line_item_id, grade.user_id, grade.score, grade.comment, grade.modified),
        )

    def remove_grade(self, item_id: int, user_id: str) -> None:
        """Forget a grade and its date."""
        self._rows("DELETE FROM grade WHERE line_item_id = ? AND user_id = ?", item_id, user_id)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Read, decide and write with nobody in between; all of it is kept, or nothing. Does not nest."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")


def _activity(values: dict[str, Any]) -> DemoActivity:
    course = values.pop("course")
    return DemoActivity(**values, course=DemoCourse(**{**course, "history": tuple(course["history"])}))
