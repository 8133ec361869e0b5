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

BY_INDEX = "ALTER TABLE search_part ALTER COLUMN tsv SET STATISTICS 0"
"""Without statistics every question is expected to find little, so its plan goes by the index; reading all lexemes of
a large table, which the planner would choose for common words, takes seconds."""


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
        postgresql_with={"fastupdate": "off"},
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
        postgresql_with={"fastupdate": "off"},
    )
    op.execute(OUT_OF_LINE)
    op.execute(BY_INDEX)


def downgrade() -> None:
    """Drop them."""
    op.drop_index(
        "ix_search_part_tsv",
        table_name="search_part",
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.drop_table("search_part")
    op.drop_index(
        "ix_search_document_tsv",
        table_name="search_document",
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.drop_index(op.f("ix_search_document_thing"), table_name="search_document")
    op.drop_index("ix_search_document_scope", table_name="search_document", postgresql_include=["parts"])
    op.drop_table("search_document")
