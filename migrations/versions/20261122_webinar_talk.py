"""What is said in live rooms: chat, questions, polls, breakouts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "webinar_talk"
down_revision = "webinar_room"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "webinar_breakout_round",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("webinar_id", sa.BigInteger(), nullable=False),
        sa.Column("grouping", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("word_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "grouping IN ('hand', 'random', 'language', 'country')",
            name=op.f("ck_webinar_breakout_round_grouping"),
        ),
        sa.ForeignKeyConstraint(
            ["webinar_id"], ["webinar.id"], name=op.f("fk_webinar_breakout_round_webinar_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webinar_breakout_round")),
    )
    op.create_index(
        "uq_webinar_breakout_round_running",
        "webinar_breakout_round",
        ["webinar_id"],
        unique=True,
        postgresql_where="closed_at IS NULL",
    )
    op.create_table(
        "webinar_poll",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("webinar_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("options", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("low_label", sa.Text(), nullable=False),
        sa.Column("high_label", sa.Text(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("changeable", sa.Boolean(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_second", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "kind IN ('single', 'multiple', 'scale', 'open')", name=op.f("ck_webinar_poll_kind")
        ),
        sa.CheckConstraint("state IN ('prepared', 'open', 'closed')", name=op.f("ck_webinar_poll_state")),
        sa.CheckConstraint("NOT (anonymous AND changeable)", name=op.f("ck_webinar_poll_changeable")),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_webinar_poll_created_by")),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name=op.f("fk_webinar_poll_webinar_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webinar_poll")),
        sa.UniqueConstraint("public_id", name=op.f("uq_webinar_poll_public_id")),
    )
    op.create_index("ix_webinar_poll_webinar_id", "webinar_poll", ["webinar_id", "position"], unique=False)
    op.create_table(
        "webinar_reaction",
        sa.Column("webinar_id", sa.BigInteger(), nullable=False),
        sa.Column("sign", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name=op.f("fk_webinar_reaction_webinar_id")),
        sa.PrimaryKeyConstraint("webinar_id", "sign", name=op.f("pk_webinar_reaction")),
    )
    op.create_table(
        "webinar_ballot",
        sa.Column("poll_id", sa.BigInteger(), nullable=False),
        sa.Column("participant_id", sa.BigInteger(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["webinar_participant.id"], name=op.f("fk_webinar_ballot_participant_id")
        ),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["webinar_poll.id"], name=op.f("fk_webinar_ballot_poll_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("poll_id", "participant_id", name=op.f("pk_webinar_ballot")),
    )
    op.create_index(
        op.f("ix_webinar_ballot_participant_id"), "webinar_ballot", ["participant_id"], unique=False
    )
    op.create_table(
        "webinar_breakout",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["webinar_breakout_round.id"],
            name=op.f("fk_webinar_breakout_round_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webinar_breakout")),
        sa.UniqueConstraint("public_id", name=op.f("uq_webinar_breakout_public_id")),
        sa.UniqueConstraint("round_id", "position", name=op.f("uq_webinar_breakout_round_id_position")),
    )
    op.create_table(
        "webinar_question",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("webinar_id", sa.BigInteger(), nullable=False),
        sa.Column("participant_id", sa.BigInteger(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("merged_into_id", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("asked_second", sa.Integer(), nullable=True),
        sa.Column("answering_second", sa.Integer(), nullable=True),
        sa.Column("answered_second", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('held', 'open', 'answering', 'answered', 'dismissed')",
            name=op.f("ck_webinar_question_state"),
        ),
        sa.CheckConstraint("merged_into_id <> id", name=op.f("ck_webinar_question_merged")),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["webinar_participant.id"], name=op.f("fk_webinar_question_answered_by")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["webinar_question.id"], name=op.f("fk_webinar_question_merged_into_id")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["webinar_participant.id"], name=op.f("fk_webinar_question_participant_id")
        ),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name=op.f("fk_webinar_question_webinar_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webinar_question")),
        sa.UniqueConstraint(
            "participant_id", "client_id", name=op.f("uq_webinar_question_participant_id_client_id")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_webinar_question_public_id")),
    )
    op.create_index(
        "ix_webinar_question_merged_into_id", "webinar_question", ["merged_into_id"], unique=False
    )
    op.create_index("ix_webinar_question_webinar_id", "webinar_question", ["webinar_id", "id"], unique=False)
    op.create_table(
        "webinar_vote",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("poll_id", sa.BigInteger(), nullable=False),
        sa.Column("participant_id", sa.BigInteger(), nullable=True),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["webinar_participant.id"], name=op.f("fk_webinar_vote_participant_id")
        ),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["webinar_poll.id"], name=op.f("fk_webinar_vote_poll_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webinar_vote")),
    )
    op.create_index("ix_webinar_vote_poll_id", "webinar_vote", ["poll_id", "participant_id"], unique=False)
    op.create_table(
        "webinar_breakout_place",
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("breakout_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["breakout_id"],
            ["webinar_breakout.id"],
            name=op.f("fk_webinar_breakout_place_breakout_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["webinar_breakout_round.id"],
            name=op.f("fk_webinar_breakout_place_round_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_webinar_breakout_place_user_id")),
        sa.PrimaryKeyConstraint("round_id", "user_id", name=op.f("pk_webinar_breakout_place")),
    )
    op.create_index(
        "ix_webinar_breakout_place_breakout_id", "webinar_breakout_place", ["breakout_id"], unique=False
    )
    op.create_table(
        "webinar_message",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("webinar_id", sa.BigInteger(), nullable=False),
        sa.Column("participant_id", sa.BigInteger(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("breakout_id", sa.BigInteger(), nullable=True),
        sa.Column("about_id", sa.BigInteger(), nullable=True),
        sa.Column("by_host", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(channel = 'breakout') = (breakout_id IS NOT NULL)", name=op.f("ck_webinar_message_breakout")
        ),
        sa.CheckConstraint(
            "channel IN ('all', 'hosts', 'breakout')", name=op.f("ck_webinar_message_channel")
        ),
        sa.CheckConstraint(
            "state IN ('shown', 'held', 'refused', 'deleted')", name=op.f("ck_webinar_message_state")
        ),
        sa.ForeignKeyConstraint(
            ["about_id"], ["webinar_participant.id"], name=op.f("fk_webinar_message_about_id")
        ),
        sa.ForeignKeyConstraint(
            ["breakout_id"], ["webinar_breakout.id"], name=op.f("fk_webinar_message_breakout_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["webinar_participant.id"], name=op.f("fk_webinar_message_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["webinar_participant.id"], name=op.f("fk_webinar_message_participant_id")
        ),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name=op.f("fk_webinar_message_webinar_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webinar_message")),
        sa.UniqueConstraint(
            "participant_id", "client_id", name=op.f("uq_webinar_message_participant_id_client_id")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_webinar_message_public_id")),
    )
    op.create_index("ix_webinar_message_at", "webinar_message", ["participant_id", "at"], unique=False)
    op.create_index(
        "ix_webinar_message_held",
        "webinar_message",
        ["webinar_id"],
        unique=False,
        postgresql_where="state = 'held'",
    )
    op.create_index(
        "ix_webinar_message_webinar_id", "webinar_message", ["webinar_id", "number"], unique=False
    )
    op.create_table(
        "webinar_question_vote",
        sa.Column("question_id", sa.BigInteger(), nullable=False),
        sa.Column("participant_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["webinar_participant.id"],
            name=op.f("fk_webinar_question_vote_participant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["webinar_question.id"],
            name=op.f("fk_webinar_question_vote_question_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("question_id", "participant_id", name=op.f("pk_webinar_question_vote")),
    )
    op.create_index(
        op.f("ix_webinar_question_vote_participant_id"),
        "webinar_question_vote",
        ["participant_id"],
        unique=False,
    )
    op.create_table(
        "webinar_message_report",
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("participant_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["webinar_message.id"],
            name=op.f("fk_webinar_message_report_message_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["webinar_participant.id"],
            name=op.f("fk_webinar_message_report_participant_id"),
        ),
        sa.PrimaryKeyConstraint("message_id", "participant_id", name=op.f("pk_webinar_message_report")),
    )
    op.create_index(
        "ix_webinar_message_report_open",
        "webinar_message_report",
        ["message_id"],
        unique=False,
        postgresql_where="settled_at IS NULL",
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index(
        "ix_webinar_message_report_open",
        table_name="webinar_message_report",
        postgresql_where="settled_at IS NULL",
    )
    op.drop_table("webinar_message_report")
    op.drop_index(op.f("ix_webinar_question_vote_participant_id"), table_name="webinar_question_vote")
    op.drop_table("webinar_question_vote")
    op.drop_index("ix_webinar_message_webinar_id", table_name="webinar_message")
    op.drop_index("ix_webinar_message_held", table_name="webinar_message", postgresql_where="state = 'held'")
    op.drop_index("ix_webinar_message_at", table_name="webinar_message")
    op.drop_table("webinar_message")
    op.drop_index("ix_webinar_breakout_place_breakout_id", table_name="webinar_breakout_place")
    op.drop_table("webinar_breakout_place")
    op.drop_index("ix_webinar_vote_poll_id", table_name="webinar_vote")
    op.drop_table("webinar_vote")
    op.drop_index("ix_webinar_question_webinar_id", table_name="webinar_question")
    op.drop_index("ix_webinar_question_merged_into_id", table_name="webinar_question")
    op.drop_table("webinar_question")
    op.drop_table("webinar_breakout")
    op.drop_index(op.f("ix_webinar_ballot_participant_id"), table_name="webinar_ballot")
    op.drop_table("webinar_ballot")
    op.drop_table("webinar_reaction")
    op.drop_index("ix_webinar_poll_webinar_id", table_name="webinar_poll")
    op.drop_table("webinar_poll")
    op.drop_index(
        "uq_webinar_breakout_round_running",
        table_name="webinar_breakout_round",
        postgresql_where="closed_at IS NULL",
    )
    op.drop_table("webinar_breakout_round")
