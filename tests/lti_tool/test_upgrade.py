"""Upgrading a database that is in use."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from lti_tool.cli.db import migrate
from lti_tool.db import with_transactions
from tests.support.databases import engine_of


def test_upgrading_keeps_every_row(tmp_path: Path) -> None:
    engine = engine_of(tmp_path)
    migrate(engine, "0001")
    with with_transactions(engine).connect() as connection, connection.begin():
        connection.execute(
            text(
                "INSERT INTO activity (id, slug, kind, title, created_at) "
                "VALUES (1, 'a', 'h5p', 'A', '2026-01-01 00:00:00')"
            )
        )
        connection.execute(
            text(
                "INSERT INTO activity_revision (activity_id, number, digest, record, settings, created_at) "
                "VALUES (1, 1, 'd', '{}', '{}', '2026-01-01 00:00:00')"
            )
        )
    migrate(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM activity_revision")).scalar() == 1
        if engine.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
    engine.dispose()
