"""Tables of the platforms we trust and of our own keys."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from lti_tool.db import Instant, metadata

registrations = Table(
    "registration",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("issuer", String(255), nullable=False),
    Column("client_id", String(255), nullable=False),
    Column("name", String(255), nullable=False),
    Column("auth_url", String(1024), nullable=False),
    Column("token_url", String(1024), nullable=False),
    Column("jwks_url", String(1024), nullable=False),
    Column("active", Boolean, nullable=False, default=True),
    Column("created_at", Instant, nullable=False),
    # The platform's keyset as last fetched: fresh for an hour, usable for a day when the platform is down.
    Column("keyset", Text),
    Column("keyset_fetched_at", Instant),
    UniqueConstraint("issuer", "client_id"),
)

deployments = Table(
    "deployment",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("registration_id", ForeignKey("registration.id", ondelete="CASCADE"), nullable=False),
    Column("deployment_id", String(255), nullable=False),
    Column("state", String(16), nullable=False, default="accepted"),  # accepted | pending
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("registration_id", "deployment_id"),
)

# Secrets that outlive every setting, such as the key that signs placements: made once, never retired.
secrets_kept = Table(
    "kept_secret",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", String(128), nullable=False),
)

tool_keys = Table(
    "tool_key",
    metadata,
    Column("kid", String(64), primary_key=True),
    Column("private_pem", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
)
