"""The tables of room questions."""

from __future__ import annotations

revision = "room_questions"
down_revision = "room_discussion"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Drop them."""
