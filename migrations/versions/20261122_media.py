"""Files: what was received, what is arriving, pages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "media"
down_revision = "register_rules"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "media_file",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("scan", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("uploaded_by", sa.BigInteger(), nullable=True),
        sa.Column("strip", sa.Boolean(), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.Column("paging", sa.Text(), nullable=False),
        sa.Column("text_state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("notes", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("listing", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("examined_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "paging IN ('none', 'waiting', 'ready', 'failed')", name=op.f("ck_media_file_paging")
        ),
        sa.CheckConstraint(
            "scan IN ('pending', 'clean', 'unscanned', 'infected')", name=op.f("ck_media_file_scan")
        ),
        sa.CheckConstraint(
            "state IN ('arriving', 'checking', 'ready', 'quarantined', 'refused')",
            name=op.f("ck_media_file_state"),
        ),
        sa.CheckConstraint(
            "text_state IN ('none', 'waiting', 'ready')", name=op.f("ck_media_file_text_state")
        ),
        sa.CheckConstraint("size >= 0", name=op.f("ck_media_file_size")),
        sa.ForeignKeyConstraint(["uploaded_by"], ["user.id"], name=op.f("fk_media_file_uploaded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_file")),
        sa.UniqueConstraint("key", name=op.f("uq_media_file_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_media_file_public_id")),
    )
    op.create_index(
        "ix_media_file_checking", "media_file", ["id"], unique=False, postgresql_where="state = 'checking'"
    )
    op.create_index(
        "ix_media_file_unscanned",
        "media_file",
        ["id"],
        unique=False,
        postgresql_where="state = 'ready' AND scan = 'unscanned'",
    )
    op.create_index("ix_media_file_uploaded_by", "media_file", ["uploaded_by", "created_at"], unique=False)
    op.create_table(
        "media_page",
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["file_id"], ["media_file.id"], name=op.f("fk_media_page_file_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("file_id", "number", name=op.f("pk_media_page")),
    )
    op.create_table(
        "media_upload",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("parts", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint('"offset" BETWEEN 0 AND length', name=op.f("ck_media_upload_offset")),
        sa.ForeignKeyConstraint(
            ["file_id"], ["media_file.id"], name=op.f("fk_media_upload_file_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_upload")),
        sa.UniqueConstraint("file_id", name=op.f("uq_media_upload_file_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_media_upload_public_id")),
    )
    op.create_index("ix_media_upload_expires_at", "media_upload", ["expires_at"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_media_upload_expires_at", table_name="media_upload")
    op.drop_table("media_upload")
    op.drop_table("media_page")
    op.drop_index("ix_media_file_uploaded_by", table_name="media_file")
    op.drop_index(
        "ix_media_file_unscanned",
        table_name="media_file",
        postgresql_where="state = 'ready' AND scan = 'unscanned'",
    )
    op.drop_index("ix_media_file_checking", table_name="media_file", postgresql_where="state = 'checking'")
    op.drop_table("media_file")
