"""Documents that rooms write together: sections, versions, comments, suggestions, milestones."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "room_drafting"
down_revision = "room_stocktaking"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "room_draft",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("room_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("outline", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("last_section", sa.Integer(), nullable=False),
        sa.Column("last_comment", sa.Integer(), nullable=False),
        sa.Column("last_suggestion", sa.Integer(), nullable=False),
        sa.Column("news", sa.Integer(), server_default="0", nullable=False),
        sa.Column("published", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'locked', 'published', 'withdrawn')", name=op.f("ck_room_draft_state")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["room_membership.id"], name=op.f("fk_room_draft_created_by")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_draft_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_draft")),
        sa.UniqueConstraint("public_id", name=op.f("uq_room_draft_public_id")),
    )
    op.create_index("ix_room_draft_room", "room_draft", ["room_id", "changed_at"], unique=False)
    op.create_table(
        "room_draft_editor",
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("membership_id", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["room_draft.id"], name=op.f("fk_room_draft_editor_draft_id")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["room_membership.id"], name=op.f("fk_room_draft_editor_membership_id")
        ),
        sa.PrimaryKeyConstraint("draft_id", "membership_id", name=op.f("pk_room_draft_editor")),
    )
    op.create_table(
        "room_draft_export",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("membership_id", sa.BigInteger(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("exported_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("format IN ('docx', 'pdf')", name=op.f("ck_room_draft_export_format")),
        sa.ForeignKeyConstraint(["draft_id"], ["room_draft.id"], name=op.f("fk_room_draft_export_draft_id")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["room_membership.id"], name=op.f("fk_room_draft_export_membership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_draft_export")),
        sa.UniqueConstraint("code", name=op.f("uq_room_draft_export_code")),
    )
    op.create_index("ix_room_draft_export_draft", "room_draft_export", ["draft_id", "id"], unique=False)
    op.create_table(
        "room_draft_milestone",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["room_membership.id"], name=op.f("fk_room_draft_milestone_created_by")
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["room_draft.id"], name=op.f("fk_room_draft_milestone_draft_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_draft_milestone")),
        sa.UniqueConstraint("draft_id", "name", name=op.f("uq_room_draft_milestone_draft_id_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_room_draft_milestone_public_id")),
    )
    op.create_table(
        "room_draft_reader",
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("membership_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("before", sa.Integer(), server_default="0", nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["room_draft.id"], name=op.f("fk_room_draft_reader_draft_id")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["room_membership.id"], name=op.f("fk_room_draft_reader_membership_id")
        ),
        sa.PrimaryKeyConstraint("draft_id", "membership_id", name=op.f("pk_room_draft_reader")),
    )
    op.create_table(
        "room_draft_section",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("news", sa.Integer(), server_default="0", nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("held_by", sa.BigInteger(), nullable=True),
        sa.Column("held_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(held_by, held_since, held_until) IN (0, 3)", name=op.f("ck_room_draft_section_held")
        ),
        sa.CheckConstraint(
            "num_nonnulls(removed_at, removed_by) IN (0, 2)", name=op.f("ck_room_draft_section_removed")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["room_membership.id"], name=op.f("fk_room_draft_section_changed_by")
        ),
        sa.ForeignKeyConstraint(["draft_id"], ["room_draft.id"], name=op.f("fk_room_draft_section_draft_id")),
        sa.ForeignKeyConstraint(
            ["held_by"], ["room_membership.id"], name=op.f("fk_room_draft_section_held_by")
        ),
        sa.ForeignKeyConstraint(
            ["removed_by"], ["room_membership.id"], name=op.f("fk_room_draft_section_removed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_draft_section")),
        sa.UniqueConstraint("draft_id", "number", name=op.f("uq_room_draft_section_draft_id_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_room_draft_section_public_id")),
    )
    op.create_table(
        "room_draft_change",
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("section_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("outline", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("membership_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["room_draft.id"], name=op.f("fk_room_draft_change_draft_id")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["room_membership.id"], name=op.f("fk_room_draft_change_membership_id")
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["room_draft_section.id"], name=op.f("fk_room_draft_change_section_id")
        ),
        sa.PrimaryKeyConstraint("draft_id", "revision", name=op.f("pk_room_draft_change")),
    )
    op.create_index(
        "ix_room_draft_change_outline",
        "room_draft_change",
        ["draft_id", "revision"],
        unique=False,
        postgresql_where="outline IS NOT NULL",
    )
    op.create_table(
        "room_draft_comment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("section_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("quote_before", sa.Text(), nullable=False),
        sa.Column("quote_after", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("start_at", sa.Integer(), nullable=True),
        sa.Column("end_at", sa.Integer(), nullable=True),
        sa.Column("drifted", sa.Boolean(), nullable=False),
        sa.Column("news", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(resolved_at, resolved_by) IN (0, 2)", name=op.f("ck_room_draft_comment_resolved")
        ),
        sa.CheckConstraint(
            "num_nonnulls(start_at, end_at) IN (0, 2)", name=op.f("ck_room_draft_comment_place")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["room_membership.id"], name=op.f("fk_room_draft_comment_author_id")
        ),
        sa.ForeignKeyConstraint(["draft_id"], ["room_draft.id"], name=op.f("fk_room_draft_comment_draft_id")),
        sa.ForeignKeyConstraint(
            ["resolved_by"], ["room_membership.id"], name=op.f("fk_room_draft_comment_resolved_by")
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["room_draft_section.id"], name=op.f("fk_room_draft_comment_section_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_draft_comment")),
        sa.UniqueConstraint("draft_id", "number", name=op.f("uq_room_draft_comment_draft_id_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_room_draft_comment_public_id")),
    )
    op.create_index(
        "ix_room_draft_comment_section", "room_draft_comment", ["section_id", "number"], unique=False
    )
    op.create_table(
        "room_draft_publication",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("milestone_id", sa.BigInteger(), nullable=False),
        sa.Column("pdf_id", sa.BigInteger(), nullable=False),
        sa.Column("docx_id", sa.BigInteger(), nullable=False),
        sa.Column("published_by", sa.BigInteger(), nullable=False),
        sa.Column(
            "published_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["docx_id"], ["room_resource.id"], name=op.f("fk_room_draft_publication_docx_id")
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["room_draft.id"], name=op.f("fk_room_draft_publication_draft_id")
        ),
        sa.ForeignKeyConstraint(
            ["milestone_id"], ["room_draft_milestone.id"], name=op.f("fk_room_draft_publication_milestone_id")
        ),
        sa.ForeignKeyConstraint(
            ["pdf_id"], ["room_resource.id"], name=op.f("fk_room_draft_publication_pdf_id")
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["room_membership.id"], name=op.f("fk_room_draft_publication_published_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_draft_publication")),
        sa.UniqueConstraint("milestone_id", name=op.f("uq_room_draft_publication_milestone_id")),
    )
    op.create_index(
        op.f("ix_room_draft_publication_draft_id"), "room_draft_publication", ["draft_id"], unique=False
    )
    op.create_table(
        "room_draft_suggestion",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("section_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("base_number", sa.Integer(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'waiting') = (decided_at IS NULL)", name=op.f("ck_room_draft_suggestion_decided")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'accepted', 'rejected', 'withdrawn')",
            name=op.f("ck_room_draft_suggestion_state"),
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["room_membership.id"], name=op.f("fk_room_draft_suggestion_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["room_membership.id"], name=op.f("fk_room_draft_suggestion_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["room_draft.id"], name=op.f("fk_room_draft_suggestion_draft_id")
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["room_draft_section.id"], name=op.f("fk_room_draft_suggestion_section_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_draft_suggestion")),
        sa.UniqueConstraint("draft_id", "number", name=op.f("uq_room_draft_suggestion_draft_id_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_room_draft_suggestion_public_id")),
    )
    op.create_index(
        "ix_room_draft_suggestion_section", "room_draft_suggestion", ["section_id", "state"], unique=False
    )
    op.create_table(
        "room_draft_unsaved",
        sa.Column("section_id", sa.BigInteger(), nullable=False),
        sa.Column("membership_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("base_number", sa.Integer(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('edit', 'suggestion')", name=op.f("ck_room_draft_unsaved_kind")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["room_membership.id"], name=op.f("fk_room_draft_unsaved_membership_id")
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["room_draft_section.id"], name=op.f("fk_room_draft_unsaved_section_id")
        ),
        sa.PrimaryKeyConstraint("section_id", "membership_id", "kind", name=op.f("pk_room_draft_unsaved")),
    )
    op.create_table(
        "room_draft_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("section_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("accepted_by", sa.BigInteger(), nullable=True),
        sa.Column("base_number", sa.Integer(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(how = 'suggestion') = (accepted_by IS NOT NULL)", name=op.f("ck_room_draft_version_accepted")
        ),
        sa.CheckConstraint(
            "how IN ('first', 'edit', 'merge', 'suggestion', 'restored')",
            name=op.f("ck_room_draft_version_how"),
        ),
        sa.ForeignKeyConstraint(
            ["accepted_by"], ["room_membership.id"], name=op.f("fk_room_draft_version_accepted_by")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["room_membership.id"], name=op.f("fk_room_draft_version_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["room_draft_section.id"], name=op.f("fk_room_draft_version_section_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_draft_version")),
        sa.UniqueConstraint("section_id", "number", name=op.f("uq_room_draft_version_section_id_number")),
    )
    op.create_table(
        "room_draft_reply",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("comment_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["room_membership.id"], name=op.f("fk_room_draft_reply_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["room_draft_comment.id"], name=op.f("fk_room_draft_reply_comment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_draft_reply")),
        sa.UniqueConstraint("public_id", name=op.f("uq_room_draft_reply_public_id")),
    )
    op.create_index("ix_room_draft_reply_comment", "room_draft_reply", ["comment_id", "id"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_room_draft_reply_comment", table_name="room_draft_reply")
    op.drop_table("room_draft_reply")
    op.drop_table("room_draft_version")
    op.drop_table("room_draft_unsaved")
    op.drop_index("ix_room_draft_suggestion_section", table_name="room_draft_suggestion")
    op.drop_table("room_draft_suggestion")
    op.drop_index(op.f("ix_room_draft_publication_draft_id"), table_name="room_draft_publication")
    op.drop_table("room_draft_publication")
    op.drop_index("ix_room_draft_comment_section", table_name="room_draft_comment")
    op.drop_table("room_draft_comment")
    op.drop_index(
        "ix_room_draft_change_outline", table_name="room_draft_change", postgresql_where="outline IS NOT NULL"
    )
    op.drop_table("room_draft_change")
    op.drop_table("room_draft_section")
    op.drop_table("room_draft_reader")
    op.drop_table("room_draft_milestone")
    op.drop_index("ix_room_draft_export_draft", table_name="room_draft_export")
    op.drop_table("room_draft_export")
    op.drop_table("room_draft_editor")
    op.drop_index("ix_room_draft_room", table_name="room_draft")
    op.drop_table("room_draft")
