"""Country sets that staff make: a set and its versions, which never change."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "country_sets"
down_revision = "counting"
branch_labels = None
depends_on = None

APPEND_ONLY = """
CREATE TRIGGER country_set_version_append_only BEFORE UPDATE OR DELETE ON country_set_version
    FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER country_set_version_no_truncate BEFORE TRUNCATE ON country_set_version
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
"""


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "country_set",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_country_set")),
        sa.UniqueConstraint("public_id", name=op.f("uq_country_set_public_id")),
    )
    op.create_table(
        "country_set_version",
        sa.Column("set_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("members", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("names <> '{}'", name=op.f("ck_country_set_version_names")),
        sa.CheckConstraint("jsonb_array_length(members) > 0", name=op.f("ck_country_set_version_members")),
        sa.CheckConstraint("number > 0", name=op.f("ck_country_set_version_number")),
        sa.ForeignKeyConstraint(["set_id"], ["country_set.id"], name=op.f("fk_country_set_version_set_id")),
        sa.PrimaryKeyConstraint("set_id", "number", name=op.f("pk_country_set_version")),
    )
    op.execute(APPEND_ONLY)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("country_set_version")
    op.drop_table("country_set")
