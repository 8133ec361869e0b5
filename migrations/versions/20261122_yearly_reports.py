"""Yearly reports with their numbers and steps, and what came of activities."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "yearly_reports"
down_revision = "corrections"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "activity_result",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("activity_key", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_because", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('law', 'ratification', 'seizure', 'use', 'other')", name=op.f("ck_activity_result_kind")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["user.id"], name=op.f("fk_activity_result_entered_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_result")),
        sa.UniqueConstraint("public_id", name=op.f("uq_activity_result_public_id")),
    )
    op.create_index(
        op.f("ix_activity_result_activity_key"), "activity_result", ["activity_key"], unique=False
    )
    op.create_index(op.f("ix_activity_result_occurred_on"), "activity_result", ["occurred_on"], unique=False)
    op.create_table(
        "yearly_report",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("bridges", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("submitted_by", sa.BigInteger(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cleared_by", sa.BigInteger(), nullable=True),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("previous_id", sa.BigInteger(), nullable=True),
        sa.Column("snapshot_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state <> 'cleared' OR snapshot_id IS NOT NULL", name=op.f("ck_yearly_report_frozen")
        ),
        sa.CheckConstraint("state IN ('draft', 'review', 'cleared')", name=op.f("ck_yearly_report_state")),
        sa.CheckConstraint(
            "cleared_by IS NULL OR (cleared_by <> author_id AND cleared_by <> submitted_by)",
            name=op.f("ck_yearly_report_four_eyes"),
        ),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_yearly_report_period")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user.id"], name=op.f("fk_yearly_report_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["cleared_by"], ["user.id"], name=op.f("fk_yearly_report_cleared_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["previous_id"], ["snapshot.id"], name=op.f("fk_yearly_report_previous_id")),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"], name=op.f("fk_yearly_report_snapshot_id")),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["user.id"], name=op.f("fk_yearly_report_submitted_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_yearly_report")),
        sa.UniqueConstraint("public_id", name=op.f("uq_yearly_report_public_id")),
    )
    op.create_table(
        "yearly_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("figure", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Text(), nullable=False),
        sa.Column("cut_off", sa.Date(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=True),
        sa.Column("qualifier", sa.Text(), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("said", sa.Float(), nullable=True),
        sa.Column("counted_as_of", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "qualifier IN ('exact', 'more_than', 'nearly', 'about')", name=op.f("ck_yearly_line_qualifier")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["yearly_report.id"], name=op.f("fk_yearly_line_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_yearly_line")),
        sa.UniqueConstraint("public_id", name=op.f("uq_yearly_line_public_id")),
    )
    op.create_index(op.f("ix_yearly_line_report_id"), "yearly_line", ["report_id"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_index(op.f("ix_yearly_line_report_id"), table_name="yearly_line")
    op.drop_table("yearly_line")
    op.drop_table("yearly_report")
    op.drop_index(op.f("ix_activity_result_occurred_on"), table_name="activity_result")
    op.drop_index(op.f("ix_activity_result_activity_key"), table_name="activity_result")
    op.drop_table("activity_result")
