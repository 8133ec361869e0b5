"""The tables of room resources."""

from __future__ import annotations

revision = "room_resources"
down_revision = "rooms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Drop them."""
