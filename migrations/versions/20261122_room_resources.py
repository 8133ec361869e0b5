"""What rooms hold: collections, resources, versions, reading lists, and who has seen what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "room_resources"
down_revision = "rooms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "room_collection",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("room_id", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("rights", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_room_collection_not_in_itself")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["room_collection.id"], name=op.f("fk_room_collection_parent_id")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_collection_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_collection")),
        sa.UniqueConstraint("public_id", name=op.f("uq_room_collection_public_id")),
    )
    op.create_index("ix_room_collection_room", "room_collection", ["room_id"], unique=False)
    op.create_index(
        "uq_room_collection_root",
        "room_collection",
        ["room_id"],
        unique=True,
        postgresql_where="parent_id IS NULL",
    )
    op.create_table(
        "room_reading_list",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("room_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["room_membership.id"], name=op.f("fk_room_reading_list_created_by")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_reading_list_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_reading_list")),
        sa.UniqueConstraint("public_id", name=op.f("uq_room_reading_list_public_id")),
    )
    op.create_index("ix_room_reading_list_room", "room_reading_list", ["room_id"], unique=False)
    op.create_table(
        "room_resource",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("room_id", sa.BigInteger(), nullable=False),
        sa.Column("collection_id", sa.BigInteger(), nullable=False),
        sa.Column("activity_key", sa.Uuid(), nullable=False),
        sa.Column("work_key", sa.Uuid(), nullable=False),
        sa.Column("training_key", sa.Uuid(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("tags", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column(
            "legal_systems", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False
        ),
        sa.Column("current_id", sa.BigInteger(), nullable=True),
        sa.Column("latest_id", sa.BigInteger(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("news_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_why", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "(kind IN ('course', 'series', 'recording')) = (training_key IS NOT NULL)",
            name=op.f("ck_room_resource_training"),
        ),
        sa.CheckConstraint(
            "(state = 'draft') = (current_id IS NULL)", name=op.f("ck_room_resource_draft_has_no_version")
        ),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f("ck_room_resource_withdrawn")
        ),
        sa.CheckConstraint(
            "kind IN ('file', 'link', 'text', 'legal', 'course', 'series', 'recording')",
            name=op.f("ck_room_resource_kind"),
        ),
        sa.CheckConstraint("state IN ('draft', 'current', 'withdrawn')", name=op.f("ck_room_resource_state")),
        sa.ForeignKeyConstraint(
            ["collection_id"], ["room_collection.id"], name=op.f("fk_room_resource_collection_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["room_membership.id"], name=op.f("fk_room_resource_created_by")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_resource_room_id")),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["room_membership.id"], name=op.f("fk_room_resource_withdrawn_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_resource")),
        sa.UniqueConstraint("activity_key", name=op.f("uq_room_resource_activity_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_room_resource_public_id")),
        sa.UniqueConstraint("work_key", "language", name="uq_room_resource_variant"),
    )
    op.create_index(
        "ix_room_resource_collection", "room_resource", ["collection_id", "position"], unique=False
    )
    op.create_index("ix_room_resource_news", "room_resource", ["room_id", "news_at"], unique=False)
    op.create_table(
        "room_reading_item",
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        sa.Column("resource_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["room_reading_list.id"],
            name=op.f("fk_room_reading_item_list_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"],
            ["room_resource.id"],
            name=op.f("fk_room_reading_item_resource_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("list_id", "resource_id", name=op.f("pk_room_reading_item")),
    )
    op.create_table(
        "room_reading_tick",
        sa.Column("membership_id", sa.BigInteger(), nullable=False),
        sa.Column("resource_id", sa.BigInteger(), nullable=False),
        sa.Column("ticked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["room_membership.id"], name=op.f("fk_room_reading_tick_membership_id")
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"],
            ["room_resource.id"],
            name=op.f("fk_room_reading_tick_resource_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("membership_id", "resource_id", name=op.f("pk_room_reading_tick")),
    )
    op.create_table(
        "room_resource_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("resource_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_room_resource_version_number")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["room_membership.id"], name=op.f("fk_room_resource_version_created_by")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["media_file.id"], name=op.f("fk_room_resource_version_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"],
            ["room_resource.id"],
            name=op.f("fk_room_resource_version_resource_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_resource_version")),
        sa.UniqueConstraint("file_id", name=op.f("uq_room_resource_version_file_id")),
        sa.UniqueConstraint(
            "resource_id", "number", name=op.f("uq_room_resource_version_resource_id_number")
        ),
    )
    # each points to the other, so these come once both are there
    for column in ("current_id", "latest_id"):
        op.create_foreign_key(
            op.f(f"fk_room_resource_{column}"), "room_resource", "room_resource_version", [column], ["id"]
        )
    op.create_table(
        "room_resource_view",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("room_id", sa.BigInteger(), nullable=False),
        sa.Column("resource_id", sa.BigInteger(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("membership_id", sa.BigInteger(), nullable=True),
        sa.Column("glass_id", sa.BigInteger(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("act IN ('view', 'download')", name=op.f("ck_room_resource_view_act")),
        sa.CheckConstraint(
            "num_nonnulls(membership_id, glass_id) = 1", name=op.f("ck_room_resource_view_viewer")
        ),
        sa.CheckConstraint("seconds >= 0", name=op.f("ck_room_resource_view_seconds")),
        sa.ForeignKeyConstraint(["glass_id"], ["room_glass.id"], name=op.f("fk_room_resource_view_glass_id")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["room_membership.id"], name=op.f("fk_room_resource_view_membership_id")
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["room_resource.id"], name=op.f("fk_room_resource_view_resource_id")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_resource_view_room_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["room_resource_version.id"], name=op.f("fk_room_resource_view_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_resource_view")),
        sa.UniqueConstraint("code", name=op.f("uq_room_resource_view_code")),
    )
    op.create_index(
        "ix_room_resource_view_member", "room_resource_view", ["membership_id", "last_at"], unique=False
    )
    op.create_index("ix_room_resource_view_resource", "room_resource_view", ["resource_id"], unique=False)
    op.create_index(
        "ix_room_resource_view_untold",
        "room_resource_view",
        ["last_at"],
        unique=False,
        postgresql_where="act = 'view' AND (told_at IS NULL OR told_at < last_at)",
    )
    op.create_index(
        "uq_room_resource_view_day",
        "room_resource_view",
        ["version_id", "day", "membership_id", "glass_id"],
        unique=True,
        postgresql_where="act = 'view'",
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "room_resource_page",
        sa.Column("view_id", sa.BigInteger(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.CheckConstraint("page > 0", name=op.f("ck_room_resource_page_page")),
        sa.CheckConstraint("seconds >= 0", name=op.f("ck_room_resource_page_seconds")),
        sa.ForeignKeyConstraint(
            ["view_id"], ["room_resource_view.id"], name=op.f("fk_room_resource_page_view_id")
        ),
        sa.PrimaryKeyConstraint("view_id", "page", name=op.f("pk_room_resource_page")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("room_resource_page")
    op.drop_index(
        "uq_room_resource_view_day",
        table_name="room_resource_view",
        postgresql_where="act = 'view'",
        postgresql_nulls_not_distinct=True,
    )
    op.drop_index(
        "ix_room_resource_view_untold",
        table_name="room_resource_view",
        postgresql_where="act = 'view' AND (told_at IS NULL OR told_at < last_at)",
    )
    op.drop_index("ix_room_resource_view_resource", table_name="room_resource_view")
    op.drop_index("ix_room_resource_view_member", table_name="room_resource_view")
    op.drop_table("room_resource_view")
    for column in ("current_id", "latest_id"):
        op.drop_constraint(op.f(f"fk_room_resource_{column}"), "room_resource", type_="foreignkey")
    op.drop_table("room_resource_version")
    op.drop_table("room_reading_tick")
    op.drop_table("room_reading_item")
    op.drop_index("ix_room_resource_news", table_name="room_resource")
    op.drop_index("ix_room_resource_collection", table_name="room_resource")
    op.drop_table("room_resource")
    op.drop_index("ix_room_reading_list_room", table_name="room_reading_list")
    op.drop_table("room_reading_list")
    op.drop_index(
        "uq_room_collection_root", table_name="room_collection", postgresql_where="parent_id IS NULL"
    )
    op.drop_index("ix_room_collection_room", table_name="room_collection")
    op.drop_table("room_collection")
