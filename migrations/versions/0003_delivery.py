"""What delivery needs at any size: how platforms do, and what the reconciliation has found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lti_tool.db import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "platform_health",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("resume_at", Instant(timezone=True), nullable=True),
        sa.Column("clock_lag", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_platform_health_registration_id_registration"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform_health")),
        sa.UniqueConstraint("registration_id", name=op.f("uq_platform_health_registration_id")),
    )
    with op.batch_alter_table("registration") as batch:
        batch.add_column(sa.Column("tool_parameters", sa.Boolean(), server_default=sa.false(), nullable=False))
    # Nullable or with a default of the server: the previous release may still write rows.
    with op.batch_alter_table("grade_delivery") as batch:
        batch.add_column(sa.Column("finding", sa.String(length=16), nullable=True))
        batch.add_column(sa.Column("checked_at", Instant(timezone=True), nullable=True))
        batch.add_column(sa.Column("resends", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("grade_delivery") as batch:
        batch.drop_column("resends")
        batch.drop_column("checked_at")
        batch.drop_column("finding")
    with op.batch_alter_table("registration") as batch:
        batch.drop_column("tool_parameters")
    op.drop_table("platform_health")
