"""Recordings: what arrived, what was made of it, who may watch it, and who has."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "webinar_recording"
down_revision = "webinar_media"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "webinar_consent",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("webinar_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_webinar_consent_user_id")),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name=op.f("fk_webinar_consent_webinar_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webinar_consent")),
    )
    op.create_index(
        "ix_webinar_consent_person",
        "webinar_consent",
        ["webinar_id", "user_id", "version", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_webinar_consent_user_id"), "webinar_consent", ["user_id"], unique=False)
    op.create_table(
        "webinar_recording",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("activity_key", sa.Uuid(), nullable=False),
        sa.Column("webinar_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_by", sa.BigInteger(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("original_id", sa.BigInteger(), nullable=True),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("work", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("gaps", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("cut_from", sa.Float(), nullable=False),
        sa.Column("cut_to", sa.Float(), nullable=True),
        sa.Column("pictures", sa.Integer(), nullable=False),
        sa.Column("chapters", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("chaptered", sa.Boolean(), nullable=False),
        sa.Column("viewers", sa.Text(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=True),
        sa.Column("downloads", sa.Boolean(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "source IN ('browser', 'janus', 'file')", name=op.f("ck_webinar_recording_source")
        ),
        sa.CheckConstraint(
            "state IN ('recording', 'paused', 'stopped', 'making', 'ready', 'failed')",
            name=op.f("ck_webinar_recording_state"),
        ),
        sa.CheckConstraint(
            "viewers <> 'group' OR group_id IS NOT NULL", name=op.f("ck_webinar_recording_group")
        ),
        sa.CheckConstraint(
            "viewers IN ('session', 'registered', 'group')", name=op.f("ck_webinar_recording_viewers")
        ),
        sa.CheckConstraint(
            "cut_from >= 0 AND (cut_to IS NULL OR cut_to > cut_from)", name=op.f("ck_webinar_recording_cut")
        ),
        sa.CheckConstraint("made <= edition", name=op.f("ck_webinar_recording_edition")),
        sa.ForeignKeyConstraint(["group_id"], ["group.id"], name=op.f("fk_webinar_recording_group_id")),
        sa.ForeignKeyConstraint(
            ["original_id"], ["media_file.id"], name=op.f("fk_webinar_recording_original_id")
        ),
        sa.ForeignKeyConstraint(["started_by"], ["user.id"], name=op.f("fk_webinar_recording_started_by")),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name=op.f("fk_webinar_recording_webinar_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webinar_recording")),
        sa.UniqueConstraint("activity_key", name=op.f("uq_webinar_recording_activity_key")),
        sa.UniqueConstraint("key", name=op.f("uq_webinar_recording_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_webinar_recording_public_id")),
        sa.UniqueConstraint("webinar_id", "number", name=op.f("uq_webinar_recording_webinar_id_number")),
    )
    op.create_index(
        "ix_webinar_recording_expires_at",
        "webinar_recording",
        ["expires_at"],
        unique=False,
        postgresql_where="published_at IS NOT NULL",
    )
    op.create_index(
        "ix_webinar_recording_unmade",
        "webinar_recording",
        ["id"],
        unique=False,
        postgresql_where="state IN ('stopped', 'making')",
    )
    op.create_index(
        op.f("ix_webinar_recording_webinar_id"), "webinar_recording", ["webinar_id"], unique=False
    )
    op.create_index(
        "uq_webinar_recording_running",
        "webinar_recording",
        ["webinar_id"],
        unique=True,
        postgresql_where="state IN ('recording', 'paused')",
    )
    op.create_table(
        "webinar_recording_captions",
        sa.Column("recording_id", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("cues", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("typed", sa.Boolean(), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["user.id"], name=op.f("fk_webinar_recording_captions_changed_by")
        ),
        sa.ForeignKeyConstraint(
            ["recording_id"],
            ["webinar_recording.id"],
            name=op.f("fk_webinar_recording_captions_recording_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("recording_id", "language", name=op.f("pk_webinar_recording_captions")),
    )
    op.create_table(
        "webinar_recording_chunk",
        sa.Column("recording_id", sa.BigInteger(), nullable=False),
        sa.Column("take", sa.Integer(), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("for_ms", sa.BigInteger(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "size > 0 AND index >= 0 AND at_ms >= 0 AND for_ms >= 0",
            name=op.f("ck_webinar_recording_chunk_numbers"),
        ),
        sa.ForeignKeyConstraint(
            ["recording_id"],
            ["webinar_recording.id"],
            name=op.f("fk_webinar_recording_chunk_recording_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("recording_id", "take", "index", name=op.f("pk_webinar_recording_chunk")),
    )
    op.create_table(
        "webinar_recording_file",
        sa.Column("recording_id", sa.BigInteger(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.CheckConstraint("part IN ('film', 'small', 'sound')", name=op.f("ck_webinar_recording_file_part")),
        sa.ForeignKeyConstraint(
            ["file_id"], ["media_file.id"], name=op.f("fk_webinar_recording_file_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["recording_id"],
            ["webinar_recording.id"],
            name=op.f("fk_webinar_recording_file_recording_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("recording_id", "edition", "part", name=op.f("pk_webinar_recording_file")),
        sa.UniqueConstraint("file_id", name=op.f("uq_webinar_recording_file_file_id")),
    )
    op.create_table(
        "webinar_recording_play",
        sa.Column("recording_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("place", sa.Float(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("seconds >= 0 AND place >= 0", name=op.f("ck_webinar_recording_play_seconds")),
        sa.ForeignKeyConstraint(
            ["recording_id"],
            ["webinar_recording.id"],
            name=op.f("fk_webinar_recording_play_recording_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_webinar_recording_play_user_id")),
        sa.PrimaryKeyConstraint("recording_id", "user_id", "day", name=op.f("pk_webinar_recording_play")),
    )
    op.create_index("ix_webinar_recording_play_user_id", "webinar_recording_play", ["user_id"], unique=False)
    op.create_table(
        "webinar_recording_take",
        sa.Column("recording_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("participant_id", sa.BigInteger(), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("spans", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["webinar_participant.id"],
            name=op.f("fk_webinar_recording_take_participant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["recording_id"],
            ["webinar_recording.id"],
            name=op.f("fk_webinar_recording_take_recording_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("recording_id", "number", name=op.f("pk_webinar_recording_take")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("webinar_recording_take")
    op.drop_index("ix_webinar_recording_play_user_id", table_name="webinar_recording_play")
    op.drop_table("webinar_recording_play")
    op.drop_table("webinar_recording_file")
    op.drop_table("webinar_recording_chunk")
    op.drop_table("webinar_recording_captions")
    op.drop_index(
        "uq_webinar_recording_running",
        table_name="webinar_recording",
        postgresql_where="state IN ('recording', 'paused')",
    )
    op.drop_index(op.f("ix_webinar_recording_webinar_id"), table_name="webinar_recording")
    op.drop_index(
        "ix_webinar_recording_unmade",
        table_name="webinar_recording",
        postgresql_where="state IN ('stopped', 'making')",
    )
    op.drop_index(
        "ix_webinar_recording_expires_at",
        table_name="webinar_recording",
        postgresql_where="published_at IS NOT NULL",
    )
    op.drop_table("webinar_recording")
    op.drop_index(op.f("ix_webinar_consent_user_id"), table_name="webinar_consent")
    op.drop_index("ix_webinar_consent_person", table_name="webinar_consent")
    op.drop_table("webinar_consent")
