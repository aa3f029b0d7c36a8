"""Tables of the stored activities, their immutable revisions, and their media."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from lti_tool.db import Instant, metadata

activities = Table(
    "activity",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("slug", String(100), nullable=False, unique=True),
    Column("kind", String(32), nullable=False),
    Column("title", String(255), nullable=False),
    # NULL: shipped with the tool or loaded by the operator. Else where and by whom it was made.
    Column("owner_context_id", ForeignKey("context.id", ondelete="SET NULL")),
    Column("owner_person_id", ForeignKey("person.id", ondelete="SET NULL")),
    Column("visibility", String(10), nullable=False, server_default="everyone"),  # me | course | academie | everyone
    # Of the platform it was made on; who `academie` means.
    Column("academie", String(64)),
    # The record card (JSON): what a catalogue shows. Its owner may correct it; no revision changes then.
    Column("record", Text, nullable=False, server_default="{}"),
    Column("created_at", Instant, nullable=False),
)

revisions = Table(
    "activity_revision",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("activity_id", ForeignKey("activity.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    # SHA-256 of record and settings: loading the same content again makes no new revision.
    Column("digest", String(64), nullable=False),
    Column("settings", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("activity_id", "number"),
)

media = Table(
    "medium",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("revision_id", ForeignKey("activity_revision.id", ondelete="CASCADE"), nullable=False),
    # As the content names it, e.g. `images/carte.png`.
    Column("path", String(255), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size", Integer, nullable=False),
    # The bytes are in the blob store under this name.
    Column("sha256", String(64), nullable=False),
    UniqueConstraint("revision_id", "path"),
)
