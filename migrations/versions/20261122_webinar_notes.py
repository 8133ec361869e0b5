"""Shared notes and captions of live rooms."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "webinar_notes"
down_revision = "webinar_after"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "webinar_caption",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("webinar_id", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("begins", sa.Double(), nullable=False),
        sa.Column("ends", sa.Double(), nullable=False),
        sa.Column("written_by", sa.BigInteger(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("begins >= 0 AND ends > begins", name=op.f("ck_webinar_caption_times")),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name=op.f("fk_webinar_caption_webinar_id")),
        sa.ForeignKeyConstraint(
            ["written_by"], ["webinar_participant.id"], name=op.f("fk_webinar_caption_written_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webinar_caption")),
        sa.UniqueConstraint("public_id", name=op.f("uq_webinar_caption_public_id")),
        sa.UniqueConstraint("written_by", "client_id", name=op.f("uq_webinar_caption_written_by_client_id")),
    )
    op.create_index(
        "ix_webinar_caption_webinar_id", "webinar_caption", ["webinar_id", "language", "begins"], unique=False
    )
    op.create_table(
        "webinar_notes",
        sa.Column("webinar_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["webinar_participant.id"], name=op.f("fk_webinar_notes_changed_by")
        ),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name=op.f("fk_webinar_notes_webinar_id")),
        sa.PrimaryKeyConstraint("webinar_id", name=op.f("pk_webinar_notes")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("webinar_notes")
    op.drop_index("ix_webinar_caption_webinar_id", table_name="webinar_caption")
    op.drop_table("webinar_caption")
