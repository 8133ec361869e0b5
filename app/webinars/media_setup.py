"""Connects sound and picture with the live room: snapshot, setting, words."""

from __future__ import annotations

from app.webinars import media_jobs, snapshot, words
from app.webinars.media_words import media_words
from app.webinars.queries import media

__all__ = ["media_jobs", "provide"]


def provide() -> None:
    """Register what the room's page and snapshot say of sound and picture."""
    snapshot.provide_read("media", media.asked, media.part)
    snapshot.provide_setting("media", media.setting)
    words.provide("media", media_words)
