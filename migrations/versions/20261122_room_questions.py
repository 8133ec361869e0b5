"""The tables of questions to experts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "room_questions"
down_revision = "room_discussion"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "room_question_setting",
        sa.Column("room_id", sa.BigInteger(), nullable=False),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.CheckConstraint("answer_days BETWEEN 1 AND 60", name=op.f("ck_room_question_setting_answer_days")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_question_setting_room_id")),
        sa.PrimaryKeyConstraint("room_id", name=op.f("pk_room_question_setting")),
    )
    op.create_table(
        "room_question",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("room_id", sa.BigInteger(), nullable=False),
        sa.Column("membership_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), server_default="", nullable=False),
        sa.Column("legal_system", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("routed_to_all", sa.Boolean(), nullable=False),
        sa.Column("expert_id", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("half_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("half_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("helpful", sa.Boolean(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(state = 'clarifying') = (paused_at IS NOT NULL)", name=op.f("ck_room_question_paused")
        ),
        sa.CheckConstraint(
            "state <> 'answered' OR answered_at IS NOT NULL", name=op.f("ck_room_question_answered")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'taken', 'clarifying', 'answered', 'withdrawn')",
            name=op.f("ck_room_question_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('taken', 'clarifying') OR expert_id IS NOT NULL",
            name=op.f("ck_room_question_expert"),
        ),
        sa.CheckConstraint("half_at <= due_at", name=op.f("ck_room_question_clock")),
        sa.ForeignKeyConstraint(
            ["expert_id"], ["room_membership.id"], name=op.f("fk_room_question_expert_id")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["room_membership.id"], name=op.f("fk_room_question_membership_id")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_question_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_question")),
        sa.UniqueConstraint("public_id", name=op.f("uq_room_question_public_id")),
    )
    op.create_index("ix_room_question_asker", "room_question", ["membership_id"], unique=False)
    op.create_index(
        "ix_room_question_clock",
        "room_question",
        ["due_at"],
        unique=False,
        postgresql_where="state IN ('waiting', 'taken')",
    )
    op.create_index("ix_room_question_room", "room_question", ["room_id", "id"], unique=False)
    op.create_table(
        "room_published_answer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("room_id", sa.BigInteger(), nullable=False),
        sa.Column("question_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("legal_system", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("published_by", sa.BigInteger(), nullable=False),
        sa.Column(
            "published_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["published_by"], ["room_membership.id"], name=op.f("fk_room_published_answer_published_by")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["room_question.id"], name=op.f("fk_room_published_answer_question_id")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_published_answer_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_published_answer")),
        sa.UniqueConstraint("public_id", name=op.f("uq_room_published_answer_public_id")),
    )
    op.create_index(
        "ix_room_published_answer_room",
        "room_published_answer",
        ["room_id", "id"],
        unique=False,
        postgresql_where="withdrawn_at IS NULL",
    )
    op.create_index(
        "uq_room_published_answer_question",
        "room_published_answer",
        ["question_id"],
        unique=True,
        postgresql_where="withdrawn_at IS NULL",
    )
    op.create_table(
        "room_question_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("question_id", sa.BigInteger(), nullable=False),
        sa.Column("membership_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "kind IN ('clarification', 'reply', 'answer', 'follow_up', 'reopened')",
            name=op.f("ck_room_question_entry_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["room_membership.id"], name=op.f("fk_room_question_entry_membership_id")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["room_question.id"], name=op.f("fk_room_question_entry_question_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_question_entry")),
        sa.UniqueConstraint("public_id", name=op.f("uq_room_question_entry_public_id")),
    )
    op.create_index(
        "ix_room_question_entry_question", "room_question_entry", ["question_id", "id"], unique=False
    )
    op.create_table(
        "room_question_routing",
        sa.Column("question_id", sa.BigInteger(), nullable=False),
        sa.Column("membership_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state IN ('asked', 'declined', 'handed_over')", name=op.f("ck_room_question_routing_state")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["room_membership.id"], name=op.f("fk_room_question_routing_membership_id")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["room_question.id"], name=op.f("fk_room_question_routing_question_id")
        ),
        sa.PrimaryKeyConstraint("question_id", "membership_id", name=op.f("pk_room_question_routing")),
    )
    op.create_index(
        "ix_room_question_routing_member", "room_question_routing", ["membership_id"], unique=False
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_room_question_routing_member", table_name="room_question_routing")
    op.drop_table("room_question_routing")
    op.drop_index("ix_room_question_entry_question", table_name="room_question_entry")
    op.drop_table("room_question_entry")
    op.drop_index(
        "uq_room_published_answer_question",
        table_name="room_published_answer",
        postgresql_where="withdrawn_at IS NULL",
    )
    op.drop_index(
        "ix_room_published_answer_room",
        table_name="room_published_answer",
        postgresql_where="withdrawn_at IS NULL",
    )
    op.drop_table("room_published_answer")
    op.drop_index("ix_room_question_room", table_name="room_question")
    op.drop_index(
        "ix_room_question_clock", table_name="room_question", postgresql_where="state IN ('waiting', 'taken')"
    )
    op.drop_index("ix_room_question_asker", table_name="room_question")
    op.drop_table("room_question")
    op.drop_table("room_question_setting")
