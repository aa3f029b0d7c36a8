"""Whether points of an attempt are the browser's word."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # With a default of the server: the previous release may still write rows.
    with op.batch_alter_table("attempt") as batch:
        batch.add_column(sa.Column("declared", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("attempt") as batch:
        batch.drop_column("declared")
