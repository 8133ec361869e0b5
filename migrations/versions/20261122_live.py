"""How far each live topic is: the number of its last announcement."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "live"
down_revision = "search"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "live_topic",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_live_topic_number")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_live_topic")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("live_topic")
