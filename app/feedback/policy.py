"""Who may do what with feedback. Who runs an activity its feature says (``keepers.py``)."""

from __future__ import annotations

from app.core.access import Actor
from app.core.permissions import Permission

READERS = (
    Permission.REPORTS_READ,
    Permission.COURSES_TEACH,
    Permission.COURSES_MANAGE,
    Permission.WEBINARS_TRAIN,
    Permission.WEBINARS_MANAGE,
)
"""Whoever holds one of these may have results to read."""


def may_read_all(actor: Actor) -> bool:
    """Whether the actor reports on every activity."""
    return actor.approved and actor.may(Permission.REPORTS_READ)


def may_read_some(actor: Actor) -> bool:
    """Whether there may be results for the actor: they report, teach, or run sessions."""
    return actor.approved and any(actor.has(one) for one in READERS)
