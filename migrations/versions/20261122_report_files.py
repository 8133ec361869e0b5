"""Files of reports, saved views and schedules, and files that go along with mails."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "report_files"
down_revision = "country_sets"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "outbox_file",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("mail_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["outbox_mail.id"], name=op.f("fk_outbox_file_mail_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_file")),
    )
    op.create_index(op.f("ix_outbox_file_mail_id"), "outbox_file", ["mail_id"], unique=False)
    op.create_table(
        "report_file",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("asked", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("anonymised", sa.Boolean(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("scope", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("rows_expected", sa.Integer(), nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("statement", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("scheduled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("form IN ('csv', 'xlsx', 'pdf', 'jsonl')", name=op.f("ck_report_file_form")),
        sa.CheckConstraint(
            "state <> 'ready' OR (made_at IS NOT NULL AND sha256 <> '')", name=op.f("ck_report_file_ready")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'ready', 'failed', 'expired')", name=op.f("ck_report_file_state")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user.id"], name=op.f("fk_report_file_owner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_file")),
        sa.UniqueConstraint("key", name=op.f("uq_report_file_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_report_file_public_id")),
    )
    op.create_index(
        "ix_report_file_expiry",
        "report_file",
        ["expires_at"],
        unique=False,
        postgresql_where="state <> 'expired'",
    )
    op.create_index("ix_report_file_owner", "report_file", ["owner_id", "id"], unique=False)
    op.create_table(
        "saved_view",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("asked", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user.id"], name=op.f("fk_saved_view_owner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("owner_id", "name", name=op.f("uq_saved_view_owner_id_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_saved_view_public_id")),
    )
    op.create_table(
        "report_schedule",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("view_id", sa.BigInteger(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("anonymised", sa.Boolean(), nullable=False),
        sa.Column("rhythm", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("span", sa.Text(), nullable=False),
        sa.Column("activity_slug", sa.Text(), nullable=False),
        sa.Column("hours_after", sa.Integer(), nullable=False),
        sa.Column("watched_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("above", sa.Boolean(), nullable=False),
        sa.Column("bound", sa.BigInteger(), nullable=False),
        sa.Column("was_beyond", sa.Boolean(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("form IN ('csv', 'xlsx', 'pdf', 'jsonl')", name=op.f("ck_report_schedule_form")),
        sa.CheckConstraint(
            "rhythm IN ('daily', 'weekly', 'monthly', 'quarterly', 'yearly', 'after_activity', 'threshold')",
            name=op.f("ck_report_schedule_rhythm"),
        ),
        sa.CheckConstraint("span IN ('', 'previous')", name=op.f("ck_report_schedule_span")),
        sa.CheckConstraint("state IN ('active', 'paused', 'stopped')", name=op.f("ck_report_schedule_state")),
        sa.CheckConstraint(
            "hour BETWEEN 0 AND 23 AND weekday BETWEEN 0 AND 6 AND day BETWEEN 1 AND 31 AND month BETWEEN 1 AND 12",
            name=op.f("ck_report_schedule_time"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user.id"], name=op.f("fk_report_schedule_owner_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["view_id"], ["saved_view.id"], name=op.f("fk_report_schedule_view_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_schedule")),
        sa.UniqueConstraint("public_id", name=op.f("uq_report_schedule_public_id")),
    )
    op.create_index(
        "ix_report_schedule_due",
        "report_schedule",
        ["next_due_at"],
        unique=False,
        postgresql_where="state = 'active'",
    )
    op.create_index("ix_report_schedule_owner", "report_schedule", ["owner_id"], unique=False)
    op.create_index("ix_report_schedule_view", "report_schedule", ["view_id"], unique=False)
    op.create_table(
        "saved_view_share",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("view_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("(user_id IS NULL) <> (role = '')", name=op.f("ck_saved_view_share_whom")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_saved_view_share_user_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["view_id"], ["saved_view.id"], name=op.f("fk_saved_view_share_view_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view_share")),
        sa.UniqueConstraint("public_id", name=op.f("uq_saved_view_share_public_id")),
        sa.UniqueConstraint(
            "view_id",
            "user_id",
            "role",
            name=op.f("uq_saved_view_share_view_id_user_id_role"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index("ix_saved_view_share_role", "saved_view_share", ["role"], unique=False)
    op.create_index("ix_saved_view_share_user", "saved_view_share", ["user_id"], unique=False)
    op.create_table(
        "schedule_recipient",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("schedule_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("(user_id IS NULL) <> (address = '')", name=op.f("ck_schedule_recipient_whom")),
        sa.CheckConstraint(
            "user_id IS NULL OR confirmed_at IS NOT NULL", name=op.f("ck_schedule_recipient_confirmed")
        ),
        sa.ForeignKeyConstraint(
            ["schedule_id"],
            ["report_schedule.id"],
            name=op.f("fk_schedule_recipient_schedule_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_schedule_recipient_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_recipient")),
        sa.UniqueConstraint("public_id", name=op.f("uq_schedule_recipient_public_id")),
        sa.UniqueConstraint(
            "schedule_id",
            "user_id",
            "address",
            name=op.f("uq_schedule_recipient_schedule_id_user_id_address"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index("ix_schedule_recipient_user", "schedule_recipient", ["user_id"], unique=False)
    op.create_table(
        "schedule_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("schedule_id", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["schedule_id"],
            ["report_schedule.id"],
            name=op.f("fk_schedule_run_schedule_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_run")),
        sa.UniqueConstraint("public_id", name=op.f("uq_schedule_run_public_id")),
        sa.UniqueConstraint(
            "schedule_id", "due_at", "about", name=op.f("uq_schedule_run_schedule_id_due_at_about")
        ),
    )
    op.create_index("ix_schedule_run_created", "schedule_run", ["created_at"], unique=False)
    op.create_table(
        "schedule_delivery",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("recipient_id", sa.BigInteger(), nullable=True),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("whom", sa.Text(), nullable=False),
        sa.Column("outside", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'sent', 'refused', 'failed')", name=op.f("ck_schedule_delivery_state")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["report_file.id"], name=op.f("fk_schedule_delivery_file_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["recipient_id"],
            ["schedule_recipient.id"],
            name=op.f("fk_schedule_delivery_recipient_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["schedule_run.id"], name=op.f("fk_schedule_delivery_run_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_schedule_delivery_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_delivery")),
        sa.UniqueConstraint("run_id", "recipient_id", name=op.f("uq_schedule_delivery_run_id_recipient_id")),
    )
    op.create_index(
        "ix_schedule_delivery_waiting",
        "schedule_delivery",
        ["id"],
        unique=False,
        postgresql_where="state = 'waiting'",
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index(op.f("ix_outbox_file_mail_id"), table_name="outbox_file")
    op.drop_table("outbox_file")
    op.drop_index(
        "ix_schedule_delivery_waiting", table_name="schedule_delivery", postgresql_where="state = 'waiting'"
    )
    op.drop_table("schedule_delivery")
    op.drop_index("ix_schedule_run_created", table_name="schedule_run")
    op.drop_table("schedule_run")
    op.drop_index("ix_schedule_recipient_user", table_name="schedule_recipient")
    op.drop_table("schedule_recipient")
    op.drop_index("ix_saved_view_share_user", table_name="saved_view_share")
    op.drop_index("ix_saved_view_share_role", table_name="saved_view_share")
    op.drop_table("saved_view_share")
    op.drop_index("ix_report_schedule_view", table_name="report_schedule")
    op.drop_index("ix_report_schedule_owner", table_name="report_schedule")
    op.drop_index("ix_report_schedule_due", table_name="report_schedule", postgresql_where="state = 'active'")
    op.drop_table("report_schedule")
    op.drop_table("saved_view")
    op.drop_index("ix_report_file_owner", table_name="report_file")
    op.drop_index("ix_report_file_expiry", table_name="report_file", postgresql_where="state <> 'expired'")
    op.drop_table("report_file")
