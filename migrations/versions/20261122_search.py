"""The tables of search."""

from __future__ import annotations

revision = "search"
down_revision = "notifications"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Drop them."""
