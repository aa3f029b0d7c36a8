"""How a place compares typed answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Nullable: the previous release may still write rows.
    with op.batch_alter_table("placement") as batch:
        batch.add_column(sa.Column("tolerance", sa.String(length=8), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("placement") as batch:
        batch.drop_column("tolerance")
