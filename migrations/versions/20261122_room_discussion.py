"""The tables of room discussion and the room's calendar."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "room_discussion"
down_revision = "room_resources"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "room_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("room_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("link", sa.Text(), server_default="", nullable=False),
        sa.Column("sequence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ends_at >= starts_at", name=op.f("ck_room_event_ends")),
        sa.ForeignKeyConstraint(["author_id"], ["room_membership.id"], name=op.f("fk_room_event_author_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_event_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_event")),
        sa.UniqueConstraint("public_id", name=op.f("uq_room_event_public_id")),
    )
    op.create_index("ix_room_event_room", "room_event", ["room_id", "starts_at"], unique=False)
    op.create_table(
        "room_following",
        sa.Column("membership_id", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.CheckConstraint("level IN ('all', 'mine', 'none')", name=op.f("ck_room_following_level")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["room_membership.id"], name=op.f("fk_room_following_membership_id")
        ),
        sa.PrimaryKeyConstraint("membership_id", name=op.f("pk_room_following")),
    )
    op.create_table(
        "room_topic",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("room_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("last_change", sa.Integer(), nullable=False),
        sa.Column("standing", sa.Integer(), nullable=False),
        sa.Column(
            "last_post_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("pinned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_id", sa.BigInteger(), nullable=True),
        sa.Column("moved_to_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('discussion', 'announcement')", name=op.f("ck_room_topic_kind")),
        sa.ForeignKeyConstraint(["author_id"], ["room_membership.id"], name=op.f("fk_room_topic_author_id")),
        sa.ForeignKeyConstraint(["moved_to_id"], ["room_topic.id"], name=op.f("fk_room_topic_moved_to_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_topic_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_topic")),
        sa.UniqueConstraint("public_id", name=op.f("uq_room_topic_public_id")),
    )
    op.create_index(
        "ix_room_topic_announcement",
        "room_topic",
        ["room_id", sa.literal_column("created_at DESC")],
        unique=False,
        postgresql_where="kind = 'announcement'",
    )
    op.create_index(
        "ix_room_topic_room",
        "room_topic",
        ["room_id", sa.literal_column("last_post_at DESC"), "id"],
        unique=False,
    )
    op.create_table(
        "room_post",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("topic_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("quote_of_id", sa.BigInteger(), nullable=True),
        sa.Column("quote_text", sa.Text(), server_default="", nullable=False),
        sa.Column("mentions", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column(
            "attachments", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False
        ),
        sa.Column("posted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("edits", sa.Integer(), server_default="0", nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_by_id", sa.BigInteger(), nullable=True),
        sa.Column("deletion_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("moved_to_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "deleted_at IS NULL OR (text = '' AND quote_text = '')", name=op.f("ck_room_post_deleted")
        ),
        sa.CheckConstraint(
            "moved_to_id IS NULL OR (text = '' AND client_id IS NULL)", name=op.f("ck_room_post_moved")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["room_membership.id"], name=op.f("fk_room_post_author_id")),
        sa.ForeignKeyConstraint(
            ["deleted_by_id"], ["room_membership.id"], name=op.f("fk_room_post_deleted_by_id")
        ),
        sa.ForeignKeyConstraint(["moved_to_id"], ["room_post.id"], name=op.f("fk_room_post_moved_to_id")),
        sa.ForeignKeyConstraint(["quote_of_id"], ["room_post.id"], name=op.f("fk_room_post_quote_of_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["room_topic.id"], name=op.f("fk_room_post_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_post")),
        sa.UniqueConstraint("author_id", "client_id", name=op.f("uq_room_post_author_id_client_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_room_post_public_id")),
        sa.UniqueConstraint("topic_id", "number", name=op.f("uq_room_post_topic_id_number")),
    )
    op.create_index("ix_room_post_change", "room_post", ["topic_id", "change"], unique=False)
    op.create_index(
        "ix_room_post_moved",
        "room_post",
        ["moved_to_id"],
        unique=False,
        postgresql_where="moved_to_id IS NOT NULL",
    )
    op.create_index(
        "ix_room_post_quote",
        "room_post",
        ["quote_of_id"],
        unique=False,
        postgresql_where="quote_of_id IS NOT NULL",
    )
    op.create_table(
        "room_topic_reader",
        sa.Column("topic_id", sa.BigInteger(), nullable=False),
        sa.Column("membership_id", sa.BigInteger(), nullable=False),
        sa.Column("read_to", sa.Integer(), server_default="0", nullable=False),
        sa.Column("follows", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["room_membership.id"], name=op.f("fk_room_topic_reader_membership_id")
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["room_topic.id"], name=op.f("fk_room_topic_reader_topic_id")),
        sa.PrimaryKeyConstraint("topic_id", "membership_id", name=op.f("pk_room_topic_reader")),
    )
    op.create_index("ix_room_topic_reader_member", "room_topic_reader", ["membership_id"], unique=False)
    op.create_table(
        "room_post_draft",
        sa.Column("membership_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("quote_of_id", sa.BigInteger(), nullable=True),
        sa.Column("quote_text", sa.Text(), server_default="", nullable=False),
        sa.Column("mentions", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column(
            "attachments", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False
        ),
        sa.Column("saved_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["room_membership.id"], name=op.f("fk_room_post_draft_membership_id")
        ),
        sa.ForeignKeyConstraint(
            ["quote_of_id"], ["room_post.id"], name=op.f("fk_room_post_draft_quote_of_id")
        ),
        sa.PrimaryKeyConstraint("membership_id", "place", name=op.f("pk_room_post_draft")),
    )
    op.create_index(op.f("ix_room_post_draft_quote_of_id"), "room_post_draft", ["quote_of_id"], unique=False)
    op.create_table(
        "room_post_version",
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("mentions", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["room_post.id"], name=op.f("fk_room_post_version_post_id")),
        sa.PrimaryKeyConstraint("post_id", "version", name=op.f("pk_room_post_version")),
    )
    op.create_foreign_key("fk_room_topic_answer_id", "room_topic", "room_post", ["answer_id"], ["id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_constraint("fk_room_topic_answer_id", "room_topic", type_="foreignkey")
    op.drop_table("room_post_version")
    op.drop_index(op.f("ix_room_post_draft_quote_of_id"), table_name="room_post_draft")
    op.drop_table("room_post_draft")
    op.drop_index("ix_room_topic_reader_member", table_name="room_topic_reader")
    op.drop_table("room_topic_reader")
    op.drop_index("ix_room_post_quote", table_name="room_post", postgresql_where="quote_of_id IS NOT NULL")
    op.drop_index("ix_room_post_moved", table_name="room_post", postgresql_where="moved_to_id IS NOT NULL")
    op.drop_index("ix_room_post_change", table_name="room_post")
    op.drop_table("room_post")
    op.drop_index("ix_room_topic_room", table_name="room_topic")
    op.drop_index(
        "ix_room_topic_announcement", table_name="room_topic", postgresql_where="kind = 'announcement'"
    )
    op.drop_table("room_topic")
    op.drop_table("room_following")
    op.drop_index("ix_room_event_room", table_name="room_event")
    op.drop_table("room_event")
