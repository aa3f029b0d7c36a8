"""The table of launch sessions: one row per tab, and the memory of used nonces."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from lti_tool.db import Instant, metadata

launch_sessions = Table(
    "launch_session",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("secret_hash", String(64), nullable=False, unique=True),
    Column("registration_id", ForeignKey("registration.id", ondelete="CASCADE"), nullable=False),
    # One insert, one use: this unique pair is what consumes a nonce.
    Column("nonce_hash", String(64), nullable=False),
    Column("deployment_id", ForeignKey("deployment.id", ondelete="CASCADE"), nullable=False),
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("context_id", ForeignKey("context.id", ondelete="CASCADE"), nullable=False),
    # NULL while a teacher picks: there is no link yet.
    Column("link_id", ForeignKey("resource_link.id", ondelete="CASCADE")),
    Column("purpose", String(16), nullable=False, server_default="resource"),  # resource | deep_linking | review
    # What a deep linking request accepts and where its answer goes: JSON.
    Column("deep_linking", Text),
    # Whose work a review shows.
    Column("review_person_id", ForeignKey("person.id", ondelete="CASCADE")),
    # Space-separated: teacher, learner, administrator. Empty: a launch without rights.
    Column("roles", String(64), nullable=False),
    Column("custom_activity", String(100)),
    # Origin of the platform's pages: the only one that may frame ours.
    Column("frame_origin", String(300), nullable=False),
    # SHA-256 of the browser cookie; NULL until a browser with a cookie has taken the session.
    Column("browser_hash", String(64)),
    # A one-time code that lets a new tab take a session whose frame had no cookie.
    Column("code_hash", String(64), unique=True),
    Column("code_expires_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("ended_at", Instant),
    UniqueConstraint("registration_id", "nonce_hash"),
    Index("ix_launch_session_browser", "browser_hash"),
    Index("ix_launch_session_created", "created_at"),
)
