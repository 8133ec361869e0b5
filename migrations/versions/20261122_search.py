"""The index of what can be found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "search"
down_revision = "notifications"
branch_labels = None
depends_on = None


OUT_OF_LINE = "ALTER TABLE search_part SET (toast_tuple_target = 128)"
"""Text and lexemes lie beside the rows, so that counting hits reads a small table."""

UNCOUNTED = "ALTER TABLE search_part ALTER COLUMN tsv SET STATISTICS 0"
"""Lexemes are read through their index only, so nobody counts them now and then."""

MET = """
CREATE FUNCTION search_met(asked tsquery, held text[])
RETURNS TABLE (document_id bigint, number integer, thing bigint, kind text, language text, tsv tsvector)
LANGUAGE sql STABLE SET enable_seqscan = off SET plan_cache_mode = force_custom_plan AS $$
    SELECT document_id, number, thing, kind, language, tsv FROM search_part WHERE tsv @@ asked AND scope = ANY (held)
$$
"""
TITLED = """
CREATE FUNCTION search_titled(asked tsquery, held text[]) RETURNS SETOF bigint
LANGUAGE sql STABLE SET enable_seqscan = off SET plan_cache_mode = force_custom_plan AS $$
    SELECT id FROM search_document WHERE tsv @@ asked AND scope = ANY (held)
$$
"""
"""The two doors to the index: only what carries a scope that is held. They always go by the index of lexemes: reading
all of a large table, which the planner takes for cheap where words are common, takes seconds. Each call is planned
with its values: the scopes are then looked up in a table of them, not compared one after the other with those of each
part."""


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "search_document",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("thing", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("facets", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("analyser", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("tsv", postgresql.TSVECTOR(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_document")),
        sa.UniqueConstraint("kind", "key", "language", name=op.f("uq_search_document_kind_key_language")),
    )
    op.create_index(
        "ix_search_document_scope", "search_document", ["scope"], unique=False, postgresql_include=["parts"]
    )
    op.create_index(op.f("ix_search_document_thing"), "search_document", ["thing"], unique=False)
    op.create_index(
        "ix_search_document_tsv",
        "search_document",
        ["tsv"],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"gin_pending_list_limit": "1024"},
    )
    op.create_table(
        "search_part",
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("thing", sa.BigInteger(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("anchor", sa.Text(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("tsv", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["search_document.id"],
            name=op.f("fk_search_part_document_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("document_id", "number", name=op.f("pk_search_part")),
    )
    op.create_index(
        "ix_search_part_tsv",
        "search_part",
        ["tsv"],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"gin_pending_list_limit": "1024"},
    )
    op.execute(OUT_OF_LINE)
    op.execute(UNCOUNTED)
    op.execute(MET)
    op.execute(TITLED)


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP FUNCTION search_titled")
    op.execute("DROP FUNCTION search_met")
    op.drop_index(
        "ix_search_part_tsv",
        table_name="search_part",
        postgresql_using="gin",
        postgresql_with={"gin_pending_list_limit": "1024"},
    )
    op.drop_table("search_part")
    op.drop_index(
        "ix_search_document_tsv",
        table_name="search_document",
        postgresql_using="gin",
        postgresql_with={"gin_pending_list_limit": "1024"},
    )
    op.drop_index(op.f("ix_search_document_thing"), table_name="search_document")
    op.drop_index("ix_search_document_scope", table_name="search_document", postgresql_include=["parts"])
    op.drop_table("search_document")
