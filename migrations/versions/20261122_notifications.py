"""The tables of notifications."""

from __future__ import annotations

revision = "notifications"
down_revision = "media"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Drop them."""
