"""The tables of stocktakings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "room_stocktaking"
down_revision = "room_questions"
branch_labels = None
depends_on = None


IMMUTABLE = """
CREATE FUNCTION room_stocktaking_version_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a published version of a questionnaire never changes';
END
$$;
CREATE TRIGGER room_stocktaking_version_stands BEFORE UPDATE ON room_stocktaking_version
    FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION room_stocktaking_version_stands();
"""
CHANGEABLE = """
DROP TRIGGER room_stocktaking_version_stands ON room_stocktaking_version;
DROP FUNCTION room_stocktaking_version_stands();
"""


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "room_stocktaking",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("room_id", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("answers_visible", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("zone", sa.Text(), server_default="UTC", nullable=False),
        sa.Column("sequence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state = 'draft' OR (deadline IS NOT NULL AND version > 0)",
            name=op.f("ck_room_stocktaking_opened"),
        ),
        sa.CheckConstraint("state IN ('draft', 'open', 'closed')", name=op.f("ck_room_stocktaking_state")),
        sa.CheckConstraint("unit IN ('person', 'country')", name=op.f("ck_room_stocktaking_unit")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["room_membership.id"], name=op.f("fk_room_stocktaking_created_by")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_stocktaking_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_stocktaking")),
        sa.UniqueConstraint("public_id", name=op.f("uq_room_stocktaking_public_id")),
    )
    op.create_index(
        "ix_room_stocktaking_deadline",
        "room_stocktaking",
        ["deadline"],
        unique=False,
        postgresql_where="state = 'open'",
    )
    op.create_index("ix_room_stocktaking_room", "room_stocktaking", ["room_id", "id"], unique=False)
    op.create_table(
        "room_stocktaking_response",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("stocktaking_id", sa.BigInteger(), nullable=False),
        sa.Column("membership_id", sa.BigInteger(), nullable=True),
        sa.Column("country", sa.Text(), server_default="", nullable=False),
        sa.Column("saves", sa.Integer(), server_default="0", nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_version", sa.Integer(), nullable=True),
        sa.Column("sent_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(membership_id IS NULL) <> (country = '')", name=op.f("ck_room_stocktaking_response_unit")
        ),
        sa.CheckConstraint(
            "(sent_at IS NULL) = (sent_version IS NULL)", name=op.f("ck_room_stocktaking_response_sent")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["room_membership.id"], name=op.f("fk_room_stocktaking_response_membership_id")
        ),
        sa.ForeignKeyConstraint(
            ["sent_by"], ["room_membership.id"], name=op.f("fk_room_stocktaking_response_sent_by")
        ),
        sa.ForeignKeyConstraint(
            ["stocktaking_id"],
            ["room_stocktaking.id"],
            name=op.f("fk_room_stocktaking_response_stocktaking_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_stocktaking_response")),
        sa.UniqueConstraint("public_id", name=op.f("uq_room_stocktaking_response_public_id")),
        sa.UniqueConstraint(
            "stocktaking_id",
            "membership_id",
            name=op.f("uq_room_stocktaking_response_stocktaking_id_membership_id"),
        ),
    )
    op.create_index(
        "uq_room_stocktaking_response_country",
        "room_stocktaking_response",
        ["stocktaking_id", "country"],
        unique=True,
        postgresql_where="country <> ''",
    )
    op.create_table(
        "room_stocktaking_summary",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("stocktaking_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("responses", sa.Integer(), nullable=False),
        sa.Column("published_by", sa.BigInteger(), nullable=False),
        sa.Column(
            "published_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["published_by"], ["room_membership.id"], name=op.f("fk_room_stocktaking_summary_published_by")
        ),
        sa.ForeignKeyConstraint(
            ["stocktaking_id"],
            ["room_stocktaking.id"],
            name=op.f("fk_room_stocktaking_summary_stocktaking_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_stocktaking_summary")),
        sa.UniqueConstraint("public_id", name=op.f("uq_room_stocktaking_summary_public_id")),
    )
    op.create_index(
        "ix_room_stocktaking_summary_stocktaking",
        "room_stocktaking_summary",
        ["stocktaking_id", "id"],
        unique=False,
    )
    op.create_table(
        "room_stocktaking_version",
        sa.Column("stocktaking_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["published_by"], ["room_membership.id"], name=op.f("fk_room_stocktaking_version_published_by")
        ),
        sa.ForeignKeyConstraint(
            ["stocktaking_id"],
            ["room_stocktaking.id"],
            name=op.f("fk_room_stocktaking_version_stocktaking_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("stocktaking_id", "number", name=op.f("pk_room_stocktaking_version")),
    )
    op.create_index(
        "uq_room_stocktaking_version_draft",
        "room_stocktaking_version",
        ["stocktaking_id"],
        unique=True,
        postgresql_where="published_at IS NULL",
    )
    op.create_table(
        "room_stocktaking_answer",
        sa.Column("response_id", sa.BigInteger(), nullable=False),
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("membership_id", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("sent_value", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["room_membership.id"], name=op.f("fk_room_stocktaking_answer_membership_id")
        ),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["room_stocktaking_response.id"],
            name=op.f("fk_room_stocktaking_answer_response_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("response_id", "question_id", name=op.f("pk_room_stocktaking_answer")),
    )
    op.create_table(
        "room_stocktaking_revision",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("response_id", sa.BigInteger(), nullable=False),
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("page", sa.Text(), server_default="", nullable=False),
        sa.Column("membership_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('sent', 'replaced', 'aside')", name=op.f("ck_room_stocktaking_revision_kind")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["room_membership.id"], name=op.f("fk_room_stocktaking_revision_membership_id")
        ),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["room_stocktaking_response.id"],
            name=op.f("fk_room_stocktaking_revision_response_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_stocktaking_revision")),
        sa.UniqueConstraint("public_id", name=op.f("uq_room_stocktaking_revision_public_id")),
    )
    op.create_index(
        "ix_room_stocktaking_revision_response",
        "room_stocktaking_revision",
        ["response_id", "id"],
        unique=False,
    )
    op.create_index(
        "uq_room_stocktaking_revision_aside",
        "room_stocktaking_revision",
        ["response_id", "question_id", "page"],
        unique=True,
        postgresql_where="kind = 'aside' AND settled_at IS NULL",
    )
    op.execute(IMMUTABLE)


def downgrade() -> None:
    """Drop them."""
    op.execute(CHANGEABLE)
    op.drop_index(
        "uq_room_stocktaking_revision_aside",
        table_name="room_stocktaking_revision",
        postgresql_where="kind = 'aside' AND settled_at IS NULL",
    )
    op.drop_index("ix_room_stocktaking_revision_response", table_name="room_stocktaking_revision")
    op.drop_table("room_stocktaking_revision")
    op.drop_table("room_stocktaking_answer")
    op.drop_index(
        "uq_room_stocktaking_version_draft",
        table_name="room_stocktaking_version",
        postgresql_where="published_at IS NULL",
    )
    op.drop_table("room_stocktaking_version")
    op.drop_index("ix_room_stocktaking_summary_stocktaking", table_name="room_stocktaking_summary")
    op.drop_table("room_stocktaking_summary")
    op.drop_index(
        "uq_room_stocktaking_response_country",
        table_name="room_stocktaking_response",
        postgresql_where="country <> ''",
    )
    op.drop_table("room_stocktaking_response")
    op.drop_index("ix_room_stocktaking_room", table_name="room_stocktaking")
    op.drop_index(
        "ix_room_stocktaking_deadline", table_name="room_stocktaking", postgresql_where="state = 'open'"
    )
    op.drop_table("room_stocktaking")
