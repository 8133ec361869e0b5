"""The tables of live."""

from __future__ import annotations

revision = "live"
down_revision = "search"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Drop them."""
