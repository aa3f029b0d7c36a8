"""The H5P libraries that an administrator installs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lti_tool.db import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "h5p_library",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("machine_name", sa.String(length=255), nullable=False),
        sa.Column("major", sa.Integer(), nullable=False),
        sa.Column("minor", sa.Integer(), nullable=False),
        sa.Column("patch", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("runnable", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("library_json", sa.Text(), nullable=False),
        sa.Column("semantics", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("installed_at", Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_h5p_library")),
        sa.UniqueConstraint("machine_name", "major", "minor", name=op.f("uq_h5p_library_machine_name_major_minor")),
    )
    op.create_table(
        "h5p_library_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("library_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=255), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["library_id"],
            ["h5p_library.id"],
            name=op.f("fk_h5p_library_file_library_id_h5p_library"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_h5p_library_file")),
        sa.UniqueConstraint("library_id", "path", name=op.f("uq_h5p_library_file_library_id_path")),
    )


def downgrade() -> None:
    op.drop_table("h5p_library_file")
    op.drop_table("h5p_library")
