"""Sound and picture of live rooms: rooms at the media server, seats, streams sent in pieces."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "webinar_media"
down_revision = "webinar_attendance"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "webinar_media_room",
        sa.Column("webinar_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("pin", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recording", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["webinar_id"], ["webinar.id"], name=op.f("fk_webinar_media_room_webinar_id")
        ),
        sa.PrimaryKeyConstraint("webinar_id", name=op.f("pk_webinar_media_room")),
    )
    op.create_table(
        "webinar_media_seat",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("webinar_id", sa.BigInteger(), nullable=False),
        sa.Column("participant_id", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("tracks", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("renewed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["webinar_participant.id"], name=op.f("fk_webinar_media_seat_participant_id")
        ),
        sa.ForeignKeyConstraint(
            ["webinar_id"], ["webinar.id"], name=op.f("fk_webinar_media_seat_webinar_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webinar_media_seat")),
        sa.UniqueConstraint("public_id", name=op.f("uq_webinar_media_seat_public_id")),
    )
    op.create_index(
        "ix_webinar_media_seat_living",
        "webinar_media_seat",
        ["webinar_id"],
        unique=False,
        postgresql_where="ended_at IS NULL",
    )
    op.create_index(
        "ix_webinar_media_seat_participant_id", "webinar_media_seat", ["participant_id"], unique=False
    )
    op.create_index(
        "uq_webinar_media_seat_living",
        "webinar_media_seat",
        ["participant_id"],
        unique=True,
        postgresql_where="ended_at IS NULL",
    )
    op.create_table(
        "webinar_media_stream",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("webinar_id", sa.BigInteger(), nullable=False),
        sa.Column("participant_id", sa.BigInteger(), nullable=False),
        sa.Column("sound", sa.Boolean(), nullable=False),
        sa.Column("picture", sa.Boolean(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["webinar_participant.id"],
            name=op.f("fk_webinar_media_stream_participant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["webinar_id"], ["webinar.id"], name=op.f("fk_webinar_media_stream_webinar_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webinar_media_stream")),
        sa.UniqueConstraint("public_id", name=op.f("uq_webinar_media_stream_public_id")),
    )
    op.create_index(
        "ix_webinar_media_stream_participant_id", "webinar_media_stream", ["participant_id"], unique=False
    )
    op.create_index(
        "uq_webinar_media_stream_running",
        "webinar_media_stream",
        ["webinar_id"],
        unique=True,
        postgresql_where="ended_at IS NULL",
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index(
        "uq_webinar_media_stream_running",
        table_name="webinar_media_stream",
        postgresql_where="ended_at IS NULL",
    )
    op.drop_index("ix_webinar_media_stream_participant_id", table_name="webinar_media_stream")
    op.drop_table("webinar_media_stream")
    op.drop_index(
        "uq_webinar_media_seat_living", table_name="webinar_media_seat", postgresql_where="ended_at IS NULL"
    )
    op.drop_index("ix_webinar_media_seat_participant_id", table_name="webinar_media_seat")
    op.drop_index(
        "ix_webinar_media_seat_living", table_name="webinar_media_seat", postgresql_where="ended_at IS NULL"
    )
    op.drop_table("webinar_media_seat")
    op.drop_table("webinar_media_room")
