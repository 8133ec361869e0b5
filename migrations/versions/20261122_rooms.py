"""Rooms and who is in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "rooms"
down_revision = "live"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.add_column("group", sa.Column("owner", sa.Text(), server_default="", nullable=False))
    op.add_column("group", sa.Column("second_factor", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("group_membership", sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "room",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("activity_key", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("languages", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("entry_group_id", sa.BigInteger(), nullable=True),
        sa.Column("second_factor", sa.Boolean(), nullable=False),
        sa.Column("terms_version", sa.Integer(), nullable=False),
        sa.Column("membership_days", sa.Integer(), nullable=True),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("download", sa.Text(), nullable=False),
        sa.Column("mail_names", sa.Boolean(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("download IN ('allowed', 'stamped', 'view')", name=op.f("ck_room_download")),
        sa.CheckConstraint("entry IN ('invitation', 'request', 'group')", name=op.f("ck_room_entry")),
        sa.CheckConstraint(
            "identity IN ('name', 'role_country', 'pseudonym')", name=op.f("ck_room_identity")
        ),
        sa.CheckConstraint(
            "membership_days IS NULL OR membership_days > 0", name=op.f("ck_room_membership_days")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_room_created_by")),
        sa.ForeignKeyConstraint(["entry_group_id"], ["group.id"], name=op.f("fk_room_entry_group_id")),
        sa.ForeignKeyConstraint(["group_id"], ["group.id"], name=op.f("fk_room_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
        sa.UniqueConstraint("activity_key", name=op.f("uq_room_activity_key")),
        sa.UniqueConstraint("group_id", name=op.f("uq_room_group_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_room_public_id")),
    )
    op.create_index(
        "ix_room_listed", "room", ["id"], unique=False, postgresql_where="listed AND closed_at IS NULL"
    )
    op.create_table(
        "room_glass",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("room_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_glass_room_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_room_glass_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_glass")),
    )
    op.create_index(op.f("ix_room_glass_room_id"), "room_glass", ["room_id"], unique=False)
    op.create_index("ix_room_glass_user", "room_glass", ["user_id", "ends_at"], unique=False)
    op.create_table(
        "room_membership",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("room_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("covers", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_how", sa.Text(), server_default="", nullable=False),
        sa.Column("visited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("visited_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("terms_accepted", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("(left_at IS NULL) = (left_how = '')", name=op.f("ck_room_membership_left")),
        sa.CheckConstraint(
            "role IN ('manager', 'expert', 'member', 'observer')", name=op.f("ck_room_membership_role")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_membership_room_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_room_membership_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_membership")),
        sa.UniqueConstraint("public_id", name=op.f("uq_room_membership_public_id")),
        sa.UniqueConstraint("room_id", "alias", name=op.f("uq_room_membership_room_id_alias")),
        sa.UniqueConstraint("room_id", "number", name=op.f("uq_room_membership_room_id_number")),
        sa.UniqueConstraint("room_id", "user_id", name=op.f("uq_room_membership_room_id_user_id")),
    )
    op.create_index(
        "ix_room_membership_ends",
        "room_membership",
        ["ends_at"],
        unique=False,
        postgresql_where="left_at IS NULL AND ends_at IS NOT NULL",
    )
    op.create_index(
        "ix_room_membership_user",
        "room_membership",
        ["user_id"],
        unique=False,
        postgresql_where="left_at IS NULL",
    )
    op.create_table(
        "room_request",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("room_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'approved', 'declined', 'withdrawn')", name=op.f("ck_room_request_state")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_request_room_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_room_request_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_request")),
        sa.UniqueConstraint("public_id", name=op.f("uq_room_request_public_id")),
    )
    op.create_index(op.f("ix_room_request_room_id"), "room_request", ["room_id"], unique=False)
    op.create_index(op.f("ix_room_request_user_id"), "room_request", ["user_id"], unique=False)
    op.create_index(
        "uq_room_request_open",
        "room_request",
        ["room_id", "user_id"],
        unique=True,
        postgresql_where="state = 'waiting'",
    )
    op.create_table(
        "room_terms",
        sa.Column("room_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_terms_room_id")),
        sa.PrimaryKeyConstraint("room_id", "version", name=op.f("pk_room_terms")),
    )
    op.create_table(
        "room_acceptance",
        sa.Column("membership_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["room_membership.id"], name=op.f("fk_room_acceptance_membership_id")
        ),
        sa.PrimaryKeyConstraint("membership_id", "version", name=op.f("pk_room_acceptance")),
    )
    op.create_table(
        "room_invitation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("room_id", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("invited_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('manager', 'expert', 'member', 'observer')", name=op.f("ck_room_invitation_role")
        ),
        sa.ForeignKeyConstraint(
            ["invited_by"], ["room_membership.id"], name=op.f("fk_room_invitation_invited_by")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_invitation_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_invitation")),
        sa.UniqueConstraint("digest", name=op.f("uq_room_invitation_digest")),
        sa.UniqueConstraint("public_id", name=op.f("uq_room_invitation_public_id")),
    )
    op.create_index(op.f("ix_room_invitation_room_id"), "room_invitation", ["room_id"], unique=False)
    op.create_index(
        "uq_room_invitation_open",
        "room_invitation",
        ["room_id", "email"],
        unique=True,
        postgresql_where="accepted_at IS NULL AND revoked_at IS NULL",
    )
    op.create_table(
        "room_log",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("room_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("membership_id", sa.BigInteger(), nullable=True),
        sa.Column("about_id", sa.BigInteger(), nullable=True),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("managers_only", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["about_id"], ["room_membership.id"], name=op.f("fk_room_log_about_id")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["room_membership.id"], name=op.f("fk_room_log_membership_id")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_log_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_log")),
    )
    op.create_index("ix_room_log_room", "room_log", ["room_id", "id"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_column("group_membership", "ends_at")
    op.drop_column("group", "second_factor")
    op.drop_column("group", "owner")
    op.drop_index("ix_room_log_room", table_name="room_log")
    op.drop_table("room_log")
    op.drop_index(
        "uq_room_invitation_open",
        table_name="room_invitation",
        postgresql_where="accepted_at IS NULL AND revoked_at IS NULL",
    )
    op.drop_index(op.f("ix_room_invitation_room_id"), table_name="room_invitation")
    op.drop_table("room_invitation")
    op.drop_table("room_acceptance")
    op.drop_table("room_terms")
    op.drop_index("uq_room_request_open", table_name="room_request", postgresql_where="state = 'waiting'")
    op.drop_index(op.f("ix_room_request_user_id"), table_name="room_request")
    op.drop_index(op.f("ix_room_request_room_id"), table_name="room_request")
    op.drop_table("room_request")
    op.drop_index("ix_room_membership_user", table_name="room_membership", postgresql_where="left_at IS NULL")
    op.drop_index(
        "ix_room_membership_ends",
        table_name="room_membership",
        postgresql_where="left_at IS NULL AND ends_at IS NOT NULL",
    )
    op.drop_table("room_membership")
    op.drop_index("ix_room_glass_user", table_name="room_glass")
    op.drop_index(op.f("ix_room_glass_room_id"), table_name="room_glass")
    op.drop_table("room_glass")
    op.drop_index("ix_room_listed", table_name="room", postgresql_where="listed AND closed_at IS NULL")
    op.drop_table("room")
