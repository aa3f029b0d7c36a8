"""The table of attempts."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from lti_tool.db import Instant, metadata

attempts = Table(
    "attempt",
    metadata,
    Column("id", Integer, primary_key=True),
    # What the browser calls it: 128 random bits, checked against the launch session all the same.
    Column("public_id", String(32), nullable=False, unique=True),
    # NULL for a teacher who tries an activity before placing it.
    Column("link_id", ForeignKey("resource_link.id", ondelete="CASCADE")),
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("revision_id", ForeignKey("activity_revision.id"), nullable=False),
    # Made by somebody who teaches here: never graded, not in the class. The same person may come back as a learner
    # (Moodle's « Prendre le rôle ») and has other attempts then, with numbers of their own.
    Column("preview", Boolean, nullable=False),
    Column("number", Integer, nullable=False),
    Column("status", String(10), nullable=False),  # open | submitted | aside
    Column("seed", String(32), nullable=False),
    Column("state", Text, nullable=False),
    # Counts the changes; `writer` is the page that made the last one, with a `!` once another page follows it.
    Column("version", Integer, nullable=False),
    Column("writer", String(33), nullable=False),
    Column("progress", Float, nullable=False, default=0.0),
    Column("raw", Float),
    Column("maximum", Float),
    # Points among them are the browser's word: nobody can compute them.
    Column("declared", Boolean, nullable=False, server_default=false()),
    Column("started_at", Instant, nullable=False),
    Column("saved_at", Instant, nullable=False),
    Column("submitted_at", Instant),
    UniqueConstraint("link_id", "person_id", "preview", "number"),
    Index(
        "uq_attempt_open",
        "link_id",
        "person_id",
        "preview",
        unique=True,
        sqlite_where=text("status = 'open'"),
        postgresql_where=text("status = 'open'"),
    ),
)
