"""Telling people, reading what one was told, choosing how often, and the address of one's calendar feed."""

from __future__ import annotations

from app.notifications.actions.choosing import Choice, choose, unsubscribe
from app.notifications.actions.feeds import end_feed, new_feed, note_use
from app.notifications.actions.reading import read, read_all, seen
from app.notifications.actions.retracting import retract
from app.notifications.actions.rewording import reword
from app.notifications.actions.telling import notify

__all__ = [
    "Choice",
    "choose",
    "end_feed",
    "new_feed",
    "note_use",
    "notify",
    "read",
    "read_all",
    "retract",
    "reword",
    "seen",
    "unsubscribe",
]
