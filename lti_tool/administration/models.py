"""Tables of the administrators' sign-in: one-time links, and the sessions that they or a launch open."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table

from lti_tool.db import Instant, metadata

sign_in_links = Table(
    "sign_in_link",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)

admin_sessions = Table(
    "admin_session",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("secret_hash", String(64), nullable=False, unique=True),
    # NULL: the operator, who sees everything. Else an administrator of one platform, who sees that registration.
    Column("registration_id", ForeignKey("registration.id", ondelete="CASCADE")),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("ended_at", Instant),
)
