"""The tables of room drafting."""

from __future__ import annotations

revision = "room_drafting"
down_revision = "room_stocktaking"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Drop them."""
