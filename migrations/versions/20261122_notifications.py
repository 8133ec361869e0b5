"""Notices, how often they are mailed, calendar feeds; the address that ends a mail of its kind."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "notifications"
down_revision = "media"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and the column."""
    op.add_column("outbox_mail", sa.Column("unsubscribe", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "calendar_token",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("second_factor", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_calendar_token_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_calendar_token_digest")),
        sa.UniqueConstraint("public_id", name=op.f("uq_calendar_token_public_id")),
    )
    op.create_index(op.f("ix_calendar_token_user_id"), "calendar_token", ["user_id"], unique=False)
    op.create_index(
        "uq_calendar_token_living",
        "calendar_token",
        ["user_id"],
        unique=True,
        postgresql_where="revoked_at IS NULL",
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("within", sa.Text(), nullable=False),
        sa.Column("params", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("count > 0", name=op.f("ck_notice_count")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_notice_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("public_id", name=op.f("uq_notice_public_id")),
    )
    op.create_index("ix_notice_newest", "notice", ["user_id", "updated_at"], unique=False)
    op.create_index(
        "ix_notice_unread", "notice", ["user_id", "scope"], unique=False, postgresql_where="read_at IS NULL"
    )
    op.create_index(
        "ix_notice_waiting",
        "notice",
        ["waiting_since", "user_id"],
        unique=False,
        postgresql_where="waiting_since IS NOT NULL",
    )
    op.create_index(
        "uq_notice_unread_topic",
        "notice",
        ["user_id", "kind", "topic"],
        unique=True,
        postgresql_where="read_at IS NULL AND topic <> ''",
    )
    op.create_table(
        "notice_preference",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "digest IN ('immediate', 'daily', 'weekly', 'off')", name=op.f("ck_notice_preference_digest")
        ),
        sa.CheckConstraint(
            "scope <> '' OR (digest IS NOT NULL AND NOT muted)", name=op.f("ck_notice_preference_everything")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_notice_preference_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "scope", name=op.f("pk_notice_preference")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_column("outbox_mail", "unsubscribe")
    op.drop_table("notice_preference")
    op.drop_index(
        "uq_notice_unread_topic", table_name="notice", postgresql_where="read_at IS NULL AND topic <> ''"
    )
    op.drop_index("ix_notice_waiting", table_name="notice", postgresql_where="waiting_since IS NOT NULL")
    op.drop_index("ix_notice_unread", table_name="notice", postgresql_where="read_at IS NULL")
    op.drop_index("ix_notice_newest", table_name="notice")
    op.drop_table("notice")
    op.drop_index(
        "uq_calendar_token_living", table_name="calendar_token", postgresql_where="revoked_at IS NULL"
    )
    op.drop_index(op.f("ix_calendar_token_user_id"), table_name="calendar_token")
    op.drop_table("calendar_token")
