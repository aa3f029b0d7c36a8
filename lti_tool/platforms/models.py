"""Tables of the platforms we trust and of our own keys."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint, false

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
    # IANA name of the zone in which its people read dates.
    Column("time_zone", String(64), nullable=False, server_default="Europe/Paris"),
    # NULL for a platform of no académie, such as Magistère.
    Column("academie", String(64)),
    # Whether its administrators may sign in to our pages by launching the tool; rights over this registration only.
    Column("admin_launch", Boolean, nullable=False, server_default=false()),
    # Whether people's names were asked for and may be kept; never e-mail addresses.
    Column("with_names", Boolean, nullable=False, server_default=false()),
    # Whether the tool's own custom parameters are set on the platform, where no teacher can change them: only then is
    # what a launch says of the history of its course believed.
    Column("tool_parameters", Boolean, nullable=False, server_default=false()),
    # `product_family_code`, e.g. `moodle`.
    Column("product", String(64)),
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
    Column("state", String(16), nullable=False, default="accepted"),  # accepted | pending | refused
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
    # PKCS#8 PEM, encrypted when the operator has set a key for it.
    Column("private_pem", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    # Published at once, signs from then on: platforms have time to learn it.
    Column("signs_from", Instant),
    # No longer signs; leaves the keyset a day later.
    Column("retired_at", Instant),
)

invitations = Table(
    "invitation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("name", String(255), nullable=False),
    Column("academie", String(64)),
    Column("time_zone", String(64), nullable=False, server_default="Europe/Paris"),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("registration_id", ForeignKey("registration.id", ondelete="SET NULL")),
)
