"""After a session: reckonings of its attendance, their results, feedback."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "webinar_after"
down_revision = "webinar_recording"
branch_labels = None
depends_on = None

APPEND_ONLY = """
CREATE TRIGGER webinar_verdict_append_only BEFORE UPDATE OR DELETE ON webinar_verdict
    FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER webinar_verdict_no_truncate BEFORE TRUNCATE ON webinar_verdict
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER webinar_closing_append_only BEFORE UPDATE OR DELETE ON webinar_closing
    FOR EACH ROW EXECUTE FUNCTION append_only();
"""


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "webinar_closing",
        sa.Column("webinar_id", sa.BigInteger(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rule", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("curve", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_webinar_closing_by_id")),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name=op.f("fk_webinar_closing_webinar_id")),
        sa.PrimaryKeyConstraint("webinar_id", "run", name=op.f("pk_webinar_closing")),
    )
    op.create_table(
        "webinar_feedback",
        sa.Column("webinar_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("points", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_webinar_feedback_user_id")),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name=op.f("fk_webinar_feedback_webinar_id")),
        sa.PrimaryKeyConstraint("webinar_id", "user_id", name=op.f("pk_webinar_feedback")),
    )
    op.create_table(
        "webinar_verdict",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("webinar_id", sa.BigInteger(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("entry_id", sa.BigInteger(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("steps", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("how", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("fulfilled", sa.Boolean(), nullable=False),
        sa.Column("attended_fact", sa.Uuid(), nullable=True),
        sa.Column("completed_fact", sa.Uuid(), nullable=True),
        sa.Column("computed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("(user_id IS NULL) <> (entry_id IS NULL)", name=op.f("ck_webinar_verdict_who")),
        sa.CheckConstraint("present >= 0 AND needed >= 0", name=op.f("ck_webinar_verdict_seconds")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["webinar_attendance_entry.id"], name=op.f("fk_webinar_verdict_entry_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_webinar_verdict_user_id")),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name=op.f("fk_webinar_verdict_webinar_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webinar_verdict")),
    )
    op.create_index("ix_webinar_verdict_user_id", "webinar_verdict", ["user_id"], unique=False)
    op.create_index("ix_webinar_verdict_webinar_id", "webinar_verdict", ["webinar_id", "run"], unique=False)
    op.execute(APPEND_ONLY)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_webinar_verdict_webinar_id", table_name="webinar_verdict")
    op.drop_index("ix_webinar_verdict_user_id", table_name="webinar_verdict")
    op.drop_table("webinar_verdict")
    op.drop_table("webinar_feedback")
    op.drop_table("webinar_closing")
