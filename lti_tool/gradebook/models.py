"""Tables of the line items and of the outbox: one delivery per line item and person; and how platforms do."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from lti_tool.db import Instant, metadata

line_items = Table(
    "line_item",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("registration_id", ForeignKey("registration.id", ondelete="CASCADE"), nullable=False),
    Column("link_id", ForeignKey("resource_link.id", ondelete="CASCADE"), nullable=False),
    Column("resource_id", String(64), nullable=False),
    Column("tag", String(64), nullable=False),
    Column("label", String(255), nullable=False),
    Column("maximum", Float, nullable=False),
    # NULL until the platform has told or made it.
    Column("url", String(2048)),
    Column("container_url", String(2048)),
    # What the last launch granted; space-separated.
    Column("scopes", String(1024), nullable=False),
    # While somebody makes the column on the platform: until when nobody else may.
    Column("making_until", Instant),
    UniqueConstraint("link_id", "resource_id"),
)

deliveries = Table(
    "grade_delivery",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("line_item_id", ForeignKey("line_item.id", ondelete="CASCADE"), nullable=False),
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    # Grows with each new score: a slow delivery of an older score cannot close a newer one.
    Column("revision", Integer, nullable=False),
    Column("score", Float, nullable=False),
    Column("maximum", Float, nullable=False),
    Column("comment", Text),
    Column("started_at", Instant),
    Column("submitted_at", Instant),
    Column("state", String(10), nullable=False),  # open | delivered | refused | parked
    # When to try next, and, while somebody tries, when the lease ends.
    Column("due_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    # An id of `lti_tool/web/texts`: why it ended, or why it still waits.
    Column("reason", String(64)),
    # Whole seconds since 1970 of the newest timestamp posted: the next one is greater.
    Column("last_timestamp", BigInteger, nullable=False, default=0),
    Column("delivered_at", Instant),
    # What the last reconciliation found (equal | missing | overridden), when, and how often it has sent again in vain.
    Column("finding", String(16)),
    Column("checked_at", Instant),
    Column("resends", Integer, nullable=False, default=0, server_default="0"),
    UniqueConstraint("line_item_id", "person_id"),
    Index(
        "ix_grade_delivery_due",
        "due_at",
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
)

delivery_leases = Table(
    "delivery_lease",
    metadata,
    # `embedded`: the process whose loop is sending; `reconcile`: the one that reconciles by night.
    Column("name", String(32), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("expires_at", Instant, nullable=False),
)

platform_health = Table(
    "platform_health",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("registration_id", ForeignKey("registration.id", ondelete="CASCADE"), nullable=False),
    # Since the last answer that meant something; a slow failure counts for several.
    Column("failures", Integer, nullable=False),
    # Nobody posts to the platform before: it has asked for it, or has failed too often.
    Column("resume_at", Instant),
    # Whole seconds that the platform's clock is behind ours; 0 also where it is ahead.
    Column("clock_lag", Integer, nullable=False),
    UniqueConstraint("registration_id"),
)
