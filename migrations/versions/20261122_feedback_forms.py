"""Feedback: what is asked about an activity, what people answer, who was asked again months later."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "feedback_forms"
down_revision = "report_files"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "feedback_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("activity_key", sa.Uuid(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("questions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_version")),
        sa.UniqueConstraint(
            "activity_key", "part", "number", name=op.f("uq_feedback_version_activity_key_part_number")
        ),
    )
    op.create_table(
        "feedback_answer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("activity_key", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("points", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("words", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("quotable", sa.Boolean(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("pending", sa.Boolean(), nullable=False),
        sa.Column("shown", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("stage IN (0, 3, 6, 12)", name=op.f("ck_feedback_answer_stage")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_feedback_answer_user_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["feedback_version.id"], name=op.f("fk_feedback_answer_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_answer")),
    )
    op.create_index(
        "ix_feedback_answer_activity_key", "feedback_answer", ["activity_key", "stage"], unique=False
    )
    op.create_index("ix_feedback_answer_user_id", "feedback_answer", ["user_id"], unique=False)
    op.create_index(
        "uq_feedback_answer_person",
        "feedback_answer",
        ["activity_key", "stage", "user_id"],
        unique=True,
        postgresql_where="user_id IS NOT NULL",
    )
    op.create_table(
        "feedback_invitation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("activity_key", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("learner_key", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("stage IN (0, 3, 6, 12)", name=op.f("ck_feedback_invitation_stage")),
        sa.ForeignKeyConstraint(
            ["learner_key"], ["learner.key"], name=op.f("fk_feedback_invitation_learner_key")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_feedback_invitation_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_invitation")),
        sa.UniqueConstraint(
            "activity_key",
            "stage",
            "learner_key",
            name=op.f("uq_feedback_invitation_activity_key_stage_learner_key"),
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_feedback_invitation_public_id")),
    )
    op.create_index("ix_feedback_invitation_sent_at", "feedback_invitation", ["sent_at"], unique=False)
    op.create_index("ix_feedback_invitation_user_id", "feedback_invitation", ["user_id"], unique=False)
    op.create_table(
        "feedback_question",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("activity_key", sa.Uuid(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("texts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('scale', 'words')", name=op.f("ck_feedback_question_kind")),
        sa.CheckConstraint("part IN ('end', 'follow_up')", name=op.f("ck_feedback_question_part")),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_feedback_question_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_question")),
        sa.UniqueConstraint("public_id", name=op.f("uq_feedback_question_public_id")),
    )
    op.create_index(
        "ix_feedback_question_activity_key", "feedback_question", ["activity_key", "part"], unique=False
    )
    op.create_table(
        "feedback_setting",
        sa.Column("activity_key", sa.Uuid(), nullable=False),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.Column("follow_ups", sa.Boolean(), nullable=True),
        sa.Column("open_days", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("open_days BETWEEN 7 AND 365", name=op.f("ck_feedback_setting_open_days")),
        sa.ForeignKeyConstraint(["changed_by"], ["user.id"], name=op.f("fk_feedback_setting_changed_by")),
        sa.PrimaryKeyConstraint("activity_key", name=op.f("pk_feedback_setting")),
    )
    op.create_table(
        "follow_up_refusal",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_follow_up_refusal_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_follow_up_refusal")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("follow_up_refusal")
    op.drop_table("feedback_setting")
    op.drop_index("ix_feedback_question_activity_key", table_name="feedback_question")
    op.drop_table("feedback_question")
    op.drop_index("ix_feedback_invitation_user_id", table_name="feedback_invitation")
    op.drop_index("ix_feedback_invitation_sent_at", table_name="feedback_invitation")
    op.drop_table("feedback_invitation")
    op.drop_index(
        "uq_feedback_answer_person", table_name="feedback_answer", postgresql_where="user_id IS NOT NULL"
    )
    op.drop_index("ix_feedback_answer_user_id", table_name="feedback_answer")
    op.drop_index("ix_feedback_answer_activity_key", table_name="feedback_answer")
    op.drop_table("feedback_answer")
    op.drop_table("feedback_version")
