"""Pages of rooms; importing this module connects them all to the blueprint."""

from __future__ import annotations

from app.irooms.views import (
    calendar,
    discussion,
    drafting,
    members,
    oversight,
    questions,
    resources,
    rooms,
    stocktaking,
)
from app.irooms.views.blueprint import bp

__all__ = [
    "bp",
    "calendar",
    "discussion",
    "drafting",
    "members",
    "oversight",
    "questions",
    "resources",
    "rooms",
    "stocktaking",
]
