"""Tables of the courses, the resource links in them, and the people, who are pseudonyms."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from lti_tool.db import Instant, metadata

people = Table(
    "person",
    metadata,
    Column("id", Integer, primary_key=True),
    # A person is (issuer, sub): a tool deleted and added again in the platform keeps its people.
    Column("issuer", String(255), nullable=False),
    Column("sub", String(255), nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("issuer", "sub"),
)

contexts = Table(
    "context",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("deployment_id", ForeignKey("deployment.id", ondelete="CASCADE"), nullable=False),
    # The platform's identifier; for a launch outside any course one of ours, `link …` or `person …`.
    Column("context_key", String(255), nullable=False),
    Column("title", String(255), nullable=False),
    # NRPS: where the roster of the course is; NULL until a launch has told.
    Column("memberships_url", String(2048)),
    Column("roster_at", Instant),
    # Identifiers of the courses that this one was copied from, newest first, comma-separated.
    Column("history", String(1024), nullable=False, server_default=""),
    UniqueConstraint("deployment_id", "context_key"),
)

roster_members = Table(
    "roster_member",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("context_id", ForeignKey("context.id", ondelete="CASCADE"), nullable=False),
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    # « Élève 7 »: given once, kept for as long as the course.
    Column("number", Integer, nullable=False),
    # What the teacher calls the person here.
    Column("nickname", String(80)),
    # Only where the platform's setting asks for names.
    Column("name", String(255)),
    Column("status", String(8), nullable=False),  # active | left
    # Identifiers of the platform's groups, comma-separated.
    Column("groups", String(1024), nullable=False, server_default=""),
    UniqueConstraint("context_id", "person_id"),
    UniqueConstraint("context_id", "number"),
)

context_groups = Table(
    "context_group",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("context_id", ForeignKey("context.id", ondelete="CASCADE"), nullable=False),
    Column("group_key", String(64), nullable=False),
    # What the teacher calls it; the platform tells only a number.
    Column("name", String(80)),
    UniqueConstraint("context_id", "group_key"),
)

resource_links = Table(
    "resource_link",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("deployment_id", ForeignKey("deployment.id", ondelete="CASCADE"), nullable=False),
    Column("context_id", ForeignKey("context.id", ondelete="CASCADE"), nullable=False),
    Column("link_key", String(255), nullable=False),
    Column("title", String(255), nullable=False),
    # The AGS endpoint claim of the last launch; NULL where the platform sent none.
    Column("ags_lineitem", String(2048)),
    Column("ags_lineitems", String(2048)),
    Column("ags_scopes", String(1024)),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("deployment_id", "link_key"),
    Index("ix_resource_link_context", "context_id"),
)
