"""Whether the database schema is the one that this release was written for."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, inspect, text

HEAD = "0006"
"""The newest migration; a test holds it to the files in `migrations/versions`."""


class SchemaOutdated(RuntimeError):
    """The database is not ready for this release; the message says what to do."""


def require_current_schema(engine: Engine) -> None:
    """Refuse to start on a database that lacks a migration, or has one that this release does not know."""
    current = refuse_later_schema(engine)
    if current != HEAD:
        raise SchemaOutdated(
            f"the database is at migration {current or 'none'}, this release needs {HEAD}: run `traam db upgrade`"
        )


def refuse_later_schema(engine: Engine) -> str | None:
    """Refuse to touch a database that a later release has migrated: there is no way back. Gives its migration."""
    with engine.connect() as connection:
        known = inspect(connection).has_table("alembic_version")
        current = connection.execute(text("SELECT version_num FROM alembic_version")).scalar() if known else None
    if current is not None and current > HEAD:
        raise SchemaOutdated(f"the database is at migration {current} of a later release, this one only knows {HEAD}")
    return current


def migrations_folder() -> Path:
    """Where the migrations are: beside the packages in a checkout, inside `lti_tool` in a wheel."""
    here = Path(__file__).parent
    return here / "migrations" if (here / "migrations").exists() else here.parent / "migrations"
