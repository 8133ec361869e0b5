"""The tables of media."""

from __future__ import annotations

revision = "media"
down_revision = "register_rules"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Drop them."""
