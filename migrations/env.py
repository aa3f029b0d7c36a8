"""Alembic's entry: one connection given by `traam db upgrade`, the tables of the house as the target."""

from __future__ import annotations

from alembic import context

import lti_tool.administration.models
import lti_tool.attempts.models
import lti_tool.catalogue.models
import lti_tool.contexts.models
import lti_tool.gradebook.models
import lti_tool.launches.models
import lti_tool.libraries.models
import lti_tool.placements.models
import lti_tool.platforms.models  # noqa: F401 # Importing them fills `metadata`.
from lti_tool.db import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
