"""What LTI Advantage needs: invitations, rosters, picking, reviews, administrators."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lti_tool.db import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_in_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", Instant(timezone=True), nullable=False),
        sa.Column("expires_at", Instant(timezone=True), nullable=False),
        sa.Column("used_at", Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_link_token_hash")),
    )
    op.create_table(
        "admin_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column("created_at", Instant(timezone=True), nullable=False),
        sa.Column("seen_at", Instant(timezone=True), nullable=False),
        sa.Column("ended_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_admin_session_registration_id_registration"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admin_session")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_admin_session_secret_hash")),
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("academie", sa.String(length=64), nullable=True),
        sa.Column("time_zone", sa.String(length=64), server_default="Europe/Paris", nullable=False),
        sa.Column("created_at", Instant(timezone=True), nullable=False),
        sa.Column("expires_at", Instant(timezone=True), nullable=False),
        sa.Column("used_at", Instant(timezone=True), nullable=True),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_invitation_registration_id_registration"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_table(
        "context_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("context_id", sa.Integer(), nullable=False),
        sa.Column("group_key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(
            ["context_id"], ["context.id"], name=op.f("fk_context_group_context_id_context"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_context_group")),
        sa.UniqueConstraint("context_id", "group_key", name=op.f("uq_context_group_context_id_group_key")),
    )
    op.create_table(
        "roster_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("context_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("nickname", sa.String(length=80), nullable=True),
        sa.Column("name", sa.String(length=255), nullable=True),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("groups", sa.String(length=1024), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["context_id"], ["context.id"], name=op.f("fk_roster_member_context_id_context"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_roster_member_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_member")),
        sa.UniqueConstraint("context_id", "number", name=op.f("uq_roster_member_context_id_number")),
        sa.UniqueConstraint("context_id", "person_id", name=op.f("uq_roster_member_context_id_person_id")),
    )
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.add_column(sa.Column("owner_person_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("visibility", sa.String(length=10), server_default="everyone", nullable=False))
        batch_op.add_column(sa.Column("academie", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("record", sa.Text(), server_default="{}", nullable=False))
        batch_op.create_foreign_key(
            batch_op.f("fk_activity_owner_person_id_person"), "person", ["owner_person_id"], ["id"], ondelete="SET NULL"
        )

    # The card is the activity's, not a revision's: its owner corrects it, and no content changes.
    op.execute(
        "UPDATE activity SET record = coalesce((SELECT r.record FROM activity_revision r WHERE r.activity_id = "
        "activity.id ORDER BY r.number DESC LIMIT 1), '{}')"
    )
    with op.batch_alter_table("activity_revision", schema=None) as batch_op:
        batch_op.drop_column("record")

    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.alter_column("link_id", existing_type=sa.INTEGER(), nullable=True)

    with op.batch_alter_table("context", schema=None) as batch_op:
        batch_op.add_column(sa.Column("memberships_url", sa.String(length=2048), nullable=True))
        batch_op.add_column(sa.Column("roster_at", Instant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("history", sa.String(length=1024), server_default="", nullable=False))

    with op.batch_alter_table("launch_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("purpose", sa.String(length=16), server_default="resource", nullable=False))
        batch_op.add_column(sa.Column("deep_linking", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("review_person_id", sa.Integer(), nullable=True))
        batch_op.alter_column("link_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_foreign_key(
            batch_op.f("fk_launch_session_review_person_id_person"),
            "person",
            ["review_person_id"],
            ["id"],
            ondelete="CASCADE",
        )

    with op.batch_alter_table("placement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("title", sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column("opens_at", Instant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("closes_at", Instant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("context_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_placement_context_id_context"), "context", ["context_id"], ["id"], ondelete="SET NULL"
        )

    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.add_column(sa.Column("time_zone", sa.String(length=64), server_default="Europe/Paris", nullable=False))
        batch_op.add_column(sa.Column("academie", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("admin_launch", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("with_names", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("product", sa.String(length=64), nullable=True))

    with op.batch_alter_table("tool_key", schema=None) as batch_op:
        batch_op.add_column(sa.Column("signs_from", Instant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("retired_at", Instant(timezone=True), nullable=True))

    # What a course uploaded was for that course only.
    op.execute("UPDATE activity SET visibility = 'course' WHERE owner_context_id IS NOT NULL")


def downgrade() -> None:
    with op.batch_alter_table("tool_key", schema=None) as batch_op:
        batch_op.drop_column("retired_at")
        batch_op.drop_column("signs_from")

    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.drop_column("product")
        batch_op.drop_column("with_names")
        batch_op.drop_column("admin_launch")
        batch_op.drop_column("academie")
        batch_op.drop_column("time_zone")

    with op.batch_alter_table("placement", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_placement_context_id_context"), type_="foreignkey")
        batch_op.drop_column("context_id")
        batch_op.drop_column("closes_at")
        batch_op.drop_column("opens_at")
        batch_op.drop_column("title")

    with op.batch_alter_table("launch_session", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_launch_session_review_person_id_person"), type_="foreignkey")
        batch_op.alter_column("link_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("review_person_id")
        batch_op.drop_column("deep_linking")
        batch_op.drop_column("purpose")

    with op.batch_alter_table("context", schema=None) as batch_op:
        batch_op.drop_column("history")
        batch_op.drop_column("roster_at")
        batch_op.drop_column("memberships_url")

    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.alter_column("link_id", existing_type=sa.INTEGER(), nullable=False)

    with op.batch_alter_table("activity_revision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("record", sa.Text(), server_default="{}", nullable=False))
    op.execute(
        "UPDATE activity_revision"
        " SET record = (SELECT a.record FROM activity a WHERE a.id = activity_revision.activity_id)"
    )
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_activity_owner_person_id_person"), type_="foreignkey")
        batch_op.drop_column("record")
        batch_op.drop_column("academie")
        batch_op.drop_column("visibility")
        batch_op.drop_column("owner_person_id")

    op.drop_table("roster_member")
    op.drop_table("context_group")
    op.drop_table("invitation")
    op.drop_table("admin_session")
    op.drop_table("sign_in_link")
