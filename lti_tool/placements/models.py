"""The table of placements: a revision of an activity with the settings of one place."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table

from lti_tool.db import Instant, metadata

placements = Table(
    "placement",
    metadata,
    Column("id", Integer, primary_key=True),
    # NULL: a model that links copy at their first launch. Else the one placement of that link.
    Column("link_id", ForeignKey("resource_link.id", ondelete="CASCADE"), unique=True),
    # The activity whose model this is: it follows the newest revision, and its parameter never changes.
    Column("model_of", ForeignKey("activity.id", ondelete="CASCADE"), unique=True),
    # The course that a model was picked for: it may be played there, whoever may see the activity by then.
    Column("context_id", ForeignKey("context.id", ondelete="SET NULL")),
    Column("revision_id", ForeignKey("activity_revision.id"), nullable=False),
    Column("graded", Boolean, nullable=False, default=True),
    # Points in the platform's gradebook; NULL: as many as the activity has.
    Column("points", Integer),
    # NULL: as many attempts as one likes.
    Column("max_attempts", Integer),
    Column("policy", String(8), nullable=False, default="best"),
    Column("resource_id", String(64), nullable=False),
    # NULL: the activity's own title.
    Column("title", String(255)),
    # How typed answers are compared, one of `activities.kind.TOLERANCES`; NULL: as the activity does.
    Column("tolerance", String(8)),
    Column("opens_at", Instant),
    Column("closes_at", Instant),
    Column("created_at", Instant, nullable=False),
)
