"""The one way an action says no."""

from __future__ import annotations


class Refused(ValueError):
    """The action is not allowed or not possible now; the message is for the person who tried, in their language."""


def require(allowed: bool, message: str) -> None:
    """Raise Refused with ``message`` unless ``allowed``."""
    if not allowed:
        raise Refused(message)
