"""The one way an action about people says no."""

from __future__ import annotations

from app.core.access import Actor


class Refused(ValueError):
    """The action is not allowed or not possible now; the message is for the person who tried, in their language."""


def require(allowed: bool, message: str) -> None:
    """Raise Refused with ``message`` unless ``allowed``."""
    if not allowed:
        raise Refused(message)


def by(actor: Actor | None) -> int | None:
    """Return the account that acts; None for the operator at the machine."""
    return actor.user_id if actor else None
