"""The tables of room stocktaking."""

from __future__ import annotations

revision = "room_stocktaking"
down_revision = "room_questions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Drop them."""
