"""How an action about people says no, and who acts."""

from __future__ import annotations

from app.core.access import Actor
from app.core.refusal import Refused, require

__all__ = ["Refused", "by", "require"]


def by(actor: Actor | None) -> int | None:
    """Return the account that acts; None for the operator at the machine."""
    return actor.user_id if actor else None
