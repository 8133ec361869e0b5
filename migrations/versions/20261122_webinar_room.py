"""The live room: its state, its participants, its journal."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "webinar_room"
down_revision = "webinars"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "webinar_event",
        sa.Column("webinar_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name=op.f("fk_webinar_event_webinar_id")),
        sa.PrimaryKeyConstraint("webinar_id", "number", name=op.f("pk_webinar_event")),
    )
    op.create_index("ix_webinar_event_at", "webinar_event", ["at"], unique=False)
    op.create_table(
        "webinar_participant",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("webinar_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("admitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=True),
        sa.Column("microphone", sa.Boolean(), nullable=False),
        sa.Column("camera", sa.Boolean(), nullable=False),
        sa.Column("screen", sa.Boolean(), nullable=False),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.Column("silenced", sa.Boolean(), nullable=False),
        sa.Column("hand_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("floor_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("banned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("breakout_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "role IN ('host', 'cohost', 'speaker', 'notetaker', 'participant')",
            name=op.f("ck_webinar_participant_role"),
        ),
        sa.CheckConstraint(
            "step IN ('full', 'low', 'sound', 'text')", name=op.f("ck_webinar_participant_step")
        ),
        sa.CheckConstraint(
            "stage IS NULL OR stage BETWEEN 1 AND 25", name=op.f("ck_webinar_participant_stage")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_webinar_participant_user_id")),
        sa.ForeignKeyConstraint(
            ["webinar_id"], ["webinar.id"], name=op.f("fk_webinar_participant_webinar_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webinar_participant")),
        sa.UniqueConstraint("public_id", name=op.f("uq_webinar_participant_public_id")),
        sa.UniqueConstraint("webinar_id", "number", name=op.f("uq_webinar_participant_webinar_id_number")),
        sa.UniqueConstraint("webinar_id", "stage", name=op.f("uq_webinar_participant_webinar_id_stage")),
        sa.UniqueConstraint("webinar_id", "user_id", name=op.f("uq_webinar_participant_webinar_id_user_id")),
    )
    op.create_index(
        "ix_webinar_participant_hand",
        "webinar_participant",
        ["webinar_id", "hand_at"],
        unique=False,
        postgresql_where="hand_at IS NOT NULL",
    )
    op.create_index(op.f("ix_webinar_participant_user_id"), "webinar_participant", ["user_id"], unique=False)
    op.create_table(
        "webinar_log",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("webinar_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("about_id", sa.BigInteger(), nullable=True),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("undoes_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["about_id"], ["webinar_participant.id"], name=op.f("fk_webinar_log_about_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["webinar_participant.id"], name=op.f("fk_webinar_log_by_id")),
        sa.ForeignKeyConstraint(["undoes_id"], ["webinar_log.id"], name=op.f("fk_webinar_log_undoes_id")),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name=op.f("fk_webinar_log_webinar_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webinar_log")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_webinar_log_undoes_id")),
    )
    op.create_index("ix_webinar_log_webinar_id", "webinar_log", ["webinar_id", "id"], unique=False)
    op.create_table(
        "webinar_room",
        sa.Column("webinar_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("participants", sa.Integer(), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("lobby", sa.Boolean(), nullable=False),
        sa.Column("lobby_words", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("chat_held", sa.Boolean(), nullable=False),
        sa.Column("questions_held", sa.Boolean(), nullable=False),
        sa.Column("handouts", sa.Boolean(), nullable=False),
        sa.Column("microphones", sa.Boolean(), nullable=False),
        sa.Column("shown", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("hard_muted", sa.Boolean(), nullable=False),
        sa.Column("host_id", sa.BigInteger(), nullable=True),
        sa.Column("host_away_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("chat IN ('all', 'hosts', 'off')", name=op.f("ck_webinar_room_chat")),
        sa.ForeignKeyConstraint(
            ["host_id"], ["webinar_participant.id"], name=op.f("fk_webinar_room_host_id")
        ),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name=op.f("fk_webinar_room_webinar_id")),
        sa.PrimaryKeyConstraint("webinar_id", name=op.f("pk_webinar_room")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("webinar_room")
    op.drop_index("ix_webinar_log_webinar_id", table_name="webinar_log")
    op.drop_table("webinar_log")
    op.drop_index(op.f("ix_webinar_participant_user_id"), table_name="webinar_participant")
    op.drop_index(
        "ix_webinar_participant_hand",
        table_name="webinar_participant",
        postgresql_where="hand_at IS NOT NULL",
    )
    op.drop_table("webinar_participant")
    op.drop_index("ix_webinar_event_at", table_name="webinar_event")
    op.drop_table("webinar_event")
